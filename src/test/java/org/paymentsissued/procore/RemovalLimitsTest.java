package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.procore.Desk.PO_003;
import static org.paymentsissued.procore.Desk.SC_014;
import static org.paymentsissued.procore.Desk.line;

import java.math.BigDecimal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.ledger.RemovalLimits;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RemovalLimitsTest {

    private final Desk desk = new Desk();

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(desk.procore.violations()).isEmpty();
        desk.close();
    }

    private void delivered(int payments, RemovalLimits limits) {
        desk.limits = limits;
        desk.restart();
        for (int i = 0; i < payments; i++) {
            desk.paid("K" + i, "no-" + i, "", line("B1", "10.00", SC_014));
        }
        desk.deliver();
    }

    private void deleted(int from, int to) {
        for (int i = from; i < to; i++) {
            desk.deleted("K" + i);
        }
    }

    @Test
    void too_many_removals_are_held_back_and_everything_else_goes_on() {
        delivered(10, new RemovalLimits(3, BigDecimal.valueOf(100)));

        deleted(0, 4);
        desk.paid("K9", "no-9", "", line("B1", "11.00", SC_014)).deliver();

        assertThat(desk.records()).hasSize(10).anySatisfy(record -> assertThat(record.amount()).isEqualByComparingTo("11.00"));
        assertThat(desk.onlyDeadLetter()).startsWith("4 of 10 payments issued").contains("Check no-0", "HD-0431",
                "safety.max-removals = 3", "retry this dead letter");
    }

    @Test
    void what_an_operator_approves_goes_and_only_that() {
        delivered(10, new RemovalLimits(3, BigDecimal.valueOf(100)));
        deleted(0, 4);
        desk.deliver();

        assertThat(desk.deliveries.approveRemovals("default")).isEqualTo(4);
        desk.deliver();
        assertThat(desk.records()).hasSize(6);
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();

        deleted(4, 8);
        desk.deliver();
        assertThat(desk.records()).hasSize(6);
        assertThat(desk.onlyDeadLetter()).startsWith("4 of 6");
    }

    @Test
    void as_many_as_allowed_go_without_a_question() {
        delivered(10, new RemovalLimits(3, BigDecimal.valueOf(100)));

        deleted(0, 3);
        desk.deliver();

        assertThat(desk.records()).hasSize(7);
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    @Test
    void removals_that_trickle_in_while_quickbooks_is_still_read_count_together() {
        delivered(10, new RemovalLimits(3, BigDecimal.valueOf(100)));

        deleted(0, 3);
        desk.deliver();
        deleted(3, 4);
        desk.deliver();

        assertThat(desk.records()).hasSize(7);
        assertThat(desk.onlyDeadLetter()).contains("safety.max-removals = 3");
        desk.deliveries.beginRun();
        desk.deliveries.approveRemovals("default");
        deleted(4, 7);
        desk.deliver();
        assertThat(desk.records()).hasSize(3);
    }

    @Test
    void the_percentage_counts_from_five_removals_on() {
        delivered(25, new RemovalLimits(50, BigDecimal.valueOf(10)));

        deleted(0, 4);
        desk.deliver();
        assertThat(desk.records()).hasSize(21);
        desk.deliveries.beginRun();
        deleted(4, 9);
        desk.deliver();
        assertThat(desk.records()).hasSize(21);
        assertThat(desk.onlyDeadLetter()).startsWith("5 of 21").contains("safety.max-removal-percent = 10");
    }

    @Test
    void payments_that_move_because_their_bill_got_another_commitment_do_not_count() {
        delivered(25, new RemovalLimits(3, BigDecimal.valueOf(10)));

        desk.ledger.place("default", "B1", PO_003);
        deleted(0, 3);
        desk.deliver();

        assertThat(desk.records()).hasSize(22).allSatisfy(record -> assertThat(record.contractId()).isNotEqualTo(11L));
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    @Test
    void payments_that_are_back_in_quickbooks_are_held_back_no_longer() {
        delivered(4, new RemovalLimits(0, BigDecimal.valueOf(100)));
        desk.record("K1", "no-1", "", org.paymentsissued.payment.Verdict.Kind.VOIDED, java.time.LocalDate.of(2026, 3, 25),
                line("B1", "0.00", SC_014)).deliver();
        assertThat(desk.onlyDeadLetter()).startsWith("1 of 4");

        desk.paid("K1", "no-1", "", line("B1", "10.00", SC_014)).deliver();
        desk.deliveries.beginRun();

        assertThat(desk.records()).hasSize(4);
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }
}
