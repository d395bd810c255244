package org.paymentsissued.routecheck;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.exceptions.DuplicateKeyException;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A route file in YAML, read with its lines: as parts, and as JSON for the schema. */
final class YamlReader {

    private static final Pattern QUOTE = Pattern.compile("(?:^\\s*|[:-]\\s+|[{\\[,]\\s*)[\"']");
    private static final Pattern SECRET = Pattern.compile(
            "(?i)([\\w.-]*(?:password|passphrase|secret|token|api[_-]?key)[\\w.-]*\\s*[:=]\\s*[\"']?)[^\\s\"'&,}{]+");

    private final String name;
    private final Map<String, Integer> lines = new HashMap<>();

    private YamlReader(String name) {
        this.name = name;
    }

    /**
     * @param file  what is in it
     * @param json  the same for the schema
     * @param lines line of each JSON pointer; of an option the line of its name
     */
    record Read(Part file, JsonNode json, Map<String, Integer> lines) { }

    static Optional<Read> read(String name, String text, Consumer<RouteFlaw> flaws) {
        LoadSettings settings = LoadSettings.builder().setLabel(name).setCodePointLimit(10_000_000).build();
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            JsonNode json = new ObjectMapper().valueToTree(new StandardConstructor(settings).constructSingleDocument(root));
            YamlReader reader = new YamlReader(name);
            List<Part> parts = new ArrayList<>();
            root.ifPresent(node -> reader.parts("steps", 1, node, "", parts));
            return Optional.of(new Read(new Part(name, "routes", 1, false, "", parts), json, reader.lines));
        } catch (DuplicateKeyException e) {
            flaws.accept(new RouteFlaw(name, line(e), "\"" + all(text).get(line(e) - 1).strip().replaceFirst("^- ", "").split(":")[0]
                    + "\" is here a second time; the first is above it. Keep one of the two."));
        } catch (MarkedYamlEngineException e) {
            flaws.accept(syntax(name, all(text), e));
        } catch (YamlEngineException e) {
            flaws.accept(new RouteFlaw(name, 1, "this is not YAML: " + e.getMessage().lines().findFirst().orElse("")));
        }
        return Optional.empty();
    }

    /** The lines of a file, with what may be a password left out: they are shown. */
    private static List<String> all(String text) {
        return text.lines().map(line -> SECRET.matcher(line).replaceAll("$1***")).toList();
    }

    /** A quote that closes where something follows that is no end of a value. */
    private static boolean hasQuoteWithin(String line) {
        Matcher opening = QUOTE.matcher(line);
        int at = 0;
        while (opening.find(at)) {
            char quote = line.charAt(opening.end() - 1);
            int close = opening.end();
            while (close < line.length() && line.charAt(close) != quote) {
                close += quote == '"' && line.charAt(close) == '\\' ? 2 : 1;
            }
            String rest = close < line.length() ? line.substring(close + 1).stripLeading() : "";
            if (!rest.isEmpty() && ",}]:#".indexOf(rest.charAt(0)) < 0) {
                return true;
            }
            at = Math.min(close + 1, line.length());
        }
        return false;
    }

    private static int line(MarkedYamlEngineException failure) {
        return failure.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private static RouteFlaw syntax(String name, List<String> all, MarkedYamlEngineException failure) {
        int line = line(failure);
        int shown = Math.min(line, all.size());
        String problem = String.valueOf(failure.getProblem());
        int begun = failure.getContextMark().map(mark -> mark.getLine() + 1).orElse(line);
        for (int near = shown; near >= Math.max(1, shown - 1); near--) {
            if (all.get(near - 1).matches("\\s*\\t.*")) {
                return new RouteFlaw(name, near, "a tab is before \"" + all.get(near - 1).strip()
                        + "\". YAML is indented with spaces only.");
            }
        }
        for (int near = begun; near <= shown; near++) {
            if (hasQuoteWithin(all.get(near - 1))) {
                return new RouteFlaw(name, near, "text follows the quote that ends a value: \"" + all.get(near - 1).strip() + "\". Write a"
                        + " quote inside of \"...\" as \\\", and one inside of '...' as ''.");
            }
        }
        if (problem.contains("mapping values are not allowed") || problem.contains("could not find expected ':'")) {
            // The parser fails at the line after the one that lacks its colon.
            int at = problem.contains("could not find expected ':'") ? begun
                    : shown > 1 && !all.get(shown - 2).strip().matches("#.*|.*:( .*)?") ? shown - 1 : shown;
            return new RouteFlaw(name, at, "\"" + all.get(at - 1).strip() + "\" lacks a colon, or what follows it is indented"
                    + " where nothing may be. Expected \"name:\" or \"name: value\".");
        }
        if (problem.contains("unexpected end of stream") || problem.contains("while scanning a quoted scalar")) {
            return new RouteFlaw(name, begun, "a quote that begins here is never closed.");
        }
        if (problem.contains("expected <block end>")) {
            return block(name, all, begun, shown);
        }
        return new RouteFlaw(name, shown, "this is not YAML: " + problem + " at \"" + all.get(shown - 1).strip() + "\".");
    }

    private static RouteFlaw block(String name, List<String> all, int begun, int shown) {
        for (int line = begun; line < shown; line++) {
            String text = all.get(line - 1).strip();
            if (!text.startsWith("#") && text.chars().filter(letter -> letter == '"').count() % 2 == 1) {
                return new RouteFlaw(name, line, "a quote that begins here is not closed on this line: \"" + text
                        + "\". Expected another quote at its end.");
            }
        }
        String first = all.get(begun - 1);
        String last = all.get(shown - 1);
        return last.strip().startsWith("- ") && indent(first) == indent(last)
                ? new RouteFlaw(name, begun, "\"" + first.strip() + "\" lacks its dash: \"" + above(all, begun)
                        + "\" has a list. Expected \"- " + first.strip() + "\".")
                : new RouteFlaw(name, shown, "\"" + last.strip() + "\" does not belong here: its indent differs from the lines it"
                        + " belongs to (they begin on line " + begun + ").");
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    /** The name that the given line belongs to. */
    private static String above(List<String> lines, int number) {
        for (int line = number - 1; line > 0; line--) {
            String text = lines.get(line - 1);
            if (!text.isBlank() && !text.strip().startsWith("#") && indent(text) < indent(lines.get(number - 1))) {
                return text.strip().replaceFirst("^- ", "").replaceFirst(":.*", "");
            }
        }
        return "";
    }

    /** Adds a value as parts of this name: one, or one for each item of a list; steps are found under their list directly. */
    private void parts(String key, int line, Node value, String pointer, List<Part> into) {
        lines.put(pointer, line);
        if (value instanceof SequenceNode sequence) {
            int item = 0;
            for (Node each : sequence.getValue()) {
                String below = pointer + "/" + item++;
                int at = each.getStartMark().map(mark -> mark.getLine() + 1).orElse(line);
                lines.put(below, at);
                if (key.equals("steps") && each instanceof MappingNode mapping) {
                    into.addAll(children(mapping, below));
                } else {
                    parts(key, at, each, below, into);
                }
            }
        } else if (value instanceof MappingNode mapping) {
            into.add(new Part(name, key, line, false, "", children(mapping, pointer)));
        } else {
            into.add(new Part(name, key, line, false, ((ScalarNode) value).getValue(), List.of()));
        }
    }

    private List<Part> children(MappingNode mapping, String pointer) {
        List<Part> children = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : tuple.getKeyNode().toString();
            int line = tuple.getKeyNode().getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
            List<Part> below = new ArrayList<>();
            parts(key, line, tuple.getValueNode(), pointer + "/" + key.replace("~", "~0").replace("/", "~1"), below);
            if (key.equals("steps")) {
                children.add(new Part(name, key, line, false, "", below));
            } else {
                children.addAll(below);
            }
        }
        return children;
    }
}
