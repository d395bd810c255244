package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Machine;

/** The account in Procore is not the one anymore that this ledger has delivered with. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ChangedAccountTest {

    private final Rig rig = new Rig();

    @BeforeEach
    void oneDeliveredPayment() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.lookup("B1,1001,11,work_order_contract,,");
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC").pays("B1", "HD-0431", "100.00"));
        assertThat(rig.once()).as(rig.printed()).isZero();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void another_company_on_a_ledger_that_has_delivered_is_told_and_nothing_is_sent() {
        long calls = rig.procore.requests().size();
        rig.with("procore.company-id", "77");

        assertThatThrownBy(rig::once).isInstanceOf(Machine.Lacking.class).hasMessageContainingAll("procore.company-id is 77",
                "has delivered payments into company " + Rig.COMPANY, "new ledger");

        assertThat(rig.procore.requests()).hasSize((int) calls);
        rig.with("procore.company-id", Long.toString(Rig.COMPANY));
        assertThat(rig.once()).isZero();
    }

    @Test
    void a_login_that_procore_refuses_is_told_by_once_whether_a_payment_or_the_lookup_needs_it() {
        rig.procore.credentials("demo-client", "another-secret");
        rig.quickBooks.has(check("K2").number("10903").dated("2026-03-26").to("Harlan Drywall LLC").pays("B1", "HD-0431", "50.00"));

        assertThat(rig.once()).isEqualTo(ExitCode.MISCONFIGURED);
        assertThat(rig.printed()).contains("PROCORE     ", "refuses the login of the service account", "procore.client-id")
                .doesNotContain("another-secret", "demo-secret");

        rig.procore.credentials("demo-client", "demo-secret");
        assertThat(rig.once()).isZero();
        rig.procore.credentials("demo-client", "another-secret");
        rig.with("commitments.schedule", "* * * * * ?");
        assertThat(rig.once()).isEqualTo(ExitCode.MISCONFIGURED);
        assertThat(rig.printed()).contains("refuses the login of the service account");
    }
}
