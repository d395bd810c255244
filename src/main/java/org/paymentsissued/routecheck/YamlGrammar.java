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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Holds a YAML file against the schema that Camel's YAML DSL ships, and says what it finds in words. */
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
            flaws.accept(new RouteFlaw(read.file().name(), 1, "a route file is a list. Expected \"- route:\"."));
            return;
        }
        Map<String, List<ValidationMessage>> byPlace = new LinkedHashMap<>();
        for (ValidationMessage message : schema.validate(read.json())) {
            if (!SAID_BY_OTHERS.contains(message.getType()) && !isRightAsText(message)) {
                byPlace.computeIfAbsent(message.getInstanceLocation().toString(), place -> new ArrayList<>()).add(message);
            }
        }
        byPlace.forEach((place, messages) -> {
            // Where a text would do as well as options, the schema also complains that the options are no text.
            boolean saidBelow = byPlace.keySet().stream().anyMatch(other -> other.startsWith(place + "/"))
                    || messages.stream().anyMatch(message -> !message.getType().equals("type"));
            List<ValidationMessage> types = messages.stream().filter(message -> message.getType().equals("type")).toList();
            if (!types.isEmpty() && !saidBelow) {
                flaws.accept(new RouteFlaw(read.file().name(), line(read, place), type(place, types)));
            }
            messages.stream().filter(message -> !message.getType().equals("type")).map(message -> other(read, place, message))
                    .distinct().forEach(flaws);
        });
    }

    /** A placeholder, and a number or truth value in quotes, are as good as what they stand for. */
    private static boolean isRightAsText(ValidationMessage message) {
        JsonNode value = message.getInstanceNode();
        if (!message.getType().equals("type") && !message.getType().equals("enum") || value == null || !value.isValueNode()) {
            return false;
        }
        String expected = String.valueOf(message.getSchemaNode() == null ? "" : message.getSchemaNode().asText());
        String written = value.asText();
        return written.contains("{{") || expected.equals("boolean") && written.matches("true|false")
                || (expected.equals("number") || expected.equals("integer")) && written.matches("-?\\d+")
                || expected.equals("string") && !value.isNull();
    }

    private RouteFlaw other(YamlReader.Read read, String place, ValidationMessage message) {
        String owner = owner(place);
        String property = String.valueOf(message.getProperty());
        return switch (message.getType()) {
            case "additionalProperties" -> new RouteFlaw(read.file().name(), line(read, place + "/" + property),
                    unknown(owner, property, properties(message)));
            case "required" -> new RouteFlaw(read.file().name(), line(read, place), "\"" + owner + "\" lacks \"" + property
                    + "\". Expected \"" + property + ": ...\" under it.");
            case "enum" -> new RouteFlaw(read.file().name(), line(read, place), "\"" + message.getInstanceNode().asText()
                    + "\" is not a value of \"" + owner + "\". Expected one of " + values(message.getSchemaNode()) + "."
                    + Nearest.sentence(message.getInstanceNode().asText(), texts(message.getSchemaNode())));
            case "maxProperties" -> new RouteFlaw(read.file().name(), line(read, place), "here \"" + names(message.getInstanceNode())
                    + "\" stand side by side, where one step was expected. Indent what belongs to the step, or begin another"
                    + " one with \"- \".");
            default -> new RouteFlaw(read.file().name(), line(read, place), "\"" + owner + "\": " + message.getError() + ".");
        };
    }

    private static String unknown(String owner, String property, Set<String> known) {
        boolean step = known.contains("toD") && known.contains("split");
        boolean top = known.contains("route") && known.contains("routeConfiguration");
        String what = step ? "is not a step that Camel knows" : top ? "cannot stand at the top of a route file"
                : "is not an option of \"" + owner + "\"";
        String nearest = Nearest.sentence(property, known);
        if (!nearest.isEmpty() || known.size() > 40) {
            return "\"" + property + "\" " + what + "." + nearest;
        }
        return "\"" + property + "\" " + what + ". Expected one of " + String.join(", ", known) + ".";
    }

    /** What the schema allows at the place of an unknown name. */
    private Set<String> properties(ValidationMessage message) {
        String pointer = message.getSchemaLocation().getFragment().toString();
        JsonNode owner = text.at(pointer.substring(0, pointer.lastIndexOf('/')));
        Set<String> names = new TreeSet<>();
        owner.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String type(String place, List<ValidationMessage> types) {
        JsonNode value = types.get(0).getInstanceNode();
        List<String> expected = types.stream().map(message -> switch (message.getSchemaNode().asText()) {
            case "object" -> "options under it";
            case "array" -> "a list, each item beginning with \"- \"";
            case "string" -> "a text";
            case "boolean" -> "true or false";
            default -> "a number";
        }).distinct().sorted().collect(Collectors.toList());
        String found = value == null || value.isNull() ? "nothing" : value.isObject() ? "options (" + names(value) + ")"
                : value.isArray() ? "a list" : "\"" + value.asText() + "\"";
        return "\"" + owner(place) + "\" has " + found + ". Expected " + String.join(" or ", expected) + ".";
    }

    private static String names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return String.join("\", \"", names);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(value -> texts.add(value.asText()));
        return texts;
    }

    private static String values(JsonNode list) {
        return String.join(", ", texts(list));
    }

    /** Name of the option or step that a place belongs to. */
    private static String owner(String place) {
        String[] names = place.split("/");
        for (int i = names.length - 1; i >= 0; i--) {
            if (!names[i].matches("\\d*")) {
                return names[i];
            }
        }
        return "the file";
    }

    private static int line(YamlReader.Read read, String place) {
        for (String at = place; !at.isEmpty(); at = at.substring(0, at.lastIndexOf('/'))) {
            if (read.lines().containsKey(at)) {
                return read.lines().get(at);
            }
        }
        return 1;
    }

}
