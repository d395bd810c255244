package org.paymentsissued.routecheck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Checks route files before they run, all of them together. Its findings would otherwise show up with the first message,
 * or never: camel-http, for one, treats a misspelled option as a query parameter.
 */
public final class RouteCheck {

    /**
     * A route file as it is in its folder; another with the same name and text is the same.
     *
     * @param name without the folder
     */
    public record Source(String name, byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Source source && name.equals(source.name) && Arrays.equals(bytes, source.bytes);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }

    /**
     * What route files may use.
     *
     * @param placeholders values of the settings that routes may use
     * @param secrets      settings that they may not
     * @param beans        names of the beans and their classes
     * @param serving      the program's own routes that run beside them
     */
    public record Surroundings(Map<String, String> placeholders, Set<String> secrets, Map<String, Class<?>> beans,
            List<Source> serving) { }

    /** Read once: it is large and does not change. */
    private static final class Schema {
        static final YamlGrammar GRAMMAR = new YamlGrammar();
    }

    /** As Camel's readers of route files write it behind what is wrong. */
    private static final Pattern NAMED_PLACE = Pattern.compile("\\s+in file:[^\\r\\n]*?([^/\\\\\\r\\n]+), line (\\d{1,9}),");

    private static final Pattern DATA_FORMAT =
            Pattern.compile("(?i)data format (?:'([\\w.-]+)' could not be|in registry with ref: ([\\w.-]+))");

    private final Surroundings surroundings;

    public RouteCheck(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The SQL of files that are right. */
    public List<Statement> statements(Collection<Source> sources) {
        Placeholders placeholders = new Placeholders(surroundings.placeholders(), surroundings.secrets());
        return sources.stream().flatMap(source -> read(source, false, flaw -> { }).stream())
                .flatMap(file -> Statement.in(file.with(placeholders::fill))).toList();
    }

    /** All mistakes, in the order of files and lines; empty if the routes may run. */
    public List<RouteFlaw> check(Collection<Source> sources) {
        return check(sources, true);
    }

    /**
     * The same without the grammar of YAML, which Camel checks as it loads a file: the schema takes more memory than a whole
     * sync, so a process that is about to run reads it only if Camel refused.
     */
    public List<RouteFlaw> checkBeforeStart(Collection<Source> sources) {
        return check(sources, false);
    }

    /**
     * What the judgement of these files depends on, in one word: the same digest, the same judgement.
     *
     * @param program the program's own files
     */
    public String digest(Collection<Source> sources, String program) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            surroundings.serving().forEach(source -> add(digest, source));
            sources.forEach(source -> add(digest, source));
            String rest = program + new TreeMap<>(surroundings.placeholders()) + new TreeSet<>(surroundings.secrets())
                    + new TreeMap<>(surroundings.beans());
            return HexFormat.of().formatHex(digest.digest(rest.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void add(MessageDigest digest, Source source) {
        digest.update((source.name() + "\n" + source.bytes().length + "\n").getBytes(StandardCharsets.UTF_8));
        digest.update(source.bytes());
    }

    private List<RouteFlaw> check(Collection<Source> sources, boolean yamlGrammar) {
        List<RouteFlaw> flaws = new ArrayList<>();
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.build();
            Catalog catalog = new Catalog(camel);
            List<Part> files = new ArrayList<>();
            for (Source source : sources) {
                read(source, yamlGrammar, flaws::add).ifPresent(files::add);
            }
            files.stream().filter(file -> !isYaml(file.file())).forEach(new XmlGrammar(catalog, flaws::add)::check);
            Routes written = Routes.of(files);
            Placeholders placeholders = new Placeholders(surroundings.placeholders(), surroundings.secrets());
            written.files().all().forEach(part -> placeholders.check(part, flaws::add));
            Part filled = written.files().with(placeholders::fill);
            Address.in(filled).forEach(new Endpoints(catalog, flaws::add)::check);
            new Expressions(camel, catalog, flaws::add).check(filled);
            new Beans(camel, surroundings.beans(), flaws::add).check(filled);
            if (files.size() == sources.size()) {
                Part serving = Routes.of(surroundings.serving().stream().flatMap(source -> read(source, false, flaw -> { }).stream())
                        .toList()).files();
                Seams seams = new Seams(flaws::add);
                seams.check(filled, serving);
                seams.checkNames(Routes.together(files));
                new PropertyCheck(catalog, flaws::add).check(new Routes(filled), serving);
            }
            if (flaws.isEmpty()) {
                RequiredSteps.check(new Routes(filled), flaws::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return flaws.stream().distinct().sorted().toList();
    }

    private static boolean isYaml(String file) {
        return file.toLowerCase(Locale.ROOT).matches(".*\\.ya?ml");
    }

    /**
     * Where a failure to build the routes most likely has its cause: the place that its message names, or else the step or
     * route that it names.
     */
    public RouteFlaw place(Collection<Source> sources, String failure) {
        Matcher place = NAMED_PLACE.matcher(failure);
        if (place.find() && sources.stream().anyMatch(source -> source.name().equals(place.group(1)))) {
            return new RouteFlaw(place.group(1), Integer.parseInt(place.group(2)), failure.substring(0, place.start()).strip());
        }
        Matcher dataFormat = DATA_FORMAT.matcher(failure);
        Optional<RouteFlaw> lacking = !dataFormat.find() ? Optional.empty()
                : missing(Objects.requireNonNullElse(dataFormat.group(1), dataFormat.group(2)), parts(sources));
        return lacking.orElseGet(() -> step(sources, failure));
    }

    private static Optional<RouteFlaw> missing(String dataFormat, Stream<Part> parts) {
        return parts.filter(part -> part.name().equals(dataFormat) || part.text().equals(dataFormat)).findFirst()
                .map(part -> part.flaw("there is no data format \"" + dataFormat + "\". Put the jar of the Camel component that has it into"
                        + " lib/, or correct its name."));
    }

    private static Stream<Part> parts(Collection<Source> sources) {
        return sources.stream().flatMap(source -> read(source, false, flaw -> { }).stream()).flatMap(Part::all);
    }

    private static RouteFlaw step(Collection<Source> sources, String failure) {
        return parts(sources).filter(part -> part.name().equals("id") || part.name().equals("uri"))
                .filter(part -> !part.text().isEmpty() && failure.contains(part.text()))
                .max(Comparator.comparingInt(part -> part.text().length())).map(part -> part.flaw(failure))
                .orElseGet(() -> new RouteFlaw(sources.iterator().next().name(), 1, failure));
    }

    private static Optional<Part> read(Source source, boolean yamlGrammar, Consumer<RouteFlaw> flaws) {
        CharBuffer decoded = CharBuffer.allocate(source.bytes().length + 1);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        boolean isText = !decoder.decode(ByteBuffer.wrap(source.bytes()), decoded, true).isError();
        String text = decoded.flip().toString().replaceFirst("^\uFEFF", "");
        if (!isText) {
            flaws.accept(new RouteFlaw(source.name(), (int) text.chars().filter(letter -> letter == '\n').count() + 1,
                    "a letter here is not UTF-8. Save the file as UTF-8 text."));
            return Optional.empty();
        }
        if (text.lines().allMatch(line -> line.isBlank() || line.strip().startsWith("#"))) {
            flaws.accept(new RouteFlaw(source.name(), 1, "the file is empty. Expected a route; to switch a stage off, remove the"
                    + " file and its calls."));
            return Optional.empty();
        }
        if (!isYaml(source.name())) {
            return XmlReader.read(source.name(), text, flaws);
        }
        Optional<YamlReader.Read> read = YamlReader.read(source.name(), text, flaws);
        if (yamlGrammar) {
            read.ifPresent(yaml -> Schema.GRAMMAR.check(yaml, flaws));
        }
        return read.map(YamlReader.Read::file);
    }
}
