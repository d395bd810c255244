package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.SimulatedProcore;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Setting;
import org.paymentsissued.setup.Settings;

/** The packaged jar as its users start it: alone in a folder, with routes/ and application.properties beside it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class PackagedJarIT {

    private static final Path JAR = Path.of("target", "payments-issued.jar").toAbsolutePath();
    private static final String SECRET = SimulatedProcore.CLIENT_SECRET;

    private final Rig rig = new Rig();
    private final Map<String, String> environment = new TreeMap<>();
    private final List<Process> started = new ArrayList<>();
    private String printed = "";

    @BeforeEach
    void unpack() throws IOException {
        Files.copy(JAR, rig.folder.resolve("payments-issued.jar"));
        Files.copy(Path.of("application.properties"), rig.folder.resolve("application.properties"));
        Files.createDirectory(rig.folder.resolve("routes"));
        try (Stream<Path> routes = Files.list(Path.of("routes"))) {
            for (Path route : routes.toList()) {
                Files.copy(route, rig.folder.resolve("routes").resolve(route.getFileName()));
            }
        }
        Settings settings = rig.settings();
        for (String key : List.of("poll.start", "quickbooks.url", "procore.url", "procore.login-url", "procore.client-id",
                "procore.client-secret", "procore.company-id", "delivery.backoff", "delivery.max-backoff")) {
            environment.put(new Setting(key, new Setting.Text(), false, "").environmentVariable(), settings.text(key));
        }
        environment.put("CONSOLE_PORT", Integer.toString(freePort()));
        environment.put("MANAGEMENT_PORT", Integer.toString(freePort()));
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
    }

    @AfterEach
    void endWhatWasStarted() {
        started.forEach(process -> process.destroyForcibly());
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    @Test
    void the_demo_runs_in_an_empty_folder_and_leaves_nothing_behind() throws Exception {
        Path empty = Files.createTempDirectory("payments-issued-empty");
        environment.clear();
        assertThat(run(empty, JAR, "demo")).isZero();
        assertThat(printed).contains("Procore now holds 163 payments issued, each once", "WAITING", "DEAD", "SKIPPED",
                "Calls to Procore in this sync: 0").doesNotContain(SECRET);
        assertThat(empty).isEmptyDirectory();
        Files.delete(empty);
    }

    @Test
    void once_takes_settings_from_the_environment_over_the_file_and_delivers() {
        payments(3);
        assertThat(run("once")).isZero();
        assertThat(rig.paymentsIssued()).hasSize(3);
        assertThat(printed).containsPattern("delivered +3 +3").doesNotContain(SECRET);
        assertThat(rig.folder.resolve("data")).isDirectory();

        assertThat(run("once")).isZero();
        assertThat(rig.writes()).isEqualTo(3);
    }

    @Test
    void an_open_dead_letter_is_exit_code_1() {
        rig.procore.enablePayments(11, false);
        payments(1);
        assertThat(run("once")).isEqualTo(1);
        assertThat(printed).contains("Payments are switched off");
    }

    @Test
    void a_wrong_setting_is_named_with_key_value_and_example_before_anything_is_sent() throws IOException {
        payments(1);
        Path file = rig.folder.resolve("application.properties");
        Files.writeString(file, Files.readString(file).replace("poll.overlap = 65m", "poll.overlap = 65 minutes"));
        environment.remove("PROCORE_COMPANY_ID");

        assertThat(run("once")).isEqualTo(2);

        assertThat(printed).containsPattern("poll\\.overlap = \"65 minutes\" is not a duration\\. Write for example: 65m or 2h"
                + " \\(application\\.properties, line \\d+\\)")
                .contains("procore.company-id is missing", "PROCORE_COMPANY_ID");
        assertThat(rig.quickBooks.requests()).isEmpty();
        assertThat(rig.procore.requests()).isEmpty();
        assertThat(rig.folder.resolve("data")).doesNotExist();
    }

    @Test
    void quickbooks_out_of_reach_is_exit_code_3() {
        environment.put("QUICKBOOKS_URL", "http://127.0.0.1:1/");
        assertThat(run("once")).isEqualTo(3);
        assertThat(printed).contains("QuickBooks could not be reached");
    }

    @Test
    void routes_that_were_found_right_are_judged_again_only_when_something_has_changed() throws Exception {
        Path enrich = rig.folder.resolve("routes/30-enrich.xml");
        String right = Files.readString(enrich);
        assertThat(run("once")).as(printed).isZero();
        assertThat(run("once")).as(printed).isZero();
        assertThat(judgements()).isEqualTo(1);

        Files.writeString(enrich, right.replace("outputType=SelectOne", "outputTyp=SelectOne"));
        assertThat(run("once")).isEqualTo(2);
        assertThat(printed).contains("30-enrich.xml", "outputType");
        Files.writeString(enrich, right);
        assertThat(run("once")).as(printed).isZero();
        assertThat(judgements()).isEqualTo(1);

        environment.put("QUICKBOOKS_PAGE_SIZE", "50");
        assertThat(run("once")).as(printed).isZero();
        assertThat(judgements()).isEqualTo(2);
    }

    private long judgements() throws SQLException {
        try (Connection ledger = DriverManager.getConnection("jdbc:h2:file:" + rig.path("data/payments-issued"), "sa", "");
                ResultSet found = ledger.createStatement().executeQuery("select count(*) from judged_routes")) {
            found.next();
            return found.getLong(1);
        }
    }

    @Test
    void a_missing_routes_folder_is_told_and_nothing_is_started() throws IOException {
        Files.move(rig.folder.resolve("routes"), rig.folder.resolve("routes-elsewhere"));
        assertThat(run("once")).isEqualTo(2);
        assertThat(printed).contains("There is no folder").contains("routes");
        assertThat(rig.folder.resolve("data")).doesNotExist();
    }

    @Test
    void run_stops_cleanly_when_asked_and_a_command_beside_it_is_told_how_to_sync_or_has_the_ledger_copied() throws Exception {
        environment.put("CONSOLE_PASSWORD", "correct horse");
        Process run = start(rig.folder, rig.folder.resolve("payments-issued.jar"), "run");
        awaitOutput("run", "payments-issued is running");

        assertThat(run("once")).isEqualTo(2);
        assertThat(printed).contains("POST /api/sync", environment.get("CONSOLE_PORT"));
        assertThat(run("backup")).as(printed).isZero();
        try (Stream<Path> copies = Files.list(rig.folder.resolve("data").resolve("backups"))) {
            assertThat(copies).singleElement().asString().endsWith(".mv.db");
        }

        run.destroy();
        assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).isZero();
    }

    @Test
    void a_kill_at_any_call_loses_nothing_and_doubles_nothing() throws Exception {
        int payments = 24;
        payments(payments);
        environment.put("DELIVERY_CONCURRENCY", "2");
        // Killed while Procore works on the n-th write: some before it has committed, some after.
        for (int kill = 1; kill <= 4; kill++) {
            CountDownLatch atWork = new CountDownLatch(1);
            CountDownLatch gone = new CountDownLatch(1);
            int stopAt = kill;
            int[] writes = {0};
            rig.procore.duringCalls(request -> {
                if (request.method().equals("POST") && request.path().endsWith("contract_payments")) {
                    synchronized (writes) {
                        if (++writes[0] == stopAt) {
                            atWork.countDown();
                        } else {
                            return;
                        }
                    }
                    await(gone);
                }
            });
            Process once = start(rig.folder, rig.folder.resolve("payments-issued.jar"), "once");
            assertThat(atWork.await(90, TimeUnit.SECONDS)).as("write %d was reached", kill).isTrue();
            once.destroyForcibly().waitFor();
            gone.countDown();
        }
        rig.procore.duringCalls(request -> { });

        assertThat(run("once")).isZero();

        assertThat(rig.paymentsIssued()).extracting(PaymentIssued::originId).doesNotHaveDuplicates().hasSize(payments);
    }

    private void payments(int number) {
        StringBuilder lookup = new StringBuilder();
        for (int i = 1; i <= number; i++) {
            rig.quickBooks.has(check("K" + i).number("1090" + i).dated("2026-03-25").to("Harlan Drywall LLC")
                    .pays("B" + i, "HD-" + i, "100.00"));
            lookup.append("B").append(i).append(",1001,11,work_order_contract,,\n");
        }
        rig.lookup(lookup.toString().strip());
    }

    private int run(String... arguments) {
        return run(rig.folder, rig.folder.resolve("payments-issued.jar"), arguments);
    }

    private int run(Path directory, Path jar, String... arguments) {
        try {
            Process process = start(directory, jar, arguments);
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("ended in time").isTrue();
            printed = output(arguments[0]);
            return process.exitValue();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private Process start(Path directory, Path jar, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
                .redirectOutput(outputFile(arguments[0]).toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        started.add(process);
        return process;
    }

    private Path outputFile(String command) {
        return rig.folder.resolve(command + ".out");
    }

    private String output(String command) {
        try {
            return Files.readString(outputFile(command), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitOutput(String command, String text) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> output(command).contains(text));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
