package org.paymentsissued.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.paymentsissued.payment.Cause;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A copy of a ledger to try things on. The ledger itself is only read: an H2 file as a file, since even opening it writes into
 * it; any other database table by table, tables of an engineer's own among them.
 */
public final class LedgerCopy {

    private static final Pattern H2_FILE =
            Pattern.compile("jdbc:h2:(?:file:)?(?!mem:|tcp:|ssl:|zip:|nio:)([^;]+)(;.*)?", Pattern.CASE_INSENSITIVE);

    private LedgerCopy() {
    }

    /** Where a copy is. */
    public record Address(String url, String username, String password) { }

    /**
     * Copies a ledger into a folder; where there is none yet, the copy is empty. Nothing in the copy waits: no payment is
     * claimed, no other node works on it, and what is to be tried again later is due now.
     *
     * @throws LedgerDatabase.FileInUse when another process works on the H2 file
     * @throws LedgerDatabase.Unusable  when the ledger cannot be read
     */
    public static Address into(Path folder, String url, String username, String password) throws IOException {
        return into(folder, url, username, password, LedgerCopy::copyFile);
    }

    /**
     * The same of a ledger that this very process works on. Its file is not touched: to close it here would end the lock that keeps
     * other processes away.
     */
    public static Address ofOpenOne(Path folder, String url, String username, String password) throws IOException {
        return into(folder, url, username, password, (file, copy) -> copyOpen(url, username, password, copy));
    }

    /** Makes a file of an H2 ledger. */
    private interface Copying {
        void make(Path ledger, Path copy) throws IOException;
    }

    private static Address into(Path folder, String url, String username, String password, Copying copying) throws IOException {
        Files.createDirectories(folder);
        String target = "jdbc:h2:file:" + folder.resolve("ledger").toAbsolutePath().toString().replace('\\', '/');
        Matcher h2 = H2_FILE.matcher(url);
        Address copy;
        if (h2.matches()) {
            copying.make(Path.of(h2.group(1).replaceFirst("^~(?=[/\\\\])", Matcher.quoteReplacement(
                    System.getProperty("user.home"))) + ".mv.db"), folder.resolve("ledger.mv.db"));
            copy = new Address(target + (h2.group(2) == null ? "" : h2.group(2)), username, password);
        } else {
            copy = new Address(target, "sa", "");
        }
        try (LedgerDatabase database = LedgerDatabase.open(copy.url(), copy.username(), copy.password(), 1)) {
            if (!h2.matches()) {
                copyTables(database.jdbc(), url, username, password);
            }
            database.jdbc().sql("update payment set claimed_by = null, claimed_until = null").update();
            database.jdbc().sql("update ledger_row set next_attempt_at = :now where next_attempt_at > :now")
                    .param("now", Rows.stamp(Clock.systemUTC().instant())).update();
            database.jdbc().sql("delete from procore_pause").update();
            database.jdbc().sql("delete from node").update();
        }
        return copy;
    }

    private static void copyFile(Path file, Path copy) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (FileChannel ledger = FileChannel.open(file, StandardOpenOption.READ);
                FileLock lock = ledger.tryLock(0, Long.MAX_VALUE, true)) {
            if (lock == null) {
                throw new LedgerDatabase.FileInUse(null);
            }
            try (FileChannel target = FileChannel.open(copy, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
                for (long at = 0; at < ledger.size();) {
                    at += ledger.transferTo(at, ledger.size() - at, target);
                }
            }
        } catch (OverlappingFileLockException e) {
            throw new LedgerDatabase.FileInUse(e);
        }
    }

    /** H2 copies its own file while it works on it. */
    private static void copyOpen(String url, String username, String password, Path copy) throws IOException {
        Path packed = copy.resolveSibling("ledger.zip");
        try (Connection ledger = DriverManager.getConnection(url, username, password); Statement statement = ledger.createStatement()) {
            statement.execute("backup to '" + packed.toAbsolutePath().toString().replace('\\', '/').replace("'", "''") + "'");
        } catch (SQLException e) {
            throw new LedgerDatabase.Unusable("The ledger cannot be copied: " + e.getMessage(), e);
        }
        LedgerBackup.unpack(packed, copy);
        Files.delete(packed);
    }

    /** H2 reads the other database through links of its own; dropped, a link leaves what it leads to as it is. */
    private static void copyTables(JdbcClient jdbc, String url, String username, String password) {
        boolean postgres = url.startsWith("jdbc:postgresql:");
        try {
            jdbc.sql("call link_schema('SOURCE', :driver, :url, :user, :password, :schema)")
                    .param("driver", postgres ? "org.postgresql.Driver" : "org.h2.Driver").param("url", url)
                    .param("user", username).param("password", password).param("schema", postgres ? "public" : "PUBLIC")
                    .query().listOfRows();
        } catch (RuntimeException e) {
            throw new LedgerDatabase.Unusable("The ledger cannot be copied: "
                    + String.valueOf(Cause.root(e).getMessage()).lines().findFirst().orElse(""), e);
        }
        jdbc.sql("set referential_integrity false").update();
        for (String table : tables(jdbc, "SOURCE")) {
            String own = table.toUpperCase(Locale.ROOT);
            String source = "source.\"" + table + "\"";
            if (own.equals("FLYWAY_SCHEMA_HISTORY") || own.startsWith("QRTZ_")) {
                continue;
            }
            if (tables(jdbc, "PUBLIC").contains(own)) {
                List<String> known = columns(jdbc, "PUBLIC", own);
                List<String> read = columns(jdbc, "SOURCE", table).stream()
                        .filter(column -> known.contains(column.toUpperCase(Locale.ROOT))).toList();
                jdbc.sql("delete from " + own).update();
                jdbc.sql("insert into " + own + " (" + String.join(", ", read) + ") select "
                        + String.join(", ", read.stream().map(column -> '"' + column + '"').toList()) + " from " + source).update();
            } else {
                jdbc.sql("create table " + own + " as select " + String.join(", ", columns(jdbc, "SOURCE", table).stream()
                        .map(column -> '"' + column + "\" as " + column).toList()) + " from " + source).update();
            }
        }
        jdbc.sql("drop schema source cascade").update();
        jdbc.sql("set referential_integrity true").update();
        jdbc.sql("""
                select table_name from information_schema.columns
                where table_schema = 'PUBLIC' and column_name = 'ID' and is_identity = 'YES'""").query(String.class).list()
                .forEach(table -> jdbc.sql("alter table " + table + " alter column id restart with (select coalesce(max(id), 0)"
                        + " + 1 from " + table + ")").update());
    }

    private static List<String> tables(JdbcClient jdbc, String schema) {
        return jdbc.sql("select table_name from information_schema.tables where table_schema = :schema")
                .param("schema", schema).query(String.class).list();
    }

    private static List<String> columns(JdbcClient jdbc, String schema, String table) {
        return jdbc.sql("""
                select column_name from information_schema.columns where table_schema = :schema and table_name = :table""")
                .param("schema", schema).param("table", table).query(String.class).list();
    }
}
