package org.paymentsissued.console;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.paymentsissued.console.Layout.Tab;
import org.paymentsissued.ledger.Page;
import org.paymentsissued.ledger.PaymentSearch;
import org.paymentsissued.ledger.Runs;

/** Each sync, the latest first. */
public final class RunPages implements Console.Family {

    private final Runs runs;
    private final PaymentSearch payments;
    private final Layout layout;
    private final UnaryOperator<String> withoutSecrets;

    public RunPages(Runs runs, PaymentSearch payments, Layout layout, UnaryOperator<String> withoutSecrets) {
        this.runs = runs;
        this.payments = payments;
        this.layout = layout;
        this.withoutSecrets = withoutSecrets;
    }

    @Override
    public void addTo(ConsolePaths paths) {
        paths.get("/console/runs", this::list)
                .get("/console/runs.csv", this::csv)
                .get("/console/runs/{id}", this::one)
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

    /** What it read, and what became of it since. */
    private WebReply one(ConsoleCall call) {
        RunView run = runs.byId(call.id()).map(found -> RunView.of(found, withoutSecrets))
                .orElseThrow(() -> new WebRequest.Refusal(404, "There is no run " + call.id() + "."));
        Page<PaymentSearch.Found> page = payments.ofRun(run.id(), call.page(), call.size());
        Map<String, Object> model = layout.model("Run " + run.id(), Tab.RUNS, call);
        model.putAll(Layout.fields("run", run, "items", PaymentView.Line.of(page.items(), withoutSecrets),
                "none", page.total() > 0 ? "" : "No payment was read in it, or each was read again by a later run."));
        Layout.pager(model, page, "/console/runs/" + run.id());
        model.remove("csv");
        return layout.page("run", model);
    }

    private WebReply csv(ConsoleCall call) {
        return Layout.csv("runs.csv", List.of("id", "company_file", "started_by", "start", "end", "read", "delivered",
                "waiting", "dead", "error"), runs.page(1, Layout.MOST_CSV_LINES).items().stream().map(run ->
                List.<Object>of(run.id(), run.companyFile(), run.startedBy(), run.startedAt(),
                        run.endedAt().map(Instant::toString).orElse(""), run.paymentsRead(), run.delivered(),
                        run.waiting(), run.dead(), withoutSecrets.apply(run.error()))).toList());
    }
}
