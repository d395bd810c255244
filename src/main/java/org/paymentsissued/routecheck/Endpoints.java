package org.paymentsissued.routecheck;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.util.TimeUtils;
import org.quartz.CronExpression;

/** Whether addresses name a component that is installed, and options that it has. */
final class Endpoints {

    private final Catalog catalog;
    private final Consumer<RouteFlaw> flaws;

    Endpoints(Catalog catalog, Consumer<RouteFlaw> flaws) {
        this.catalog = catalog;
        this.flaws = flaws;
    }

    void check(Address address) {
        String uri = address.uri();
        Optional<String> scheme = address.scheme()
                // With all that belongs to it under parameters, the name of the component is enough.
                .or(() -> Optional.of(uri).filter(name -> !address.options().isEmpty() && catalog.hasComponent(name)));
        if (scheme.isEmpty()) {
            // An address that is data: QuickBooks' gateway, so HTTP.
            if (uri.startsWith("${")) {
                options(address, catalog.component("http"));
            } else if (!uri.startsWith("{{") && !uri.startsWith("#") && !uri.startsWith("ref:")) {
                flaws.accept(address.place().flaw("\"" + uri + "\" is not an address. Expected \"component:name\", such as"
                        + " \"direct:deliver\"."));
            }
        } else if (!catalog.hasComponent(scheme.get())) {
            flaws.accept(address.place().flaw("there is no component \"" + scheme.get() + "\" for \"" + uri + "\"."
                    + Nearest.sentence(scheme.get(), Catalog.componentNames())
                    + " A component that is not installed needs its jar on the class path."));
        } else {
            if (address.path().equals(scheme.get() + ":")) {
                flaws.accept(address.place().flaw("\"" + uri + "\" has no name. Expected \""
                        + catalog.component(scheme.get()).getSyntax() + "\"."));
            }
            options(address, catalog.component(scheme.get()));
        }
    }

    private void options(Address address, ComponentModel component) {
        Map<String, String> values = new TreeMap<>();
        address.options().forEach(option -> values.put(option.name(), isKnownLater(option.text()) ? "{{}}" : option.text()));
        EndpointValidationResult found = catalog.validate(component.getScheme(), values);
        for (Part option : address.options()) {
            String name = option.name();
            String value = values.get(name);
            if (has(found.getUnknown(), name)) {
                unknown(component, option);
            } else if (has(found.getInvalidEnum(), name)) {
                Collection<String> choices = found.getEnumChoices(name);
                wrong(option, "one of " + String.join(", ", choices) + "." + Nearest.sentence(value, choices));
            } else if (has(found.getInvalidBoolean(), name)) {
                wrong(option, "true or false.");
            } else if (has(found.getInvalidInteger(), name) && !isDuration(value) || has(found.getInvalidNumber(), name)) {
                // Camel reads a duration too where milliseconds are meant.
                wrong(option, "a whole number.");
            } else if (has(found.getInvalidDuration(), name)) {
                wrong(option, "milliseconds, or a text such as 5s.");
            } else if (name.equals("cron") && component.getScheme().equals("quartz") && !isKnownLater(value)) {
                cron(option);
            }
        }
    }

    private static boolean has(Set<String> names, String name) {
        return names != null && names.contains(name);
    }

    private static boolean has(Map<String, String> names, String name) {
        return names != null && names.containsKey(name);
    }

    private static boolean isKnownLater(String value) {
        return value.contains("{{") || value.contains("${") || value.startsWith("#") || value.startsWith("RAW(");
    }

    private static boolean isDuration(String value) {
        try {
            return value.matches("\\d.*") && TimeUtils.toMilliSeconds(value) >= 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void wrong(Part option, String expected) {
        flaws.accept(option.flaw("\"" + option.text() + "\" is not a value of \"" + option.name() + "\". Expected " + expected));
    }

    /** What is no option of an HTTP address goes out as a query parameter, so there only a slip is a mistake. */
    private void unknown(ComponentModel component, Part option) {
        Set<String> known = new TreeSet<>();
        component.getEndpointParameterOptions().stream().map(BaseOptionModel::getName).forEach(known::add);
        if (component.isLenientProperties()) {
            // camel-http takes some of its component's options, timeouts for one, in an address as well.
            component.getComponentOptions().stream().map(BaseOptionModel::getName).forEach(known::add);
        }
        if (!component.isLenientProperties() || Nearest.isSlip(option.name(), known)) {
            flaws.accept(option.flaw("\"" + option.name() + "\" is not an option of " + component.getScheme() + " endpoints"
                    + (component.isLenientProperties() ? ", and would be sent as a query parameter." : ".")
                    + Nearest.sentence(option.name(), known)));
        }
    }

    private void cron(Part cron) {
        try {
            new CronExpression(cron.text().contains(" ") ? cron.text() : URLDecoder.decode(cron.text(), StandardCharsets.UTF_8));
        } catch (ParseException e) {
            flaws.accept(cron.flaw("\"" + cron.text() + "\" is not a Quartz cron: " + e.getMessage()
                    + " Expected second minute hour day-of-month month day-of-week, such as \"0 0/15 * * * ?\"."));
        }
    }
}
