package org.paymentsissued.procore;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.paymentsissued.demo.Faults;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.SimulatedProcore;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;
import org.paymentsissued.demo.TestProcore;
import org.paymentsissued.ledger.CommitmentLookup;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.Deliveries;
import org.paymentsissued.ledger.GoLive;
import org.paymentsissued.ledger.Holdings;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.Pauses;
import org.paymentsissued.ledger.Refusals;
import org.paymentsissued.ledger.RemovalLimits;
import org.paymentsissued.payment.Applied;
import org.paymentsissued.payment.Deletion;
import org.paymentsissued.payment.Fact;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.Invoice;
import org.paymentsissued.payment.Payment;
import org.paymentsissued.payment.PaymentKey;
import org.paymentsissued.payment.PaymentKind;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.Verdict;
import org.paymentsissued.procore.DeliveryPolicy.KeyPlace;
import org.paymentsissued.procore.DeliveryPolicy.TypedTwins;
import org.paymentsissued.procore.DeliveryPolicy.UpdateStrategy;
import org.paymentsissued.procore.DeliveryPolicy.VoidStrategy;
import org.paymentsissued.rig.HandClock;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * A ledger and the deliveries from it, hand to hand with a simulated Procore: no HTTP, no routes, and a clock that goes on
 * only when someone has to wait. Two projects with a commitment and two invoices each.
 */
final class Desk implements AutoCloseable {

    static final long COMPANY = 598134325510001L;
    static final Placement SC_014 = new Placement(1001, 11, "work_order_contract", Optional.of(501L), "HD-0431");
    static final Placement PO_003 = new Placement(2002, 22, "purchase_order_contract", Optional.of(502L), "HD-0440");
    private static final LocalDate DAY = LocalDate.of(2026, 3, 25);

    final TestProcore procore = new TestProcore(COMPANY);
    final HandClock clock = new HandClock();
    UpdateStrategy update = UpdateStrategy.PATCH;
    VoidStrategy onVoid = VoidStrategy.DELETE;
    KeyPlace keyPlace = KeyPlace.ORIGIN_ID;
    String prefix = "";
    TypedTwins twins = TypedTwins.ASK;
    int maxAttempts = 8;
    Optional<HostTime> pollStart = HostTime.parse("2019-05-01");
    RemovalLimits limits = RemovalLimits.NONE;
    /** What becomes of answers on their way. */
    UnaryOperator<String> bodies = UnaryOperator.identity();
    /** What answers in place of Procore, where something does. */
    Function<ProcoreCall, Optional<Reply>> instead = call -> Optional.empty();
    /** Every call so far, whoever answered. */
    final List<ProcoreCall> asked = Collections.synchronizedList(new ArrayList<>());
    LedgerDatabase database;
    DeadLetters deadLetters;
    Ledger ledger;
    Deliveries deliveries;
    Refusals refusals;
    ProcorePause pause;
    RowDeliveries rowDeliveries;
    /** When the payments to be read were entered in QuickBooks. */
    Optional<HostTime> created = HostTime.parse("2026-03-25T00:00:00");
    Ledger.Source source = Ledger.Source.ANSWER;
    private String token = "";
    private int edits;
    private int runs;
    private Optional<SingleConnectionDataSource> writerOfCopy = Optional.empty();

    Desk() {
        procore.behaviour().clock(clock);
        procore.project(1001, "Riverside Clinic").project(2002, "Depot Street Garage");
        procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        procore.commitment(2002, 22, CommitmentType.PURCHASE_ORDER_CONTRACT, "PO-003", "Harlan Drywall LLC");
        procore.requisition(11, 501, "B1", "HD-0431", "14400.00");
        procore.requisition(22, 502, "B2", "HD-0440", "6000.00");
        openLedger("jdbc:h2:mem:" + UUID.randomUUID());
    }

    /** Opens a ledger, as a fresh process does. */
    Desk openLedger(String url) {
        if (database != null) {
            database.close();
        }
        database = LedgerDatabase.open(url, "sa", "", 2);
        return restart();
    }

    /** Yesterday's copy, as an operator keeps it: statements that make the ledger again. */
    List<String> copyOfLedger() {
        return new JdbcTemplate(database.dataSource()).queryForList("SCRIPT", String.class).stream()
                .filter(statement -> !statement.startsWith("CREATE USER")).toList();
    }

    /** The ledger is lost, and a copy stands in its place; an empty one starts again. */
    Desk restore(List<String> copy) {
        String url = "jdbc:h2:mem:" + UUID.randomUUID();
        SingleConnectionDataSource next = new SingleConnectionDataSource(url, "sa", "", true);
        copy.forEach(new JdbcTemplate(next)::execute);
        openLedger(url);
        // H2's check constraints live as long as the connection that wrote them.
        writerOfCopy.ifPresent(SingleConnectionDataSource::destroy);
        writerOfCopy = Optional.of(next);
        return this;
    }

    /** A new process on the same ledger: whatever was only in memory is gone. */
    Desk restart() {
        deadLetters = new DeadLetters(database, clock);
        ledger = new Ledger(database, deadLetters, file -> goLive().of(file), clock);
        refusals = new Refusals(database, deadLetters, clock);
        deliveries = new Deliveries(database, deadLetters, limits, clock);
        deliveries.forgetOldClaims();
        // The same jitter each time: a course of random steps can be run again from its seed.
        pause = new ProcorePause(clock, Duration.ofSeconds(2), Duration.ofMinutes(15), () -> 1, new Pauses(database), new Random(1));
        rowDeliveries = new RowDeliveries(deliveries, refusals, goLive(), pause, companies(), Fact.Notes.NONE, clock);
        return this;
    }

    /** Another process on the same ledger, beside the first. */
    RowDeliveries anotherNode() {
        return new RowDeliveries(new Deliveries(database, deadLetters, limits, clock), refusals, goLive(),
                new ProcorePause(clock, Duration.ofSeconds(2), Duration.ofMinutes(15), () -> 1, new Pauses(database), new Random(2)),
                companies(), Fact.Notes.NONE, clock);
    }

    private GoLive goLive() {
        return new GoLive(database, deadLetters, pollStart, clock);
    }

    // ---------------------------------------------------------------------------------------------- QuickBooks' side

    /** QuickBooks holds check K1 on bill B1 of SC-014 now. */
    Desk paid(String amount) {
        return paid("K1", "10902", "part payment", line("B1", amount, SC_014));
    }

    Desk paid(String txn, String number, String memo, Line... lines) {
        return record(txn, number, memo, Verdict.Kind.PAYS_BILLS, DAY, lines);
    }

    Desk record(String txn, String number, String memo, Verdict.Kind kind, LocalDate day, Line... lines) {
        edits++;
        List<Applied> applied = new ArrayList<>();
        Map<String, Placement> places = new LinkedHashMap<>();
        BigDecimal total = BigDecimal.ZERO;
        for (Line line : lines) {
            applied.add(new Applied(line.bill(), "Bill", line.place() == null ? "" : line.place().invoiceNumber(),
                    Optional.of(day.minusDays(20)),
                    Optional.of(new BigDecimal(line.amount())), Optional.empty()));
            if (line.place() != null) {
                places.put(line.bill(), line.place());
            }
            total = total.add(new BigDecimal(line.amount()));
        }
        Payment payment = new Payment(new PaymentKey("default", PaymentKind.CHECK, txn), "seq-" + edits,
                HostTime.parse(String.format("2026-03-25T%02d:%02d:%02d", edits / 3600 % 24, edits / 60 % 60, edits % 60)),
                Optional.of(day), number, "Harlan Drywall LLC", "Checking", memo, Optional.of(total),
                new Verdict(kind, kind == Verdict.Kind.VOIDED ? "The check was voided." : ""), applied, "<xml/>")
                .createdAt(created);
        List<Invoice> invoices = payment.invoices().stream()
                .map(invoice -> Optional.ofNullable(places.get(invoice.applied().txnId())).map(invoice::placedAt)
                        .orElse(invoice)).toList();
        ledger.record(payment, invoices, ++runs, source, false);
        return this;
    }

    /** @param place null where no commitment is known */
    record Line(String bill, String amount, Placement place) { }

    static Line line(String bill, String amount, Placement place) {
        return new Line(bill, amount, place);
    }

    Desk voided() {
        return record("K1", "10902", "VOID:", Verdict.Kind.VOIDED, DAY, line("B1", "0.00", SC_014));
    }

    Desk deleted(String txn) {
        ledger.recordDeletion(new Deletion(new PaymentKey("default", PaymentKind.CHECK, txn), Optional.empty()));
        return this;
    }

    Desk moved(String bill, Placement place) {
        ledger.place("default", bill, place);
        return this;
    }

    // ------------------------------------------------------------------------------------------------------ delivery

    /** Delivers until nothing is due any more, waiting where that is asked for. */
    Desk deliver() {
        for (int round = 0; deliveries.dueCount() > 0; round++) {
            if (round > 500) {
                throw new AssertionError("never done: " + deliveries.nextDue());
            }
            round();
            waitForTheNext();
        }
        return this;
    }

    void round() {
        rowDeliveries.due().forEachRemaining(claim -> {
            try {
                for (Long row : rowDeliveries.rows(claim)) {
                    RowDelivery delivery = rowDeliveries.begin(row);
                    while (delivery.isUnfinished()) {
                        ProcoreAnswer answer = call(delivery.nextCall());
                        rowDeliveries.take(delivery, answer);
                    }
                }
            } finally {
                rowDeliveries.release(claim);
            }
        });
    }

    void waitForTheNext() {
        Instant due = deliveries.nextDue().orElse(clock.instant());
        Instant end = pause.now().map(ProcorePause.Pause::until).filter(until -> until.isAfter(due)).orElse(due);
        clock.forwardTo(end.plusMillis(1));
    }

    /** Compares Procore with the ledger. @param writeDown whether the ledger learns what was found */
    List<Reconciliation.Compared> reconcile(boolean writeDown) {
        return new Reconciliation(new Holdings(database, clock), companies(), clock)
                .compare(this::call, writeDown);
    }

    private ProcoreCompanies companies() {
        return new ProcoreCompanies(Map.of("default", policy()));
    }

    private DeliveryPolicy policy() {
        return new DeliveryPolicy(Long.toString(COMPANY), update, onVoid, keyPlace, prefix, twins, maxAttempts,
                Duration.ofSeconds(2), Duration.ofMinutes(15));
    }

    /** What the HTTP client does: token, headers, a renewal after one 401. */
    ProcoreAnswer call(ProcoreCall call) {
        asked.add(call);
        Reply reply = instead.apply(call).orElseGet(() -> send(call));
        if (reply.status() == 401) {
            token = "";
            reply = instead.apply(call).orElseGet(() -> send(call));
        }
        clock.forward(Duration.ofMillis(120));
        if (Faults.isCut(reply)) {
            return new ProcoreAnswer(0, Map.of(), "", Optional.of(new java.net.SocketException("Connection reset")), true,
                    clock.instant());
        }
        return new ProcoreAnswer(reply.status(), reply.headers(), bodies.apply(reply.body()), Optional.empty(), true, clock.instant());
    }

    private Reply send(ProcoreCall call) {
        if (token.isEmpty()) {
            Reply login = procore.handle(Request.of("POST", "/oauth/token", "grant_type=client_credentials&client_id="
                    + SimulatedProcore.CLIENT_ID + "&client_secret=" + SimulatedProcore.CLIENT_SECRET)
                    .with("Content-Type", "application/x-www-form-urlencoded"));
            token = login.body().replaceAll("(?s).*\"access_token\":\"([^\"]+)\".*", "$1");
        }
        Request request = Request.of(call.method(), "/rest" + call.path()
                + (call.query().isEmpty() ? "" : "?" + call.query()), call.body())
                .with("Authorization", "Bearer " + token).with("Procore-Company-Id", call.companyId())
                .with("User-Agent", "payments-issued").with("Accept", "application/json");
        if (!call.idempotencyToken().isEmpty()) {
            request = request.with("Idempotency-Token", call.idempotencyToken()).with("Content-Type", "application/json");
        }
        return procore.handle(request);
    }

    // ------------------------------------------------------------------------------------------------------- looking

    List<PaymentIssued> records() {
        return procore.paymentsIssued();
    }

    PaymentIssued onlyRecord() {
        if (records().size() != 1) {
            throw new AssertionError("records: " + records());
        }
        return records().get(0);
    }

    String onlyDeadLetter() {
        List<DeadLetters.Listed> open = deadLetters.openOnes(10);
        if (open.size() != 1) {
            throw new AssertionError("open dead letters: " + open);
        }
        return open.get(0).sentence();
    }

    /** What Procore's lists have shown of a commitment. */
    void shows(Placement place, String number, String title, String project) {
        JdbcClient jdbc = JdbcClient.create(database.dataSource());
        jdbc.sql("insert into procore_commitment (company_id, project_id, commitment_id, number, title)"
                + " values (:company, :project, :commitment, :number, :title)").param("company", Long.toString(COMPANY))
                .param("project", place.projectId()).param("commitment", place.contractId()).param("number", number)
                .param("title", title).update();
        jdbc.sql("insert into procore_project (company_id, project_id, name) values (:company, :project, :name)")
                .param("company", Long.toString(COMPANY)).param("project", place.projectId()).param("name", project).update();
    }

    long calls(String method) {
        return procore.requests().stream().filter(call -> call.request().path().contains("contract_payments")
                && call.request().method().equals(method)).count();
    }

    /** Tries what an open dead letter is about again. */
    Desk retry() {
        deadLetters.openOnes(10).forEach(letter -> actions().retry(letter.id(), "ops"));
        return deliver();
    }

    OperatorActions actions() {
        return new OperatorActions(database, deadLetters, deliveries, ledger, new CommitmentLookup(database, clock), clock);
    }

    OperatorActions.Result discard() {
        return actions().discard(deadLetters.openOnes(1).get(0).id(), "ops", "not needed");
    }

    /** The process is gone. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Kills the process at a call, before or after Procore carries it out. */
    Optional<Reply> kill(ProcoreCall call, boolean carriedOut) {
        if (carriedOut) {
            instead = none -> Optional.empty();
            call(call);
        }
        throw new Killed();
    }

    static Reply reply(int status, String body) {
        return new Reply(status, Map.of("Content-Type", "application/json"), body);
    }

    @Override
    public void close() {
        writerOfCopy.ifPresent(SingleConnectionDataSource::destroy);
        database.close();
    }
}
