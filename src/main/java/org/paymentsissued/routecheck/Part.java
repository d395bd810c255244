package org.paymentsissued.routecheck;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A piece of a route file: a step, an option, an expression. YAML and XML look alike here: a list becomes parts of the same
 * name, and the steps of a list stand under it directly.
 *
 * @param name      name of the step or option
 * @param line      line it begins on, counted from 1
 * @param attribute whether it stands as an attribute in XML
 * @param text      its own text, empty where it has none
 * @param parts     what stands in it, in order
 */
record Part(String name, int line, boolean attribute, String text, List<Part> parts) {

    /** The first part of that name. */
    Optional<Part> part(String wanted) {
        return parts.stream().filter(part -> part.name.equals(wanted)).findFirst();
    }

    /** Text of the first part of that name, empty where there is none. */
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
}
