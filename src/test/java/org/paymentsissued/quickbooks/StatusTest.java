package org.paymentsissued.quickbooks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.quickbooks.Status.Remedy;

@DisplayNameGeneration(ReplaceUnderscores.class)
class StatusTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 499})
    void information_is_a_success(int code) {
        assertThat(new Status(code, "").remedy()).isEqualTo(Remedy.USE_THE_ROWS);
        assertThat(new Status(code, "").isWarning()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 510, 530, 531, 550, 560, 570, 600, 999})
    void a_warning_takes_no_row_away(int code) {
        assertThat(new Status(code, "").remedy()).isEqualTo(Remedy.USE_THE_ROWS);
        assertThat(new Status(code, "").isWarning()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {3390, 3391})
    void a_forgotten_iterator_is_begun_again(int code) {
        assertThat(new Status(code, "").remedy()).isEqualTo(Remedy.RESTART_THE_ITERATOR);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1010, 3175, 3176, 3231})
    void what_passes_is_asked_again(int code) {
        assertThat(new Status(code, "").remedy()).isEqualTo(Remedy.ASK_AGAIN);
    }

    @ParameterizedTest
    @ValueSource(ints = {1030, 1060, 3000, 3010, 3020, 3030, 3031, 3040, 3070, 3120, 3140, 3150, 3210, 3250})
    void what_stays_until_somebody_changes_something_says_so(int code) {
        assertThat(new Status(code, "").remedy()).isEqualTo(Remedy.CHANGE_A_SETTING);
        assertThat(new Status(code, "").advice()).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(ints = {3220, 3260, 3261, 3263})
    void what_a_quickbooks_administrator_has_to_allow_says_so(int code) {
        assertThat(new Status(code, "").remedy()).isEqualTo(Remedy.GRANT_ACCESS);
        assertThat(new Status(code, "").advice()).containsAnyOf("administrator", "right to read");
        assertThat(new Status(code, "").adviceForFile()).isEqualTo(new Status(code, "").advice());
    }

    @Test
    void a_filter_that_finds_nothing_is_no_question_of_the_version() {
        assertThat(new Status(3120, "").advice()).contains("does not have", "which company file is open").doesNotContain("version");
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 2500, 3200, 3999, 9003, 9100, 123_456, -1})
    void nothing_unknown_counts_as_a_success(int code) {
        assertThat(new Status(code, "").isUsable()).isFalse();
        assertThat(new Status(code, "").remedy()).isEqualTo(Remedy.ASK_AGAIN);
    }
}
