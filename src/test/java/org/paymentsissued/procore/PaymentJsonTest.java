package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.ledger.LedgerRow.Field;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.PaymentFields;
import org.paymentsissued.payment.Wanted;

@DisplayNameGeneration(ReplaceUnderscores.class)
class PaymentJsonTest {

    private static final RecordKey KEYS = new RecordKey(new DeliveryPolicy("1", DeliveryPolicy.UpdateStrategy.PATCH,
            DeliveryPolicy.VoidStrategy.DELETE, DeliveryPolicy.KeyPlace.ORIGIN_ID, "",
            DeliveryPolicy.TypedTwins.ASK, 8, Duration.ofSeconds(2), Duration.ofMinutes(15)));
    private static final Wanted WANTED = new Wanted(Optional.of(Desk.SC_014), new PaymentFields(new BigDecimal("9000"),
            Optional.of(LocalDate.of(2026, 3, 25)), "check", "0010902", "HD-0431", Optional.empty(), "say \"hi\"", "1774396800"));
    private static final CommitmentRef PLACE = new CommitmentRef(1, 2);

    @Test
    void amounts_are_text_with_two_decimals_dates_are_days_and_what_is_unknown_is_left_out() {
        assertThat(PaymentJson.create(PLACE, WANTED, KEYS, "K|B")).isEqualTo("{\"project_id\":1,\"contract_id\":2,"
                + "\"contract_payment\":{\"amount\":\"9000.00\",\"date\":\"2026-03-25\",\"payment_method\":\"check\","
                + "\"check_number\":\"0010902\",\"invoice_number\":\"HD-0431\",\"requisition_id\":501,"
                + "\"notes\":\"say \\\"hi\\\"\",\"origin_id\":\"K|B\","
                + "\"origin_data\":\"{\\\"edit_sequence\\\":\\\"1774396800\\\"}\"}}");
    }

    @Test
    void an_update_clears_with_null_what_quickbooks_no_longer_has() {
        Wanted without = new Wanted(Optional.empty(), WANTED.fields().withCheckNumber("").withNotes(""));

        assertThat(PaymentJson.update(PLACE, without, EnumSet.of(Field.CHECK_NUMBER, Field.REQUISITION), "K|B",
                Optional.of(DeliveryPolicy.KeyPlace.ORIGIN_ID)))
                .contains("\"check_number\":null", "\"requisition_id\":null").doesNotContain("amount", "notes");
    }

    @Test
    void a_fraction_of_a_cent_is_an_error_and_never_rounded() {
        Wanted odd = new Wanted(Optional.of(Desk.SC_014), WANTED.fields().withAmount(new BigDecimal("1.005")));

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> PaymentJson.create(PLACE, odd, KEYS, "K|B"))
                .isInstanceOf(ArithmeticException.class);
    }

    @Test
    void ids_of_64_bits_amounts_as_numbers_and_dates_with_time_are_read() {
        ContractPayment record = PaymentJson.read("{\"id\":598134325990018,\"amount\":9000.10,\"requisition_id\":"
                + "\"598134325888014\",\"date\":\"2026-03-25T00:00:00Z\",\"status\":{\"new\":1}}").orElseThrow();

        assertThat(record.id()).isEqualTo(598134325990018L);
        assertThat(record.amount()).isEqualByComparingTo("9000.10");
        assertThat(record.requisitionId()).isEqualTo(598134325888014L);
        assertThat(record.day()).contains(LocalDate.of(2026, 3, 25));
    }

    @Test
    void what_is_no_record_and_no_list_is_none() {
        for (String text : List.of("", "<html>", "{\"id\":", "[]", "{}", "{\"id\":null}", "null")) {
            assertThat(PaymentJson.read(text)).isEmpty();
        }
        for (String text : List.of("", "{\"errors\":\"x\"}", "[{\"amount\":\"1.00\"}]", "[{\"id\":1}", "[1]")) {
            assertThat(PaymentJson.readList(text)).as(text).isEmpty();
        }
        assertThat(PaymentJson.readList("[]")).hasValue(List.of());
    }

    @Test
    void a_correction_belongs_to_the_key_it_corrects() {
        ContractPayment correction = PaymentJson.read("{\"id\":1,\"origin_id\":\"K|B|r12\"}").orElseThrow();

        assertThat(KEYS.base(correction)).contains("K|B");
        assertThat(KEYS.whole(correction)).contains("K|B|r12");
        assertThat(RecordKey.correction("K|B", 12)).isEqualTo("K|B|r12");
    }

    @Test
    void without_origin_id_the_key_is_found_between_whatever_people_wrote_around_it() {
        RecordKey inNotes = new RecordKey(new DeliveryPolicy("1", DeliveryPolicy.UpdateStrategy.PATCH,
                DeliveryPolicy.VoidStrategy.DELETE, DeliveryPolicy.KeyPlace.NOTES, "acme", DeliveryPolicy.TypedTwins.ASK, 8,
                Duration.ofSeconds(2), Duration.ofMinutes(15)));
        ContractPayment record = PaymentJson.read(
                "{\"id\":1,\"notes\":\"called them [QuickBooks acme~K|B] twice\"}").orElseThrow();

        assertThat(inNotes.whole(record)).contains("acme~K|B");
        assertThat(RecordKey.notes("memo", "acme~K|B", Optional.of(inNotes.place()))).isEqualTo("memo [QuickBooks acme~K|B]");
    }

    @Test
    void a_list_is_believed_about_what_is_not_there_and_for_a_while_about_what_is() {
        Contracts contracts = new Contracts();
        Instant start = Instant.parse("2026-03-26T06:00:00Z");
        ContractPayment record = PaymentJson.read("{\"id\":1,\"origin_id\":\"K|B\"}").orElseThrow();
        assertThat(contracts.records(PLACE, "K|B", start, 0)).isEmpty();
        long before = contracts.moment();
        contracts.beginReading(PLACE, 1);
        contracts.put(PLACE, List.of(record), KEYS, start, start);

        assertThat(contracts.records(PLACE, "K|B", start.plusSeconds(60), 0)).hasValue(List.of(record));
        assertThat(contracts.records(PLACE, "K|B", start.plusSeconds(3_600), 0)).isEmpty();
        assertThat(contracts.records(PLACE, "other", start.plusSeconds(3_600), contracts.moment())).hasValue(List.of());
        assertThat(contracts.records(PLACE, "K|B", start.plusSeconds(60), contracts.moment())).as("changed since").isEmpty();
        assertThat(contracts.recordsSince(PLACE, "K|B", contracts.moment())).isEmpty();
        assertThat(contracts.recordsSince(PLACE, "K|B", before)).isPresent();
        contracts.drop(PLACE, "K|B");
        assertThat(contracts.records(PLACE, "K|B", start, 0)).hasValue(List.of());
    }
}
