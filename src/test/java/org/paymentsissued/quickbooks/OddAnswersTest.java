package org.paymentsissued.quickbooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.bill;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.TestQuickBooks;

/** Answers that are legal, or nearly, and that hardly anybody has shown: page by page, as a gateway would send them. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class OddAnswersTest {

    private static final ZoneId DENVER = ZoneId.of("America/Denver");

    private final Conversation conversation = new Conversation();

    @AfterEach
    void close() {
        conversation.close();
    }

    /** Answers to the questions for checks, one after the other, the last one again and again; all else is empty. */
    private Optional<QuickBooksTrouble> checks(String... answers) {
        Deque<String> left = new ArrayDeque<>(List.of(answers));
        return conversation.lead(conversation.readings().sinceWatermarks(), request -> {
            StringBuilder responses = new StringBuilder();
            if (request.contains("<BillPaymentCheckQueryRq")) {
                responses.append(left.size() > 1 ? left.remove() : left.element());
            }
            if (request.contains("<BillPaymentCreditCardQueryRq")) {
                responses.append("<BillPaymentCreditCardQueryRs requestID=\"bpcc\" statusCode=\"1\" statusSeverity=\"Info\"/>");
            }
            if (request.contains("<TxnDeletedQueryRq")) {
                responses.append("<TxnDeletedQueryRs requestID=\"del\" statusCode=\"1\" statusSeverity=\"Info\"/>");
            }
            if (request.contains("<BillQueryRq")) {
                responses.append("<BillQueryRs requestID=\"ids-bill\" statusCode=\"1\" statusSeverity=\"Info\"/>");
            }
            return ("<QBXML><QBXMLMsgsRs>" + responses + "</QBXMLMsgsRs></QBXML>").getBytes(StandardCharsets.UTF_8);
        });
    }

    private static String page(String attributes, String... rows) {
        return "<BillPaymentCheckQueryRs requestID=\"bpc\" statusCode=\"0\" statusSeverity=\"Info\" " + attributes + ">"
                + String.join("", rows) + "</BillPaymentCheckQueryRs>";
    }

    private static String left(int rows) {
        return "iteratorRemainingCount=\"" + rows + "\" iteratorID=\"{1}\"";
    }

    private static String row(String txnId, int minute, int edit, String amount) {
        return row(txnId, minute, edit, amount, "");
    }

    private static String row(String txnId, int minute, int edit, String amount, String more) {
        return "<BillPaymentCheckRet><TxnID>" + txnId + "</TxnID><TimeModified>2026-01-05T08:%02d:00-07:00</TimeModified>"
                .formatted(minute) + "<EditSequence>" + edit + "</EditSequence>" + more + "<TxnDate>2026-01-05</TxnDate><Amount>"
                + amount + "</Amount><AppliedToTxnRet><TxnID>B1</TxnID><TxnType>Bill</TxnType><BalanceRemaining>1.11"
                + "</BalanceRemaining><Amount>" + amount + "</Amount></AppliedToTxnRet></BillPaymentCheckRet>";
    }

    // ---- iterators ---------------------------------------------------------------------------------------------------

    @Test
    void every_page_is_asked_for_with_the_same_id_and_body_and_the_latest_iterator_id() {
        assertThat(checks(page("iteratorRemainingCount=\"3\" iteratorID=\"{1}\"", row("K1", 1, 1, "1.00")),
                page("iteratorRemainingCount=\"2\" iteratorID=\"{2}\"", row("K2", 2, 1, "1.00")),
                page("iteratorRemainingCount=\"1\"", row("K3", 3, 1, "1.00")),
                page("iteratorRemainingCount=\"0\" iteratorID=\"\"", row("K4", 4, 1, "1.00")))).isEmpty();
        assertThat(conversation.wanted()).hasSize(4);
        assertThat(conversation.watermark(Feed.CHECKS)).isEqualTo("2026-01-05T08:04:00");
        List<String> questions = conversation.requests.stream().filter(request -> request.contains("BillPaymentCheckQueryRq"))
                .map(request -> request.substring(request.indexOf("<BillPaymentCheckQueryRq"),
                        request.indexOf("</BillPaymentCheckQueryRq>"))).toList();
        assertThat(questions).hasSize(4);
        assertThat(questions.subList(1, 4)).extracting(question -> question.replaceFirst("iteratorID=\"([^\"]*)\".*", "$1"))
                .allMatch(question -> question.contains("iterator=\"Continue\"") && question.contains("requestID=\"bpc\""));
        assertThat(questions.get(1)).contains("{1}");
        assertThat(questions.get(2)).contains("{2}");
        assertThat(questions.get(3)).contains("{2}");
        assertThat(questions).extracting(question -> question.substring(question.indexOf('>'))).containsOnly(
                questions.get(0).substring(questions.get(0).indexOf('>')));
    }

    /** Rows were announced and did not come: what came is taken, but no one may believe that it is all. */
    @ParameterizedTest
    @ValueSource(strings = {"<BillPaymentCheckQueryRs requestID=\"bpc\" statusCode=\"1\" statusSeverity=\"Info\"/>",
            "<BillPaymentCheckQueryRs requestID=\"bpc\" statusCode=\"0\" statusSeverity=\"Info\"/>"})
    void an_iterator_that_ends_before_its_announced_end_moves_no_watermark(String second) {
        assertThat(checks(page(left(7), row("K1", 1, 1, "1.00")), second)).isEmpty();
        assertThat(conversation.wanted()).containsExactly("K1|B1|1.00");
        assertThat(conversation.watermark(Feed.CHECKS)).isEmpty();
        assertThat(checks(page(left(0), row("K1", 1, 1, "1.00"), row("K2", 2, 1, "2.00")))).isEmpty();
        assertThat(conversation.watermark(Feed.CHECKS)).isEqualTo("2026-01-05T08:02:00");
    }

    @Test
    void a_page_that_comes_twice_while_the_count_falls_stands_for_rows_that_never_came() {
        String[] rows = {row("K1", 1, 1, "1.00"), row("K2", 2, 1, "2.00")};
        Optional<QuickBooksTrouble> trouble = checks(page(left(4), rows), page(left(2), rows), page(left(0),
                row("K5", 5, 1, "5.00")));
        assertThat(trouble.orElseThrow().getMessage()).contains("makes no progress");
        assertThat(conversation.watermark(Feed.CHECKS)).isEmpty();
    }

    @Test
    void a_falling_count_without_rows_is_no_progress() {
        assertThat(checks(page(left(9)), page(left(8)), page(left(7)), page(left(6)), page(left(0)))).isPresent();
        assertThat(conversation.requests.stream().filter(request -> request.contains("BillPaymentCheckQueryRq"))).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"-1, true", "0, true", "' 0 ', true", "many, false", "99999999999, false"})
    void a_count_that_is_no_number_counts_as_not_told(String count, boolean isTheEnd) {
        assertThat(checks(page("iteratorRemainingCount=\"" + count + "\" iteratorID=\"{1}\"", row("K1", 1, 1, "1.00")))).isEmpty();
        assertThat(conversation.wanted()).hasSize(1);
        assertThat(conversation.watermark(Feed.CHECKS)).isEqualTo(isTheEnd ? "2026-01-05T08:01:00" : "");
    }

    @Test
    void ok_without_rows_is_an_empty_success_even_where_no_count_is_told() {
        assertThat(checks(page(""))).isEmpty();
        assertThat(conversation.query("select count(*) from feed_reading")).containsExactly("3");
        assertThat(conversation.watermark(Feed.CHECKS)).isEmpty();
    }

    @Test
    void a_negative_status_is_nothing_that_anybody_has_described() {
        assertThat(checks("<BillPaymentCheckQueryRs requestID=\"bpc\" statusCode=\"-1\" statusSeverity=\"Error\">"
                + row("K1", 1, 1, "1.00") + "</BillPaymentCheckQueryRs>")).isPresent();
        assertThat(conversation.wanted()).isEmpty();
    }

    @Test
    void a_gateway_with_smaller_pages_of_its_own_is_read_whole_in_windows_where_it_tells_what_is_left() {
        conversation.iterators = false;
        conversation.clock = Clock.fixed(Instant.parse("2026-01-06T12:00:00Z"), DENVER);
        conversation.start = java.time.LocalDateTime.of(2026, 1, 5, 0, 0);
        TestQuickBooks books = new TestQuickBooks();
        for (int i = 0; i < 40; i++) {
            books.has(check("K" + i).modified("2026-01-05T10:%02d:00".formatted(i)).pays("B" + i, "", "1.00"));
        }
        assertThat(conversation.with(books, answer -> onlyTen(answer))).isEmpty();
        assertThat(conversation.wanted()).hasSize(40);
    }

    private static String onlyTen(String answer) {
        String[] parts = answer.split("(?=<BillPaymentCheckRet>)");
        if (parts.length <= 11) {
            return answer;
        }
        String end = parts[parts.length - 1].substring(parts[parts.length - 1].indexOf("</BillPaymentCheckRet>")
                + "</BillPaymentCheckRet>".length());
        return List.of(parts).subList(0, 11).stream().collect(Collectors.joining()).replaceFirst("<BillPaymentCheckQueryRs ",
                "<BillPaymentCheckQueryRs iteratorRemainingCount=\"" + (parts.length - 11) + "\" ") + end;
    }

    // ---- repeats and their order -------------------------------------------------------------------------------------

    @Test
    void a_payment_edited_while_its_feed_is_paged_ends_as_it_is_now_whichever_page_it_came_on() {
        assertThat(checks(page(left(3), row("K1", 1, 1, "1.00"), row("K2", 2, 2, "2.22")),
                page(left(1), row("K1", 9, 2, "9.00"), row("K2", 1, 1, "2.00")),
                page(left(0), row("K1", 1, 1, "1.00")))).isEmpty();
        assertThat(conversation.wanted()).containsExactly("K1|B1|9.00", "K2|B1|2.22");
        assertThat(conversation.watermark(Feed.CHECKS)).isEqualTo("2026-01-05T08:09:00");
    }

    @Test
    void a_deletion_in_the_hour_that_repeats_is_believed_though_it_looks_older_than_the_last_edit() {
        TestQuickBooks books = new TestQuickBooks().hostClock(Clock.fixed(Instant.parse("2026-11-01T07:50:00Z"), DENVER));
        books.has(check("K1").pays("B1", "", "1.00"));
        conversation.with(books);
        assertThat(conversation.wanted()).hasSize(1);

        books.hostClock(Clock.fixed(Instant.parse("2026-11-01T08:10:00Z"), DENVER));
        books.delete(PaymentKind.CHECK, "K1");
        conversation.with(books);
        assertThat(conversation.query("select time_modified || ' ' || time_deleted from payment"))
                .containsExactly("2026-11-01T01:50:00 2026-11-01T01:10:00");
        assertThat(conversation.wanted()).isEmpty();
    }

    @Test
    void a_payment_whose_bill_was_deleted_is_read_anew_though_its_version_is_the_same() {
        TestQuickBooks books = new TestQuickBooks().hostClock(Clock.fixed(Instant.parse("2026-03-02T19:00:00Z"), DENVER));
        books.hasBill(bill("B1").line("Job", "5.00")).has(check("K1").pays("B1", "", "5.00").pays("B2", "", "2.00"));
        conversation.with(books);
        books.deleteBill("B1");
        conversation.with(books);
        assertThat(conversation.wanted()).containsExactly("K1|B2|2.00");
        assertThat(conversation.query("select note from payment")).singleElement().asString().contains("5.00 of Check");
    }

    @Test
    void two_checks_of_one_number_are_two_payments() {
        String number = "<RefNumber>10902</RefNumber>";
        checks(page(left(0), row("K1", 1, 1, "1.00", number), row("K2", 2, 1, "2.00", number)));
        assertThat(conversation.wanted()).containsExactly("K1|B1|1.00", "K2|B1|2.00");
    }

    // ---- what may stand in an answer ---------------------------------------------------------------------------------

    @Test
    void what_is_no_row_is_neither_counted_nor_taken() {
        conversation.pageSize = 2;
        assertThat(checks(page("", "<ErrorRecovery><TxnNumber>1</TxnNumber></ErrorRecovery>", row("K1", 1, 1, "1.00"),
                "<NewIn2031/>"))).isEmpty();
        assertThat(conversation.wanted()).hasSize(1);
        assertThat(conversation.unreadable).isEmpty();
    }

    @Test
    void texts_of_any_length_and_script_are_kept_as_far_as_there_is_room() {
        String name = "Ünïcødé & Söhne – 株式会社 ".repeat(10).substring(0, 209).replace("&", "&amp;");
        String memo = "\uD83D\uDE00".repeat(4095);
        assertThat(checks(page(left(0), row("K1".repeat(18), 1, 1, "1.00", "<PayeeEntityRef><FullName>" + name
                + "</FullName></PayeeEntityRef><BankAccountRef><FullName>" + "x".repeat(159) + "</FullName></BankAccountRef>"
                + "<RefNumber>№ 10–9é2</RefNumber><Memo>" + memo + "</Memo>"), row("K2", 1, 1, "2.00", "<PayeeEntityRef><FullName>"
                + "y".repeat(5000) + "</FullName></PayeeEntityRef>")))).isEmpty();
        assertThat(conversation.unreadable).isEmpty();
        assertThat(conversation.wanted()).hasSize(2);
        assertThat(conversation.query("select ref_number || ' ' || payee from payment")).first().asString()
                .isEqualTo("№ 10–9é2 " + name.replace("&amp;", "&").strip());
        assertThat(conversation.query("select wanted_notes from ledger_row order by id")).first().asString()
                .hasSize(1000).endsWith("\uD83D\uDE00");
    }

    @Test
    void a_line_break_in_a_number_makes_no_second_line_of_the_log() {
        checks(page(left(0), row("K1", 1, 1, "1.00", "<PayeeEntityRef><FullName>A&#10;B</FullName></PayeeEntityRef>"
                + "<RefNumber>1&#10;2026 read</RefNumber>")));
        assertThat(conversation.query("select ref_number || '|' || payee from payment")).containsExactly("1 2026 read|A B");
    }

    @Test
    void a_payment_by_credits_alone_names_a_few_of_its_many_bills() {
        String lines = IntStream.range(0, 400).mapToObj(i -> "<AppliedToTxnRet><TxnID>B" + i + "</TxnID><TxnType>Bill</TxnType>"
                + "<RefNumber>INVOICE-" + i + "</RefNumber><DiscountAmount>1.00</DiscountAmount></AppliedToTxnRet>")
                .collect(Collectors.joining());
        assertThat(checks(page(left(0), "<BillPaymentCheckRet><TxnID>K1</TxnID><Amount>0.00</Amount>" + lines
                + "</BillPaymentCheckRet>"))).isEmpty();
        assertThat(conversation.query("select verdict || ' ' || note from payment")).singleElement().asString()
                .startsWith("PAYS_NOTHING").contains("INVOICE-19 and 380 more");
        assertThat(conversation.query("select count(*) from ledger_row where state = 'skipped'")).containsExactly("400");
    }

    @Test
    void whoever_reads_stamps_ahead_of_any_clock_is_told_once() {
        Reading reading = conversation.readings().sinceWatermarks();
        conversation.lead(reading, request -> ("<QBXML><QBXMLMsgsRs>" + page(left(0), row("K1", 1, 1, "1.00").replace("2026-01-05T",
                "2036-01-05T"), row("K2", 1, 1, "1.00").replace("2026-01-05T", "2037-01-05T")) + "</QBXMLMsgsRs></QBXML>")
                .getBytes(StandardCharsets.UTF_8));
        assertThat(conversation.wanted()).hasSize(2);
        assertThat(reading.notes()).singleElement().asString().contains("too far in the future", "QuickBooks machine");
    }
}
