package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.Faults.Kind;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;

/** The clock of the machine that the product runs on is set forward and back; QuickBooks and Procore go by their own. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ClocksTest {

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_clock_set_forward_by_a_year_and_back_by_two_loses_and_doubles_nothing() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.lookup("B1,1001,11,work_order_contract,,");
        pay("K1", "100.00");
        assertThat(rig.once()).as(rig.printed()).isZero();

        rig.at(ahead(365));
        pay("K2", "200.00");
        pay("K3", "300.00");
        rig.procore.faults().nextWrite(Kind.DROP_AFTER);
        assertThat(rig.once()).as(rig.printed()).isZero();

        rig.at(ahead(-365));
        pay("K4", "400.00");
        rig.quickBooks.edit(PaymentKind.CHECK, "K1", booked -> booked.paysNothing().pays("B1", "HD-0431", "150.00"));
        rig.quickBooks.delete(PaymentKind.CHECK, "K3");
        assertThat(rig.once()).as(rig.printed()).isZero();

        rig.at(Clock.systemUTC());
        pay("K5", "500.00");
        assertThat(rig.once()).as(rig.printed()).isZero();

        assertThat(rig.paymentsIssued()).extracting(record -> record.originId() + " " + record.amount().setScale(2))
                .containsExactlyInAnyOrder("K1|B1 150.00", "K2|B1 200.00", "K4|B1 400.00", "K5|B1 500.00");
        assertThat(rig.ledger()).isEqualTo(List.of("K1|B1|delivered|150.00", "K2|B1|delivered|200.00", "K3|B1|removed|300.00",
                "K4|B1|delivered|400.00", "K5|B1|delivered|500.00"));
        assertThat(rig.paymentsIssued()).extracting(PaymentIssued::originId).doesNotHaveDuplicates();
    }

    private static Clock ahead(int days) {
        return Clock.offset(Clock.systemUTC(), Duration.ofDays(days));
    }

    private void pay(String txn, String amount) {
        rig.quickBooks.has(check(txn).number(txn.substring(1)).dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", amount));
    }
}
