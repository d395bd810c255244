package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.paymentsissued.setup.RouteFiles;

/** An installation and an unpacked new version, each with a jar that knows the routes it was shipped with. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class UpgradeTest {

    private final Map<String, String> before = new LinkedHashMap<>();
    private final Map<String, String> now = new LinkedHashMap<>();
    private String settingsNow = "delivery.concurrency = 4\npoll.overlap = 65m\n";
    private String printed;

    @TempDir
    private Path folder;
    private Path installation;
    private Path distribution;

    @BeforeEach
    void shipped() throws IOException {
        installation = Files.createDirectories(folder.resolve("installed"));
        distribution = Files.createDirectories(folder.resolve("unpacked"));
        Files.createDirectories(installation.resolve("routes"));
        before.put("10-poll.yaml", "- poll\n");
        before.put("50-deliver.yaml", "- deliver\n- step\n");
        now.put("10-poll.yaml", "- poll\n");
        now.put("50-deliver.yaml", "- deliver\n- better step\n");
        before.forEach((name, text) -> yours(name, text));
        Files.writeString(installation.resolve("application.properties"), "poll.overlap = 2h\n");
    }

    @Test
    void a_route_nobody_has_changed_is_replaced_and_the_jar_too() throws IOException {
        assertThat(upgrade()).isZero();
        assertThat(installation.resolve("routes/50-deliver.yaml")).hasContent("- deliver\n- better step");
        assertThat(printed).contains("replaced routes/50-deliver.yaml").doesNotContain("10-poll");
        assertThat(Files.mismatch(installation.resolve("payments-issued.jar"), distribution.resolve("payments-issued.jar")))
                .isEqualTo(-1);
        assertThat(installation.resolve("before-upgrade-20260302-070000/routes/50-deliver.yaml")).hasContent("- deliver\n- step");
    }

    @Test
    void an_edited_route_that_was_not_changed_here_is_kept() throws IOException {
        yours("10-poll.yaml", "- my poll\n");
        assertThat(upgrade()).isZero();
        assertThat(installation.resolve("routes/10-poll.yaml")).hasContent("- my poll");
        assertThat(printed).contains("kept     routes/10-poll.yaml");
    }

    @Test
    void a_route_changed_on_both_sides_is_kept_with_the_new_one_and_the_difference_beside_it() throws IOException {
        yours("50-deliver.yaml", "- deliver\n- my step\n");
        assertThat(upgrade()).isEqualTo(1);
        assertThat(installation.resolve("routes/50-deliver.yaml")).hasContent("- deliver\n- my step");
        assertThat(installation.resolve("routes/50-deliver.yaml.new")).hasContent("- deliver\n- better step");
        assertThat(RouteFiles.in(installation.resolve("routes"))).as("the new one does not run").hasSize(2);
        assertThat(Files.readString(installation.resolve("upgrade-notes.txt"))).contains("MERGE    routes/50-deliver.yaml",
                "-- step", "+- better step");
    }

    @Test
    void line_ends_of_windows_are_no_change() throws IOException {
        yours("50-deliver.yaml", "- deliver\r\n- step\r\n");
        assertThat(upgrade()).isZero();
        assertThat(installation.resolve("routes/50-deliver.yaml")).hasContent("- deliver\n- better step");
    }

    @Test
    void new_routes_come_old_ones_go_and_routes_of_your_own_stay() throws IOException {
        now.put("60-yours.yaml", "- yours\n");
        now.remove("10-poll.yaml");
        yours("11-mine.yaml", "- mine\n");
        assertThat(upgrade()).isZero();
        try (Stream<Path> routes = Files.list(installation.resolve("routes"))) {
            assertThat(routes.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("11-mine.yaml", "50-deliver.yaml", "60-yours.yaml");
        }
        assertThat(printed).contains("added    routes/60-yours.yaml", "removed  routes/10-poll.yaml").doesNotContain("mine");
    }

    @Test
    void a_route_that_was_removed_stays_so_unless_it_has_changed() throws IOException {
        Files.delete(installation.resolve("routes/10-poll.yaml"));
        assertThat(upgrade()).isZero();
        assertThat(installation.resolve("routes/10-poll.yaml")).doesNotExist();
        assertThat(printed).contains("kept     routes/10-poll.yaml: you removed it");
    }

    @Test
    void settings_are_left_alone_and_new_ones_are_told() throws IOException {
        settingsNow = "delivery.concurrency = 8\nalerts.silence = 2h\n";
        assertThat(upgrade()).isZero();
        assertThat(installation.resolve("application.properties")).hasContent("poll.overlap = 2h");
        assertThat(printed).contains("alerts.silence: is new; it is \"2h\"", "poll.overlap: was removed",
                "delivery.concurrency: was \"4\" and is now \"8\"");
    }

    @Test
    void an_edited_service_file_is_kept_and_scripts_are_replaced() throws IOException {
        write(installation.resolve("service/payments-issued.service"), "mine");
        write(distribution.resolve("service/payments-issued.service"), "shipped");
        write(installation.resolve("bin/payments-issued"), "old");
        write(distribution.resolve("bin/payments-issued"), "new");
        assertThat(upgrade()).isZero();
        assertThat(installation.resolve("service/payments-issued.service")).hasContent("mine");
        assertThat(installation.resolve("service/payments-issued.service.new")).hasContent("shipped");
        assertThat(installation.resolve("bin/payments-issued")).hasContent("new");
    }

    @Test
    void a_folder_that_is_no_installation_is_left_as_it_is() throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        assertThat(new Upgrade(new PrintStream(text), Clock.systemUTC()).run(distribution, distribution)).isEqualTo(2);
        assertThat(text.toString(StandardCharsets.UTF_8)).contains("is not an installation", "Nothing was changed");
        assertThat(distribution).isEmptyDirectory();
    }

    private int upgrade() throws IOException {
        jar(installation, before, "delivery.concurrency = 4\npoll.overlap = 65m\n");
        jar(distribution, now, settingsNow);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int code = new Upgrade(new PrintStream(text, true, StandardCharsets.UTF_8),
                Clock.fixed(Instant.parse("2026-03-02T07:00:00Z"), ZoneOffset.UTC)).run(installation, distribution);
        printed = text.toString(StandardCharsets.UTF_8);
        return code;
    }

    private void yours(String name, String text) {
        write(installation.resolve("routes").resolve(name), text);
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void jar(Path folder, Map<String, String> routes, String settings) throws IOException {
        try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(folder.resolve("payments-issued.jar")))) {
            for (Map.Entry<String, String> route : routes.entrySet()) {
                jar.putNextEntry(new ZipEntry("routes/" + route.getKey()));
                jar.write(route.getValue().getBytes(StandardCharsets.UTF_8));
            }
            jar.putNextEntry(new ZipEntry("packaged/application.properties"));
            jar.write(settings.getBytes(StandardCharsets.UTF_8));
        }
    }
}
