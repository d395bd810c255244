package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.PoliteClient.LIST;
import static org.paymentsissued.demo.PoliteClient.json;
import static org.paymentsissued.demo.PoliteClient.tokenRequest;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;
import org.paymentsissued.rig.HandClock;

class SimulatedProcoreAccessTest {
    private final HandClock clock = new HandClock();
    private final TestProcore procore = PoliteClient.riversideClinic();
    private PoliteClient client;

    @BeforeEach
    void log_in() {
        procore.behaviour().clock(clock);
        client = new PoliteClient(procore);
    }

    @Test
    void client_credentials_get_a_token_that_tells_how_long_it_lives() {
        procore.behaviour().tokenLifetime(Duration.ofMinutes(10));

        Reply reply = procore.handle(tokenRequest(SimulatedProcore.CLIENT_SECRET));

        assertThat(reply.status()).isEqualTo(200);
        assertThat(json(reply).path("expires_in").asLong()).isEqualTo(600);
        assertThat(json(reply).path("created_at").asLong()).isEqualTo(clock.instant().getEpochSecond());
    }

    @Test
    void credentials_are_read_as_a_form() {
        procore.credentials("id", "a&b=+c");

        Reply reply = procore.handle(Request.of("POST", "/oauth/token",
                "grant_type=client_credentials&client_id=id&client_secret=a%26b%3D%2Bc")
                .with("Content-Type", "application/x-www-form-urlencoded"));

        assertThat(reply.status()).isEqualTo(200);
    }

    @Test
    void a_wrong_secret_is_an_invalid_client() {
        Reply reply = procore.handle(tokenRequest("guess"));

        assertThat(reply.status()).isEqualTo(401);
        assertThat(json(reply).path("error").asText()).isEqualTo("invalid_client");
    }

    @Test
    void another_grant_is_refused() {
        Reply reply = procore.handle(Request.of("POST", "/oauth/token", "grant_type=password")
                .with("Content-Type", "application/x-www-form-urlencoded"));

        assertThat(reply.status()).isEqualTo(400);
    }

    @Test
    void a_call_without_a_token_is_refused() {
        assertThat(procore.handle(Request.of("GET", LIST, "")).status()).isEqualTo(401);
    }

    @Test
    void a_token_dies_by_the_clock() {
        clock.forward(Duration.ofSeconds(5399));
        assertThat(client.get(LIST).status()).isEqualTo(200);

        clock.forward(Duration.ofSeconds(1));
        assertThat(client.get(LIST).status()).isEqualTo(401);
    }

    @Test
    void all_tokens_can_be_expired_and_a_new_one_works() {
        procore.expireTokens();

        assertThat(client.get(LIST).status()).isEqualTo(401);
        assertThat(client.logIn().get(LIST).status()).isEqualTo(200);
    }

    @Test
    void a_call_without_a_user_agent_is_refused() {
        assertThat(procore.handle(client.request("GET", LIST, "").with("User-Agent", "")).status()).isEqualTo(400);
    }

    @Test
    void a_wrong_company_looks_like_a_missing_record() {
        Reply reply = procore.handle(client.request("GET", LIST, "").with("Procore-Company-Id", "7"));

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.body()).doesNotContain("Procore-Company-Id");
    }

    @Test
    void a_wrong_company_can_be_told_by_another_status_that_names_the_header() {
        procore.behaviour().statusWithoutCompany(400);

        Reply reply = procore.handle(client.request("GET", LIST, "").with("Procore-Company-Id", "7"));

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.body()).contains("Procore-Company-Id");
    }

    @Test
    void a_project_off_the_permitted_list_is_forbidden_and_missing_from_the_projects() {
        procore.forbidProject(1);

        assertThat(client.get(LIST).status()).isEqualTo(403);
        assertThat(json(client.get("/rest/v1.1/projects?company_id=" + PoliteClient.COMPANY))).isEmpty();
    }

    @Test
    void a_project_without_the_commitments_tool_is_forbidden_until_it_is_permitted_again() {
        procore.forbidCommitments(1);
        Reply refused = client.get(LIST);
        procore.permitEverything();

        assertThat(refused.status()).isEqualTo(403);
        assertThat(json(refused).path("errors").isTextual()).isTrue();
        assertThat(client.get(LIST).status()).isEqualTo(200);
    }

    @Test
    void a_disconnected_app_is_told_so() {
        procore.behaviour().appConnected(false);

        Reply reply = client.get(LIST);

        assertThat(reply.status()).isEqualTo(403);
        assertThat(json(reply).path("message").asText()).contains("not connected");
    }
}
