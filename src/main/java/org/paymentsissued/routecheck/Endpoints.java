package org.paymentsissued.routecheck;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.camel.tooling.model.ComponentModel;
import org.quartz.CronExpression;

/** Whether addresses name a component that is installed, and options that it has. */
final class Endpoints {

    private final CamelNames names;
    private final Placeholders placeholders;

    Endpoints(CamelNames names, Placeholders placeholders) {
        this.names = names;
        this.placeholders = placeholders;
    }

    void check(RouteFile file, Consumer<RouteFlaw> flaws) {
        Address.in(file.root(), placeholders).forEach(address -> check(file, address, flaws));
    }

    private void check(RouteFile file, Address address, Consumer<RouteFlaw> flaws) {
        Optional<String> scheme = address.scheme()
                // With all that belongs to it under parameters, the name of the component is enough.
                .or(() -> Optional.of(address.uri()).filter(uri -> !address.options().isEmpty() && uri.matches("[a-z][a-z0-9-]*")
                        && names.component(uri).isPresent()));
        if (scheme.isEmpty()) {
            // An address that is data: QuickBooks' gateway, so HTTP.
            if (address.uri().startsWith("${")) {
                options(file, address, names.component("http").orElseThrow(), flaws);
            } else if (!address.uri().startsWith("{{") && !address.uri().startsWith("#") && !address.uri().startsWith("ref:")) {
                flaws.accept(new RouteFlaw(file.name(), address.line(), "\"" + address.uri() + "\" is no address. Expected"
                        + " \"component:name\", such as \"direct:deliver\"."));
            }
            return;
        }
        Optional<ComponentModel> component = names.component(scheme.get());
        if (component.isEmpty()) {
            flaws.accept(new RouteFlaw(file.name(), address.line(), "there is no component \"" + scheme.get() + "\" for \""
                    + address.uri() + "\"." + Nearest.sentence(scheme.get(), names.componentNames())
                    + " A component that is not installed needs its jar on the class path."));
            return;
        }
        if (address.path().equals(scheme.get() + ":")) {
            flaws.accept(new RouteFlaw(file.name(), address.line(), "\"" + address.path() + "\" has no name. Expected \""
                    + component.get().getSyntax() + "\"."));
        }
        options(file, address, component.get(), flaws);
    }

    private void options(RouteFile file, Address address, ComponentModel component, Consumer<RouteFlaw> flaws) {
        for (Address.Option written : address.options()) {
            List<ComponentModel.EndpointOptionModel> known = component.getEndpointOptions();
            Optional<ComponentModel.EndpointOptionModel> option = known.stream()
                    .filter(model -> model.getName().equals(written.name())
                            || model.isMultiValue() && model.getPrefix() != null && written.name().startsWith(model.getPrefix()))
                    .findFirst();
            Set<String> optionNames = new TreeSet<>();
            known.stream().filter(model -> !model.getKind().equals("path")).forEach(model -> optionNames.add(model.getName()));
            if (option.isEmpty()) {
                unknown(component, written, optionNames).ifPresent(sentence ->
                        flaws.accept(new RouteFlaw(file.name(), written.line(), sentence)));
            } else if (!option.get().isMultiValue()) {
                OptionValue.flaw(option.get(), written.value()).ifPresent(sentence ->
                        flaws.accept(new RouteFlaw(file.name(), written.line(), sentence)));
            }
            if (written.name().equals("cron") && component.getScheme().equals("quartz")) {
                cron(file, written, flaws);
            }
        }
    }

    /** What is no option of an HTTP address goes out as a query parameter, so there only a slip is told from a wish. */
    private Optional<String> unknown(ComponentModel component, Address.Option written, Set<String> known) {
        if (component.isLenientProperties()) {
            // camel-http takes some of its component's options, timeouts for one, in an address as well.
            component.getComponentOptions().forEach(option -> known.add(option.getName()));
            if (known.contains(written.name())) {
                return Optional.empty();
            }
        }
        Optional<String> near = Nearest.to(written.name(), known);
        if (component.isLenientProperties() && near.filter(name -> Nearest.isSlip(written.name(), name)).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("\"" + written.name() + "\" is not an option of " + component.getScheme() + " endpoints"
                + (component.isLenientProperties() ? ", and would be sent as a query parameter." : ".")
                + Nearest.sentence(written.name(), known));
    }

    private static void cron(RouteFile file, Address.Option cron, Consumer<RouteFlaw> flaws) {
        if (cron.value().contains("{{")) {
            return;
        }
        String value = cron.value().contains(" ") ? cron.value() : URLDecoder.decode(cron.value(), StandardCharsets.UTF_8);
        try {
            new CronExpression(value);
        } catch (ParseException e) {
            flaws.accept(new RouteFlaw(file.name(), cron.line(), "\"" + cron.value() + "\" is no Quartz cron: " + e.getMessage()
                    + " Expected second minute hour day-of-month month day-of-week, such as \"0 0/15 * * * ?\"."));
        }
    }
}
