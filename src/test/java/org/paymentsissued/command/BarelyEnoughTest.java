package org.paymentsissued.command;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okXml;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.paymentsissued.rig.Rig;

/**
 * Systems that know no more than the main job needs: what is only a convenience (a bill's job, the lookup filled from
 * Procore) may fail in every way and never stands between a payment and its commitment.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BarelyEnoughTest {

    private static final String CHECK = """
            <?xml version="1.0" ?><QBXML><QBXMLMsgsRs>
            <BillPaymentCheckQueryRs requestID="bpc" statusCode="0" statusSeverity="Info" statusMessage="OK"
              iteratorRemainingCount="0" iteratorID="{1}">%s</BillPaymentCheckQueryRs>
            <BillPaymentCreditCardQueryRs requestID="bpcc" statusCode="1" statusSeverity="Info" statusMessage="none" />
            </QBXMLMsgsRs></QBXML>""";
    private static final String NO_DELETIONS = """
            <?xml version="1.0" ?><QBXML><QBXMLMsgsRs>
            <TxnDeletedQueryRs requestID="del" statusCode="1" statusSeverity="Info" statusMessage="none" />
            </QBXMLMsgsRs></QBXML>""";

    @RegisterExtension
    private final WireMockExtension web = WireMockExtension.newInstance()
            .options(wireMockConfig().bindAddress("127.0.0.1").dynamicPort()).build();

    private final Rig rig = new Rig();

    @BeforeEach
    void nothingIsKnownButTheMainJob() {
        rig.with("quickbooks.url", web.baseUrl() + "/qbxml").with("procore.url", web.baseUrl())
                .with("procore.login-url", web.baseUrl());
        rig.lookup("B1,1001,11,work_order_contract,,");
        web.stubFor(any(anyUrl()).atPriority(10).willReturn(aResponse().withStatus(404).withBody("not here")));
        web.stubFor(post("/oauth/token").willReturn(okJson("{\"access_token\":\"t\",\"expires_in\":5400}")));
        web.stubFor(post("/qbxml").withRequestBody(containing("BillPaymentCheckQueryRq"))
                .willReturn(okXml(CHECK.formatted(check("K1", "B1") + check("K2", "B2")))));
        web.stubFor(post("/qbxml").withRequestBody(containing("TxnDeletedQueryRq")).willReturn(okXml(NO_DELETIONS)));
        web.stubFor(get(urlPathEqualTo("/rest/v1.0/contract_payments")).willReturn(okJson("[]")));
        web.stubFor(post("/rest/v1.0/contract_payments").willReturn(aResponse().withStatus(201).withBody("""
                {"id":7,"amount":"10.00","date":"2026-03-25","origin_id":"K1|B1","contract_id":11,"project_id":1001}""")));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_procore_without_projects_and_a_quickbooks_without_bills_still_do_the_main_job() {
        billsAnswerWith(aResponse().withStatus(400).withBody("0x80040400 unknown request"));
        assertDone();
    }

    @Test
    void a_gateway_that_breaks_on_bills_still_does_the_main_job() {
        billsAnswerWith(aResponse().withStatus(500));
        assertDone();
    }

    @Test
    void a_gateway_that_answers_bills_with_a_page_of_html_still_does_the_main_job() {
        billsAnswerWith(aResponse().withHeader("Content-Type", "text/html").withBody("<html>what?</html>"));
        assertDone();
    }

    @Test
    void a_procore_that_forbids_the_list_of_projects_still_takes_payments() {
        web.stubFor(get(urlPathEqualTo("/rest/v1.1/projects")).willReturn(aResponse().withStatus(403)
                .withBody("{\"errors\":\"no\"}")));
        billsAnswerWith(okXml("<QBXML><QBXMLMsgsRs/></QBXML>"));
        assertDone();
    }

    private void billsAnswerWith(ResponseDefinitionBuilder answer) {
        web.stubFor(post("/qbxml").withRequestBody(containing("BillQueryRq")).willReturn(answer));
    }

    private void assertDone() {
        assertThat(rig.once()).as(rig.printed()).isZero();
        assertThat(rig.printed()).containsPattern("delivered +1 +1").containsPattern("waiting +1 +1");
    }

    private static String check(String txnId, String bill) {
        return "<BillPaymentCheckRet><TxnID>" + txnId + "</TxnID><TimeCreated>2026-03-25</TimeCreated><EditSequence>1</EditSequence>"
                + "<TxnDate>2026-03-25</TxnDate>"
                + "<Amount>10.00</Amount><AppliedToTxnRet><TxnID>" + bill + "</TxnID><TxnType>Bill</TxnType>"
                + "<Amount>10.00</Amount></AppliedToTxnRet></BillPaymentCheckRet>";
    }
}
