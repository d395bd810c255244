package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;

/**
 * The image of the zip, built and run by podman as docs/installation.md says, without an engine. Debian with a Java runtime is its base in
 * place of the public image, and it shares the network of the machine, so that it reaches the stand-ins.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ContainerIT {

    private static final String HOME = "/opt/payments-issued";
    /** What a machine without systemd and with few rights needs. */
    private static final List<String> MODEST = List.of("--network", "host", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000",
            "--health-interval", "disable", "--log-driver", "k8s-file");

    @TempDir
    private static Path place;

    private final Rig rig = new Rig();
    private final Map<String, String> environment = new TreeMap<>();

    @BeforeAll
    static void an_image_built_as_the_page_says() throws Exception {
        assumeTrue(ended("sh", "-c", "[ \"$(id -u)\" = 0 ] && podman --version && runc --version && debootstrap --version").isEmpty(),
                "Not root, or no podman, runc or debootstrap on this machine: the image was not built.");
        done("sh", "-euc", """
                mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
                debootstrap --variant=minbase --include=openjdk-17-jre-headless "$(. /etc/os-release; echo "$VERSION_CODENAME")" \
                  root "$mirror"
                tar -C root --exclude ./var/cache/apt --exclude ./var/lib/apt --exclude './dev/*' -cf java.tar .
                rm -rf root""");
        String archive;
        try (Stream<Path> archives = Files.list(Path.of("target"))) {
            archive = archives.filter(file -> file.toString().endsWith(".tar.gz")).findFirst().orElseThrow().toAbsolutePath().toString();
        }
        done("sh", "-euc", "mkdir unpacked; tar -xzf '" + archive + "' -C unpacked --strip-components 1");
        podman("import", "java.tar", "localhost/java");
        List<String> probe = new ArrayList<>(podmanWords("run", "--rm"));
        probe.addAll(MODEST);
        probe.addAll(List.of("localhost/java", "true"));
        String cannot = ended(probe.toArray(String[]::new));
        assumeTrue(cannot.isEmpty(), "podman runs no container on this machine (" + cannot + "): the image was not built.");
        podman("build", "--layers=false", "--isolation", "chroot", "--format", "docker", "--build-arg", "BASE=localhost/java",
                "-t", "payments-issued", place.resolve("unpacked").toString());
    }

    @AfterAll
    static void the_image_is_gone() throws Exception {
        ended("rm", "-rf", place.resolve("store").toString(), place.resolve("run").toString());
    }

    @BeforeEach
    void settings_and_ledger_outside() {
        rig.freePorts();
        rig.with("commitments.refresh", "false");
        rig.without("database.url").without("commitments.inbox").without("backup.folder").without("quickbooks.inbox");
        environment.putAll(rig.environment());
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC").pays("B1", "HD-0431", "100.00"));
    }

    @AfterEach
    void end() throws Exception {
        podman("rm", "--all", "--force", "--time", "10");
        podman("volume", "rm", "--all", "--force");
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    @Test
    void it_runs_without_rights_takes_a_copied_csv_stops_well_and_its_ledger_outlives_it() throws Exception {
        container("-d", "--name", "payments-issued", "payments-issued");
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> ended(podmanWords("healthcheck", "run", "payments-issued")
                .toArray(String[]::new)).isEmpty());
        assertThat(podman("exec", "payments-issued", "id", "-u")).isEqualTo("10001");

        Path csv = Files.writeString(place.resolve("bills.csv"), "bill_txn_id,project_id,commitment_id,commitment_type,requisition_id,"
                + "invoice_number\nB1,1001,11,work_order_contract,,\n");
        podman("cp", csv.toString(), "payments-issued:" + HOME + "/commitments/");
        assertThat(podman("exec", "payments-issued", "bin/payments-issued", "check")).contains("which the running instance has")
                .doesNotContain("WRONG");
        podman("stop", "--time", "60", "payments-issued");
        assertThat(done("sh", "-c", String.join(" ", podmanWords("logs", "payments-issued", "2>&1"))))
                .contains("payments-issued is running", "Stopped.").doesNotContain("ERROR");
        assertThat(podman("inspect", "--format", "{{.State.ExitCode}}", "payments-issued")).isIn("0", "143");

        container("--rm", "payments-issued", "once");
        assertThat(rig.paymentsIssued()).hasSize(1);
        assertThat(container("--rm", "payments-issued", "once")).containsPattern("delivered +0 +1");
        assertThat(rig.paymentsIssued()).hasSize(1);
    }

    /** {@code podman run} with the volumes of the page. */
    private String container(String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("run"));
        words.addAll(MODEST);
        for (String volume : List.of("data", "commitments", "inbox")) {
            words.addAll(List.of("-v", "payments-issued-" + volume + ":" + HOME + "/" + volume));
        }
        environment.forEach((name, value) -> words.addAll(List.of("-e", name + "=" + value)));
        words.addAll(List.of(options));
        return podman(words.toArray(String[]::new));
    }

    private static List<String> podmanWords(String... words) {
        List<String> all = new ArrayList<>(List.of("podman", "--root", place.resolve("store").toString(), "--runroot",
                place.resolve("run").toString(), "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--runtime", "/usr/sbin/runc"));
        all.addAll(List.of(words));
        return all;
    }

    private static String podman(String... words) throws Exception {
        return done(podmanWords(words).toArray(String[]::new));
    }

    /** @return what it printed on standard output */
    private static String done(String... words) throws Exception {
        Path errors = place.resolve("errors.txt");
        Path output = place.resolve("output.txt");
        Process process = new ProcessBuilder(words).directory(place.toFile()).redirectError(errors.toFile())
                .redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("ended in time: %s", List.of(words)).isTrue();
        String printed = Files.readString(output).strip();
        assertThat(process.exitValue()).as("%s%n%s%n%s", List.of(words), printed, Files.readString(errors)).isZero();
        return printed;
    }

    /** @return empty if it ended well, or else how it ended */
    private static String ended(String... words) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(words).directory(place.toFile()).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (!process.waitFor(1, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return "not in time";
            }
            return process.exitValue() == 0 ? "" : "exit code " + process.exitValue();
        } catch (IOException e) {
            return e.getMessage();
        }
    }
}
