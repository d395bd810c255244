package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;

/** Whole responses as QuickBooks writes them, dropped as files and followed into Procore. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ExampleResponsesTest {

    private static final List<String> BILLS = List.of("19F01-1765300223", "19F44-1765473023", "19FA0-1765732223",
            "19FB3-1765740000", "19FD0-1766419961", "19FD4-1766420408", "19FC1-1766077500", "19FE8-1766935800",
            "19FE9-1766935860", "19FF1-1767110400", "19FF6-1767201010", "1A002-1767366000", "1A003-1767366300",
            "19F01-1767000000", "19F02-1767000000", "19F03-1767000000", "19F04-1767000000", "19F05-1767000000",
            "19F50-1765472400", "19F51-1765472520", "1A001-1767625260", "1A002-1767625320", "1A003-1767625380");

    private final Rig rig = new Rig().with("quickbooks.transport", "file");

    @BeforeEach
    void everyBillHasACommitment() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Northfork Steel Erectors LLC");
        rig.lookup(BILLS.stream().map(bill -> bill + ",1001,11,work_order_contract,,").toArray(String[]::new));
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    @Test
    void what_is_legal_is_read_and_what_is_doubtful_is_set_aside() {
        drop("check-applied-to-journal-entry", "check-credit-only-zero-payment", "check-duplicate-applied-lines",
                "check-multi-currency", "check-unusual-amounts-and-datetimes", "check-without-applied-lines",
                "example-check-three-bills", "iterator-page-1", "iterator-page-2", "response-creditcard", "status-1-empty",
                "status-500-warn-with-rows");

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.ledger()).containsExactly(
                "1A2B3-1768062623|19F01-1765300223|delivered|10000.00",
                "1A2B3-1768062623|19F44-1765473023|delivered|4950.00",
                "1A2B3-1768062623|19FA0-1765732223|delivered|2500.00",
                "1A2F0-1768237200|19F50-1765472400|delivered|150.00",
                "1A2F1-1768239000|19F51-1765472520|delivered|990.00",
                "1A301-1768150000|19FB3-1765740000|delivered|812.50",
                "1A431-1768928400|19FE8-1766935800|skipped|0.00",
                "1A432-1768928670|19FE9-1766935860|skipped|415.25",
                "1A440-1769026967||skipped|2200.00",
                "1A450-1769094300|19EE0-1764633600|skipped|300.00",
                "1A451-1769094540|19EE0-1764633600|skipped|700.00",
                "1A451-1769094540|19FF1-1767110400|delivered|350.00",
                "1A460-1769208312|19FF6-1767201010|delivered|5000.00",
                "1A470-1769443262|1A002-1767366000|dead|6000.00",
                "1A470-1769443262|1A003-1767366300|dead|4000.00",
                "1A4A1-1773000000|19F01-1767000000|delivered|1200.00",
                "1A4A2-1773000000|19F02-1767000000|delivered|5.00",
                "1A4A3-1773000000|19F03-1767000000|delivered|812.50",
                "1A4A4-1773000000|19F04-1767000000|delivered|9999999999999.99",
                "1A4A5-1773000000|19F05-1767000000|dead|-75.00",
                "1A4A6-1773000000|19F06-1767000000|dead|",
                "1A4A6-1773000000|19F07-1767000000|dead|",
                "1A4A7-1773000000|19F08-1767000000|dead|10.00",
                "1A4A8-1773000000||skipped|0.00",
                "1A4B0-1770044400|1A001-1767625260|delivered|1000.00",
                "1A4B1-1770045600|1A002-1767625320|delivered|2000.00",
                "1A4B2-1770048300|1A003-1767625380|delivered|3000.00");
        assertThat(rig.deadLetters()).hasSize(4)
                .anySatisfy(sentence -> assertThat(sentence).contains("Euro").contains("10505"))
                .anySatisfy(sentence -> assertThat(sentence).contains("1A4A5").contains("negative"))
                .anySatisfy(sentence -> assertThat(sentence).contains("1A4A6").contains("no date"))
                .anySatisfy(sentence -> assertThat(sentence).contains("1A4A7").contains("no amount"));
        assertThat(rig.printed()).contains("2,200.00 is unapplied").contains("JournalEntry AJE-12")
                .contains("credits or discounts settled CES-1191");
        assertThat(rig.paymentsIssued()).filteredOn(record -> record.originId().startsWith("1A4A3"))
                .singleElement().satisfies(record -> assertThat(record.date()).hasToString("2026-03-09"));
        assertThat(files("inbox/done")).hasSize(12);
        assertThat(files("inbox/failed")).isEmpty();
        assertThat(rig.query("select count(*) from watermark")).containsExactly("0");
    }

    @Test
    void the_accents_and_ampersands_of_a_vendor_are_text() {
        drop("example-check-three-bills", "check-multi-currency");
        rig.once();

        assertThat(rig.query("select payee from payment order by id"))
                .containsExactly("Fassadenbau Süd GmbH", "B&M Concrete \"West\"");
        assertThat(rig.query("select memo from payment where payment_txn_id = '1A2B3-1768062623'"))
                .containsExactly("Draws 3-5 Décor package");
    }

    @Test
    void a_check_is_reallocated_then_voided() {
        drop("check-pays-two-bills-of-two-jobs");
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).extracting(record -> record.originId() + " " + record.amount())
                .containsExactlyInAnyOrder("1A417-1768510953|19FD0-1766419961 12500.00",
                        "1A417-1768510953|19FD4-1766420408 7250.50");

        drop("check-edited-reallocated");
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).extracting(record -> record.originId() + " " + record.amount())
                .containsExactly("1A417-1768510953|19FD0-1766419961 10000.00");
        assertThat(rig.ledger()).containsExactly("1A417-1768510953|19FD0-1766419961|delivered|10000.00",
                "1A417-1768510953|19FD4-1766420408|removed|7250.50");

        drop("check-voided");
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).isEmpty();
        assertThat(rig.ledger()).allSatisfy(row -> assertThat(row).contains("|removed|"));

        drop("check-pays-two-bills-of-two-jobs");
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).as("an old file does not bring a voided check back").isEmpty();
    }

    @Test
    void a_voided_check_whose_lines_keep_their_amounts_is_gone_all_the_same() {
        drop("check-pays-two-bills-of-two-jobs");
        rig.once();
        drop("check-voided-old-applied-amounts");
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).isEmpty();
    }

    @Test
    void deletions_take_their_payments_out_and_unknown_ones_need_nothing() {
        drop("credit-card-pays-one-bill-in-part", "iterator-page-1");
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).hasSize(3);

        drop("txn-deleted-two-deletions");
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).extracting(record -> record.originId())
                .containsExactly("1A4B1-1770045600|1A002-1767625320");
        assertThat(rig.ledger()).contains("1A40C-1768403710|19FC1-1766077500|removed|3000.00",
                "1A4B0-1770044400|1A001-1767625260|removed|1000.00");

        drop("credit-card-pays-one-bill-in-part");
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).as("a file from before the deletion").hasSize(1);
    }

    @Test
    void an_error_in_an_envelope_takes_nothing_from_its_siblings_and_is_told() {
        drop("example-check-three-bills");
        rig.once();
        drop("response-mixed-envelope");

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.ledger()).contains("1A2C9-1768070000||removed|0.00",
                "1A2B3-1768062623|19F01-1765300223|removed|10000.00");
        assertThat(rig.paymentsIssued()).isEmpty();
        assertThat(rig.deadLetters()).singleElement().satisfies(sentence -> assertThat(sentence)
                .contains("response-mixed-envelope.xml").contains("3030").contains("BillPaymentCreditCardQueryRs"));
    }

    @Test
    void of_an_ill_formed_file_the_record_to_blame_is_set_aside_and_the_others_are_taken() {
        String spoiled = text("iterator-page-1").replaceFirst("<RefNumber>[^<]*</RefNumber>", "<RefNumber>a & b</RefNumber>");
        rig.drop("inbox", "spoiled.xml", spoiled);

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.paymentsIssued()).extracting(record -> record.originId())
                .containsExactly("1A4B1-1770045600|1A002-1767625320");
        assertThat(rig.deadLetters()).singleElement().satisfies(sentence -> assertThat(sentence)
                .contains("1A4B0-1770044400").contains("left out"));
        assertThat(files("inbox/done")).hasSize(1);

        drop("iterator-page-1");
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).as("corrected at its source").hasSize(2);
    }

    @Test
    void an_ill_formed_file_with_a_refused_question_is_refused_whole() {
        drop("example-check-three-bills");
        rig.once();
        rig.drop("inbox", "spoiled.xml", text("response-mixed-envelope").replaceFirst("<TxnDelType>", "<TxnDelType>&"));

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.paymentsIssued()).hasSize(3);
        assertThat(files("inbox/failed")).hasSize(1);
    }

    @Test
    void a_file_that_is_cut_off_is_refused_whole() {
        String whole = text("iterator-page-1");
        rig.drop("inbox", "short.xml", whole.substring(0, whole.lastIndexOf("</BillPaymentCheckRet>")));

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.ledger()).isEmpty();
        assertThat(rig.deadLetters()).singleElement().asString().contains("short.xml").contains("cut off");
        assertThat(files("inbox/failed")).hasSize(1);
    }

    @Test
    void what_holds_no_payments_is_no_success() {
        drop("status-3120-error", "empty-msgsrs", "bill-query-three-bills");

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.deadLetters()).hasSize(2)
                .anySatisfy(sentence -> assertThat(sentence).contains("3120"))
                .anySatisfy(sentence -> assertThat(sentence).contains("it holds no response"));
        assertThat(files("inbox/failed")).hasSize(2);
        assertThat(files("inbox/done")).hasSize(1);
        assertThat(rig.ledger()).isEmpty();
    }

    private void drop(String... names) {
        for (String name : names) {
            rig.drop("inbox", name + ".xml", text(name));
        }
    }

    static String text(String name) {
        try (InputStream in = ExampleResponsesTest.class.getResourceAsStream("/qbxml/" + name + ".xml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> files(String folder) {
        Path path = rig.folder.resolve(folder);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
