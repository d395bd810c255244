package org.paymentsissued.routecheck;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * SQL that a route sends to a database, as that database can prepare it.
 *
 * @param dataSource name of the bean
 */
public record Statement(String file, int line, String sql, String dataSource) {

    private static final Pattern PARAMETER = Pattern.compile(":[#?](\\$\\{[^}]*}|[\\w:.-]+)");
    private static final Pattern CREATED = Pattern.compile("(?i)\\bcreate\\s+table\\s+(?:if\\s+not\\s+exists\\s+)?([\\w.]+)");
    /** Text that comes from elsewhere, or is known only when a message comes. */
    private static final Pattern NOT_KNOWN = Pattern.compile("^(classpath|file|ref|resource|http|https):|\\$\\{");

    static Stream<Statement> in(Part files) {
        return Address.in(files).filter(address -> address.uri().equals("sql") || address.uri().startsWith("sql:"))
                .flatMap(address -> of(address).stream());
    }

    private static Optional<Statement> of(Address address) {
        Optional<Part> query = option(address, "query");
        Part place = query.orElse(address.place());
        String sql = PARAMETER.matcher(query.map(Part::text).orElseGet(() -> address.path().replaceFirst("^sql:", "")).strip())
                .replaceAll("?");
        return sql.isEmpty() || NOT_KNOWN.matcher(sql).find() ? Optional.empty() : Optional.of(new Statement(place.file(), place.line(),
                sql, option(address, "dataSource").map(Part::text).orElse("dataSource").replaceFirst("^#(bean:)?", "")));
    }

    private static Optional<Part> option(Address address, String name) {
        return address.options().stream().filter(option -> option.name().equals(name)).findFirst();
    }

    /** The table that it makes; empty if it makes none. */
    public Optional<String> creates() {
        Matcher created = CREATED.matcher(sql);
        return created.find() ? Optional.of(created.group(1)) : Optional.empty();
    }

    public RouteFlaw flaw(String sentence) {
        return new RouteFlaw(file, line, sentence);
    }
}
