package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.paymentsissued.demo.PoliteClient.LIST;
import static org.paymentsissued.demo.PoliteClient.json;
import static org.paymentsissued.demo.PoliteClient.ours;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paymentsissued.demo.Faults.Kind;
import org.paymentsissued.demo.SimulatedProcore.Reply;

class SimulatedProcoreFaultsTest {
    private final TestProcore procore = PoliteClient.riversideClinic();
    private final PoliteClient client = new PoliteClient(procore);

    @ParameterizedTest
    @CsvSource({
            "DROP_BEFORE,0,0", "DROP_AFTER,0,1", "ERROR_500_BEFORE,500,0", "ERROR_500_AFTER,500,1", "THROTTLE,429,0",
            "HEAVY_LOAD,503,0", "TOKEN_EXPIRES,401,0", "GARBLED_BODY,201,1", "LATE,201,1"})
    void a_fault_has_its_status_and_leaves_its_payment_stored_or_not(Kind fault, int status, int stored) {
        // A token expires only after it has been of use.
        client.get(LIST);
        procore.faults().lateness(Duration.ofMillis(1)).next(fault);

        Reply reply = client.post(ours("P|B"));

        assertThat(reply.status()).isEqualTo(status);
        assertThat(procore.paymentsIssued()).hasSize(stored);
        assertThat(procore.requests()).last().extracting(SimulatedProcore.Call::status).isEqualTo(status);
        assertThat(client.logIn().get(LIST).status()).isEqualTo(200);
        assertThat(procore.faults().happened()).containsOnlyKeys(fault);
    }

    @Test
    void heavy_load_is_told_in_html_with_the_seconds_to_wait() {
        procore.behaviour().pauseAsked(Duration.ofSeconds(30));
        procore.faults().next(Kind.HEAVY_LOAD);

        Reply reply = client.get(LIST);

        assertThat(reply.headers()).containsEntry("Retry-After", "30").containsEntry("Content-Type", "text/html");
        assertThat(reply.body()).startsWith("<html>");
    }

    @Test
    void a_garbled_body_cannot_be_parsed_even_where_there_should_be_none() {
        long id = client.postOurs("P|B");
        procore.faults().next(Kind.GARBLED_BODY, Kind.GARBLED_BODY);

        assertThatThrownBy(() -> json(client.show(id))).isInstanceOf(AssertionError.class);
        assertThat(client.delete(id).body()).isNotEmpty();
        assertThat(procore.paymentsIssued()).isEmpty();
    }

    @Test
    void a_late_answer_takes_as_long_as_was_set() {
        procore.faults().lateness(Duration.ofMillis(60)).next(Kind.LATE);
        long before = System.nanoTime();

        client.get(LIST);

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(Duration.ofMillis(60));
    }

    @Test
    void a_fault_planned_for_writes_spares_reads() {
        procore.faults().nextWrite(Kind.ERROR_500_BEFORE);

        assertThat(client.get(LIST).status()).isEqualTo(200);
        assertThat(client.post(ours("P|B")).status()).isEqualTo(500);
        assertThat(client.post(ours("P|B")).status()).isEqualTo(201);
    }

    @Test
    void the_token_endpoint_fails_only_where_it_is_meant() {
        procore.faults().nextOn(request -> request.path().equals("/oauth/token"), Kind.DROP_BEFORE);

        assertThat(client.get(LIST).status()).isEqualTo(200);
        assertThat(Faults.isCut(procore.handle(PoliteClient.tokenRequest(SimulatedProcore.CLIENT_SECRET)))).isTrue();
    }

    @Test
    void the_same_seed_brings_the_same_faults() {
        assertThat(statusesOfTwentyReads(7)).isEqualTo(statusesOfTwentyReads(7))
                .contains(0, 200, 500)
                .isNotEqualTo(statusesOfTwentyReads(8));
    }

    @Test
    void stopped_faults_happen_no_more() {
        procore.faults().next(Kind.DROP_BEFORE).atRandom(1, 1.0).stop();

        assertThat(client.get(LIST).status()).isEqualTo(200);
    }

    private static List<Integer> statusesOfTwentyReads(long seed) {
        TestProcore procore = PoliteClient.riversideClinic();
        PoliteClient client = new PoliteClient(procore);
        procore.faults().atRandom(seed, 0.5, Kind.DROP_BEFORE, Kind.ERROR_500_BEFORE);
        return IntStream.range(0, 20).mapToObj(i -> client.get(LIST).status()).toList();
    }
}
