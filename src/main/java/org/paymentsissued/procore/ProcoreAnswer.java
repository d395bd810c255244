package org.paymentsissued.procore;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What came back from a call, or did not. Its {@link #kind()} is judged here, once for all who make calls.
 *
 * @param status  HTTP status; 0 where there was no answer
 * @param headers names in any case
 * @param body    only the first 64 KiB are used
 * @param failure why there was no answer; empty where there was one
 * @param sent    whether the request may have reached Procore
 * @param at      when it came
 */
public record ProcoreAnswer(int status, Map<String, String> headers, String body, Optional<Exception> failure,
        boolean sent, Instant at) {

    /** How a call ended. */
    public enum Kind {
        /** Procore itself answered, with whatever status: headers and body are its own words. */
        ANSWERED,
        /** Procore asked us to wait. Everything waits; this does not count as an attempt. */
        THROTTLED,
        /** Procore was not reached, or something on the way answered in its place. Everything waits; this does not count as an attempt. */
        AWAY,
        /** A person has to change a setting first. Nothing else is tried; this does not count as an attempt. */
        MISCONFIGURED,
        /** The call may have reached Procore, and its answer did not come whole: read back before anything is repeated. */
        UNKNOWN
    }

    /** A kind with the sentence that goes with it. */
    private record Judged(Kind kind, String reason) { }

    private static final Judged OWN_WORDS = new Judged(Kind.ANSWERED, "");

    public ProcoreAnswer {
        Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        anyCase.putAll(headers);
        headers = anyCase;
    }

    /** The answer of a call that failed. */
    static ProcoreAnswer none(Exception failure, boolean sent, Instant at) {
        return new ProcoreAnswer(0, failure instanceof NoAnswer known ? known.headers() : Map.of(), "", Optional.of(failure),
                sent, at);
    }

    public Kind kind() {
        return judged().kind();
    }

    /** Why, a sentence without its period; empty if Procore answered. It never contains a secret. */
    public String reason() {
        return judged().reason();
    }

    private Judged judged() {
        return switch (status) {
            case 0 -> noAnswer();
            case 429, 503 -> new Judged(Kind.THROTTLED, "Procore asked us to wait (HTTP " + status + ")");
            case 407 -> new Judged(Kind.MISCONFIGURED, "The proxy requires a login (HTTP 407): " + ErrorText.of(body)
                    + ". Set user and password in procore.proxy");
            case 408 -> unanswered();
            case 511 -> page();
            default -> status >= 500 ? unanswered() : status >= 300 && status < 400 ? redirect()
                    : isSuccess() && isPage() ? page() : OWN_WORDS;
        };
    }

    private Judged noAnswer() {
        Exception why = failure.orElse(null);
        if (why instanceof NoAnswer known) {
            return new Judged(known.kind(), known.getMessage());
        }
        String words = why == null ? "no answer"
                : why.getClass().getSimpleName() + (why.getMessage() == null ? "" : ": " + why.getMessage());
        return sent ? new Judged(Kind.UNKNOWN, "Procore did not answer: " + words)
                : new Judged(Kind.AWAY, "Procore cannot be reached: " + words);
    }

    private Judged unanswered() {
        return new Judged(Kind.UNKNOWN, "Procore answered HTTP " + status + ": " + ErrorText.of(body));
    }

    /** Procore never answers our calls like this, so something on the way has answered. */
    private Judged page() {
        return new Judged(Kind.AWAY, pageReason());
    }

    /** The reason if a web page came back. */
    String pageReason() {
        return "Procore cannot be reached: a web page came back instead of an answer (HTTP " + status + "): \""
                + ErrorText.of(body) + "\"";
    }

    private Judged redirect() {
        return new Judged(Kind.MISCONFIGURED, "Procore redirects to another address"
                + header("Location").map(place -> " (" + place.replaceFirst("[?#].*", "") + ")").orElse("")
                + ". Check procore.url, and whether your network requires a login first");
    }

    /**
     * Whether the body is a page for people. What is JSON is an answer, whatever its Content-Type says; an empty body is no
     * page.
     */
    public boolean isPage() {
        for (int i = 0; i < body.length(); i++) {
            char letter = body.charAt(i);
            if (letter > ' ' && letter != '\uFEFF') {
                return letter != '{' && letter != '[' && !body.strip().equals("null");
            }
        }
        return false;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
