package org.paymentsissued.webconnector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.rig.WebConnectorClient.HOST_ANSWERS;
import static org.paymentsissued.rig.WebConnectorClient.envelope;
import static org.paymentsissued.rig.WebConnectorClient.fault;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.rig.WebConnectorClient;
import org.paymentsissued.setup.Installation;

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
                .with("quickbooks.password", WebConnectorClient.PASSWORD).with("web-connector.max-megabytes", "2")
                .with("console.host-names", "payments.example.com");
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
                large.substring(0, 900_000), "f3", large.substring(0, 900_000)), "")).get(1)).contains("larger than 64 KB");
        String ticket = client.authenticate().get(0);
        client.sendRequest(ticket, HOST_ANSWERS);

        assertThat(client.receiveResponse(ticket, "<QBXML>" + large + "</QBXML>")).isNegative();

        assertThat(client.lastError(ticket)).contains("larger than 2 MB").contains("quickbooks.page-size");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/xml; charset=utf-8", "text/xml", "application/soap+xml; charset=utf-8; action=\"x\"",
        "application/xml", "text/plain", "application/octet-stream", "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded", "text/xml; charset=no-such-thing", "nonsense", ""})
    void the_content_type_does_not_hide_a_call(String contentType) throws Exception {
        String answer = raw(lines("POST /qbwc HTTP/1.1", "Content-Type: " + contentType), envelope("serverVersion").getBytes(UTF_8));

        assertThat(answer).startsWith("HTTP/1.1 200").contains("serverVersionResult>payments-issued");
    }

    @ParameterizedTest
    @ValueSource(strings = {"utf-16", "utf-16le", "iso-8859-1", "windows-1252"})
    void a_call_comes_in_the_charset_that_http_tells_or_the_document(String charset) throws Exception {
        String call = envelope("authenticate", "strUserName", "d\u00e9cor", "strPassword", "\u00e9");
        for (String text : List.of(call.replaceFirst("<\\?xml.*?\\?>", ""), call.replace("encoding=\"utf-8\"",
                "encoding=\"" + charset + "\""))) {
            String answer = raw(lines("POST /qbwc HTTP/1.1", "Content-Type: text/xml; charset=" + charset),
                    text.getBytes(Charset.forName(charset)));

            assertThat(answer).startsWith("HTTP/1.1 200").contains(">nvu<");
        }
    }

    @Test
    void soap_action_may_be_missing_and_the_body_may_come_in_small_pieces() throws Exception {
        assertThat(raw(lines("POST /qbwc HTTP/1.1", "Content-Type: text/xml"), envelope("serverVersion").getBytes(UTF_8)))
                .startsWith("HTTP/1.1 200");
        StringBuilder chunks = new StringBuilder();
        envelope("clientVersion", "strVersion", "2.3.0").chars().forEach(c -> chunks.append("1\r\n").append((char) c).append("\r\n"));
        assertThat(raw("POST /qbwc HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/xml\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n", (chunks + "0\r\n\r\n").getBytes(UTF_8))).startsWith("HTTP/1.1 200")
                .contains("clientVersionResult");
    }

    @Test
    void the_shapes_of_other_soap_libraries_are_calls_too() {
        String soap = "http://schemas.xmlsoap.org/soap/envelope/";
        String intuit = "http://developer.intuit.com/";
        for (String call : List.of(
                "<soap-env:Envelope xmlns:soap-env='" + soap + "'><soap-env:Body><ns0:clientVersion xmlns:ns0='" + intuit
                        + "'><ns0:strVersion>1</ns0:strVersion></ns0:clientVersion></soap-env:Body></soap-env:Envelope>",
                "<?xml version='1.0' encoding='UTF-8' standalone='no'?><S:Envelope xmlns:S='" + soap + "'><S:Header/><S:Body>"
                        + "<ns2:clientVersion xmlns:ns2='" + intuit + "'><ns2:strVersion xmlns:xsi="
                        + "'http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'/></ns2:clientVersion></S:Body></S:Envelope>",
                "<Envelope xmlns='" + soap + "'><Body><clientVersion xmlns='" + intuit + "'/></Body></Envelope>",
                "<s:Envelope xmlns:s='" + soap + "' s:encodingStyle='http://schemas.xmlsoap.org/soap/encoding/'><s:Body "
                        + "xmlns:xsd='http://www.w3.org/2001/XMLSchema'><clientVersion xmlns='" + intuit + "'><other>1</other>"
                        + "<strVersion xsi:type='xsd:string' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>1</strVersion>"
                        + "</clientVersion></s:Body></s:Envelope>")) {
            HttpResponse<String> answer = client.post(call, "");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("clientVersionResult");
        }
    }

    @Test
    void a_compressed_call_is_refused_with_a_reason() throws Exception {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(envelope("serverVersion").getBytes(UTF_8));
        }
        assertThat(raw(lines("POST /qbwc HTTP/1.1", "Content-Type: text/xml", "Content-Encoding: gzip"), gzip.toByteArray()))
                .startsWith("HTTP/1.1 500").contains("text/xml; charset=utf-8").contains("faultstring>The call is compressed (gzip)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /qbwc/", "POST /qbwc?wsdl", "POST /qbwc/payments-issued.qwc", "POST /qbwc/QBWebConnectorSvc.asmx",
        "POST /qbwc/support", "PUT /qbwc", "DELETE /qbwc", "PATCH /qbwc", "OPTIONS /qbwc", "GET /qbwc/nothing", "POST /qbwc/%00",
        "POST /qbwc/../qbwc/x"})
    void no_address_and_no_method_is_answered_with_a_page(String request) throws Exception {
        String answer = raw(lines(request + " HTTP/1.1", "Content-Type: text/xml"), "<x/>".getBytes(UTF_8));

        assertThat(answer).matches("(?s)HTTP/1\\.1 (404|500) .*").contains("text/xml; charset=utf-8")
                .contains("faultstring>").doesNotContainIgnoringCase("<html").doesNotContain("Exception");
    }

    @Test
    void the_wsdl_names_the_address_it_was_asked_at_also_behind_a_proxy() throws Exception {
        String url = "location=\"https://payments.example.com/qbwc\"";
        assertThat(raw(lines("GET /qbwc?wsdl HTTP/1.1", "X-Forwarded-Proto: https"), "payments.example.com")).contains(url);
        assertThat(raw(lines("GET /qbwc?wsdl HTTP/1.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: payments.example.com"),
                "127.0.0.1:1")).contains(url);
        assertThat(raw(lines("GET /qbwc?wsdl HTTP/1.1", "X-Forwarded-Proto: javascript"), "payments.example.com"))
                .contains("location=\"http://payments.example.com/qbwc\"");
        assertThat(raw(lines("GET /qbwc?wsdl HTTP/1.1"), "evil\" onload=\"x")).doesNotContain("evil");
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    private static String raw(String head, byte[] body) throws IOException {
        return head.endsWith("\r\n\r\n") ? exchange(head, body)
                : exchange(head + "Host: localhost\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n", body);
    }

    private static String raw(String head, String host) throws IOException {
        return exchange(head + "Host: " + host + "\r\nConnection: close\r\n\r\n", new byte[0]);
    }

    /** What no HTTP client would let one send. */
    private static String exchange(String head, byte[] body) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", Integer.parseInt(rig.given().get("console.port")))) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(head.getBytes(UTF_8));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
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
