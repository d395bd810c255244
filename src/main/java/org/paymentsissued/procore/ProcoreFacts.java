package org.paymentsissued.procore;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.paymentsissued.payment.Fact;

/**
 * What an answer of Procore says about open questions. The evidence holds statuses, names of fields and headers, forms of values
 * and words of a short list, and nothing else: no name, id or amount of anyone.
 */
final class ProcoreFacts {

    private static final String PAYMENTS = "/v1.0/contract_payments";
    private static final List<String> LIMITS = List.of("X-Rate-Limit-Limit", "X-Rate-Limit-Remaining", "X-Rate-Limit-Reset");
    private static final List<String> WORDS = List.of("locked", "synced", "linked", "origin_id", "already", "taken", "duplicate",
            "unique", "erp", "disabled");
    private static final int MOST_FIELDS = 20;
    private static final int DEEPEST = 4;

    private ProcoreFacts() {
    }

    static void note(ProcoreCall call, ProcoreAnswer answer, Fact.Notes notes) {
        if (answer.kind() == ProcoreAnswer.Kind.ANSWERED) {
            limits(answer, notes);
            JsonNode body = PaymentJson.tree(answer.body()).orElse(null);
            if (body != null && call.path().startsWith(PAYMENTS)) {
                payment(call, answer, body, notes);
            } else if (call.query().contains("updated_at")) {
                filter(answer, notes);
            }
            if (body != null && answer.isSuccess() && call.path().endsWith("/requisitions")) {
                types(body, notes);
            }
        } else if (answer.status() == 429) {
            notes.note(Fact.WAIT_HEADERS, "HTTP 429 with " + answer.header("Retry-After")
                    .map(value -> "Retry-After in the form " + form(value)).orElse("no Retry-After") + " and "
                    + (answer.header("X-Rate-Limit-Reset").isPresent() ? "X-Rate-Limit-Reset" : "no X-Rate-Limit-Reset"));
        }
    }

    private static void limits(ProcoreAnswer answer, Fact.Notes notes) {
        List<String> present = LIMITS.stream().filter(name -> answer.header(name).isPresent()).toList();
        notes.note(Fact.RATE_LIMIT_HEADERS, present.isEmpty() ? "none" : String.join(", ", present)
                + answer.header(LIMITS.get(0)).filter(value -> value.matches("\\d{1,9}")).map(value -> "; the limit is " + value)
                        .orElse(""));
    }

    private static void payment(ProcoreCall call, ProcoreAnswer answer, JsonNode body, Fact.Notes notes) {
        if (call.isWrite() && !answer.isSuccess()) {
            refused(call, answer, body, notes);
        } else if (call.isWrite() && body.isObject()) {
            accepted(call, answer, body, notes);
        }
    }

    private static void refused(ProcoreCall call, ProcoreAnswer answer, JsonNode body, Fact.Notes notes) {
        String text = answer.body().toLowerCase(Locale.ROOT);
        String words = WORDS.stream().filter(text::contains).collect(Collectors.joining(", "));
        String evidence = call.method() + " refused with HTTP " + answer.status() + " " + shape(body, 0)
                + (words.isEmpty() ? "" : ", words: " + words);
        boolean create = call.method().equals("POST");
        if (create && (answer.status() == 409 || text.contains("origin_id"))) {
            notes.note(Fact.DUPLICATE_KEY, evidence);
        } else if (!create && (text.contains("locked") || text.contains("synced") || text.contains("linked"))) {
            notes.note(Fact.KEY_LOCKS, evidence);
        }
    }

    private static void accepted(ProcoreCall call, ProcoreAnswer answer, JsonNode body, Fact.Notes notes) {
        if (call.method().equals("PATCH") && !body.path("origin_id").asText("").isEmpty()) {
            notes.note(Fact.KEY_LOCKS, "PATCH accepted with HTTP " + answer.status() + ", origin_id in the answer");
        }
        if (call.method().equals("POST")) {
            if (body.path("date").isTextual()) {
                notes.note(Fact.DATE_FORM, form(body.path("date").asText()));
            }
            JsonNode amount = body.path("amount");
            if (amount.isNumber() || amount.isTextual()) {
                int point = amount.asText().indexOf('.');
                notes.note(Fact.AMOUNT_FORM, (amount.isNumber() ? "a number" : "a text") + " with "
                        + (point < 0 ? 0 : amount.asText().length() - point - 1) + " decimals");
            }
            Set<String> missing = new LinkedHashSet<>();
            PaymentJson.tree(call.body()).map(sent -> sent.path("contract_payment")).ifPresent(sent ->
                    sent.fieldNames().forEachRemaining(name -> {
                        if (!body.has(name)) {
                            missing.add(name);
                        }
                    }));
            notes.note(Fact.LEFT_OUT, missing.isEmpty() ? "none" : String.join(", ", missing));
        }
    }

    private static void filter(ProcoreAnswer answer, Fact.Notes notes) {
        if (answer.isSuccess() || answer.status() == 400 || answer.status() == 406 || answer.status() == 422) {
            notes.note(Fact.DATE_FILTER, (answer.isSuccess() ? "accepted" : "refused") + " with HTTP " + answer.status());
        }
    }

    private static void types(JsonNode rows, Fact.Notes notes) {
        StreamSupport.stream(rows.spliterator(), false).map(row -> row.path("commitment_type"))
                .map(type -> type.isTextual() ? type.asText() : "no text").filter(type -> type.matches("[A-Za-z_ ]{1,40}"))
                .distinct().limit(MOST_FIELDS).forEach(type -> notes.note(Fact.COMMITMENT_TYPES, type));
    }

    /** Digits as 9, letters as a: 2026-03-25T00:00:00Z is 9999-99-99T99:99:99Z. */
    private static String form(String value) {
        return value.substring(0, Math.min(40, value.length())).replaceAll("\\d", "9").replaceAll("[^-9TZ:.+, ]", "a");
    }

    /** A body without its values. */
    private static String shape(JsonNode node, int depth) {
        if (node.isObject() && depth < DEEPEST) {
            List<String> fields = new ArrayList<>();
            node.properties().forEach(field -> fields.add((field.getKey().matches("[a-z_]{1,40}") ? field.getKey() : "?")
                    + ":" + shape(field.getValue(), depth + 1)));
            return fields.stream().distinct().limit(MOST_FIELDS).collect(Collectors.joining(",", "{", "}"));
        }
        if (node.isArray() && depth < DEEPEST) {
            return Optional.ofNullable(node.get(0)).map(first -> "[" + shape(first, depth + 1) + "]").orElse("[]");
        }
        return node.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
