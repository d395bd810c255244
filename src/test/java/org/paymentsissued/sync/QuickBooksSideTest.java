package org.paymentsissued.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.bill;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;
import static org.paymentsissued.demo.SimulatedQuickBooks.creditCard;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paymentsissued.Application;
import org.paymentsissued.command.ExitCode;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.demo.TestQuickBooks;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.rig.SimulatedGateway;
import org.paymentsissued.setup.Settings;

/** What can go wrong on QuickBooks' side, followed from the gateway into Procore. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class QuickBooksSideTest {

    private static final String SC_014 = ",1001,11,work_order_contract,,";

    private final Rig rig = new Rig();

    @BeforeEach
    void oneCommitment() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.lookup("B1" + SC_014, "B2" + SC_014);
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    @ParameterizedTest
    @CsvSource({"200, '', 3, it is empty", "200, <html>Login</html>, 3, <html>", "503, busy, 3, 'HTTP 503, \"busy\"'",
            "200, 0x80040400 QuickBooks found an error when parsing, 2, qbxml-version", "500, 0x80040400, 2, qbxml-version",
            "500, 0x80040408 Could not start QuickBooks, 3, Could not start QuickBooks", "502, 0x8004040A, 2, right company file",
            "200, &lt;QBXML&gt;, 3, &lt;QBXML&gt;", "404, <html>, 2, quickbooks.url",
            "401, no, 2, refuses the login", "302, moved, 2, quickbooks.url", "400, 0x80040400, 2, qbxml-version",
            "200, <QBXML><QBXMLMsgsRs/></QBXML>, 3, holds no response"})
    void what_is_no_answer_is_told_with_its_cause_and_nothing_is_lost(int status, String body, int exitCode, String told) {
        rig.quickBooks.has(check("K1").pays("B1", "HD-0431", "9000.00"));
        rig.gateway.answersNext(status, "text/xml", body == null ? "" : body);

        assertThat(rig.once()).isEqualTo(exitCode);
        assertThat(rig.printed()).contains("QUICKBOOKS").contains(told).doesNotContain("Exception");
        assertThat(rig.query("select count(*) from watermark")).containsExactly("0");

        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).hasSize(1);
    }

    @Test
    void a_record_that_is_not_xml_becomes_a_dead_letter_with_its_text_and_is_resolved_once_it_is_mended() {
        rig.quickBooks.has(check("K1").number("1").modified("2026-01-05T10:00:00").pays("B1", "HD-0431", "9000.00"));
        rig.quickBooks.has(check("K2").number("2").modified("2026-01-05T10:00:07").pays("B2", "HD-0440", "50.00"));
        rig.gateway.passesThrough(answer -> answer.replace("<RefNumber>2<", "<RefNumber>&#x10;<"));

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);
        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.paymentsIssued()).extracting(record -> record.originId()).containsExactly("K1|B1");
        assertThat(rig.query("select stage || ' ' || attempts || ' ' || qbxml from dead_letter")).singleElement()
                .asString().startsWith("split 1 <BillPaymentCheckRet>").contains("K2").contains("&#x10;");
        assertThat(rig.deadLetters()).singleElement().asString().contains("K2").contains("control character");
        assertThat(rig.query("select host_time from watermark")).contains("2026-01-05T10:00:07");

        rig.gateway.passesThrough(answer -> answer);
        rig.quickBooks.edit(PaymentKind.CHECK, "K2", payment -> payment.memo("typed again"));
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).hasSize(2);
    }

    @Test
    void a_payment_without_its_own_id_is_a_dead_letter_and_the_others_go_on() {
        rig.quickBooks.has(check("K1").pays("B1", "HD-0431", "9000.00")).has(check("K2").pays("B2", "HD-0440", "50.00"));
        rig.gateway.passesThrough(answer -> answer.replace("<BillPaymentCheckRet>\n<TxnID>K1</TxnID>", "<BillPaymentCheckRet>"));

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.paymentsIssued()).extracting(record -> record.originId()).containsExactly("K2|B2");
        assertThat(rig.deadLetters()).singleElement().asString().contains("has no TxnID").contains("9000.00");
        assertThat(rig.query("select count(*) from watermark")).containsExactly("1");
    }

    @Test
    void a_waiting_payment_shows_the_job_order_and_vendor_of_its_bill() {
        rig.quickBooks.hasBill(bill("B9").of("Harlan Drywall LLC").number("HD-0500").line("Ridgeline:Maple Garage", "100.00")
                .purchaseOrder("P1", "SC-2025-014"));
        rig.quickBooks.has(check("K1").number("10902").pays("B9", "HD-0500", "100.00"));

        assertThat(rig.once()).isZero();

        assertThat(rig.printed()).contains("[job Ridgeline:Maple Garage; order SC-2025-014; vendor Harlan Drywall LLC;"
                + " bill TxnID B9]");
    }

    @Test
    void a_gateway_that_cannot_tell_of_bills_holds_up_no_payment() {
        rig.quickBooks.has(check("K1").pays("B1", "HD-0431", "9000.00").pays("B9", "HD-0500", "1.00"));
        rig.gateway.passesThrough(answer -> answer.contains("BillQueryRs") ? "<html>" : answer);
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).hasSize(1);
    }

    @Test
    void after_a_long_pause_all_payments_are_compared_and_it_says_so() {
        rig.quickBooks.has(check("K1").pays("B1", "HD-0431", "9000.00")).has(creditCard("C1").pays("B2", "HD-0440", "1.00"));
        rig.once();
        rig.quickBooks.delete(PaymentKind.CHECK, "K1");
        rig.quickBooks.hostClock(Clock.offset(Clock.system(ZoneId.of("America/Denver")), Duration.ofDays(100)));
        rig.update("update feed_reading set read_at = dateadd('DAY', -100, read_at)");

        assertThat(rig.once()).isZero();

        assertThat(rig.printed()).contains("compared by their ids: 0 exist, 1 were deleted since then")
                .contains("compared by their ids: 1 exist, 0 were deleted");
        assertThat(rig.paymentsIssued()).extracting(record -> record.originId()).containsExactly("C1|B2");
    }

    @Test
    void a_check_and_a_card_payment_of_one_id_on_one_bill_are_never_taken_for_each_other() {
        try (Rig own = new Rig()) {
            own.procore.project(1001, "Riverside Clinic");
            own.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
            own.lookup("B1" + SC_014);
            own.quickBooks.has(check("K1").number("10902").pays("B1", "HD-0431", "9000.00"))
                    .has(creditCard("K1").pays("B1", "HD-0431", "50.00"));

            assertThat(own.once()).isEqualTo(ExitCode.DEAD_LETTERS);

            assertThat(own.paymentsIssued()).extracting(record -> record.originId() + " " + record.amount())
                    .containsExactly("K1|B1 9000.00");
            assertThat(own.deadLetters()).singleElement().asString().contains("Check 10902");
            assertThat(own.procore.violations()).singleElement().asString().contains("second payment with origin_id K1|B1");
        }
    }

    // ---- another company file, a restored backup ---------------------------------------------------------------------

    @Test
    void a_restored_backup_is_told_and_moves_nothing_until_somebody_says_that_it_is_right() {
        rig.quickBooks.has(check("K1").number("101").modified("2026-01-05T10:00:00").pays("B1", "HD-0431", "9000.00"))
                .has(check("K2").number("102").modified("2026-01-05T10:01:00").pays("B2", "HD-0440", "50.00"));
        assertThat(rig.once()).isZero();
        rig.quickBooks.forget(PaymentKind.CHECK, "K1");
        rig.quickBooks.forget(PaymentKind.CHECK, "K2");
        rig.quickBooks.has(check("K3").number("103").modified("2026-01-05T11:00:00").pays("B1", "HD-0431", "7.00"));

        assertThat(rig.once()).isEqualTo(ExitCode.MISCONFIGURED);
        assertThat(rig.printed()).contains("Check 102", "Check 101", "once --restored=default");
        assertThat(rig.query("select error from sync_run order by id desc")).first().asString().contains("a backup was restored");
        assertThat(rig.paymentsIssued()).extracting(record -> record.originId()).containsExactlyInAnyOrder("K1|B1", "K2|B2");

        assertThat(rig.onceRestored("default")).isZero();
        assertThat(rig.printed()).contains("2 were deleted since then");
        assertThat(rig.paymentsIssued()).extracting(record -> record.originId()).containsExactly("K3|B1");
        assertThat(rig.once()).isZero();
    }

    // ---- backfill ----------------------------------------------------------------------------------------------------

    @Test
    void a_backfill_delivers_what_lies_before_the_first_poll() {
        rig.with("poll.start", "2026-06-01T00:00:00");
        rig.quickBooks.has(check("K1").dated("2025-11-20").modified("2025-11-20T10:00:00").pays("B1", "HD-0431", "9000.00"));
        rig.quickBooks.has(check("K2").dated("2026-02-01").modified("2026-02-01T10:00:00").pays("B2", "HD-0440", "1.00"));
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).isEmpty();

        assertThat(rig.backfill("2025-01-01", "2025-12-31")).isZero();

        assertThat(rig.paymentsIssued()).extracting(record -> record.originId()).containsExactly("K1|B1");
        assertThat(rig.query("select count(*) from watermark")).containsExactly("0");
        assertThat(rig.query("select started_by from sync_run order by id")).containsExactly("once", "backfill");

        assertThat(rig.backfill("2025-01-01", "2038-01-18")).isZero();
        assertThat(rig.paymentsIssued()).hasSize(2);
        assertThat(rig.writes()).isEqualTo(2);
    }

    @Test
    void a_backfill_that_loses_its_gateway_says_so_and_goes_on_with_the_next_one() {
        for (int month = 1; month <= 3; month++) {
            rig.quickBooks.has(check("K" + month).dated("2025-0" + month + "-10").modified("2025-0" + month + "-10T10:00:00")
                    .pays("B" + Math.min(2, month), "", "1.00"));
        }
        int[] answers = {0};
        rig.gateway.passesThrough(answer -> ++answers[0] == 3 ? "<html>" : answer);
        assertThat(rig.backfill("2025-01-01", "2025-03-31")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(rig.paymentsIssued()).hasSize(2);

        assertThat(rig.backfill("2025-01-01", "2025-03-31")).isZero();
        assertThat(rig.paymentsIssued()).hasSize(3);
        assertThat(rig.quickBooks.requests()).filteredOn(request -> request.contains("FromTxnDate>2025-01-01")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"once --restored=west, There is no company file \"west\"",
            "backfill --to=2025-01-01, Missing required option", "backfill --from=2025-02-01 --to=2025-01-01, is later than",
            "backfill --from=yesterday, yesterday", "backfill --from=2025-01-01, quickbooks.transport = http"})
    void a_command_that_cannot_be_meant_is_refused_before_anything_is_read(String command, String told) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
        Properties settings = new Properties();
        settings.putAll(Map.of("quickbooks.transport", "file", "procore.client-id", "a", "procore.client-secret", "b",
                "procore.company-id", "1"));
        String[] arguments = command.split(" ");

        int exitCode = new Application(rig.folder, Map.of(), settings, stream, stream).execute(arguments);

        assertThat(exitCode).isEqualTo(ExitCode.MISCONFIGURED);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(told);
    }

    // ---- company files -----------------------------------------------------------------------------------------------

    @Test
    void one_company_file_being_away_does_not_hold_up_the_other() throws IOException {
        TestQuickBooks west = new TestQuickBooks();
        rig.quickBooks.has(check("K1").modified("2026-01-05T10:00:00").pays("B1", "HD-0431", "9000.00"));
        west.has(check("W1").modified("2026-02-05T10:00:00").pays("B7", "HD-0777", "70.00"));
        rig.drop("commitments", "west.csv", "company_file,bill_txn_id,project_id,commitment_id,commitment_type,"
                + "requisition_id,invoice_number\nwest,B7,1001,11,work_order_contract,,\n");
        try (SimulatedGateway gateway = new SimulatedGateway(west)) {
            rig.with("quickbooks.company-files", "west, east").with("quickbooks.west.url", gateway.url())
                    .with("quickbooks.west.page-size", "1");
            rig.drop("commitments", "east.csv", "company_file,bill_txn_id,project_id,commitment_id,commitment_type,"
                    + "requisition_id,invoice_number\neast,B1,1001,11,work_order_contract,,\n");
            gateway.answersNext(503, "text/plain", "busy");

            assertThat(rig.once()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(rig.printed()).contains("Company file west: The QuickBooks gateway cannot answer now");
            assertThat(rig.paymentsIssued()).extracting(record -> record.originId()).containsExactly("K1|B1");

            assertThat(rig.once()).isZero();
        }
        assertThat(rig.paymentsIssued()).hasSize(2);
        assertThat(rig.query("select company_file || ' ' || feed || ' ' || host_time from watermark order by 1"))
                .containsExactly("east BillPaymentCheck 2026-01-05T10:00:00", "west BillPaymentCheck 2026-02-05T10:00:00");
        assertThat(west.requests().get(0)).contains("<MaxReturned>1</MaxReturned>");
        assertThat(rig.quickBooks.requests().get(0)).contains("<MaxReturned>100</MaxReturned>");
    }

    @ParameterizedTest
    @CsvSource({"quickbooks.north.url, http://127.0.0.1/, quickbooks.north.url is not a setting",
            "quickbooks.west.page-size, many, quickbooks.west.page-size", "quickbooks.company-files, 'a,a', twice",
            "quickbooks.company-files, 'a,b c', names of letters", "quickbooks.transport, file, its own folder"})
    void settings_of_company_files_are_checked_like_all_others(String key, String value, String told) {
        Properties settings = new Properties();
        settings.putAll(Map.of("procore.client-id", "a", "procore.client-secret", "b", "procore.company-id", "1",
                "quickbooks.company-files", "east,west"));
        settings.put(key, value);
        assertThat(org.assertj.core.api.Assertions.catchThrowableOfType(Settings.InvalidSettings.class,
                () -> Settings.load(rig.folder, Map.of(), settings)).flaws()).singleElement().asString().contains(told);
    }

    @Test
    void a_company_files_own_password_is_as_secret_as_the_common_one() throws Settings.InvalidSettings {
        Properties settings = new Properties();
        settings.putAll(Map.of("procore.client-id", "a", "procore.client-secret", "b", "procore.company-id", "1",
                "quickbooks.company-files", "east,west"));
        Settings checked = Settings.load(rig.folder, Map.of("QUICKBOOKS_WEST_PASSWORD", "open-sesame"), settings);
        assertThat(checked.text("west", "password")).isEqualTo("open-sesame");
        assertThat(checked.text("east", "password")).isEmpty();
        assertThat(checked.forRoutes().toString()).doesNotContain("open-sesame");
        assertThat(checked.withoutSecrets("x open-sesame x")).isEqualTo("x *** x");
    }
}
