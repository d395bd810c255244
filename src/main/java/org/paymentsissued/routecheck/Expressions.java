package org.paymentsissued.routecheck;

import java.util.HashSet;
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

    private static final Set<String> CONDITIONS = Set.of("filter", "when", "validate", "onWhen", "completionPredicate",
            "interceptFrom", "handled", "continued", "retryWhile");
    private static final Pattern FUNCTION = Pattern.compile("Unknown function: ([^\\s.:(\\[]*)");

    private final CamelContext camel;
    private final Catalog catalog;
    private final SimpleLanguage simple;
    private final Consumer<RouteFlaw> flaws;

    Expressions(CamelContext camel, Catalog catalog, Consumer<RouteFlaw> flaws) {
        this.camel = camel;
        this.catalog = catalog;
        this.simple = (SimpleLanguage) camel.resolveLanguage("simple");
        this.flaws = flaws;
    }

    void check(Part files) {
        files.all("exception").filter(part -> !part.text().isEmpty() && !isException(part.text())).forEach(part -> {
            Set<String> right = new HashSet<>(Set.of("java.lang.Exception", "java.io.IOException", "java.lang.RuntimeException",
                    "java.lang.Throwable"));
            files.all("exception").map(Part::text).filter(this::isException).forEach(right::add);
            flaws.accept(part.flaw("\"" + part.text() + "\" is not an exception class." + Nearest.sentence(part.text(), right)));
        });
        files.all().forEach(part -> {
            boolean condition = CONDITIONS.contains(part.name()) || part.text("doWhile").equals("true");
            part.parts().stream().filter(inside -> inside.name().equals("simple"))
                    .forEach(inside -> parse(inside.expression(), condition));
            boolean embedded = part.name().equals("log") || part.name().equals("toD");
            (embedded ? Stream.of("message", "uri").flatMap(name -> part.part(name).stream())
                    : Stream.of(part).filter(method -> method.name().equals("method") && method.text().contains("${")))
                    .forEach(said -> parse(said, false));
        });
        files.steps().forEach(this::needed);
    }

    private boolean isException(String name) {
        Class<?> found = camel.getClassResolver().resolveClass(name);
        return found != null && Throwable.class.isAssignableFrom(found);
    }

    private void parse(Part said, boolean condition) {
        try {
            if (condition) {
                simple.createPredicate(said.text());
            } else {
                simple.createExpression(said.text());
            }
        } catch (RuntimeException e) {
            String problem = Optional.ofNullable(e.getMessage()).orElse(e.toString()).lines().findFirst().orElse("").strip();
            Matcher unknown = FUNCTION.matcher(problem);
            flaws.accept(said.flaw("\"" + said.text() + "\" is not valid in the simple language: " + problem + "."
                    + (unknown.find() ? Nearest.sentence(unknown.group(1), catalog.simpleFunctions()) : "")));
        }
    }

    /** Neither the schema nor Camel's parser says so: a step without its expression fails at the first message. */
    private void needed(Part part) {
        if (part.attribute() || part.parts().isEmpty()) {
            return;
        }
        catalog.step(part.name()).stream().flatMap(model -> model.getOptions().stream())
                .filter(option -> option.getName().equals("expression") && option.getKind().equals("expression")
                        && option.isRequired() && option.getOneOfs() != null)
                .filter(option -> !part.has("expression") && option.getOneOfs().stream().noneMatch(part::has))
                .forEach(option -> flaws.accept(part.flaw("\"" + part.name() + "\" has no expression. Expected one of constant, simple,"
                        + " method, header, variable, xpath and others under it.")));
    }
}
