package org.paymentsissued.routecheck;

import java.util.Optional;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.util.TimeUtils;

/** Whether a written value can be what an option takes. */
final class OptionValue {

    private OptionValue() {
    }

    /** A sentence where it cannot; what is only known when a message is there is not judged. */
    static Optional<String> flaw(BaseOptionModel option, String value) {
        if (value.contains("{{") || value.contains("${") || value.startsWith("#") || value.startsWith("RAW(")) {
            return Optional.empty();
        }
        String is = "\"" + value + "\" is not a value of \"" + option.getName() + "\". Expected ";
        if (option.getEnums() != null && !option.getEnums().isEmpty()) {
            return option.getEnums().stream().anyMatch(value::equalsIgnoreCase) ? Optional.empty()
                    : Optional.of(is + "one of " + String.join(", ", option.getEnums()) + "."
                            + Nearest.sentence(value, option.getEnums()));
        }
        return switch (String.valueOf(option.getType())) {
            case "boolean" -> value.matches("(?i)true|false") ? Optional.empty() : Optional.of(is + "true or false.");
            // Camel reads a duration too where milliseconds are meant.
            case "integer" -> value.matches("-?\\d+") || "long".equals(option.getJavaType()) && isDuration(value)
                    ? Optional.empty() : Optional.of(is + "a whole number.");
            case "duration" -> isDuration(value) ? Optional.empty() : Optional.of(is + "milliseconds, or a text such as 5s.");
            default -> Optional.empty();
        };
    }

    private static boolean isDuration(String value) {
        try {
            TimeUtils.toMilliSeconds(value);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
