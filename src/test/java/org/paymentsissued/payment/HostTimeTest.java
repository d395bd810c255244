package org.paymentsissued.payment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(ReplaceUnderscores.class)
class HostTimeTest {

    @ParameterizedTest
    @CsvSource({"2026-03-08T23:59:59-07:00, 2026-03-08T23:59:59", "2026-03-09T7:05:00-7:00, 2026-03-09T07:05:00",
            "2026-3-9, 2026-03-09T00:00:00", "2026-03-09T14, 2026-03-09T14:00:00", "2026-03-09T7:5, 2026-03-09T07:05:00",
            "2026-03-09T07:05:00, 2026-03-09T07:05:00", "' 2026-03-09 ', 2026-03-09T00:00:00"})
    void every_legal_stamp_is_read_without_its_offset(String text, String clock) {
        assertThat(HostTime.parse(text).orElseThrow()).hasToString(clock);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "2026-13-01", "2026-02-30T10:00:00", "2026-03-09T25", "2026-03-09T10:00:61",
            "2026-03-09T10:00:00Z", "2026-03-09T10:00:00.5", "yesterday"})
    void what_is_no_stamp_is_absent(String text) {
        assertThat(HostTime.parse(text)).isEmpty();
    }

    @Test
    void a_summer_stamp_with_the_offset_of_winter_is_as_late_as_its_clock_says() {
        HostTime defect = HostTime.parse("2026-07-01T12:00:00-07:00").orElseThrow();
        HostTime right = HostTime.parse("2026-07-01T12:00:00-06:00").orElseThrow();
        assertThat(defect).isEqualByComparingTo(right);
    }
}
