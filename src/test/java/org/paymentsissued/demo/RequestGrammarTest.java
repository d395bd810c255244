package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestGrammarTest {

    private static final String EVERY_QUERY_WITH_EVERY_FILTER = """
            <?xml version="1.0" encoding="utf-8"?>
            <?qbxml version="13.0"?>
            <!-- the first poll -->
            <QBXML>
              <QBXMLMsgsRq onError="continueOnError">
                <BillPaymentCheckQueryRq requestID="checks" iterator="Start">
                  <MaxReturned>100</MaxReturned>
                  <ModifiedDateRangeFilter>
                    <FromModifiedDate>2026-01-10T00:00:00</FromModifiedDate>
                    <ToModifiedDate>2026-01-11T00:00:00-07:00</ToModifiedDate>
                  </ModifiedDateRangeFilter>
                  <EntityFilter><ListID>8000004F-1589314882</ListID></EntityFilter>
                  <AccountFilter><FullName>Accounts Payable</FullName></AccountFilter>
                  <RefNumberRangeFilter>
                    <FromRefNumber>10000</FromRefNumber><ToRefNumber>10999</ToRefNumber>
                  </RefNumberRangeFilter>
                  <CurrencyFilter><FullName>US Dollar</FullName></CurrencyFilter>
                  <IncludeLineItems>true</IncludeLineItems>
                  <OwnerID>0</OwnerID>
                </BillPaymentCheckQueryRq>
                <BillPaymentCreditCardQueryRq requestID="cards" iterator="Start">
                  <MaxReturned>100</MaxReturned>
                  <TxnDateRangeFilter>
                    <FromTxnDate>2026-01-01</FromTxnDate><ToTxnDate>2026-01-31</ToTxnDate>
                  </TxnDateRangeFilter>
                  <IncludeLineItems>true</IncludeLineItems>
                </BillPaymentCreditCardQueryRq>
                <BillQueryRq requestID="bills">
                  <TxnID>19F01-1765300223</TxnID>
                  <TxnID>19F44-1765473023</TxnID>
                  <IncludeLineItems>true</IncludeLineItems>
                  <IncludeLinkedTxns>true</IncludeLinkedTxns>
                  <OwnerID>0</OwnerID>
                </BillQueryRq>
                <TxnDeletedQueryRq requestID="deletions">
                  <TxnDelType>BillPaymentCheck</TxnDelType>
                  <TxnDelType>BillPaymentCreditCard</TxnDelType>
                  <DeletedDateRangeFilter>
                    <FromDeletedDate>2026-01-01T00:00:00</FromDeletedDate>
                  </DeletedDateRangeFilter>
                </TxnDeletedQueryRq>
                <HostQueryRq requestID="host"/>
              </QBXMLMsgsRq>
            </QBXML>
            """;

    @Test
    void every_query_with_every_filter_in_schema_order_is_legal() {
        assertThatCode(() -> RequestGrammar.check(EVERY_QUERY_WITH_EVERY_FILTER)).doesNotThrowAnyException();
    }

    @Test
    void a_following_page_is_legal() {
        RequestGrammar.check(QbxmlRequest.of("""
                <BillPaymentCheckQueryRq requestID="c" iterator="Continue" \
                iteratorID="{5d0c1f4e-3b7a-4c52-9a61-7e2f8c1b0d93}"><MaxReturned>2</MaxReturned>\
                <ModifiedDateRangeFilter><FromModifiedDate>2026-02-02T07:00:00</FromModifiedDate>\
                </ModifiedDateRangeFilter><IncludeLineItems>true</IncludeLineItems></BillPaymentCheckQueryRq>"""));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "<RefNumberFilter><MatchCriterion>StartsWith</MatchCriterion><RefNumber>1</RefNumber></RefNumberFilter>",
        "<TxnDateRangeFilter><DateMacro>Today</DateMacro></TxnDateRangeFilter>",
        "<TxnDateRangeFilter/>",
        "<EntityFilter><FullName>A</FullName><FullName>B</FullName></EntityFilter>",
        "<EntityFilter><ListIDWithChildren>80-1</ListIDWithChildren></EntityFilter>",
        "<RefNumberCaseSensitive>a</RefNumberCaseSensitive><RefNumberCaseSensitive>b</RefNumberCaseSensitive>",
        "<ModifiedDateRangeFilter><ToModifiedDate>2026-1-2T7</ToModifiedDate></ModifiedDateRangeFilter>",
        "<ModifiedDateRangeFilter><ToModifiedDate>2026-13-02</ToModifiedDate></ModifiedDateRangeFilter>",
        "<IncludeLineItems> 1 </IncludeLineItems><IncludeRetElement>TxnID</IncludeRetElement>",
        "<OwnerID>{3f0e6f5c-9c0b-4f0a-8c9e-52b1f3a7d410}</OwnerID>",
        "<EntityFilter><FullName>D&#233;cor Tile</FullName></EntityFilter>"})
    void other_shapes_of_a_payment_query_are_legal(String children) {
        assertThatCode(() -> RequestGrammar.check(QbxmlRequest.checks("", children))).doesNotThrowAnyException();
    }

    static Stream<Arguments> wrongPaymentQueries() {
        return Stream.of(
                wrong("MaxReturned", "<ModifiedDateRangeFilter/><MaxReturned>5</MaxReturned>"),
                wrong("TxnDateRangeFilter", "<ModifiedDateRangeFilter/><TxnDateRangeFilter/>"),
                wrong("ModifiedDateRangeFilter", "<TxnDateRangeFilter/><ModifiedDateRangeFilter/>"),
                wrong("IncludeLinkedTxns", "<IncludeLinkedTxns>true</IncludeLinkedTxns>"),
                wrong("PaidStatus", "<PaidStatus>All</PaidStatus>"),
                wrong("MaxReturned", "<TxnID>1-1</TxnID><MaxReturned>5</MaxReturned>"),
                wrong("ModifiedDateRangeFilter", "<RefNumber>1</RefNumber><ModifiedDateRangeFilter/>"),
                wrong("RefNumber", "<TxnID>1-1</TxnID><RefNumber>1</RefNumber>"),
                wrong("EntityFilter", "<AccountFilter><FullName>AP</FullName></AccountFilter>"
                        + "<EntityFilter><FullName>V</FullName></EntityFilter>"),
                wrong("EntityFilter", "<EntityFilter/>"),
                wrong("FullName", "<EntityFilter><ListID>1-1</ListID><FullName>V</FullName></EntityFilter>"),
                wrong("FullName", "<EntityFilter><FullName>" + "v".repeat(210) + "</FullName></EntityFilter>"),
                wrong("FullName", "<CurrencyFilter><FullName>" + "c".repeat(65) + "</FullName></CurrencyFilter>"),
                wrong("RefNumberRangeFilter", "<RefNumberFilter><MatchCriterion>Contains</MatchCriterion>"
                        + "<RefNumber>1</RefNumber></RefNumberFilter><RefNumberRangeFilter/>"),
                wrong("MatchCriterion", "<RefNumberFilter><RefNumber>1</RefNumber></RefNumberFilter>"),
                wrong("MatchCriterion", "<RefNumberFilter><MatchCriterion>Is</MatchCriterion>"
                        + "<RefNumber>1</RefNumber></RefNumberFilter>"),
                wrong("FromRefNumber", "<RefNumberRangeFilter><ToRefNumber>2</ToRefNumber>"
                        + "<FromRefNumber>1</FromRefNumber></RefNumberRangeFilter>"),
                wrong("RefNumber", "<RefNumber>123456789012</RefNumber>"),
                wrong("TxnID", "<TxnID>" + "1".repeat(37) + "</TxnID>"),
                wrong("MaxReturned", "<MaxReturned>0</MaxReturned>"),
                wrong("MaxReturned", "<MaxReturned>many</MaxReturned>"),
                wrong("MaxReturned", "<MaxReturned/>"),
                wrong("FromModifiedDate", modifiedFrom("2026-02-02T07:00:00Z")),
                wrong("FromModifiedDate", modifiedFrom("2026-02-02T07:00:00.5")),
                wrong("FromModifiedDate", modifiedFrom("2026-02-02T07:00-07:00")),
                wrong("FromModifiedDate", modifiedFrom("02/02/2026")),
                wrong("FromModifiedDate", "<ModifiedDateRangeFilter><ToModifiedDate/><FromModifiedDate/>"
                        + "</ModifiedDateRangeFilter>"),
                wrong("FromTxnDate", "<TxnDateRangeFilter><FromTxnDate>2026-02-30</FromTxnDate></TxnDateRangeFilter>"),
                wrong("DateMacro", "<TxnDateRangeFilter><FromTxnDate>2026-02-03</FromTxnDate>"
                        + "<DateMacro>Today</DateMacro></TxnDateRangeFilter>"),
                wrong("IncludeLineItems", "<IncludeLineItems>yes</IncludeLineItems>"),
                wrong("IncludeLineItems", "<OwnerID>0</OwnerID><IncludeLineItems>true</IncludeLineItems>"),
                wrong("IncludeLineItems", "<IncludeLineItems>1</IncludeLineItems>"
                        + "<IncludeLineItems>1</IncludeLineItems>"),
                wrong("IncludeRetElement", "<IncludeRetElement>" + "x".repeat(51) + "</IncludeRetElement>"),
                wrong("OwnerID", "<OwnerID>1</OwnerID>"),
                wrong("MaxReturn", "<MaxReturn>5</MaxReturn>"),
                wrong("b", "<TxnID><b>1-1</b></TxnID>"),
                wrong("BillPaymentCheckQueryRq", "MaxReturned"),
                wrong("lang", "<TxnID lang='en'>1-1</TxnID>"));
    }

    private static Arguments wrong(String named, String children) {
        return Arguments.of(named, children);
    }

    private static String modifiedFrom(String text) {
        return "<ModifiedDateRangeFilter><FromModifiedDate>" + text + "</FromModifiedDate></ModifiedDateRangeFilter>";
    }

    @ParameterizedTest
    @MethodSource("wrongPaymentQueries")
    void a_wrong_payment_query_is_refused_by_the_name_of_the_element(String named, String children) {
        assertThatThrownBy(() -> RequestGrammar.check(QbxmlRequest.checks("", children)))
                .isInstanceOfSatisfying(QuickBooksRefuses.class, refusal -> {
                    assertThat(refusal.hresult()).isEqualTo("0x80040400");
                    assertThat(refusal.reason()).containsPattern("(<| )" + named + "[> ]");
                });
    }

    static Stream<Arguments> wrongDocuments() {
        String host = "<HostQueryRq/>";
        String good = QbxmlRequest.of(host);
        return Stream.of(
                Arguments.of("onError", good.replace(" onError=\"continueOnError\"", "")),
                Arguments.of("onError", good.replace("continueOnError", "stopOnErrror")),
                Arguments.of("newMessageSetID", good.replace("onError", "newMessageSetID='" + "1".repeat(24)
                        + "' onError")),
                Arguments.of("qbxml", good.replace("<?qbxml version=\"13.0\"?>", "")),
                Arguments.of("qbxml", good.replace("13.0", "thirteen")),
                Arguments.of("US-ASCII", QbxmlRequest.checks("",
                        "<EntityFilter><FullName>Décor</FullName></EntityFilter>")),
                Arguments.of("xmlns", good.replace("<QBXML>", "<QBXML xmlns='http://developer.intuit.com/'>")),
                Arguments.of("QBXMLMsgsRs", good.replace("MsgsRq", "MsgsRs")),
                Arguments.of("qbxml>", good.replace("QBXML>", "qbxml>")),
                Arguments.of("at least one request", QbxmlRequest.of("")),
                Arguments.of("CheckQueryRq", QbxmlRequest.of("<CheckQueryRq/>")),
                Arguments.of("TxnVoidRq", QbxmlRequest.of("<TxnVoidRq/>")),
                Arguments.of("iterator ", QbxmlRequest.checks("iterator='start'", "")),
                Arguments.of("metaData", QbxmlRequest.checks("metaData='Yes'", "")),
                Arguments.of("iterator ", QbxmlRequest.of("<TxnDeletedQueryRq iterator='Start'>"
                        + "<TxnDelType>Bill</TxnDelType></TxnDeletedQueryRq>")),
                Arguments.of("TxnDelType", QbxmlRequest.of("<TxnDeletedQueryRq/>")),
                Arguments.of("TxnDelType", QbxmlRequest.of("<TxnDeletedQueryRq><DeletedDateRangeFilter/>"
                        + "<TxnDelType>Bill</TxnDelType></TxnDeletedQueryRq>")),
                Arguments.of("MaxReturned", QbxmlRequest.of("<TxnDeletedQueryRq><TxnDelType>Bill</TxnDelType>"
                        + "<MaxReturned>5</MaxReturned></TxnDeletedQueryRq>")),
                Arguments.of("IncludeLineItems", QbxmlRequest.of("<BillQueryRq><TxnID>1</TxnID><IncludeLinkedTxns>1"
                        + "</IncludeLinkedTxns><IncludeLineItems>1</IncludeLineItems></BillQueryRq>")),
                Arguments.of("PaidStatus", QbxmlRequest.of("<BillQueryRq><PaidStatus>Open</PaidStatus></BillQueryRq>")),
                Arguments.of("well-formed", good.replace("</QBXMLMsgsRq>", "")),
                Arguments.of("well-formed", "<!DOCTYPE QBXML [<!ENTITY a 'b'>]><QBXML/>"),
                Arguments.of("well-formed", ""));
    }

    @ParameterizedTest
    @MethodSource("wrongDocuments")
    void a_wrong_document_is_refused_with_its_reason(String named, String qbxml) {
        assertThatThrownBy(() -> RequestGrammar.check(qbxml)).isInstanceOf(QuickBooksRefuses.class)
                .hasMessageStartingWith("0x80040400").hasMessageContaining(named);
    }

    @Test
    void a_bill_query_may_end_its_filters_with_the_paid_status() {
        assertThatCode(() -> RequestGrammar.check(QbxmlRequest.of(
                "<BillQueryRq><MaxReturned>1</MaxReturned><PaidStatus>NotPaidOnly</PaidStatus></BillQueryRq>")))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<IncludeLineItems>true</IncludeLineItems>", "<MaxReturned>10</MaxReturned>",
        "<ModifiedDateRangeFilter/>", "<ModifiedDateRangeFilter><FromModifiedDate/></ModifiedDateRangeFilter>",
        "<TxnDateRangeFilter><DateMacro>All</DateMacro></TxnDateRangeFilter>"})
    void a_payment_query_that_nothing_narrows_asks_for_everything(String children) {
        assertThat(RequestGrammar.asksForEverything(QbxmlRequest.checks("", children))).isTrue();
    }

    @Test
    void one_unfiltered_query_beside_a_filtered_one_asks_for_everything() {
        assertThat(RequestGrammar.asksForEverything(QbxmlRequest.of(
                "<BillQueryRq><TxnID>1-1</TxnID></BillQueryRq><BillPaymentCreditCardQueryRq/>"))).isTrue();
    }

    @Test
    void filtered_queries_and_host_and_deletions_do_not_ask_for_everything() {
        assertThat(RequestGrammar.asksForEverything(EVERY_QUERY_WITH_EVERY_FILTER)).isFalse();
    }
}
