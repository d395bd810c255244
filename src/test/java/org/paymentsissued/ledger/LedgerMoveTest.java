package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.Application;
import org.paymentsissued.command.ExitCode;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;

/** A ledger outgrows H2 and moves to PostgreSQL. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LedgerMoveTest {

    /** What a process holds only while it runs. */
    private static final Set<String> LEFT_BEHIND =
            Set.of("node", "reading_turn", "console_session", "flyway_schema_history");
    /** What the move itself changes. */
    private static final Set<String> CHANGED = Set.of("claimed_by", "claimed_until", "moved_to", "place");

    private final Rig rig = new Rig();
    private final String h2 = rig.settings().text("database.url");
    private String printed = "";

    @BeforeEach
    void threeChecksDelivered() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.lookup("B1,1001,11,work_order_contract,,");
        rig.with("commitments.refresh", "false");
        pay("K1", "K2", "K3");
        assertThat(rig.once()).as(rig.printed()).isZero();
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private void pay(String... txns) {
        for (String txn : txns) {
            rig.quickBooks.has(check(txn).number(txn).dated("2026-03-25").to("Harlan Drywall LLC").pays("B1", "HD-B1", "100.00"));
        }
    }

    @Test
    void a_ledger_with_something_in_every_table_comes_over_whole_and_goes_on_there_without_a_change_in_procore() throws Exception {
        fillEmptyTables();
        long lastLetter = Long.parseLong(rig.query("select max(id) from dead_letter").get(0)) + 1;
        openDeadLetter("given-out-and-trimmed");
        rig.update("delete from dead_letter where trouble_key = 'given-out-and-trimmed'");
        openDeadLetter("needs-someone");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            rig.with("database.url", url).with("database.username", "postgres");
            // As an operator looks before whether the new address is right.
            assertThat(execute("check")).as(printed).isZero();

            assertThat(execute("move", "--from", h2)).as(printed).isZero();

            assertThat(printed).containsPattern("payment +3").contains("The ledger was moved");
            for (String table : movedTables()) {
                assertThat(rows(url, "postgres", table)).as(table).isNotEmpty()
                        .containsExactlyInAnyOrderElementsOf(rows(h2, "sa", table));
            }
            assertThat(Long.parseLong(rig.query("select nextval(pg_get_serial_sequence('dead_letter', 'id'))").get(0)))
                    .as("no number is given out twice").isGreaterThan(lastLetter + 1);
            assertThat(rig.update("delete from delivery_pause")).as("a pause comes along").isEqualTo(1);
            long writes = rig.writes();
            assertThat(rig.once()).as(rig.printed()).isEqualTo(ExitCode.DEAD_LETTERS);
            assertThat(rig.writes()).as("nothing is sent again").isEqualTo(writes);
            assertThat(rig.query("select count(*) from ledger_age where copied_at is null")).containsExactly("1");
            pay("K4");
            assertThat(rig.once()).as(rig.printed()).isEqualTo(ExitCode.DEAD_LETTERS);
            assertThat(rig.paymentsIssued()).extracting("checkNumber").containsExactlyInAnyOrder("K1", "K2", "K3", "K4");

            refusals(postgres);
        }
    }

    /** Each leaves both databases as they were. */
    private void refusals(EmbeddedPostgres postgres) throws Exception {
        assertThat(execute("move", "--from", h2)).isEqualTo(ExitCode.MISCONFIGURED);
        assertThat(printed).contains("its ledger was moved to jdbc:postgresql:", "Set database.url to that address");

        rig.with("database.url", "jdbc:h2:file:" + rig.path("another")).with("database.username", "sa");
        assertThat(rig.once()).as(rig.printed()).isZero();
        String another = rig.settings().text("database.url");
        rig.with("database.url", postgres.getJdbcUrl("postgres", "postgres")).with("database.username", "postgres");
        assertThat(execute("move", "--from", another)).isEqualTo(ExitCode.MISCONFIGURED);
        assertThat(printed).contains("is a ledger in use", "Nothing was changed");

        try (FileChannel inUse = FileChannel.open(rig.folder.resolve("another.mv.db"), StandardOpenOption.WRITE)) {
            inUse.lock();
            assertThat(execute("move", "--from", another)).isEqualTo(ExitCode.MISCONFIGURED);
            assertThat(printed).contains("in use by a running payments-issued. Stop it first");
        }

        assertThat(execute("move", "--from", "jdbc:h2:file:" + rig.path("misspelt"))).isEqualTo(ExitCode.MISCONFIGURED);
        assertThat(printed).contains("misspelt");
        assertThat(rig.folder.resolve("misspelt.mv.db")).doesNotExist();

        assertThat(execute("move", "--from", "jdbc:postgresql://db/ledger")).isEqualTo(ExitCode.MISCONFIGURED);
        assertThat(printed).contains("is not an H2 address");

        rig.with("database.url", h2).with("database.username", "sa");
        assertThat(execute("once")).isEqualTo(ExitCode.MISCONFIGURED);
        assertThat(printed).contains("its ledger was moved to jdbc:postgresql:", "Nothing was started or sent");
    }

    private void openDeadLetter(String key) {
        rig.update("insert into dead_letter (company_file, stage, status, trouble_key, open_key, sentence, http_answer, attempts,"
                + " first_failed_at, last_failed_at) values ('default', 'split', 'open', '" + key + "', '" + key
                + "', 'Look.', 'Ä, 漢 and an emoji 🧾', 1, current_timestamp, current_timestamp)");
    }

    /** A row in every table that a plain life leaves empty, made of the columns that must be there. */
    private void fillEmptyTables() throws SQLException {
        for (String table : movedTables()) {
            if (!rows(h2, "sa", table).isEmpty()) {
                continue;
            }
            Map<String, String> values = new TreeMap<>();
            for (String column : rig.query("select lower(column_name) || ' ' || data_type from information_schema.columns"
                    + " where table_schema = 'PUBLIC' and lower(table_name) = '" + table
                    + "' and is_nullable = 'NO' and is_identity = 'NO' and column_default is null")) {
                String name = column.substring(0, column.indexOf(' '));
                String type = column.substring(column.indexOf(' ') + 1);
                values.put(name, name.equals("status") ? "'resolved'" : name.equals("commitment_type") ? "'work_order_contract'"
                        : name.equals("dead_letter_id") ? "(select max(id) from dead_letter)"
                        : type.startsWith("TIMESTAMP") ? "current_timestamp" : type.equals("DATE") ? "current_date"
                        : type.equals("BOOLEAN") ? "true" : type.startsWith("CHARACTER") ? "'x'" : "1");
            }
            rig.update("insert into " + table + " (" + String.join(", ", values.keySet()) + ") values ("
                    + String.join(", ", values.values()) + ")");
        }
    }

    private List<String> movedTables() throws SQLException {
        try (Connection connection = DriverManager.getConnection(h2, "sa", ""); Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select lower(table_name) from information_schema.tables where"
                        + " table_schema = 'PUBLIC' order by case lower(table_name) when 'dead_letter' then 0 else 1 end, 1")) {
            List<String> tables = new ArrayList<>();
            while (found.next()) {
                if (!LEFT_BEHIND.contains(found.getString(1)) && !found.getString(1).startsWith("qrtz_")) {
                    tables.add(found.getString(1));
                }
            }
            return tables;
        }
    }

    /** Each row as one text; a time as the moment it is. */
    private static List<String> rows(String url, String username, String table) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, username, "");
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select * from " + table)) {
            List<String> rows = new ArrayList<>();
            while (found.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
                    if (!CHANGED.contains(found.getMetaData().getColumnName(column).toLowerCase(Locale.ROOT))) {
                        row.add(text(found, column));
                    }
                }
                rows.add(row.toString());
            }
            return rows;
        }
    }

    private static String text(ResultSet row, int column) throws SQLException {
        Object value = row.getObject(column);
        if (value instanceof Boolean) {
            return value.toString();
        }
        return value instanceof java.sql.Timestamp || value instanceof java.time.OffsetDateTime
                ? row.getTimestamp(column).toInstant().truncatedTo(ChronoUnit.MILLIS).toString() : row.getString(column);
    }

    private int execute(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            return new Application(Path.of("").toAbsolutePath(), Map.of(), rig.properties(), stream, stream).execute(arguments);
        } finally {
            printed = out.toString(StandardCharsets.UTF_8);
        }
    }
}
