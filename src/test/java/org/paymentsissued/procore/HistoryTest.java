package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.procore.Desk.SC_014;
import static org.paymentsissued.procore.Desk.line;

import java.time.LocalDate;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.payment.Verdict;

/** What QuickBooks created before go-live stays as it is in Procore, until a backfill takes it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class HistoryTest {

    private static final String KEYED = "{\"origin_id\":\"K1|B1\",\"amount\":\"9000.00\",\"date\":\"2026-03-25\","
            + "\"check_number\":\"10902\",\"invoice_number\":\"HD-0431\",\"requisition_id\":501,\"notes\":\"part payment\"}";

    private final Desk desk = new Desk();

    @BeforeEach
    void goLive() {
        desk.pollStart = HostTime.parse("2026-03-20");
        desk.restart();
        entered("2026-03-19T23:59:59");
    }

    @AfterEach
    void close() {
        assertThat(desk.procore.violations()).isEmpty();
        desk.close();
    }

    private void entered(String stamp) {
        desk.created = HostTime.parse(stamp);
    }

    private LedgerRow row() {
        return desk.deliveries.row(1).orElseThrow();
    }

    private void assertSkippedAsHistory() {
        assertThat(row().state()).isEqualTo(RowState.SKIPPED);
        assertThat(row().reason()).contains("before go-live");
        assertThat(desk.records()).isEmpty();
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    @Test
    void a_payment_entered_before_go_live_is_looked_up_and_not_sent() {
        desk.paid("9000.00").deliver();

        assertSkippedAsHistory();
        assertThat(desk.calls("POST")).isZero();
        assertThat(desk.reconcile(true)).allSatisfy(compared -> assertThat(compared.findings()).isEmpty());
        desk.deliver();
        assertSkippedAsHistory();
    }

    @Test
    void a_payment_entered_since_go_live_is_sent_whatever_its_date() {
        entered("2026-03-20T00:00:00");
        desk.record("K1", "10902", "", Verdict.Kind.PAYS_BILLS, LocalDate.of(2024, 1, 5), line("B1", "9000.00", SC_014)).deliver();

        assertThat(desk.onlyRecord().date()).isEqualTo("2024-01-05");
    }

    @Test
    void an_edit_does_not_make_it_ours() {
        desk.paid("9000.00").deliver();
        desk.paid("9150.00").deliver();

        assertSkippedAsHistory();
    }

    @Test
    void an_edit_follows_where_procore_shows_our_key() {
        desk.procore.alreadyHolds(77, 11, KEYED);
        desk.paid("9150.00").deliver();
        assertThat(desk.onlyRecord().amount()).isEqualByComparingTo("9150.00");
        assertThat(row().history()).isFalse();

        desk.voided().deliver();
        assertThat(desk.records()).isEmpty();
    }

    @Test
    void a_new_bill_of_a_payment_that_procore_shows_with_our_key_is_sent() {
        desk.procore.alreadyHolds(77, 11, KEYED);
        desk.paid("K1", "10902", "part payment", line("B0", "50.00", SC_014), line("B1", "9000.00", SC_014)).deliver();

        assertThat(desk.records()).extracting(record -> record.originId()).containsExactlyInAnyOrder("K1|B0", "K1|B1");
    }

    @Test
    void without_a_commitment_it_does_not_wait_for_one() {
        desk.paid("K1", "10902", "", line("B1", "9000.00", null)).deliver();
        assertSkippedAsHistory();

        desk.moved("B1", SC_014).deliver();
        assertSkippedAsHistory();
        assertThat(desk.calls("GET")).isEqualTo(1);
    }

    @Test
    void a_void_or_deletion_of_it_calls_nothing() {
        desk.voided().deliver();
        assertThat(row().state()).isEqualTo(RowState.SKIPPED);
        desk.paid("9000.00").deleted("K1").deliver();

        assertThat(row().state()).isEqualTo(RowState.SKIPPED);
        assertThat(desk.asked).isEmpty();
    }

    @Test
    void a_backfill_takes_it_and_what_happens_later_follows() {
        desk.paid("9000.00").deliver();
        desk.source = Ledger.Source.BACKFILL;
        desk.paid("9000.00").deliver();
        assertThat(desk.onlyRecord().amount()).isEqualByComparingTo("9000.00");

        desk.source = Ledger.Source.ANSWER;
        desk.paid("9150.00").deliver();
        assertThat(desk.onlyRecord().amount()).isEqualByComparingTo("9150.00");
    }

    @Test
    void what_was_sent_once_is_never_history() {
        entered("2026-03-21T00:00:00");
        desk.paid("9000.00").deliver();
        desk.pollStart = HostTime.parse("2026-04-01");
        desk.restart().paid("9150.00").deliver();

        assertThat(desk.onlyRecord().amount()).isEqualByComparingTo("9150.00");
    }

    @Test
    void without_a_time_of_entry_a_person_decides() {
        desk.created = Optional.empty();
        desk.paid("9000.00").deliver();

        assertThat(desk.onlyDeadLetter()).contains("Check 10902", "TimeCreated", "Retry to send it");
        assertThat(desk.records()).isEmpty();
    }

    // ------------------------------------------------------------------------------------------- the ledger was lost

    private void newLedger() {
        desk.openLedger("jdbc:h2:mem:" + UUID.randomUUID());
    }

    @Test
    void a_new_ledger_asks_about_payments_of_an_earlier_one() {
        desk.procore.alreadyHolds(77, 11, KEYED.replace("K1|B1", "K7|B7").replace("2026-03-25", "2025-02-03"));
        desk.procore.alreadyHolds(78, 11, KEYED.replace("K1|B1", "K8|B8").replace("2026-03-25", "2025-02-04"));
        desk.pollStart = Optional.empty();
        entered("2026-03-26T00:00:00");
        newLedger();
        desk.paid("K1", "10903", "", line("B1", "12.00", SC_014)).deliver();

        assertThat(desk.deadLetters.openOnes(10)).singleElement().satisfies(letter -> {
            assertThat(letter.stage()).isEqualTo("go-live");
            assertThat(letter.sentence()).contains("the oldest of 2025-02-03", "poll.start");
        });
        assertThat(desk.records()).hasSize(3);
    }

    @Test
    void a_new_ledger_does_not_ask_about_what_it_sent_itself() {
        desk.pollStart = Optional.empty();
        entered("2026-03-26T00:00:00");
        newLedger();
        desk.paid("9000.00").deliver().restart();
        desk.paid("K2", "10903", "", line("B1", "12.00", SC_014)).deliver();

        assertThat(desk.records()).hasSize(2);
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }
}
