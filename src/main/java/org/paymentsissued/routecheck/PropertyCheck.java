package org.paymentsissued.routecheck;

import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/**
 * Whether the variables, exchange properties and headers that a route reads have been set by then: by a route, by whoever calls
 * its seam ({@link Seam#carries}), or by Camel.
 */
final class PropertyCheck {

    private enum Kind {
        PROPERTY("exchange property", "exchangeProperty"), VARIABLE("variable", "variable"), HEADER("header", "headers?");

        private final String words;
        private final Pattern read;
        private final String languages;

        Kind(String words, String language) {
            this.words = words;
            this.languages = language;
            this.read = Pattern.compile("\\$\\{" + language + "[.:\\[]'?([\\w-]+)(?![\\w:-])");
        }
    }

    private record Read(String name, Part place) { }

    private static final Pattern SQL_PARAMETER = Pattern.compile(":#([A-Za-z][\\w-]*)");
    private static final Set<String> CHANGES_BODY = Set.of("to", "toD", "setBody", "transform", "bean", "enrich", "pollEnrich",
            "process", "script", "unmarshal", "convertBodyTo");
    private static final Set<String> WITHOUT_HEADERS_OF_THEIR_OWN = Set.of("direct", "seda", "sql", "log", "bean", "timer", "quartz");

    private final Catalog catalog;
    private final Consumer<RouteFlaw> flaws;
    private final Map<Kind, Set<String>> set = new TreeMap<>();

    PropertyCheck(Catalog catalog, Consumer<RouteFlaw> flaws) {
        this.catalog = catalog;
        this.flaws = flaws;
    }

    /** @param serving the program's own routes, whose variables reach these too */
    void check(Routes routes, Part serving) {
        Set<String> camels = camelsOwn();
        Set<String> known = new TreeSet<>(Set.of(Seam.ONE_COMPANY_FILE));
        Seam.ALL.forEach(seam -> known.addAll(seam.carries()));
        for (Kind kind : Kind.values()) {
            set.put(kind, names(kind, routes.files()));
            set.get(kind).addAll(names(kind, serving));
        }
        for (Kind kind : List.of(Kind.PROPERTY, Kind.VARIABLE)) {
            known.addAll(set.get(kind));
            reads(kind, routes.files()).filter(read -> !known.contains(read.name())
                    && !(kind == Kind.PROPERTY && camels.contains(read.name()))).forEach(read -> unset(kind, read, known, camels));
        }
        routes.each().forEach(route -> {
            String from = Address.in(route).filter(Address::isFrom).map(Address::path).findFirst().orElse("");
            Optional<Seam> seam = Seam.of(from);
            // The callers of an engineer's own seam are unknown, and so is what they set.
            if (seam.isPresent() || !from.startsWith("direct:")) {
                calls(route, seam);
            }
            headers(route, seam.isPresent(), camels);
            parameters(route, seam);
        });
    }

    private void unset(Kind kind, Read read, Set<String> ours, Set<String> camels) {
        String near = Nearest.sentence(read.name(), ours);
        flaws.accept(read.place().flaw("no step sets the " + kind.words + " \"" + read.name() + "\" that is read here."
                + (near.isEmpty() ? Nearest.sentence(read.name(), camels) : near)));
    }

    private void calls(Part route, Optional<Seam> seam) {
        Set<String> here = names(Kind.PROPERTY, route);
        here.addAll(names(Kind.VARIABLE, route));
        seam.ifPresent(own -> here.addAll(own.carries()));
        Address.in(route).filter(address -> !address.isFrom()).forEach(call -> Seam.of(call.path()).ifPresent(called ->
                called.carries().stream().filter(name -> !here.contains(name)).forEach(name -> flaws.accept(call.place().flaw("\""
                        + called.address() + "\" reads \"" + name + "\", which is not set before it is called here."
                        + here.stream().filter(other -> Nearest.isSlip(other, Set.of(name))).findFirst().map(other ->
                                " This route sets \"" + other + "\". Did you mean \"" + name + "\"?").orElse(""))))));
    }

    /** A header may come from outside, so only what cannot is a mistake. */
    private void headers(Part route, boolean isStage, Set<String> camels) {
        Set<String> known = new TreeSet<>(camels);
        known.addAll(set.get(Kind.HEADER));
        boolean onlyOurs = isStage && Address.in(route).allMatch(address ->
                address.scheme().filter(WITHOUT_HEADERS_OF_THEIR_OWN::contains).isPresent());
        reads(Kind.HEADER, route).filter(read -> !known.contains(read.name())
                && (onlyOurs || read.name().startsWith("Camel") || Nearest.isSlip(read.name(), known)))
                .forEach(read -> unset(Kind.HEADER, read, set.get(Kind.HEADER), camels));
    }

    /** A statement asks the body for its parameters, which an earlier step may have made a map of anything, then the headers. */
    private void parameters(Part route, Optional<Seam> seam) {
        Set<String> known = new TreeSet<>(set.get(Kind.HEADER));
        seam.ifPresent(own -> known.addAll(own.gives()));
        route.all().filter(part -> part.text().startsWith("sql:")).forEach(statement -> {
            boolean otherBody = seam.isEmpty() || route.all().anyMatch(part -> part.line() < statement.line()
                    && CHANGES_BODY.contains(part.name()));
            SQL_PARAMETER.matcher(statement.text()).results().map(found -> found.group(1)).filter(name -> !known.contains(name)
                    && (!otherBody || Nearest.isSlip(name, known))).forEach(name -> flaws.accept(statement.flaw(
                            "nothing gives the statement its parameter \":#" + name + "\"." + Nearest.sentence(name, known))));
        });
    }

    /** What the steps in a part set. */
    private static Set<String> names(Kind kind, Part root) {
        Stream<String> names = switch (kind) {
            case PROPERTY -> named(root, "setProperty", "setProperties", "properties");
            case VARIABLE -> Stream.concat(named(root, "setVariable", "setVariables", "variables"),
                    root.all("variableReceive").map(Part::text));
            case HEADER -> named(root, "setHeader", "setHeaders", "headers");
        };
        return names.filter(name -> !name.isEmpty()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> named(Part root, String one, String many, String each) {
        return Stream.concat(root.all(one), root.all(many).flatMap(part -> Stream.concat(part.all(each), part.all(one))))
                .map(part -> part.text("name"));
    }

    private static Stream<Read> reads(Kind kind, Part root) {
        return root.all().flatMap(part -> Stream.concat(kind.read.matcher(part.text()).results().map(found -> found.group(1)),
                Stream.of(part.text()).filter(name -> part.name().matches(kind.languages) && !name.isEmpty()
                        || kind == Kind.VARIABLE && part.name().equals("variableSend"))).map(name -> new Read(name, part))).distinct();
    }

    /** Headers and properties of Camel and of the installed components. */
    private Set<String> camelsOwn() {
        Set<String> all = catalog.headers();
        try {
            for (Field field : Exchange.class.getFields()) {
                if (field.getType() == String.class) {
                    all.add((String) field.get(null));
                }
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return all;
    }
}
