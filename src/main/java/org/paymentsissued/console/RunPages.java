package org.paymentsissued.console;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.paymentsissued.console.Layout.Tab;
import org.paymentsissued.ledger.Page;
import org.paymentsissued.ledger.Runs;

/** Each sync, the latest first. */
public final class RunPages implements Console.Family {

    private final Runs runs;
    private final Layout layout;
    private final UnaryOperator<String> withoutSecrets;

    public RunPages(Runs runs, Layout layout, UnaryOperator<String> withoutSecrets) {
        this.runs = runs;
        this.layout = layout;
        this.withoutSecrets = withoutSecrets;
    }

    @Override
    public void addTo(ConsolePaths paths) {
        paths.get("/console/runs", this::list)
                .get("/console/runs.csv", this::csv)
                .get("/api/runs", call -> Layout.list(found(call)));
    }

    private Page<RunView> found(ConsoleCall call) {
        return runs.page(call.page(), call.size()).map(run -> RunView.of(run, withoutSecrets));
    }

    private WebReply list(ConsoleCall call) {
        Page<RunView> page = found(call);
        Map<String, Object> model = layout.model("Runs", Tab.RUNS, call);
        model.putAll(Layout.fields("none", page.total() > 0 ? "" : "No sync has run yet.", "items", page.items()));
        Layout.pager(model, page, "/console/runs");
        return layout.page("runs", model);
    }

    private WebReply csv(ConsoleCall call) {
        return Layout.csv("runs.csv", List.of("id", "company_file", "started_by", "start", "end", "read", "delivered",
                "waiting", "dead", "error"), runs.page(1, Layout.MOST_CSV_LINES).items().stream().map(run ->
                List.<Object>of(run.id(), run.companyFile(), run.startedBy(), run.startedAt(),
                        run.endedAt().map(Instant::toString).orElse(""), run.paymentsRead(), run.delivered(),
                        run.waiting(), run.dead(), withoutSecrets.apply(run.error()))).toList());
    }
}
