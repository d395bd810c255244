package org.paymentsissued.console;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.paymentsissued.console.Layout.Tab;
import org.paymentsissued.ledger.DeadLetterSearch;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.OperatorActions.Outcome;
import org.paymentsissued.ledger.OperatorActions.Result;
import org.paymentsissued.ledger.Page;
import org.paymentsissued.ledger.PaymentSearch;

/** What needs an operator, and what an operator does about it. */
public final class DeadLetterPages implements Console.Family {

    static final List<String> STATUSES = List.of("open", "retried", "resolved", "discarded", "all");
    static final List<String> STAGES = List.of("poll", "split", "enrich", "aggregate", "deliver", "lookup", "safety", "yours");
    private static final String PATH = "/console/dead-letters";

    private final DeadLetterSearch deadLetters;
    private final PaymentSearch payments;
    private final OperatorActions actions;
    private final Retries retries;
    private final Layout layout;
    private final UnaryOperator<String> withoutSecrets;

    public DeadLetterPages(DeadLetterSearch deadLetters, PaymentSearch payments, OperatorActions actions, Retries retries, Layout layout,
            UnaryOperator<String> withoutSecrets) {
        this.deadLetters = deadLetters;
        this.payments = payments;
        this.actions = actions;
        this.retries = retries;
        this.layout = layout;
        this.withoutSecrets = withoutSecrets;
    }

    @Override
    public void addTo(ConsolePaths paths) {
        paths.get(PATH, this::list)
                .get(PATH + ".csv", this::csv)
                .get(PATH + "/retry", this::retryAllQuestion)
                .post(PATH + "/retry", this::retryAll)
                .get(PATH + "/{id}", this::one)
                .post(PATH + "/{id}/retry", this::retry)
                .post(PATH + "/{id}/discard", this::discard)
                .get("/api/dead-letters", call -> Layout.list(found(call)))
                .post("/api/dead-letters/retry", this::retryAll)
                .get("/api/dead-letters/{id}", call -> WebReply.json(200, whole(call)))
                .post("/api/dead-letters/{id}/retry", this::retry)
                .post("/api/dead-letters/{id}/discard", this::discard);
    }

    private static DeadLetterSearch.Filter filter(ConsoleCall call) {
        String status = call.request().choice("status", STATUSES);
        return new DeadLetterSearch.Filter(status.isEmpty() ? "open" : status.equals("all") ? "" : status,
                call.request().choice("stage", STAGES), call.parameter("q"));
    }

    /** Whatever their status, only open ones are retried. */
    private static DeadLetterSearch.Filter open(ConsoleCall call) {
        return new DeadLetterSearch.Filter("open", call.request().choice("stage", STAGES), call.parameter("q"));
    }

    private Page<DeadLetterView> found(ConsoleCall call) {
        return deadLetters.page(filter(call), call.page(), call.size()).map(letter -> DeadLetterView.of(letter, withoutSecrets));
    }

    private WebReply list(ConsoleCall call) {
        DeadLetterSearch.Filter filter = filter(call);
        Page<DeadLetterView> page = found(call);
        String shown = call.parameter("status").isEmpty() ? "open" : call.parameter("status");
        boolean all = filter.stage().isEmpty() && filter.text().isEmpty();
        Map<String, Object> model = layout.model("Dead letters", Tab.DEAD_LETTERS, call);
        model.putAll(Layout.fields("statuses", Layout.options(STATUSES, shown), "stages", Layout.options(STAGES, filter.stage()),
                "q", filter.text(), "items", page.items(), "none", page.total() > 0 ? "" : all && shown.equals("open")
                        ? "Nothing needs attention." : "No dead letters match.", "retryAll",
                shown.equals("open") && call.operator().mayChange()
                        ? Views.address(PATH + "/retry", "stage", filter.stage(), "q", filter.text()) : ""));
        Layout.pager(model, page, PATH, "status", shown.equals("open") ? "" : shown, "stage", filter.stage(), "q", filter.text());
        return layout.page("dead-letters", model);
    }

    private WebReply csv(ConsoleCall call) {
        return Layout.csv("dead-letters.csv", List.of("id", "status", "stage", "sentence", "http_status", "failures",
                "first_failed_at", "last_failed_at"), deadLetters.page(filter(call), 1, Layout.MOST_CSV_LINES).items().stream()
                        .map(letter -> List.<Object>of(letter.id(), letter.status(), letter.stage(),
                                withoutSecrets.apply(letter.sentence()), letter.httpStatus().map(String::valueOf).orElse(""),
                                letter.attempts(), letter.firstFailedAt(), letter.lastFailedAt())).toList());
    }

    private WebReply retryAllQuestion(ConsoleCall call) {
        DeadLetterSearch.Filter filter = open(call);
        long total = deadLetters.count(filter);
        Map<String, Object> model = layout.model("Retry all", Tab.DEAD_LETTERS, call);
        model.putAll(Layout.fields("total", Views.count(total), "what", total == 1 ? "one dead letter"
                : "all " + Views.count(total) + " dead letters", "stage", filter.stage(), "q", filter.text(),
                "action", Views.address(PATH + "/retry", "stage", filter.stage(), "q", filter.text()),
                "back", Views.address(PATH, "stage", filter.stage(), "q", filter.text())));
        return layout.page("retry-all", model);
    }

    private WebReply retryAll(ConsoleCall call) {
        DeadLetterSearch.Filter filter = open(call);
        Retries.Many many = retries.retryAll(filter, call.who());
        return call.isOfTheApi() ? WebReply.json(200, many) : layout.back(call,
                Views.address(PATH, "stage", filter.stage(), "q", filter.text()), many.retried() + " of " + many.matching() + " retried."
                        + (many.left() > 0 ? " Time ran out before the other " + many.left() + "; retry all again." : ""));
    }

    private DeadLetterView.Whole whole(ConsoleCall call) {
        return deadLetters.whole(call.id()).map(whole -> DeadLetterView.Whole.of(whole, withoutSecrets))
                .orElseThrow(() -> new WebRequest.Refusal(404, "There is no dead letter " + call.id() + "."));
    }

    private WebReply one(ConsoleCall call) {
        DeadLetterView.Whole whole = whole(call);
        Map<String, Object> model = layout.model("Dead letter " + call.id(), Tab.DEAD_LETTERS, call);
        model.putAll(Layout.fields("whole", whole, "payment", whole.letter().rowId().flatMap(payments::byId)
                .map(row -> PaymentView.of(row, withoutSecrets)), "attemptLines", whole.failures().stream().map(failure -> Layout.fields(
                        "failure", failure, "different", !failure.sentence().equals(whole.letter().sentence()))).toList()));
        return layout.page("dead-letter", model);
    }

    private WebReply retry(ConsoleCall call) {
        return acted(call, retries.retry(call.id(), call.who()));
    }

    private WebReply discard(ConsoleCall call) {
        return acted(call, actions.discard(call.id(), call.who(), call.required("reason")));
    }

    private WebReply acted(ConsoleCall call, Result result) {
        if (result.outcome() == Outcome.UNKNOWN) {
            throw new WebRequest.Refusal(404, result.sentence());
        }
        if (!call.isOfTheApi()) {
            return layout.back(call, PATH + "/" + call.id(), result.sentence());
        }
        return result.outcome() == Outcome.REFUSED ? WebReply.problem(409, result.sentence())
                : WebReply.json(200, Layout.fields("outcome", result.outcome().name().toLowerCase(java.util.Locale.ROOT),
                        "sentence", result.sentence(), "status", deadLetters.whole(call.id()).orElseThrow().letter().status()));
    }
}
