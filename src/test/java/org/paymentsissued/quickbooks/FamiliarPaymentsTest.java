package org.paymentsissued.quickbooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;
import static org.paymentsissued.demo.SimulatedQuickBooks.creditCard;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Function;
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

/** Whether the company file is still the one that was read before, told by its payments alone. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class FamiliarPaymentsTest {

    private static final String NOT_FOUND = "statusCode=\"500\" statusSeverity=\"Warn\"";

    private final Conversation conversation = new Conversation();
    private final TestQuickBooks books = books();

    private static TestQuickBooks books() {
        Clock noon = Clock.fixed(Instant.parse("2026-03-10T18:00:00Z"), ZoneId.of("America/Denver"));
        return new TestQuickBooks().hostClock(noon);
    }

    @BeforeEach
    void threePaymentsAreKnown() {
        conversation.clock = Clock.fixed(Instant.parse("2026-03-10T18:00:00Z"), ZoneId.of("America/Denver"));
        books.has(check("K1").number("101").dated("2026-03-02").modified("2026-03-02T09:00:00").pays("B1", "", "1.00"))
                .has(check("K2").number("102").dated("2026-03-05").modified("2026-03-05T09:00:00").pays("B2", "", "2.00"))
                .has(creditCard("C1").dated("2026-03-05").modified("2026-03-05T09:30:00").pays("B3", "", "3.00"));
        assertThat(conversation.with(books)).isEmpty();
        conversation.requests.clear();
    }

    @AfterEach
    void close() {
        conversation.close();
    }

    private void nothingHasChanged() {
        assertThat(conversation.wanted()).containsExactly("K1|B1|1.00", "K2|B2|2.00", "C1|B3|3.00");
        assertThat(conversation.watermark(Feed.CHECKS)).isEqualTo("2026-03-05T09:00:00");
        assertThat(conversation.watermark(Feed.CREDIT_CARDS)).isEqualTo("2026-03-05T09:30:00");
        assertThat(conversation.unreadable).isEmpty();
    }

    private long probes() {
        return conversation.requests.stream().filter(request -> request.contains("known-")).count();
    }

    // ---- what stops the reading --------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"true, false", "false, false", "true, true"})
    void another_company_file_is_refused_before_anything_of_it_is_taken(boolean iterators, boolean missingIdsAreAnError) {
        conversation.iterators = iterators;
        TestQuickBooks others = books();
        others.has(check("X1").modified("2026-03-09T10:00:00").pays("B1", "", "70.00"));
        UnaryOperator<String> hand = answer -> missingIdsAreAnError ? answer.replace(NOT_FOUND,
                "statusCode=\"3120\" statusSeverity=\"Error\"") : answer;

        Optional<QuickBooksTrouble> trouble = conversation.with(others, hand);

        assertThat(trouble.orElseThrow().kind()).isEqualTo(QuickBooksTrouble.Kind.CONFIGURATION);
        assertThat(trouble.get().getMessage()).contains("Check 102 of 2026-03-05", "Another company file is open",
                "--restored=default");
        nothingHasChanged();
        assertThat(probes()).isEqualTo(1);
        assertThat(conversation.with(others, hand)).as("it is not forgotten").isPresent();

        assertThat(conversation.with(books)).as("the right one again").isEmpty();
        nothingHasChanged();
    }

    @Test
    void a_restored_backup_overwrites_nothing_until_somebody_says_so() {
        conversation.clock = Clock.fixed(Instant.parse("2026-03-10T18:00:00Z"), ZoneId.of("America/Denver"));
        TestQuickBooks backup = books();
        backup.has(check("K1").number("101").dated("2026-03-02").modified("2026-03-02T09:00:00").pays("B1", "", "1.00"))
                .has(check("K2").number("102").dated("2026-03-05").modified("2026-03-02T10:00:00").pays("B2", "", "9.00"));
        books.edit(PaymentKind.CHECK, "K1", payment -> payment.memo("edited"));
        books.edit(PaymentKind.CHECK, "K2", payment -> payment.memo("edited"));
        books.edit(PaymentKind.CREDIT_CARD, "C1", payment -> payment.memo("edited"));
        assertThat(conversation.with(books)).isEmpty();

        Optional<QuickBooksTrouble> trouble = conversation.with(backup);
        assertThat(trouble.orElseThrow().getMessage()).contains("a backup was restored");
        assertThat(conversation.wanted()).containsExactly("K1|B1|1.00", "K2|B2|2.00", "C1|B3|3.00");

        conversation.readings().restored();
        assertThat(conversation.with(backup)).isEmpty();
        assertThat(conversation.wanted()).containsExactly("K1|B1|1.00", "K2|B2|9.00");
        conversation.requests.clear();
        assertThat(conversation.with(backup)).isEmpty();
        assertThat(conversation.requests).as("all is as before").noneMatch(request -> request.contains("ids-"));
    }

    // ---- what does not -----------------------------------------------------------------------------------------------

    @Test
    void where_the_overlap_comes_again_nobody_is_asked_more() {
        books.edit(PaymentKind.CHECK, "K2", payment -> payment.memo("edited"));
        books.voidPayment(PaymentKind.CREDIT_CARD, "C1");
        assertThat(conversation.with(books)).isEmpty();
        books.delete(PaymentKind.CHECK, "K2");
        assertThat(conversation.with(books)).isEmpty();
        assertThat(conversation.requests).hasSize(4);
        assertThat(conversation.wanted()).containsExactly("K1|B1|1.00");
    }

    @Test
    void all_of_the_overlap_may_have_been_deleted() {
        books.delete(PaymentKind.CHECK, "K1");
        books.delete(PaymentKind.CHECK, "K2");
        books.delete(PaymentKind.CREDIT_CARD, "C1");
        books.has(check("K3").pays("B9", "", "9.00"));
        assertThat(conversation.with(books)).isEmpty();
        assertThat(conversation.wanted()).containsExactly("K3|B9|9.00");
        conversation.requests.clear();
        assertThat(conversation.with(books)).isEmpty();
        assertThat(probes()).isZero();
    }

    @Test
    void more_deletions_than_fit_a_buffer_are_taken_after_the_page_that_waited() {
        books.delete(PaymentKind.CHECK, "K1");
        books.delete(PaymentKind.CHECK, "K2");
        books.delete(PaymentKind.CREDIT_CARD, "C1");
        for (int i = 0; i < 200; i++) {
            books.has(check("D" + i).pays("B" + i, "", "1.00"));
            books.delete(PaymentKind.CHECK, "D" + i);
        }
        books.has(check("K3").pays("B9", "", "9.00"));

        assertThat(conversation.with(books)).isEmpty();

        assertThat(probes()).isPositive();
        assertThat(conversation.wanted()).containsExactly("K3|B9|9.00");
    }

    @Test
    void a_payment_that_is_gone_without_a_trace_does_not_stop_the_others() {
        TestQuickBooks condensed = books();
        condensed.has(check("K1").number("101").dated("2026-03-02").modified("2026-03-02T09:00:00").pays("B1", "", "1.00"))
                .has(check("K3").pays("B9", "", "9.00"));
        assertThat(conversation.with(condensed)).isEmpty();
        assertThat(conversation.wanted()).contains("K3|B9|9.00");
        assertThat(probes()).isEqualTo(1);
    }

    /** The clock of the host was a few hours ahead and is right now: a later edit looks older. */
    @Test
    void a_clock_that_was_put_back_by_hours_is_no_backup_and_its_edits_are_read() {
        TestQuickBooks now = books();
        now.has(check("K1").number("101").dated("2026-03-02").modified("2026-03-02T09:00:00").pays("B1", "", "1.00"))
                .has(check("K2").number("102").dated("2026-03-05").modified("2026-03-05T06:00:00").pays("B2", "", "7.00"))
                .has(creditCard("C1").dated("2026-03-05").modified("2026-03-05T06:10:00").pays("B3", "", "3.00"));
        assertThat(conversation.with(now)).isEmpty();
        assertThat(conversation.wanted()).containsExactly("K1|B1|1.00", "K2|B2|7.00", "C1|B3|3.00");
    }

    /** Stand-ins and gateways that know nothing of ids, or give only what is new. */
    @ParameterizedTest
    @ValueSource(strings = {"statusCode=\"1\"", "statusCode=\"0\"", "statusCode=\"3140\"", "statusCode=\"1000\"", "other", "html",
            "none", "fails", "deletions refused"})
    void whoever_cannot_tell_of_ids_is_taken_at_its_word(String answer) {
        String fresh = "<BillPaymentCheckRet><TxnID>K9</TxnID><TimeModified>2026-03-09T10:00:00</TimeModified><EditSequence>1"
                + "</EditSequence><TxnDate>2026-03-09</TxnDate><Amount>9.00</Amount><AppliedToTxnRet><TxnID>B9</TxnID><TxnType>Bill"
                + "</TxnType><Amount>9.00</Amount></AppliedToTxnRet></BillPaymentCheckRet>";
        Optional<QuickBooksTrouble> trouble = lead(request -> {
            if (request.contains("\"known-")) {
                return switch (answer) {
                    case "other" -> envelope(response("BillPaymentCheck", "bpc", "0", fresh));
                    case "html" -> "<html>busy</html>";
                    case "none" -> "<QBXML><QBXMLMsgsRs/></QBXML>";
                    case "fails" -> null;
                    case "deletions refused" -> envelope(probed(NOT_FOUND)
                            + "<TxnDeletedQueryRs requestID=\"known-del\" statusCode=\"3260\"/>");
                    default -> envelope(probed(answer)
                            + "<TxnDeletedQueryRs requestID=\"known-del\" statusCode=\"1\"/>");
                };
            }
            return envelope(request.contains("TxnDeleted") ? response("TxnDeleted", "del", "0", "")
                    : request.contains("BillQueryRq") ? response("Bill", "ids-bill", "1", "")
                    : response("BillPaymentCheck", "bpc", "0", fresh) + response("BillPaymentCreditCard", "bpcc", "1", ""));
        });
        assertThat(trouble).isEmpty();
        assertThat(conversation.wanted()).contains("K9|B9|9.00").hasSize(4);
        assertThat(conversation.watermark(Feed.CHECKS)).isEqualTo("2026-03-09T10:00:00");
        assertThat(probes()).isEqualTo(1);
    }

    /** As the routes do: an answer that does not come is told to the reading. */
    private Optional<QuickBooksTrouble> lead(Function<String, String> gateway) {
        Reading reading = conversation.readings().sinceWatermarks();
        return conversation.lead(reading, request -> {
            String answer = gateway.apply(request);
            if (answer == null) {
                reading.unanswered(new QuickBooksTrouble(QuickBooksTrouble.Kind.AWAY, "HTTP 500"));
                String next = reading.nextRequest();
                conversation.requests.add(next);
                answer = gateway.apply(next);
            }
            return answer.getBytes(StandardCharsets.UTF_8);
        });
    }

    private static String probed(String status) {
        StringBuilder responses = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            for (String kind : new String[] {"Check", "CreditCard"}) {
                responses.append("<BillPayment").append(kind).append("QueryRs requestID=\"known-").append(i).append("\" ")
                        .append(status).append("/>");
            }
        }
        return responses.toString();
    }

    private static String response(String feed, String requestId, String status, String rows) {
        return "<" + feed + "QueryRs requestID=\"" + requestId + "\" statusCode=\"" + status
                + "\" iteratorRemainingCount=\"0\">" + rows + "</" + feed + "QueryRs>";
    }

    private static String envelope(String responses) {
        return "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs>" + responses + "</QBXMLMsgsRs></QBXML>";
    }

    @Test
    void a_single_known_payment_is_too_little_to_go_by() {
        conversation.update("delete from ledger_row");
        conversation.update("delete from payment where payment_txn_id <> 'K2'");
        assertThat(conversation.with(books())).isEmpty();
        assertThat(probes()).isZero();
    }

    @Test
    void familiar_payments_may_come_on_a_later_page() {
        conversation.pageSize = 2;
        for (int i = 0; i < 6; i++) {
            books.has(check("A" + i).modified("2026-03-0" + (4 + i) + "T08:00:00").pays("B9", "", "1.00"));
        }
        assertThat(conversation.with(books, answer -> answer)).isEmpty();
        assertThat(conversation.wanted()).hasSizeGreaterThan(7);
    }
}
