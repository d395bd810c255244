package org.paymentsissued.ledger;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Moves a whole ledger from H2 to PostgreSQL: every table that holds something to keep, in one transaction, and numbers continue
 * where they were. Which tables and columns there are is asked of the database, so that no later one is forgotten. The old
 * ledger remembers where it moved and is not opened anymore: two ledgers would both update Procore, each with its own data.
 */
public final class LedgerMove {

    private static final int ROWS_AT_ONCE = 500;
    /** What processes hold only while they run; the new database has its own. */
    private static final Set<String> LEFT_BEHIND =
            Set.of("node", "reading_turn", "console_session", "flyway_schema_history");
    /** What a ledger holds before its first sync. */
    private static final Set<String> NEVER_EMPTY = Set.of("procore_pause", "ledger_age", "company_file", "judged_routes");

    private final LedgerDatabase from;
    private final LedgerDatabase to;

    private LedgerMove(LedgerDatabase from, LedgerDatabase to) {
        this.from = from;
        this.to = to;
    }

    /**
     * Copies all rows.
     *
     * @param from the H2 ledger, with its tables of this version
     * @param to   an empty PostgreSQL ledger, with its tables of this version
     * @return how many rows of each table
     * @throws Refused                 when one of them is not in the required state; nothing was changed
     * @throws LedgerDatabase.Unusable when a database fails on the way; nothing was changed
     */
    public static Map<String, Long> move(LedgerDatabase from, LedgerDatabase to) {
        if (from.isPostgres() || !to.isPostgres()) {
            throw new Refused("A ledger moves from H2 (--from) to PostgreSQL (database.url).");
        }
        return new LedgerMove(from, to).move();
    }

    private Map<String, Long> move() {
        Map<String, Long> rows = new TreeMap<>();
        try (Connection source = from.dataSource().getConnection(); Connection target = to.dataSource().getConnection()) {
            target.setAutoCommit(false);
            try {
                List<String> tables = inOrderOfReferences(source);
                requireUnused(target, tables);
                for (String table : NEVER_EMPTY) {
                    execute(target, "delete from " + table);
                }
                for (String table : tables) {
                    rows.put(table, copy(table, source, target));
                }
                goOnCounting(source, target);
                execute(target, "update payment set claimed_by = null, claimed_until = null where claimed_by is not null");
                target.commit();
            } catch (SQLException | RuntimeException e) {
                target.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new LedgerDatabase.Unusable("The ledger could not be moved: " + e.getMessage(), e);
        }
        from.jdbc().sql("update ledger_age set moved_to = :there").param("there", withoutParameters(to.url())).update();
        return rows;
    }

    private static String withoutParameters(String url) {
        return url.replaceFirst("\\?.*", "");
    }

    private static void requireUnused(Connection target, List<String> tables) throws SQLException {
        for (String table : tables) {
            if (!NEVER_EMPTY.contains(table) && number(target, "select count(*) from " + table) > 0) {
                throw new Refused("The database in database.url is a ledger in use: its table " + table
                        + " is not empty. Use an empty one.");
            }
        }
        if (number(target, "select count(*) from node where seen_at > current_timestamp - interval '1' minute") > 0) {
            throw new Refused("An instance is running on the database in database.url. Stop it, then move.");
        }
    }

    /** Tables that others refer to come before them. */
    private static List<String> inOrderOfReferences(Connection source) throws SQLException {
        DatabaseMetaData about = source.getMetaData();
        Map<String, Set<String>> refersTo = new LinkedHashMap<>();
        try (ResultSet tables = about.getTables(source.getCatalog(), source.getSchema(), null,
                new String[] {"TABLE", "BASE TABLE"})) {
            while (tables.next()) {
                String table = tables.getString("TABLE_NAME");
                String name = table.toLowerCase(Locale.ROOT);
                if (!LEFT_BEHIND.contains(name) && !name.startsWith("qrtz_")) {
                    Set<String> others = new TreeSet<>();
                    try (ResultSet keys = about.getImportedKeys(source.getCatalog(), source.getSchema(), table)) {
                        while (keys.next()) {
                            others.add(keys.getString("PKTABLE_NAME").toLowerCase(Locale.ROOT));
                        }
                    }
                    refersTo.put(name, others);
                }
            }
        }
        List<String> ordered = new ArrayList<>();
        while (ordered.size() < refersTo.size()) {
            int before = ordered.size();
            refersTo.forEach((table, others) -> {
                if (!ordered.contains(table) && ordered.containsAll(others)) {
                    ordered.add(table);
                }
            });
            if (ordered.size() == before) {
                throw new IllegalStateException("tables refer to each other in a circle: " + refersTo);
            }
        }
        return ordered;
    }

    private static long copy(String table, Connection source, Connection target) throws SQLException {
        try (Statement select = source.createStatement(); ResultSet rows = select.executeQuery("select * from " + table)) {
            ResultSetMetaData columns = rows.getMetaData();
            List<String> names = new ArrayList<>();
            for (int column = 1; column <= columns.getColumnCount(); column++) {
                names.add(columns.getColumnName(column).toLowerCase(Locale.ROOT));
            }
            long copied = 0;
            try (PreparedStatement insert = target.prepareStatement("insert into " + table + " (" + String.join(", ", names)
                    + ") values (" + String.join(", ", names.stream().map(name -> "?").toList()) + ")")) {
                while (rows.next()) {
                    for (int column = 1; column <= names.size(); column++) {
                        insert.setObject(column, value(rows, columns.getColumnType(column), column));
                    }
                    insert.addBatch();
                    if (++copied % ROWS_AT_ONCE == 0) {
                        insert.executeBatch();
                    }
                }
                insert.executeBatch();
            }
            return copied;
        }
    }

    private static Object value(ResultSet row, int type, int column) throws SQLException {
        return switch (type) {
            case Types.CLOB, Types.NCLOB, Types.LONGVARCHAR, Types.VARCHAR, Types.CHAR -> textOf(row.getString(column));
            case Types.TIMESTAMP_WITH_TIMEZONE -> row.getObject(column, OffsetDateTime.class);
            default -> row.getObject(column);
        };
    }

    /** PostgreSQL takes no zero character, which an odd answer of a server may hold. */
    private static String textOf(String text) {
        return text == null ? null : text.replace("\0", "");
    }

    /** A number that was used may be in someone's notes or in an alert, even if its row was trimmed. */
    private static void goOnCounting(Connection source, Connection target) throws SQLException {
        try (Statement statement = source.createStatement(); ResultSet columns = statement.executeQuery("""
                select lower(table_name), lower(column_name), identity_base from information_schema.columns
                where table_schema = current_schema and is_identity = 'YES'""")) {
            while (columns.next()) {
                execute(target, "alter table " + columns.getString(1) + " alter column " + columns.getString(2)
                        + " restart with " + columns.getLong(3));
            }
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    private static void execute(Connection target, String sql) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute(sql);
        }
    }

    /** One of the two ledgers is not in the required state. */
    public static final class Refused extends RuntimeException {
        Refused(String message) {
            super(message + " Nothing was changed.");
        }
    }
}
