package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.ledger.Pauses;
import org.paymentsissued.procore.ProcoreAnswer.Kind;
import org.paymentsissued.rig.HandClock;

/** A command that asks Procore comes to an end, whatever answers. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class RetryingCallsTest {

    /** Each look at it takes a minute, so that nothing is waited for. */
    private final HandClock clock = new HandClock() {
        @Override
        public Instant instant() {
            forward(Duration.ofMinutes(1));
            return super.instant();
        }
    };
    private final LedgerDatabase database = LedgerDatabase.open("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "", 1);
    private final ProcorePause pause = new ProcorePause(clock, Duration.ofSeconds(2), Duration.ofMinutes(15), () -> 1,
            new Pauses(database));
    private final List<ProcoreCall> calls = new ArrayList<>();

    @AfterEach
    void close() {
        database.close();
    }

    private ProcoreAnswer ask(Supplier<ProcoreAnswer> answers) {
        return new RetryingCalls(call -> {
            calls.add(call);
            return answers.get();
        }, pause, Duration.ofMillis(1), clock).apply(ProcoreCall.firstProject("1"));
    }

    private ProcoreAnswer answer(int status, String body, Map<String, String> headers) {
        return new ProcoreAnswer(status, headers, body, Optional.empty(), true, clock.instant());
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 504, 408, 511})
    void a_failure_is_tried_four_times(int status) {
        assertThat(ask(() -> answer(status, "no", Map.of())).status()).isEqualTo(status);

        assertThat(calls).hasSize(4);
    }

    @Test
    void a_page_instead_of_an_answer_and_no_answer_at_all_are_tried_four_times() {
        assertThat(ask(() -> answer(200, "<html>maintenance</html>", Map.of())).kind()).isEqualTo(Kind.AWAY);
        assertThat(ask(() -> ProcoreAnswer.none(new java.net.ConnectException("refused"), false, clock.instant())).kind())
                .isEqualTo(Kind.AWAY);

        assertThat(calls).hasSize(8);
    }

    @Test
    void six_pauses_are_waited_out_and_no_more() {
        assertThat(ask(() -> answer(429, "", Map.of("Retry-After", "1"))).status()).isEqualTo(429);

        assertThat(calls).hasSize(7);
    }

    @Test
    void a_pause_of_a_day_is_not_waited_out() {
        assertThat(ask(() -> answer(429, "", Map.of("Retry-After", "86400"))).kind()).isEqualTo(Kind.THROTTLED);

        assertThat(calls).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void a_wrong_setting_is_told_at_once() {
        assertThat(ask(() -> answer(407, "who are you", Map.of())).kind()).isEqualTo(Kind.MISCONFIGURED);

        assertThat(calls).hasSize(1);
    }

    @Test
    void a_failure_that_passes_is_not_told() {
        assertThat(ask(() -> answer(calls.size() < 3 ? 502 : 200, "[]", Map.of())).status()).isEqualTo(200);

        assertThat(calls).hasSize(3);
    }
}
