package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.paymentsissued.rig.Rig;

/** The ledger's disk is full. The disk is one of the test's own, in memory; where none can be mounted the test is left out. */
@Tag("faults")
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DiskFullIT {

    private static final int PAYMENTS = 400;
    private static final int ROOM = 200_000;

    private final Rig rig = new Rig();
    private final Path disk = rig.folder.resolve("disk");
    private final Path filling = disk.resolve("filling");
    private boolean mounted;
    private String printed = "";

    @BeforeEach
    void mount() throws Exception {
        Files.createDirectory(disk);
        mounted = command("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk.toString()) == 0;
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
    void a_disk_that_is_full_while_quickbooks_is_read_loses_nothing_and_the_rest_follows_once_there_is_room() throws Exception {
        pay(1, 20);
        assertThat(once()).as(printed).isZero();
        fillBut(ROOM);

        pay(21, PAYMENTS);
        assertThat(once()).as("the exit code of a sync on a full disk").isNotZero();
        assertThat(printed).contains("No space left on " + disk, "Nothing is lost; free space and run again.");
        assertThat(printed.lines()).as("what a full disk makes of the log").hasSizeLessThan(60);
        assertThat(rig.paymentsIssued()).hasSizeLessThan(PAYMENTS);
        assertThat(once()).as("still full").isNotZero();

        Files.delete(filling);
        theRestFollows();
    }

    @Test
    void a_disk_that_fills_up_in_the_middle_of_a_call_doubles_nothing() throws Exception {
        AtomicInteger creates = new AtomicInteger();
        rig.procore.duringCalls(request -> {
            if (request.method().equals("POST") && request.path().contains("contract_payments")
                    && creates.incrementAndGet() == PAYMENTS / 2) {
                fillBut(0);
            }
        });
        pay(1, PAYMENTS);
        assertThat(once()).as("the exit code of a sync whose answers cannot be written down").isNotZero();
        assertThat(printed).contains("No space left on " + disk, "Nothing is lost; free space and run again.");
        assertThat(printed.lines()).as("what a full disk makes of the log").hasSizeLessThan(60);
        assertThat(rig.paymentsIssued()).hasSizeBetween(PAYMENTS / 2, PAYMENTS - 1);

        Files.delete(filling);
        theRestFollows();
    }

    private void theRestFollows() throws Exception {
        assertThat(once()).as(printed).isZero();
        assertThat(rig.paymentsIssued()).hasSize(PAYMENTS).extracting(PaymentIssued::originId).doesNotHaveDuplicates();
        assertThat(rig.procore.violations()).isEmpty();
        assertThat(rig.query("select count(*) from ledger_row where state = 'delivered' and pending_call is null"))
                .containsExactly(Integer.toString(PAYMENTS));
    }

    private void pay(int first, int last) {
        for (int i = first; i <= last; i++) {
            rig.quickBooks.has(check("K" + i).number(Integer.toString(10_000 + i)).dated("2026-03-25").to("Harlan Drywall LLC")
                    .pays("B1", "HD-0431", i + ".00"));
        }
    }

    private void fillBut(long room) {
        try (OutputStream out = Files.newOutputStream(filling)) {
            byte[] much = new byte[256 * 1024];
            while (Files.getFileStore(filling).getUsableSpace() > room + 2 * much.length) {
                out.write(much);
            }
            byte[] some = new byte[4_096];
            while (Files.getFileStore(filling).getUsableSpace() > room) {
                out.write(some);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int once() throws Exception {
        Path out = rig.folder.resolve("out");
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                "org.paymentsissued.Application", "once").directory(rig.folder.toFile())
                .redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().putAll(rig.environment());
        Process process = builder.start();
        assertThat(process.waitFor(4, TimeUnit.MINUTES)).as("ended in time").isTrue();
        printed = Files.readString(out);
        if (Boolean.getBoolean("rig.show")) {
            System.out.println(printed);
        }
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
