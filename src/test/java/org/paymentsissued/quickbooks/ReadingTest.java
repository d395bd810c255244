package org.paymentsissued.quickbooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.paymentsissued.demo.SimulatedQuickBooks.bill;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;
import static org.paymentsissued.demo.SimulatedQuickBooks.creditCard;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.TestQuickBooks;

/** A whole conversation with simulated books, each answer passed or spoiled on its way. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReadingTest {

    private static final ZoneId DENVER = ZoneId.of("America/Denver");
    private static final String OK = " statusCode=\"0\" statusSeverity=\"Info\"";

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-03-02T19:00:00Z"), DENVER);

    private final TestQuickBooks books = new TestQuickBooks().hostClock(NOON);
    private final Conversation conversation = new Conversation();

    @BeforeEach
    void aDayInMarch() {
        conversation.clock = NOON;
    }

    @AfterEach
    void close() {
        conversation.close();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, true", "100, true", "101, true", "200, true", "250, true", "250, false", "101, false"})
    void every_payment_is_read_whatever_the_pages(int payments, boolean iterators) {
        hundreds(payments);
        conversation.iterators = iterators;
        assertThat(conversation.with(books)).isEmpty();
        assertThat(conversation.query("select count(*) from payment")).containsExactly(Integer.toString(payments));
        assertThat(conversation.watermark(Feed.CHECKS)).isEqualTo(payments == 0 ? "" : stamp(payments - 1));
    }

    @Test
    void a_gateway_with_a_session_per_request_is_read_in_windows_and_told_about_otherwise() {
        hundreds(150);
        books.sessionPerRequest(true);
        assertThat(conversation.with(books).orElseThrow().getMessage()).contains("quickbooks.iterators = false");
        assertThat(conversation.watermark(Feed.CHECKS)).isEmpty();

        conversation.iterators = false;
        assertThat(conversation.with(books)).isEmpty();
        assertThat(conversation.query("select count(*) from payment")).containsExactly("150");
    }

    @Test
    void an_iterator_that_dies_once_is_started_again_and_nothing_is_doubled() {
        hundreds(250);
        AtomicInteger answers = new AtomicInteger();
        assertThat(conversation.with(books, answer -> {
            if (answers.incrementAndGet() == 1) {
                books.endSession();
            }
            return answer;
        })).isEmpty();
        assertThat(conversation.wanted()).hasSize(250);
        assertThat(conversation.requests).anyMatch(request -> request.contains("iterator=\"Continue\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<BillPaymentCheckQueryRs requestID=\"bpc\"%s iteratorRemainingCount=\"7\" iteratorID=\"{1}\"/>",
            "<BillPaymentCheckQueryRs requestID=\"bpc\"%s iteratorRemainingCount=\"7\"/>",
            "<BillPaymentCheckQueryRs requestID=\"bpc\" statusCode=\"3391\" statusSeverity=\"Error\"/>"})
    void an_iterator_without_progress_is_given_up_after_a_few_pages(String response) {
        AtomicInteger asked = new AtomicInteger();
        Optional<QuickBooksTrouble> trouble = conversation.asking(request -> {
            asked.incrementAndGet();
            return envelope(response.formatted(OK), card(""), deletions(""));
        });
        assertThat(trouble).isPresent();
        assertThat(asked.get()).isLessThan(10);
    }

    @Test
    void a_full_page_that_does_not_tell_what_is_left_moves_no_watermark_and_is_told() {
        conversation.pageSize = 1;
        Optional<QuickBooksTrouble> trouble = conversation.asking(request -> envelope(checks(row("K1", "2026-01-05")),
                card(""), deletions("")));
        assertThat(trouble.orElseThrow().kind()).isEqualTo(QuickBooksTrouble.Kind.CONFIGURATION);
        assertThat(conversation.watermark(Feed.CHECKS)).isEmpty();
        assertThat(conversation.wanted()).containsExactly("K1|B1|5.00");
    }

    @Test
    void a_page_that_is_not_full_and_does_not_tell_what_is_left_is_taken_but_moves_no_watermark() {
        assertThat(conversation.asking(request -> envelope(checks(row("K1", "2026-01-05")), card(""), deletions(""))))
                .isEmpty();
        assertThat(conversation.watermark(Feed.CHECKS)).isEmpty();
    }

    @Test
    void one_failed_response_takes_nothing_from_its_siblings() {
        Optional<QuickBooksTrouble> trouble = conversation.asking(request -> envelope(
                "<BillPaymentCheckQueryRs requestID=\"bpc\" statusCode=\"3220\" statusSeverity=\"Error\""
                        + " statusMessage=\"no\"/>",
                "<BillPaymentCreditCardQueryRs requestID=\"bpcc\" statusCode=\"530\" statusSeverity=\"Warning\""
                        + " iteratorRemainingCount=\"0\" iteratorID=\"{1}\">" + cardRow("C1", "2026-01-06")
                        + "</BillPaymentCreditCardQueryRs>", deletions("")));
        assertThat(trouble.orElseThrow().getMessage()).contains("3220").contains("the right to read");
        assertThat(conversation.wanted()).containsExactly("C1|B1|5.00");
        assertThat(conversation.watermark(Feed.CREDIT_CARDS)).isEqualTo("2026-01-06T00:00:00");
        assertThat(conversation.watermark(Feed.CHECKS)).isEmpty();
    }

    @Test
    void a_question_without_answer_is_no_empty_answer() {
        Optional<QuickBooksTrouble> trouble = conversation.asking(request -> envelope(card(""), deletions("")));
        assertThat(trouble.orElseThrow().getMessage()).contains("did not answer the request for BillPaymentCheck");
    }

    @Test
    void answers_are_matched_by_name_and_id_and_the_first_of_two_counts() {
        assertThat(conversation.asking(request -> envelope(
                "<InvoiceQueryRs requestID=\"bpc\"" + OK + "><InvoiceRet/></InvoiceQueryRs>",
                last("BillPaymentCheck", "other", row("K9", "2026-01-01")), last("BillPaymentCheck", "bpc",
                        row("K1", "2026-01-05")), last("BillPaymentCheck", "bpc", row("K2", "2026-01-05")),
                last("BillPaymentCreditCard", "", cardRow("C1", "2026-01-05")), deletions("")))).isEmpty();
        assertThat(conversation.wanted()).containsExactly("K1|B1|5.00", "C1|B1|5.00");
    }

    @Test
    void stamps_that_are_ahead_of_any_clock_or_unreadable_are_processed_and_move_nothing() {
        assertThat(conversation.asking(request -> envelope(last("BillPaymentCheck", "bpc",
                row("K1", "2026-01-05T08:00:00-07:00") + row("K2", "2036-01-01") + row("K3", "2026-13-01") + row("K4", "")),
                card(""), deletions("")))).isEmpty();
        assertThat(conversation.wanted()).hasSize(4);
        assertThat(conversation.watermark(Feed.CHECKS)).isEqualTo("2026-01-05T08:00:00");
    }

    @Test
    void within_a_poll_the_later_stamp_wins_then_the_later_position() {
        assertThat(conversation.asking(request -> envelope(last("BillPaymentCheck", "bpc",
                row("K1", "2026-01-05T09:00:00", "2", "7.00") + row("K1", "2026-01-05T08:00:00", "1", "5.00")
                        + row("K2", "2026-01-05T09:00:00", "1", "5.00") + row("K2", "2026-01-05T09:00:00", "2", "8.00")),
                card(""), deletions("")))).isEmpty();
        assertThat(conversation.wanted()).containsExactly("K1|B1|7.00", "K2|B1|8.00");
    }

    @Test
    void across_polls_the_later_answer_wins_though_its_clock_went_back() {
        conversation.clock = Clock.fixed(Instant.parse("2026-11-01T09:00:00Z"), DENVER);
        conversation.asking(request -> envelope(last("BillPaymentCheck", "bpc", row("K1", "2026-11-01T01:50:00", "1",
                "5.00")), card(""), deletions("")));
        conversation.asking(request -> envelope(last("BillPaymentCheck", "bpc", row("K1", "2026-11-01T01:10:00", "2",
                "9.00")), card(""), deletions("")));
        assertThat(conversation.wanted()).containsExactly("K1|B1|9.00");
        assertThat(conversation.watermark(Feed.CHECKS)).isEqualTo("2026-11-01T01:50:00");
        assertThat(conversation.requests).filteredOn(request -> request.contains("BillPaymentCheckQueryRq")).last()
                .asString().contains("<FromModifiedDate>2026-11-01T00:45:00</FromModifiedDate>");
    }

    @Test
    void no_edit_is_missed_in_the_night_the_clocks_go_back() {
        Instant before = LocalDateTime.of(2026, 11, 1, 0, 30).atZone(DENVER).toInstant();
        conversation.clock = Clock.fixed(before, DENVER);
        books.printsStandardOffset(true);
        for (int minute = 0; minute < 240; minute += 7) {
            Clock now = Clock.fixed(before.plus(Duration.ofMinutes(minute)), DENVER);
            books.hostClock(now);
            conversation.clock = now;
            books.has(check("K" + minute).pays("B" + minute, "", "1.00"));
            assertThat(conversation.with(books)).isEmpty();
        }
        assertThat(conversation.wanted()).hasSize(35);
    }

    @Test
    void the_same_id_as_check_and_as_card_is_two_payments() {
        books.has(check("X1").pays("B1", "", "5.00")).has(creditCard("X1").pays("B1", "", "6.00"));
        conversation.with(books);
        assertThat(conversation.wanted()).containsExactly("X1|B1|5.00", "X1|B1|6.00");
    }

    @Test
    void a_deleted_bill_leaves_its_payment_without_a_line() {
        books.hasBill(bill("B1").line("Job", "5.00")).has(check("K1").pays("B1", "", "5.00"));
        conversation.with(books);
        books.deleteBill("B1");
        conversation.with(books);
        books.edit(PaymentKind.CHECK, "K1", payment -> payment.memo("unapplied now"));
        conversation.with(books);
        assertThat(conversation.wanted()).isEmpty();
        assertThat(conversation.query("select note from payment")).first().asString().contains("5.00 is unapplied");
    }

    @ParameterizedTest
    @CsvSource({"ABSENT", "ZERO", "KEPT"})
    void a_void_removes_whatever_its_lines_show(TestQuickBooks.VoidedLines lines) {
        books.voidedLines(lines).has(check("K1").pays("B1", "", "5.00"));
        conversation.with(books);
        books.voidPayment(PaymentKind.CHECK, "K1");
        conversation.with(books);
        assertThat(conversation.wanted()).isEmpty();
        assertThat(conversation.query("select verdict from payment")).containsExactly("VOIDED");
    }

    @Test
    void a_payment_taken_to_zero_without_the_mark_counts_as_voided() {
        books.has(check("K1").pays("B1", "", "5.00"));
        conversation.with(books);
        books.edit(PaymentKind.CHECK, "K1", payment -> payment.paysNothing().amount("0.00").memo("typed away"));
        conversation.with(books);
        assertThat(conversation.query("select verdict || ' ' || note from payment")).singleElement().asString()
                .startsWith("VOIDED").contains("without being marked as void");
    }

    // ---- a long pause ------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void after_ninety_days_every_payment_is_asked_for_by_its_id(boolean missingIdsAreAnError) {
        hundreds(120);
        conversation.with(books);
        books.delete(PaymentKind.CHECK, "K7");
        books.delete(PaymentKind.CHECK, "K115");
        pause(100);
        conversation.requests.clear();
        UnaryOperator<String> hand = answer -> missingIdsAreAnError && answer.contains("statusCode=\"500\"")
                ? envelope("<BillPaymentCheckQueryRs requestID=\"ids-bpc\" statusCode=\"3120\" statusSeverity=\"Error\"/>")
                : answer;
        assertThat(conversation.with(forgetful(), hand)).isEmpty();

        assertThat(conversation.wanted()).hasSize(118).noneMatch(row -> row.startsWith("K7|") || row.startsWith("K115|"));
        long byId = conversation.requests.stream().filter(request -> request.contains("<TxnID>")).count();
        assertThat(byId).isEqualTo(missingIdsAreAnError ? 3 + 50 + 20 : 3);

        conversation.requests.clear();
        conversation.with(books);
        assertThat(conversation.requests).noneMatch(request -> request.contains("<TxnID>"));
    }

    @Test
    void within_ninety_days_the_deletion_feed_is_enough() {
        hundreds(3);
        conversation.with(books);
        pause(80);
        conversation.requests.clear();
        conversation.with(books);
        assertThat(conversation.requests).noneMatch(request -> request.contains("<TxnID>"));
    }

    @Test
    void where_none_of_the_known_payments_exists_nothing_is_removed() {
        hundreds(12);
        conversation.with(books);
        pause(100);
        Optional<QuickBooksTrouble> trouble = conversation.with(new TestQuickBooks());
        assertThat(trouble.orElseThrow().getMessage()).contains("another company file");
        assertThat(conversation.wanted()).hasSize(12);
        assertThat(conversation.with(new TestQuickBooks())).as("it is asked again, not forgotten").isPresent();
    }

    private void pause(int days) {
        conversation.update("update feed_reading set read_at = dateadd('DAY', -" + days + ", read_at)");
    }

    /** The same books, whose deletions are too old to be told. */
    private TestQuickBooks forgetful() {
        return books.hostClock(Clock.offset(NOON, Duration.ofDays(100)));
    }

    // ---- backfill ----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_backfill_reads_a_range_of_dates_and_moves_no_watermark(boolean iterators) {
        conversation.iterators = iterators;
        conversation.pageSize = 10;
        for (int i = 0; i < 90; i++) {
            books.has(check("K" + i).dated(LocalDate.of(2026, 1, 1).plusDays(i).toString()).pays("B" + i, "", "1.00"));
        }
        for (int i = 0; i < 25; i++) {
            books.has(check("S" + i).dated("2026-02-14").pays("B" + i, "", "1.00"));
        }
        Reading reading = conversation.readings().dated(new DateRange(LocalDate.of(2026, 1, 15), LocalDate.of(2026, 3, 15)));
        assertThat(conversation.lead(reading, Conversation.answersOf(books, UnaryOperator.identity()))).isEmpty();

        assertThat(conversation.query("select count(*) from payment")).containsExactly(Integer.toString(60 + 25));
        assertThat(conversation.query("select min(txn_date) || ' ' || max(txn_date) from payment"))
                .containsExactly("2026-01-15 2026-03-15");
        assertThat(conversation.watermark(Feed.CHECKS)).isEmpty();
    }

    @Test
    void a_backfill_that_was_stopped_goes_on_where_it_was() {
        for (int month = 1; month <= 6; month++) {
            books.has(check("K" + month).dated("2026-0" + month + "-10").pays("B" + month, "", "1.00"));
        }
        DateRange range = new DateRange(LocalDate.of(2026, 1, 1), LocalDate.of(2026, 6, 30));
        AtomicInteger answers = new AtomicInteger();
        assertThat(conversation.lead(conversation.readings().dated(range), Conversation.answersOf(books,
                answer -> answers.incrementAndGet() <= 3 ? answer : "<html>"))).isPresent();
        assertThat(conversation.wanted()).hasSize(3);

        conversation.requests.clear();
        assertThat(conversation.lead(conversation.readings().dated(range),
                Conversation.answersOf(books, UnaryOperator.identity()))).isEmpty();
        assertThat(conversation.wanted()).hasSize(6);
        assertThat(conversation.requests.get(0)).contains("<FromTxnDate>2026-04-01</FromTxnDate>");

        conversation.readings().backfillEnded(range);
        conversation.requests.clear();
        conversation.lead(conversation.readings().dated(range),
                Conversation.answersOf(books, UnaryOperator.identity()));
        assertThat(conversation.requests.get(0)).contains("<FromTxnDate>2026-01-01</FromTxnDate>");
    }

    // ---- spoiled records ---------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_record_that_spoils_its_page_is_isolated_and_the_rest_goes_on(boolean iterators) {
        hundreds(250);
        books.has(creditCard("C1").modified("2026-01-02T09:00:00").pays("B1", "", "5.00"));
        conversation.iterators = iterators;
        UnaryOperator<String> hand = answer -> answer.replace("<RefNumber>123<", "<RefNumber>123</RefNumber><Memo>&#x10;</Memo><x>")
                .replace("<x></RefNumber>", "");
        assertThat(conversation.with(books, hand)).isEmpty();

        assertThat(conversation.wanted()).hasSize(250).noneMatch(row -> row.startsWith("K123|"))
                .anyMatch(row -> row.startsWith("C1|"));
        assertThat(conversation.unreadable).singleElement().satisfies(row -> {
            assertThat(row.txnId()).isEqualTo("K123");
            assertThat(row.xml()).contains("&#x10;").endsWith("</BillPaymentCheckRet>");
        });
        assertThat(conversation.watermark(Feed.CHECKS)).isEqualTo(stamp(249));
        assertThat(conversation.requests).hasSizeLessThan(iterators ? 10 : 70);
    }

    @Test
    void a_control_character_in_a_memo_costs_no_question_and_its_payment_is_named_as_an_operator_knows_it() {
        hundreds(50);
        UnaryOperator<String> hand = answer -> answer.replace("Northfork Steel Erectors LLC", "Ridge &amp; Sons")
                .replace("<RefNumber>47</RefNumber>", "<RefNumber>47</RefNumber><Memo>a&#x10;b</Memo>");
        for (int sync = 0; sync < 4; sync++) {
            conversation.requests.clear();
            assertThat(conversation.with(books, hand)).isEmpty();
            assertThat(conversation.requests).as("the ordinary ones, and the bills at first").hasSizeLessThanOrEqualTo(sync == 0 ? 3 : 2);
        }

        assertThat(conversation.wanted()).hasSize(49);
        assertThatThrownBy(() -> conversation.unreadable.get(0).requireReadable()).isInstanceOf(UnreadablePayment.class)
                .hasMessageStartingWith("Check 47 of 2026-").hasMessageContaining(" to Ridge & Sons contains characters")
                .hasMessageNotContaining("K47");
        assertThat(conversation.unreadable).hasSize(1);
    }

    @Test
    void damage_between_the_rows_never_loses_a_payment_without_a_word() {
        hundreds(20);
        UnaryOperator<String> hand = answer -> answer.replaceFirst("<BillPaymentCheckRet>(?=(?s:(?!<BillPaymentCheckRet>).)*<RefNumber>7<)",
                "<Bill\u0001PaymentCheckRet>").replace("<RefNumber>9<", "<RefNumber>\u0002<");

        assertThat(conversation.with(books, hand)).as("it says that it could not read all").isPresent();
        assertThat(conversation.with(books)).isEmpty();
        assertThat(conversation.wanted()).hasSize(20);
    }

    @Test
    void later_polls_neither_shrink_pages_nor_tell_again_of_the_same_record() {
        hundreds(50);
        UnaryOperator<String> hand = answer -> answer.replace("<RefNumber>47<", "<RefNumber>\u0002<");
        conversation.with(books, hand);
        assertThat(conversation.unreadable).hasSize(1);
        assertThat(conversation.watermark(Feed.CHECKS)).isEqualTo(stamp(49));

        for (int poll = 0; poll < 3; poll++) {
            conversation.requests.clear();
            assertThat(conversation.with(books, hand)).isEmpty();
            assertThat(conversation.requests).hasSizeLessThanOrEqualTo(2);
        }
        assertThat(conversation.unreadable).hasSize(1);

        conversation.with(books);
        assertThat(conversation.wanted()).as("corrected at its source").hasSize(50);
        conversation.requests.clear();
        conversation.with(books);
        assertThat(conversation.requests).hasSize(2);
    }

    @Test
    void of_several_records_in_one_second_only_the_spoiled_ones_are_left_out() {
        for (int i = 0; i < 40; i++) {
            books.has(check("K" + i).number(Integer.toString(i)).modified("2026-01-05T10:00:00").pays("B" + i, "", "1.00"));
        }
        conversation.pageSize = 10;
        assertThat(conversation.with(books, answer -> answer.replace("<RefNumber>7<", "<RefNumber>a & b<")
                .replace("<RefNumber>31<", "<RefNumber>a < b<"))).isEmpty();
        assertThat(conversation.wanted()).hasSize(38);
        assertThat(conversation.unreadable).extracting(RowElement::txnId).containsExactlyInAnyOrder("K7", "K31");
        assertThat(conversation.watermark(Feed.CHECKS)).isEqualTo("2026-01-05T10:00:00");
    }

    @Test
    void a_spoiled_record_is_left_out_of_a_backfill_and_of_a_comparison_too() {
        hundreds(30);
        UnaryOperator<String> hand = answer -> answer.replace("<RefNumber>17<", "<RefNumber>\u0002<");
        assertThat(conversation.lead(conversation.readings().dated(new DateRange(LocalDate.of(2026, 1, 1),
                LocalDate.of(2026, 1, 31))), Conversation.answersOf(books, hand))).isEmpty();
        assertThat(conversation.wanted()).hasSize(29);

        conversation.with(books);
        assertThat(conversation.wanted()).hasSize(30);
        pause(100);
        assertThat(conversation.with(books, hand)).isEmpty();
        assertThat(conversation.wanted()).as("ill-formed is not missing").hasSize(30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>busy</html>", "", "<QBXML><QBXMLMsgsRs><BillPaymentCheckQueryRs"})
    void what_is_cut_off_or_no_answer_is_not_asked_for_in_pieces(String answer) {
        AtomicInteger asked = new AtomicInteger();
        assertThat(conversation.asking(request -> {
            asked.incrementAndGet();
            return answer;
        })).isPresent();
        assertThat(asked.get()).isEqualTo(1);
    }

    // ---- bills -------------------------------------------------------------------------------------------------------

    @Test
    void bills_that_payments_wait_for_are_asked_for_once_in_lists() {
        List<String> bills = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            books.has(check("K" + i).pays("B" + i, "N" + i, "5.00"));
            if (i != 13) {
                books.hasBill(bill("B" + i).of("Vendor " + i).number("N" + i).line("Harbor:Job " + i, "4.00")
                        .line("", "1.00").purchaseOrder("P" + i, "PO-" + i).customField("Commitment No", "SC-" + i));
                bills.add("B" + i);
            }
        }
        assertThat(conversation.with(books)).isEmpty();

        assertThat(conversation.requests.stream().filter(request -> request.contains("BillQueryRq"))).hasSize(2);
        assertThat(conversation.bills.of("default", "B7").orElseThrow().words())
                .isEqualTo("job Harbor:Job 7; order PO-7; vendor Vendor 7; Commitment No = SC-7");
        assertThat(conversation.bills.of("default", "B13")).isEmpty();

        conversation.requests.clear();
        conversation.with(books);
        assertThat(conversation.requests).noneMatch(request -> request.contains("BillQueryRq"));
        assertThat(bills).hasSize(59);
    }

    @Test
    void bills_that_cannot_be_had_stop_no_payment() {
        books.has(check("K1").pays("B1", "N1", "5.00"));
        assertThat(conversation.with(books, answer -> answer.contains("BillQueryRs") ? "<html/>" : answer)).isEmpty();
        assertThat(conversation.wanted()).containsExactly("K1|B1|5.00");
        assertThat(conversation.bills.notAskedYet("default", 10)).containsExactly("B1");
    }

    // ------------------------------------------------------------------------------------------------------------------

    private void hundreds(int payments) {
        for (int i = 0; i < payments; i++) {
            books.has(check("K" + i).number(Integer.toString(i)).dated("2026-01-05").modified(stamp(i))
                    .pays("B" + i, "N" + i, "5.00"));
        }
    }

    private static String stamp(int number) {
        return LocalDateTime.of(2026, 1, 5, 8, 0).plusMinutes(number).toString() + ":00";
    }

    private static String envelope(String... responses) {
        return "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs>" + String.join("", responses) + "</QBXMLMsgsRs></QBXML>";
    }

    private static String checks(String rows) {
        return "<BillPaymentCheckQueryRs requestID=\"bpc\"" + OK + ">" + rows + "</BillPaymentCheckQueryRs>";
    }

    private static String last(String feed, String requestId, String rows) {
        return "<" + feed + "QueryRs" + (requestId.isEmpty() ? "" : " requestID=\"" + requestId + "\"") + OK
                + " iteratorRemainingCount=\"0\" iteratorID=\"{1}\">" + rows + "</" + feed + "QueryRs>";
    }

    private static String card(String rows) {
        return "<BillPaymentCreditCardQueryRs requestID=\"bpcc\"" + OK + ">" + rows + "</BillPaymentCreditCardQueryRs>";
    }

    private static String deletions(String rows) {
        return "<TxnDeletedQueryRs requestID=\"del\"" + OK + ">" + rows + "</TxnDeletedQueryRs>"
                + "<BillQueryRs requestID=\"ids-bill\" statusCode=\"1\" statusSeverity=\"Info\"/>";
    }

    private static String row(String txnId, String modified) {
        return row(txnId, modified, "1", "5.00");
    }

    private static String row(String txnId, String modified, String edit, String amount) {
        return "<BillPaymentCheckRet><TxnID>" + txnId + "</TxnID><TimeModified>" + modified + "</TimeModified><EditSequence>"
                + edit + "</EditSequence><TxnDate>2026-01-05</TxnDate><Amount>" + amount + "</Amount><AppliedToTxnRet><TxnID>B1"
                + "</TxnID><TxnType>Bill</TxnType><Amount>" + amount + "</Amount></AppliedToTxnRet></BillPaymentCheckRet>";
    }

    private static String cardRow(String txnId, String modified) {
        return row(txnId, modified).replace("BillPaymentCheckRet", "BillPaymentCreditCardRet");
    }
}
