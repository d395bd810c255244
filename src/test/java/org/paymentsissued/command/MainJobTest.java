package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;
import static org.paymentsissued.demo.SimulatedQuickBooks.creditCard;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;

@DisplayNameGeneration(ReplaceUnderscores.class)
class MainJobTest {

    private static final String SC_014 = "1001,11,work_order_contract";
    private static final String SC_003 = "2002,22,purchase_order_contract";

    private final Rig rig = new Rig();

    @BeforeEach
    void twoProjectsWithACommitmentEach() {
        rig.procore.project(1001, "Riverside Clinic").project(2002, "Depot Street Garage");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.commitment(2002, 22, CommitmentType.PURCHASE_ORDER_CONTRACT, "PO-003", "Harlan Drywall LLC");
        rig.procore.requisition(11, 501, "B1", "HD-0431", "14400.00");
        rig.procore.requisition(22, 502, "B2", "HD-0440", "6000.00");
        rig.lookup("B1," + SC_014 + ",501,HD-0431", "B2," + SC_003 + ",502,HD-0440");
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    @Test
    void a_bill_paid_in_part_by_a_credit_card_becomes_one_payment_issued_with_all_its_fields() {
        rig.quickBooks.has(creditCard("C1").number("AMEX-0326").dated("2026-03-26").to("Harlan Drywall LLC")
                .memo("part payment").pays("B1", "HD-0431", "5400.00"));

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).singleElement().satisfies(record -> {
            assertThat(record.projectId()).isEqualTo(1001);
            assertThat(record.contractId()).isEqualTo(11);
            assertThat(record.requisitionId()).isEqualTo(501);
            assertThat(record.amount()).isEqualByComparingTo("5400.00");
            assertThat(record.date()).hasToString("2026-03-26");
            assertThat(record.paymentMethod()).isEqualTo("credit_card");
            assertThat(record.checkNumber()).isEqualTo("AMEX-0326");
            assertThat(record.invoiceNumber()).isEqualTo("HD-0431");
            assertThat(record.notes()).isEqualTo("part payment");
            assertThat(record.originId()).isEqualTo("C1|B1");
            assertThat(record.originData()).matches("\\{\"edit_sequence\":\"[^\"]+\"}");
        });
    }

    @Test
    void a_check_that_pays_two_bills_of_two_projects_becomes_two_payments_issued() {
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00").pays("B2", "HD-0440", "6000.00"));

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued())
                .extracting(PaymentIssued::checkNumber, PaymentIssued::invoiceNumber, PaymentIssued::contractId,
                        record -> record.amount().toPlainString(), PaymentIssued::paymentMethod)
                .containsExactlyInAnyOrder(tuple("10902", "HD-0431", 11L, "9000.00", "check"),
                        tuple("10902", "HD-0440", 22L, "6000.00", "check"));
    }

    @Test
    void a_second_sync_makes_no_call_that_changes_anything() {
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00"));
        rig.once();
        long writes = rig.writes();

        assertThat(rig.once()).isZero();

        assertThat(writes).isEqualTo(1);
        assertThat(rig.writes()).isEqualTo(writes);
    }

    @Test
    void a_payment_that_waited_goes_by_itself_once_its_lookup_row_is_there() {
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B9", "HD-0500", "100.00"));
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).isEmpty();
        assertThat(rig.printed()).contains("WAITING").contains("Check 10902").contains("HD-0500");

        rig.lookup("B9," + SC_014 + ",,");
        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).singleElement()
                .satisfies(record -> assertThat(record.originId()).isEqualTo("K1|B9"));
    }

    @Test
    void an_edited_check_changes_its_payment_issued_and_a_bill_taken_off_loses_its_own() {
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00").pays("B2", "HD-0440", "6000.00"));
        rig.once();

        rig.quickBooks.edit(PaymentKind.CHECK, "K1", payment -> payment.paysNothing().pays("B1", "HD-0431", "9150.00"));
        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).singleElement().satisfies(record -> {
            assertThat(record.originId()).isEqualTo("K1|B1");
            assertThat(record.amount()).isEqualByComparingTo("9150.00");
        });
    }

    @Test
    void a_voided_check_and_a_deleted_card_payment_are_gone_from_procore() {
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00"));
        rig.quickBooks.has(creditCard("C1").dated("2026-03-26").to("Harlan Drywall LLC").pays("B2", "HD-0440", "10.00"));
        rig.once();
        assertThat(rig.paymentsIssued()).hasSize(2);

        rig.quickBooks.voidPayment(PaymentKind.CHECK, "K1");
        rig.quickBooks.delete(PaymentKind.CREDIT_CARD, "C1");
        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).isEmpty();
    }

    @Test
    void a_refused_payment_is_a_dead_letter_and_its_sibling_goes_on() {
        rig.procore.enablePayments(22, false);
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00").pays("B2", "HD-0440", "6000.00"));

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.paymentsIssued()).singleElement()
                .satisfies(record -> assertThat(record.originId()).isEqualTo("K1|B1"));
        assertThat(rig.printed()).contains("Check 10902 of 2026-03-25 to Harlan Drywall LLC, bill HD-0440 (6,000.00)")
                .contains("Enable Payments");
    }

    @Test
    void procore_away_loses_nothing_and_the_next_run_goes_on() {
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00"));
        rig.procoreGoesAway();
        assertThat(rig.once()).isEqualTo(ExitCode.UNREACHABLE);
        rig.procoreComesBack();

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).hasSize(1);
    }

    @Test
    void a_payment_already_in_procore_is_adopted_by_a_new_ledger_and_not_sent_again() {
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00"));
        rig.once();

        rig.with("database.url", "jdbc:h2:file:" + rig.path("another-ledger"));
        rig.lookup("B1," + SC_014 + ",501,HD-0431");
        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).hasSize(1);
        assertThat(rig.writes()).isEqualTo(1);
    }
}
