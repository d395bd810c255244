package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.paymentsissued.demo.PoliteClient.LIST;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.Faults.Kind;
import org.paymentsissued.demo.SimulatedProcore.Request;
import org.paymentsissued.rig.HandClock;

class SimulatedProcoreServerTest {
    private final TestProcore procore = PoliteClient.riversideClinic();
    private final PoliteClient client = new PoliteClient(procore);
    private final SimulatedProcoreServer server = SimulatedProcoreServer.start(procore);
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void a_token_is_got_and_a_payment_made_over_the_wire() throws Exception {
        HttpResponse<String> token = http.send(HttpRequest.newBuilder(URI.create(server.url() + "/oauth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&client_id="
                        + SimulatedProcore.CLIENT_ID + "&client_secret=" + SimulatedProcore.CLIENT_SECRET))
                .build(), HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> created = send(client.posting(PoliteClient.ours("P|Bürgi & Söhne")));

        assertThat(token.statusCode()).isEqualTo(200);
        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
        assertThat(procore.paymentsIssued()).singleElement()
                .extracting(PaymentIssued::originId).isEqualTo("P|Bürgi & Söhne");
        assertThat(procore.violations()).isEmpty();
    }

    @Test
    void the_links_of_a_list_lead_back_to_the_server() throws Exception {
        client.postOurs("P|A");
        client.postOurs("P|B");

        HttpResponse<String> page = send(client.request("GET", LIST + "&per_page=1", ""));

        assertThat(page.headers().firstValue("Link").orElse("")).startsWith("<" + server.url() + "/rest/");
    }

    @Test
    void the_date_of_an_answer_is_the_simulated_one() throws Exception {
        HandClock clock = new HandClock();
        procore.behaviour().clock(clock);

        HttpResponse<String> reply = send(client.logIn().request("GET", LIST, ""));

        assertThat(reply.headers().allValues("Date")).containsExactly("Thu, 26 Mar 2026 06:10:04 GMT");
    }

    @Test
    void a_delete_is_answered_without_a_body() throws Exception {
        HttpResponse<String> reply = send(client.request("DELETE", PoliteClient.located(client.postOurs("P|B")), ""));

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body()).isEmpty();
    }

    @Test
    void a_dropped_call_gets_no_answer_and_stores_nothing() {
        procore.faults().next(Kind.DROP_BEFORE);

        assertThatThrownBy(() -> send(client.posting(PoliteClient.ours("P|B")))).isInstanceOf(IOException.class);
        assertThat(procore.paymentsIssued()).isEmpty();
        assertThat(procore.requests()).last().extracting(SimulatedProcore.Call::status).isEqualTo(0);
    }

    @Test
    void a_lost_answer_leaves_the_payment_stored_once() {
        procore.faults().next(Kind.DROP_AFTER);

        assertThatThrownBy(() -> send(client.posting(PoliteClient.ours("P|B")))).isInstanceOf(IOException.class);
        assertThat(procore.paymentsIssued()).hasSize(1);
    }

    @Test
    void a_late_answer_is_too_late_for_an_impatient_client() {
        procore.faults().lateness(Duration.ofSeconds(30)).next(Kind.LATE);

        assertThatThrownBy(() -> send(client.posting(PoliteClient.ours("P|B")), Duration.ofMillis(300)))
                .isInstanceOf(HttpTimeoutException.class);
        await().untilAsserted(() -> assertThat(procore.paymentsIssued()).hasSize(1));
    }

    @Test
    void the_server_can_go_and_come_back_on_its_port() throws Exception {
        int port = server.port();
        server.close();
        assertThatThrownBy(() -> send(client.request("GET", LIST, ""))).isInstanceOf(IOException.class);

        try (SimulatedProcoreServer again = SimulatedProcoreServer.start(procore, port)) {
            assertThat(again.url()).isEqualTo(server.url());
            assertThat(send(client.request("GET", LIST, "")).statusCode()).isEqualTo(200);
        }
    }

    private HttpResponse<String> send(Request request) throws IOException, InterruptedException {
        return send(request, Duration.ofSeconds(10));
    }

    private HttpResponse<String> send(Request request, Duration patience) throws IOException, InterruptedException {
        return http.send(Wire.request(server.url(), request).timeout(patience).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
