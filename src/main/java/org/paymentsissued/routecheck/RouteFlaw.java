package org.paymentsissued.routecheck;

import java.util.Comparator;

/**
 * A mistake in a route file.
 *
 * @param file     name of the file, without its folder
 * @param line     counted from 1
 * @param sentence what is there, what was expected and, if there is one, the nearest valid name
 */
public record RouteFlaw(String file, int line, String sentence) implements Comparable<RouteFlaw> {

    @Override
    public int compareTo(RouteFlaw other) {
        return Comparator.comparing(RouteFlaw::file).thenComparingInt(RouteFlaw::line).compare(this, other);
    }

    @Override
    public String toString() {
        return "routes/%s, line %d: %s".formatted(file, line, sentence);
    }
}
