package org.paymentsissued;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/** What the product runs on: no library with a hole that we know of, and none without its license text. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LibrariesTest {

    /** A jar of the runtime class path, named as a Maven repository lays it out: group/artifact/version/file. */
    private record Library(String group, String artifact, String version) {

        private static Library of(String jar) {
            Path folder = Path.of(jar).getParent();
            String groupFolder = folder.getParent().getParent().toString().replace(File.separatorChar, '.');
            return new Library(groupFolder, folder.getParent().getFileName().toString(), folder.getFileName().toString());
        }
    }

    /** A line of known-holes.txt. */
    private record Hole(String group, String artifact, Version firstBad, Version firstGood, String what) {

        private static Hole of(String line) {
            String[] parts = line.split(" \\| ", 4);
            String[] name = parts[0].split(":", 2);
            return new Hole(name[0], name[1], Version.parse(parts[1]), Version.parse(parts[2]), parts[3]);
        }

        private boolean isIn(Library library) {
            Version version = Version.parse(library.version());
            return library.group().endsWith("." + group) && (artifact.equals("*") || artifact.equals(library.artifact()))
                    && version.compareTo(firstBad) >= 0 && version.compareTo(firstGood) < 0;
        }
    }

    private static List<String> jars() throws IOException {
        String path = Files.readString(Path.of("target/runtime-class-path.txt")).strip();
        return Arrays.stream(path.split(File.pathSeparator)).filter(jar -> jar.endsWith(".jar")).toList();
    }

    private static List<String> holesIn(List<String> jars) throws IOException {
        List<Hole> holes;
        try (Stream<String> lines = Files.lines(Path.of("src/test/resources/known-holes.txt"))) {
            holes = lines.filter(line -> !line.isBlank() && !line.startsWith("#")).map(Hole::of).toList();
        }
        return jars.stream().map(Library::of)
                .flatMap(library -> holes.stream().filter(hole -> hole.isIn(library))
                        .map(hole -> library.artifact() + " " + library.version() + ": " + hole.what()))
                .toList();
    }

    @Test
    void no_library_has_a_hole_that_is_listed() throws Exception {
        assertThat(jars()).hasSizeGreaterThan(100);
        assertThat(holesIn(jars())).isEmpty();
    }

    @Test
    void a_version_with_a_listed_hole_is_found() throws Exception {
        String repository = String.join(File.separator, "", "home", "someone", ".m2", "repository", "");
        assertThat(holesIn(Stream.of("io/netty/netty-codec-http/4.1.130.Final/netty-codec-http-4.1.130.Final.jar",
                        "io/netty/netty-codec-http/4.1.140.Final/netty-codec-http-4.1.140.Final.jar",
                        "org/apache/httpcomponents/core5/httpcore5/5.3.6/httpcore5-5.3.6.jar",
                        "com/fasterxml/jackson/core/jackson-databind/2.19.4/jackson-databind-2.19.4.jar",
                        "org/springframework/spring-jdbc/6.2.15/spring-jdbc-6.2.15.jar",
                        "org/springframework/security/spring-security-crypto/6.2.15/spring-security-crypto-6.2.15.jar")
                .map(jar -> repository + jar.replace('/', File.separatorChar)).toList()))
                .extracting(found -> found.substring(0, found.indexOf(':')))
                .containsExactly("netty-codec-http 4.1.130.Final", "httpcore5 5.3.6", "jackson-databind 2.19.4",
                        "spring-jdbc 6.2.15");
    }

    @Test
    void every_library_brings_its_license_text_or_is_named_with_one_that_we_bring() throws Exception {
        List<String> named = Arrays.asList(Files.readString(Path.of("src/main/licenses/README.txt")).split("[\\s,]+"));
        assertThat(jars()).allSatisfy(jar -> assertThat(hasLicense(jar) || named.contains(Library.of(jar).artifact()))
                .as("%s brings no license text; name it in src/main/licenses/README.txt, with the text", jar).isTrue());
    }

    private static boolean hasLicense(String jar) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            return file.stream().map(entry -> entry.getName().toLowerCase(Locale.ROOT))
                    .anyMatch(name -> name.startsWith("meta-inf/") && name.contains("license"));
        }
    }
}
