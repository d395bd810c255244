package org.paymentsissued.quickbooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.xml.bind.JAXBException;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.payment.Payment;
import org.paymentsissued.payment.Verdict;
import org.paymentsissued.quickbooks.qbxml.BillPaymentRet;
import org.paymentsissued.quickbooks.qbxml.TxnDeletedRet;

@DisplayNameGeneration(ReplaceUnderscores.class)
class BillPaymentsTest {

    private static final String DATE = "<TxnDate>2026-03-09</TxnDate>";

    /** H, S with discount D: what the table of the qbXML reference says. */
    @ParameterizedTest
    @CsvSource({
            "100.00, 100.00,      , PAYS_BILLS,   ''",
            "100.00, 60.00,       , PAYS_BILLS,   '40.00 of Check'",
            "100.00, 150.00, 50.00, SET_ASIDE,    'the difference is the discount taken'",
            "100.00, 150.00,      , SET_ASIDE,    'add up to 150.00'",
            "0.00,   0.00,        , PAYS_NOTHING, 'moved no money'",
            "0.00,   640.00,      , PAYS_NOTHING, 'moved no money'",
            "-0.00,  0.00,        , PAYS_NOTHING, 'moved no money'",
            "0.00,   '',     50.00, PAYS_NOTHING, 'moved no money'",
            "0.00,   812.5,       , PAYS_NOTHING, 'moved no money'",
            "0.00,   -5.00,       , PAYS_NOTHING, 'moved no money'",
            ",       ,            , PAYS_NOTHING, 'moved no money: its amount is absent'",
            ",       0.00,        , PAYS_NOTHING, 'moved no money: its amount is absent'",
            ",       ,       25.00, PAYS_NOTHING, 'moved no money: its amount is absent'",
            ",       100.00,      , SET_ASIDE,    'no amount'",
            ",       -5.00,       , SET_ASIDE,    'no amount'",
            ",       812.5,       , SET_ASIDE,    'is not a valid QuickBooks amount'",
            ",       '',          , SET_ASIDE,    'no amount'",
            "100.00, ,            , SET_ASIDE,    'it cannot be known what each bill got'",
            "'',     100.00,      , SET_ASIDE,    'no amount'",
            "-75.00, -75.00,      , SET_ASIDE,    'negative'",
            "100.00, -5.00,       , SET_ASIDE,    'negative'",
            "100.00, '',          , SET_ASIDE,    'one of its bills'",
            "812.5,  812.50,      , SET_ASIDE,    '\"812.5\" is not a valid QuickBooks amount'",
            "100.00, '1,00.00',   , SET_ASIDE,    'is not a valid QuickBooks amount'",
            "100.00, 1e2,         , SET_ASIDE,    'is not a valid QuickBooks amount'",
            "100.00, 100.00, 2.5, SET_ASIDE,      'is not a valid QuickBooks amount'"})
    void header_and_lines_are_weighed(String header, String line, String discount, Verdict.Kind verdict, String note)
            throws JAXBException {
        Payment payment = check(DATE + (header == null ? "" : "<Amount>" + header + "</Amount>") + bill("B1", line, discount));
        assertThat(payment.verdict().kind()).isEqualTo(verdict);
        assertThat(payment.verdict().note()).contains(note);
    }

    /** What a line without an amount got follows only where the amounts given are all of the payment. */
    @ParameterizedTest
    @CsvSource({
            "100.00, 100.00, , , PAYS_BILLS, 'settled by a credit or journal entry'",
            "100.00, 100.00, , 25.00, PAYS_BILLS, 'settled by a discount of 25.00, no money moved'",
            "100.00, 100.00, 0.00, 25.00, PAYS_BILLS, 'settled by a discount of 25.00, no money moved'",
            "100.00, 100.00, 0.00, , PAYS_BILLS, 'settled by a credit or journal entry'",
            "100.00, 60.00, , , SET_ASIDE, ''",
            "100.00, 140.00, , , SET_ASIDE, ''"})
    void a_bill_without_money_of_this_payment_is_left_out_with_what_settled_it(String header, String first, String second,
            String discount, Verdict.Kind verdict, String leftOut) throws JAXBException {
        Payment payment = check(DATE + "<Amount>" + header + "</Amount>" + bill("B1", first, null) + bill("B2", second, discount));
        assertThat(payment.verdict().kind()).isEqualTo(verdict);
        assertThat(payment.applied().get(0).amount().orElseThrow()).isEqualByComparingTo(first);
        assertThat(payment.applied().get(0).leftOut()).isEmpty();
        if (verdict == Verdict.Kind.PAYS_BILLS) {
            assertThat(payment.applied().get(1).leftOut().orElseThrow()).contains(leftOut);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<AppliedToTxnRet><TxnID>B1</TxnID><TxnType>Bill</TxnType></AppliedToTxnRet>"})
    void a_void_may_have_neither_an_amount_nor_lines(String lines) throws JAXBException {
        assertThat(check(DATE + "<Memo>VOID: lost</Memo>" + lines).verdict().kind()).isEqualTo(Verdict.Kind.VOIDED);
        assertThat(check(DATE + "<Memo>VOID: lost</Memo>" + bill("B1", "5.00", null)).verdict().kind())
                .isEqualTo(Verdict.Kind.SET_ASIDE);
    }

    @Test
    void a_difference_is_explained_by_what_can_explain_it() throws JAXBException {
        assertThat(check(DATE + "<Amount>7.00</Amount>" + bill("B1", "8.00", "1.00")).verdict().note())
                .contains("the difference is the discount taken", "the books may be right", "payment.discounts = add");
        assertThat(check(DATE + "<Amount>700.00</Amount>" + bill("B1", "1000.00", null)).verdict().note())
                .contains("A discount or a credit may explain the difference", "the books may be right");
    }

    @ParameterizedTest
    @CsvSource({"1200, 1200.00", "+5.00, 5.00", "0000812.50, 812.50", "9999999999999.99, 9999999999999.99"})
    void every_legal_spelling_of_an_amount_is_money(String text, String amount) throws JAXBException {
        Payment payment = check(DATE + "<Amount>" + text + "</Amount>" + bill("B1", text, null));
        assertThat(payment.verdict().kind()).isEqualTo(Verdict.Kind.PAYS_BILLS);
        assertThat(payment.applied().get(0).amount().orElseThrow()).isEqualByComparingTo(amount);
    }

    @ParameterizedTest
    @CsvSource({"VOID: x, VOIDED", "' void:', VOIDED", "VOID, PAYS_NOTHING", "Void : x, PAYS_NOTHING",
            "x VOID:, PAYS_NOTHING"})
    void the_mark_at_the_beginning_of_the_memo_makes_a_void(String memo, Verdict.Kind verdict) throws JAXBException {
        assertThat(check(DATE + "<Amount>0.00</Amount><Memo>" + memo + "</Memo>" + bill("B1", "7.00", null)).verdict()
                .kind()).isEqualTo(verdict);
    }

    @Test
    void a_typed_mark_on_a_payment_with_money_is_noted_and_no_void() throws JAXBException {
        Payment payment = check(DATE + "<Amount>5.00</Amount><Memo>VOID: no</Memo>" + bill("B1", "5.00", null));
        assertThat(payment.verdict().kind()).isEqualTo(Verdict.Kind.PAYS_BILLS);
        assertThat(payment.verdict().note()).contains("marked as void").contains("5.00");
    }

    @Test
    void a_void_needs_no_date_and_no_readable_lines() throws JAXBException {
        assertThat(check("<Amount>0.00</Amount><Memo>VOID:</Memo><AppliedToTxnRet/>").verdict().kind())
                .isEqualTo(Verdict.Kind.VOIDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<TxnDate/>", "<TxnDate>soon</TxnDate>", "<TxnDate>2026-02-30</TxnDate>"})
    void no_date_is_invented(String date) throws JAXBException {
        Payment payment = check(date + "<Amount>5.00</Amount>" + bill("B1", "5.00", null));
        assertThat(payment.verdict().kind()).isEqualTo(Verdict.Kind.SET_ASIDE);
        assertThat(payment.verdict().note()).contains("no date");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-03-09", "2026-03-09-07:00", "2026-03-09Z", "  2026-03-09\n"})
    void a_day_has_no_zone(String date) throws JAXBException {
        assertThat(check("<TxnDate>" + date + "</TxnDate><Amount>5.00</Amount>").date().orElseThrow())
                .hasToString("2026-03-09");
    }

    @Test
    void lines_on_one_bill_are_summed_and_a_later_line_may_name_it() throws JAXBException {
        Payment payment = check(DATE + "<Amount>5000.00</Amount>" + bill("B1", "4000.00", null)
                + bill("B1", "1000.00", null).replace("<Amount>", "<RefNumber>HD-1</RefNumber><Amount>"));
        assertThat(payment.applied()).singleElement().satisfies(applied -> {
            assertThat(applied.amount().orElseThrow()).isEqualByComparingTo("5000.00");
            assertThat(applied.number()).isEqualTo("HD-1");
        });
    }

    @Test
    void what_is_no_bill_is_left_out_but_counts_in_the_sum() throws JAXBException {
        Payment payment = check(DATE + "<Amount>1050.00</Amount>" + bill("B1", "350.00", null)
                + bill("J1", "600.00", null).replace(">Bill<", ">JournalEntry<")
                + bill("X1", "100.00", null).replace(">Bill<", ">Something of 2031<"));
        assertThat(payment.verdict()).isEqualTo(new Verdict(Verdict.Kind.PAYS_BILLS, ""));
        assertThat(payment.applied()).extracting(applied -> applied.leftOut().isPresent())
                .containsExactly(false, true, true);
    }

    @Test
    void linked_transactions_and_inner_ids_are_never_taken_for_the_payments_own() throws JAXBException {
        Payment payment = check(DATE + "<Amount>300.00</Amount><AppliedToTxnRet><TxnID>B1</TxnID><TxnType>Bill</TxnType>"
                + "<Amount>300.00</Amount><LinkedTxn><TxnID>V1</TxnID><TxnType>VendorCredit</TxnType><TxnDate>2020-01-01"
                + "</TxnDate><RefNumber>CM</RefNumber><Amount>-100.00</Amount></LinkedTxn></AppliedToTxnRet>");
        assertThat(payment.verdict()).isEqualTo(new Verdict(Verdict.Kind.PAYS_BILLS, ""));
        assertThat(payment.applied()).singleElement().satisfies(applied -> {
            assertThat(applied.txnId()).isEqualTo("B1");
            assertThat(applied.number()).isEmpty();
            assertThat(applied.amount().orElseThrow()).isEqualByComparingTo("300.00");
        });
    }

    @Test
    void a_discount_counts_only_where_the_setting_says_so_and_once() throws JAXBException {
        String paid = DATE + "<Amount>95.00</Amount>" + bill("B1", "95.00", "5.00");
        String included = DATE + "<Amount>95.00</Amount>" + bill("B1", "100.00", "5.00");
        assertThat(read(paid, false).applied().get(0).amount().orElseThrow()).isEqualByComparingTo("95.00");
        assertThat(read(paid, true).applied().get(0).amount().orElseThrow()).isEqualByComparingTo("100.00");
        assertThat(read(included, false).verdict().kind()).isEqualTo(Verdict.Kind.SET_ASIDE);
        assertThat(read(included, true).verdict().kind()).isEqualTo(Verdict.Kind.PAYS_BILLS);
        assertThat(read(included, true).applied().get(0).amount().orElseThrow()).isEqualByComparingTo("100.00");
    }

    @ParameterizedTest
    @CsvSource({"<ExchangeRate>1</ExchangeRate>, PAYS_BILLS", "<ExchangeRate>1.</ExchangeRate>, PAYS_BILLS",
            "<AmountInHomeCurrency>5.00</AmountInHomeCurrency>, PAYS_BILLS",
            "<ExchangeRate>1.1</ExchangeRate>, SET_ASIDE", "<ExchangeRate>one</ExchangeRate>, SET_ASIDE",
            "<AmountInHomeCurrency>5.50</AmountInHomeCurrency>, SET_ASIDE"})
    void foreign_money_is_set_aside(String currency, Verdict.Kind verdict) throws JAXBException {
        assertThat(check(DATE + "<Amount>5.00</Amount><CurrencyRef><FullName>Euro</FullName></CurrencyRef>" + currency
                + bill("B1", "5.00", null)).verdict().kind()).isEqualTo(verdict);
    }

    /** Every child is optional: the amount at home and the rate tell of foreign money without its name too. */
    @ParameterizedTest
    @CsvSource({"<AmountInHomeCurrency>5.00</AmountInHomeCurrency>, PAYS_BILLS", "<ExchangeRate>1.0</ExchangeRate>, PAYS_BILLS",
            "<AmountInHomeCurrency>6.17</AmountInHomeCurrency>, SET_ASIDE", "<ExchangeRate>1.2345</ExchangeRate>, SET_ASIDE",
            "<ExchangeRate/>, PAYS_BILLS"})
    void foreign_money_without_the_name_of_its_currency_is_set_aside_too(String currency, Verdict.Kind verdict)
            throws JAXBException {
        Payment payment = check(DATE + "<Amount>5.00</Amount>" + currency + bill("B1", "5.00", null));
        assertThat(payment.verdict().kind()).isEqualTo(verdict);
        assertThat(payment.verdict().note()).doesNotContain("in ,");
    }

    @Test
    void money_without_a_line_is_told_as_unapplied() throws JAXBException {
        assertThat(check(DATE + "<Amount>2200.00</Amount>").verdict().note()).contains("2,200.00 is unapplied");
    }

    @Test
    void a_payment_without_its_own_id_is_unreadable_even_if_its_lines_have_one() {
        assertThatThrownBy(() -> new BillPayments(false).read(Conversation.bound(
                new RowElement("BillPaymentCheckRet", "<BillPaymentCheckRet>" + bill("B1", "5.00", null)
                        + "</BillPaymentCheckRet>"), BillPaymentRet.class),
                new RowElement("BillPaymentCheckRet", ""), "default")).isInstanceOf(UnreadablePayment.class);
    }

    @Test
    void deletions_of_bills_and_without_id_concern_no_payment() throws JAXBException {
        assertThat(deletion("<TxnDelType>Bill</TxnDelType><TxnID>B1</TxnID>")).isEmpty();
        assertThat(deletion("<TxnDelType>BillPaymentCheck</TxnDelType>")).isEmpty();
        assertThat(deletion("<TxnDelType>BillPaymentCreditCard</TxnDelType><TxnID>K1</TxnID>")).isPresent();
    }

    private static Optional<Object> deletion(String children) throws JAXBException {
        return Optional.ofNullable(new BillPayments(false).readDeletion(Conversation.bound(
                new RowElement("TxnDeletedRet", "<TxnDeletedRet>" + children + "</TxnDeletedRet>"), TxnDeletedRet.class),
                "default"));
    }

    private static String bill(String txnId, String amount, String discount) {
        return "<AppliedToTxnRet><TxnID>" + txnId + "</TxnID><TxnType>Bill</TxnType>"
                + (amount == null ? "" : "<Amount>" + amount + "</Amount>") + (discount == null ? "" : "<DiscountAmount>" + discount + "</DiscountAmount>") + "</AppliedToTxnRet>";
    }

    private static Payment check(String children) throws JAXBException {
        return read(children, false);
    }

    private static Payment read(String children, boolean discountsCount) throws JAXBException {
        RowElement row = new RowElement("BillPaymentCheckRet",
                "<BillPaymentCheckRet><TxnID>K1</TxnID>" + children + "</BillPaymentCheckRet>");
        return new BillPayments(discountsCount).read(Conversation.bound(row, BillPaymentRet.class), row, "default");
    }
}
