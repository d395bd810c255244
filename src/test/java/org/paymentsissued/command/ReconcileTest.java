package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ReconcileTest {

    private final Rig rig = new Rig();
    private String printed;

    @BeforeEach
    void fourChecksDelivered() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.requisition(11, 501, "B1", "HD-0431", "14400.00");
        for (int i = 1; i <= 4; i++) {
            rig.quickBooks.has(check("K" + i).number("no-" + i).dated("2026-03-25").to("Harlan Drywall LLC")
                    .pays("B1", "HD-0431", i + "00.00"));
        }
        rig.procore.addByHand(11, "5.00", "2026-01-01", "typed");
        assertThat(rig.once()).isZero();
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private int reconcile(Reconcile.Wish wish) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
                Installation installation = rig.start()) {
            return new Reconcile(installation, stream, stream).run(wish, Optional.of(Path.of(rig.path("report.csv"))));
        } catch (InterruptedException | IOException e) {
            throw new AssertionError(e);
        } finally {
            printed = out.toString(StandardCharsets.UTF_8);
        }
    }

    private long id(String key) {
        return rig.paymentsIssued().stream().filter(record -> key.equals(record.originId())).findFirst().orElseThrow().id();
    }

    @Test
    void what_is_equal_is_told_as_equal_and_the_typed_record_is_left_alone() {
        assertThat(reconcile(Reconcile.Wish.REPORT)).isZero();

        assertThat(printed).containsPattern("1001 +11 +4 +0 +0 +0 +0 +1 +SC-014 of Riverside Clinic");
    }

    @Test
    void a_missing_a_changed_and_an_unlinked_record_are_told_and_mended() throws IOException {
        rig.procore.remove(id("K1|B1"));
        rig.procore.editAmount(id("K2|B1"), "999.00");

        assertThat(reconcile(Reconcile.Wish.REPORT)).isEqualTo(1);
        assertThat(printed).contains("missing, SC-014 of Riverside Clinic (commitment 11 of project 1001), Check no-1 of 2026-03-25",
                "QuickBooks 100.00, Procore none", "QuickBooks 200.00, Procore 999.00: other amount");
        assertThat(Files.readAllLines(Path.of(rig.path("report.csv")))).hasSize(3).first()
                .satisfies(header -> assertThat(header).startsWith("kind,project_id,commitment_id"));
        assertThat(rig.paymentsIssued()).hasSize(4);

        assertThat(reconcile(Reconcile.Wish.FIX)).isZero();
        assertThat(rig.paymentsIssued()).filteredOn(record -> record.originId() != null)
                .extracting(record -> record.amount().toBigInteger().intValue())
                .containsExactlyInAnyOrder(100, 200, 300, 400);
        assertThat(reconcile(Reconcile.Wish.REPORT)).isZero();
    }

    @Test
    void a_record_whose_payment_was_deleted_while_an_older_ledger_did_not_know_it_goes() {
        rig.quickBooks.delete(PaymentKind.CHECK, "K3");
        rig.with("database.url", "jdbc:h2:file:" + rig.path("older-ledger"));
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).hasSize(5);

        assertThat(reconcile(Reconcile.Wish.REPORT)).isEqualTo(1);
        assertThat(printed).contains("extra", "payment K3", "QuickBooks has no such payment on this bill");
        assertThat(reconcile(Reconcile.Wish.FIX)).isZero();

        assertThat(rig.paymentsIssued()).extracting(PaymentIssued::originId).doesNotContain("K3|B1").hasSize(4);
    }

    @Test
    void adopting_teaches_the_ledger_and_writes_nothing() {
        rig.procore.editAmount(id("K2|B1"), "999.00");
        long writes = rig.writes();

        assertThat(reconcile(Reconcile.Wish.ADOPT)).isEqualTo(1);
        assertThat(rig.writes()).isEqualTo(writes);

        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).anySatisfy(record -> assertThat(record.amount()).isEqualByComparingTo("200.00"));
    }

    @Test
    void a_record_of_a_payment_that_the_ledger_never_read_is_told_and_never_removed() {
        rig.with("database.url", "jdbc:h2:file:" + rig.path("young-ledger")).with("poll.start", "2099-01-01T00:00:00");
        assertThat(rig.once()).isZero();
        rig.quickBooks.has(check("K9").number("no-9").dated("2026-03-25").pays("B1", "HD-0431", "1.00"));

        assertThat(reconcile(Reconcile.Wish.FIX)).isEqualTo(1);

        assertThat(printed).contains("the ledger does not know this payment", "backfill");
        assertThat(rig.paymentsIssued()).hasSize(5);
    }

    @Test
    void procore_being_away_is_no_difference() {
        rig.procoreGoesAway();

        assertThat(reconcile(Reconcile.Wish.FIX)).isEqualTo(ExitCode.UNREACHABLE);

        rig.procoreComesBack();
        assertThat(reconcile(Reconcile.Wish.REPORT)).isZero();
    }
}
