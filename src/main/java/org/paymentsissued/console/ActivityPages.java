package org.paymentsissued.console;

import java.util.List;
import java.util.Map;
import org.paymentsissued.console.Layout.Tab;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.Page;

/** Who did what, when, why, and to how many; and the runbook. */
public final class ActivityPages implements Console.Family {

    private static final String PATH = "/console/activity";

    private final OperatorActions actions;
    private final Layout layout;

    public ActivityPages(OperatorActions actions, Layout layout) {
        this.actions = actions;
        this.layout = layout;
    }

    @Override
    public void addTo(ConsolePaths paths) {
        paths.get(PATH, this::list)
                .get(PATH + ".csv", this::csv)
                .get("/console/help", call -> layout.page("help", layout.model("Help", Tab.HELP, call)))
                .get("/api/actions", call -> Layout.list(found(call)));
    }

    private Page<OperatorActions.Logged> found(ConsoleCall call) {
        return actions.page(call.parameter("who"), call.page(), call.size());
    }

    private WebReply list(ConsoleCall call) {
        Page<OperatorActions.Logged> page = found(call);
        String who = call.parameter("who");
        Map<String, Object> model = layout.model("Activity", Tab.ACTIVITY, call);
        model.putAll(Layout.fields("people", Layout.options(actions.people(), who), "items", page.items(),
                "none", page.total() > 0 ? "" : "Nothing has been done yet."));
        Layout.pager(model, page, PATH, "who", who);
        return layout.page("activity", model);
    }

    private WebReply csv(ConsoleCall call) {
        return Layout.csv("activity.csv", List.of("at", "who", "action", "subject", "number", "note"),
                actions.page(call.parameter("who"), 1, Layout.MOST_CSV_LINES).items().stream().map(action -> List.<Object>of(action.at(),
                        action.who(), action.action(), action.subject(), action.number(), action.note())).toList());
    }
}
