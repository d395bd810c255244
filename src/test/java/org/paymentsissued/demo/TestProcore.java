package org.paymentsissued.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.paymentsissued.demo.Company.Commitment;
import org.paymentsissued.demo.Company.Requisition;
import org.paymentsissued.demo.ContractPayments.Stored;
import org.paymentsissued.demo.Faults.Kind;
import org.paymentsissued.demo.PaymentIssued.Author;
import org.paymentsissued.demo.ProcoreBehaviour.AmountRendering;
import org.paymentsissued.demo.ProcoreBehaviour.Answer;
import org.paymentsissued.demo.ProcoreBehaviour.IdempotencyTokens;
import org.paymentsissued.demo.ProcoreBehaviour.Locking;
import org.paymentsissued.demo.ProcoreBehaviour.ThrottleAnswer;

/**
 * The simulated Procore as tests need it: with the people who work in Procore beside us, with a switch for everything that
 * is not known or differs between servers, with everything that goes wrong on the way, and with an eye for calls that no
 * polite and exact client would make.
 */
public final class TestProcore extends SimulatedProcore {
    private static final Pattern PAYMENT = Pattern.compile("/rest/v1\\.0/contract_payments(?:/(\\d{1,18}))?");
    private static final Set<String> NEVER_LOCKED = Set.of("attachments", "origin_id", "origin_data");

    private record SeenToken(String call, Reply answer) {
    }

    private final ProcoreBehaviour behaviour;
    private final TestCompany company;
    private final TestTokens tokens;
    /** Each has been accepted at least once. */
    private final Set<String> acceptedTokens = new HashSet<>();
    private final Faults faults = new Faults();
    private final RateWindows windows;
    private final Map<String, SeenToken> seenTokens = new HashMap<>();
    private final Map<String, Integer> recordsInUse = new HashMap<>();
    private volatile Consumer<Request> duringCalls = request -> { };
    private Instant throttledAt = Instant.MIN;
    private Instant resumeAt = Instant.MIN;
    private Optional<Kind> struck = Optional.empty();

    /** An empty company. */
    public TestProcore(long companyId) {
        this(new ProcoreBehaviour(), companyId);
    }

    private TestProcore(ProcoreBehaviour behaviour, long companyId) {
        this(behaviour, new TestCompany(companyId, behaviour), new TestTokens(behaviour));
    }

    private TestProcore(ProcoreBehaviour behaviour, TestCompany company, TestTokens tokens) {
        super(company, new TestPayments(company, behaviour), tokens);
        this.behaviour = behaviour;
        this.company = company;
        this.tokens = tokens;
        this.windows = new RateWindows(behaviour);
    }

    /** The company of the demo. */
    public static TestProcore ofDemoData() {
        TestProcore procore = new TestProcore(DEMO_COMPANY_ID);
        procore.company.enterDemoData();
        return procore;
    }

    // ---- what is there -----------------------------------------------------------------------------------------

    @Override
    public synchronized TestProcore project(long projectId, String name) {
        super.project(projectId, name);
        return this;
    }

    @Override
    public synchronized TestProcore commitment(
            long projectId, long commitmentId, CommitmentType type, String number, String vendor) {
        super.commitment(projectId, commitmentId, type, number, vendor);
        return this;
    }

    /** An approved subcontractor invoice; {@code originId}, the QuickBooks bill, and the number may be null. */
    public synchronized TestProcore requisition(
            long commitmentId, long requisitionId, String originId, String invoiceNumber, String amountDue) {
        company.add(new Requisition(requisitionId, commitmentId, originId, invoiceNumber, new BigDecimal(amountDue), null,
                company.now()));
        return this;
    }

    /** Switches the payments tab of a commitment on or off. */
    public synchronized TestProcore enablePayments(long commitmentId, boolean enabled) {
        Commitment was = company.existing(commitmentId);
        company.add(new Commitment(was.id(), was.projectId(), was.type(), was.number(), was.title(), was.vendor(),
                was.status(), enabled, was.updatedAt()));
        return this;
    }

    /** Takes the project off the account's list of permitted projects. */
    public synchronized TestProcore forbidProject(long projectId) {
        company.notPermitted.add(projectId);
        return this;
    }

    /** Takes the Commitments tool of the project from the account. */
    public synchronized TestProcore forbidCommitments(long projectId) {
        company.withoutCommitmentsTool.add(projectId);
        return this;
    }

    /** Takes back every {@link #forbidProject} and {@link #forbidCommitments}. */
    public synchronized TestProcore permitEverything() {
        company.notPermitted.clear();
        company.withoutCommitmentsTool.clear();
        return this;
    }

    /** The only client id and secret that get a token from now on. */
    public synchronized TestProcore credentials(String clientId, String clientSecret) {
        tokens.clientId = clientId;
        tokens.clientSecret = clientSecret;
        return this;
    }

    /** Every token is refused from now on. */
    public synchronized void expireTokens() {
        tokens.validUntil.clear();
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
     * Runs while each call is under way: it has arrived and nothing is stored yet. A test can so act as someone who
     * is quicker, or hold a call until another has come.
     */
    public TestProcore duringCalls(Consumer<Request> duringCalls) {
        this.duringCalls = duringCalls;
        return this;
    }

    // ---- people and other systems ------------------------------------------------------------------------------

    /** A person types a payment; returns the record's id. The date is {@code YYYY-MM-DD}. */
    public synchronized long addByHand(long commitmentId, String amount, String date, String checkNumber) {
        return add(Author.PERSON, commitmentId, amount, date, Map.of("check_number", checkNumber));
    }

    /** The same with other fields than a check number. */
    public synchronized long addByHand(long commitmentId, String amount, String date, Map<String, String> others) {
        return add(Author.PERSON, commitmentId, amount, date, others);
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

    private long add(Author author, long commitmentId, String amount, String date, Map<String, String> others) {
        ObjectNode fields = Json.object()
                .put("amount", new BigDecimal(amount).toPlainString())
                .put("date", LocalDate.parse(date).toString());
        others.forEach(fields::put);
        return payments.add(0, company.existing(commitmentId), author, fields).id;
    }

    /** A person attaches a file to a payment. */
    public synchronized void attach(long paymentId, String filename) {
        edited(paymentId).withArray("attachments").addObject().put("id", paymentId * 100)
                .put("url", "https://files.example.test/" + filename).put("filename", filename);
    }

    /** A person fills in Payment #. */
    public synchronized void setPaymentNumber(long paymentId, int paymentNumber) {
        edited(paymentId).put("payment_number", paymentNumber);
    }

    /** A person rewrites the notes. */
    public synchronized void editNotes(long paymentId, String notes) {
        edited(paymentId).put("notes", notes);
    }

    /** A person changes the amount. */
    public synchronized void editAmount(long paymentId, String amount) {
        edited(paymentId).put("amount", new BigDecimal(amount).toPlainString());
    }

    private ObjectNode edited(long paymentId) {
        Stored record = existing(paymentId);
        record.updatedAt = company.now();
        return record.fields;
    }

    /** A person removes a payment. */
    public synchronized void remove(long paymentId) {
        payments.records().remove(existing(paymentId).id);
    }

    private Stored existing(long paymentId) {
        return Optional.ofNullable(payments.records().get(paymentId))
                .orElseThrow(() -> new IllegalArgumentException("there is no payment " + paymentId));
    }

    /** The sum of all payments on a commitment. */
    public BigDecimal totalPayments(long commitmentId) {
        return paymentsIssued().stream().filter(payment -> payment.contractId() == commitmentId).map(PaymentIssued::amount)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    // ---- calls -------------------------------------------------------------------------------------------------

    /** Answers one request; waits in here where the answer is to be late. */
    @Override
    public Reply handle(Request request) {
        Instant arrival = behaviour.now();
        Set<String> meant = enter(request);
        boolean late;
        Reply reply;
        try {
            duringCalls.accept(request);
            synchronized (this) {
                struck = faults.strike(request);
                late = struck.equals(Optional.of(Kind.LATE));
                if (isRest(request)) {
                    noteHaste(request, arrival);
                }
                reply = super.handle(request);
            }
        } finally {
            leave(meant);
        }
        if (late) {
            pause(faults.lateness());
        }
        return reply;
    }

    @Override
    Reply process(Request request) {
        Reply reply = struck.map(fault -> faulty(request, fault)).orElseGet(() -> withinLimits(request));
        if (!isRest(request) || Faults.isCut(reply)) {
            return reply;
        }
        Map<String, String> headers = new HashMap<>(windows.headers());
        headers.putAll(reply.headers());
        return reply.with(headers);
    }

    private Reply faulty(Request request, Kind fault) {
        return switch (fault) {
            case DROP_BEFORE -> Faults.CUT;
            case ERROR_500_BEFORE -> Faults.html(500, "Something went wrong");
            case THROTTLE -> throttled(behaviour.now().plus(behaviour.pauseAsked));
            case HEAVY_LOAD -> heavyLoad();
            case TOKEN_EXPIRES -> {
                // A token that is refused although it was just granted is a refusal of the app, not an expiry.
                if (acceptedTokens.contains(authorization(request))) {
                    expireTokens();
                }
                yield withinLimits(request);
            }
            case DROP_AFTER -> {
                withinLimits(request);
                yield Faults.CUT;
            }
            case ERROR_500_AFTER -> {
                withinLimits(request);
                yield Faults.html(500, "Something went wrong");
            }
            case GARBLED_BODY -> Faults.garbled(withinLimits(request));
            case LATE -> withinLimits(request);
        };
    }

    private static String authorization(Request request) {
        return request.headers().getOrDefault("Authorization", "");
    }

    private Reply withinLimits(Request request) {
        if (isRest(request) && !windows.admit(behaviour.now())) {
            return throttled(windows.reset());
        }
        return super.process(request);
    }

    @Override
    void requireAccess(Request request) {
        try {
            super.requireAccess(request);
            acceptedTokens.add(authorization(request));
        } catch (Refusal refusal) {
            if (refusal.reply().status() == 404 && behaviour.statusWithoutCompany != 404) {
                throw Refusal.message(behaviour.statusWithoutCompany, "The header Procore-Company-Id is required");
            }
            throw refusal;
        }
        if (!behaviour.appConnected) {
            throw Refusal.generic(403, "Access refused: this app is not connected to company " + company.id() + ".",
                    null, null, "Forbidden");
        }
    }

    @Override
    Reply route(Request request) {
        Matcher path = PAYMENT.matcher(request.path());
        if (!path.matches()) {
            return company.answer(request).orElseGet(() -> super.route(paged(request)));
        }
        Optional<Stored> record = Optional.ofNullable(path.group(1)).map(Long::valueOf).map(payments.records()::get);
        Supplier<Reply> processing = () -> {
            record.filter(there -> isWrite(request)).ifPresent(there -> {
                noteTouch(request, there);
                refuseWhereLocked(request, there);
            });
            Reply reply = super.route(path.group(1) == null ? paged(request) : request);
            return behaviour.shown(isWrite(request) ? Answer.WRITE : path.group(1) == null ? Answer.LIST : Answer.SHOW,
                    request, reply);
        };
        return Set.of("POST", "PATCH").contains(request.method()) ? onceByToken(request, processing) : processing.get();
    }

    private Request paged(Request request) {
        String asked = request.parameter("per_page").orElse("100");
        if (behaviour.largestPage == Integer.MAX_VALUE || isWrite(request) || !asked.matches("[1-9]\\d{0,8}")
                || request.path().matches(".*/\\d+")) {
            return request;
        }
        Map<String, List<String>> query = new TreeMap<>(request.query());
        query.put("per_page", List.of(String.valueOf(Math.min(behaviour.largestPage, Integer.parseInt(asked)))));
        return new Request(request.method(), request.path(), query, request.headers(), request.body());
    }

    private void noteTouch(Request request, Stored record) {
        String owner = switch (record.author) {
            case INTEGRATION -> null;
            case PERSON -> isAdopted(record) || isAdopting(request, record) ? null : "that a person entered";
            case PROCORE_PAY -> "of Procore Pay";
            case FOREIGN -> "of another integration";
        };
        if (owner != null) {
            note(request.line() + " touched a payment " + owner);
        }
    }

    /** Whether the client's key is on a record. */
    private static boolean isAdopted(Stored record) {
        return record.originId().filter(id -> id.contains("|")).isPresent()
                || record.fields.path("origin_data").asText().matches("(?s).*\"(key|origin_id)\":\"[^\"]*\\|.*")
                || record.fields.path("notes").asText().contains("[QuickBooks ");
    }

    /** Whether a call writes the client's key and nothing else. */
    private static boolean isAdopting(Request request, Stored record) {
        JsonNode sent = Json.read(request.body()).path("contract_payment");
        Set<String> fields = new TreeSet<>();
        sent.fieldNames().forEachRemaining(fields::add);
        String notes = record.fields.path("notes").asText("");
        boolean appends = sent.has("notes") && sent.path("notes").asText().startsWith(notes.equals("null") ? "" : notes);
        fields.removeAll(appends ? Set.of("origin_id", "origin_data", "notes") : Set.of("origin_id", "origin_data"));
        return request.method().equals("PATCH") && fields.isEmpty();
    }

    private void refuseWhereLocked(Request request, Stored record) {
        if (record.originId().isEmpty()) {
            return;
        }
        if (request.method().equals("PATCH") && behaviour.locking != Locking.LOCKS_NOTHING) {
            Set<String> locked = new TreeSet<>();
            Json.read(request.body()).path("contract_payment").fieldNames().forEachRemaining(locked::add);
            locked.removeAll(NEVER_LOCKED);
            if (!locked.isEmpty()) {
                throw locked("changed", String.join(",", locked));
            }
        }
        if (request.method().equals("DELETE") && behaviour.locking == Locking.LOCKS_UPDATES_AND_DELETES) {
            throw locked("deleted", null);
        }
    }

    private static Refusal locked(String verb, String fields) {
        return Refusal.generic(422, "The payment cannot be " + verb + " because it is linked to an accounting record.",
                fields, "locked", "Unprocessable Entity");
    }

    private Reply onceByToken(Request request, Supplier<Reply> processing) {
        String token = request.headers().getOrDefault("Idempotency-Token", "");
        if (token.isBlank()) {
            return processing.get();
        }
        boolean replays = behaviour.idempotencyTokens == IdempotencyTokens.REPLAYS;
        String call = request.line() + "\n" + request.body();
        SeenToken seen = seenTokens.putIfAbsent(token, new SeenToken(call, null));
        if (seen != null && !seen.call().equals(call)) {
            note(request.line() + " used the Idempotency-Token " + token + " of another call");
            if (replays) {
                throw Refusal.message(422, "The Idempotency-Token belongs to another call");
            }
        }
        if (seen != null && seen.answer() != null && replays) {
            payments.noteDuplicateAskedFor(request);
            return seen.answer();
        }
        Reply reply = processing.get();
        seenTokens.put(token, new SeenToken(call, reply));
        return reply;
    }

    private void noteHaste(Request request, Instant arrival) {
        if (arrival.isBefore(resumeAt) && arrival.isAfter(throttledAt.plus(behaviour.throttleGrace))) {
            note(request.line() + " came before " + resumeAt + ", the time it was told to wait for");
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
        Instant until = behaviour.now().plus(behaviour.pauseAsked);
        askToWait(until);
        return Faults.html(503, "Heavy load").with("Retry-After", secondsUntil(until));
    }

    private void askToWait(Instant until) {
        throttledAt = behaviour.now();
        resumeAt = until;
    }

    private String secondsUntil(Instant until) {
        return String.valueOf(Duration.between(behaviour.now(), until).plusNanos(999_999_999).toSeconds());
    }

    /** What the record is called while a call for it is under way; a new one goes by its {@code origin_id}. */
    private synchronized Set<String> recordsMeant(Request request) {
        Set<String> meant = new HashSet<>();
        Matcher path = PAYMENT.matcher(request.path());
        if (isWrite(request) && path.matches()) {
            Stored record = path.group(1) == null ? null : payments.records().get(Long.valueOf(path.group(1)));
            if (record != null) {
                meant.add("payment " + record.id);
                record.originId().ifPresent(meant::add);
            } else if (request.method().equals("POST")) {
                ContractPayments.originIdAskedFor(request).ifPresent(meant::add);
            }
        }
        return meant;
    }

    private Set<String> enter(Request request) {
        Set<String> meant = recordsMeant(request);
        synchronized (recordsInUse) {
            List<String> inUse = meant.stream().filter(recordsInUse::containsKey).sorted().toList();
            if (!inUse.isEmpty()) {
                note(request.line() + " came while another call for " + String.join(", ", inUse) + " was under way");
            }
            meant.forEach(record -> recordsInUse.merge(record, 1, Integer::sum));
        }
        return meant;
    }

    private void leave(Set<String> meant) {
        synchronized (recordsInUse) {
            meant.forEach(record -> recordsInUse.computeIfPresent(record, (name, calls) -> calls == 1 ? null : calls - 1));
        }
    }

    private void note(String violation) {
        company.violations().note(violation);
    }

    private static boolean isRest(Request request) {
        return request.path().startsWith("/rest/");
    }

    private static boolean isWrite(Request request) {
        return !request.method().equals("GET");
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the parts that differ ---------------------------------------------------------------------------------

    private static final class TestTokens extends AccessTokens {
        private final ProcoreBehaviour behaviour;
        private String clientId = CLIENT_ID;
        private String clientSecret = CLIENT_SECRET;

        TestTokens(ProcoreBehaviour behaviour) {
            super(behaviour::now);
            this.behaviour = behaviour;
        }

        @Override
        boolean knows(String id, String secret) {
            return clientId.equals(id) && clientSecret.equals(secret);
        }

        @Override
        Duration lifetime() {
            return behaviour.tokenLifetime;
        }
    }

    private static final class TestCompany extends Company {
        private static final Pattern COMMITMENT = Pattern.compile("/rest/v1\\.0/commitments/(\\d{1,18})");

        private final ProcoreBehaviour behaviour;
        private final Set<Long> notPermitted = new HashSet<>();
        private final Set<Long> withoutCommitmentsTool = new HashSet<>();

        TestCompany(long id, ProcoreBehaviour behaviour) {
            super(id, behaviour::now);
            this.behaviour = behaviour;
        }

        @Override
        Stream<Project> projects() {
            return super.projects().filter(project -> !notPermitted.contains(project.id()));
        }

        @Override
        void requireProject(long projectId) {
            super.requireProject(projectId);
            if (notPermitted.contains(projectId)) {
                throw Refusal.forbidden("Access refused: this project is not among those permitted to the account.");
            }
            if (withoutCommitmentsTool.contains(projectId)) {
                throw Refusal.forbidden("Access refused: the Commitments tool is off or the account's level is too low.");
            }
        }

        /** What the command check asks for. */
        Optional<Reply> answer(Request request) {
            if (request.line().equals("GET /rest/v1.0/companies")) {
                return Optional.of(Reply.json(200, Json.array().add(Json.object().put("id", id())
                        .put("name", "Simulated Builders").put("is_active", true))));
            }
            Matcher path = COMMITMENT.matcher(request.path());
            if (!path.matches()) {
                return Optional.empty();
            }
            violations().noteParameters(request, Set.of("project_id"));
            Commitment commitment = commitment(request.id("project_id"), Long.parseLong(path.group(1)));
            return Optional.of(Reply.json(200, json(commitment).put("allow_payments", commitment.paymentsEnabled())));
        }

        @Override
        Reply list(Request request, Stream<ObjectNode> rows, int usualSize) {
            return super.list(request, rows.filter(request.parameter("filters[updated_at]")
                    .map(TestCompany::changedIn).orElse(row -> true)), usualSize);
        }

        /** Whole days of UTC, both of them included, or moments. */
        private static Predicate<ObjectNode> changedIn(String range) {
            String[] ends = range.split("\\.\\.\\.", -1);
            try {
                Instant from = moment(ends[0], "T00:00:00Z");
                Instant to = moment(ends[1], "T23:59:59Z");
                return row -> {
                    Instant changed = Instant.parse(row.path("updated_at").asText());
                    return !changed.isBefore(from) && !changed.isAfter(to);
                };
            } catch (DateTimeParseException | ArrayIndexOutOfBoundsException malformed) {
                throw Refusal.badRequest("updated_at must be a range of dates a...b");
            }
        }

        private static Instant moment(String text, String timeOfDay) {
            return Instant.parse(text.length() == "2026-03-26".length() ? text + timeOfDay : text);
        }

        @Override
        boolean takes(BigDecimal amount) {
            return amount.signum() > 0
                    || (amount.signum() == 0 ? behaviour.zeroAmountsAccepted : behaviour.negativeAmountsAccepted);
        }
    }

    private static final class TestPayments extends ContractPayments {
        private static final Set<String> DATES = Set.of("date", "invoice_date");

        private final Company company;
        private final ProcoreBehaviour behaviour;
        private boolean shortAmountNext;

        TestPayments(Company company, ProcoreBehaviour behaviour) {
            super(company);
            this.company = company;
            this.behaviour = behaviour;
        }

        @Override
        List<Stored> listed(Commitment contract) {
            Instant visible = company.now().minus(behaviour.listLag);
            List<Stored> listed = new ArrayList<>(super.listed(contract));
            listed.removeIf(record -> record.createdAt.isAfter(visible));
            if (behaviour.newestFirst) {
                Collections.reverse(listed);
            }
            return listed;
        }

        @Override
        void refuseDuplicate(String originId) {
            switch (behaviour.duplicateOriginIds) {
                case ACCEPTED -> { }
                case REFUSED_WITH_409 -> super.refuseDuplicate(originId);
                case REFUSED_WITH_422 -> {
                    ObjectNode errors = Json.object();
                    errors.putArray("origin_id").add("is already used by another payment");
                    throw Refusal.fields(errors);
                }
            }
        }

        @Override
        ObjectNode merged(Request request, ObjectNode stored, ObjectNode sent, Commitment contract) {
            ObjectNode fields = super.merged(request, stored, sent, contract);
            sent.properties().stream().filter(field -> field.getValue().isTextual()).forEach(field -> fields.set(field.getKey(),
                    behaviour.datesLost && DATES.contains(field.getKey()) ? Json.nothing()
                            : behaviour.stored(field.getKey(), fields.get(field.getKey()))));
            return fields;
        }

        @Override
        ObjectNode json(Stored record) {
            ObjectNode json = super.json(record);
            AmountRendering rendering = behaviour.amountRendering;
            if (rendering == AmountRendering.VARIOUS) {
                rendering = shortAmountNext ? AmountRendering.ONE_DECIMAL : AmountRendering.TWO_DECIMALS;
                shortAmountNext = !shortAmountNext;
            }
            BigDecimal shortest = record.amount().stripTrailingZeros();
            return switch (rendering) {
                case ONE_DECIMAL -> json.put("amount", shortest.setScale(Math.max(1, shortest.scale())).toPlainString());
                case JSON_NUMBER -> json.put("amount", record.amount());
                case TWO_DECIMALS, VARIOUS -> json;
            };
        }
    }
}
