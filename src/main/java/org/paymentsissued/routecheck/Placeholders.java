package org.paymentsissued.routecheck;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The placeholders for settings, {@code {{key}}}.
 *
 * @param values  what routes may use
 * @param secrets settings that they may not use, because an address is logged
 */
record Placeholders(Map<String, String> values, Set<String> secrets) {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]*)}}");
    private static final Set<String> FUNCTIONS = Set.of("env", "sys", "service", "service.host", "service.port", "bean");

    /** The text with its placeholders filled in; one that is not known stays. */
    String fill(String text) {
        return PLACEHOLDER.matcher(text).replaceAll(found -> {
            String[] key = found.group(1).split(":", 2);
            return Matcher.quoteReplacement(values.getOrDefault(key[0].strip(), key.length > 1 && !FUNCTIONS.contains(key[0])
                    ? key[1] : found.group()));
        });
    }

    void check(Part part, Consumer<RouteFlaw> flaws) {
        PLACEHOLDER.matcher(part.text()).results().forEach(found -> check(part, found.group(1), flaws));
        if (PLACEHOLDER.matcher(part.text()).replaceAll("").contains("{{")) {
            flaws.accept(part.flaw("the placeholder in \"" + part.text() + "\" is not closed. Expected"
                    + " \"{{name.of-a-setting}}\"."));
        }
    }

    private void check(Part part, String inside, Consumer<RouteFlaw> flaws) {
        String[] key = inside.split(":", 2);
        String name = key[0].strip().replaceFirst("^[?!]", "");
        if (values.containsKey(name) || FUNCTIONS.contains(name)) {
            return;
        }
        if (secrets.contains(name)) {
            flaws.accept(part.flaw("{{" + name + "}} is a secret, and routes get no secrets: an endpoint's address is logged."
                    + " Use a bean that has it, or {{env:NAME}}."));
        } else if (key.length == 1 || Nearest.isSlip(name, values.keySet())) {
            flaws.accept(part.flaw("{{" + name + "}} is not a setting of application.properties."
                    + Nearest.sentence(name, values.keySet())));
        }
    }
}
