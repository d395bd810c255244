package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paymentsissued.ledger.Runs;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HourlyLimitTest {

    private static final Instant NOW = Instant.parse("2026-03-02T08:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @ParameterizedTest
    @CsvSource({
        // due, calls an hour, left of them, minutes until they are renewed, delivered in the last minute, minutes until done
        "   100,  600, 600, 60, 120,    0.8",
        "   600,  600, 600, 60, 120,    5",
        "   601,  600, 600, 60, 120,   60",
        " 10000,  600, 600, 60, 120,  963.3",
        " 10000, 3600, 3600, 60, 120, 143.3",
        " 10000,  600,   0, 15, 120,  978.3",
        // slower than the limit
        " 10000, 3600, 3600, 60, 10, 1000",
        // none was delivered in the last minute
        "  1500,  600, 600, 60,   0,  150",
        // the window is over: all calls are there again
        "   600,  600,   0, -5, 120,    5",
    })
    void a_backlog_ends_when_the_speed_and_the_limit_of_an_hour_allow_it(long due, long calls, long left, long reset, long delivered,
            double minutes) {
        Optional<Instant> done = HourlyLimit.doneAt(NOW, new Runs.Pace(due, delivered, MINUTE),
                Optional.of(new HourlyLimit(calls, left, NOW.plus(Duration.ofMinutes(reset)))));

        assertThat(done).hasValueSatisfying(end -> assertThat(Duration.between(NOW, end))
                .isCloseTo(Duration.ofMillis(Math.round(minutes * 60_000)), Duration.ofSeconds(4)));
    }

    @Test
    void without_a_limit_the_speed_of_the_last_minute_counts() {
        assertThat(HourlyLimit.doneAt(NOW, new Runs.Pace(1200, 120, MINUTE), Optional.empty()))
                .contains(NOW.plus(Duration.ofMinutes(10)));
        assertThat(HourlyLimit.doneAt(NOW, new Runs.Pace(1200, 0, Duration.ZERO), Optional.empty())).isEmpty();
    }

    @Test
    void where_nothing_is_due_there_is_no_end_to_name() {
        assertThat(HourlyLimit.doneAt(NOW, new Runs.Pace(0, 120, MINUTE),
                Optional.of(new HourlyLimit(600, 0, NOW)))).isEmpty();
    }
}
