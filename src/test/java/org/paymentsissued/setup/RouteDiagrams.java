package org.paymentsissued.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Mermaid diagrams of the route files: one of all routes and their seams, and one of each file with its steps. */
final class RouteDiagrams {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Set<String> EXPRESSIONS = Set.of("simple", "constant", "method", "expression", "xpath", "jsonpath");
    private static final int LONGEST = 60;

    /** A step and, where it holds others, what it does with them. */
    record Step(String id, String kind, String what, List<Branch> branches) {
        Stream<Step> all() {
            return Stream.concat(Stream.of(this), branches.stream().flatMap(branch -> branch.steps().stream()).flatMap(Step::all));
        }
    }

    record Branch(String when, List<Step> steps) { }

    record Route(String id, String description, String note, String from, List<Step> steps) {
        /** Ids of its steps, those within others too; empty where a step has none. */
        List<String> allSteps() {
            return steps.stream().flatMap(Step::all).map(Step::id).toList();
        }

        List<String> calls() {
            return steps.stream().flatMap(Step::all).filter(step -> step.kind().equals("to") || step.kind().equals("toD"))
                    .map(Step::what).filter(uri -> uri.startsWith("direct:")).distinct().toList();
        }
    }

    private final Map<String, List<Route>> files = new TreeMap<>();

    private RouteDiagrams() {
    }

    static RouteDiagrams of(Path folder) throws Exception {
        RouteDiagrams diagrams = new RouteDiagrams();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                diagrams.files.put(file.getFileName().toString(), routes(file));
            }
        }
        return diagrams;
    }

    /** The routes of a file, in its order. */
    static List<Route> routes(Path file) throws Exception {
        return file.toString().endsWith(".xml") ? xml(file) : yaml(file);
    }

    String page() {
        StringBuilder page = new StringBuilder("""
                # Routes

                Made from the files in `routes/` by the tests (`GeneratedDocsTest`); change them there. A box is a step,
                an arrow leads to the next one, a named arrow into the steps that a step holds; a dotted arrow calls a seam.

                ## All routes and their seams

                """);
        overview(page);
        files.forEach((name, routes) -> {
            page.append("\n## ").append(name).append("\n\n");
            routes.forEach(route -> page.append("- **").append(route.id()).append("**: ").append(route.description())
                    .append(". ").append(route.note()).append("\n"));
            page.append("\n```mermaid\nflowchart TD\n");
            routes.forEach(route -> draw(page, route));
            page.append("```\n");
        });
        return page.toString();
    }

    private void overview(StringBuilder page) {
        page.append("```mermaid\nflowchart LR\n");
        Map<String, String> consumers = new TreeMap<>();
        files.values().forEach(routes -> routes.forEach(route -> consumers.put(route.from(), route.id())));
        int[] number = {0};
        files.forEach((name, routes) -> {
            page.append("  subgraph file").append(number[0]++).append("[\"").append(name).append("\"]\n");
            routes.forEach(route -> page.append("    ").append(node(route.id())).append("[\"").append(route.id()).append("\"]\n"));
            page.append("  end\n");
        });
        files.values().forEach(routes -> routes.forEach(route -> {
            Set<String> called = new TreeSet<>();
            for (String uri : route.calls()) {
                // A seam that a property completes stands for all whose names begin like it.
                String stem = uri.replaceAll("\\$\\{.*", "");
                consumers.forEach((from, id) -> {
                    if (uri.equals(from) || !stem.equals(uri) && from.startsWith(stem)) {
                        called.add(id);
                    }
                });
            }
            called.forEach(id -> page.append("  ").append(node(route.id())).append(" --> ").append(node(id)).append("\n"));
        }));
        page.append("```\n");
    }

    private static void draw(StringBuilder page, Route route) {
        page.append("  subgraph ").append(node("in " + route.id())).append("[\"").append(label(route.id())).append("\"]\n");
        String from = node("from " + route.id());
        page.append("    ").append(from).append("([\"").append(label(shorten(route.from()))).append("\"])\n");
        drawSteps(page, from, "", route.steps(), route.id());
        page.append("  end\n");
    }

    /** @param path where the steps are, by which each has a name of its own in the diagram */
    private static void drawSteps(StringBuilder page, String before, String when, List<Step> steps, String path) {
        String previous = before;
        String arrow = when.isEmpty() ? " --> " : " -->|\"" + label(shorten(when)) + "\"| ";
        for (int at = 0; at < steps.size(); at++) {
            Step step = steps.get(at);
            String name = path + " " + when + " " + at;
            String own = node(name);
            page.append("    ").append(own).append("[\"").append(step.id().isEmpty() ? "" : label(step.id()) + "<br/>")
                    .append(label(step.kind()))
                    .append(step.what().isEmpty() ? "" : " " + label(shorten(step.what()))).append("\"]\n");
            page.append("    ").append(previous).append(arrow).append(own).append("\n");
            if (step.kind().startsWith("to") && step.what().startsWith("direct:")) {
                page.append("    ").append(own).append(" -.-> ").append(node("call " + name)).append("([\"")
                        .append(label(step.what())).append("\"])\n");
            }
            step.branches().forEach(branch -> drawSteps(page, own, branch.when(), branch.steps(), name));
            previous = own;
            arrow = " --> ";
        }
    }

    private static String node(String id) {
        return "n_" + id.replaceAll("[^A-Za-z0-9]", "_");
    }

    private static String shorten(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }

    private static String label(String text) {
        return text.replace("&", "&amp;").replace("\"", "&quot;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("#", "&#35;").replace("&&#35;", "&#");
    }

    // ---------------------------------------------------------------------------------------------------------- YAML

    private static List<Route> yaml(Path file) throws IOException {
        List<Route> routes = new ArrayList<>();
        for (JsonNode entry : YAML.readTree(Files.readString(file))) {
            if (!entry.has("route")) {
                continue;
            }
            JsonNode route = entry.path("route");
            routes.add(new Route(route.path("id").asText(), route.path("description").asText(), route.path("note").asText(),
                    route.at("/from/uri").asText(), steps(route.at("/from/steps"))));
        }
        return routes;
    }

    private static List<Step> steps(JsonNode list) {
        List<Step> steps = new ArrayList<>();
        for (JsonNode entry : list) {
            String kind = entry.fieldNames().next();
            JsonNode given = entry.get(kind);
            // A call may be written in short: the address alone.
            JsonNode step = given.isTextual() ? YAML.createObjectNode().put("uri", given.asText()) : given;
            List<Branch> branches = new ArrayList<>();
            if (step.has("steps")) {
                branches.add(new Branch(inside(kind, expression(step)), steps(step.get("steps"))));
            }
            step.path("when").forEach(when -> branches.add(new Branch(expression(when), steps(when.path("steps")))));
            if (step.has("otherwise")) {
                branches.add(new Branch("otherwise", steps(step.at("/otherwise/steps"))));
            }
            step.path("doCatch").forEach(caught -> {
                List<String> names = new ArrayList<>();
                caught.path("exception").forEach(name -> names.add(name.asText().replaceAll(".*\\.", "")));
                branches.add(new Branch("catch " + String.join(", ", names), steps(caught.path("steps"))));
            });
            if (step.has("doFinally")) {
                branches.add(new Branch("finally", steps(step.at("/doFinally/steps"))));
            }
            steps.add(new Step(step.path("id").asText(), kind, what(kind, step), branches));
        }
        return steps;
    }

    private static String what(String kind, JsonNode step) {
        return switch (kind) {
            case "to", "toD" -> step.path("uri").asText();
            case "bean" -> step.path("ref").asText() + "." + step.path("method").asText();
            case "setVariable", "setHeader" -> step.path("name").asText() + " = " + expression(step);
            case "setBody", "pollEnrich" -> expression(step);
            case "removeHeaders" -> step.path("pattern").asText();
            case "convertBodyTo" -> step.path("type").asText();
            default -> "";
        };
    }

    private static String expression(JsonNode step) {
        for (String language : EXPRESSIONS.stream().sorted().toList()) {
            JsonNode expression = step.path(language);
            if (expression.isObject()) {
                return expression.path("ref").asText() + "." + expression.path("method").asText();
            }
            if (expression.isValueNode()) {
                return expression.asText();
            }
        }
        return "";
    }

    private static String inside(String kind, String expression) {
        return switch (kind) {
            case "split" -> "each of " + expression;
            case "loop" -> "while " + expression;
            case "filter" -> "if " + expression;
            case "doTry" -> "try";
            default -> kind;
        };
    }

    // ----------------------------------------------------------------------------------------------------------- XML

    private static List<Route> xml(Path file) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        List<Route> routes = new ArrayList<>();
        for (Element route : children(factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement())) {
            List<Element> inner = children(route);
            String from = inner.stream().filter(element -> element.getTagName().equals("from")).findFirst().orElseThrow()
                    .getAttribute("uri");
            routes.add(new Route(route.getAttribute("id"), route.getAttribute("description"),
                    route.getAttribute("note").replaceAll("\\s+", " "), from, steps(inner)));
        }
        return routes;
    }

    private static List<Step> steps(List<Element> elements) {
        List<Step> steps = new ArrayList<>();
        for (Element element : elements) {
            String kind = element.getTagName();
            if (Set.of("from", "errorHandler").contains(kind) || EXPRESSIONS.contains(kind)) {
                continue;
            }
            List<Step> inner = steps(children(element));
            String expression = children(element).stream().filter(child -> EXPRESSIONS.contains(child.getTagName()))
                    .map(child -> child.getTagName().equals("method") ? child.getAttribute("ref") + "."
                            + child.getAttribute("method") : child.getTextContent().strip()).findFirst().orElse("");
            String what = switch (kind) {
                case "to", "toD" -> element.getAttribute("uri");
                case "bean" -> element.getAttribute("ref") + "." + element.getAttribute("method");
                case "setVariable", "setHeader" -> element.getAttribute("name") + " = " + expression;
                case "convertBodyTo" -> element.getAttribute("type");
                case "pollEnrich", "setBody" -> expression;
                default -> "";
            };
            steps.add(new Step(element.getAttribute("id"), kind, what,
                    inner.isEmpty() ? List.of() : List.of(new Branch(inside(kind, expression), inner))));
        }
        return steps;
    }

    private static List<Element> children(Element parent) {
        List<Element> children = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element) {
                children.add(element);
            }
        }
        return children;
    }
}
