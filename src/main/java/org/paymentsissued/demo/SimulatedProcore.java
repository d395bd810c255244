package org.paymentsissued.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.paymentsissued.demo.Company.Commitment;
import org.paymentsissued.demo.Company.Project;
import org.paymentsissued.demo.Company.Requisition;
import org.paymentsissued.demo.Faults.Kind;
import org.paymentsissued.demo.PaymentIssued.Author;
import org.paymentsissued.demo.ProcoreBehaviour.IdempotencyTokens;
import org.paymentsissued.demo.ProcoreBehaviour.ThrottleAnswer;

/**
 * A Procore company in memory: the part of Procore's API that payments on commitments need, the people who work in
 * Procore beside us, and everything that goes wrong on the way. It trusts no client, keeps what it saw in
 * {@link #requests()}, and lists in {@link #violations()} what a polite and exact client would not have done. Safe for
 * use by several threads.
 */
public final class SimulatedProcore {
    /** The company of {@link #ofDemoData()}. */
    public static final long DEMO_COMPANY_ID = 598134325510001L;
    /** Accepted by the token endpoint unless {@link #credentials} names others. */
    public static final String CLIENT_ID = "demo-client";
    /** Goes with {@link #CLIENT_ID}. */
    public static final String CLIENT_SECRET = "demo-secret";

    /** The two kinds of commitment. */
    public enum CommitmentType {
        WORK_ORDER_CONTRACT, PURCHASE_ORDER_CONTRACT;

        static CommitmentType named(String name) {
            return valueOf(name.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * One HTTP request.
     *
     * @param path    without the query, decoded
     * @param query   decoded; a name may be given several times
     * @param headers found whatever the case of the name
     * @param body    empty where there is none
     */
    public record Request(
            String method, String path, Map<String, List<String>> query, Map<String, String> headers, String body) {

        public Request {
            query = Collections.unmodifiableMap(new LinkedHashMap<>(query));
            Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            anyCase.putAll(headers);
            headers = Collections.unmodifiableMap(anyCase);
            body = body == null ? "" : body;
        }

        /** A request without headers; the query stands encoded behind the path. */
        public static Request of(String method, String pathAndQuery, String body) {
            int mark = pathAndQuery.indexOf('?');
            String path = mark < 0 ? pathAndQuery : pathAndQuery.substring(0, mark);
            String query = mark < 0 ? "" : pathAndQuery.substring(mark + 1);
            return new Request(method, path, parameters(query), Map.of(), body);
        }

        /** The same request with one more header, or another value of it. */
        public Request with(String header, String value) {
            Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            more.putAll(headers);
            more.put(header, value);
            return new Request(method, path, query, more, body);
        }

        static Map<String, List<String>> parameters(String encoded) {
            Map<String, List<String>> parameters = new LinkedHashMap<>();
            for (String pair : encoded.split("&")) {
                if (!pair.isEmpty()) {
                    int equals = pair.indexOf('=');
                    String name = equals < 0 ? pair : pair.substring(0, equals);
                    String value = equals < 0 ? "" : pair.substring(equals + 1);
                    parameters.computeIfAbsent(decoded(name), unseen -> new ArrayList<>()).add(decoded(value));
                }
            }
            return parameters;
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        }

        Optional<String> parameter(String name) {
            return Optional.ofNullable(query.get(name)).map(values -> values.get(values.size() - 1));
        }

        /** A required id in the query. */
        long id(String name) {
            String text = parameter(name).orElseThrow(() -> Refusal.badRequest(name + " is missing in the query"));
            if (!text.matches("\\d{1,18}")) {
                throw Refusal.badRequest(name + " must be a whole number");
            }
            return Long.parseLong(text);
        }

        /** The media type in lower case without parameters; empty where none is given. */
        String contentType() {
            return headers.getOrDefault("Content-Type", "").split(";")[0].trim().toLowerCase(Locale.ROOT);
        }

        boolean writes() {
            return !method.equals("GET");
        }

        String line() {
            return method + " " + path;
        }
    }

    /**
     * One HTTP answer, or none.
     *
     * @param status 0 where the connection is cut instead
     */
    public record Reply(int status, Map<String, String> headers, String body) {
        private static final Reply NONE = new Reply(0, Map.of(), "");

        public Reply {
            Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            anyCase.putAll(headers);
            headers = Collections.unmodifiableMap(anyCase);
        }

        /** No answer: whoever carries the reply cuts the connection. */
        public boolean isConnectionCut() {
            return status == 0;
        }

        static Reply json(int status, JsonNode body) {
            return empty(status).with("Content-Type", "application/json; charset=utf-8").withBody(body.toString());
        }

        static Reply html(int status, String text) {
            return empty(status).with("Content-Type", "text/html")
                    .withBody("<html><body><h1>" + text + "</h1></body></html>");
        }

        static Reply empty(int status) {
            return new Reply(status, Map.of(), "");
        }

        Reply with(String header, String value) {
            return with(Map.of(header, value));
        }

        Reply with(Map<String, String> more) {
            Map<String, String> all = new HashMap<>(headers);
            all.putAll(more);
            return new Reply(status, all, body);
        }

        Reply withBody(String body) {
            return new Reply(status, headers, body);
        }

        boolean isSuccess() {
            return status >= 200 && status < 300;
        }
    }

    /**
     * A request and what became of it.
     *
     * @param status as the client saw it; 0 where the connection was cut
     */
    public record Call(Request request, int status) {
    }

    private record SeenToken(String call, Reply answer) {
    }

    private static final Pattern REST_PATH = Pattern.compile("/rest/(v\\d\\.\\d/[a-z_]+)(?:/(\\d{1,18}))?");
    private static final String CONTRACT_PAYMENTS = "v1.0/contract_payments";
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final long companyId;
    private final ProcoreBehaviour behaviour = new ProcoreBehaviour();
    private final Faults faults = new Faults();
    private final Violations violations = new Violations();
    private final AccessTokens tokens = new AccessTokens(behaviour);
    private final RateWindows windows = new RateWindows(behaviour);
    private final Company company;
    private final ContractPayments payments;
    private final Map<String, SeenToken> seenTokens = new HashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private volatile Consumer<Request> duringCalls = request -> { };
    private Instant throttledAt = Instant.MIN;
    private Instant resumeAt = Instant.MIN;

    /** An empty company. */
    public SimulatedProcore(long companyId) {
        this.companyId = companyId;
        this.company = new Company(companyId, behaviour, violations);
        this.payments = company.payments();
    }

    /** The company of the demo, from the CSV files under {@code demo/data/} on the class path. */
    public static SimulatedProcore ofDemoData() {
        return of("demo/data/");
    }

    static SimulatedProcore of(String folder) {
        SimulatedProcore procore = new SimulatedProcore(DEMO_COMPANY_ID);
        for (CSVRecord row : rows(folder + "projects.csv")) {
            procore.company.add(new Project(id(row, "project_id"), row.get("name"), textOrNull(row, "number"),
                    procore.stamp()));
        }
        for (CSVRecord row : rows(folder + "commitments.csv")) {
            procore.company.add(new Commitment(id(row, "commitment_id"), id(row, "project_id"),
                    CommitmentType.named(row.get("type")), row.get("number"), row.get("title"), row.get("vendor"),
                    row.get("status"), Boolean.parseBoolean(row.get("payments_enabled")), procore.stamp()));
        }
        for (CSVRecord row : rows(folder + "bills.csv")) {
            if (!row.get("requisition_id").isEmpty()) {
                procore.company.add(new Requisition(id(row, "requisition_id"), id(row, "commitment_id"),
                        row.get("bill_txn_id"), textOrNull(row, "invoice_number"), new BigDecimal(row.get("amount")),
                        LocalDate.parse(row.get("bill_date")), procore.stamp()));
            }
        }
        return procore;
    }

    /** An active project the account may see. */
    public synchronized SimulatedProcore project(long projectId, String name) {
        company.add(new Project(projectId, name, null, stamp()));
        return this;
    }

    /** An approved commitment with the payments tab on; the vendor is the name of a directory company. */
    public synchronized SimulatedProcore commitment(
            long projectId, long commitmentId, CommitmentType type, String number, String vendor) {
        company.add(new Commitment(commitmentId, projectId, type, number, number, vendor, "Approved", true,
                stamp()));
        return this;
    }

    /** An approved subcontractor invoice; {@code originId}, the QuickBooks bill, and the number may be null. */
    public synchronized SimulatedProcore requisition(
            long commitmentId, long requisitionId, String originId, String invoiceNumber, String amountDue) {
        company.add(new Requisition(requisitionId, commitmentId, originId, invoiceNumber, new BigDecimal(amountDue),
                null, stamp()));
        return this;
    }

    /** Who makes a project and a commitment known that a call names and nobody has set up. */
    @FunctionalInterface
    public interface Newcomers {
        void named(SimulatedProcore procore, long projectId, long commitmentId);
    }

    /** Lets somebody set up a commitment at the moment a call first names it; without, such a call is refused. */
    public SimulatedProcore newcomers(Newcomers newcomers) {
        company.newcomers((projectId, commitmentId) -> newcomers.named(this, projectId, commitmentId));
        return this;
    }

    /**
     * A payment that we wrote before this simulation began.
     *
     * @param paymentId 0 where the next free id will do
     * @param fields    what stands under contract_payment in the call that wrote it
     */
    public synchronized void alreadyHolds(long paymentId, long commitmentId, String fields) {
        payments.add(paymentId, company.existing(commitmentId), Json.read(fields));
    }

    /** Switches the payments tab of a commitment on or off. */
    public synchronized SimulatedProcore enablePayments(long commitmentId, boolean enabled) {
        company.enablePayments(commitmentId, enabled);
        return this;
    }

    /** Takes the project off the account's list of permitted projects. */
    public synchronized SimulatedProcore forbidProject(long projectId) {
        company.forbidProject(projectId);
        return this;
    }

    /** Takes the Commitments tool of the project from the account. */
    public synchronized SimulatedProcore forbidCommitments(long projectId) {
        company.forbidCommitments(projectId);
        return this;
    }

    /** Takes back every {@link #forbidProject} and {@link #forbidCommitments}. */
    public synchronized SimulatedProcore permitEverything() {
        company.permitEverything();
        return this;
    }

    /** The only client id and secret that get a token from now on. */
    public synchronized SimulatedProcore credentials(String clientId, String clientSecret) {
        tokens.accept(clientId, clientSecret);
        return this;
    }

    /** The switches. */
    public ProcoreBehaviour behaviour() {
        return behaviour;
    }

    /** What goes wrong. */
    public Faults faults() {
        return faults;
    }

    /**
     * Runs while each call is under way: it has arrived and nothing is stored yet. A test can so act as somebody who
     * is quicker, or hold a call until another has come.
     */
    public SimulatedProcore duringCalls(Consumer<Request> duringCalls) {
        this.duringCalls = duringCalls;
        return this;
    }

    /** Every token is refused from now on. */
    public synchronized void expireTokens() {
        tokens.expireAll();
    }

    /** A person types a payment; returns the record's id. The date is {@code YYYY-MM-DD}. */
    public synchronized long addByHand(long commitmentId, String amount, String date, String checkNumber) {
        return add(Author.PERSON, commitmentId, amount, date, Map.of("check_number", checkNumber));
    }

    /** Procore Pay pays; returns the record's id. */
    public synchronized long addProcorePay(long commitmentId, String amount, String date, String externalPaymentId) {
        return add(Author.PROCORE_PAY, commitmentId, amount, date, Map.of("external_payment_id", externalPaymentId,
                "date_payment_initiated", date + "T00:00:00Z", "status", "synthetic-status"));
    }

    /** Another integration writes a payment; returns the record's id. */
    public synchronized long addForeign(long commitmentId, String amount, String date, String originId) {
        return add(Author.FOREIGN, commitmentId, amount, date, Map.of("origin_id", originId));
    }

    /** A person attaches a file to a payment. */
    public synchronized void attach(long paymentId, String filename) {
        payments.attach(paymentId, filename);
    }

    /** A person fills in Payment #. */
    public synchronized void setPaymentNumber(long paymentId, int paymentNumber) {
        payments.edit(paymentId, "payment_number", Json.object().numberNode(paymentNumber));
    }

    /** A person rewrites the notes. */
    public synchronized void editNotes(long paymentId, String notes) {
        payments.edit(paymentId, "notes", Json.textNode(notes));
    }

    /** A person changes the amount. */
    public synchronized void editAmount(long paymentId, String amount) {
        payments.edit(paymentId, "amount", Json.textNode(new BigDecimal(amount).toPlainString()));
    }

    /** A person removes a payment. */
    public synchronized void remove(long paymentId) {
        payments.remove(paymentId);
    }

    /** Every call so far, in the order in which they were processed. */
    public synchronized List<Call> requests() {
        return List.copyOf(calls);
    }

    /** Every payment as it is stored now, oldest first. */
    public synchronized List<PaymentIssued> paymentsIssued() {
        return payments.paymentsIssued();
    }

    /** The sum of all payments on a commitment. */
    public synchronized BigDecimal totalPayments(long commitmentId) {
        return payments.total(commitmentId);
    }

    /** What no polite and exact client would have done, a sentence each, in order. */
    public List<String> violations() {
        return violations.sentences();
    }

    /** Answers one request; waits in here where the answer is to be late. */
    public Reply handle(Request request) {
        Instant arrival = now();
        Set<String> meant = recordsMeant(request);
        violations.enter(request, meant);
        Optional<Kind> struck;
        Reply reply;
        try {
            duringCalls.accept(request);
            synchronized (this) {
                struck = faults.strike(request);
                reply = answer(request, arrival, struck.orElse(null));
                if (behaviour.keepsCalls) {
                    calls.add(new Call(request, reply.status()));
                }
            }
        } finally {
            violations.leave(meant);
        }
        if (struck.equals(Optional.of(Kind.LATE))) {
            pause(faults.lateness());
        }
        return reply;
    }

    /** The same for a Camel route on platform-http, which can even cut the connection. */
    public void answer(Exchange exchange) {
        RouteExchange route = new RouteExchange(exchange);
        route.reply(handle(route.request()));
    }

    private long add(Author author, long commitmentId, String amount, String date, Map<String, String> others) {
        ObjectNode fields = Json.object()
                .put("amount", new BigDecimal(amount).toPlainString())
                .put("date", LocalDate.parse(date).toString());
        others.forEach(fields::put);
        return payments.add(author, company.existing(commitmentId), fields);
    }

    private synchronized Set<String> recordsMeant(Request request) {
        Matcher path = REST_PATH.matcher(request.path());
        if (!request.writes() || !path.matches() || !path.group(1).equals(CONTRACT_PAYMENTS)) {
            return Set.of();
        }
        return payments.recordsMeant(request, Optional.ofNullable(path.group(2)).map(Long::valueOf));
    }

    private Reply answer(Request request, Instant arrival, Kind fault) {
        boolean rest = request.path().startsWith("/rest/");
        if (rest) {
            violations.noteHeaders(request);
            noteHaste(request, arrival);
        }
        Reply reply = faultyAnswer(request, fault);
        if (reply.isConnectionCut()) {
            return reply;
        }
        if (rest) {
            Map<String, String> limits = new HashMap<>(windows.headers());
            limits.putAll(reply.headers());
            reply = reply.with(limits);
        }
        return reply.with("Date", HTTP_DATE.format(now()))
                .with("X-Request-Id", String.format("synthetic-%08d", calls.size() + 1));
    }

    private Reply faultyAnswer(Request request, Kind fault) {
        if (fault == null) {
            return process(request);
        }
        return switch (fault) {
            case DROP_BEFORE -> Reply.NONE;
            case ERROR_500_BEFORE -> Reply.html(500, "Something went wrong");
            case THROTTLE -> throttled(now().plus(behaviour.pauseAsked));
            case HEAVY_LOAD -> heavyLoad();
            case TOKEN_EXPIRES -> {
                tokens.expireAll();
                yield process(request);
            }
            case DROP_AFTER -> {
                process(request);
                yield Reply.NONE;
            }
            case ERROR_500_AFTER -> {
                process(request);
                yield Reply.html(500, "Something went wrong");
            }
            case GARBLED_BODY -> garbled(process(request));
            case LATE -> process(request);
        };
    }

    private static Reply garbled(Reply reply) {
        if (!reply.isSuccess()) {
            return reply;
        }
        return reply.body().isEmpty()
                ? reply.withBody("<html>")
                : reply.withBody(reply.body().substring(0, reply.body().length() / 2));
    }

    private Reply process(Request request) {
        try {
            if (request.path().startsWith("/oauth/")) {
                return tokens.answer(request);
            }
            if (!windows.admit(now())) {
                return throttled(windows.reset());
            }
            requireAccess(request);
            return route(request);
        } catch (Refusal refusal) {
            return refusal.reply();
        }
    }

    private void requireAccess(Request request) {
        if (!tokens.accepts(request)) {
            throw Refusal.generic(401, "The access token is missing, unknown or expired.", null, null, "Unauthorized");
        }
        if (request.headers().getOrDefault("User-Agent", "").isBlank()) {
            throw Refusal.badRequest("A User-Agent is required");
        }
        if (!String.valueOf(companyId).equals(request.headers().get("Procore-Company-Id"))) {
            throw behaviour.statusWithoutCompany == 404
                    ? Refusal.notFound("Not found")
                    : Refusal.message(behaviour.statusWithoutCompany, "The header Procore-Company-Id is required");
        }
        if (!behaviour.appConnected) {
            throw Refusal.generic(403, "Access refused: this app is not connected to company " + companyId + ".",
                    null, null, "Forbidden");
        }
    }

    private Reply route(Request request) {
        Matcher path = REST_PATH.matcher(request.path());
        if (!path.matches()) {
            throw unknownPath(request);
        }
        String resource = path.group(1);
        if (path.group(2) == null) {
            return switch (request.method() + " " + resource) {
                case "GET " + CONTRACT_PAYMENTS -> payments.list(request);
                case "POST " + CONTRACT_PAYMENTS -> create(request);
                case "GET v1.1/requisitions" -> company.requisitions(request);
                case "GET v1.0/work_order_contracts" ->
                        company.contracts(request, CommitmentType.WORK_ORDER_CONTRACT);
                case "GET v1.0/purchase_order_contracts" ->
                        company.contracts(request, CommitmentType.PURCHASE_ORDER_CONTRACT);
                case "GET v1.1/projects" -> company.projects(request);
                case "GET v1.0/companies" -> company.companies(request);
                default -> throw unknownPath(request);
            };
        }
        long id = Long.parseLong(path.group(2));
        return switch (request.method() + " " + resource) {
            case "GET " + CONTRACT_PAYMENTS -> payments.show(request, id);
            case "PATCH " + CONTRACT_PAYMENTS -> onceByToken(request, () -> payments.update(request, id));
            case "DELETE " + CONTRACT_PAYMENTS -> payments.delete(request, id);
            case "GET v1.0/work_order_contracts" ->
                    company.contract(request, CommitmentType.WORK_ORDER_CONTRACT, id);
            case "GET v1.0/purchase_order_contracts" ->
                    company.contract(request, CommitmentType.PURCHASE_ORDER_CONTRACT, id);
            case "GET v1.0/commitments" -> company.commitment(request, id);
            default -> throw unknownPath(request);
        };
    }

    private Reply create(Request request) {
        payments.noteDuplicateAskedFor(request);
        return onceByToken(request, () -> payments.create(request));
    }

    private Refusal unknownPath(Request request) {
        violations.note(request.line() + " is no documented call");
        return Refusal.notFound("No such path");
    }

    private Reply onceByToken(Request request, Supplier<Reply> processing) {
        String token = request.headers().get("Idempotency-Token");
        if (token == null || token.isBlank()) {
            violations.note(request.line() + " came without an Idempotency-Token");
            return processing.get();
        }
        if (!behaviour.keepsCalls) {
            return processing.get();
        }
        String call = request.line() + "\n" + request.body();
        SeenToken seen = seenTokens.putIfAbsent(token, new SeenToken(call, null));
        if (seen != null && !seen.call().equals(call)) {
            violations.note(request.line() + " used the Idempotency-Token " + token + " of another call");
            if (behaviour.idempotencyTokens == IdempotencyTokens.REPLAYS) {
                throw Refusal.message(422, "The Idempotency-Token belongs to another call");
            }
        }
        if (seen != null && seen.answer() != null && behaviour.idempotencyTokens == IdempotencyTokens.REPLAYS) {
            return seen.answer();
        }
        Reply reply = processing.get();
        seenTokens.put(token, new SeenToken(call, reply));
        return reply;
    }

    private void noteHaste(Request request, Instant arrival) {
        if (arrival.isBefore(resumeAt) && arrival.isAfter(throttledAt.plus(behaviour.throttleGrace))) {
            violations.note(request.line() + " came before " + resumeAt + ", the time it was told to wait for");
        }
    }

    private Reply throttled(Instant until) {
        askToWait(until);
        Reply reply = Reply.json(429, Json.object().put("errors", "You have surpassed your hourly quota of calls."))
                .with(windows.exhausted(until));
        return behaviour.throttleAnswer == ThrottleAnswer.RESET_ONLY
                ? reply
                : reply.with("Retry-After", secondsUntil(until));
    }

    private Reply heavyLoad() {
        Instant until = now().plus(behaviour.pauseAsked);
        askToWait(until);
        return Reply.html(503, "Heavy load").with("Retry-After", secondsUntil(until));
    }

    private void askToWait(Instant until) {
        throttledAt = now();
        resumeAt = until;
    }

    private String secondsUntil(Instant until) {
        return String.valueOf(Duration.between(now(), until).plusNanos(999_999_999).toSeconds());
    }

    private Instant now() {
        return behaviour.now();
    }

    /** Stamps of records have whole seconds. */
    private Instant stamp() {
        return now().truncatedTo(ChronoUnit.SECONDS);
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<CSVRecord> rows(String resource) {
        CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
        try (InputStream csv = SimulatedProcore.class.getClassLoader().getResourceAsStream(resource)) {
            if (csv == null) {
                throw new IllegalStateException("there is no " + resource + " on the class path");
            }
            return format.parse(new InputStreamReader(csv, StandardCharsets.UTF_8)).getRecords();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(resource, unreadable);
        }
    }

    private static long id(CSVRecord row, String column) {
        return Long.parseLong(row.get(column));
    }

    private static String textOrNull(CSVRecord row, String column) {
        return row.get(column).isEmpty() ? null : row.get(column);
    }
}
