package org.paymentsissued.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/** Lets a database judge a statement without running it. */
public final class SqlCheck {

    /** Syntax, and tables and columns that are not there, as H2 and PostgreSQL number them. */
    private static final Set<String> MISTAKES = Set.of("42000", "42001", "42S02", "42S03", "42S04", "42S22", "42601", "42P01", "42703");

    private SqlCheck() {
    }

    /** The database's words about a mistake in a statement; empty where it finds none, or cannot be asked. */
    public static Optional<String> mistakeIn(String sql, DataSource database) {
        try (Connection connection = database.getConnection(); PreparedStatement prepared = connection.prepareStatement(sql)) {
            // PostgreSQL looks at a statement no sooner than it has to.
            prepared.getMetaData();
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.ofNullable(e.getSQLState()).filter(MISTAKES::contains).map(state -> firstLine(e));
        }
    }

    /** H2 repeats the whole statement behind its reason. */
    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceFirst("; SQL statement:.*$", "");
    }
}
