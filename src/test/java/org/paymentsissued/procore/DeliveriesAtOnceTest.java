package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.command.ExitCode;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

@DisplayNameGeneration(ReplaceUnderscores.class)
class DeliveriesAtOnceTest {

    @Test
    void deliveries_asked_for_while_one_is_under_way_do_not_block_each_other_for_ever() {
        try (Rig rig = new Rig().with("delivery.concurrency", "2")) {
            rig.procore.project(1001, "Riverside Clinic");
            rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
            rig.lookup("B1,1001,11,work_order_contract,,");
            for (int i = 1; i <= 15; i++) {
                rig.quickBooks.has(check("K" + i).number("109" + i).dated("2026-03-25").to("Harlan Drywall LLC")
                        .pays("B1", "HD-0431", i + ".00"));
            }
            rig.procoreGoesAway();
            assertThat(rig.once()).isEqualTo(ExitCode.UNREACHABLE);
            rig.procoreComesBack();
            rig.procore.duringCalls(request -> takesItsTime());

            try (Installation installation = rig.start()) {
                for (int i = 0; i < 8; i++) {
                    installation.template().asyncSendBody("direct:deliver", null);
                }
                await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> assertThat(rig.paymentsIssued()).hasSize(15));
            }
        }
    }

    /** A Procore slow enough for the deliveries to meet. */
    private static void takesItsTime() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
