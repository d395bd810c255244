package org.paymentsissued.routecheck;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.camel.tooling.model.BaseOptionModel;
import org.apache.camel.tooling.model.EipModel;

/** Holds an XML file against what Camel says of its elements and attributes. */
final class XmlGrammar {

    /** Roots of a route file, and below them what is not a route: left to Camel's own parser. */
    private static final Set<String> ROOTS = Set.of("camel", "routes", "beans", "routeConfigurations", "rests", "routeTemplates");
    private static final Set<String> TOP = Set.of("route", "routeConfiguration", "rest", "restConfiguration", "bean",
            "routeTemplate", "templatedRoute");

    private final CamelNames names;

    XmlGrammar(CamelNames names) {
        this.names = names;
    }

    void check(RouteFile file, Consumer<RouteFlaw> flaws) {
        Part root = file.root();
        if (!ROOTS.contains(root.name())) {
            flaws.accept(new RouteFlaw(file.name(), root.line(), "<" + root.name() + "> cannot be the root of a route file. Expected"
                    + " <camel> or <routes>." + Nearest.sentence(root.name(), ROOTS)));
            return;
        }
        for (Part part : root.parts()) {
            if (part.attribute()) {
                continue;
            }
            if (!TOP.contains(part.name())) {
                flaws.accept(new RouteFlaw(file.name(), part.line(), "<" + part.name() + "> cannot stand under <" + root.name()
                        + ">." + Nearest.sentence(part.name(), TOP)));
            } else if (part.name().equals("route")) {
                element(file, part, flaws);
            }
        }
    }

    private void element(RouteFile file, Part element, Consumer<RouteFlaw> flaws) {
        Optional<EipModel> model = names.step(element.name());
        if (model.isEmpty() || element.name().equals("bean") && element.has("properties")) {
            return;
        }
        List<EipModel.EipOptionModel> options = model.get().getOptions();
        Set<String> attributes = new TreeSet<>();
        Set<String> elements = new TreeSet<>();
        for (EipModel.EipOptionModel option : options) {
            switch (option.getKind()) {
                case "attribute" -> attributes.add(option.getName());
                case "value" -> { }
                default -> {
                    elements.add(option.getName());
                    if (option.getOneOfs() != null) {
                        elements.addAll(option.getOneOfs());
                    }
                }
            }
        }
        if (element.name().equals("route")) {
            elements.addAll(names.step("split").orElseThrow().getOptions().stream()
                    .filter(option -> option.getName().equals("outputs")).findFirst().map(BaseOptionModel::getOneOfs).orElseThrow());
            elements.add("from");
        }
        for (Part part : element.parts()) {
            Set<String> known = part.attribute() ? attributes : elements;
            if (!known.contains(part.name())) {
                flaws.accept(new RouteFlaw(file.name(), part.line(), unknown(element, part, known)));
            } else if (part.attribute()) {
                options.stream().filter(option -> option.getName().equals(part.name())).findFirst()
                        .ifPresent(option -> OptionValue.flaw(option, part.text()).ifPresent(flaw ->
                                flaws.accept(new RouteFlaw(file.name(), part.line(), flaw))));
            } else {
                element(file, part, flaws);
            }
        }
        for (EipModel.EipOptionModel option : options) {
            if (option.isRequired() && option.getKind().equals("attribute") && !element.has(option.getName())) {
                flaws.accept(new RouteFlaw(file.name(), element.line(), "<" + element.name() + "> lacks the attribute \""
                        + option.getName() + "\"."));
            }
        }
    }

    private static String unknown(Part element, Part part, Set<String> known) {
        String nearest = Nearest.sentence(part.name(), known);
        String what = part.attribute() ? "\"" + part.name() + "\" is not an attribute of <" + element.name() + ">."
                : "<" + part.name() + "> is not a step that Camel knows, or may not stand in <" + element.name() + ">.";
        return nearest.isEmpty() && known.size() <= 40 ? what + " Expected one of " + String.join(", ", known) + "." : what + nearest;
    }
}
