package org.paymentsissued.procore;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What came back from a call, or did not.
 *
 * @param status  HTTP status; 0 where there was no answer
 * @param headers names in any case
 * @param body    at most the first 64 KiB matter to anyone
 * @param failure why there was no answer; empty where there was one
 * @param sent    whether the request may have reached Procore
 * @param at      when it came
 */
public record ProcoreAnswer(int status, Map<String, String> headers, String body, Optional<Exception> failure,
        boolean sent, Instant at) {

    public ProcoreAnswer {
        Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        anyCase.putAll(headers);
        headers = anyCase;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }

    boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
