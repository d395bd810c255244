package org.paymentsissued.procore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.paymentsissued.payment.Cut;

/** Reads what Procore says in an error body, of which many shapes are documented, into one line. */
final class ErrorText {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST = 64 * 1024;
    private static final int SHOWN = 500;
    private static final List<String> MEANINGFUL =
            List.of("errors", "base", "message", "error_description", "reason", "error", "fields");

    private ErrorText() {
    }

    static String of(String body) {
        String head = body.length() > LONGEST ? body.substring(0, LONGEST) : body;
        try {
            JsonNode json = JSON.readTree(head);
            if (json != null && (json.isContainerNode() || json.isTextual())) {
                Set<String> messages = new LinkedHashSet<>();
                collect(json, "", messages);
                if (!messages.isEmpty()) {
                    return Cut.to(SHOWN, String.join("; ", messages));
                }
            }
        } catch (JsonProcessingException e) {
            // No JSON: an error page or plain text, shown as such below.
        }
        return Cut.to(SHOWN, head.replaceAll("(?s)<(script|style)[^>]*>.*?</\\1>", " ").replaceAll("<[^>]*>", " ")
                .replaceAll("[\\p{Cntrl}\\s]+", " ").strip());
    }

    private static void collect(JsonNode node, String field, Set<String> messages) {
        if (node.isTextual() || node.isNumber() && !field.isEmpty() && !field.equals("code")) {
            String text = node.asText().strip();
            if (!text.isEmpty()) {
                messages.add(field.isEmpty() ? text : field + ": " + text);
            }
        } else if (node.isArray()) {
            node.forEach(element -> collect(element, field, messages));
        } else if (node.isObject()) {
            List<String> names = new ArrayList<>();
            node.fieldNames().forEachRemaining(names::add);
            boolean envelope = field.isEmpty() && MEANINGFUL.stream().anyMatch(names::contains);
            for (String name : names) {
                if (!name.equals("code") && (!envelope || MEANINGFUL.contains(name))) {
                    collect(node.get(name), MEANINGFUL.contains(name) && !name.equals("fields")
                            || name.equals("fields") && node.get(name).isContainerNode() ? "" : name, messages);
                }
            }
        }
    }
}
