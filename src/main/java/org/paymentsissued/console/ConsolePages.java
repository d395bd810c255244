package org.paymentsissued.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.paymentsissued.console.Operators.Login;
import org.paymentsissued.console.Operators.Operator;
import org.paymentsissued.ledger.DeadLetterSearch;
import org.paymentsissued.ledger.LedgerUnavailable;
import org.paymentsissued.ledger.OperatorActions.Outcome;
import org.paymentsissued.ledger.OperatorActions.Result;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.Page;
import org.paymentsissued.ledger.PaymentSearch;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.watch.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;

/** The operators' pages and the forms on them. They work without script; script only keeps them fresh. */
public final class ConsolePages {

    private static final Logger LOG = LoggerFactory.getLogger(ConsolePages.class);
    private static final int PAGE_SIZE = 50;
    private static final int MOST_CSV_LINES = 100_000;
    private static final int DAYS_SHOWN = 30;
    private static final int CHART_HEIGHT = 95;
    private static final int DAY_WIDTH = 20;
    private static final int ACTIONS_SHOWN = 10;

    private final Status status;
    private final DeadLetterSearch deadLetters;
    private final PaymentSearch payments;
    private final Runs runs;
    private final OperatorActions actions;
    private final Retries retries;
    private final Work work;
    private final Operators operators;
    private final UnaryOperator<String> withoutSecrets;
    private final StatusModel statusModel;
    private final Views views = new Views();

    public ConsolePages(Status status, DeadLetterSearch deadLetters, PaymentSearch payments, Runs runs,
            OperatorActions actions, Retries retries, Work work, Operators operators,
            UnaryOperator<String> withoutSecrets) {
        this.status = status;
        this.deadLetters = deadLetters;
        this.payments = payments;
        this.runs = runs;
        this.actions = actions;
        this.retries = retries;
        this.work = work;
        this.operators = operators;
        this.withoutSecrets = withoutSecrets;
        this.statusModel = new StatusModel(withoutSecrets);
    }

    /** Answers a request that the gate has let through. */
    public void answer(Exchange exchange) {
        WebReply reply;
        try {
            WebRequest request = exchange.getProperty("request", WebRequest.class);
            Operator operator = exchange.getProperty(Gate.OPERATOR, Operator.class);
            reply = request.isWrite() ? post(request, operator) : get(request, operator);
        } catch (WebRequest.Refusal refusal) {
            reply = WebReply.plain(refusal.status(), refusal.getMessage());
        } catch (DataIntegrityViolationException e) {
            LOG.warn("A form contained a value that the database rejected: {}", e.getMostSpecificCause().getMessage());
            reply = WebReply.plain(400, "A value is too long or contains a character that cannot be stored. Nothing was changed.");
        } catch (LedgerUnavailable e) {
            LOG.warn("The console could not use the database: {}", e.getMessage());
            reply = WebReply.plain(503, "The database is unavailable. Nothing was changed.");
        } catch (Exception e) {
            LOG.error("A page failed", e);
            reply = WebReply.plain(500, "Something unexpected went wrong. See the log.");
        }
        reply.to(exchange);
    }

    private WebReply get(WebRequest request, Operator operator) throws IOException {
        String path = request.path().equals("/") ? "/" : request.path().substring("/console".length());
        if (path.startsWith("/assets/")) {
            return asset(path.substring("/assets/".length()));
        }
        return switch (path) {
            case "", "/" -> overview(request, operator);
            case "/status" -> WebReply.html(200, views.page("status", statusModel.of(status.look())));
            case "/login" -> login(request, "");
            case "/dead-letters" -> deadLetters(request, operator);
            case "/dead-letters.csv" -> deadLettersCsv(request);
            case "/dead-letters/retry" -> retryAllQuestion(request, operator);
            case "/waiting" -> payments(request, operator, Optional.of(RowState.WAITING), "/console/waiting");
            case "/waiting.csv" -> paymentsCsv(request, Optional.of(RowState.WAITING), "waiting.csv");
            case "/payments" -> payments(request, operator, state(request), "/console/payments");
            case "/payments.csv" -> paymentsCsv(request, state(request), "payments.csv");
            case "/runs" -> runs(request, operator);
            case "/runs.csv" -> runsCsv();
            default -> numbered(path, "/dead-letters/").map(id -> deadLetter(id, request, operator))
                    .or(() -> numbered(path, "/payments/").map(id -> payment(id, request, operator)))
                    .orElseThrow(() -> new WebRequest.Refusal(404, "This page does not exist."));
        };
    }

    private WebReply post(WebRequest request, Operator operator) {
        String[] path = request.path().replaceFirst("^/console/?", "").split("/");
        String action = path[0] + (path.length > 2 ? "/" + path[2] : path.length == 2 ? "/" + path[1] : "");
        if (!request.method().equals("POST")) {
            throw new WebRequest.Refusal(405, "Only GET and POST are allowed here.");
        }
        switch (action) {
            case "login":
                return loggedIn(request);
            case "logout":
                request.cookie(Gate.COOKIE).ifPresent(operators::close);
                return WebReply.seeOther("/console/login").with("Set-Cookie",
                        Gate.COOKIE + "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
            case "sync":
                return sync(request, operator);
            case "pause":
                actions.pauseDelivery(operator.name(), needed(request, "reason"));
                return back(request, "/", "Delivery is paused. Finishing calls in progress; the rest stays queued.");
            case "resume":
                actions.resumeDelivery(operator.name());
                work.deliver();
                return back(request, "/", "Delivery has resumed.");
            case "dead-letters/retry":
                return path.length == 2 ? retryAll(request, operator)
                        : letterAction(request, path[1], id -> retries.retry(id, operator.name()));
            case "dead-letters/discard":
                return letterAction(request, path[1], id -> actions.discard(id, operator.name(), needed(request, "reason")));
            case "payments/commitment":
                return commitment(request, id(path[1]), operator);
            default:
                throw new WebRequest.Refusal(404, "This form does not exist.");
        }
    }

    // ------------------------------------------------------------------------------------------- login and assets

    private WebReply login(WebRequest request, String failed) {
        Map<String, Object> model = new LinkedHashMap<>(Map.of("title", "Login", "failed", failed,
                "to", request.form().getOrDefault("to", request.parameter("to"))));
        return WebReply.html(failed.isEmpty() ? 200 : 401, views.page("login", model));
    }

    private WebReply loggedIn(WebRequest request) {
        Login login = operators.login(request.form().getOrDefault("username", "").strip(),
                request.form().getOrDefault("password", ""), request.address());
        if (login.lockedUntil().isPresent()) {
            return login(request, "Too many failed logins. Try again in a minute.");
        }
        if (login.operator().isEmpty()) {
            return login(request, "Wrong user name or password.");
        }
        String to = request.form().getOrDefault("to", "");
        boolean ours = to.startsWith("/console/") && !to.contains("\\") && !to.matches("(?s).*\\p{Cntrl}.*");
        boolean https = request.header("X-Forwarded-Proto").equalsIgnoreCase("https");
        return WebReply.seeOther(ours ? to : "/").with("Set-Cookie", Gate.COOKIE + "="
                + operators.open(login.operator().get()) + "; Path=/; HttpOnly; SameSite=Strict" + (https ? "; Secure" : ""));
    }

    private static WebReply asset(String name) throws IOException {
        String resource = switch (name) {
            case "console.css", "console.js", "icon.svg" -> "/console/assets/" + name;
            case "htmx.min.js" -> "/META-INF/resources/webjars/htmx.org/2.0.4/dist/htmx.min.js";
            default -> throw new WebRequest.Refusal(404, "This file does not exist.");
        };
        String type = name.endsWith(".css") ? "text/css; charset=utf-8" : name.endsWith(".js")
                ? "text/javascript; charset=utf-8" : "image/svg+xml";
        try (InputStream in = ConsolePages.class.getResourceAsStream(resource)) {
            return new WebReply(200, type, in.readAllBytes(), Map.of("Cache-Control", "max-age=600"));
        }
    }

    // --------------------------------------------------------------------------------------------------- overview

    private WebReply overview(WebRequest request, Operator operator) {
        Status.Look look = status.look();
        Map<String, Object> model = model("Overview", "onOverview", request, operator);
        model.putAll(statusModel.of(look));
        chart(model);
        List<OperatorActions.Logged> latest = actions.latest(ACTIONS_SHOWN);
        model.put("hasActions", !latest.isEmpty());
        model.put("actions", latest.stream().map(action -> fields("at", Views.time(action.at()), "who", action.who(),
                "what", action.action() + " " + action.subject(), "note", action.note())).toList());
        return WebReply.html(200, views.page("overview", model));
    }

    private void chart(Map<String, Object> model) {
        LocalDate today = LocalDate.now(ZoneId.systemDefault());
        LocalDate first = today.minusDays(DAYS_SHOWN - 1L);
        Map<LocalDate, Long> byDay = runs.deliveredByDay(first.atStartOfDay(ZoneId.systemDefault()).toInstant());
        long most = Math.max(1, byDay.values().stream().mapToLong(Long::longValue).max().orElse(1));
        long all = byDay.values().stream().mapToLong(Long::longValue).sum();
        List<Map<String, Object>> days = new ArrayList<>();
        for (int i = 0; i < DAYS_SHOWN; i++) {
            LocalDate day = first.plusDays(i);
            long count = byDay.getOrDefault(day, 0L);
            long height = count == 0 ? 0 : Math.max(2, count * CHART_HEIGHT / most);
            days.add(fields("x", i * DAY_WIDTH + 2, "y", 100 - height, "height", height, "day", day.toString(), "count",
                    Views.count(count)));
        }
        model.put("days", days);
        model.put("firstDay", first.toString());
        model.put("lastDay", today.toString());
        model.put("chartWords", Views.count(all) + " payments issued in 30 days, at most "
                + Views.count(byDay.isEmpty() ? 0 : most) + " a day");
    }

    private WebReply sync(WebRequest request, Operator operator) {
        if (status.look().syncRunning()) {
            return back(request, "/", "A sync is already running and covers this request.");
        }
        work.sync(operator.name());
        return back(request, "/", "A sync has started.");
    }

    // ----------------------------------------------------------------------------------------------- dead letters

    private WebReply deadLetters(WebRequest request, Operator operator) {
        DeadLetterSearch.Filter filter = ConsoleApi.filter(request);
        Page<DeadLetterSearch.Listed> page = deadLetters.page(filter, page(request), PAGE_SIZE);
        String shown = request.parameter("status").isEmpty() ? "open" : request.parameter("status");
        Map<String, Object> model = model("Dead letters", "onDeadLetters", request, operator);
        model.put("statuses", options(ConsoleApi.STATUSES, shown));
        model.put("stages", options(ConsoleApi.STAGES, filter.stage()));
        model.put("q", filter.text());
        model.put("items", page.items().stream().map(letter -> fields("id", letter.id(), "sentence",
                withoutSecrets.apply(letter.sentence()), "stage", letter.stage(), "status", letter.status(), "attempts",
                letter.attempts(), "last", Views.time(letter.lastFailedAt()))).toList());
        boolean all = filter.stage().isEmpty() && filter.text().isEmpty();
        model.put("none", page.total() > 0 ? "" : all && shown.equals("open")
                ? "Nothing needs attention." : "No dead letters match.");
        model.put("retryAll", shown.equals("open") && operator.mayChange()
                ? Views.address("/console/dead-letters/retry", "stage", filter.stage(), "q", filter.text()) : "");
        pager(model, page, "/console/dead-letters", "status", shown.equals("open") ? "" : shown, "stage",
                filter.stage(), "q", filter.text());
        return WebReply.html(200, views.page("dead-letters", model));
    }

    private WebReply deadLettersCsv(WebRequest request) {
        return csv("dead-letters.csv", List.of("id", "status", "stage", "sentence", "http_status", "failures",
                "first_failed_at", "last_failed_at"), deadLetters.page(ConsoleApi.filter(request), 1, MOST_CSV_LINES)
                .items().stream().map(letter -> List.<Object>of(letter.id(), letter.status(), letter.stage(),
                        withoutSecrets.apply(letter.sentence()), letter.httpStatus().map(String::valueOf).orElse(""),
                        letter.attempts(), letter.firstFailedAt(), letter.lastFailedAt())).toList());
    }

    private WebReply retryAllQuestion(WebRequest request, Operator operator) {
        String stage = request.choice("stage", ConsoleApi.STAGES);
        String text = request.parameter("q");
        Map<String, Object> model = model("Retry all", "onDeadLetters", request, operator);
        long total = deadLetters.count(new DeadLetterSearch.Filter("open", stage, text));
        model.put("total", Views.count(total));
        model.put("what", total == 1 ? "one dead letter" : "all " + Views.count(total) + " dead letters");
        model.put("stage", stage);
        model.put("q", text);
        model.put("action", Views.address("/console/dead-letters/retry", "stage", stage, "q", text));
        model.put("back", Views.address("/console/dead-letters", "stage", stage, "q", text));
        return WebReply.html(200, views.page("retry-all", model));
    }

    private WebReply retryAll(WebRequest request, Operator operator) {
        String stage = request.choice("stage", ConsoleApi.STAGES);
        String text = request.parameter("q");
        Retries.Many many = retries.retryAll(new DeadLetterSearch.Filter("open", stage, text), operator.name());
        String result = many.retried() + " of " + many.matching() + " retried." + (many.left() > 0
                ? " Time ran out before the other " + many.left() + "; retry all again." : "");
        return back(request, Views.address("/console/dead-letters", "stage", stage, "q", text), result);
    }

    private WebReply deadLetter(long id, WebRequest request, Operator operator) {
        DeadLetterSearch.Whole whole = deadLetters.whole(id)
                .orElseThrow(() -> new WebRequest.Refusal(404, "There is no dead letter " + id + "."));
        DeadLetterSearch.Listed letter = whole.letter();
        Map<String, Object> model = model("Dead letter " + id, "onDeadLetters", request, operator);
        model.putAll(fields("id", id, "status", letter.status(), "open", letter.status().equals("open"), "sentence",
                withoutSecrets.apply(letter.sentence()), "stage", letter.stage(), "attempts", letter.attempts(), "first",
                Views.time(letter.firstFailedAt()), "last", Views.time(letter.lastFailedAt()), "cause", letter.cause(),
                "httpStatus", letter.httpStatus().map(String::valueOf).orElse(""), "qbxml", whole.qbxml(), "request",
                withoutSecrets.apply(whole.request()), "httpAnswer", withoutSecrets.apply(whole.httpAnswer()), "stack",
                withoutSecrets.apply(whole.stack()), "hasActions", !whole.actions().isEmpty(), "trimmed",
                whole.attempts().isEmpty()));
        model.put("actions", whole.actions().stream().map(action -> fields("at", Views.time(action.at()), "who",
                action.who(), "action", action.action(), "note", action.note())).toList());
        model.put("failures", whole.attempts().stream().map(attempt -> fields("number", attempt.number(), "at",
                Views.time(attempt.at()), "httpStatus", attempt.httpStatus().map(String::valueOf).orElse(""),
                "different", !attempt.sentence().equals(letter.sentence()), "sentence",
                withoutSecrets.apply(attempt.sentence()))).toList());
        model.put("payment", letter.rowId().flatMap(payments::byId).map(row -> fields("row", row.id(), "words",
                words(row), "paymentAmount", Views.money(row.paymentAmount()), "bill", bill(row), "amount",
                Views.money(row.amount()), "state", row.state().word(), "place", place(row))).orElse(null));
        return WebReply.html(200, views.page("dead-letter", model));
    }

    private interface LetterAction {
        Result on(long id);
    }

    private WebReply letterAction(WebRequest request, String number, LetterAction action) {
        long id = id(number);
        Result result = action.on(id);
        if (result.outcome() == Outcome.UNKNOWN) {
            throw new WebRequest.Refusal(404, result.sentence());
        }
        return back(request, "/console/dead-letters/" + id, result.sentence());
    }

    // --------------------------------------------------------------------------------------------------- payments

    private static Optional<RowState> state(WebRequest request) {
        String state = request.choice("state", ConsoleApi.STATES);
        return state.isEmpty() ? Optional.empty() : Optional.of(RowState.valueOf(state.toUpperCase(Locale.ROOT)));
    }

    private WebReply payments(WebRequest request, Operator operator, Optional<RowState> state, String path) {
        boolean waiting = path.endsWith("waiting");
        Page<PaymentSearch.Found> page = payments.page(state, request.parameter("q"), page(request), PAGE_SIZE);
        Map<String, Object> model = model(waiting ? "Waiting" : "Payments", waiting ? "onWaiting" : "onPayments", request,
                operator);
        model.put("heading", waiting ? "Waiting for a commitment" : "Payments");
        model.put("hint", waiting ? "No commitment is known for these bills yet. Assign one here, or drop a CSV file"
                + " into commitments.inbox; the payments are then sent automatically." : "");
        model.put("path", path);
        model.put("statesShown", !waiting);
        model.put("states", options(ConsoleApi.STATES, state.map(RowState::word).orElse("")));
        model.put("q", request.parameter("q"));
        model.put("none", page.total() > 0 ? "" : waiting && request.parameter("q").isEmpty()
                ? "No bills are waiting." : "No payments match.");
        model.put("items", page.items().stream().map(row -> fields("id", row.id(), "name", name(row), "date",
                row.date().map(LocalDate::toString).orElse(""), "payee", row.payee(), "bill", row.billNumber().isEmpty()
                        ? row.billTxnId() : row.billNumber(), "job", job(row), "amount", Views.money(row.amount()), "state",
                row.state().word(), "commitment", row.commitmentId().map(String::valueOf).orElse(""), "give",
                row.state() == RowState.WAITING)).toList());
        pager(model, page, path, "state", waiting ? "" : state.map(RowState::word).orElse(""), "q",
                request.parameter("q"));
        return WebReply.html(200, views.page("payments", model));
    }

    /** Which job and order a bill belongs to, where QuickBooks was asked; it helps to find the commitment. */
    private static String job(PaymentSearch.Found row) {
        return String.join(", ", java.util.stream.Stream.concat(row.jobs().stream(),
                row.purchaseOrders().stream().map(order -> "order " + order)).toList());
    }

    private WebReply paymentsCsv(WebRequest request, Optional<RowState> state, String name) {
        return csv(name, List.of("state", "company_file", "payment", "number", "date", "vendor", "bill_txn_id",
                "invoice", "job", "amount", "project_id", "commitment_id", "procore_id", "reason"),
                payments.page(state, request.parameter("q"), 1, MOST_CSV_LINES).items().stream()
                        .map(row -> List.<Object>of(row.state().word(), row.companyFile(), row.paymentTxnId(),
                                row.number(), row.date().map(LocalDate::toString).orElse(""), row.payee(),
                                row.billTxnId(), row.billNumber(), job(row), row.amount().map(java.math.BigDecimal::toPlainString)
                                        .orElse(""), text(row.projectId()), text(row.commitmentId()),
                                text(row.procoreId()), row.reason())).toList());
    }

    private WebReply payment(long id, WebRequest request, Operator operator) {
        PaymentSearch.Found row = payments.byId(id)
                .orElseThrow(() -> new WebRequest.Refusal(404, "There is no payment " + id + "."));
        Map<String, Object> model = model(name(row), "onPayments", request, operator);
        model.putAll(fields("id", id, "name", name(row), "words", words(row), "state", row.state().word(), "bill",
                bill(row), "amount", Views.money(row.amount()), "reason", withoutSecrets.apply(row.reason()),
                "paymentTxnId", row.paymentTxnId(), "paymentAmount", Views.money(row.paymentAmount()), "memo", row.memo(),
                "job", job(row), "billTxnId", row.billTxnId().isEmpty() ? "none" : row.billTxnId(), "billDate",
                row.billDate().map(LocalDate::toString).orElse(""), "place", place(row), "procoreId",
                text(row.procoreId()), "procoreAmount", Views.money(row.procoreAmount()), "outcomeUnknown",
                row.outcomeUnknown(), "changed", Views.time(row.changedAt()), "next", row.state() == RowState.PENDING
                        && row.behindLetter().isEmpty() ? Views.time(row.nextAttemptAt()) : null,
                "attempts", row.attempts() > 0 ? row.attempts() : null));
        model.putAll(fields("placeable", !row.billTxnId().isEmpty() && row.billType().equals("Bill"), "rowsOfBill",
                rowsOfBill(row), "projectId", text(row.projectId()),
                "commitmentId", text(row.commitmentId()), "isPurchaseOrder",
                row.commitmentType().equals("purchase_order_contract"), "requisitionId", text(row.requisitionId()),
                "qbxml", payments.qbxml(id).orElse(""), "trimmed", payments.qbxml(id).filter(String::isEmpty).isPresent()));
        return WebReply.html(200, views.page("payment", model));
    }

    private WebReply commitment(WebRequest request, long rowId, Operator operator) {
        PaymentSearch.Found row = payments.byId(rowId)
                .orElseThrow(() -> new WebRequest.Refusal(404, "There is no payment " + rowId + "."));
        BillPlace place = BillPlace.of(name -> name.equals("billTxnId") ? row.billTxnId()
                : request.form().getOrDefault(name, ""));
        int placed = actions.placeBill(row.companyFile(), place.billTxnId(), place.placement(), operator.name());
        work.deliver();
        return back(request, "/console/payments/" + rowId, placed == 0 ? "Saved. No payment had to move."
                : "Saved. " + placed + (placed == 1 ? " payment is" : " payments are")
                        + " now on that commitment and will be sent within seconds.");
    }

    private String rowsOfBill(PaymentSearch.Found row) {
        long rows = payments.rowsOfBill(row.companyFile(), row.billTxnId());
        return rows == 1 ? "The one payment on " + bill(row) + " goes to this commitment"
                : "All " + Views.count(rows) + " payments on " + bill(row) + " go to this commitment";
    }

    private static String name(PaymentSearch.Found row) {
        return row.kind().words() + (row.number().isEmpty() ? " (" + row.paymentTxnId() + ")" : " " + row.number());
    }

    private static String words(PaymentSearch.Found row) {
        return name(row) + row.date().map(date -> " of " + date).orElse("")
                + (row.payee().isEmpty() ? "" : " to " + row.payee());
    }

    private static String bill(PaymentSearch.Found row) {
        String kind = row.billType().equals("Bill") ? "bill" : row.billType();
        return row.billTxnId().isEmpty() ? "no bill" : row.billNumber().isEmpty()
                ? kind + " without number (" + row.billTxnId() + ")" : kind + " " + row.billNumber();
    }

    private static String place(PaymentSearch.Found row) {
        return row.commitmentId().map(id -> (row.commitmentType().equals("purchase_order_contract") ? "purchase order "
                : "subcontract ") + id + " of project " + text(row.projectId())
                + row.requisitionId().map(invoice -> ", subcontractor invoice " + invoice).orElse("")).orElse("");
    }

    // ------------------------------------------------------------------------------------------------------- runs

    private WebReply runs(WebRequest request, Operator operator) {
        Page<Runs.Run> page = runs.page(page(request), PAGE_SIZE);
        Map<String, Object> model = model("Runs", "onRuns", request, operator);
        model.put("none", page.total() > 0 ? "" : "No sync has run yet.");
        model.put("items", page.items().stream().map(run -> fields("id", run.id(), "start", Views.time(run.startedAt()),
                "end", Views.time(run.endedAt()), "by", run.startedBy(), "read", Views.count(run.paymentsRead()),
                "delivered", Views.count(run.delivered()), "waiting", Views.count(run.waiting()), "dead",
                Views.count(run.dead()), "error", withoutSecrets.apply(run.error()))).toList());
        pager(model, page, "/console/runs");
        return WebReply.html(200, views.page("runs", model));
    }

    private WebReply runsCsv() {
        return csv("runs.csv", List.of("id", "company_file", "started_by", "start", "end", "read", "delivered",
                "waiting", "dead", "error"), runs.page(1, MOST_CSV_LINES).items().stream().map(run ->
                List.<Object>of(run.id(), run.companyFile(), run.startedBy(), run.startedAt(),
                        run.endedAt().map(Instant::toString).orElse(""), run.paymentsRead(), run.delivered(),
                        run.waiting(), run.dead(), withoutSecrets.apply(run.error()))).toList());
    }

    // ----------------------------------------------------------------------------------------------------- common

    private Map<String, Object> model(String title, String tab, WebRequest request, Operator operator) {
        String result = request.cookie(Gate.COOKIE).map(operators::kept).orElse("");
        return fields("title", title, tab, true, "operator", operator.name(), "mayChange", operator.mayChange(),
                "csrf", operator.csrf(), "result", result);
    }

    private WebReply back(WebRequest request, String to, String sentence) {
        request.cookie(Gate.COOKIE).ifPresent(session -> operators.keep(session, sentence));
        return WebReply.seeOther(to);
    }

    private static void pager(Map<String, Object> model, Page<?> page, String path, String... filters) {
        model.put("page", page.page());
        model.put("pages", Views.count(page.last()));
        model.put("total", Views.count(page.total()));
        model.put("from", Views.count(Math.min(page.total(), (long) (page.page() - 1) * page.size() + 1)));
        model.put("to", Views.count(Math.min(page.total(), (long) page.page() * page.size())));
        model.put("previous", page.page() > 1 ? paged(path, page.page() - 1, filters) : "");
        model.put("next", page.page() < page.last() ? paged(path, page.page() + 1, filters) : "");
        model.put("csv", Views.address(path + ".csv", filters));
    }

    private static String paged(String path, int page, String... filters) {
        List<String> pairs = new ArrayList<>(List.of(filters));
        pairs.add("page");
        pairs.add(page == 1 ? "" : Integer.toString(page));
        return Views.address(path, pairs.toArray(String[]::new));
    }

    private static List<Map<String, Object>> options(List<String> words, String chosen) {
        return words.stream().map(word -> fields("word", word, "chosen", word.equals(chosen))).toList();
    }

    private static int page(WebRequest request) {
        return request.number("page", 1, 1, 1_000_000);
    }

    private static String needed(WebRequest request, String field) {
        String value = request.form().getOrDefault(field, "").strip();
        if (value.isEmpty()) {
            throw new WebRequest.Refusal(400, "Enter a " + field + ".");
        }
        return value;
    }

    private static Optional<Long> numbered(String path, String prefix) {
        return path.startsWith(prefix) && path.substring(prefix.length()).matches("\\d{1,18}")
                ? Optional.of(Long.parseLong(path.substring(prefix.length()))) : Optional.empty();
    }

    private static long id(String text) {
        return numbered(text, "").orElseThrow(() -> new WebRequest.Refusal(404, "This page does not exist."));
    }

    private static String text(Optional<Long> id) {
        return id.map(String::valueOf).orElse("");
    }

    private static WebReply csv(String name, List<String> header, List<List<Object>> lines) {
        StringWriter text = new StringWriter();
        try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
            printer.printRecord(header);
            for (List<Object> line : lines) {
                printer.printRecord(line.stream().map(ConsolePages::harmless));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return WebReply.csv(name, text.toString());
    }

    /** A spreadsheet would run a text that begins like a formula. */
    private static Object harmless(Object cell) {
        String text = cell.toString();
        boolean formula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 && !text.matches("-?\\d+(\\.\\d+)?");
        return formula ? "'" + text : text;
    }

    static Map<String, Object> fields(Object... pairs) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            fields.put((String) pairs[i], pairs[i + 1]);
        }
        return fields;
    }
}
