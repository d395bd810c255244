package org.paymentsissued.routecheck;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names that stand for settings, {@code {{key}}}. */
final class Placeholders {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]*)}}");
    private static final Set<String> FUNCTIONS = Set.of("env", "sys", "service", "service.host", "service.port", "bean");

    private final Map<String, String> values;
    private final Set<String> secrets;

    /**
     * @param values  what routes may use
     * @param secrets settings that routes may not, because an address is logged
     */
    Placeholders(Map<String, String> values, Set<String> secrets) {
        this.values = values;
        this.secrets = secrets;
    }

    /** The text with its placeholders filled in; one that is not known stays. */
    String fill(String text) {
        return PLACEHOLDER.matcher(text).replaceAll(found -> {
            String[] key = found.group(1).split(":", 2);
            return Matcher.quoteReplacement(values.getOrDefault(key[0].strip(), key.length > 1 && !FUNCTIONS.contains(key[0])
                    ? key[1] : found.group()));
        });
    }

    void check(RouteFile file, Consumer<RouteFlaw> flaws) {
        file.root().all().filter(part -> part.text().contains("{{") || part.text().contains("}}")).forEach(part -> {
            Matcher placeholder = PLACEHOLDER.matcher(part.text());
            while (placeholder.find()) {
                check(file, part, placeholder.group(1), flaws);
            }
            String rest = PLACEHOLDER.matcher(part.text()).replaceAll("");
            if (rest.contains("{{")) {
                flaws.accept(new RouteFlaw(file.name(), part.line(), "the placeholder in \"" + part.text()
                        + "\" is not closed. Expected \"{{name.of-a-setting}}\"."));
            }
        });
    }

    private void check(RouteFile file, Part part, String inside, Consumer<RouteFlaw> flaws) {
        String[] key = inside.split(":", 2);
        String name = key[0].strip().replaceFirst("^[?!]", "");
        if (values.containsKey(name) || FUNCTIONS.contains(name)) {
            return;
        }
        if (secrets.contains(name)) {
            flaws.accept(new RouteFlaw(file.name(), part.line(), "{{" + name + "}} is a secret, and secrets are not handed to"
                    + " routes: an endpoint's address is logged. Use a bean that has it, or {{env:NAME}}."));
        } else if (key.length == 1 || Nearest.to(name, values.keySet()).filter(near -> Nearest.isSlip(name, near)).isPresent()) {
            Set<String> names = new TreeSet<>(values.keySet());
            flaws.accept(new RouteFlaw(file.name(), part.line(), "{{" + name + "}} is no setting of application.properties."
                    + Nearest.sentence(name, names)));
        }
    }
}
