package org.paymentsissued.routecheck;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A piece of a route file: a step, an option, an expression. YAML and XML look alike here: a list becomes parts of the same
 * name, and the steps of a list are found directly under "steps".
 *
 * @param file      name of the route file, without its folder
 * @param name      name of the step or option
 * @param line      line it begins on, counted from 1
 * @param attribute whether it is an attribute in XML
 * @param text      its own text, empty if it has none
 * @param parts     what is in it, in order
 */
record Part(String file, String name, int line, boolean attribute, String text, List<Part> parts) {

    /** The first part of that name. */
    Optional<Part> part(String wanted) {
        return parts.stream().filter(part -> part.name.equals(wanted)).findFirst();
    }

    /** Text of the first part of that name, empty if there is none. */
    String text(String wanted) {
        return part(wanted).map(Part::text).orElse("");
    }

    boolean has(String wanted) {
        return part(wanted).isPresent();
    }

    /** This part and all in it, in the order they are written. */
    Stream<Part> all() {
        return Stream.concat(Stream.of(this), parts.stream().flatMap(Part::all));
    }

    /** All of that name in it, in the order they are written. */
    Stream<Part> all(String wanted) {
        return all().filter(part -> part.name.equals(wanted));
    }

    /** The same with its options left out: one of them may be named like a step, as the addressee of a mail is. */
    Stream<Part> steps() {
        return name.equals("parameters") ? Stream.empty() : Stream.concat(Stream.of(this), parts.stream().flatMap(Part::steps));
    }

    /** The expression itself, which YAML may write as text or as an option of its own. */
    Part expression() {
        return part("expression").orElse(this);
    }

    Part named(String other, List<Part> content) {
        return new Part(file, other, line, attribute, text, content);
    }

    /** The same with each text replaced. */
    Part with(UnaryOperator<String> texts) {
        return new Part(file, name, line, attribute, texts.apply(text), parts.stream().map(part -> part.with(texts)).toList());
    }

    RouteFlaw flaw(String sentence) {
        return new RouteFlaw(file, line, sentence);
    }

    /** For sentences about another place. */
    String place() {
        return file + ", line " + line;
    }
}
