package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.ledger.LedgerCopy;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

/** The command once --preview: what it tells is what the next sync does, and nothing has changed by telling it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DryRunTest {

    private final Rig rig = new Rig();

    @BeforeEach
    void twoCommitments() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.commitment(1001, 12, CommitmentType.PURCHASE_ORDER_CONTRACT, "PO-3", "Harlan Drywall LLC");
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    /** Every file below the rig's folder with its bytes: the ledger, the inboxes. */
    private Map<String, String> everything() {
        try (Stream<Path> files = Files.walk(rig.folder)) {
            Map<String, String> bytes = new TreeMap<>();
            for (Path file : files.toList()) {
                bytes.put(rig.folder.relativize(file).toString(),
                        Files.isDirectory(file) ? "" : HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int dryRunThatChangesNothing() {
        Map<String, String> files = everything();
        List<PaymentIssued> records = rig.paymentsIssued();
        List<String> writes = writes();

        int code = rig.dryRun();

        assertThat(writes()).as("no write reaches Procore").isEqualTo(writes);
        assertThat(rig.paymentsIssued()).isEqualTo(records);
        assertThat(everything()).as("ledger, watermarks and inboxes, byte by byte").isEqualTo(files);
        return code;
    }

    private List<String> writes() {
        return rig.procore.requests().stream().map(call -> call.request().method() + " " + call.request().path())
                .filter(line -> !line.startsWith("GET ") && !line.contains("/oauth/token")).toList();
    }

    @Test
    void what_is_told_is_what_the_next_sync_does() {
        rig.lookup("B1,1001,11,work_order_contract,,", "B2,1001,12,purchase_order_contract,,", "B3,1001,11,work_order_contract,,");
        rig.quickBooks.has(check("K1").number("901").to("Harlan Drywall LLC").dated("2026-03-25").pays("B1", "HD-1", "9000.00"));
        rig.quickBooks.has(check("K2").number("902").to("Harlan Drywall LLC").dated("2026-03-25").pays("B2", "HD-2", "20.00"));
        rig.quickBooks.has(check("K3").number("903").to("Harlan Drywall LLC").dated("2026-03-25").pays("B3", "HD-3", "5.00"));
        assertThat(rig.once()).as(rig.printed()).isZero();
        rig.quickBooks.edit(PaymentKind.CHECK, "K1", payment -> payment.paysNothing().pays("B1", "HD-1", "9150.00"));
        rig.quickBooks.voidPayment(PaymentKind.CHECK, "K2");
        rig.quickBooks.has(check("K4").number("904").to("Harlan Drywall LLC").dated("2026-04-01").pays("B4", "HD-4", "77.00")
                .pays("B5", "HD-5", "3.00"));
        rig.lookup("B4,1001,12,purchase_order_contract,,", "B3,1001,12,purchase_order_contract,,");
        long record = rig.paymentsIssued().stream().filter(issued -> issued.originId().equals("K1|B1")).findFirst()
                .orElseThrow().id();

        assertThat(dryRunThatChangesNothing()).as(rig.printed()).isZero();

        assertThat(rig.printed()).contains(
                "Check 904 of 2026-04-01 to Harlan Drywall LLC, bill HD-4: 77.00 on PO-3 of Riverside Clinic (commitment 12 of project 1001)",
                "Check 901 of 2026-03-25 to Harlan Drywall LLC, bill HD-1: amount 9,000.00 -> 9,150.00, record " + record
                        + " on SC-014 of Riverside Clinic (commitment 11 of project 1001)",
                "Check 903 of 2026-03-25 to Harlan Drywall LLC, bill HD-3: from SC-014 of Riverside Clinic (commitment 11 of project 1001) to PO-3",
                "Check 902 of 2026-03-25 to Harlan Drywall LLC, bill HD-2: 20.00, record ",
                "Check 904 of 2026-04-01 to Harlan Drywall LLC, bill HD-5, 3.00: No commitment is known",
                "add the bill to a CSV file in " + rig.path("commitments"),
                "PREVIEW     1 would be created (77.00), 2 changed (+150.00), 1 removed (20.00). Nothing was written.");

        assertThat(rig.once()).as(rig.printed()).isZero();
        assertThat(rig.paymentsIssued()).extracting(PaymentIssued::originId, PaymentIssued::contractId,
                issued -> issued.amount().toPlainString()).containsExactlyInAnyOrder(tuple("K1|B1", 11L, "9150.00"),
                        tuple("K3|B3", 12L, "5.00"), tuple("K4|B4", 12L, "77.00"));
        assertThat(rig.ledger()).contains("K4|B5|waiting|3.00", "K2|B2|removed|0.00");

        assertThat(dryRunThatChangesNothing()).isZero();
        assertThat(rig.printed()).contains("WOULD BE CREATED: nothing", "WOULD BE CHANGED: nothing", "WOULD BE REMOVED: nothing",
                "PREVIEW     0 would be created (0.00)");
    }

    @Test
    void a_response_file_stays_in_its_inbox() throws IOException {
        rig.with("quickbooks.transport", "file").lookup("B1,1001,11,work_order_contract,,");
        rig.drop("inbox", "march.xml", """
                <?xml version="1.0"?><QBXML><QBXMLMsgsRs><BillPaymentCheckQueryRs requestID="1" statusCode="0"
                statusSeverity="Info" statusMessage="Status OK"><BillPaymentCheckRet><TxnID>K1</TxnID><TimeCreated>2026-03-25T08:00:00
                </TimeCreated><TimeModified>
                2026-03-25T10:00:00-07:00</TimeModified><EditSequence>1</EditSequence><TxnDate>2026-03-25</TxnDate><Amount>9.00
                </Amount><RefNumber>901</RefNumber><AppliedToTxnRet><TxnID>B1</TxnID><TxnType>Bill</TxnType><Amount>9.00</Amount>
                </AppliedToTxnRet></BillPaymentCheckRet></BillPaymentCheckQueryRs></QBXMLMsgsRs></QBXML>""");
        rig.drop("inbox", "broken.xml", "cut off");

        assertThat(dryRunThatChangesNothing()).as("the broken file needs attention").isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.printed()).contains("bill without number (B1): 9.00 on SC-014 of Riverside Clinic (commitment 11 of project 1001)",
                "DEAD (open dead letters; each needs attention)", "broken.xml", "has not delivered all it has yet");
        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);
        assertThat(rig.paymentsIssued()).singleElement().satisfies(issued -> assertThat(issued.originId()).isEqualTo("K1|B1"));
        assertThat(rig.folder.resolve("inbox/march.xml")).doesNotExist();
    }

    @Test
    void a_ledger_on_postgresql_is_copied_with_tables_of_the_engineers_own() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            rig.with("database.url", postgres.getJdbcUrl("postgres", "postgres")).with("database.username", "postgres");
            rig.lookup("B1,1001,11,work_order_contract,,", "B2,1001,12,purchase_order_contract,,");
            rig.quickBooks.has(check("K1").number("901").dated("2026-03-25").pays("B1", "HD-1", "9000.00"));
            assertThat(rig.once()).as(rig.printed()).isZero();
            execute(postgres, "create table told_second (ledger_row_id bigint primary key, said text)",
                    "insert into told_second values (1, 'Grüße')");
            rig.quickBooks.edit(PaymentKind.CHECK, "K1", payment -> payment.paysNothing().pays("B1", "HD-1", "9150.00"));
            rig.quickBooks.has(check("K2").number("902").dated("2026-03-25").pays("B2", "HD-2", "20.00"));
            String before = inPostgres(postgres);

            assertThat(dryRunThatChangesNothing()).as(rig.printed()).isZero();

            assertThat(rig.printed()).contains("PREVIEW     1 would be created (20.00), 1 changed (+150.00), 0 removed");
            assertThat(inPostgres(postgres)).isEqualTo(before);
            LedgerCopy.Address copy = LedgerCopy.into(rig.folder.resolve("copy"), rig.settings().text("database.url"),
                    "postgres", "");
            try (Connection connection = DriverManager.getConnection(copy.url(), copy.username(), copy.password());
                    ResultSet said = connection.createStatement().executeQuery("select said from told_second")) {
                assertThat(said.next()).isTrue();
                assertThat(said.getString(1)).isEqualTo("Grüße");
            }
        }
    }

    private static void execute(EmbeddedPostgres postgres, String... statements) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Rows, watermarks and runs as one text. */
    private static String inPostgres(EmbeddedPostgres postgres) throws SQLException {
        StringBuilder all = new StringBuilder();
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : List.of("payment", "ledger_row", "watermark", "sync_run", "dead_letter", "commitment_lookup",
                    "feed_reading", "told_second")) {
                try (ResultSet rows = statement.executeQuery("select t::text from " + table + " t order by 1")) {
                    while (rows.next()) {
                        all.append(table).append(' ').append(rows.getString(1)).append('\n');
                    }
                }
            }
        }
        return all.toString();
    }

    @Test
    void a_ledger_in_use_is_told() {
        rig.once();
        try (Installation running = rig.start()) {
            assertThat(running.database().answers()).isTrue();
            assertThatThrownBy(rig::dryRun).isInstanceOf(LedgerDatabase.FileInUse.class);
        }
    }

    @Test
    void quickbooks_away_is_told_as_by_the_sync() {
        rig.gateway.close();
        assertThat(dryRunThatChangesNothing()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(rig.printed()).contains("QuickBooks could not be reached");
    }
}
