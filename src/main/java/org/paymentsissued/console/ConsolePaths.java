package org.paymentsissued.console;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which method answers which path. A {@code {id}} in a path is a number, any other variable part is text. */
final class ConsolePaths {

    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

    /** Answers a request. */
    interface Answer {
        WebReply give(ConsoleCall call) throws IOException;
    }

    /** A path as it was added. */
    record Entry(String method, String path, Answer answer) {

        private Optional<Map<String, String>> match(String asked) {
            String pattern = path.replace(".", "\\.").replace("{id}", "(?<id>\\d{1,18})").replaceAll("\\{(\\w+)}", "(?<$1>[^/]+)");
            Matcher match = Pattern.compile(pattern).matcher(asked);
            if (!match.matches()) {
                return Optional.empty();
            }
            Map<String, String> variables = new LinkedHashMap<>();
            VARIABLE.matcher(path).results().map(name -> name.group(1)).forEach(name -> variables.put(name, decoded(match.group(name))));
            return Optional.of(variables);
        }

        private static String decoded(String part) {
            try {
                // In a path a plus is a plus.
                return WebRequest.fitting("path", URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw new WebRequest.Refusal(400, "The address contains a % that is not followed by two hexadecimal digits.");
            }
        }
    }

    private final List<Entry> entries = new ArrayList<>();

    ConsolePaths get(String path, Answer answer) {
        entries.add(new Entry("GET", path, answer));
        return this;
    }

    ConsolePaths post(String path, Answer answer) {
        entries.add(new Entry("POST", path, answer));
        return this;
    }

    ConsolePaths put(String path, Answer answer) {
        entries.add(new Entry("PUT", path, answer));
        return this;
    }

    ConsolePaths delete(String path, Answer answer) {
        entries.add(new Entry("DELETE", path, answer));
        return this;
    }

    List<Entry> all() {
        return List.copyOf(entries);
    }

    WebReply answer(WebRequest request, Operators.Operator operator) throws IOException {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        TreeSet<String> allowed = new TreeSet<>();
        for (Entry entry : entries) {
            Optional<Map<String, String>> match = entry.match(request.path());
            if (match.isPresent() && entry.method().equals(method)) {
                return entry.answer().give(new ConsoleCall(request, operator, match.get()));
            }
            match.ifPresent(other -> allowed.add(entry.method()));
        }
        throw allowed.isEmpty() ? new WebRequest.Refusal(404, request.path().startsWith("/api")
                ? "Nothing exists at this address; /api/openapi.yaml lists the addresses." : "This page does not exist.")
                : new NotAllowed(String.join(", ", allowed));
    }

    /** The path exists, for other methods. */
    static final class NotAllowed extends WebRequest.Refusal {
        private final String allowed;

        NotAllowed(String allowed) {
            super(405, "Only " + allowed + " is allowed here.");
            this.allowed = allowed;
        }

        String allowed() {
            return allowed;
        }
    }
}
