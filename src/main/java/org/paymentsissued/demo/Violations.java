package org.paymentsissued.demo;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.paymentsissued.demo.SimulatedProcore.Request;

/** Everything a polite and exact client would not have done, a sentence each. */
final class Violations {
    private static final Set<String> USUAL_HEADERS = Set.of(
            "authorization", "procore-company-id", "idempotency-token",
            "host", "user-agent", "connection", "keep-alive", "upgrade", "http2-settings", "te", "trailer",
            "transfer-encoding", "content-length", "content-type", "content-encoding", "expect", "date",
            "accept", "accept-encoding", "accept-language", "accept-charset", "cache-control", "pragma",
            "if-match", "if-none-match", "if-modified-since", "if-unmodified-since");

    private final List<String> sentences = new CopyOnWriteArrayList<>();

    List<String> sentences() {
        return List.copyOf(sentences);
    }

    void note(String sentence) {
        sentences.add(sentence);
    }

    void noteHeaders(Request request) {
        request.headers().keySet().stream()
                .filter(name -> !USUAL_HEADERS.contains(name.toLowerCase(Locale.ROOT)))
                .forEach(name -> note(request.line() + " carried the header " + name));
        if (Set.of("POST", "PATCH").contains(request.method())
                && request.headers().getOrDefault("Idempotency-Token", "").isBlank()) {
            note(request.line() + " came without an Idempotency-Token");
        }
    }

    @SafeVarargs
    final void noteParameters(Request request, Set<String>... known) {
        Set<String> all = new HashSet<>();
        for (Set<String> names : known) {
            all.addAll(names);
        }
        request.query().keySet().stream()
                .filter(name -> !all.contains(name))
                .forEach(name -> note(request.line() + " has the unknown parameter " + name));
    }
}
