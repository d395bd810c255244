package org.paymentsissued.setup;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The settings as documents, made of the comments in {@code application.properties} and the forms in {@link Settings#ALL}:
 * a page for people, a JSON schema and the metadata that editors of properties files read.
 */
final class ConfigurationReference {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Keys that share one comment, in the order of the file. */
    private record Entry(List<String> keys, List<String> defaults, List<String> comment) { }

    /** Entries under one ruler of the file; a comment that no key follows speaks for all of them. */
    private record Section(String title, List<String> introduction, List<Entry> entries) { }

    private final List<Section> sections;

    private ConfigurationReference(List<Section> sections) {
        this.sections = sections;
    }

    static ConfigurationReference of(Path properties) throws IOException {
        List<Section> sections = new ArrayList<>();
        List<String> comment = new ArrayList<>();
        Section section = new Section("", new ArrayList<>(), new ArrayList<>());
        Entry entry = null;
        for (String line : Files.readAllLines(properties)) {
            if (line.startsWith("# ---")) {
                section = new Section(line.replaceAll("[# -]*-{3,}\\s*", "").strip(), new ArrayList<>(), new ArrayList<>());
                sections.add(section);
                comment.clear();
            } else if (line.startsWith("#")) {
                comment.add(line.length() > 1 ? line.substring(2) : "");
            } else if (line.isBlank()) {
                if (entry == null && !comment.isEmpty()) {
                    section.introduction().addAll(comment);
                }
                comment.clear();
                entry = null;
            } else {
                if (entry == null) {
                    entry = new Entry(new ArrayList<>(), new ArrayList<>(), List.copyOf(comment));
                    section.entries().add(entry);
                }
                String[] pair = line.split("=", 2);
                entry.keys().add(pair[0].strip());
                entry.defaults().add(pair[1].strip());
            }
        }
        return new ConfigurationReference(sections);
    }

    String page() {
        StringBuilder page = new StringBuilder("""
                # Settings

                Generated from `application.properties` by the tests (`GeneratedDocsTest`); change it there. Each setting may be
                overridden by a system property of the same name or by the environment variable named here; a password or
                secret may be kept in a file whose path is in the variable with `_FILE` added. `settings.schema.json` next to this
                page gives programs the same information.
                """);
        for (Section section : sections) {
            page.append("\n## ").append(section.title()).append("\n");
            if (!section.introduction().isEmpty()) {
                page.append("\n").append(text(section.introduction()));
            }
            for (Entry entry : section.entries()) {
                page.append("\n### ").append(entry.keys().stream().map(key -> "`" + key + "`")
                        .collect(Collectors.joining(", "))).append("\n\n").append(text(entry.comment()));
                page.append("\n| setting | value | default | environment |\n|---|---|---|---|\n");
                for (int i = 0; i < entry.keys().size(); i++) {
                    String key = entry.keys().get(i);
                    page.append("| `").append(key).append("` | ").append(words(key)).append(" | ")
                            .append(entry.defaults().get(i).isEmpty() ? "empty" : "`" + entry.defaults().get(i) + "`")
                            .append(" | ").append(variable(key)).append(" |\n");
                }
            }
        }
        return page.toString();
    }

    String schema() throws IOException {
        ObjectNode schema = JSON.createObjectNode();
        schema.put("$schema", "http://json-schema.org/draft-07/schema#").put("title", "Settings of payments-issued")
                .put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = JSON.createArrayNode();
        for (Section section : sections) {
            for (Entry entry : section.entries()) {
                for (int i = 0; i < entry.keys().size(); i++) {
                    String key = entry.keys().get(i);
                    ObjectNode property = properties.putObject(key);
                    property.put("description", String.join("\n", entry.comment()));
                    ours(key).ifPresent(setting -> {
                        describe(property, setting);
                        if (setting.required()) {
                            required.add(key);
                        }
                    });
                    if (!entry.defaults().get(i).isEmpty()) {
                        property.put("default", entry.defaults().get(i));
                    }
                }
            }
        }
        schema.set("required", required);
        return JSON.writeValueAsString(schema) + "\n";
    }

    /** What Spring's and other editors of properties files look for in a jar. */
    String editorMetadata() throws IOException {
        ObjectNode metadata = JSON.createObjectNode();
        ArrayNode properties = metadata.putArray("properties");
        ArrayNode hints = metadata.putArray("hints");
        for (Section section : sections) {
            for (Entry entry : section.entries()) {
                for (int i = 0; i < entry.keys().size(); i++) {
                    String key = entry.keys().get(i);
                    ObjectNode property = properties.addObject().put("name", key).put("type", javaType(key))
                            .put("description", String.join(" ", entry.comment()));
                    if (!entry.defaults().get(i).isEmpty()) {
                        property.put("defaultValue", entry.defaults().get(i));
                    }
                    ours(key).filter(setting -> setting.form() instanceof Setting.Choice).ifPresent(setting -> {
                        ArrayNode values = hints.addObject().put("name", key).putArray("values");
                        ((Setting.Choice) setting.form()).values().forEach(value -> values.addObject().put("value", value));
                    });
                }
            }
        }
        return JSON.writeValueAsString(metadata) + "\n";
    }

    private static java.util.Optional<Setting> ours(String key) {
        return Settings.ALL.stream().filter(setting -> setting.key().equals(key)).findFirst();
    }

    private static String variable(String key) {
        return ours(key).map(setting -> "`" + setting.environmentVariable() + "`"
                + (setting.form() instanceof Setting.Secret ? ", `" + setting.environmentVariable() + "_FILE`" : ""))
                .orElse("");
    }

    /** Lines that are indented in the file stand as they are; all others flow. */
    private static String text(List<String> comment) {
        StringBuilder text = new StringBuilder();
        boolean fenced = false;
        for (String line : comment) {
            boolean indented = line.startsWith("  ");
            if (indented != fenced) {
                text.append(indented ? "\n```\n" : "```\n\n");
                fenced = indented;
            }
            text.append(indented ? line.strip() : line.replace("<", "&lt;")).append("\n");
        }
        return text.append(fenced ? "```\n" : "").toString();
    }

    private static String words(String key) {
        Setting.Form form = ours(key).map(Setting::form).orElse(new Setting.Text());
        String words = "text";
        if (form instanceof Setting.Choice choice) {
            words = choice.values().stream().map(value -> "`" + value + "`").collect(Collectors.joining(", "));
        } else if (form instanceof Setting.WholeNumber number) {
            words = number.most() >= Integer.MAX_VALUE ? "whole number from " + number.least()
                    : "whole number, " + number.least() + " to " + number.most();
        } else if (form instanceof Setting.Time) {
            words = "duration, such as `" + ours(key).orElseThrow().example().split(" ")[0] + "`";
        } else if (form instanceof Setting.Cron) {
            words = "Quartz cron";
        } else if (form instanceof Setting.LocalTime) {
            words = "local date and time";
        } else if (form instanceof Setting.WebAddress || form instanceof Setting.WebConnectorAddress) {
            words = "web address";
        } else if (form instanceof Setting.DatabaseAddress) {
            words = "JDBC address";
        } else if (form instanceof Setting.Secret) {
            words = "secret text";
        } else if (form instanceof Setting.Names) {
            words = "names, divided by commas";
        } else if (form instanceof Setting.Version) {
            words = "version";
        }
        return words + (ours(key).map(Setting::required).orElse(false) ? ", required" : "");
    }

    private static void describe(ObjectNode property, Setting setting) {
        Setting.Form form = setting.form();
        if (form instanceof Setting.WholeNumber number) {
            property.put("type", "integer").put("minimum", number.least()).put("maximum", number.most());
        } else {
            property.put("type", "string");
        }
        if (form instanceof Setting.Choice choice) {
            choice.values().forEach(property.withArray("enum")::add);
        } else if (form instanceof Setting.Time) {
            property.put("pattern", "^[0-9]{1,6} *(ms|s|m|h)$");
        } else if (form instanceof Setting.Secret) {
            property.put("writeOnly", true);
        }
        property.putArray("examples").add(setting.example());
    }

    private static String javaType(String key) {
        Setting.Form form = ours(key).map(Setting::form).orElse(new Setting.Text());
        if (form instanceof Setting.WholeNumber) {
            return "java.lang.Long";
        }
        return form instanceof Setting.Choice choice && choice.values().equals(List.of("true", "false"))
                ? "java.lang.Boolean" : "java.lang.String";
    }
}
