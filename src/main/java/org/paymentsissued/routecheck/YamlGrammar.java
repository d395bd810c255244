package org.paymentsissued.routecheck;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Checks a YAML file against the schema of Camel's YAML DSL, and reports mistakes as sentences. */
final class YamlGrammar {

    private static final Set<String> SAID_BY_OTHERS = Set.of("oneOf", "anyOf", "not");

    private final JsonNode text;
    private final JsonSchema schema;

    YamlGrammar() {
        try (InputStream in = JsonSchema.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            text = new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
                .getSchema(text, SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build());
    }

    void check(YamlReader.Read read, Consumer<RouteFlaw> flaws) {
        if (!read.json().isArray()) {
            flaws.accept(read.file().flaw("a route file is a list. Expected \"- route:\"."));
            return;
        }
        Map<String, List<ValidationMessage>> byPlace = new LinkedHashMap<>();
        schema.validate(read.json()).stream().filter(message -> !SAID_BY_OTHERS.contains(message.getType()) && !isRightAsText(message))
                .forEach(message -> byPlace.computeIfAbsent(message.getInstanceLocation().toString(), place -> new ArrayList<>())
                        .add(message));
        byPlace.forEach((place, messages) -> {
            List<ValidationMessage> types = messages.stream().filter(message -> message.getType().equals("type")).toList();
            // Where a text would do as well as options, the schema also complains that the options are no text.
            if (types.size() == messages.size() && byPlace.keySet().stream().noneMatch(other -> other.startsWith(place + "/"))) {
                flaws.accept(new RouteFlaw(read.file().file(), line(read, place), type(place, types)));
            }
            messages.stream().filter(message -> !message.getType().equals("type")).map(message -> other(read, place, message))
                    .distinct().forEach(flaws);
        });
    }

    /** A placeholder, and a quoted number or truth value, count as the value they represent. */
    private static boolean isRightAsText(ValidationMessage message) {
        JsonNode value = message.getInstanceNode();
        if (!message.getType().equals("type") && !message.getType().equals("enum") || value == null || !value.isValueNode()) {
            return false;
        }
        String written = value.asText();
        return written.contains("{{") || switch (message.getSchemaNode() == null ? "" : message.getSchemaNode().asText()) {
            case "boolean" -> written.matches("true|false");
            case "number", "integer" -> written.matches("-?\\d+");
            case "string" -> !value.isNull();
            default -> false;
        };
    }

    private RouteFlaw other(YamlReader.Read read, String place, ValidationMessage message) {
        String owner = owner(place);
        String property = String.valueOf(message.getProperty());
        boolean isUnknown = message.getType().equals("additionalProperties");
        String sentence = switch (message.getType()) {
            case "additionalProperties" -> unknown(owner, property, properties(message));
            case "required" -> "\"" + owner + "\" lacks \"" + property + "\". Expected \"" + property + ": ...\" under it.";
            case "enum" -> {
                List<String> values = new ArrayList<>();
                message.getSchemaNode().forEach(value -> values.add(value.asText()));
                String written = message.getInstanceNode().asText();
                yield "\"" + written + "\" is not a value of \"" + owner + "\". Expected one of " + String.join(", ", values) + "."
                        + Nearest.sentence(written, values);
            }
            case "maxProperties" -> "here \"" + String.join("\", \"", names(message.getInstanceNode())) + "\" are side by side, where one"
                    + " step was expected. Indent what belongs to the step, or begin another one with \"- \".";
            default -> "\"" + owner + "\": " + message.getError() + ".";
        };
        return new RouteFlaw(read.file().file(), line(read, isUnknown ? place + "/" + property : place), sentence);
    }

    private static String unknown(String owner, String property, Set<String> known) {
        boolean step = known.contains("toD") && known.contains("split");
        boolean top = known.contains("route") && known.contains("routeConfiguration");
        String nearest = Nearest.sentence(property, known);
        return "\"" + property + "\" " + (step ? "is not a step that Camel knows" : top ? "cannot be at the top of a route file"
                : "is not an option of \"" + owner + "\"") + "." + (nearest.isEmpty() && known.size() <= 40
                ? " Expected one of " + String.join(", ", known) + "." : nearest);
    }

    /** What the schema allows at the place of an unknown name. */
    private Set<String> properties(ValidationMessage message) {
        String pointer = message.getSchemaLocation().getFragment().toString();
        return new TreeSet<>(names(text.at(pointer.substring(0, pointer.lastIndexOf('/'))).path("properties")));
    }

    private static String type(String place, List<ValidationMessage> types) {
        JsonNode value = types.get(0).getInstanceNode();
        String expected = types.stream().map(message -> switch (message.getSchemaNode().asText()) {
            case "object" -> "options under it";
            case "array" -> "a list, each item beginning with \"- \"";
            case "string" -> "a text";
            case "boolean" -> "true or false";
            default -> "a number";
        }).distinct().sorted().collect(Collectors.joining(" or "));
        String found = value == null || value.isNull() ? "nothing"
                : value.isObject() ? "options (" + String.join("\", \"", names(value)) + ")"
                : value.isArray() ? "a list" : "\"" + value.asText() + "\"";
        return "\"" + owner(place) + "\" has " + found + ". Expected " + expected + ".";
    }

    private static Collection<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Name of the option or step that a place belongs to. */
    private static String owner(String place) {
        String name = place.replaceFirst("(/\\d+)*$", "");
        return name.isEmpty() ? "the file" : name.substring(name.lastIndexOf('/') + 1);
    }

    private static int line(YamlReader.Read read, String place) {
        String at = place;
        while (!at.isEmpty() && !read.lines().containsKey(at)) {
            at = at.substring(0, at.lastIndexOf('/'));
        }
        return read.lines().getOrDefault(at, 1);
    }
}
