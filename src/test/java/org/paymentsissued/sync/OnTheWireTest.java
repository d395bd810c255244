package org.paymentsissued.sync;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okXml;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.paymentsissued.command.ExitCode;
import org.paymentsissued.rig.Rig;

/** The whole chain against servers that only say what a test tells them: what goes over the wire, byte for byte. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class OnTheWireTest {

    private static final String SECRET = "s3cret-&=+ of the service account";
    private static final String GATEWAY_PASSWORD = "gateway-passw0rd";
    private static final String PAYMENTS = "/rest/v1.0/contract_payments";
    private static final String NOTHING = """
            <?xml version="1.0" ?><QBXML><QBXMLMsgsRs>
            <BillPaymentCheckQueryRs requestID="bpc" statusCode="1" statusSeverity="Info" statusMessage="none" />
            <BillPaymentCreditCardQueryRs requestID="bpcc" statusCode="1" statusSeverity="Info" statusMessage="none" />
            </QBXMLMsgsRs></QBXML>""";
    private static final String NO_DELETIONS = """
            <?xml version="1.0" ?><QBXML><QBXMLMsgsRs>
            <TxnDeletedQueryRs requestID="del" statusCode="1" statusSeverity="Info" statusMessage="none" />
            </QBXMLMsgsRs></QBXML>""";
    private static final String ONE_CHECK = """
            <?xml version="1.0" ?><QBXML><QBXMLMsgsRs>
            <BillPaymentCheckQueryRs requestID="bpc" statusCode="0" statusSeverity="Info" statusMessage="OK"
              iteratorRemainingCount="0" iteratorID="{1}"><BillPaymentCheckRet><TxnID>K1</TxnID>
            <TimeCreated>2026-03-25T08:00:00</TimeCreated>
            <TimeModified>2026-03-25T09:00:00-07:00</TimeModified><EditSequence>7</EditSequence>
            <PayeeEntityRef><FullName>Harlan Drywall LLC</FullName></PayeeEntityRef><TxnDate>2026-03-25</TxnDate>
            <Amount>9000.00</Amount><RefNumber>10902</RefNumber><Memo>draw 5</Memo>
            <AppliedToTxnRet><TxnID>B1</TxnID><TxnType>Bill</TxnType><TxnDate>2026-02-27</TxnDate>
            <RefNumber>HD-0431</RefNumber><Amount>9000.00</Amount></AppliedToTxnRet></BillPaymentCheckRet>
            </BillPaymentCheckQueryRs>
            <BillPaymentCreditCardQueryRs requestID="bpcc" statusCode="1" statusSeverity="Info" statusMessage="none" />
            </QBXMLMsgsRs></QBXML>""";
    private static final String RECORD = """
            {"id":598134325990018,"amount":"9000.0","date":"2026-03-25","check_number":"10902","contract_id":11,
             "project_id":1001,"requisition_id":501,"invoice_number":"HD-0431","notes":"draw 5","origin_id":"K1|B1",
             "origin_data":"{\\"edit_sequence\\":\\"7\\"}","external_payment_id":null,"a_field_of_tomorrow":{"x":1}}""";

    @RegisterExtension
    private final WireMockExtension web = WireMockExtension.newInstance()
            .options(wireMockConfig().bindAddress("127.0.0.1").dynamicPort()).build();

    private final Rig rig = new Rig();

    @BeforeEach
    void bothSystemsAreTheWireMock() {
        rig.with("quickbooks.url", web.baseUrl() + "/qbxml").with("quickbooks.username", "sync")
                .with("quickbooks.password", GATEWAY_PASSWORD).with("procore.url", web.baseUrl())
                .with("procore.login-url", web.baseUrl()).with("procore.client-secret", SECRET)
                .with("procore.client-id", "the client");
        rig.lookup("B1,1001,11,work_order_contract,501,HD-0431");
        web.stubFor(any(anyUrl()).atPriority(10).willReturn(okJson("[]").withHeader("Total", "0")));
        web.stubFor(post("/oauth/token").willReturn(okJson("""
                {"access_token":"token-1","token_type":"bearer","expires_in":5400}""")));
        web.stubFor(post("/qbxml").inScenario("read").whenScenarioStateIs(Scenario.STARTED).willSetStateTo("payments")
                .willReturn(okXml(ONE_CHECK)));
        web.stubFor(post("/qbxml").inScenario("read").whenScenarioStateIs("payments").willSetStateTo("more")
                .willReturn(okXml(NO_DELETIONS)));
        web.stubFor(post("/qbxml").inScenario("read").whenScenarioStateIs("more").willSetStateTo("payments")
                .willReturn(okXml(NOTHING)));
        web.stubFor(post(PAYMENTS).willReturn(aResponse().withStatus(201).withBody(RECORD)
                .withHeader("Content-Type", "application/json")));
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_payment_issued_is_sent_with_exactly_the_fields_and_headers_that_procore_knows() {
        assertThat(rig.once()).isZero();

        web.verify(1, postRequestedFor(urlEqualTo(PAYMENTS)).withRequestBody(equalToJson("""
                {"project_id":1001,"contract_id":11,"contract_payment":{"amount":"9000.00","date":"2026-03-25",
                 "payment_method":"check","check_number":"10902","invoice_number":"HD-0431","invoice_date":"2026-02-27",
                 "requisition_id":501,"notes":"draw 5","origin_id":"K1|B1","origin_data":"{\\"edit_sequence\\":\\"7\\"}"}}"""))
                .withHeader("Authorization", equalTo("Bearer token-1"))
                .withHeader("Procore-Company-Id", equalTo("598134325510001")));
        Set<String> headers = calls("POST", PAYMENTS).get(0).getRequest().getAllHeaderKeys().stream()
                .map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
        assertThat(headers).containsExactlyInAnyOrder("host", "connection", "content-length", "accept-encoding",
                "content-type", "accept", "user-agent", "authorization", "procore-company-id", "idempotency-token");
    }

    @Test
    void client_id_and_secret_are_sent_as_a_form_with_every_character_encoded() {
        assertThat(rig.once()).isZero();
        web.verify(1, postRequestedFor(urlEqualTo("/oauth/token")).withRequestBody(equalTo(
                "grant_type=client_credentials&client_id=the+client&client_secret=s3cret-%26%3D%2B+of+the+service+account")));
    }

    @Test
    void the_gateway_gets_qbxml_with_a_basic_login_and_no_header_of_ours() {
        rig.once();
        ServeEvent question = calls("POST", "/qbxml").get(0);
        assertThat(question.getRequest().getHeader("Authorization")).startsWith("Basic ");
        assertThat(question.getRequest().getBodyAsString()).contains("BillPaymentCheckQueryRq",
                "BillPaymentCreditCardQueryRq", "continueOnError").isPrintable();
        assertThat(question.getRequest().getAllHeaderKeys()).noneMatch(name ->
                name.toLowerCase(Locale.ROOT).startsWith("camel") || name.equalsIgnoreCase("sync"));
    }

    @Test
    void a_throttled_post_is_sent_again_only_when_the_time_has_come_and_never_behind_the_ledgers_back() {
        web.stubFor(post(PAYMENTS).inScenario("limit").whenScenarioStateIs(Scenario.STARTED).willSetStateTo("free")
                .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "2").withBody("{\"message\":\"slow\"}")));
        web.stubFor(post(PAYMENTS).inScenario("limit").whenScenarioStateIs("free")
                .willReturn(aResponse().withStatus(201).withBody(RECORD)));

        assertThat(rig.once()).isZero();

        List<ServeEvent> posts = calls("POST", PAYMENTS);
        assertThat(posts).hasSize(2);
        long pause = posts.get(1).getRequest().getLoggedDate().getTime() - posts.get(0).getRequest().getLoggedDate().getTime();
        assertThat(pause).isGreaterThanOrEqualTo(1900);
        assertThat(posts.get(0).getRequest().getHeader("Idempotency-Token"))
                .isEqualTo(posts.get(1).getRequest().getHeader("Idempotency-Token"));
    }

    @Test
    void a_post_without_an_answer_is_looked_for_before_it_is_sent_again() {
        web.stubFor(post(PAYMENTS).inScenario("lost").whenScenarioStateIs(Scenario.STARTED).willSetStateTo("sent")
                .willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
        web.stubFor(get(urlPathEqualTo(PAYMENTS)).inScenario("lost").whenScenarioStateIs("sent")
                .willReturn(okJson("[" + RECORD + "]").withHeader("Total", "1")));

        assertThat(rig.once()).isZero();

        assertThat(calls("POST", PAYMENTS)).hasSize(1);
        assertThat(rig.printed()).containsPattern("delivered +1 +1");
    }

    @Test
    void no_secret_stands_in_a_dead_letter_a_log_line_or_a_printed_one() throws Exception {
        rig.with("delivery.max-attempts", "2");
        web.stubFor(post(PAYMENTS).willReturn(aResponse().withStatus(500).withBody("{\"error\":\"broken\"}")));

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.printed()).contains("Procore answered HTTP 500").doesNotContain(SECRET, GATEWAY_PASSWORD, "token-1");
        List<String> kept = everyTextIn("dead_letter");
        assertThat(kept).anyMatch(text -> text.contains("contract_payment")).anyMatch(text -> text.contains("<TxnID>K1</TxnID>"))
                .noneMatch(text -> text.contains(SECRET) || text.contains(GATEWAY_PASSWORD) || text.contains("token-1"));
    }

    @Test
    void a_secret_that_comes_back_in_an_answer_is_hidden_wherever_that_is_kept_or_shown() throws Exception {
        String basic = Base64.getEncoder().encodeToString(("sync:" + GATEWAY_PASSWORD).getBytes(StandardCharsets.UTF_8));
        web.stubFor(post("/qbxml").inScenario("read").whenScenarioStateIs(Scenario.STARTED).willSetStateTo("again")
                .willReturn(aResponse().withStatus(500).withBody("<html>Authorization: Basic " + basic + ", that is sync and "
                        + GATEWAY_PASSWORD + "</html>")));
        web.stubFor(post("/qbxml").inScenario("read").whenScenarioStateIs("again").willSetStateTo("payments")
                .willReturn(okXml(ONE_CHECK)));
        web.stubFor(post(PAYMENTS).willReturn(aResponse().withStatus(422).withBody("{\"errors\":[\"token-1 and "
                + "s3cret-\\u0026=+ of the service account are wrong\"],\"seen\":\"s3cret-%26%3D%2B+of+the+service+account at"
                + " http://ann:hunter2@proxy/\"}")));

        assertThat(rig.once()).isEqualTo(ExitCode.UNREACHABLE);
        String printed = rig.printed();
        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        List<String> shown = new ArrayList<>(List.of(printed, rig.printed()));
        for (String table : List.of("sync_run", "dead_letter", "dead_letter_attempt", "ledger_row", "payment")) {
            shown.addAll(everyTextIn(table));
        }
        assertThat(shown).anyMatch(text -> text.contains("*** and *** are wrong")).anyMatch(text -> text.contains("Basic ***"))
                .noneMatch(text -> text.contains(GATEWAY_PASSWORD) || text.contains(basic) || text.contains("token-1")
                        || text.contains("s3cret-") || text.contains("hunter2"));
    }

    @Test
    void texts_longer_than_any_column_are_cut_with_a_mark() throws Exception {
        String tooLong = "x".repeat(10_000);
        web.stubFor(post("/qbxml").inScenario("read").whenScenarioStateIs(Scenario.STARTED).willSetStateTo("payments")
                .willReturn(okXml(ONE_CHECK.replace("draw 5", tooLong).replace("10902", "10902" + tooLong)
                        .replace("HD-0431", "HD" + tooLong).replace("<EditSequence>7", "<EditSequence>7" + tooLong))));
        web.stubFor(post(PAYMENTS).willReturn(aResponse().withStatus(422).withBody("{\"errors\":\"" + tooLong.repeat(20) + "\"}")));

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.printed()).contains("Check 10902xxx", "x…").doesNotContainIgnoringCase("value too long", "SQL");
        assertThat(everyTextIn("payment")).contains("10902" + "x".repeat(94) + "…");
        assertThat(calls("POST", PAYMENTS)).isNotEmpty().allSatisfy(call -> assertThat(call.getRequest().getBodyAsString())
                .contains("\"check_number\":\"10902" + "x".repeat(94) + "…\"").hasSizeLessThan(2_500));
    }

    @Test
    void an_id_longer_than_any_of_quickbooks_is_a_dead_letter_and_the_others_go() throws Exception {
        web.stubFor(post("/qbxml").inScenario("read").whenScenarioStateIs(Scenario.STARTED).willSetStateTo("payments")
                .willReturn(okXml(ONE_CHECK.replace("<BillPaymentCheckRet>", "<BillPaymentCheckRet><TxnID>" + "K".repeat(10_000)
                        + "</TxnID><RefNumber>10901</RefNumber></BillPaymentCheckRet><BillPaymentCheckRet>"))));

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.printed()).contains("has a TxnID of 10000 characters").contains("number \"10901\"")
                .containsPattern("delivered +1 +1");
        assertThat(calls("POST", PAYMENTS)).hasSize(1);
    }

    @Test
    void a_page_that_is_cut_off_is_not_taken_for_a_whole_one() throws Exception {
        web.stubFor(post("/qbxml").inScenario("read").whenScenarioStateIs(Scenario.STARTED).willSetStateTo("payments")
                .willReturn(okXml(ONE_CHECK.substring(0, ONE_CHECK.indexOf("</BillPaymentCheckQueryRs>")))));

        assertThat(rig.once()).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(rig.printed()).contains("cut off").containsPattern("delivered +0 +0");
        assertThat(calls("POST", PAYMENTS)).isEmpty();
        assertThat(everyTextIn("watermark")).isEmpty();
        assertThat(everyTextIn("payment")).isEmpty();
    }

    @Test
    void a_login_page_with_http_200_is_no_answer_of_quickbooks() throws Exception {
        web.stubFor(post("/qbxml").inScenario("read").whenScenarioStateIs(Scenario.STARTED).willSetStateTo("payments")
                .willReturn(aResponse().withHeader("Content-Type", "text/html").withBody("<html><body>Log in</body></html>")));

        assertThat(rig.once()).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(rig.printed()).contains("not an answer from QuickBooks", "Log in");
        assertThat(everyTextIn("watermark")).isEmpty();
    }

    @Test
    void a_refused_service_account_stops_the_run_without_a_dead_letter_for_each_payment() throws Exception {
        web.stubFor(post("/oauth/token").willReturn(aResponse().withStatus(401)
                .withBody("{\"error\":\"invalid_client\",\"error_description\":\"unknown client\"}")));

        assertThat(rig.once()).isEqualTo(ExitCode.MISCONFIGURED);

        assertThat(rig.printed()).contains("procore.client-id", "STILL DUE");
        assertThat(calls("POST", PAYMENTS)).isEmpty();
        assertThat(everyTextIn("dead_letter")).isEmpty();
    }

    private List<ServeEvent> calls(String method, String path) {
        return web.getAllServeEvents().stream()
                .filter(event -> event.getRequest().getMethod().value().equals(method)
                        && event.getRequest().getUrl().startsWith(path))
                .sorted(Comparator.comparing(event -> event.getRequest().getLoggedDate())).toList();
    }

    private List<String> everyTextIn(String table) throws Exception {
        List<String> texts = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(rig.settings().text("database.url"), "sa", "");
                ResultSet rows = connection.createStatement().executeQuery("select * from " + table)) {
            while (rows.next()) {
                for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                    if (rows.getString(column) != null) {
                        texts.add(rows.getString(column));
                    }
                }
            }
        }
        return texts;
    }
}
