package org.paymentsissued.routecheck;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/**
 * Whether the headers and exchange properties that a route reads have been set by then: in it, by whoever calls its seam
 * ({@link Seam#carries}), by a route of the engineer's own, or by Camel.
 */
final class HandedOver {

    private static final Pattern READ = Pattern.compile("\\$\\{(exchangeProperty|header|headers)[.:\\[]'?([\\w-]+)");
    private static final Pattern SQL_PARAMETER = Pattern.compile(":#([A-Za-z][\\w-]*)");
    private static final Set<String> CHANGES_BODY = Set.of("to", "toD", "setBody", "transform", "bean", "enrich", "pollEnrich",
            "process", "script", "unmarshal", "convertBodyTo");
    private static final Set<String> WITHOUT_HEADERS_OF_THEIR_OWN = Set.of("direct", "seda", "sql", "log", "bean", "timer", "quartz");

    private final CamelNames names;
    private final Placeholders placeholders;

    HandedOver(CamelNames names, Placeholders placeholders) {
        this.names = names;
        this.placeholders = placeholders;
    }

    private record Read(String name, int line) { }

    void check(List<RouteFile> files, Consumer<RouteFlaw> flaws) {
        Map<String, Set<String>> properties = new TreeMap<>();
        Set<String> headers = new TreeSet<>();
        for (RouteFile file : files) {
            file.root().all("setProperty").forEach(part -> properties.computeIfAbsent(part.text("name"),
                    name -> new TreeSet<>()).add(file.name()));
            setHeaders(file.root()).forEach(headers::add);
        }
        Set<String> camels = camelsOwn();
        for (RouteFile file : files) {
            file.routes().forEach(route -> {
                Optional<Seam> seam = RouteFile.from(route).map(from -> placeholders.fill(
                        from.part("uri").orElse(from).text())).flatMap(Seam::of);
                properties(file, route, seam, properties.keySet(), camels, flaws);
                headers(file, route, seam, headers, camels, flaws);
                parameters(file, route, seam, headers, flaws);
            });
        }
    }

    private void properties(RouteFile file, Part route, Optional<Seam> seam, Set<String> setAnywhere, Set<String> camels,
            Consumer<RouteFlaw> flaws) {
        Set<String> here = new TreeSet<>();
        route.all("setProperty").forEach(part -> here.add(part.text("name")));
        seam.ifPresent(known -> {
            here.addAll(known.carries());
            here.addAll(known.mayCarry());
        });
        Set<String> known = new TreeSet<>(setAnywhere);
        known.addAll(here);
        for (Read read : reads(route, "exchangeProperty")) {
            boolean fine = here.contains(read.name()) || setAnywhere.contains(read.name()) || camels.contains(read.name());
            if (!fine) {
                flaws.accept(new RouteFlaw(file.name(), read.line(), "nobody sets the exchange property \"" + read.name()
                        + "\" that is read here." + nearest(read.name(), known, camels)));
            }
        }
        if (seam.isEmpty() && RouteFile.from(route).map(from -> from.part("uri").orElse(from).text()).orElse("").startsWith("direct:")) {
            // A seam of the engineer's own: its callers are not known, so neither is what they set.
            return;
        }
        Address.in(route, placeholders).filter(address -> !address.step().equals("from")).forEach(call ->
                Seam.of(call.path()).ifPresent(called -> called.carries().stream().filter(name -> !here.contains(name))
                        .forEach(name -> flaws.accept(new RouteFlaw(file.name(), call.line(), "\"" + called.address()
                                + "\" reads the exchange property \"" + name + "\", which is not set before it is called here."
                                + slip(name, route))))));
    }

    private static String slip(String name, Part route) {
        return route.all("setProperty").filter(part -> Nearest.isSlip(part.text("name"), name)).findFirst()
                .map(part -> " Line " + part.line() + " sets \"" + part.text("name") + "\". Did you mean \"" + name + "\"?").orElse("");
    }

    private void headers(RouteFile file, Part route, Optional<Seam> seam, Set<String> setAnywhere, Set<String> camels,
            Consumer<RouteFlaw> flaws) {
        List<Read> reads = Stream.concat(reads(route, "header").stream(), reads(route, "headers").stream()).toList();
        boolean onlyOurs = seam.isPresent() && Address.in(route, placeholders).allMatch(address ->
                address.scheme().filter(WITHOUT_HEADERS_OF_THEIR_OWN::contains).isPresent());
        for (Read read : reads) {
            if (setAnywhere.contains(read.name()) || camels.contains(read.name())) {
                continue;
            }
            boolean slip = Stream.concat(setAnywhere.stream(), camels.stream()).anyMatch(name -> Nearest.isSlip(read.name(), name));
            if (slip || onlyOurs || read.name().startsWith("Camel")) {
                flaws.accept(new RouteFlaw(file.name(), read.line(), "nobody sets the header \"" + read.name()
                        + "\" that is read here." + nearest(read.name(), setAnywhere, camels)));
            }
        }
    }

    /** A statement asks the body for its parameters, which an earlier step may have made a map of anything, then the headers. */
    private static void parameters(RouteFile file, Part route, Optional<Seam> seam, Set<String> headers,
            Consumer<RouteFlaw> flaws) {
        Set<String> known = new TreeSet<>(headers);
        seam.ifPresent(ours -> known.addAll(ours.gives()));
        route.all().filter(part -> part.text().startsWith("sql:")).forEach(statement -> {
            boolean otherBody = seam.isEmpty() || route.all().anyMatch(part -> part.line() < statement.line()
                    && CHANGES_BODY.contains(part.name()));
            Matcher parameter = SQL_PARAMETER.matcher(statement.text());
            while (parameter.find()) {
                String name = parameter.group(1);
                boolean slip = known.stream().anyMatch(right -> Nearest.isSlip(name, right));
                if (!known.contains(name) && (slip || !otherBody)) {
                    flaws.accept(new RouteFlaw(file.name(), statement.line(), "nobody gives the statement its parameter \":#" + name
                            + "\"." + Nearest.sentence(name, known)));
                }
            }
        });
    }

    private static String nearest(String name, Set<String> ours, Set<String> camels) {
        String near = Nearest.sentence(name, ours);
        return near.isEmpty() ? Nearest.sentence(name, camels) : near;
    }

    private static Stream<String> setHeaders(Part root) {
        return Stream.concat(root.all("setHeader").map(part -> part.text("name")),
                root.all("setHeaders").flatMap(part -> part.all("headers")).map(part -> part.text("name")))
                .filter(name -> !name.isEmpty());
    }

    private static List<Read> reads(Part route, String kind) {
        return route.all().flatMap(part -> {
            Stream.Builder<Read> reads = Stream.builder();
            Matcher read = READ.matcher(part.text());
            while (read.find()) {
                if (read.group(1).equals(kind)) {
                    reads.add(new Read(read.group(2), part.line()));
                }
            }
            if (part.name().equals(kind) && !part.text().isEmpty()) {
                reads.add(new Read(part.text(), part.line()));
            }
            return reads.build();
        }).distinct().toList();
    }

    /** Headers and properties of Camel and of the installed components. */
    private Set<String> camelsOwn() {
        Set<String> all = new TreeSet<>();
        try {
            for (Field field : Exchange.class.getFields()) {
                if (field.getType() == String.class) {
                    all.add((String) field.get(null));
                }
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        names.componentNames().forEach(component -> names.component(component).ifPresent(model ->
                model.getEndpointHeaders().forEach(header -> all.add(header.getName()))));
        return all;
    }
}
