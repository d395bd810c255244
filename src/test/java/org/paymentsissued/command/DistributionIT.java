package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The zip as someone unpacks it on a server. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DistributionIT {

    @TempDir
    private Path folder;

    private Path unpacked() throws IOException {
        try (ZipFile zip = new ZipFile(archive(".zip").toFile())) {
            for (ZipEntry entry : zip.stream().filter(entry -> !entry.isDirectory()).toList()) {
                Path file = folder.resolve(entry.getName()).normalize();
                assertThat(file).startsWithRaw(folder);
                Files.createDirectories(file.getParent());
                try (InputStream in = zip.getInputStream(entry)) {
                    Files.copy(in, file);
                }
            }
        }
        try (Stream<Path> roots = Files.list(folder)) {
            return roots.reduce((one, other) -> {
                throw new AssertionError("more than one folder in the zip: " + one + ", " + other);
            }).orElseThrow();
        }
    }

    private static Path archive(String ending) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.toString().endsWith(ending)).findFirst().orElseThrow();
        }
    }

    private String run(Path where, int expected, String... command) throws Exception {
        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // Nothing but a Java runtime: no Maven, no checkout.
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        String printed = Files.readString(output);
        assertThat(process.exitValue()).as(printed).isEqualTo(expected);
        return printed;
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "a shell script")
    void unpacked_it_runs_the_demo_from_any_folder_and_tells_what_is_not_configured() throws Exception {
        Path home = unpacked();
        Path script = home.resolve("bin/payments-issued");
        assertThat(script.toFile().setExecutable(true)).isTrue();

        assertThat(run(folder, 0, script.toString(), "demo")).contains("Procore now holds 163 payments issued, each once");
        assertThat(run(home, 2, script.toString(), "check")).contains("procore.client-id");
        assertThat(run(home, 0, script.toString(), "--version")).isNotBlank();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs tar")
    void the_tar_holds_the_same_files_and_its_script_may_be_run() throws Exception {
        Path home = unpacked();
        Path other = Files.createDirectory(folder.resolve("tar"));
        run(other, 0, "tar", "xzf", archive(".tar.gz").toAbsolutePath().toString());
        Path untarred = other.resolve(home.getFileName());
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(untarred.resolve(home.relativize(file))).hasSameBinaryContentAs(file);
            }
        }
        assertThat(Files.isExecutable(untarred.resolve("bin/payments-issued"))).isTrue();
    }

    @Test
    void what_a_server_needs_is_there_and_what_it_must_not_have_is_not() throws IOException {
        Path home = unpacked();
        assertThat(List.of("payments-issued.jar", "application.properties", "routes/10-poll.yaml", "README.md", "CHANGELOG.md",
                "LICENSE", "ABOUT.md", "inbox/.README.txt", "commitments/.README.txt",
                "docs/installation.md", "examples/README.md", "commitments-template.csv", "Containerfile",
                "bin/payments-issued", "bin/payments-issued.cmd", "service/payments-issued.service",
                "service/payments-issued-service.xml"))
                .allSatisfy(name -> assertThat(home.resolve(name)).isRegularFile());
        try (Stream<Path> files = Files.walk(home)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.endsWith(".java") || name.equals("pom.xml") || name.endsWith(".db"));
        }
    }

    @Test
    void windows_reads_its_scripts() throws Exception {
        Path home = unpacked();
        String script = Files.readString(home.resolve("bin/payments-issued.cmd"), StandardCharsets.US_ASCII);
        assertThat(script.lines()).isNotEmpty();
        assertThat(script.replace("\r\n", "")).as("every line ends with CR LF").doesNotContain("\n").doesNotContain("\r");
        assertThat(script).as("the folder of the script, also with blanks in it").contains("pushd \"%~dp0..\"", "popd")
                .as("the command's own exit code").contains("set \"RESULT=%ERRORLEVEL%\"", "exit /b %RESULT%")
                .as("jars apart as Windows does").contains("payments-issued.jar;lib\\*").doesNotContain("$", "/bin/sh", ":lib");
        assertThat(script.lines().filter(line -> !line.startsWith("rem ")).filter(line -> line.matches("(if|for)\\b.*\\($|\\).*")))
                .as("blocks in parentheses, which a folder's own would end").isEmpty();
        assertThat(script).as("an exclamation mark in a folder's name stays").contains("DisableDelayedExpansion")
                .as("another folder than the script's own is never run in")
                .contains("ver > nul\r\npushd \"%~dp0..\"\r\nif errorlevel 1 exit /b 2")
                .as("quotes that someone put into JAVA_HOME").contains("%JAVA_HOME:\"=%\\bin\\java.exe")
                .as("a Java that is too old").contains("--version 2> nul | findstr", "goto old")
                .as("letters outside of ASCII in files and what is printed").contains("-Dfile.encoding=UTF-8");
        List<String> labels = script.lines().filter(line -> line.startsWith(":")).map(line -> line.substring(1)).toList();
        assertThat(script.lines().filter(line -> line.contains("goto ")).map(line -> line.replaceFirst(".*goto ", "")))
                .isNotEmpty().allSatisfy(target -> assertThat(labels).contains(target));

        var service = DocumentBuilderFactory.newDefaultNSInstance().newDocumentBuilder()
                .parse(home.resolve("service/payments-issued-service.xml").toFile()).getDocumentElement();
        assertThat(service.getTagName()).isEqualTo("service");
        assertThat(service.getElementsByTagName("arguments").item(0).getTextContent()).endsWith("Application run");
        assertThat(List.of("domain", "user")).as("for WinSW 2").extracting(name -> service.getElementsByTagName(name).item(0)
                .getTextContent()).containsExactly("NT AUTHORITY", "LocalService");
        assertThat(service.getElementsByTagName("username").item(0).getTextContent()).isEqualTo("NT AUTHORITY\\LocalService");
    }

    @Test
    void the_license_texts_of_the_bundled_libraries_are_in_the_zip_and_in_the_jar() throws IOException {
        Path home = unpacked();
        assertThat(home.resolve("licenses/README.txt")).exists();
        assertThat(home.resolve("licenses/EPL-1.0.txt")).exists();
        try (Stream<Path> texts = Files.find(home.resolve("licenses"), 4, (file, what) -> what.isRegularFile());
                ZipFile jar = new ZipFile(home.resolve("payments-issued.jar").toFile())) {
            List<String> names = texts.map(file -> home.resolve("licenses").relativize(file).toString().replace('\\', '/')).toList();
            assertThat(names).anyMatch(name -> name.matches("camel-http-[0-9.]+-jar/META-INF/LICENSE.txt"))
                    .anyMatch(name -> name.matches("postgresql-[0-9.]+-jar/META-INF/LICENSE"));
            assertThat(names).allSatisfy(name -> assertThat(jar.getEntry("META-INF/third-party/" + name)).as(name).isNotNull());
        }
    }

    @Test
    void the_bill_of_materials_names_every_library_with_version_and_license() throws IOException {
        Path list = unpacked().resolve("payments-issued.cdx.json");
        assumeTrue(Files.exists(list), "built offline, so without a bill of materials");
        var components = new com.fasterxml.jackson.databind.ObjectMapper().readTree(list.toFile()).path("components");
        assertThat(components.findValuesAsText("name")).contains("camel-core", "camel-http", "h2", "postgresql")
                .doesNotContain("junit-jupiter", "wiremock");
        assertThat(components).allSatisfy(component -> {
            assertThat(component.path("version").asText()).isNotEmpty();
            assertThat(component.path("licenses")).as(component.path("name").asText()).isNotEmpty();
        });
    }
}
