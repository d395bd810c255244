package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.Faults.Kind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;

/** Calls counted, and calls gone wrong on a real connection, through the whole product. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ProcoreCallsTest {

    private final Rig rig = new Rig();

    @BeforeEach
    void twentyChecksOnTwoBills() {
        rig.with("commitments.refresh", "false").with("procore.request-timeout", "1s");
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.commitment(1001, 22, CommitmentType.PURCHASE_ORDER_CONTRACT, "PO-003", "Harlan Drywall LLC");
        rig.lookup("B1,1001,11,work_order_contract,,", "B2,1001,22,purchase_order_contract,,");
        for (int i = 0; i < 20; i++) {
            rig.quickBooks.has(check("K" + i).number("no-" + i).dated("2026-03-25").to("Harlan Drywall LLC")
                    .pays("B1", "HD-0431", "10.00").pays("B2", "HD-0440", "20.00"));
        }
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private long calls(String method) {
        return rig.procore.requests().stream().filter(call -> call.request().path().contains("contract_payments")
                && call.request().method().equals(method)).count();
    }

    @Test
    void a_first_delivery_costs_one_call_a_record_and_one_list_a_commitment_however_many_deliver_at_once() {
        assertThat(rig.once()).isZero();

        assertThat(calls("POST")).isEqualTo(40);
        assertThat(calls("GET")).isEqualTo(2);
        assertThat(rig.procore.requests()).hasSize(43);
    }

    @Test
    void whatever_goes_wrong_on_the_wire_every_payment_is_there_once() {
        rig.procore.faults().lateness(Duration.ofMillis(1_500)).atRandom(7, 0.2, Kind.values());

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).hasSize(40);
        assertThat(rig.procore.faults().happened()).hasSizeGreaterThan(3);
    }

    @Test
    void a_token_that_dies_is_renewed_once_and_the_call_repeated() {
        rig.procore.faults().nextWrite(Kind.TOKEN_EXPIRES);

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).hasSize(40);
        assertThat(rig.procore.requests().stream().filter(call -> call.request().path().equals("/oauth/token"))).hasSize(2);
    }

    @Test
    void limits_are_kept_by_slowing_down() {
        rig.procore.behaviour().rateLimits(30, 3_600);

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).hasSize(40);
        assertThat(rig.procore.requests()).noneMatch(call -> call.status() == 429);
    }
}
