package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.SimulatedProcore;
import org.paymentsissued.demo.SimulatedProcoreServer;
import org.paymentsissued.demo.TestProcore;
import org.paymentsissued.http.Trust;
import org.paymentsissued.ledger.Deadline;
import org.paymentsissued.ledger.Deliveries.ClaimLost;

/** A call that a node could not send before its lease came near its end is not sent: another node may be at work. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CallsInTimeTest {

    private final TestProcore procore = new TestProcore(598134325510001L);
    private final SimulatedProcoreServer server = SimulatedProcoreServer.start(procore);
    private final ProcoreNetwork network = new ProcoreNetwork(new ProcoreNetwork.Plan(Optional.empty(), Trust.ofTheJvm(),
            Duration.ofSeconds(2), 1_000_000));
    private final ProcoreLogin login = new ProcoreLogin(server.url(), SimulatedProcore.CLIENT_ID,
            SimulatedProcore.CLIENT_SECRET, network, Clock.systemUTC());

    @AfterEach
    void close() throws IOException {
        login.close();
        network.close();
        server.close();
    }

    @Test
    void a_call_in_time_is_sent_and_tells_procore_nothing_of_leases() throws IOException {
        long later = TimeUnit.MINUTES.toMillis(5);
        send(new Deadline(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(later), System.currentTimeMillis() + later));

        assertThat(procore.requests()).last().satisfies(call -> {
            assertThat(call.request().path()).isEqualTo("/rest/v1.1/projects");
            assertThat(call.request().headers()).doesNotContainKey("Payments-Issued-Not-After");
        });
    }

    @Test
    void a_call_of_a_process_that_was_stopped_too_long_is_not_sent_though_its_machine_slept_or_its_clock_was_set_back() {
        long before = System.nanoTime() - 1_000_000;
        long after = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);

        assertThatThrownBy(() -> send(new Deadline(before, System.currentTimeMillis() + 3_600_000)))
                .isInstanceOf(ProcoreLogin.TooLate.class);
        assertThatThrownBy(() -> send(new Deadline(after, System.currentTimeMillis() - 1)))
                .isInstanceOf(ProcoreLogin.TooLate.class);

        assertThat(procore.requests()).extracting(call -> call.request().path()).containsOnly("/oauth/token");
    }

    @Test
    void the_payment_of_such_a_call_is_left_to_whoever_takes_it_over() {
        ProcoreAnswers answers = new ProcoreAnswers(Clock.systemUTC());

        assertThatThrownBy(() -> answers.missing(new ProcoreLogin.TooLate())).isInstanceOf(ClaimLost.class);
        assertThat(answers.missing(new IOException("reset")).failure()).isPresent();
    }

    private void send(Deadline deadline) throws IOException {
        HttpClientBuilder builder = HttpClientBuilder.create();
        login.configureHttpClient(builder);
        try (CloseableHttpClient client = builder.build()) {
            client.execute(ClassicRequestBuilder.get(server.url() + "/rest/v1.1/projects")
                    .addHeader("Payments-Issued-Not-After", deadline.text()).build(), answer -> answer.getCode());
        }
    }
}
