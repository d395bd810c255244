package org.paymentsissued.routecheck;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An endpoint that a route takes from or sends to.
 *
 * @param step    name of the step that holds it, such as {@code to}
 * @param line    line of the address
 * @param uri     the address as written, placeholders filled in
 * @param options options written in the address and under {@code parameters}
 */
record Address(String step, int line, String uri, List<Option> options) {

    /** An option of an endpoint with the line it stands on. */
    record Option(String name, String value, int line) { }

    private static final Set<String> STEPS = Set.of("from", "to", "toD", "wireTap", "poll");
    private static final Set<String> ENRICHERS = Set.of("enrich", "pollEnrich");
    private static final Pattern SCHEME = Pattern.compile("^([a-z][a-z0-9+.-]*):");
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{[^}]*}");
    private static final Pattern OPTION = Pattern.compile("([^&=]+)=(RAW\\(.*?\\)|[^&]*)");

    /** All addresses in a part, in order. */
    static Stream<Address> in(Part root, Placeholders placeholders) {
        return steps(root).flatMap(part -> {
            if (STEPS.contains(part.name())) {
                Part uri = part.part("uri").orElse(part);
                return of(part, uri, placeholders).stream();
            }
            if (ENRICHERS.contains(part.name())) {
                return Stream.of("constant", "simple").flatMap(language -> part.part(language).stream())
                        .map(said -> said.part("expression").orElse(said)).flatMap(said -> of(part, said, placeholders).stream());
            }
            return part.name().equals("deadLetterUri") ? of(part, part, placeholders).stream() : Stream.empty();
        });
    }

    /** Options stand under parameters: one of them may be called to, as the addressee of a mail. */
    private static Stream<Part> steps(Part part) {
        return part.name().equals("parameters") ? Stream.empty()
                : Stream.concat(Stream.of(part), part.parts().stream().flatMap(Address::steps));
    }

    private static Optional<Address> of(Part step, Part uri, Placeholders placeholders) {
        if (uri.text().isEmpty()) {
            return Optional.empty();
        }
        String text = placeholders.fill(uri.text());
        List<Option> options = new ArrayList<>();
        int question = questionMark(text);
        if (question >= 0) {
            Matcher found = OPTION.matcher(text.substring(question + 1));
            while (found.find()) {
                options.add(new Option(found.group(1), found.group(2), uri.line()));
            }
        }
        step.part("parameters").ifPresent(parameters -> parameters.parts().forEach(option ->
                options.add(new Option(option.name(), placeholders.fill(option.text()), option.line()))));
        return Optional.of(new Address(step.name(), uri.line(), text, options));
    }

    /** The mark behind which options follow: none that stands inside an expression. */
    private static int questionMark(String text) {
        return EXPRESSION.matcher(text).replaceAll(found -> "_".repeat(found.group().length())).indexOf('?');
    }

    /** Scheme of the component; empty where the address is data. */
    Optional<String> scheme() {
        Matcher scheme = SCHEME.matcher(uri);
        return scheme.find() ? Optional.of(scheme.group(1)) : Optional.empty();
    }

    /** The address without its options. */
    String path() {
        int question = questionMark(uri);
        return question < 0 ? uri : uri.substring(0, question);
    }

    Optional<Option> option(String name) {
        return options.stream().filter(option -> option.name().equals(name)).findFirst();
    }

    /** Whether it is a seam between routes: {@code direct:} or {@code seda:}. */
    boolean isSeam() {
        return uri.startsWith("direct:") || uri.startsWith("seda:");
    }
}
