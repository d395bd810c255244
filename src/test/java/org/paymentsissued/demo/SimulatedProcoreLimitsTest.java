package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.PoliteClient.LIST;
import static org.paymentsissued.demo.PoliteClient.json;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.ProcoreBehaviour.ThrottleAnswer;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;
import org.paymentsissued.rig.HandClock;

class SimulatedProcoreLimitsTest {
    private final HandClock clock = new HandClock();
    private final TestProcore procore = PoliteClient.riversideClinic();
    private PoliteClient client;

    @BeforeEach
    void log_in() {
        procore.behaviour().clock(clock);
        client = new PoliteClient(procore);
    }

    @Test
    void every_answer_tells_what_is_left_of_the_nearer_limit() {
        procore.behaviour().rateLimits(25, 600);

        Reply reply = client.get(LIST);

        assertThat(reply.headers())
                .containsEntry("X-Rate-Limit-Limit", "25")
                .containsEntry("X-Rate-Limit-Remaining", "24")
                .containsEntry("X-Rate-Limit-Reset", epochSecond(clock.instant().plusSeconds(10)));
        assertThat(procore.handle(Request.of("GET", LIST, "")).headers()).containsEntry("X-Rate-Limit-Remaining", "23");
    }

    @Test
    void the_hour_is_told_where_less_is_left_of_it() {
        procore.behaviour().rateLimits(25, 3);

        assertThat(client.get(LIST).headers())
                .containsEntry("X-Rate-Limit-Limit", "3")
                .containsEntry("X-Rate-Limit-Reset", epochSecond(clock.instant().plusSeconds(3600)));
    }

    @Test
    void a_full_spike_window_refuses_until_it_ends() {
        procore.behaviour().rateLimits(2, 600);
        client.get(LIST);
        clock.forward(Duration.ofSeconds(3));
        client.get(LIST);

        Reply refused = client.get(LIST);
        clock.forward(Duration.ofSeconds(7));
        Reply afterwards = client.get(LIST);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.headers()).containsEntry("Retry-After", "7").containsEntry("X-Rate-Limit-Remaining", "0");
        assertThat(json(refused).path("errors").asText()).contains("hourly");
        assertThat(afterwards.status()).isEqualTo(200);
        assertThat(procore.violations()).isEmpty();
    }

    @Test
    void a_full_hour_refuses_until_it_ends() {
        procore.behaviour().rateLimits(25, 1);
        client.get(LIST);

        assertThat(client.get(LIST).headers()).containsEntry("Retry-After", "3600");
        clock.forward(Duration.ofMinutes(60));
        assertThat(client.logIn().get(LIST).status()).isEqualTo(200);
    }

    @Test
    void a_refusal_may_tell_only_when_the_window_resets() {
        procore.behaviour().rateLimits(1, 600).throttleAnswer(ThrottleAnswer.RESET_ONLY);
        client.get(LIST);

        Reply refused = client.get(LIST);

        assertThat(refused.headers()).doesNotContainKey("Retry-After")
                .containsEntry("X-Rate-Limit-Reset", epochSecond(clock.instant().plusSeconds(10)))
                .containsEntry("Date", "Thu, 26 Mar 2026 06:10:04 GMT");
    }

    @Test
    void a_refused_write_stores_nothing() {
        procore.behaviour().rateLimits(1, 600);
        client.get(LIST);

        assertThat(client.post(PoliteClient.ours("P|B")).status()).isEqualTo(429);
        assertThat(procore.paymentsIssued()).isEmpty();
    }

    @Test
    void calling_before_the_time_given_is_a_violation_but_not_within_the_grace() {
        procore.behaviour().rateLimits(1, 600).throttleGrace(Duration.ofSeconds(1));
        client.get(LIST);
        client.get(LIST);
        clock.forward(Duration.ofSeconds(1));
        client.get(LIST);
        assertThat(procore.violations()).isEmpty();

        clock.forward(Duration.ofSeconds(2));
        client.get(LIST);

        assertThat(procore.violations()).singleElement().asString().contains("told to wait");
    }

    private static String epochSecond(Instant instant) {
        return String.valueOf(instant.getEpochSecond());
    }
}
