package org.paymentsissued.routecheck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Judges route files before they run, all of them together. What it finds would else come to light with the first message,
 * or never: camel-http, for one, takes a misspelt option for a query parameter.
 */
public final class RouteCheck {

    /**
     * A route file as it lies in its folder.
     *
     * @param name without the folder
     */
    public record Source(String name, byte[] bytes) { }

    /**
     * What route files may lean on.
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
    private static final Pattern TOLD_PLACE = Pattern.compile("\\s+in file:[^\\r\\n]*?([^/\\\\\\r\\n]+), line (\\d{1,9}),");

    private final Surroundings surroundings;
    private final Placeholders placeholders;

    public RouteCheck(Surroundings surroundings) {
        this.surroundings = surroundings;
        placeholders = new Placeholders(surroundings.placeholders(), surroundings.secrets());
    }

    /** All that cannot be right, in the order of files and lines; empty where the routes may run. */
    public List<RouteFlaw> check(Collection<Source> sources) {
        return check(sources, true);
    }

    /**
     * The same but for the grammar of YAML, which Camel refuses by itself as it loads a file: the schema takes more memory
     * than a whole sync, so a process that is to run reads it only where Camel has refused.
     */
    public List<RouteFlaw> checkBeforeStart(Collection<Source> sources) {
        return check(sources, false);
    }

    private List<RouteFlaw> check(Collection<Source> sources, boolean yamlGrammar) {
        List<RouteFlaw> flaws = new ArrayList<>();
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.build();
            CamelNames names = new CamelNames(camel);
            List<RouteFile> files = new ArrayList<>();
            for (Source source : sources) {
                read(source, Optional.of(names), yamlGrammar, flaws::add).ifPresent(files::add);
            }
            Endpoints endpoints = new Endpoints(names, placeholders);
            files.forEach(file -> {
                placeholders.check(file, flaws::add);
                endpoints.check(file, flaws::add);
            });
            new Expressions(camel, names, placeholders).check(files, flaws::add);
            new Beans(camel, surroundings.beans()).check(files, flaws::add);
            if (files.size() == sources.size()) {
                together(files, names, flaws);
            }
            if (flaws.isEmpty()) {
                new RequiredSteps(placeholders).check(files, flaws::add);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return flaws.stream().distinct().sorted().toList();
    }

    /**
     * Where a failure to build the routes most likely has its cause: the place that its message tells, or else the step or
     * route that it names.
     */
    public RouteFlaw place(Collection<Source> sources, String failure) {
        Matcher told = TOLD_PLACE.matcher(failure);
        if (told.find() && sources.stream().anyMatch(source -> source.name().equals(told.group(1)))) {
            return new RouteFlaw(told.group(1), Integer.parseInt(told.group(2)), failure.substring(0, told.start()).strip());
        }
        RouteFlaw found = null;
        int longest = 0;
        for (Source source : sources) {
            for (RouteFile file : read(source, Optional.empty(), false, flaw -> { }).stream().toList()) {
                for (Part part : file.root().all().toList()) {
                    String named = part.name().equals("id") || part.name().equals("uri") ? part.text() : "";
                    if (named.length() > longest && failure.contains(named)) {
                        longest = named.length();
                        found = new RouteFlaw(source.name(), part.line(), failure);
                    }
                }
            }
        }
        return found == null ? new RouteFlaw(sources.iterator().next().name(), 1, failure) : found;
    }

    private void together(List<RouteFile> files, CamelNames names, List<RouteFlaw> flaws) {
        List<RouteFile> serving = surroundings.serving().stream()
                .flatMap(source -> read(source, Optional.empty(), false, flaw -> { }).stream()).toList();
        new Seams(placeholders).check(files, serving, flaws::add);
        new HandedOver(names, placeholders).check(files, flaws::add);
        configurations(files, flaws::add);
    }

    /** @param names for the grammar of XML; empty where it is not asked for */
    private static Optional<RouteFile> read(Source source, Optional<CamelNames> names, boolean yamlGrammar,
            Consumer<RouteFlaw> flaws) {
        Optional<String> text = RouteFile.text(source.name(), source.bytes(), flaws);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.get().lines().allMatch(line -> line.isBlank() || line.strip().startsWith("#"))) {
            flaws.accept(new RouteFlaw(source.name(), 1, "the file is empty. Expected a route; to switch a stage off, remove the"
                    + " file and its calls."));
            return Optional.empty();
        }
        if (!RouteFile.isYaml(source.name())) {
            Optional<RouteFile> file = XmlReader.read(source.name(), text.get(), flaws);
            names.ifPresent(known -> file.ifPresent(read -> new XmlGrammar(known).check(read, flaws)));
            return file;
        }
        Optional<YamlReader.Read> read = YamlReader.read(source.name(), text.get(), flaws);
        if (yamlGrammar) {
            read.ifPresent(yaml -> Schema.GRAMMAR.check(yaml, flaws));
        }
        return read.map(YamlReader.Read::file);
    }

    /** A name that stands for no route configuration is passed over by Camel without a word. */
    private static void configurations(List<RouteFile> files, Consumer<RouteFlaw> flaws) {
        Set<String> known = new TreeSet<>();
        files.forEach(file -> file.root().all("routeConfiguration").forEach(part -> known.add(part.text("id"))));
        files.forEach(file -> file.root().all("routeConfigurationId").filter(part -> !known.contains(part.text()))
                .forEach(part -> flaws.accept(new RouteFlaw(file.name(), part.line(), "there is no routeConfiguration \""
                        + part.text() + "\"." + Nearest.sentence(part.text(), known)))));
    }
}
