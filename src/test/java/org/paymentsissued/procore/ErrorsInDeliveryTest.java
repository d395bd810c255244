package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;

/** The JVM itself fails in the middle of a delivery: out of memory, a class that is missing. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class ErrorsInDeliveryTest {

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    /** A step of the installation in which the JVM fails. */
    public static final class Broken {
        static final AtomicBoolean ON = new AtomicBoolean();

        public void work() {
            if (ON.get()) {
                throw new OutOfMemoryError("on purpose");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"- to: direct:procore\n",
        "- to: direct:yours-row-due\n", "- to:\n                  uri: \"{{procore.url}}/rest\""})
    void an_error_ends_its_row_and_neither_the_turn_nor_the_lease_is_kept(String before) throws IOException {
        rig.with("delivery.max-attempts", "2").with("commitments.refresh", "false");
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00"));
        rig.quickBooks.has(check("K2").number("10903").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "1.00"));
        rig.lookup("B1,1001,11,work_order_contract,,");
        Path example = Files.createDirectories(rig.folder.resolve("example/routes"));
        String deliver = Files.readString(Path.of("routes/50-deliver.yaml"));
        boolean inTheCall = before.contains("procore.url");
        int at = deliver.indexOf(before);
        String indent = deliver.substring(deliver.lastIndexOf('\n', at) + 1, at);
        Files.writeString(example.resolve("50-deliver.yaml"), deliver.substring(0, at) + "- bean: {beanType: "
                + Broken.class.getName() + ", method: work}\n" + indent + deliver.substring(at));
        rig.withExample(example.getParent());
        Broken.ON.set(true);

        long start = System.nanoTime();
        assertThat(rig.once()).as("the command ends").isEqualTo(inTheCall ? 3 : 1);

        assertThat(rig.printed()).contains("on purpose");
        assertThat(rig.deadLetters()).as("where it is the row's own").hasSize(inTheCall ? 0 : 2);
        assertThat(java.time.Duration.ofNanos(System.nanoTime() - start)).as("no one waited for the rows that failed")
                .isLessThan(java.time.Duration.ofMinutes(1));
        assertThat(rig.paymentsIssued()).isEmpty();
        assertThat(rig.query("select claimed_by from payment where claimed_by is not null")).isEmpty();
    }
}
