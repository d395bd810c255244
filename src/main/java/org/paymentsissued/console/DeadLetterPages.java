package org.paymentsissued.console;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.paymentsissued.console.Layout.Tab;
import org.paymentsissued.ledger.DeadLetterFilter;
import org.paymentsissued.ledger.DeadLetterSearch;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.OperatorActions.Outcome;
import org.paymentsissued.ledger.OperatorActions.Result;
import org.paymentsissued.ledger.Page;
import org.paymentsissued.ledger.PaymentSearch;
import org.paymentsissued.ledger.Refusals;

/** What needs an operator, and what an operator does about it. */
public final class DeadLetterPages implements Console.Family {

    private static final String TWIN_UNANSWERED = "Procore may already show a payment that a person typed. Open each one, or its cause, and"
            + " answer: it is the same, or send anyway.";
    private static final String PATH = "/console/dead-letters";
    private static final int LONG_MESSAGE = 40;

    private final DeadLetterSearch deadLetters;
    private final PaymentSearch payments;
    private final Refusals refusals;
    private final OperatorActions actions;
    private final Retries retries;
    private final ProcoreLinks links;
    private final Layout layout;
    private final UnaryOperator<String> withoutSecrets;
    private final Clock clock;

    public DeadLetterPages(DeadLetterSearch deadLetters, PaymentSearch payments, Refusals refusals,
            OperatorActions actions, Retries retries, ProcoreLinks links, Layout layout,
            UnaryOperator<String> withoutSecrets, Clock clock) {
        this.deadLetters = deadLetters;
        this.payments = payments;
        this.refusals = refusals;
        this.actions = actions;
        this.retries = retries;
        this.links = links;
        this.layout = layout;
        this.withoutSecrets = withoutSecrets;
        this.clock = clock;
    }

    @Override
    public void addTo(ConsolePaths paths) {
        paths.get(PATH, call -> call.parameter("cause").isEmpty() && call.parameter("view").isEmpty() ? causes(call) : list(call))
                .get(PATH + ".csv", this::csv)
                .post(PATH + "/retry", this::retryMany)
                .post(PATH + "/adopt", this::adoptMany)
                .post(PATH + "/discard", this::discardMany)
                .get(PATH + "/{id}", this::one)
                .get(PATH + "/{id}/state", this::stateOnly)
                .post(PATH + "/{id}/retry", this::retry)
                .post(PATH + "/{id}/adopt", this::adopt)
                .post(PATH + "/{id}/discard", this::discard)
                .post(PATH + "/{id}/reopen", this::reopen)
                .get("/api/dead-letters", call -> Layout.list(found(call)))
                .get("/api/dead-letters/groups", this::groups)
                .post("/api/dead-letters/retry", this::retryMany)
                .post("/api/dead-letters/adopt", this::adoptMany)
                .post("/api/dead-letters/discard", this::discardMany)
                .get("/api/dead-letters/{id}", call -> WebReply.json(200, whole(call)))
                .post("/api/dead-letters/{id}/retry", this::retry)
                .post("/api/dead-letters/{id}/adopt", this::adopt)
                .post("/api/dead-letters/{id}/discard", this::discard)
                .post("/api/dead-letters/{id}/reopen", this::reopen);
    }

    // ------------------------------------------------------------------------------------------------- causes and lists

    private Page<DeadLetterView> found(ConsoleCall call) {
        return deadLetters.page(DeadLetterFilters.of(call), DeadLetterFilters.sort(call), call.page(), call.size())
                .map(letter -> DeadLetterView.of(letter, withoutSecrets));
    }

    private WebReply groups(ConsoleCall call) {
        DeadLetterFilter filter = DeadLetterFilters.of(call);
        return Layout.list(deadLetters.groups(filter, call.page(), call.size()).map(group -> new DeadLetterView.Group(group.cause(),
                withoutSecrets.apply(group.sentence()), group.latest().stage(), group.count(), group.payments(), group.amount(),
                group.first(), group.last(), deadLetters.ids(filter.cause(group.cause())))));
    }

    private WebReply causes(ConsoleCall call) {
        Page<DeadLetterSearch.Group> page = deadLetters.groups(DeadLetterFilters.of(call), call.page(), call.size());
        Map<String, Object> model = listed(call, page);
        model.put("items", page.items().stream().map(group -> line(call, group)).toList());
        model.put("asList", DeadLetterFilters.address(PATH, call, "view", "list"));
        return layout.page("causes", model);
    }

    private Map<String, Object> line(ConsoleCall call, DeadLetterSearch.Group group) {
        DeadLetterView letter = DeadLetterView.of(group.latest(), withoutSecrets);
        boolean one = group.count() == 1;
        return Layout.fields("group", group, "letter", letter,
                "what", one ? letter.headline() : withoutSecrets.apply(group.headline()),
                "href", one ? PATH + "/" + letter.id() : DeadLetterFilters.address(PATH, call, "cause", group.cause()),
                "number", Views.count(group.payments()), "noun", group.payments() == 1 ? "payment" : "payments");
    }

    private WebReply list(ConsoleCall call) {
        Page<DeadLetterView> page = found(call);
        Map<String, Object> model = listed(call, page);
        model.put("items", page.items());
        model.put("twins", page.total() > 0 && page.items().stream().allMatch(DeadLetterView::twin));
        model.put("byCause", DeadLetterFilters.address(PATH, call, "cause", ""));
        if (!call.parameter("cause").isEmpty()) {
            model.put("example", page.items().stream().findFirst().map(DeadLetterView::whatToDo));
        }
        return layout.page("dead-letters", model);
    }

    private Map<String, Object> listed(ConsoleCall call, Page<?> page) {
        Map<String, Object> model = layout.model("Dead letters", Tab.DEAD_LETTERS, call);
        model.putAll(DeadLetterFilters.model(call));
        DeadLetterFilter filter = DeadLetterFilters.of(call);
        model.put("view", call.parameter("view"));
        model.put("narrow", filter.isNarrow());
        model.put("shown", clock.instant().toString());
        model.put("actable", filter.status().equals("open") && call.operator().mayChange());
        model.put("none", page.total() > 0 ? "" : filter.equals(DeadLetterFilter.OPEN) ? "Nothing needs attention."
                : "No dead letters match.");
        Layout.pager(model, page, PATH, DeadLetterFilters.pairs(call));
        return model;
    }

    private WebReply csv(ConsoleCall call) {
        return Layout.csv("dead-letters.csv", List.of("id", "status", "stage", "cause", "vendor", "date", "amount", "sentence",
                "http_status", "failures", "first_failed_at", "last_failed_at"),
                deadLetters.page(DeadLetterFilters.of(call), DeadLetterFilters.sort(call), 1, Layout.MOST_CSV_LINES).items().stream()
                        .map(letter -> List.<Object>of(letter.id(), letter.status(), letter.stage(), letter.cause(), letter.vendor(),
                                letter.paidOn().map(LocalDate::toString).orElse(""),
                                letter.amount().map(BigDecimal::toPlainString).orElse(""),
                                withoutSecrets.apply(letter.sentence()), letter.httpStatus().map(String::valueOf).orElse(""),
                                letter.attempts(), letter.firstFailedAt(), letter.lastFailedAt())).toList());
    }

    // ------------------------------------------------------------------------------------------------- actions on many

    private WebReply retryMany(ConsoleCall call) {
        DeadLetterFilter filter = DeadLetterFilters.ofAction(call);
        boolean named = call.ids().isPresent() || !filter.cause().isEmpty() || !filter.stage().isEmpty();
        // A typed twin would be sent a second time: that is said for it, and not for everything.
        Set<Long> twins = named ? Set.of() : Set.copyOf(deadLetters.ids(filter.stage(DeadLetters.TWIN)));
        Retries.Action retry = retries.retry(call.who());
        return many(call, "retry", "retried", id -> twins.contains(id) ? Result.of(Outcome.REFUSED, TWIN_UNANSWERED) : retry.on(id), true);
    }

    private WebReply adoptMany(ConsoleCall call) {
        return many(call, "adopt", "adopted", id -> actions.adopt(id, Optional.empty(), call.who()), false);
    }

    private WebReply discardMany(ConsoleCall call) {
        String reason = call.required("reason");
        return many(call, "discard", "discarded", id -> actions.discard(id, call.who(), reason), false);
    }

    /** @param evenAll whether everything open is meant where neither ids nor a filter are given */
    WebReply many(ConsoleCall call, String verb, String done, Retries.Action action, boolean evenAll) {
        Optional<List<Long>> ticked = call.ids();
        DeadLetterFilter filter = DeadLetterFilters.ofAction(call);
        if (ticked.isEmpty() && !filter.isNarrow() && !evenAll) {
            throw new WebRequest.Refusal(400, "Say which dead letters are meant: {\"ids\": [1, 2]}, or the filter of the list.");
        }
        Retries.Many many = retries.all(ticked.orElseGet(() -> deadLetters.ids(filter)), action);
        if (many.matching() > 0) {
            String which = ticked.isPresent() ? "chosen one by one" : filter.isNarrow() ? filter.words() : "all open ones";
            actions.done(call.who(), verb, "dead letters: " + which, many.done(), call.field("reason"));
        }
        if (call.isOfTheApi()) {
            return WebReply.json(200, many);
        }
        String left = many.left() == 0 ? "" : " " + Views.count(many.left()) + " left: " + String.join(" ", many.reasons());
        return layout.back(call, DeadLetterFilters.address(PATH, call, "view", call.field("view"), "cause",
                call.field("from-list").isEmpty() ? "" : call.field("cause")), many.matching() == 0 ? "Tick at least one payment first."
                : Views.count(many.done()) + " of " + Views.count(many.matching()) + " " + done + "." + left);
    }

    // --------------------------------------------------------------------------------------------------------- one

    private DeadLetterView.Whole whole(ConsoleCall call) {
        return deadLetters.whole(call.id()).map(whole -> DeadLetterView.Whole.of(whole, withoutSecrets))
                .orElseThrow(() -> new WebRequest.Refusal(404, "There is no dead letter " + call.id() + "."));
    }

    private WebReply one(ConsoleCall call) {
        DeadLetterView.Whole whole = whole(call);
        Map<String, Object> model = layout.model("Dead letter " + call.id(), Tab.DEAD_LETTERS, call);
        Optional<PaymentView> payment = payment(whole);
        model.putAll(state(whole, payment));
        model.putAll(Layout.fields("whole", whole, "payment", payment, "inProcore", payment.flatMap(links::commitment),
                "attemptLines", whole.failures().stream().map(failure -> Layout.fields("failure", failure, "different",
                        !failure.sentence().equals(whole.letter().sentence()))).toList(),
                "messages", List.of(message("qbxml", "Payment from QuickBooks", Pretty.xml(whole.qbxml())),
                        message("request", "Request to Procore", Pretty.json(whole.request())),
                        message("answer", "Procore's answer", Pretty.json(whole.httpAnswer())),
                        message("stack", "Stack trace", whole.stack()))));
        return layout.page("dead-letter", model);
    }

    /** Long ones are folded. */
    private static Map<String, Object> message(String id, String name, String text) {
        return Layout.fields("id", id, "name", name, "text", text, "short", text.lines().limit(LONG_MESSAGE + 1).count() <= LONG_MESSAGE);
    }

    private Optional<PaymentView> payment(DeadLetterView.Whole whole) {
        return whole.letter().rowId().flatMap(payments::byId).map(row -> PaymentView.of(row, withoutSecrets));
    }

    /** What changes by itself until a retried one is settled. */
    private WebReply stateOnly(ConsoleCall call) {
        DeadLetterView.Whole whole = whole(call);
        Map<String, Object> model = layout.model("", Tab.DEAD_LETTERS, call);
        model.putAll(state(whole, payment(whole)));
        model.put("letter", whole.letter());
        return layout.page("letter-state-only", model);
    }

    private Map<String, Object> state(DeadLetterView.Whole whole, Optional<PaymentView> payment) {
        DeadLetterView letter = whole.letter();
        Optional<DeadLetterView.Action> latest = whole.actions().stream().findFirst();
        Refusals.Behind behind = refusals.behind(letter.id());
        boolean moving = letter.status().equals("retried");
        String live = moving ? payment.map(row -> "Retried; its payment is " + row.state() + ".").orElse("Retried; it is being sent.")
                : letter.open() ? "" : latest.map(action -> action.who() + ": " + action.action()
                        + (action.note().isEmpty() ? "" : ". " + action.note())).orElse("");
        return Layout.fields("moving", moving, "live", live, "discarded", letter.status().equals("discarded"),
                "words", moving ? "Retried." : letter.open() ? "" : "Closed (" + letter.status() + ").",
                "asked", !whole.candidates().isEmpty(), "candidates", whole.candidates(), "mine", payment, "behind",
                behind.payments() == 0 ? null : Layout.fields("number", Views.count(behind.payments()), "total", behind.total()));
    }

    private WebReply retry(ConsoleCall call) {
        return acted(call, "retry", retries.retry(call.id(), call.who()));
    }

    private WebReply adopt(ConsoleCall call) {
        String record = call.field("record");
        if (!record.matches("\\d{0,18}")) {
            throw new WebRequest.Refusal(400, "\"" + record + "\" is not the number of a record in Procore.");
        }
        return acted(call, "adopt", retries.adopt(call.id(), record.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(record)),
                call.who()));
    }

    private WebReply discard(ConsoleCall call) {
        return acted(call, "discard", actions.discard(call.id(), call.who(), call.required("reason")));
    }

    private WebReply reopen(ConsoleCall call) {
        return acted(call, "reopen", actions.reopen(call.id(), call.who()));
    }

    private WebReply acted(ConsoleCall call, String verb, Result result) {
        if (result.outcome() == Outcome.UNKNOWN) {
            throw new WebRequest.Refusal(404, result.sentence());
        }
        if (result.outcome() != Outcome.NOT_OPEN && result.outcome() != Outcome.REFUSED) {
            actions.done(call.who(), verb, "dead letter " + call.id(), 1, call.field("reason"));
        }
        if (!call.isOfTheApi()) {
            return layout.back(call, PATH + "/" + call.id(), result.sentence());
        }
        return result.outcome() == Outcome.REFUSED ? WebReply.problem(409, result.sentence())
                : WebReply.json(200, Layout.fields("outcome", result.outcome().name().toLowerCase(java.util.Locale.ROOT),
                        "sentence", result.sentence(), "status", deadLetters.whole(call.id()).orElseThrow().letter().status()));
    }
}
