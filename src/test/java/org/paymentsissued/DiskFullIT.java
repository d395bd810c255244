package org.paymentsissued;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;

/** The ledger's disk is full. The disk is one of the test's own, in memory; where none can be mounted the test is left out. */
@Tag("faults")
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DiskFullIT {

    private static final Path JAR = Path.of("target", "payments-issued.jar").toAbsolutePath();
    private static final int PAYMENTS = 1_500;
    private static final int ROOM = 400_000;

    private final Rig rig = new Rig();
    private final Path disk = rig.folder.resolve("disk");
    private boolean mounted;
    private String printed = "";

    @BeforeEach
    void mount() throws Exception {
        Files.createDirectory(disk);
        mounted = command("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk.toString()) == 0;
        assumeTrue(mounted, "No file system can be mounted here: a full disk was not tried.");
        Files.copy(Path.of("application.properties"), rig.folder.resolve("application.properties"));
        Files.createDirectory(rig.folder.resolve("routes"));
        try (Stream<Path> routes = Files.list(Path.of("routes"))) {
            for (Path route : routes.toList()) {
                Files.copy(route, rig.folder.resolve("routes").resolve(route.getFileName()));
            }
        }
        rig.with("database.url", "jdbc:h2:file:" + disk.resolve("ledger")).with("quickbooks.page-size", "100")
                .with("commitments.refresh", "false");
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.lookup("B1,1001,11,work_order_contract,,");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(command("umount", disk.toString())).isZero();
        }
        rig.close();
    }

    @Test
    void a_full_disk_loses_and_doubles_nothing_and_the_rest_follows_once_there_is_room() throws Exception {
        pay(1, 20);
        assertThat(once()).as(printed).isZero();
        Path filling = disk.resolve("filling");
        fillBut(ROOM, filling);

        pay(21, PAYMENTS);
        assertThat(once()).as("the exit code of a sync on a full disk: " + printed).isNotZero();
        int delivered = rig.paymentsIssued().size();
        System.out.printf("disk full: %d of %d in Procore when there was no room%n", delivered, PAYMENTS);
        assertThat(delivered).isLessThan(PAYMENTS);
        assertThat(once()).as("still full").isNotZero();

        Files.delete(filling);
        assertThat(once()).as(printed).isZero();

        assertThat(rig.paymentsIssued()).hasSize(PAYMENTS).extracting(PaymentIssued::originId).doesNotHaveDuplicates();
        assertThat(rig.procore.violations()).isEmpty();
        assertThat(rig.query("select count(*) from ledger_row where state = 'delivered' and flight is null"))
                .containsExactly(Integer.toString(PAYMENTS));
    }

    private void pay(int first, int last) {
        for (int i = first; i <= last; i++) {
            rig.quickBooks.has(check("K" + i).number(Integer.toString(10_000 + i)).dated("2026-03-25").to("Harlan Drywall LLC")
                    .pays("B1", "HD-0431", i + ".00"));
        }
    }

    private static void fillBut(long room, Path filling) throws IOException {
        try (OutputStream out = Files.newOutputStream(filling)) {
            byte[] some = new byte[10_000];
            while (Files.getFileStore(filling).getUsableSpace() > room) {
                out.write(some);
            }
        }
    }

    private int once() throws Exception {
        Path out = rig.folder.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", JAR.toString(), "once").directory(rig.folder.toFile())
                .redirectErrorStream(true).redirectOutput(out.toFile());
        rig.given().forEach((key, value) -> builder.environment()
                .put(new Setting(key, new Setting.Text(), false, "").environmentVariable(), value));
        Process process = builder.start();
        assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("ended in time").isTrue();
        printed = Files.readString(out);
        return process.exitValue();
    }

    private static int command(String... words) throws Exception {
        try {
            return new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }
}
