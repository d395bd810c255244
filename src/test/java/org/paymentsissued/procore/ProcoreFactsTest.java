package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ProcoreFactsTest {

    private static final String SENT = "{\"project_id\":1,\"contract_id\":2,\"contract_payment\":{\"amount\":\"9876.54\","
            + "\"date\":\"2026-03-25\",\"payment_method\":\"check\",\"origin_id\":\"K|B\"}}";

    private final List<String> noted = new ArrayList<>();

    private List<String> noted(ProcoreCall call, int status, Map<String, String> headers, String body) {
        noted.clear();
        ProcoreFacts.note(call, new ProcoreAnswer(status, headers, body, Optional.empty(), true, Instant.EPOCH),
                (fact, evidence) -> noted.add(fact + " " + evidence));
        assertThat(noted).noneMatch(note -> note.contains("Harlan") || note.contains("9876") || note.contains("K|B"));
        return noted;
    }

    @Test
    void a_refused_duplicate_is_noted_by_status_shape_and_known_words() {
        assertThat(noted(ProcoreCall.create("1", SENT, "t"), 422, Map.of(),
                "{\"errors\":{\"origin_id\":[\"K|B has already been taken for Harlan Drywall LLC\"],\"Harlan 9876\":1}}"))
                .contains("DUPLICATE_KEY POST refused with HTTP 422 {errors:{origin_id:[string],?:number}},"
                        + " words: origin_id, already, taken");
    }

    @Test
    void a_locked_record_is_noted_and_one_that_takes_changes_too() {
        ProcoreCall change = ProcoreCall.update("1", 5, SENT, "t");

        assertThat(noted(change, 403, Map.of(), "{\"message\":\"The payment of Harlan Drywall LLC is synced with an ERP\"}"))
                .contains("KEY_LOCKS PATCH refused with HTTP 403 {message:string}, words: synced, erp");
        assertThat(noted(change, 200, Map.of(), "{\"id\":5,\"origin_id\":\"K|B\"}"))
                .contains("KEY_LOCKS PATCH accepted with HTTP 200, origin_id in the answer");
        assertThat(noted(change, 200, Map.of(), "{\"id\":5,\"origin_id\":null}")).noneMatch(note -> note.startsWith("KEY_LOCKS"));
    }

    @Test
    void a_new_record_tells_the_forms_of_dates_and_amounts_and_what_is_left_out() {
        assertThat(noted(ProcoreCall.create("1", SENT, "t"), 201, Map.of("x-rate-limit-limit", "3600"),
                "{\"id\":5,\"amount\":\"9876.5\",\"date\":\"2026-03-25T00:00:00Z\",\"origin_id\":\"K|B\"}"))
                .contains("DATE_FORM 9999-99-99T99:99:99Z", "AMOUNT_FORM a text with 1 decimals", "LEFT_OUT payment_method",
                        "RATE_LIMIT_HEADERS X-Rate-Limit-Limit; the limit is 3600");
    }

    @Test
    void how_long_to_wait_is_noted_by_its_form() {
        assertThat(noted(ProcoreCall.create("1", SENT, "t"), 429, Map.of("Retry-After", "17"), ""))
                .containsExactly("WAIT_HEADERS HTTP 429 with Retry-After in the form 99 and no X-Rate-Limit-Reset");
    }

    @Test
    void a_refused_date_filter_is_noted() {
        assertThat(noted(ProcoreCall.get("1", "/v1.1/requisitions", "filters%5Bupdated_at%5D=a...b"), 400, Map.of(), "{}"))
                .contains("DATE_FILTER refused with HTTP 400");
    }
}
