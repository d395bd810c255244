package org.paymentsissued.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The route files as an engineer meets them: each says what it is, and nothing in them hangs in the air. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RouteFilesTest {

    private static final Pattern ROUTE_ID = Pattern.compile("(?m)^- route:\\s+id: (\\S+)|<route id=\"([^\"]+)\"");
    private static final Pattern ANY_ID = Pattern.compile("(?m)^\\s*(?:- )?id: (\\S+)$|\\bid=\"([^\"]+)\"");
    private static final Pattern CONSUMED = Pattern.compile("from:\\s+uri: (direct:[\\w-]+)|<from uri=\"(direct:[^\"]+)\"");
    private static final Pattern CALLED =
            Pattern.compile("(?:to|toD|uri|deadLetterUri): (direct:[\\w-]+)|<to [^>]*uri=\"(direct:[^\"]+)\"");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^}:]+)(?::[^}]*)?}}");
    /** Set by the program itself, since a command must not start a schedule. */
    private static final Set<String> OF_THE_PROGRAM = Set.of("run.schedules");
    private static final int MOST_LINES = 700;
    private static final int LONGEST_LINE = 155;
    private static final int DEEPEST = 9;
    private static final int REPEATED_BLOCK = 5;

    static List<Path> files() throws IOException {
        return in("routes");
    }

    /** Those of the HTTP server too, which lie in the jar. */
    static List<Path> all() throws IOException {
        return Stream.concat(files().stream(), in("src/main/resources/serving").stream()).toList();
    }

    private static List<Path> in(String folder) throws IOException {
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_route_file_begins_by_saying_what_comes_in_what_goes_out_what_fails_and_whose_knobs_there_are(Path file)
            throws IOException {
        String head = Files.readString(file).lines().limit(14).collect(Collectors.joining("\n"));
        assertThat(head).contains("In  ", "Out  ", "Fails  ");
    }

    @ParameterizedTest
    @MethodSource("all")
    void every_route_has_a_description(Path file) throws IOException {
        String text = Files.readString(file);
        long routes = found(ROUTE_ID, text).size();
        assertThat(found(Pattern.compile("(?m)^- route:\\s+id: \\S+\\s+description: (\\S.+)$"
                + "|<route id=\"[^\"]+\" (description=\"[^\"]+\")"), text))
                .hasSize((int) routes);
    }

    /** The ratchet of the product's face: lower a bound when the routes have become shorter, never raise one. */
    @Test
    void an_engineer_reads_the_routes_in_five_minutes() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : files()) {
            lines.addAll(Files.readAllLines(file));
        }
        assertThat(lines).as("lines").hasSizeLessThanOrEqualTo(MOST_LINES);
        assertThat(lines).as("a line fits a screen").allMatch(line -> line.length() <= LONGEST_LINE || line.contains("file:name"));
        for (Path file : files()) {
            assertThat(depth(file)).as("levels of steps in " + file).isLessThanOrEqualTo(DEEPEST);
        }
        Map<String, List<Integer>> blocks = new TreeMap<>();
        for (int at = 0; at + REPEATED_BLOCK <= lines.size(); at++) {
            String block = String.join("\n", lines.subList(at, at + REPEATED_BLOCK).stream().map(String::strip).toList());
            blocks.computeIfAbsent(block, none -> new ArrayList<>()).add(at);
        }
        assertThat(blocks.values()).as("lines that are there twice").allMatch(places -> places.size() == 1);
        assertThat(String.join("\n", lines)).contains("deadLetterChannel").doesNotContain("exchangeProperty");
    }

    /** How many blocks are inside each other: YAML by its indents of two, two a block; XML by its elements. */
    private static int depth(Path file) throws IOException {
        boolean xml = file.toString().endsWith(".xml");
        int unit = xml ? 2 : 4;
        return Files.readAllLines(file).stream().filter(line -> xml ? line.strip().startsWith("<") : !line.isBlank())
                .mapToInt(line -> (int) line.chars().takeWhile(letter -> letter == ' ').count() / unit).max().orElse(0) + 1;
    }

    /** Kaoto reads a file, forgets its comments but those at the top, and writes it again (docs/kaoto.md). */
    @ParameterizedTest
    @MethodSource("files")
    void nothing_in_a_file_gets_lost_when_kaoto_writes_it_anew(Path file) throws IOException {
        String text = Files.readString(file);
        if (file.toString().endsWith(".xml")) {
            assertThat(text.substring(text.indexOf("<camel>"))).as("comments behind the top").doesNotContain("<!--");
            return;
        }
        assertThat(text.lines().dropWhile(line -> line.startsWith("#"))).as("comments behind the top")
                .noneMatch(line -> line.strip().startsWith("#"));
        assertThat(text).as("anchors, aliases, tags, second documents").doesNotContainPattern("(?m)(: |- )[&*!]\\w|^---|<<:");
        for (JsonNode entry : new ObjectMapper(new YAMLFactory()).readTree(text)) {
            assertThat(entry.fieldNames()).toIterable().as("at the top of %s", file).hasSize(1).isSubsetOf("route", "routeConfiguration");
            assertThat(entry.has("routeConfiguration") || entry.at("/route/from/steps").isArray()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_yaml_file_keeps_to_the_schema_of_camels_yaml_dsl(Path file) throws IOException {
        if (!file.toString().endsWith(".yaml")) {
            return;
        }
        try (InputStream in = JsonSchema.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(in);
            // A placeholder stands for what it will be: here a truth value.
            String text = Files.readString(file).replace("autoStartup: \"{{run.schedules}}\"", "autoStartup: true");
            JsonNode yaml = new ObjectMapper(new YAMLFactory()).readTree(text);
            assertThat(schema.validate(yaml)).extracting(ValidationMessage::getMessage).isEmpty();
        }
    }

    @Test
    void no_two_ids_are_the_same() {
        assertThat(allFound(ANY_ID)).doesNotHaveDuplicates().hasSizeGreaterThan(40);
    }

    @Test
    void every_seam_is_consumed_by_exactly_one_route_and_every_seam_called_is_there() {
        List<String> consumed = allFound(CONSUMED);
        assertThat(consumed).doesNotHaveDuplicates();
        Set<String> called = new TreeSet<>(allFound(CALLED));
        // One of several transports, chosen by a property: its stem is called, each whole name is consumed.
        called.removeIf(seam -> seam.endsWith("-") && consumed.stream().anyMatch(name -> name.startsWith(seam)));
        called.removeAll(consumed);
        assertThat(called).as("called, but consumed by no one").isEmpty();
    }

    @Test
    void every_property_of_a_route_is_a_documented_setting() throws IOException {
        Set<String> used = new TreeSet<>(allFound(PLACEHOLDER, files()));
        used.removeAll(OF_THE_PROGRAM);
        assertThat(used).isSubsetOf(Settings.ALL.stream().map(Setting::key).toList()).isNotEmpty();
    }

    @Test
    void both_route_languages_are_shown() throws IOException {
        assertThat(files()).anyMatch(file -> file.toString().endsWith(".xml")).anyMatch(file -> file.toString().endsWith(".yaml"));
    }

    private static List<String> allFound(Pattern pattern) {
        try {
            return allFound(pattern, all());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> allFound(Pattern pattern, List<Path> files) throws IOException {
        List<String> all = new ArrayList<>();
        for (Path file : files) {
            all.addAll(found(pattern, Files.readString(file)));
        }
        return all;
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(RouteFilesTest::group).toList();
    }

    private static String group(MatchResult match) {
        return match.groupCount() > 1 && match.group(1) == null ? match.group(2) : match.group(1);
    }
}
