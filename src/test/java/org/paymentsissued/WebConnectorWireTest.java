package org.paymentsissued;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.webconnector.WebConnectorClient.HOST_ANSWERS;
import static org.paymentsissued.webconnector.WebConnectorClient.envelope;
import static org.paymentsissued.webconnector.WebConnectorClient.fault;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.webconnector.WebConnectorClient;

/** What goes over the wire at the Web Connector's address, right or wrong; one product for all of it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WebConnectorWireTest {

    private static Rig rig;
    private static Installation installation;
    private static WebConnectorClient client;

    @BeforeAll
    static void serve() {
        rig = new Rig().with("quickbooks.transport", "web-connector").with("poll.schedule", "0 0 0 1 1 ? 2099")
                .with("quickbooks.username", WebConnectorClient.USER)
                .with("quickbooks.password", WebConnectorClient.PASSWORD).with("web-connector.max-megabytes", "2");
        installation = rig.serve();
        client = new WebConnectorClient(rig.consoleUrl("/qbwc"));
    }

    @AfterAll
    static void stop() {
        installation.close();
        rig.close();
    }

    @Test
    void the_operation_is_found_in_the_body_whatever_the_soap_action_says() {
        for (String action : List.of("\"http://developer.intuit.com/serverVersion\"",
                "http://developer.intuit.com/serverVersion", "\"\"", "\"http://developer.intuit.com/authenticate\"")) {
            HttpResponse<String> answer = client.post(envelope("serverVersion"), action);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("serverVersionResult>payments-issued");
        }
    }

    @Test
    void calls_come_chunked_and_after_asking_whether_to_continue() {
        byte[] call = envelope("clientVersion", "strVersion", "2.3.0").getBytes(UTF_8);
        assertThat(client.post(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(call)), "", false).statusCode())
                .isEqualTo(200);
        assertThat(client.post(BodyPublishers.ofByteArray(call), "", true).statusCode()).isEqualTo(200);
    }

    @Test
    void what_is_no_call_is_answered_with_a_soap_fault_and_never_with_a_page() {
        assertThat(fault(client.post("<html/>", "")).get(0)).endsWith(":Client");
        assertThat(fault(client.post("", "")).get(0)).endsWith(":Client");
        assertThat(fault(client.post("<!DOCTYPE a [<!ENTITY b 'b'>]>" + envelope("serverVersion")
                .replaceFirst("<\\?xml.*?\\?>", ""), "")).get(1)).contains("DOCTYPE");
        assertThat(fault(client.post(envelope("noSuchOperation"), "")).get(1)).contains("noSuchOperation");
        assertThat(fault(client.post(envelope("serverVersion").replace("http://schemas.xmlsoap.org/soap/envelope/",
                "http://www.w3.org/2003/05/soap-envelope"), "")).get(0)).endsWith(":VersionMismatch");
        assertThat(client.serverVersion()).startsWith("payments-issued");
    }

    @Test
    void a_call_that_is_too_large_is_refused_and_an_answer_that_is_too_large_ends_its_session_with_the_reason() {
        String large = "x".repeat(2_100_000);
        assertThat(fault(client.post(envelope("getLastError", "ticket", "1", "filler", large.substring(0, 900_000), "f2",
                large.substring(0, 900_000), "f3", large.substring(0, 900_000)), "")).get(1)).contains("larger than 2 MB");
        String ticket = client.authenticate().get(0);
        client.sendRequest(ticket, HOST_ANSWERS);

        assertThat(client.receiveResponse(ticket, "<QBXML>" + large + "</QBXML>")).isNegative();

        assertThat(client.lastError(ticket)).contains("larger than 2 MB").contains("quickbooks.page-size");
    }

    @Test
    void tickets_are_never_the_same() {
        List<String> tickets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            tickets.add(client.authenticate().get(0));
        }
        assertThat(tickets).doesNotHaveDuplicates();
    }

    @Test
    void support_and_the_bare_address_answer_a_person_and_wsdl_is_there() {
        assertThat(client.get("/support").statusCode()).isEqualTo(200);
        assertThat(client.get("").body()).contains("Web Connector");
        assertThat(client.get("?wsdl").body()).contains("QBWebConnectorSvcSoap")
                .contains("location=\"" + rig.consoleUrl("/qbwc") + "\"");
        assertThat(client.get("?WSDL").body()).contains("QBWebConnectorSvcSoap");
    }
}
