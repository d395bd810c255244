package org.paymentsissued.routecheck;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A route file that could be read.
 *
 * @param name name of the file, without its folder
 * @param root what stands in it
 */
record RouteFile(String name, Part root) {

    static boolean isYaml(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".yaml") || lower.endsWith(".yml");
    }

    /** The routes in it, in order. */
    Stream<Part> routes() {
        return root.parts().stream().filter(part -> part.name().equals("route") || part.name().equals("from"));
    }

    /** Where a route takes its messages from. */
    static Optional<Part> from(Part route) {
        return route.name().equals("from") ? Optional.of(route) : route.part("from");
    }

    /** The text of a file, or a flaw at the first byte that is no UTF-8. */
    static Optional<String> text(String name, byte[] bytes, Consumer<RouteFlaw> flaws) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(in, out, true);
        String text = out.flip().toString();
        if (result.isError()) {
            flaws.accept(new RouteFlaw(name, line(text, text.length()),
                    "a letter here is not UTF-8. Save the file as UTF-8 text."));
            return Optional.empty();
        }
        return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    static int line(String text, int position) {
        return (int) text.substring(0, position).chars().filter(letter -> letter == '\n').count() + 1;
    }

    /** The text of each line, for sentences that show it. */
    static List<String> lines(String text) {
        return text.lines().toList();
    }
}
