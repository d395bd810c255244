package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.command.ExitCode;
import org.paymentsissued.demo.Faults.Kind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CommitmentRefreshTest {

    private final Rig rig = new Rig();

    @BeforeEach
    void projectsWithInvoices() {
        rig.procore.project(1001, "Riverside Clinic").project(2002, "Depot Street Garage");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.commitment(2002, 22, CommitmentType.PURCHASE_ORDER_CONTRACT, "PO-003", "Harlan Drywall LLC");
        rig.procore.requisition(11, 501, "B1", "HD-0431", "14400.00");
        rig.procore.requisition(22, 502, "B2", "HD-0440", "6000.00");
        rig.procore.requisition(22, 503, null, "HD-0999", "1.00");
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00").pays("B2", "HD-0440", "6000.00"));
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private long reads(String path) {
        return rig.procore.requests().stream().filter(call -> call.request().path().endsWith(path)).count();
    }

    @Test
    void nobody_has_to_type_which_commitment_an_exported_bill_belongs_to() {
        rig.procore.behaviour().largestPage(1);

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).extracting(record -> record.contractId() + " " + record.requisitionId())
                .containsExactlyInAnyOrder("11 501", "22 502");
        long reads = rig.procore.requests().size();
        assertThat(rig.once()).isZero();
        assertThat(rig.procore.requests()).hasSize((int) reads);
    }

    @Test
    void a_project_costs_two_calls_an_empty_one_costs_one_and_kinds_are_asked_for_once() {
        rig.with("commitments.schedule", "* * * * * ?");
        rig.procore.project(3003, "Empty Lot").project(4004, "Second Empty Lot");
        rig.once();
        assertThat(List.of(reads("/projects"), reads("/commitments"), reads("/requisitions"), reads("/work_order_contracts"),
                reads("/purchase_order_contracts"))).containsExactly(1L, 4L, 2L, 2L, 0L);
        assertThat(rig.query("select number || ' ' || commitment_type from procore_commitment order by number"))
                .containsExactly("PO-003 purchase_order_contract", "SC-014 work_order_contract");
        long before = rig.procore.requests().size();
        rig.update("update procore_reading set read_at = read_at - interval '10' minute");

        rig.once();

        assertThat(rig.procore.requests().stream().skip(before).map(call -> call.request().path()
                .replaceFirst(".*/", "")).filter(path -> !path.equals("token")).toList())
                .containsExactly("projects", "commitments", "requisitions", "commitments", "requisitions", "commitments", "commitments");
    }

    @Test
    void what_has_changed_is_read_on_the_schedule_and_moves_the_payment() throws InterruptedException {
        rig.with("commitments.schedule", "* * * * * ?");
        rig.once();
        rig.procore.requisition(11, 501, "moved away", "HD-0431", "14400.00")
                .requisition(22, 504, "B1", "HD-0431", "14400.00");
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            rig.once();
            assertThat(rig.paymentsIssued()).extracting(record -> record.contractId() + " " + record.requisitionId())
                    .containsExactlyInAnyOrder("22 504", "22 502");
        });

        assertThat(rig.procore.requests()).anySatisfy(call -> assertThat(call.request().query())
                .containsKey("filters[updated_at]"));
    }

    @Test
    void a_row_from_a_file_wins_and_the_contradiction_is_told_until_it_is_gone() {
        rig.with("commitments.schedule", "* * * * * ?");
        rig.lookup("B1,2002,22,purchase_order_contract,,");

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.printed()).contains("Bill B1", "the lookup file says PO-003 of Depot Street Garage (commitment 22 of project 2002)",
                "SC-014 of Riverside Clinic (commitment 11 of project 1001), subcontractor invoice 501", "The lookup file is used");
        assertThat(rig.paymentsIssued()).allSatisfy(record -> assertThat(record.contractId()).isEqualTo(22));
        rig.lookup("B1,1001,11,work_order_contract,501,HD-0431");
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(60)).until(rig::once, code -> code == 0);
        assertThat(rig.paymentsIssued()).anySatisfy(record -> assertThat(record.contractId()).isEqualTo(11));
    }

    @Test
    void two_invoices_for_one_bill_are_left_to_a_person() {
        rig.procore.requisition(11, 505, "B2", "HD-0440", "6000.00");

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.printed()).contains("Bill B2 is on 2 subcontractor invoices in Procore (ids 502, 505)");
        assertThat(rig.paymentsIssued()).singleElement().satisfies(record ->
                assertThat(record.invoiceNumber()).isEqualTo("HD-0431"));
    }

    @Test
    void a_project_that_may_not_be_seen_is_left_out_and_the_others_go_on() {
        rig.procore.forbidCommitments(2002);

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).hasSize(1);
        assertThat(rig.printed()).contains("WAITING").contains("HD-0440");
    }

    @Test
    void procore_being_away_does_not_keep_quickbooks_from_being_read() {
        rig.procoreGoesAway();
        rig.once();
        assertThat(rig.printed()).contains("WAITING");
        rig.procoreComesBack();

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).hasSize(2);
    }

    @Test
    void a_limit_met_on_the_way_is_waited_out() {
        rig.procore.faults().next(Kind.THROTTLE).nextOn(request -> request.path().endsWith("requisitions"), Kind.THROTTLE);

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).hasSize(2);
    }

    @Test
    void it_is_not_read_where_that_is_switched_off() {
        rig.with("commitments.refresh", "false");

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).isEmpty();
        assertThat(reads("/projects") + reads("/requisitions")).isZero();
    }
}
