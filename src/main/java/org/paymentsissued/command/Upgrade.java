package org.paymentsissued.command;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.paymentsissued.setup.Settings;

/**
 * Upgrades an installation to the version of the unpacked distribution it is run from, and keeps the routes that were
 * edited there. The old jar, which contains the shipped routes, shows which ones were edited.
 */
public final class Upgrade {

    private static final String JAR = "payments-issued.jar";
    private static final String NOTES = "upgrade-notes.txt";
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");
    /** Ours to replace; no one edits them in place. */
    private static final List<String> OURS = List.of("bin", "docs", "examples", "README.md", "ABOUT.md", "CHANGELOG.md", "LICENSE",
            "payments-issued.cdx.json", "commitments-template.csv");
    /** Often edited in place, and not in the old jar. */
    private static final List<String> THEIRS = List.of("service", "Containerfile");

    private final PrintStream out;
    private final Clock clock;
    private final List<String> notes = new ArrayList<>();
    private boolean someoneMustMerge;

    public Upgrade(PrintStream out, Clock clock) {
        this.out = out;
        this.clock = clock;
    }

    /**
     * @param installation the folder to upgrade; nothing may run in it
     * @param distribution the unpacked new version
     * @return exit code: fine, or 1 if someone must merge changes by hand, or misconfigured
     */
    public int run(Path installation, Path distribution) throws IOException {
        Path oldJar = installation.resolve(JAR);
        Path newJar = distribution.resolve(JAR);
        if (!Files.isRegularFile(oldJar) || !Files.isDirectory(installation.resolve("routes"))) {
            out.println(installation + " is not an installation: it has no " + JAR + " next to a routes folder. Nothing was changed.");
            return ExitCode.MISCONFIGURED;
        }
        if (!Files.isRegularFile(newJar) || Files.isSameFile(oldJar, newJar)) {
            out.println("Run this from the unpacked new version, and give it the folder of the old one. Nothing was changed.");
            return ExitCode.MISCONFIGURED;
        }
        Shipped before = Shipped.in(oldJar);
        Shipped now = Shipped.in(newJar);
        if (before.routes().isEmpty() || now.routes().isEmpty()) {
            out.println("One of the two jars contains no routes, so it is unknown which routes you edited. Nothing was changed.");
            return ExitCode.MISCONFIGURED;
        }
        Path kept = keepWhatWas(installation);
        routes(installation.resolve("routes"), before, now);
        settings(before, now);
        replaceOurs(installation, distribution);
        Files.copy(newJar, oldJar, StandardCopyOption.REPLACE_EXISTING);
        Files.write(installation.resolve(NOTES), notes);
        out.println("The previous files are in " + kept.getFileName() + "; the changes are listed in " + NOTES + ".");
        out.println(someoneMustMerge ? "Merge by hand the files marked MERGE, then run: bin/payments-issued check"
                : "Now run: bin/payments-issued check");
        return someoneMustMerge ? ExitCode.DEAD_LETTERS : ExitCode.FINE;
    }

    /** The routes and settings that came with a jar. */
    private record Shipped(Map<String, String> routes, Properties settings) {
        static Shipped in(Path jar) throws IOException {
            Map<String, String> routes = new TreeMap<>();
            Properties settings = new Properties();
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                for (ZipEntry entry : zip.stream().filter(entry -> !entry.isDirectory()).toList()) {
                    String text = entry.getName().matches("routes/[^/]+|packaged/application\\.properties")
                            ? new String(zip.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8) : "";
                    if (entry.getName().startsWith("routes/")) {
                        routes.put(entry.getName().substring("routes/".length()), text);
                    } else if (!text.isEmpty()) {
                        settings.load(new java.io.StringReader(text));
                    }
                }
            }
            return new Shipped(routes, settings);
        }
    }

    private Path keepWhatWas(Path installation) throws IOException {
        Path kept = installation.resolve("before-upgrade-" + LocalDateTime.now(clock).format(STAMP));
        Files.createDirectory(kept);
        Files.copy(installation.resolve(JAR), kept.resolve(JAR));
        copy(installation.resolve("routes"), kept.resolve("routes"));
        if (Files.exists(installation.resolve(Settings.FILE))) {
            Files.copy(installation.resolve(Settings.FILE), kept.resolve(Settings.FILE));
        }
        return kept;
    }

    private void routes(Path folder, Shipped before, Shipped now) throws IOException {
        TreeSet<String> names = new TreeSet<>(before.routes().keySet());
        names.addAll(now.routes().keySet());
        for (String name : names) {
            Path file = folder.resolve(name);
            String old = before.routes().get(name);
            String fresh = now.routes().get(name);
            String yours = Files.exists(file) ? Files.readString(file) : null;
            String what = "routes/" + name;
            if (same(yours, fresh)) {
                continue;
            } else if (same(yours, old)) {
                if (fresh == null) {
                    Files.delete(file);
                    note("removed  ", what, "it is no longer part of the product.");
                } else {
                    Files.writeString(file, fresh);
                    note(old == null ? "added    " : "replaced ", what, "you had not changed it.");
                    noteDifference(what, old, fresh);
                }
            } else if (same(old, fresh)) {
                note("kept     ", what, (yours == null ? "you removed" : "you changed") + " it, and ours has not"
                        + " changed.");
            } else {
                someoneMustMerge = true;
                if (fresh != null) {
                    Files.writeString(folder.resolve(name + ".new"), fresh);
                }
                note("MERGE    ", what, fresh == null
                        ? "yours is kept, but it is no longer part of the product."
                        : "yours is kept, but ours has changed too; ours is next to it as " + name + ".new.");
                noteDifference(what, old, fresh);
            }
        }
    }

    /** Line ends do not count: editors on Windows change them. */
    private static boolean same(String one, String other) {
        return one == null || other == null ? one == other : one.replace("\r\n", "\n").equals(other.replace("\r\n", "\n"));
    }

    /** Your settings are left alone: for anything they do not set, the new jar's settings apply. */
    private void settings(Shipped before, Shipped now) {
        TreeSet<String> keys = new TreeSet<>(before.settings().stringPropertyNames());
        keys.addAll(now.settings().stringPropertyNames());
        for (String key : keys) {
            String old = before.settings().getProperty(key);
            String fresh = now.settings().getProperty(key);
            if (old == null) {
                note("setting  ", key, "is new; it is \"" + fresh + "\" unless you set it.");
            } else if (fresh == null) {
                note("setting  ", key, "was removed; delete it from your " + Settings.FILE + " if it is there.");
            } else if (!old.equals(fresh)) {
                note("setting  ", key, "was \"" + old + "\" and is now \"" + fresh + "\" unless you set it.");
            }
        }
    }

    private void replaceOurs(Path installation, Path distribution) throws IOException {
        for (String name : OURS) {
            if (Files.exists(distribution.resolve(name))) {
                copy(distribution.resolve(name), installation.resolve(name));
            }
        }
        for (String name : THEIRS) {
            if (!Files.exists(distribution.resolve(name))) {
                continue;
            }
            for (Path fresh : filesIn(distribution.resolve(name))) {
                Path relative = distribution.relativize(fresh);
                Path yours = installation.resolve(relative);
                boolean edited = Files.exists(yours) && Files.mismatch(yours, fresh) >= 0;
                Path target = edited ? yours.resolveSibling(yours.getFileName() + ".new") : yours;
                Files.createDirectories(target.getParent());
                Files.copy(fresh, target, StandardCopyOption.REPLACE_EXISTING);
                if (edited) {
                    note("look     ", relative.toString().replace('\\', '/'), "yours is kept; ours is next to it as "
                            + target.getFileName() + ".");
                }
            }
        }
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void copy(Path source, Path target) throws IOException {
        for (Path file : filesIn(source)) {
            Path to = target.resolve(source.relativize(file).toString());
            Files.createDirectories(to.toAbsolutePath().getParent());
            Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    private void note(String what, String name, String sentence) {
        String line = what + name + ": " + sentence;
        out.println(line);
        notes.add(line);
    }

    /** From our old version to our new one: what someone must merge. */
    private void noteDifference(String name, String old, String fresh) {
        List<String> before = lines(old);
        notes.addAll(UnifiedDiffUtils.generateUnifiedDiff(name + ", previous version", name + ", new version", before,
                DiffUtils.diff(before, lines(fresh)), 3));
        notes.add("");
    }

    private static List<String> lines(String text) {
        return text == null ? List.of() : text.lines().toList();
    }
}
