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
 * @param step    the step that holds it
 * @param place   where it is written
 * @param options options in the address and under {@code parameters}
 */
record Address(Part step, Part place, List<Part> options) {

    private static final Set<String> STEPS = Set.of("from", "to", "toD", "wireTap", "poll", "deadLetterUri");
    private static final Set<String> ENRICHERS = Set.of("enrich", "pollEnrich");
    private static final Pattern SCHEME = Pattern.compile("^([a-z][a-z0-9+.-]*):");
    private static final Pattern EXPRESSION = Pattern.compile("\\$\\{[^}]*}");
    private static final Pattern OPTION = Pattern.compile("([^&=]+)=(RAW\\(.*?\\)|[^&]*)");

    /** All addresses in a part, in order. */
    static Stream<Address> in(Part root) {
        return root.steps().flatMap(part -> {
            if (STEPS.contains(part.name())) {
                return of(part, part.part("uri").orElse(part));
            }
            return ENRICHERS.contains(part.name()) ? Stream.of("constant", "simple").flatMap(language ->
                    part.expression().part(language).stream()).flatMap(said -> of(part, said.expression())) : Stream.empty();
        });
    }

    private static Stream<Address> of(Part step, Part place) {
        if (place.text().isEmpty()) {
            return Stream.empty();
        }
        List<Part> options = new ArrayList<>();
        int question = questionMark(place.text());
        Matcher found = OPTION.matcher(question < 0 ? "" : place.text().substring(question + 1));
        while (found.find()) {
            options.add(new Part(place.file(), found.group(1), place.line(), false, found.group(2), List.of()));
        }
        step.part("parameters").ifPresent(parameters -> options.addAll(parameters.parts()));
        return Stream.of(new Address(step, place, options));
    }

    /** The mark that options follow: none that is inside an expression. */
    private static int questionMark(String text) {
        return EXPRESSION.matcher(text).replaceAll(found -> "_".repeat(found.group().length())).indexOf('?');
    }

    String uri() {
        return place.text();
    }

    boolean isFrom() {
        return step.name().equals("from");
    }

    /** Scheme of the component; empty where the address is data. */
    Optional<String> scheme() {
        Matcher scheme = SCHEME.matcher(uri());
        return scheme.find() ? Optional.of(scheme.group(1)) : Optional.empty();
    }

    /** The address without its options. */
    String path() {
        int question = questionMark(uri());
        return question < 0 ? uri() : uri().substring(0, question);
    }

    /** Whether routes hand over here: {@code direct:} or {@code seda:}. */
    boolean isSeam() {
        return uri().startsWith("direct:") || uri().startsWith("seda:");
    }

    /** Whether it may lead to the route that takes from there: the end of an address may be known at run time only. */
    boolean leadsTo(String consumed) {
        int expression = path().indexOf("${");
        return expression < 0 ? consumed.equals(path()) : consumed.startsWith(path().substring(0, expression));
    }
}
