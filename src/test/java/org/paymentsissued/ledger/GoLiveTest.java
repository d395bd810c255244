package org.paymentsissued.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.payment.HostTime;

/** Which day counts as go-live: the one that is set, or the day before the first reading. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class GoLiveTest {

    private static final String FILE = "default";
    private final LedgerDatabase database = LedgerDatabase.open("jdbc:h2:mem:" + UUID.randomUUID(), "sa", "", 1);

    @AfterEach
    void close() {
        database.close();
    }

    private GoLive on(String day, String setting) {
        Instant noon = LocalDate.parse(day).atTime(12, 0).atZone(ZoneId.systemDefault()).toInstant();
        Clock clock = Clock.fixed(noon, ZoneId.systemDefault());
        return new GoLive(database, new DeadLetters(database, clock), HostTime.parse(setting), clock);
    }

    private static Optional<HostTime> stamp(String text) {
        return HostTime.parse(text);
    }

    @Test
    void unset_it_is_the_day_before_the_first_reading_on_every_later_day_too() {
        assertThat(on("2026-11-30", "").of(FILE)).isEmpty();
        assertThat(on("2026-11-30", "").begin(FILE)).isEqualTo(stamp("2026-11-29T00:00:00").orElseThrow());
        assertThat(on("2027-02-01", "").begin(FILE)).isEqualTo(stamp("2026-11-29T00:00:00").orElseThrow());
        assertThat(on("2027-02-01", "").of(FILE)).isEqualTo(stamp("2026-11-29T00:00:00"));
        assertThat(on("2027-02-01", "").of("west")).isEmpty();
    }

    @Test
    void a_date_or_a_time_that_is_set_holds_at_once() {
        on("2026-11-30", "").begin(FILE);
        assertThat(on("2026-11-30", "2026-01-01").of(FILE)).isEqualTo(stamp("2026-01-01T00:00:00"));
        assertThat(on("2026-11-30", "2026-01-01T08:30:00").begin(FILE)).isEqualTo(stamp("2026-01-01T08:30:00").orElseThrow());
    }

    @Test
    void an_earlier_one_makes_everything_since_be_read_again() {
        Watermarks watermarks = new Watermarks(database, Clock.systemUTC());
        database.turns().take(FILE);
        on("2026-11-30", "").begin(FILE);
        watermarks.moveTo(FILE, "BillPaymentCheck", stamp("2026-11-30T10:00:00").orElseThrow());

        on("2026-11-30", "2026-12-24").begin(FILE);
        assertThat(watermarks.of(FILE, "BillPaymentCheck")).isPresent();
        on("2026-11-30", "2026-01-01").begin(FILE);
        assertThat(watermarks.of(FILE, "BillPaymentCheck")).isEmpty();
    }
}
