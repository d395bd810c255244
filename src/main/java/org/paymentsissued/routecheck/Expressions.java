package org.paymentsissued.routecheck;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.language.simple.SimpleLanguage;

/** Expressions of the simple language, exception classes, and steps that need an expression. */
final class Expressions {

    private static final Set<String> CONDITIONS = Set.of("filter", "when", "validate", "onWhen", "completionPredicate", "interceptFrom");
    private static final Pattern FUNCTION = Pattern.compile("Unknown function: ([^\\s.:(\\[]*)");

    private final CamelContext camel;
    private final CamelNames names;
    private final Placeholders placeholders;
    private final List<String> functions;

    Expressions(CamelContext camel, CamelNames names, Placeholders placeholders) {
        this.camel = camel;
        this.names = names;
        this.placeholders = placeholders;
        functions = names.simpleFunctions();
    }

    void check(List<RouteFile> files, Consumer<RouteFlaw> flaws) {
        Map<String, Boolean> exceptions = new HashMap<>();
        for (RouteFile file : files) {
            file.root().all("exception").filter(part -> !part.text().isEmpty()).forEach(part ->
                    exceptions.computeIfAbsent(part.text(), this::isException));
        }
        for (RouteFile file : files) {
            file.root().all().forEach(part -> {
                simple(file, part, flaws);
                needed(file, part, flaws);
                if (part.name().equals("exception") && Boolean.FALSE.equals(exceptions.get(part.text()))) {
                    Set<String> right = new HashSet<>(Set.of("java.lang.Exception", "java.io.IOException",
                            "java.lang.RuntimeException", "java.lang.Throwable"));
                    exceptions.forEach((name, loads) -> Stream.of(name).filter(known -> loads).forEach(right::add));
                    flaws.accept(new RouteFlaw(file.name(), part.line(), "\"" + part.text() + "\" is no exception class."
                            + Nearest.sentence(part.text(), right)));
                }
            });
        }
    }

    private boolean isException(String name) {
        Class<?> found = camel.getClassResolver().resolveClass(name);
        return found != null && Throwable.class.isAssignableFrom(found);
    }

    private void simple(RouteFile file, Part part, Consumer<RouteFlaw> flaws) {
        boolean condition = CONDITIONS.contains(part.name()) || part.text("doWhile").equals("true");
        for (Part inside : part.parts()) {
            if (inside.name().equals("simple")) {
                Part said = inside.part("expression").orElse(inside);
                parse(file, said, condition, flaws);
            }
        }
        boolean embedded = part.name().equals("log") || part.name().equals("toD");
        if (embedded) {
            Stream.of("message", "uri").flatMap(name -> part.part(name).stream()).forEach(said -> parse(file, said, false, flaws));
        } else if (part.name().equals("method") && part.text().contains("${")) {
            parse(file, part, false, flaws);
        }
    }

    private void parse(RouteFile file, Part said, boolean condition, Consumer<RouteFlaw> flaws) {
        String text = placeholders.fill(said.text());
        SimpleLanguage simple = (SimpleLanguage) camel.resolveLanguage("simple");
        try {
            if (condition) {
                simple.createPredicate(text);
            } else {
                simple.createExpression(text);
            }
        } catch (RuntimeException e) {
            String problem = Optional.ofNullable(e.getMessage()).orElse(e.toString()).lines().findFirst().orElse("").strip();
            Matcher unknown = FUNCTION.matcher(problem);
            String near = unknown.find() ? Nearest.sentence(unknown.group(1), functions) : "";
            flaws.accept(new RouteFlaw(file.name(), said.line(), "\"" + said.text() + "\" is not right in the simple language: "
                    + problem + "." + near));
        }
    }

    /** Neither the schema nor Camel's parser says so: a step without its expression fails at the first message. */
    private void needed(RouteFile file, Part part, Consumer<RouteFlaw> flaws) {
        if (part.attribute() || part.parts().stream().allMatch(Part::attribute) && part.parts().isEmpty()) {
            return;
        }
        names.step(part.name()).ifPresent(model -> model.getOptions().stream()
                .filter(option -> option.getKind().equals("expression") && option.isRequired())
                .filter(option -> option.getName().equals("expression") && option.getOneOfs() != null)
                .filter(option -> part.has("id") && !part.has("expression") && option.getOneOfs().stream().noneMatch(part::has))
                .forEach(option -> flaws.accept(new RouteFlaw(file.name(), part.line(), "\"" + part.name()
                        + "\" has no expression. Expected one of constant, simple, method, header, exchangeProperty, xpath and"
                        + " others under it."))));
    }
}
