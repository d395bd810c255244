package org.paymentsissued.routecheck;

/**
 * Something in a route file that cannot be right.
 *
 * @param file     name of the file, without its folder
 * @param line     counted from 1
 * @param sentence what stands there, what was expected and, where there is one, the nearest right name
 */
public record RouteFlaw(String file, int line, String sentence) implements Comparable<RouteFlaw> {

    @Override
    public int compareTo(RouteFlaw other) {
        int byFile = file.compareTo(other.file);
        return byFile != 0 ? byFile : Integer.compare(line, other.line);
    }

    @Override
    public String toString() {
        return "routes/%s, line %d: %s".formatted(file, line, sentence);
    }
}
