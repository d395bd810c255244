package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.ledger.Pauses;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.rig.HandClock;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ProcorePauseTest {

    private final HandClock clock = new HandClock();
    private final LedgerDatabase database = LedgerDatabase.open("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "", 1);
    private final ProcorePause pause = pause();

    @AfterEach
    void close() {
        database.close();
    }

    private ProcorePause pause() {
        return new ProcorePause(clock, Duration.ofSeconds(2), Duration.ofMinutes(15), () -> 4, new Pauses(database));
    }

    @Test
    void a_new_process_still_waits_for_what_an_earlier_one_was_asked_for() {
        pause.throttled(answer(429, "Retry-After", "60"));

        assertThat(pause().now()).hasValueSatisfying(now -> assertThat(now.sentence()).contains("429"));
        clock.forward(Duration.ofSeconds(70));
        assertThat(pause().isOn()).isFalse();
    }

    @Test
    void the_limit_of_the_hour_is_remembered_when_answers_name_the_one_of_ten_seconds_again() {
        assertThat(pause.hourlyLimit()).isEmpty();
        long end = clock.instant().getEpochSecond() + 1800;
        pause.answered(answer(200, "X-Rate-Limit-Limit", "600", "X-Rate-Limit-Remaining", "40", "X-Rate-Limit-Reset",
                Long.toString(end)));
        pause.answered(answer(200, "X-Rate-Limit-Limit", "25", "X-Rate-Limit-Remaining", "20", "X-Rate-Limit-Reset",
                Long.toString(clock.instant().getEpochSecond() + 9)));

        assertThat(pause.hourlyLimit()).hasValueSatisfying(limit -> {
            assertThat(limit.calls()).isEqualTo(600);
            assertThat(limit.remaining()).isEqualTo(40);
            assertThat(limit.resetsAt().getEpochSecond()).isBetween(end - 1, end + 1);
        });
    }

    @Test
    void a_limit_that_is_used_up_moves_the_end_of_the_backlog() {
        long end = clock.instant().getEpochSecond() + 1800;
        pause.throttled(answer(429, "X-Rate-Limit-Limit", "600", "X-Rate-Limit-Remaining", "0", "X-Rate-Limit-Reset",
                Long.toString(end)));
        Runs.Pace pace = new Runs.Pace(1500, 0, Duration.ZERO);

        // Half an hour and a part of a minute until the limit ends, two full windows, and half of the third.
        assertThat(Duration.between(clock.instant(), pause.doneAt(pace).orElseThrow()))
                .isBetween(Duration.ofMinutes(179), Duration.ofMinutes(184));
    }

    @Test
    void no_one_can_say_when_the_backlog_ends_while_procore_is_away() {
        Runs.Pace pace = new Runs.Pace(1500, 60, Duration.ofMinutes(1));
        assertThat(pause.doneAt(pace)).contains(clock.instant().plus(Duration.ofMinutes(25)));

        pause.away("Procore does not answer");

        assertThat(pause.doneAt(pace)).isEmpty();
    }

    @Test
    void a_limit_that_one_node_met_is_waited_out_by_all() {
        ProcorePause other = pause();
        assertThat(other.isOn()).isFalse();
        Instant until = pause.throttled(answer(429, "Retry-After", "60"));

        Awaitility.await().until(other::isOn);
        assertThat(other.now().orElseThrow().until()).isEqualTo(until);
        other.answered(answer(200));
        assertThat(other.isOn()).as("an answer to an earlier call ends no limit").isTrue();
        clock.forwardTo(until);
        assertThat(other.isOn()).isFalse();
    }

    @Test
    void a_pause_begun_while_the_clock_was_a_year_ahead_is_over_when_it_is_set_right() {
        clock.forward(Duration.ofDays(365));
        pause.throttled(answer(429, "Retry-After", "60"));
        assertThat(pause.isOn()).isTrue();
        clock.back(Duration.ofDays(365));

        assertThat(pause.isOn()).isFalse();
        assertThat(pause().isOn()).isFalse();
    }

    private ProcoreAnswer answer(int status, String... headers) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        return new ProcoreAnswer(status, all, "", Optional.empty(), true, clock.instant());
    }

    private static String httpDate(Instant instant) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
    }

    /** At least what was asked for, at most a tenth more of jitter. */
    private void assertPauses(long seconds) {
        Duration length = Duration.between(clock.instant(), pause.now().orElseThrow().until());
        assertThat(length).isBetween(Duration.ofSeconds(seconds), Duration.ofMillis(seconds * 1_100));
    }

    @Test
    void retry_after_counts_in_seconds() {
        pause.throttled(answer(429, "Retry-After", "17", "X-Rate-Limit-Reset", "9999999999"));

        assertPauses(17);
    }

    @Test
    void retry_after_may_be_a_date_and_is_held_against_the_server_s_own_clock() {
        Instant server = clock.instant().plusSeconds(86_400);

        pause.throttled(answer(503, "Date", httpDate(server), "Retry-After", httpDate(server.plusSeconds(40))));

        assertPauses(40);
    }

    @Test
    void the_reset_header_is_held_against_the_server_s_own_clock() {
        Instant server = clock.instant().minusSeconds(7_200);

        pause.throttled(answer(429, "Date", httpDate(server),
                "X-Rate-Limit-Reset", Long.toString(server.getEpochSecond() + 25)));

        assertPauses(25);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "soon", "99999999999999999999", "Thu, 01 Jan 1970 00:00:00 GMT"})
    void a_value_that_says_nothing_leads_to_pauses_that_grow(String value) {
        pause.throttled(answer(429, "Retry-After", value));
        assertPauses(2);
        clock.forward(Duration.ofSeconds(3));
        pause.throttled(answer(429, "Retry-After", value));
        assertPauses(4);
        clock.forward(Duration.ofSeconds(5));
        pause.throttled(answer(429));

        assertPauses(8);
    }

    @ParameterizedTest
    @CsvSource({"999999999", "86400"})
    void a_time_far_away_is_not_believed_in_full(String seconds) {
        pause.throttled(answer(429, "Retry-After", seconds));

        assertPauses(65 * 60);
    }

    @Test
    void jitter_keeps_two_installations_from_coming_back_at_the_same_moment() {
        Set<Long> ends = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            ends.add(Duration.between(clock.instant(), pause().throttled(answer(429, "Retry-After", "60"))).toMillis());
            clock.forward(Duration.ofSeconds(90));
        }

        assertThat(ends).hasSizeGreaterThan(20);
    }

    @Test
    void a_limit_that_is_nearly_used_up_is_waited_out_before_it_is_met() {
        long reset = clock.instant().getEpochSecond() + 10;
        pause.answered(answer(200, "X-Rate-Limit-Limit", "25", "X-Rate-Limit-Remaining", "4",
                "X-Rate-Limit-Reset", Long.toString(reset)));
        assertThat(pause.isOn()).isFalse();

        pause.answered(answer(200, "X-Rate-Limit-Limit", "25", "X-Rate-Limit-Remaining", "3",
                "X-Rate-Limit-Reset", Long.toString(reset)));

        assertThat(pause.now()).hasValueSatisfying(now -> {
            assertThat(now.reason()).isEqualTo(ProcorePause.Reason.THROTTLED);
            assertThat(now.sentence()).contains("25 calls");
        });
        clock.forward(Duration.ofSeconds(12));
        assertThat(pause.isOn()).isFalse();
    }

    @Test
    void a_shorter_pause_does_not_end_a_longer_one() {
        pause.throttled(answer(429, "Retry-After", "60"));
        pause.throttled(answer(429, "Retry-After", "1"));

        assertPauses(60);
    }

    @Test
    void a_pause_is_told_once_however_many_rows_meet_it_and_again_when_the_next_begins() {
        Logger logger = (Logger) LoggerFactory.getLogger(ProcorePause.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        Level before = logger.getLevel();
        logger.setLevel(Level.WARN);
        try {
            for (int row = 0; row < 50; row++) {
                pause.throttled(answer(429, "Retry-After", "60"));
                clock.forward(Duration.ofMillis(20));
            }
            assertThat(log.list).singleElement().satisfies(told ->
                    assertThat(told.getFormattedMessage()).contains("429"));

            clock.forward(Duration.ofMinutes(5));
            pause.throttled(answer(429, "Retry-After", "60"));
            assertThat(log.list).hasSize(2);
        } finally {
            logger.setLevel(before);
            logger.detachAppender(log);
        }
    }

    @Test
    void a_few_failures_are_a_row_s_own_and_many_in_a_row_mean_that_procore_is_away() {
        for (int i = 0; i < 4; i++) {
            pause.failed("HTTP 500");
        }
        assertThat(pause.isOn()).isFalse();
        pause.failed("HTTP 500");

        assertThat(pause.now()).hasValueSatisfying(now ->
                assertThat(now.reason()).isEqualTo(ProcorePause.Reason.AWAY));
    }

    @Test
    void being_away_is_tried_again_with_pauses_that_grow_and_ends_with_an_answer() {
        pause.away("refused");
        assertPauses(2);
        clock.forward(Duration.ofSeconds(3));
        pause.away("refused");
        assertPauses(4);

        pause.answered(answer(200));

        assertThat(pause.last()).isEmpty();
    }
}
