package org.paymentsissued.setup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.paymentsissued.routecheck.RouteCheck.Source;
import org.paymentsissued.routecheck.RouteFlaw;

/** The route files: those of a folder, and those that are shipped in the jar. */
public final class RouteFiles {

    /** The shipped stages. */
    static final List<String> SHIPPED = List.of("00-failures.yaml", "10-poll.yaml", "12-backfill.yaml", "20-split.yaml", "30-enrich.xml",
            "35-refresh.yaml", "40-aggregate.yaml", "50-deliver.yaml", "60-yours.yaml", "80-retention.yaml",
            "90-dead-letter.yaml");

    /** Routes of the program itself, which need the HTTP server. */
    static final List<String> SERVING = List.of("console.yaml", "alerts.yaml", "web-connector.yaml");

    private static final long LARGEST = 1_000_000;

    private RouteFiles() {
    }

    /**
     * The route files of a folder, in order.
     *
     * @throws UnusableRoutes when there is no such folder, or no route file in it
     */
    public static List<Path> in(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new UnusableRoutes("There is no folder " + folder.toAbsolutePath() + ". Run this in the folder that contains"
                    + " routes/ and application.properties.", null);
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(file -> isRouteFile(file.getFileName().toString())).sorted().toList();
            if (found.isEmpty()) {
                throw new UnusableRoutes("The folder " + folder.toAbsolutePath() + " contains no route file.", null);
            }
            return found;
        } catch (IOException e) {
            throw new UnusableRoutes("The folder " + folder.toAbsolutePath() + " cannot be read: " + e.getMessage(), e);
        }
    }

    static boolean isRouteFile(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith(".")) {
            // Files that editors and file servers leave next to a file.
            return false;
        }
        return lower.endsWith(".yaml") || lower.endsWith(".yml") || lower.endsWith(".xml");
    }

    /** The files of a folder with what is in them. */
    static List<Source> read(List<Path> files) {
        return files.stream().map(file -> {
            try {
                if (Files.size(file) > LARGEST) {
                    throw new UnusableRoutes("The file " + file + " is larger than a megabyte, so it is not a route file. Move it"
                            + " elsewhere.", null);
                }
                return new Source(file.getFileName().toString(), Files.readAllBytes(file));
            } catch (IOException e) {
                throw new UnusableRoutes("The route file " + file + " cannot be read: " + e.getMessage(), e);
            }
        }).toList();
    }

    static List<Source> serving() {
        return SERVING.stream().map(name -> new Source(name, resource("/serving/" + name))).toList();
    }

    /** Writes the shipped routes into a folder. */
    public static void unpackShipped(Path folder) throws IOException {
        for (String name : SHIPPED) {
            Files.write(folder.resolve(name), resource("/routes/" + name));
        }
    }

    private static byte[] resource(String path) {
        try (InputStream in = RouteFiles.class.getResourceAsStream(path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The route files cannot run; the message says which, where and why, one flaw per line. */
    public static final class UnusableRoutes extends RuntimeException {
        private final transient List<RouteFlaw> flaws;

        UnusableRoutes(String message, Throwable cause) {
            super(message, cause);
            flaws = List.of();
        }

        UnusableRoutes(Path folder, List<RouteFlaw> flaws) {
            super(message(folder, flaws));
            this.flaws = List.copyOf(flaws);
        }

        private static String message(Path folder, List<RouteFlaw> flaws) {
            List<String> lines = new ArrayList<>();
            lines.add("The routes in " + folder + " cannot run:");
            flaws.forEach(flaw -> lines.add("  " + flaw));
            return String.join(System.lineSeparator(), lines);
        }

        /** What is wrong where; empty if there was no file to check. */
        List<RouteFlaw> flaws() {
            return flaws;
        }
    }
}
