package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.Application;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.ProcoreBehaviour.DuplicateOriginIds;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

/** A copy of the ledger is made, a day goes by, the copy is restored: Procore is right afterwards, and nothing went twice. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BackupTest {

    private static final String BILL_MOVED = "B3,1001,12,work_order_contract,,";

    private final Rig rig = new Rig();
    private String printed = "";

    @BeforeEach
    void aCompanyWithFourChecksOnThreeBills() {
        // Even a Procore that would take a second record of the same key is asked for none.
        rig.procore.behaviour().duplicateOriginIds(DuplicateOriginIds.ACCEPTED);
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.commitment(1001, 12, CommitmentType.WORK_ORDER_CONTRACT, "SC-015", "Harlan Drywall LLC");
        rig.lookup("B1,1001,11,work_order_contract,,", "B2,1001,12,work_order_contract,,", "B3,1001,11,work_order_contract,,");
        pay("B1", "K1", "K2", "K3");
        pay("B3", "K4");
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private void pay(String bill, String... txns) {
        for (String txn : txns) {
            rig.quickBooks.has(check(txn).number(txn).dated("2026-03-25").to("Harlan Drywall LLC").pays(bill, "", "100.00"));
        }
    }

    private void aLedgerThatIsNotNewAnyMore() {
        assertThat(rig.once()).as(rig.printed()).isZero();
        assertThat(rig.update("update ledger_age set delivered_once = true")).isEqualTo(1);
    }

    /** Payments come, change and go, and a bill is given another commitment, after the copy was made. */
    private void aDayGoesBy() {
        pay("B1", "K5");
        rig.lookup(BILL_MOVED);
        pay("B3", "K6", "K7");
        rig.quickBooks.edit(PaymentKind.CHECK, "K1", payment -> payment.paysNothing().pays("B2", "", "55.00"));
        rig.quickBooks.voidPayment(PaymentKind.CHECK, "K2");
        rig.quickBooks.delete(PaymentKind.CHECK, "K3");
        rig.quickBooks.delete(PaymentKind.CHECK, "K7");
        assertThat(rig.once()).as(rig.printed()).isZero();
        assertThat(paymentsIssued()).containsExactlyInAnyOrder(DAY_AFTER);
    }

    private static final Tuple[] DAY_AFTER = {tuple("K1", 12L, "55.00"), tuple("K4", 12L, "100.00"),
        tuple("K5", 11L, "100.00"), tuple("K6", 12L, "100.00")};

    private List<Tuple> paymentsIssued() {
        return rig.paymentsIssued().stream().map(record ->
                tuple(record.checkNumber(), record.contractId(), record.amount().toPlainString())).toList();
    }

    /** As the runbook says, and as someone does who has not read it. */
    private void yesterdaysLedgerCatchesUp() {
        assertThat(rig.once()).as(rig.printed()).isZero();
        assertThat(paymentsIssued()).as("each once, be it on the commitment that the copy knew").extracting(issued ->
                issued.toList().get(0)).containsExactlyInAnyOrder("K1", "K4", "K5", "K6");
        rig.lookup(BILL_MOVED);
        assertThat(rig.once()).as(rig.printed()).isZero();

        assertThat(paymentsIssued()).containsExactlyInAnyOrder(DAY_AFTER);
        assertThat(execute("reconcile")).as(printed).isZero();
    }

    @Test
    void yesterdays_copy_of_an_h2_ledger_made_while_it_ran_leads_back_without_a_duplicate() throws Exception {
        // Without its key in origin_id Procore itself refuses no second record.
        rig.with("procore.origin-id", "none").with("console.password", "correct horse");
        aLedgerThatIsNotNewAnyMore();
        Path copy;
        try (Installation running = rig.serve()) {
            copy = Path.of(new RunningInstance(rig.settings()).backup());
        }
        aDayGoesBy();

        Files.copy(copy, rig.folder.resolve("ledger.mv.db"), StandardCopyOption.REPLACE_EXISTING);
        yesterdaysLedgerCatchesUp();
    }

    @Test
    void yesterdays_file_copied_by_hand_leads_back_without_a_duplicate_once_what_procore_holds_was_adopted() throws Exception {
        rig.with("procore.origin-id", "none");
        aLedgerThatIsNotNewAnyMore();
        Path copy = Files.copy(rig.folder.resolve("ledger.mv.db"), rig.folder.resolve("by-hand"));
        aDayGoesBy();

        Files.copy(copy, rig.folder.resolve("ledger.mv.db"), StandardCopyOption.REPLACE_EXISTING);
        execute("reconcile", "--adopt");
        yesterdaysLedgerCatchesUp();
    }

    @Test
    void yesterdays_dump_of_a_postgresql_ledger_made_while_it_ran_leads_back_without_a_duplicate() throws Exception {
        rig.with("procore.origin-id", "none");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            sql(postgres, "create database ledger");
            onPostgres(postgres, "ledger");
            aLedgerThatIsNotNewAnyMore();
            String server = "postgresql://postgres@127.0.0.1:" + postgres.getPort() + "/";
            Path dump = rig.folder.resolve("ledger.dump");
            if (isInstalled("pg_dump") && isInstalled("pg_restore")) {
                try (Installation running = rig.start()) {
                    run("pg_dump", "--format=custom", "--file=" + dump, server + "ledger");
                }
                sql(postgres, "create database restored");
                run("pg_restore", "--no-owner", "--exit-on-error", "--dbname=" + server + "restored", dump.toString());
            } else {
                System.out.println("pg_dump and pg_restore are not on the PATH, and the embedded PostgreSQL brings none:"
                        + " a copy of the database by PostgreSQL itself stands in for them.");
                sql(postgres, "create database restored template ledger");
            }
            aDayGoesBy();

            onPostgres(postgres, "restored");
            yesterdaysLedgerCatchesUp();
        }
    }

    @Test
    void a_copy_needs_no_running_instance_and_can_be_made_again_and_again() throws IOException {
        assertThat(rig.once()).isZero();

        assertThat(execute("backup")).as(printed).isZero();

        assertThat(printed).contains("The ledger was copied to", "copies", ".mv.db");
        try (Stream<Path> copies = Files.list(rig.folder.resolve("copies"))) {
            assertThat(copies).as("nothing but the copy").hasSize(1);
        }
        assertThat(rig.query("select count(*) from ledger_age where copied_at is null"))
                .as("the ledger itself is no copy").containsExactly("1");
    }

    @Test
    void beside_a_running_instance_a_copy_needs_the_consoles_password_and_says_so() {
        rig.with("console.password", "correct horse");
        try (Installation running = rig.serve()) {
            rig.with("console.password", "");
            assertThatThrownBy(() -> new RunningInstance(rig.settings()).backup())
                    .hasMessageContainingAll("in use by a running payments-issued", "/api/backup", "console.password");
            rig.with("console.password", "another");
            assertThatThrownBy(() -> new RunningInstance(rig.settings()).backup()).hasMessageContaining("It answered 401");
        }
        assertThatThrownBy(() -> new RunningInstance(rig.settings()).backup()).hasMessageContaining("does not answer");
    }

    @Test
    void a_folder_that_cannot_be_written_is_named_and_no_half_copy_is_left() throws IOException {
        assertThat(rig.once()).isZero();
        Files.writeString(rig.folder.resolve("copies"), "not a folder");

        assertThat(execute("backup")).isEqualTo(ExitCode.MISCONFIGURED);

        assertThat(printed).contains("The ledger could not be copied to " + rig.folder.resolve("copies"));
    }

    private int execute(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            return new Application(Path.of("").toAbsolutePath(), Map.of(), rig.properties(), stream, stream).execute(arguments);
        } finally {
            printed = out.toString(StandardCharsets.UTF_8);
        }
    }

    private void onPostgres(EmbeddedPostgres postgres, String name) {
        rig.with("database.url", postgres.getJdbcUrl("postgres", name)).with("database.username", "postgres");
    }

    private static void sql(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static boolean isInstalled(String tool) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
    }
}
