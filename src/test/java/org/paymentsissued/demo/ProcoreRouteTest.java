package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.PoliteClient.LIST;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.spi.Registry;
import org.apache.camel.test.main.junit5.CamelMainTestSupport;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.SimulatedProcore.Request;

class ProcoreRouteTest extends CamelMainTestSupport {
    private final TestProcore procore = PoliteClient.riversideClinic();
    private final PoliteClient client = new PoliteClient(procore);
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port = freePort();

    @Override
    protected void configure(MainConfigurationProperties configuration) {
        configuration.withRoutesIncludePattern("classpath:demo/routes/procore.yaml");
        configuration.httpServer().withEnabled(true).withHost("127.0.0.1").withPort(port);
    }

    @Override
    protected void bindToRegistry(Registry registry) {
        registry.bind("simulatedProcore", procore);
    }

    @Test
    void a_token_is_got_with_a_form() throws Exception {
        HttpResponse<String> token = http.send(HttpRequest.newBuilder(URI.create(url() + "/oauth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials&client_id="
                        + SimulatedProcore.CLIENT_ID + "&client_secret=" + SimulatedProcore.CLIENT_SECRET))
                .build(), HttpResponse.BodyHandlers.ofString());

        assertThat(token.statusCode()).isEqualTo(200);
        assertThat(token.body()).contains("access_token");
    }

    @Test
    void a_payment_lives_its_life_over_the_route_without_a_stray_header() throws Exception {
        HttpResponse<String> created = send(client.posting(PoliteClient.ours("P|Bürgi & Söhne")));
        long id = procore.paymentsIssued().get(0).id();
        HttpResponse<String> patched = send(client.request("PATCH", PoliteClient.PAYMENTS + "/" + id,
                PoliteClient.envelope("{'amount':'1.00'}")));
        HttpResponse<String> listed = send(client.request("GET", LIST + "&page=1&per_page=100", ""));
        HttpResponse<String> deleted = send(client.request("DELETE", PoliteClient.located(id), ""));

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("Content-Type").orElse("")).startsWith("application/json");
        assertThat(created.body()).contains("P|Bürgi & Söhne");
        assertThat(patched.statusCode()).isEqualTo(200);
        assertThat(listed.headers().firstValue("Total")).hasValue("1");
        assertThat(listed.headers().firstValue("X-Rate-Limit-Remaining")).isPresent();
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(deleted.body()).isEmpty();
        assertThat(procore.paymentsIssued()).isEmpty();
        assertThat(procore.violations()).isEmpty();
    }

    @Test
    void a_refusal_keeps_its_status_and_body() throws Exception {
        HttpResponse<String> reply = send(client.request("GET", PoliteClient.PAYMENTS + "?project_id=9&contract_id=11",
                ""));

        assertThat(reply.statusCode()).isEqualTo(404);
        assertThat(reply.body()).contains("No such project");
    }

    private String url() {
        return "http://127.0.0.1:" + port;
    }

    private HttpResponse<String> send(Request request) throws IOException, InterruptedException {
        return http.send(Wire.request(url(), request).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new AssertionError(none);
        }
    }
}
