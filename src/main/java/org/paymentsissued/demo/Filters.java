package org.paymentsissued.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.paymentsissued.demo.SimulatedProcore.Request;

/** The {@code filters[name]} parameters of a list, all of which a row must pass. Unknown ones are ignored. */
final class Filters {
    private Filters() {
    }

    static List<ObjectNode> apply(Request request, Set<String> known, List<ObjectNode> rows) {
        Predicate<JsonNode> passes = row -> true;
        for (Map.Entry<String, List<String>> parameter : request.query().entrySet()) {
            if (parameter.getKey().startsWith("filters[") && known.contains(parameter.getKey())) {
                passes = passes.and(filter(parameter.getKey(), parameter.getValue()));
            }
        }
        return rows.stream().filter(passes).toList();
    }

    private static Predicate<JsonNode> filter(String parameter, List<String> values) {
        String field = parameter.substring("filters[".length(), parameter.indexOf(']'));
        if (parameter.endsWith("[]")) {
            return row -> values.contains(row.path(field).asText());
        }
        String value = values.get(values.size() - 1);
        return switch (field) {
            case "created_at", "updated_at" -> range(field, value);
            case "by_status" -> row -> !value.equals("Inactive");
            default -> row -> row.path(field).asText().equals(value);
        };
    }

    private static Predicate<JsonNode> range(String field, String value) {
        String[] ends = value.replace("\"", "").split("\\.\\.\\.", -1);
        if (ends.length != 2) {
            throw Refusal.badRequest(field + " must be a range a...b");
        }
        Instant from = start(field, ends[0]);
        Instant to = end(field, ends[1]);
        return row -> {
            Instant stamp = Instant.parse(row.path(field).asText());
            return !stamp.isBefore(from) && !stamp.isAfter(to);
        };
    }

    private static Instant start(String field, String text) {
        return isDate(text) ? date(field, text).atStartOfDay().toInstant(ZoneOffset.UTC) : stamp(field, text);
    }

    private static Instant end(String field, String text) {
        return isDate(text)
                ? date(field, text).plusDays(1).atStartOfDay().toInstant(ZoneOffset.UTC).minusNanos(1)
                : stamp(field, text);
    }

    private static boolean isDate(String text) {
        return text.length() == 10;
    }

    private static LocalDate date(String field, String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException unreadable) {
            throw Refusal.badRequest(field + " has an unreadable date: " + text);
        }
    }

    private static Instant stamp(String field, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException unreadable) {
            throw Refusal.badRequest(field + " has an unreadable timestamp: " + text);
        }
    }
}
