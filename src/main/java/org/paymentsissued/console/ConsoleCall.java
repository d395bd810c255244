package org.paymentsissued.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.paymentsissued.console.Operators.Operator;

/**
 * A request that the gate has let through. Pages send forms and scripts send JSON; a field is read the same way.
 *
 * @param path what the variable parts of the path are in this request
 */
record ConsoleCall(WebRequest request, Operator operator, Map<String, String> path) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PAGE_SIZE = 50;
    private static final int LARGEST_PAGE = 500;

    boolean isOfTheApi() {
        return request.path().startsWith("/api");
    }

    /** The {@code {id}} of the path. */
    long id() {
        return Long.parseLong(path.get("id"));
    }

    String who() {
        return operator.name();
    }

    String parameter(String name) {
        return request.parameter(name);
    }

    int page() {
        return request.number("page", 1, 1, 1_000_000);
    }

    int size() {
        return isOfTheApi() ? request.number("size", PAGE_SIZE, 1, LARGEST_PAGE) : PAGE_SIZE;
    }

    /** A field of the form or of the JSON object that was sent; empty where absent. */
    String field(String name) {
        return (isOfTheApi() ? json().path(name).asText("") : request.form().getOrDefault(name, "")).strip();
    }

    /** The dead letters that were ticked, or that a script lists; empty where the filter says which. */
    Optional<List<Long>> ids() {
        if (!isOfTheApi()) {
            return field("which").equals("all") ? Optional.empty() : Optional.of(request.all("id").stream().map(ConsoleCall::id).toList());
        }
        JsonNode ids = json().path("ids");
        return ids.isMissingNode() ? Optional.empty() : Optional.of(StreamSupport.stream(ids.spliterator(), false)
                .map(id -> id(id.asText())).toList());
    }

    private static long id(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new WebRequest.Refusal(400, "\"" + text + "\" is not the number of a dead letter.");
        }
        return Long.parseLong(text);
    }

    String required(String name) {
        String value = field(name);
        if (value.isEmpty()) {
            throw new WebRequest.Refusal(400, isOfTheApi() ? "A " + name + " is required: {\"" + name + "\": \"...\"}."
                    : "Enter a " + name + ".");
        }
        return value;
    }

    /** The JSON object that was sent; without a body an empty one. */
    JsonNode json() {
        try {
            JsonNode json = request.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(request.body());
            if (json != null && json.isObject()) {
                json.properties().forEach(field -> WebRequest.fitting(field.getKey(), field.getValue().asText("")));
                return json;
            }
        } catch (JsonProcessingException e) {
            // Answered below.
        }
        throw new WebRequest.Refusal(400, "The body must be a JSON object.");
    }

    /** The cookie of the session; empty with HTTP Basic. */
    Optional<String> session() {
        return request.cookie(Gate.COOKIE);
    }
}
