package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.paymentsissued.demo.SimulatedQuickBooks.bill;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;
import static org.paymentsissued.demo.SimulatedQuickBooks.creditCard;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.paymentsissued.demo.TestQuickBooks.VoidedLines;

class SimulatedQuickBooksTest {

    private static final ZoneId DENVER = ZoneId.of("America/Denver");
    private static final String LINES = "<IncludeLineItems>true</IncludeLineItems>";

    private final TestQuickBooks quickBooks = new TestQuickBooks().hostClock(at("2026-02-01T12:00:00Z"));

    private static Clock at(String instant) {
        return Clock.fixed(Instant.parse(instant), DENVER);
    }

    private QbxmlAnswer ask(String request) {
        return QbxmlAnswer.of(quickBooks.answer(request));
    }

    private QbxmlAnswer checks(String children) {
        return ask(QbxmlRequest.checks("requestID=\"c-1\"", children));
    }

    private List<String> checkIds(String children) {
        return checks(children).all("//BillPaymentCheckRet/TxnID");
    }

    private static String modified(String from, String to) {
        return "<ModifiedDateRangeFilter><FromModifiedDate>" + from + "</FromModifiedDate><ToModifiedDate>" + to
                + "</ToModifiedDate></ModifiedDateRangeFilter>";
    }

    private void hasThreeChecks() {
        quickBooks.has(check("A-1").number("101").dated("2026-01-10").modified("2026-01-10T08:00:00")
                        .pays("BILL-1", "N-1", "10.00"))
                .has(check("A-2").number("102").dated("2026-01-11").modified("2026-01-11T08:00:00")
                        .to("Peak Rentals").pays("BILL-2", "N-2", "20.00"))
                .has(check("A-3").number("103").dated("2026-01-12").modified("2026-01-12T08:00:00")
                        .pays("BILL-3", "N-3", "30.00"));
    }

    // ---- rows --------------------------------------------------------------------------------------------------

    @Test
    void a_check_over_two_bills_carries_every_field_in_schema_order() {
        quickBooks.hasBill(bill("BILL-1").number("NSE-0880").dated("2025-12-22").line("Ridgeline:Garage", "12500.00"))
                .has(check("1A417-1").number("10497").dated("2026-01-15").modified("2026-01-15T14:02:33")
                        .to("B&M \"West\"").memo("Draw 4")
                        .pays("BILL-1", "", "12500.00").pays("BILL-2", "NSE-0881", "7250.50", "72.50"));

        QbxmlAnswer answer = checks(LINES);

        assertThat(answer.names("//BillPaymentCheckRet/*")).containsExactly("TxnID", "TimeCreated", "TimeModified",
                "EditSequence", "TxnNumber", "PayeeEntityRef", "APAccountRef", "TxnDate", "BankAccountRef", "Amount",
                "RefNumber", "Memo", "IsToBePrinted", "AppliedToTxnRet", "AppliedToTxnRet");
        assertThat(answer.names("//AppliedToTxnRet[1]/*")).containsExactly(
                "TxnID", "TxnType", "TxnDate", "RefNumber", "Amount");
        assertThat(answer.names("//AppliedToTxnRet[2]/*")).containsExactly(
                "TxnID", "TxnType", "RefNumber", "Amount", "DiscountAmount", "DiscountAccountRef");
        assertThat(answer.the("//BillPaymentCheckRet/Amount")).isEqualTo("19750.50");
        assertThat(answer.the("//BillPaymentCheckRet/TimeModified")).isEqualTo("2026-01-15T14:02:33-07:00");
        assertThat(answer.the("//PayeeEntityRef/FullName")).isEqualTo("B&M \"West\"");
        assertThat(answer.the("//BillPaymentCheckQueryRs/@requestID")).isEqualTo("c-1");
        assertThat(answer.the("//BillPaymentCheckQueryRs/@statusCode")).isEqualTo("0");
    }

    @Test
    void a_credit_card_payment_has_its_own_account_and_no_print_mark() {
        quickBooks.has(creditCard("C-1").pays("BILL-1", "N-1", "812.50"));

        QbxmlAnswer answer = ask(QbxmlRequest.creditCards("", LINES));

        assertThat(answer.names("//BillPaymentCreditCardRet/*")).containsExactly("TxnID", "TimeCreated",
                "TimeModified", "EditSequence", "TxnNumber", "PayeeEntityRef", "APAccountRef", "TxnDate",
                "CreditCardAccountRef", "Amount", "AppliedToTxnRet");
        assertThat(answer.all("//@requestID")).isEmpty();
    }

    @Test
    void without_line_items_no_applied_lines_come() {
        hasThreeChecks();
        assertThat(checks("").all("//AppliedToTxnRet")).isEmpty();
        assertThat(checks("<IncludeLineItems>0</IncludeLineItems>").all("//AppliedToTxnRet")).isEmpty();
    }

    @Test
    void the_answer_is_ascii_without_an_encoding() {
        quickBooks.has(check("A-1").to("Núñez & O'Dell").pays("BILL-1", "N-1", "1.00"));

        String answer = quickBooks.answer(QbxmlRequest.checks("", LINES));

        assertThat(answer).startsWith("<?xml version=\"1.0\" ?>\n<QBXML>")
                .contains("<FullName>N&#250;&#241;ez &amp; O&apos;Dell</FullName>")
                .matches("\\p{ASCII}*");
    }

    @Test
    void a_bill_lists_its_jobs_and_purchase_orders() {
        quickBooks.hasBill(bill("BILL-1").number("NSE-0871").dated("2025-12-18").memo("two jobs")
                        .line("Ridgeline:Garage", "5000.00").line("", "150.00")
                        .purchaseOrder("18F10-1", "SC-2025-014").customField("Commitment No", "SC-2025-014"));

        QbxmlAnswer answer = ask(QbxmlRequest.bills("<TxnID>BILL-1</TxnID>" + LINES
                + "<IncludeLinkedTxns>true</IncludeLinkedTxns><OwnerID>0</OwnerID>"));

        assertThat(answer.names("//BillRet/*")).containsExactly("TxnID", "TimeCreated", "TimeModified",
                "EditSequence", "TxnNumber", "VendorRef", "APAccountRef", "TxnDate", "DueDate", "AmountDue",
                "RefNumber", "Memo", "LinkedTxn", "ExpenseLineRet", "ExpenseLineRet", "DataExtRet");
        assertThat(answer.all("//CustomerRef/FullName")).containsExactly("Ridgeline:Garage");
        assertThat(answer.all("//LinkedTxn/TxnType")).containsExactly("PurchaseOrder");
        assertThat(answer.the("//LinkedTxn/RefNumber")).isEqualTo("SC-2025-014");
    }

    @Test
    void links_and_lines_and_custom_fields_of_a_bill_come_only_when_asked_for() {
        quickBooks.hasBill(bill("BILL-1").line("A:B", "1.00").purchaseOrder("P-1", "1").customField("a", "b"));
        assertThat(ask(QbxmlRequest.bills("<TxnID>BILL-1</TxnID>")).names("//BillRet/*"))
                .doesNotContain("LinkedTxn", "ExpenseLineRet", "DataExtRet");
    }

    // ---- selection ---------------------------------------------------------------------------------------------

    @Test
    void nothing_matched_is_status_1_on_a_closed_element() {
        String answer = quickBooks.answer(QbxmlRequest.checks("requestID=\"c-1\"", ""));
        assertThat(answer).containsPattern("<BillPaymentCheckQueryRs requestID=\"c-1\" statusCode=\"1\" "
                + "statusSeverity=\"Info\" statusMessage=\"[^\"]+\" />");
    }

    @Test
    void a_missing_id_is_a_warning_beside_the_rows_found() {
        hasThreeChecks();
        QbxmlAnswer answer = checks("<TxnID>A-3</TxnID><TxnID>A-9</TxnID><TxnID>A-1</TxnID>");
        assertThat(answer.all("//BillPaymentCheckRet/TxnID")).containsExactly("A-3", "A-1");
        assertThat(answer.the("//@statusCode")).isEqualTo("500");
        assertThat(answer.the("//@statusSeverity")).isEqualTo("Warn");
        assertThat(answer.the("//@statusMessage")).contains("\"A-9\"");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-10T08:00:00, 2026-01-11T08:00:00, A-1 A-2",
        "2026-01-10T08:00:01, 2026-01-12T07:59:59, A-2",
        "2026-01-11T15:00:00+00:00, 2026-01-11T10:00:00-05:00, A-2",
        "2026-01-11T08:00:00+00:00, 2026-01-11T14:59:59+00:00, ''"})
    void the_modified_range_holds_both_its_ends_on_the_host_clock_or_in_the_zone_given(
            String from, String to, String ids) {
        hasThreeChecks();
        assertThat(String.join(" ", checkIds(modified(from, to)))).isEqualTo(ids);
    }

    @Test
    void the_date_range_is_about_the_accounting_date() {
        hasThreeChecks();
        assertThat(checkIds("<TxnDateRangeFilter><FromTxnDate>2026-01-11</FromTxnDate>"
                + "<ToTxnDate>2026-01-12</ToTxnDate></TxnDateRangeFilter>")).containsExactly("A-2", "A-3");
        assertThat(checkIds("<TxnDateRangeFilter><ToTxnDate>2026-01-10</ToTxnDate></TxnDateRangeFilter>"))
                .containsExactly("A-1");
    }

    @Test
    void max_returned_without_an_iterator_cuts_in_silence() {
        hasThreeChecks();
        QbxmlAnswer answer = checks("<MaxReturned>2</MaxReturned>");
        assertThat(answer.all("//BillPaymentCheckRet/TxnID")).containsExactly("A-1", "A-2");
        assertThat(answer.the("//@statusCode")).isEqualTo("0");
        assertThat(answer.all("//@iteratorRemainingCount")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "3020, 2026-13-02T00:00:00, 2026-12-02T00:00:00",
        "3030, 2026-02-02T00:00:01, 2026-02-02T00:00:00"})
    void a_date_that_does_not_exist_and_a_range_turned_round_fail_their_own_request_only(
            String status, String from, String to) {
        hasThreeChecks();
        QbxmlAnswer answer = ask(QbxmlRequest.of(QbxmlRequest.query("BillPaymentCheck", "", modified(from, to))
                + QbxmlRequest.query("BillPaymentCheck", "", "<TxnID>A-1</TxnID>")));
        assertThat(answer.all("//@statusCode")).containsExactly(status, "0");
    }

    @Test
    void a_filter_that_the_product_never_sends_is_a_feature_that_is_off() {
        assertThat(checks("<CurrencyFilter><FullName>US Dollar</FullName></CurrencyFilter>").the("//@statusCode"))
                .isEqualTo("3250");
        assertThat(checks("<EntityFilter><FullName>Peak Rentals</FullName></EntityFilter>").the("//@statusCode"))
                .isEqualTo("3250");
    }

    // ---- iterators ---------------------------------------------------------------------------------------------

    private QbxmlAnswer page(String iterator) {
        return ask(QbxmlRequest.checks("requestID='c-1' " + iterator, "<MaxReturned>2</MaxReturned>" + LINES));
    }

    private QbxmlAnswer next(QbxmlAnswer before, String step) {
        return page("iterator='" + step + "' iteratorID='" + before.the("//@iteratorID") + "'");
    }

    @Test
    void an_iterator_pages_to_the_end_and_then_is_dead() {
        hasThreeChecks();

        QbxmlAnswer first = page("iterator='Start'");
        QbxmlAnswer second = next(first, "Continue");

        assertThat(first.all("//BillPaymentCheckRet/TxnID")).containsExactly("A-1", "A-2");
        assertThat(first.the("//@iteratorRemainingCount")).isEqualTo("1");
        assertThat(second.all("//BillPaymentCheckRet/TxnID")).containsExactly("A-3");
        assertThat(second.the("//@iteratorRemainingCount")).isEqualTo("0");
        assertThat(second.the("//@iteratorID")).isEqualTo(first.the("//@iteratorID"));
        assertThat(next(first, "Continue").the("//@statusCode")).isEqualTo("3391");
    }

    @Test
    void an_iterator_returns_what_was_there_at_its_start() {
        hasThreeChecks();
        QbxmlAnswer first = page("iterator='Start'");

        quickBooks.has(check("A-4").pays("BILL-4", "", "40.00"));
        quickBooks.edit(PaymentKind.CHECK, "A-3", payment -> payment.paysNothing().pays("BILL-3", "", "31.00"));

        assertThat(next(first, "Continue").all("//BillPaymentCheckRet/Amount")).containsExactly("30.00");
    }

    @Test
    void an_iterator_dies_with_its_session_by_a_stop_or_behind_a_gateway_without_sessions() {
        hasThreeChecks();
        QbxmlAnswer lost = page("iterator='Start'");
        quickBooks.endSession();
        QbxmlAnswer stopped = page("iterator='Start'");
        assertThat(next(stopped, "Stop").the("//@statusCode")).isEqualTo("0");
        quickBooks.sessionPerRequest(true);
        QbxmlAnswer single = page("iterator='Start'");

        assertThat(List.of(lost, stopped, single)).allSatisfy(
                page -> assertThat(next(page, "Continue").the("//@statusCode")).isEqualTo("3391"));
    }

    @Test
    void an_iterator_of_checks_does_not_continue_for_cards() {
        hasThreeChecks();
        String id = page("iterator='Start'").the("//@iteratorID");
        assertThat(ask(QbxmlRequest.creditCards("iterator='Continue' iteratorID='" + id + "'", ""))
                .the("//@statusCode")).isEqualTo("3391");
    }

    // ---- changes -----------------------------------------------------------------------------------------------

    @Test
    void an_edit_keeps_the_id_and_changes_sequence_and_time_even_within_a_second() {
        hasThreeChecks();
        List<String> sequences = new ArrayList<>(checks("<TxnID>A-1</TxnID>").all("//EditSequence"));

        for (String amount : List.of("11.00", "12.00")) {
            quickBooks.edit(PaymentKind.CHECK, "A-1", payment -> payment.paysNothing().pays("BILL-1", "", amount));
            sequences.add(checks("<TxnID>A-1</TxnID>").the("//EditSequence"));
        }

        assertThat(sequences).doesNotHaveDuplicates().hasSize(3);
        QbxmlAnswer edited = checks("<TxnID>A-1</TxnID>");
        assertThat(edited.the("//Amount")).isEqualTo("12.00");
        assertThat(edited.the("//TimeModified")).isEqualTo("2026-02-01T05:00:00-07:00");
        assertThat(edited.the("//TimeCreated")).isEqualTo("2026-01-10T08:00:00-07:00");
    }

    @ParameterizedTest
    @EnumSource(VoidedLines.class)
    void a_void_leaves_the_record_at_zero_with_a_mark_in_the_memo(VoidedLines shape) {
        quickBooks.voidedLines(shape).hasBill(bill("BILL-1").line("A:B", "10.00"))
                .has(check("A-1").memo("Draw").pays("BILL-1", "", "10.00"));

        quickBooks.voidPayment(PaymentKind.CHECK, "A-1");

        QbxmlAnswer answer = checks(LINES);
        assertThat(answer.the("//BillPaymentCheckRet/Amount")).isEqualTo("0.00");
        assertThat(answer.the("//Memo")).isEqualTo("VOID: Draw");
        assertThat(answer.all("//AppliedToTxnRet/Amount")).isEqualTo(switch (shape) {
            case ABSENT -> List.of();
            case ZERO -> List.of("0.00");
            case KEPT -> List.of("10.00");
        });
    }

    @Test
    void a_deleted_bill_leaves_its_payment_without_the_line() {
        quickBooks.hasBill(bill("BILL-1").line("A:B", "10.00"))
                .has(check("A-1").pays("BILL-1", "", "10.00").pays("BILL-2", "", "5.00"));

        quickBooks.deleteBill("BILL-1");

        QbxmlAnswer answer = checks(LINES);
        assertThat(answer.the("//BillPaymentCheckRet/Amount")).isEqualTo("15.00");
        assertThat(answer.all("//AppliedToTxnRet/TxnID")).containsExactly("BILL-2");
    }

    private static String deletions(String filter) {
        return QbxmlRequest.of("<TxnDeletedQueryRq requestID='d'><TxnDelType>BillPaymentCreditCard</TxnDelType>"
                + "<TxnDelType>BillPaymentCheck</TxnDelType>" + filter + "</TxnDeletedQueryRq>");
    }

    @Test
    void deletions_come_by_type_and_time_and_are_forgotten_after_90_days() {
        hasThreeChecks();
        quickBooks.has(creditCard("C-1").pays("B", "", "1.00"));
        quickBooks.delete(PaymentKind.CHECK, "A-1");
        quickBooks.hostClock(at("2026-02-02T12:00:00Z"));
        quickBooks.delete(PaymentKind.CREDIT_CARD, "C-1");
        quickBooks.delete(PaymentKind.CHECK, "A-3");

        QbxmlAnswer answer = ask(deletions(""));

        assertThat(answer.all("//TxnDeletedRet/TxnID")).containsExactly("C-1", "A-1", "A-3");
        assertThat(answer.names("//TxnDeletedRet[2]/*")).containsExactly(
                "TxnDelType", "TxnID", "TimeCreated", "TimeDeleted", "RefNumber");
        assertThat(checkIds("")).containsExactly("A-2");
        assertThat(ask(deletions("<DeletedDateRangeFilter><FromDeletedDate>2026-02-02T05:00:00</FromDeletedDate>"
                + "</DeletedDateRangeFilter>")).all("//TxnDeletedRet/TxnID")).containsExactly("C-1", "A-3");

        quickBooks.hostClock(Clock.offset(at("2026-02-02T11:59:59Z"), Duration.ofDays(90)));
        assertThat(ask(deletions("")).all("//TxnDeletedRet/TxnID")).containsExactly("C-1", "A-3");
        quickBooks.hostClock(Clock.offset(at("2026-02-02T12:00:01Z"), Duration.ofDays(90)));
        assertThat(ask(deletions("")).the("//@statusCode")).isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource({"false, 2026-07-01T08:00:00-06:00", "true, 2026-07-01T08:00:00-07:00"})
    void in_summer_the_offset_printed_is_right_or_that_of_winter(boolean defect, String stamp) {
        quickBooks.printsStandardOffset(defect)
                .has(check("A-1").modified("2026-07-01T08:00:00").pays("B", "", "1.00"));
        assertThat(checks("").the("//TimeModified")).isEqualTo(stamp);
        assertThat(checkIds(modified("2026-07-01T08:00:00", "2026-07-01T08:00:00"))).containsExactly("A-1");
    }

    @Test
    void an_entry_without_a_time_is_made_now_on_the_host_clock_where_hours_repeat() {
        quickBooks.hostClock(at("2026-11-01T07:30:00.9Z")).has(check("A-1").pays("B", "", "1.00"));
        quickBooks.hostClock(at("2026-11-01T08:30:00Z")).has(check("A-2").pays("B", "", "1.00"));
        assertThat(checks("").all("//TimeModified"))
                .containsExactly("2026-11-01T01:30:00-06:00", "2026-11-01T01:30:00-07:00");
    }

    // ---- envelopes ---------------------------------------------------------------------------------------------

    @Test
    void every_request_of_an_envelope_is_answered_in_order() {
        hasThreeChecks();
        QbxmlAnswer answer = ask(QbxmlRequest.of("<HostQueryRq requestID='h'/>"
                + QbxmlRequest.query("BillPaymentCheck", "requestID='c'",
                        "<EntityFilter><FullName>Peak Rentals</FullName></EntityFilter>")
                + QbxmlRequest.query("BillPaymentCreditCard", "requestID='cc'", "")));
        assertThat(answer.names("//QBXMLMsgsRs/*"))
                .containsExactly("HostQueryRs", "BillPaymentCheckQueryRs", "BillPaymentCreditCardQueryRs");
        assertThat(answer.all("//@requestID")).containsExactly("h", "c", "cc");
        assertThat(answer.all("//@statusCode")).containsExactly("0", "3250", "1");
        assertThat(answer.all("//SupportedQBXMLVersion")).contains("13.0");
    }

    @Test
    void a_refused_request_is_seen_but_nothing_in_it_is_answered() {
        String wrong = QbxmlRequest.of("<HostQueryRq/><BillPaymentCheckQueryRq><Max/></BillPaymentCheckQueryRq>");
        assertThatThrownBy(() -> quickBooks.answer(wrong)).isInstanceOfSatisfying(QuickBooksRefuses.class,
                refusal -> assertThat(refusal.reason()).contains("<Max>"));
        assertThat(quickBooks.requests()).containsExactly(wrong);
    }

    @Test
    void an_interception_changes_one_answer() {
        quickBooks.answerNext(answer -> "<QBXML/>");
        assertThat(quickBooks.answer(QbxmlRequest.of("<HostQueryRq/>"))).isEqualTo("<QBXML/>");
        assertThat(quickBooks.answer(QbxmlRequest.of("<HostQueryRq/>"))).contains("HostQueryRs");
    }

    @Test
    void many_threads_may_ask_and_edit_at_once() throws Exception {
        hasThreeChecks();
        ExecutorService users = Executors.newFixedThreadPool(4);
        try {
            List<Future<List<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(users.submit(() -> {
                    quickBooks.edit(PaymentKind.CHECK, "A-1", payment -> payment.memo("again"));
                    return checkIds(LINES);
                }));
            }
            for (Future<List<String>> answer : answers) {
                assertThat(answer.get()).containsExactly("A-1", "A-2", "A-3");
            }
        } finally {
            users.shutdownNow();
        }
        assertThat(quickBooks.requests()).hasSize(200);
    }

    @Test
    void the_books_hold_an_id_once_and_know_what_they_do_not_hold() {
        hasThreeChecks();
        assertThatThrownBy(() -> quickBooks.has(check("A-1"))).hasMessageContaining("A-1");
        assertThatThrownBy(() -> quickBooks.voidPayment(PaymentKind.CREDIT_CARD, "A-1")).hasMessageContaining("A-1");
        assertThatThrownBy(() -> quickBooks.deleteBill("B-9")).hasMessageContaining("B-9");
    }
}
