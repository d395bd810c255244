package org.paymentsissued.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.InputStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.command.ExitCode;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedQuickBooks;
import org.paymentsissued.demo.TestProcore;
import org.paymentsissued.demo.TestQuickBooks;
import org.paymentsissued.rig.Rig;

/** The whole chain with nothing changed but the address of the database. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class OnPostgresTest {

    @Test
    void a_year_of_payments_its_changes_and_a_comparison_run_on_postgresql_as_on_h2() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                Rig rig = new Rig(TestQuickBooks.ofDemoData(), TestProcore.ofDemoData());
                InputStream lookup = SimulatedQuickBooks.class.getResourceAsStream("/demo/data/lookup.csv")) {
            rig.with("database.url", postgres.getJdbcUrl("postgres", "postgres")).with("database.username", "postgres");
            rig.drop("commitments", "lookup.csv", lookup.readAllBytes());

            assertThat(rig.once()).as(rig.printed()).isEqualTo(ExitCode.DEAD_LETTERS);
            assertThat(rig.printed()).containsPattern("delivered +164 +164").containsPattern("waiting +1 +1");
            long writes = rig.writes();
            assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);
            assertThat(rig.writes()).isEqualTo(writes);

            rig.quickBooks.voidPayment(PaymentKind.CHECK, "3C4CC-1774390101");
            rig.quickBooks.delete(PaymentKind.CREDIT_CARD, "3C4C4-1774378114");
            assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

            assertThat(rig.paymentsIssued()).hasSize(162).extracting(PaymentIssued::originId).doesNotHaveDuplicates();
            assertThat(rig.procore.violations()).isEmpty();
        }
    }
}
