package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.command.ExitCode;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.ledger.Retention.Trimmed;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

/** What is old is trimmed; what anyone may still need, or what keeps a payment from going twice, is not. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RetentionTest {

    private static final int DAYS = 365;
    private static final Duration LATER = Duration.ofDays(DAYS + 1);

    private final Rig rig = new Rig().with("console.password", "correct horse");

    @BeforeEach
    void sixChecksOnThreeBills() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.commitment(1001, 12, CommitmentType.WORK_ORDER_CONTRACT, "SC-015", "Basin Electric");
        rig.procore.enablePayments(12, false);
        rig.lookup("B1,1001,11,work_order_contract,,", "B2,1001,12,work_order_contract,,");
        pay("K1", "B1");
        pay("K2", "B1");
        pay("K3", "B2");
        pay("K4", "B2");
        pay("K5", "B9");
        pay("K6", "B2");
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private void pay(String txn, String bill) {
        rig.quickBooks.has(check(txn).number(txn).dated("2026-03-25").to("Harlan Drywall LLC").pays(bill, "", "100.00"));
    }

    private static Trimmed trim(Installation product, int days, Duration later) {
        return new Retention(product.database(), days, Clock.offset(Clock.systemUTC(), later)).trim();
    }

    private String kept(String txn) {
        return rig.query("select qbxml from payment where payment_txn_id = '" + txn + "'").get(0);
    }

    private long letter(String txn) {
        return Long.parseLong(rig.query("select max(d.id) from dead_letter d join payment p on p.id = d.payment_id"
                + " where p.payment_txn_id = '" + txn + "'").get(0));
    }

    @Test
    void payloads_runs_and_closed_dead_letters_go_after_their_time_and_an_old_payment_read_again_is_not_sent_again() {
        try (Installation product = rig.serve()) {
            product.template().sendBody("direct:sync", "test");
            ConsoleClient ops = new ConsoleClient(rig.settings()).as("ops", "correct horse");
            ops.post("/api/dead-letters/" + letter("K4") + "/discard", "{\"reason\":\"typed in by hand\"}");
            rig.quickBooks.delete(PaymentKind.CHECK, "K6");
            product.template().sendBody("direct:sync", "test");

            assertThat(trim(product, DAYS, Duration.ofDays(DAYS - 1))).as("not yet").isEqualTo(new Trimmed(0, 0, 0));
            assertThat(trim(product, 0, LATER)).as("0 keeps all").isEqualTo(new Trimmed(0, 0, 0));
            assertThat(trim(product, DAYS, LATER)).isEqualTo(new Trimmed(4, 1, 2));
            assertThat(trim(product, DAYS, LATER)).as("nothing is left to trim").isEqualTo(new Trimmed(0, 0, 0));

            assertThat(kept("K1")).isEmpty();
            assertThat(kept("K3")).as("its dead letter is open").contains("<TxnID>K3</TxnID>");
            assertThat(kept("K4")).as("discarded").isEmpty();
            assertThat(rig.query("select count(*) from dead_letter where status = 'resolved'")).containsExactly("0");
            assertThat(kept("K5")).as("it waits").contains("<TxnID>K5</TxnID>");
            assertThat(ops.get("/api/dead-letters/" + letter("K3")).json().path("qbxml").asText()).contains("K3");
            assertThat(ops.get("/console/dead-letters/" + letter("K4")).text()).contains("Trimmed", "typed in by hand");
            long row = Long.parseLong(rig.query("select r.id from ledger_row r join payment p on p.id = r.payment_id"
                    + " where p.payment_txn_id = 'K1'").get(0));
            assertThat(ops.get("/console/payments/" + row).text()).contains("Trimmed: it is older than retention.days", "100.00");
            assertThat(rig.query("select count(*) from sync_run")).as("the latest good run stays").containsExactly("1");
        }
        long writes = rig.writes();
        assertThat(rig.backfill("2026-01-01", "2026-12-31")).isEqualTo(ExitCode.DEAD_LETTERS);
        assertThat(rig.writes()).isEqualTo(writes);
        assertThat(rig.paymentsIssued()).extracting("checkNumber").containsExactlyInAnyOrder("K1", "K2");
    }
}
