package org.paymentsissued.setup;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.paymentsissued.routecheck.RouteFlaw;
import org.paymentsissued.routecheck.Statement;

/** Lets the database judge the SQL of the routes without running it. */
final class RouteStatements {

    /** Syntax, and tables and columns that are not there, as H2 and PostgreSQL number them. */
    private static final Set<String> MISTAKES = Set.of("42000", "42001", "42S02", "42S03", "42S04", "42S22", "42601", "42P01", "42703");

    private final Function<String, Optional<DataSource>> dataSources;

    RouteStatements(Function<String, Optional<DataSource>> dataSources) {
        this.dataSources = dataSources;
    }

    List<RouteFlaw> flaws(List<Statement> statements) {
        // A table that a route makes itself may not be there yet.
        Set<String> made = statements.stream().flatMap(statement -> statement.creates().stream())
                .map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        return statements.stream().filter(statement -> statement.creates().isEmpty()
                        && made.stream().noneMatch(statement.sql().toLowerCase(Locale.ROOT)::contains))
                .flatMap(statement -> flaw(statement).stream()).toList();
    }

    private Optional<RouteFlaw> flaw(Statement statement) {
        Optional<DataSource> dataSource = dataSources.apply(statement.dataSource());
        if (dataSource.isEmpty()) {
            return Optional.of(statement.flaw("there is no data source \"" + statement.dataSource() + "\"."));
        }
        try (Connection connection = dataSource.get().getConnection();
                PreparedStatement prepared = connection.prepareStatement(statement.sql())) {
            // PostgreSQL looks at a statement no sooner than it has to.
            prepared.getMetaData();
            return Optional.empty();
        } catch (SQLException e) {
            return Optional.ofNullable(e.getSQLState()).filter(MISTAKES::contains)
                    .map(state -> statement.flaw("the database refuses this SQL: " + firstLine(e) + "."));
        }
    }

    /** H2 repeats the whole statement behind its reason. */
    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceFirst("; SQL statement:.*$", "");
    }
}
