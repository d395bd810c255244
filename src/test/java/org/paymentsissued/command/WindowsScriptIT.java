package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code payments-issued.cmd} run by Wine's command interpreter, with a stand-in of {@code java.exe}, and one of {@code findstr.exe}, which
 * Wine 8 lacks. Wine is not Windows: this shows that the lines do what they mean, not that each Windows reads them the same.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WindowsScriptIT {

    private static final String COMPILER = "x86_64-w64-mingw32-gcc";
    @TempDir
    private static Path machine;
    private static Path tools;
    private static Map<String, String> quiet = Map.of();

    @TempDir
    private Path folder;
    private final Map<String, String> environment = new TreeMap<>();
    private Path bin;
    private String printed = "";

    @BeforeAll
    static void a_windows_of_a_kind() throws Exception {
        assumeTrue(runs("wine", "--version") && runs(COMPILER, "--version"),
                "No Wine or no mingw-w64 on this machine: the script for Windows was not run.");
        quiet = Map.of("WINEPREFIX", machine.resolve("prefix").toString(), "WINEDEBUG", "-all", "WINEDLLOVERRIDES", "mscoree,mshtml=",
                "LC_ALL", "C.UTF-8");
        assertThat(runs("wine", "wineboot", "--init")).isTrue();
        tools = Files.createDirectories(machine.resolve("tools"));
        compiled("java", Files.createDirectories(machine.resolve("jdk 17/bin")));
        compiled("findstr", tools);
    }

    /** Its drives are links to the whole machine, so they go before anything that might follow them. */
    @AfterAll
    static void the_windows_is_gone() throws Exception {
        runs("wineserver", "-k");
        runs("rm", "-rf", machine.resolve("prefix").toString());
    }

    @BeforeEach
    void installed_in_a_folder_with_blanks_and_brackets() throws IOException {
        bin = Files.createDirectories(folder.resolve("Program Files (x86)/payments-issued/bin"));
        Files.copy(Path.of("src/distribution/bin/payments-issued.cmd"), bin.resolve("payments-issued.cmd"));
        environment.put("WINEPATH", windows(tools));
        environment.put("JAVA_HOME", windows(machine.resolve("jdk 17")));
    }

    private static boolean runs(String... words) throws InterruptedException {
        try {
            ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(Redirect.DISCARD);
            builder.environment().putAll(quiet);
            return builder.start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static void compiled(String name, Path target) throws Exception {
        Path source = machine.resolve(name + ".c");
        try (InputStream in = WindowsScriptIT.class.getResourceAsStream("/windows/" + name + ".c")) {
            Files.copy(in, source);
        }
        assertThat(runs(COMPILER, "-O1", "-o", target.resolve(name + ".exe").toString(), source.toString())).isTrue();
    }

    private static String windows(Path path) {
        return "Z:" + path.toString().replace('/', '\\');
    }

    private int wine(Path where, String... words) throws Exception {
        Path output = folder.resolve("printed.txt");
        List<String> all = new ArrayList<>(List.of("wine", "cmd", "/c"));
        all.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(all).directory(where.toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("JAVA_"));
        builder.environment().putAll(quiet);
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("ended in time").isTrue();
        } finally {
            process.destroyForcibly();
        }
        printed = Files.readString(output, StandardCharsets.ISO_8859_1).replace("\r", "");
        return process.exitValue();
    }

    private int run(String... arguments) throws Exception {
        List<String> words = new ArrayList<>(List.of("payments-issued.cmd"));
        words.addAll(List.of(arguments));
        return wine(bin, words.toArray(String[]::new));
    }

    @Test
    void it_runs_the_command_in_the_folder_above_it_with_every_argument() throws Exception {
        environment.put("JAVA_OPTS", "-Xmx64m -Dx=y");

        assertThat(run("backfill", "--from", "2026-01-01", "--csv", "what went.csv")).as(printed).isZero();

        assertThat(printed.lines()).containsExactly("in " + windows(bin.getParent()), "-Dfile.encoding=UTF-8", "-Xmx64m", "-Dx=y", "-cp",
                "payments-issued.jar;lib\\*", "org.paymentsissued.Application", "backfill", "--from", "2026-01-01", "--csv",
                "what went.csv");
    }

    @Test
    void called_from_another_folder_it_still_runs_in_its_own() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("nightly.cmd"), "@echo off\r\ncall \"" + windows(bin.resolve("payments-issued.cmd"))
                + "\" once\r\ncd\r\n");

        wine(elsewhere, "nightly.cmd");

        assertThat(printed.lines()).startsWith("in " + windows(bin.getParent()), "-XX:TieredStopAtLevel=1")
                .endsWith("once", windows(elsewhere));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void the_exit_code_is_that_of_the_command(int code) throws Exception {
        environment.put("STAND_IN_EXIT", Integer.toString(code));

        assertThat(run("once")).as(printed).isEqualTo(code);
    }

    @ParameterizedTest
    @CsvSource({"17.0.15, 0", "18, 0", "21.0.4, 0", "25, 0", "16.0.2, 2", "11.0.22, 2", "9.0.4, 2", "1.8.0_402, 2"})
    void a_java_older_than_17_is_refused_in_one_sentence(String version, int code) throws Exception {
        environment.put("STAND_IN_VERSION", version);

        assertThat(run("check")).as(printed).isEqualTo(code);

        if (code == 2) {
            assertThat(printed.lines().filter(line -> !line.isBlank())).singleElement().asString()
                    .contains("java.exe\" is missing or older than Java 17", "Set JAVA_HOME");
        } else {
            assertThat(printed).endsWith("check\n");
        }
    }

    @Test
    void a_wrong_java_home_is_told_and_quotes_around_it_do_no_harm() throws Exception {
        environment.put("JAVA_HOME", "\"" + windows(machine.resolve("jdk 17")) + "\"");
        assertThat(run("check")).as(printed).isZero();

        environment.put("JAVA_HOME", windows(machine.resolve("jdk 21")));
        assertThat(run("check")).as(printed).isEqualTo(2);
        assertThat(printed.lines().filter(line -> !line.isBlank())).singleElement().asString()
                .contains("There is no \"" + windows(machine.resolve("jdk 21")) + "\\bin\\java.exe\"", "Java 17 or later");
    }

    @Test
    void without_java_home_the_java_on_the_path_runs_it_and_without_one_a_sentence_says_so() throws Exception {
        environment.remove("JAVA_HOME");
        environment.put("WINEPATH", windows(tools) + ";" + windows(machine.resolve("jdk 17\\bin")));
        assertThat(run("check")).as(printed).isZero();
        assertThat(printed).endsWith("check\n");

        environment.put("WINEPATH", windows(tools));
        assertThat(run("check")).as(printed).isEqualTo(2);
        assertThat(printed).contains("java.exe\" is missing or older than Java 17");
    }
}
