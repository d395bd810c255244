package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;

/** What the documents leave open and a real server answers in passing is noted once, and gives no one away. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class LearnedFactsTest {

    private final Rig rig = new Rig();

    @BeforeEach
    void aCheckThatIsDelivered() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.requisition(11, 501, "B1", "HD-0431", "14400.00");
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9876.54"));
        assertThat(rig.once()).isZero();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private String checked(Optional<Path> learned, int code) {
        rig.freePorts();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            assertThat(new Check(rig.folder, Map.of(), rig.properties(), Path.of("routes"), stream).run(learned)).isEqualTo(code);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void check_lists_what_is_known_and_exports_every_question_without_names_and_amounts() throws IOException {
        rig.quickBooks.voidPayment(PaymentKind.CHECK, "K1");
        rig.once();
        Path file = rig.folder.resolve("learned.txt");

        assertThat(checked(Optional.of(file), ExitCode.FINE)).contains("In what form does Procore give the date of a payment? 9999-99-99",
                "what was learned is in " + file);

        String report = Files.readString(file);
        assertThat(report).contains("DATE_FORM: In what form does Procore give the date of a payment?", "9999-99-99",
                "RATE_LIMIT_HEADERS", "COMMITMENT_TYPES", "WorkOrderContract", "VOID_SHAPE", "its amount is 0.00",
                "DUPLICATE_KEY: What does Procore answer to a second record with the same key?\n  not known yet");
        assertThat(report).doesNotContain("Harlan", "Riverside", "9876", "K1", "10902", "HD-0431", "B1|", "1001");
    }

    @Test
    void a_fact_is_noted_once_however_often_it_is_seen() {
        rig.quickBooks.has(check("K2").number("10903").dated("2026-03-26").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "1.00"));
        rig.once();

        assertThat(rig.query("select count(*) from learned_fact where fact = 'DATE_FORM'")).containsExactly("1");
    }

    @Test
    void a_file_that_cannot_be_written_is_named() {
        Path file = rig.folder.resolve("no such folder").resolve("learned.txt");

        assertThat(checked(Optional.of(file), ExitCode.MISCONFIGURED)).contains("WRONG", "could not be written to " + file);
    }
}
