package org.paymentsissued.setup;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.paymentsissued.ledger.SqlCheck;
import org.paymentsissued.routecheck.RouteFlaw;
import org.paymentsissued.routecheck.Statement;

/** Lets the database judge the SQL of the routes without running it. */
final class RouteStatements {

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
        return SqlCheck.mistakeIn(statement.sql(), dataSource.get())
                .map(reason -> statement.flaw("the database refuses this SQL: " + reason + "."));
    }
}
