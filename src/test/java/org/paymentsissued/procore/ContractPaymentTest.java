package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.payment.PaymentFields;
import org.paymentsissued.payment.Wanted;

/** What of a record is needed, and how strictly it is read, depends on whose it is. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ContractPaymentTest {

    private static final RecordKey KEYS = new RecordKey(new DeliveryPolicy("1", DeliveryPolicy.UpdateStrategy.PATCH,
            DeliveryPolicy.VoidStrategy.DELETE, DeliveryPolicy.KeyPlace.ORIGIN_ID, "",
            DeliveryPolicy.TypedTwins.ASK, 8, Duration.ofSeconds(2), Duration.ofMinutes(15)));
    private static final Wanted CHECK = new Wanted(Optional.of(Desk.SC_014), new PaymentFields(new BigDecimal("1500.00"),
            Optional.of(LocalDate.of(2026, 3, 25)), "check", "10902", "HD-0431", Optional.empty(), "", "1"));

    private static Optional<ContractPayment> inList(String record) {
        return PaymentJson.readList("[" + record + "]").map(records -> records.get(0));
    }

    private static String typed(String amount) {
        return "{\"id\":7,\"check_number\":\"10902\",\"date\":\"2026-03-25\",\"amount\":" + amount + "}";
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{\"id\":7,\"origin_id\":\"other-1\",\"origin_data\":{\"source\":\"elsewhere\",\"batch\":[1,2]}}",
        "{\"id\":7,\"origin_id\":\"other-1\",\"amount\":{\"value\":1,\"currency\":\"USD\"}}",
        "{\"id\":7,\"origin_id\":\"other-1\",\"amount\":true,\"date\":{\"day\":1},\"notes\":[\"a\"],\"check_number\":[]}",
        "{\"id\":7,\"origin_id\":{\"system\":\"other\",\"id\":1},\"contract_id\":{\"id\":1},\"project_id\":\"Riverside\"}",
        "{\"id\":7,\"external_payment_id\":{\"id\":\"pay-1\"},\"amount\":\"1.500,00\",\"created_at\":[]}",
        "{\"id\":7,\"origin_id\":\"other-1\",\"amount\":null}",
        "{\"id\":7,\"origin_id\":\"other-1\",\"amount\":1e999999999}",
        "{\"id\":\"7\"}",
    })
    void of_a_record_that_is_not_ours_only_the_id_is_needed(String record) {
        ContractPayment read = inList(record).orElseThrow();

        assertThat(read.id()).isEqualTo(7);
        assertThat(KEYS.whole(read).filter(key -> key.contains("|"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"id\":null}", "{\"id\":\"seven\"}", "{\"id\":1.5}", "17", "null"})
    void a_record_without_an_id_makes_the_list_unreadable(String record) {
        assertThat(PaymentJson.readList("[" + record + "]")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"\"1,500.00\"; 1500.00", "\"1500.00\"; 1500.00", "1500.0; 1500", "\" 1500 \"; 1500",
        "\"-12,001,500.25\"; -12001500.25"})
    void an_amount_that_is_not_ours_may_have_commas(String written, BigDecimal amount) {
        assertThat(inList(typed(written)).orElseThrow().amount()).isEqualByComparingTo(amount);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1.500,00\"", "\"15,00.00\"", "\"USD 1500.00\"", "{\"value\":1500}", "null", "\"\"", "[1500]"})
    void a_typed_record_whose_amount_cannot_be_read_is_no_twin(String written) {
        ContractPayment typed = inList(typed(written)).orElseThrow();

        assertThat(typed.amount()).isNull();
        assertThat(typed.isAlike(CHECK)).isFalse();
        assertThat(inList(typed("\"1,500.00\"")).orElseThrow().isAlike(CHECK)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "\"origin_id\":\"K|B\"",
        "\"origin_id\":\"acme~K|B|r2\"",
        "\"origin_data\":\"{\\\"edit_sequence\\\":\\\"1\\\"}\"",
        "\"origin_data\":\"{\\\"origin_id\\\":\\\"K|B\\\"}\"",
        "\"origin_data\":{\"key\":\"K|B\",\"edit_sequence\":\"1\"}",
        "\"notes\":\"memo [QuickBooks K|B]\"",
    })
    void nothing_in_a_record_with_a_key_like_ours_is_guessed(String key) {
        assertThat(inList("{\"id\":7,\"amount\":\"1,500.00\"," + key + "}")).isEmpty();
        assertThat(inList("{\"id\":7,\"amount\":1e999999999," + key + "}")).isEmpty();
        assertThat(inList("{\"id\":7,\"amount\":\"1500.00\"," + key + "}").orElseThrow().amount())
                .isEqualByComparingTo("1500.00");
    }

    @Test
    void the_answer_to_our_own_call_is_read_strictly_even_where_it_leaves_out_the_key() {
        assertThat(PaymentJson.read("{\"id\":7,\"amount\":\"1,500.00\"}")).isEmpty();
        assertThat(PaymentJson.read("{\"id\":7,\"amount\":\"1500.00\"}")).isPresent();
    }
}
