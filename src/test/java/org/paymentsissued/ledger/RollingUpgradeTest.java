package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.Application;
import org.paymentsissued.command.Once;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.Settings;

/** A node of this version beside one of the next, which has brought the tables one step further. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RollingUpgradeTest {

    private final Rig rig = new Rig();

    @BeforeEach
    void aCommitment() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.lookup("B1,1001,11,work_order_contract,,");
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    @Test
    void on_postgresql_a_node_goes_on_and_starts_anew_on_tables_that_were_added_to_and_keeps_off_once_they_were_taken_from()
            throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            rig.with("database.url", postgres.getJdbcUrl("postgres", "postgres")).with("database.username", "postgres");
            expandThenContract();
        }
    }

    @Test
    void on_h2_an_older_program_works_with_tables_that_were_added_to_and_keeps_off_once_they_were_taken_from()
            throws Exception {
        expandThenContract();
    }

    private void expandThenContract() throws InterruptedException {
        pay("K1");
        try (Installation running = rig.start()) {
            sync(running);
            if (rig.settings().text("database.url").startsWith("jdbc:postgresql:")) {
                theNextVersionBrings("expand");
            }
            pay("K2");
            sync(running);
            assertThat(rig.paymentsIssued()).extracting("checkNumber").containsExactly("K1", "K2");
        }
        // Of an H2 file no other process could have done so before.
        theNextVersionBrings("expand");
        pay("K3");
        assertThat(rig.once()).as(rig.printed()).isZero();
        assertThat(rig.paymentsIssued()).extracting("checkNumber").containsExactly("K1", "K2", "K3");

        theNextVersionBrings("contract");
        for (String command : new String[] {"once", "check"}) {
            assertThat(execute(command)).contains("exit code 2", "a newer version of payments-issued uses it and has removed what"
                    + " this one needs (migration 1001, contract alerts). Install that version here too");
        }
    }

    /** Until nothing is due any more. */
    private static void sync(Installation installation) throws InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        assertThat(new Once(installation, stream, stream).sync("test")).as(out::toString).isZero();
    }

    private void pay(String txn) {
        rig.quickBooks.has(check(txn).number(txn).dated("2026-03-25").to("Harlan Drywall LLC").pays("B1", "HD-B1", "100.00"));
    }

    private void theNextVersionBrings(String step) {
        Settings settings = rig.settings();
        Flyway.configure().dataSource(settings.text("database.url"), settings.text("database.username"), "")
                .locations("classpath:db/migration", "classpath:newer-version/expand", "classpath:newer-version/" + step)
                .load().migrate();
    }

    private String execute(String command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        int code = new Application(Path.of("").toAbsolutePath(), Map.of(), rig.properties(), stream, stream).execute(command);
        return "exit code " + code + "\n" + out.toString(StandardCharsets.UTF_8);
    }
}
