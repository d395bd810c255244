package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.payment.Applied;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Deletion;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.Payment;
import org.paymentsissued.payment.PaymentKey;
import org.paymentsissued.payment.PaymentKind;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.Verdict;

/** Two nodes on one PostgreSQL: what one has taken on, the other leaves alone until a lease has passed without a sign of life. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class NodesOnPostgresTest {

    private static final String FILE = "books";
    private static final String FEED = "BillPaymentCheck";
    private static final HostTime NINE = HostTime.parse("2026-03-25T09:00:00").orElseThrow();
    private static PostgresDatabases postgres;

    private final Clock clock = Clock.systemUTC();
    private LedgerDatabase one;
    private LedgerDatabase other;

    @BeforeAll
    static void startPostgres() throws IOException {
        postgres = new PostgresDatabases();
    }

    @AfterAll
    static void stopPostgres() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void startNodes() {
        one = postgres.openEmpty(2);
        other = postgres.openLatest(2);
    }

    @AfterEach
    void stopNodes() {
        one.close();
        other.close();
    }

    @Test
    void a_company_file_is_read_by_one_node_at_a_time_and_another_one_beside_it() {
        long turn = one.turns().take(FILE).orElseThrow();

        assertThat(other.turns().take(FILE)).isEmpty();
        assertThat(other.turns().take("west")).isPresent();
        one.turns().end(FILE, turn);
        assertThat(other.turns().take(FILE)).isPresent();
    }

    @Test
    void a_node_that_was_silent_for_a_lease_loses_its_turn_and_nothing_it_had_read_is_written_when_it_wakes() {
        one.turns().take(FILE);
        aLeasePasses();
        assertThat(other.turns().take(FILE)).isPresent();

        assertThatThrownBy(() -> new Watermarks(one, clock).moveTo(FILE, FEED, NINE)).isInstanceOf(ReadingTurns.Lost.class);
        assertThatThrownBy(() -> ledger(one).recordDeletion(deletion())).isInstanceOf(ReadingTurns.Lost.class);
        assertThatThrownBy(() -> new ReadingHistory(one, clock).readToEnd(FILE, FEED)).isInstanceOf(ReadingTurns.Lost.class);

        assertThat(new Watermarks(other, clock).of(FILE, FEED)).isEmpty();
        new Watermarks(other, clock).moveTo(FILE, FEED, NINE);
        assertThat(new Watermarks(one, clock).of(FILE, FEED)).contains(NINE);
    }

    @Test
    void a_node_that_wakes_before_anybody_took_its_turn_goes_on() {
        one.turns().take(FILE);
        aLeasePasses();

        new Watermarks(one, clock).moveTo(FILE, FEED, NINE);
        one.turns().renew();

        assertThat(other.turns().take(FILE)).isEmpty();
        assertThat(new Watermarks(other, clock).of(FILE, FEED)).contains(NINE);
    }

    @Test
    void a_node_that_wakes_does_not_end_or_renew_the_turn_of_the_one_that_took_over() {
        long lost = one.turns().take(FILE).orElseThrow();
        aLeasePasses();
        OptionalLong taken = other.turns().take(FILE);

        one.turns().renew();
        one.turns().end(FILE, lost);

        assertThat(taken).isPresent();
        assertThat(one.turns().take(FILE)).isEmpty();
    }

    @Test
    void a_worker_that_lives_keeps_its_claim_however_long_a_call_takes() {
        Deliveries mine = deliveries(one);
        Deliveries others = deliveries(other);
        pendingPayment();
        assertThat(mine.due(() -> false)).hasNext();
        aLeasePasses();

        assertThat(mine.due(() -> false)).as("not twice by one worker").isExhausted();
        mine.renewClaims();
        assertThat(others.due(() -> false)).isExhausted();
    }

    @Test
    void a_worker_that_was_silent_for_a_lease_may_neither_call_nor_write_once_another_has_taken_over() {
        Deliveries mine = deliveries(one);
        Deliveries others = deliveries(other);
        long row = pendingPayment();
        Deliveries.Claim claim = mine.due(() -> false).next();
        aLeasePasses();
        assertThat(others.due(() -> false)).hasNext();

        mine.renewClaims();
        PendingCall call = new PendingCall(PendingCall.Kind.CREATE, "token", new CommitmentRef(1001, 11), clock.instant(), 0);
        assertThatThrownBy(() -> mine.dueRows(claim)).isInstanceOf(Deliveries.ClaimLost.class);
        assertThatThrownBy(() -> mine.markSent(row, call)).isInstanceOf(Deliveries.ClaimLost.class);
        assertThatThrownBy(() -> mine.holdsNothing(row)).isInstanceOf(Deliveries.ClaimLost.class);
        mine.release(claim);
        assertThat(others.markSent(row, call).pendingCall()).contains(call);
    }

    @Test
    void each_node_sees_who_is_alive_and_who_was_silent_for_a_lease() {
        Nodes first = new Nodes(one, "alpha:8080", "1");
        Nodes second = new Nodes(other, "beta:8080", "1");
        first.sign();
        second.sign();
        one.turns().take(FILE);
        assertThat(second.alive()).isEqualTo(2);
        assertThat(second.reader(FILE)).contains("alpha:8080");

        one.jdbc().sql("update node set seen_at = seen_at - interval '2' minute where name = 'alpha:8080'").update();
        second.sign();
        assertThat(second.alive()).isEqualTo(1);
        assertThat(second.all()).extracting(Nodes.Node::name, Nodes.Node::alive)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("beta:8080", true),
                        org.assertj.core.groups.Tuple.tuple("alpha:8080", false));
    }

    @Test
    void nodes_go_by_the_databases_clock() {
        Clock clock = one.clock();
        Instant before = databaseTime();
        one.lookAtClock();

        assertThat(clock.instant()).isBetween(before.minusMillis(5), databaseTime().plusMillis(5));
    }

    private Instant databaseTime() {
        return other.jdbc().sql("select clock_timestamp()").query(java.time.OffsetDateTime.class).single().toInstant();
    }

    /** By the database's clock, the only one that counts. */
    private void aLeasePasses() {
        one.jdbc().sql("update reading_turn set until = current_timestamp - interval '1' second where until is not null").update();
        one.jdbc().sql("update payment set claimed_until = current_timestamp - interval '1' second where claimed_until is not null")
                .update();
    }

    private long pendingPayment() {
        Placement place = new Placement(1001, 11, "work_order_contract", Optional.empty(), "");
        Applied applied = new Applied("B1", "Bill", "N-B1", Optional.empty(), Optional.of(new java.math.BigDecimal("10.00")),
                Optional.empty());
        Payment payment = new Payment(new PaymentKey(FILE, PaymentKind.CHECK, "K1"), "1", Optional.of(NINE),
                Optional.of(java.time.LocalDate.of(2026, 3, 25)), "10902", "Harlan Drywall LLC", "Checking", "",
                Optional.of(new java.math.BigDecimal("10.00")), new Verdict(Verdict.Kind.PAYS_BILLS, ""),
                java.util.List.of(applied), "<xml/>");
        ledger(one).record(payment, payment.invoices().stream().map(invoice -> invoice.placedAt(place)).toList(), 1,
                Ledger.Source.ANSWER, false);
        return one.jdbc().sql("select id from ledger_row").query(Long.class).single();
    }

    private static Deletion deletion() {
        return new Deletion(new PaymentKey(FILE, PaymentKind.CHECK, "K9"), Optional.empty());
    }

    private Ledger ledger(LedgerDatabase database) {
        return new Ledger(database, new DeadLetters(database, clock), clock);
    }

    private Deliveries deliveries(LedgerDatabase database) {
        return new Deliveries(database, new DeadLetters(database, clock), RemovalLimits.NONE, clock);
    }
}
