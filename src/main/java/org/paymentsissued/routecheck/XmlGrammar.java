package org.paymentsissued.routecheck;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.camel.tooling.model.EipModel;
import org.apache.camel.tooling.model.EipModel.EipOptionModel;

/** Compares an XML file with what Camel says about its elements and attributes; Camel's own parser checks their values. */
final class XmlGrammar {

    /** Roots of a route file, and below them what is not a route: left to Camel's own parser. */
    private static final Set<String> ROOTS = Set.of("camel", "routes", "beans", "routeConfigurations", "rests", "routeTemplates");
    private static final Set<String> TOP = Set.of("route", "routeConfiguration", "rest", "restConfiguration", "bean",
            "routeTemplate", "templatedRoute");

    private final Catalog catalog;
    private final Consumer<RouteFlaw> flaws;

    XmlGrammar(Catalog catalog, Consumer<RouteFlaw> flaws) {
        this.catalog = catalog;
        this.flaws = flaws;
    }

    void check(Part root) {
        if (!ROOTS.contains(root.name())) {
            flaws.accept(root.flaw("<" + root.name() + "> cannot be the root of a route file. Expected <camel> or <routes>."
                    + Nearest.sentence(root.name(), ROOTS)));
            return;
        }
        root.parts().stream().filter(part -> !part.attribute()).forEach(part -> {
            if (!TOP.contains(part.name())) {
                flaws.accept(part.flaw("<" + part.name() + "> cannot be under <" + root.name() + ">."
                        + Nearest.sentence(part.name(), TOP)));
            } else if (part.name().equals("route")) {
                element(part);
            }
        });
    }

    private void element(Part element) {
        Optional<EipModel> model = catalog.step(element.name());
        if (model.isEmpty() || element.name().equals("bean") && element.has("properties")) {
            return;
        }
        List<EipOptionModel> options = model.get().getOptions();
        Set<String> attributes = new TreeSet<>();
        Set<String> elements = new TreeSet<>();
        for (EipOptionModel option : options) {
            (option.getKind().equals("attribute") ? attributes : elements).add(option.getName());
            elements.addAll(Optional.ofNullable(option.getOneOfs()).orElse(List.of()));
        }
        if (element.name().equals("route")) {
            elements.add("from");
            catalog.step("split").orElseThrow().getOptions().stream().filter(option -> option.getName().equals("outputs"))
                    .forEach(steps -> elements.addAll(steps.getOneOfs()));
        }
        for (Part part : element.parts()) {
            Set<String> known = part.attribute() ? attributes : elements;
            if (!known.contains(part.name())) {
                String nearest = Nearest.sentence(part.name(), known);
                flaws.accept(part.flaw((part.attribute() ? "\"" + part.name() + "\" is not an attribute of <" + element.name() + ">."
                        : "<" + part.name() + "> is not a step that Camel knows, or may not be in <" + element.name() + ">.")
                        + (nearest.isEmpty() && known.size() <= 40 ? " Expected one of " + String.join(", ", known) + "." : nearest)));
            } else if (!part.attribute()) {
                element(part);
            }
        }
        options.stream().filter(option -> option.isRequired() && option.getKind().equals("attribute") && !element.has(option.getName()))
                .forEach(option -> flaws.accept(element.flaw("<" + element.name() + "> lacks the attribute \"" + option.getName()
                        + "\".")));
    }
}
