package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuickBooksGatewayTest {

    private static final TestQuickBooks QUICKBOOKS = new TestQuickBooks()
            .has(check("A-1").to("Décor").pays("BILL-1", "N-1", "10.00"));
    private static final Main CAMEL = new Main();
    private static URI gateway;

    @BeforeAll
    static void start() throws Exception {
        int port = freePort();
        gateway = URI.create("http://127.0.0.1:" + port + "/quickbooks");
        CAMEL.bind("simulatedQuickBooks", QUICKBOOKS);
        CAMEL.configure().withRoutesIncludePattern("classpath:demo/routes/quickbooks.yaml");
        CAMEL.addInitialProperty("camel.server.enabled", "true");
        CAMEL.addInitialProperty("camel.server.host", "127.0.0.1");
        CAMEL.addInitialProperty("camel.server.port", String.valueOf(port));
        CAMEL.addInitialProperty("demo.quickbooks.username", "sync");
        CAMEL.addInitialProperty("demo.quickbooks.password", "s3cret: ä");
        CAMEL.start();
    }

    @AfterAll
    static void stop() {
        CAMEL.stop();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static String login(String credentials) {
        return "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> post(String authorization, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway).header("Content-Type", "text/xml")
                .POST(BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void a_request_is_answered_as_xml_and_nothing_of_it_is_echoed() throws Exception {
        HttpResponse<String> answer = post(login("sync:s3cret: ä"),
                QbxmlRequest.checks("", "<TxnID>A-1</TxnID>"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValueSatisfying(
                type -> assertThat(type).startsWith("text/xml"));
        assertThat(answer.headers().firstValue("Authorization")).isEmpty();
        assertThat(answer.body()).startsWith("<?xml version=\"1.0\" ?>").contains("D&#233;cor");
    }

    @Test
    void a_request_that_is_no_legal_qbxml_is_a_400_with_the_hresult() throws Exception {
        HttpResponse<String> answer = post(login("sync:s3cret: ä"), QbxmlRequest.checks("", "<Wrong/>"));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("0x80040400").contains("<Wrong>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Basic", "Basic eA==", "Bearer sync"})
    void a_stranger_is_a_401_and_asks_nothing(String authorization) throws Exception {
        int before = QUICKBOOKS.requests().size();

        HttpResponse<String> answer = post(authorization, QbxmlRequest.checks("", "<TxnID>A-1</TxnID>"));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
        assertThat(answer.body()).doesNotContain("QBXML");
        assertThat(QUICKBOOKS.requests()).hasSize(before);
    }

    @Test
    void only_post_is_served() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(gateway)
                .header("Authorization", login("sync:s3cret: ä")).GET().build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
    }
}
