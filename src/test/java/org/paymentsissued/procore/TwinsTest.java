package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.Wanted;
import org.paymentsissued.procore.Twins.Found;
import org.paymentsissued.procore.Twins.Sending;

/** Which record in Procore is the same payment as one about to be sent: check 10902 of 2026-03-25, 9000.00, invoice HD-0431. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TwinsTest {

    private static final BigDecimal AMOUNT = new BigDecimal("9000.00");

    private static Sending sending(String number, String whole) {
        return new Sending(new Wanted(Optional.of(new Placement(1001, 11, "work_order_contract", Optional.of(501L), "HD-0431")),
                RowsForTests.FIELDS.withCheckNumber(number)), new BigDecimal(whole));
    }

    private static Sending check() {
        return sending("10902", "9000.00");
    }

    private static ContractPayment record(String fields) {
        return ContractPayment.read(new ObjectMapper(), PaymentJson.tree("{" + fields + "}").orElseThrow()).orElseThrow();
    }

    private static ContractPayment typed(long id, String amount, String date, String number, String more) {
        return record("\"id\":" + id + ",\"amount\":\"" + amount + "\",\"date\":" + (date == null ? null : "\"" + date + "\"")
                + ",\"check_number\":" + (number == null ? null : "\"" + number + "\"") + more);
    }

    private static Found found(Sending sending, List<Sending> rivals, ContractPayment... records) {
        return Twins.of(Twins.candidates(sending, List.of(records)), rivals);
    }

    @ParameterizedTest(name = "{0} of {1}, check {2}, invoice {3}: {4}")
    @CsvSource(nullValues = "-", value = {
        // the same day: the number decides, and a record without one is not contradicted
        "9000.00, 2026-03-25, 10902,     -,       EXACT",
        "9000.00, 2026-03-25, -,         -,       EXACT",
        "9000.00, 2026-03-25, ' 010902', -,       EXACT",
        "9000,    2026-03-25, '1 0902',  -,       EXACT",
        "9000.00, 2026-03-25, 10903,     -,       -",
        "9000.00, 2026-03-25, 10903,     hd-0431, LIKELY",
        // within ten days: number or invoice
        "9000.00, 2026-04-04, 10902,     -,       LIKELY",
        "9000.00, 2026-03-15, 10902,     -,       LIKELY",
        "9000.00, 2026-04-05, 10902,     HD-0431, -",
        "9000.00, 2026-03-14, 10902,     HD-0431, -",
        "9000.00, 2026-03-26, -,         HD-0431, LIKELY",
        "9000.00, 2026-03-26, -,         HD-0432, -",
        "9000.00, 2026-03-26, -,         -,       -",
        // without a date
        "9000.00, -,          10902,     -,       LIKELY",
        "9000.00, -,          -,         -,       -",
        // the amount is never approximate
        "8999.99, 2026-03-25, 10902,     HD-0431, -",
        "-9000.00,2026-03-25, 10902,     HD-0431, -"})
    void a_record_that_a_person_typed(String amount, String date, String number, String invoice, Twins.Likeness likeness) {
        ContractPayment record = typed(7, amount, date, number, invoice == null ? "" : ",\"invoice_number\":\"" + invoice + "\"");

        assertThat(Twins.likeness(check(), record)).isEqualTo(Optional.ofNullable(likeness));
    }

    @Test
    void the_same_subcontractor_invoice_makes_it_likely() {
        assertThat(Twins.likeness(check(), typed(7, "9000.00", "2026-03-30", "77", ",\"requisition_id\":501")))
                .contains(Twins.Likeness.LIKELY);
        assertThat(Twins.likeness(check(), typed(7, "9000.00", "2026-03-30", "77", ",\"requisition_id\":502"))).isEmpty();
    }

    @Test
    void a_payment_without_a_number_is_asked_about_where_the_record_has_one() {
        assertThat(Twins.likeness(sending("", "9000.00"), typed(7, "9000.00", "2026-03-25", "VISA", ""))).contains(Twins.Likeness.LIKELY);
        assertThat(Twins.likeness(sending("", "9000.00"), typed(7, "9000.00", "2026-03-25", null, ""))).contains(Twins.Likeness.EXACT);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        "2026-03-25,10902,LUMP", "2026-03-25,-,LUMP", "2026-03-28,10902,LUMP", "2026-03-28,-,-", "2026-03-25,77,-"})
    void the_sum_of_all_bills_of_the_check_on_the_commitment(String date, String number, Twins.Likeness likeness) {
        ContractPayment lump = typed(7, "12000.00", date, number, "");

        assertThat(Twins.likeness(sending("10902", "12000.00"), lump)).isEqualTo(Optional.ofNullable(likeness));
        assertThat(Twins.likeness(check(), lump)).isEmpty();
    }

    @Test
    void one_exact_record_for_one_payment_is_the_same() {
        assertThat(found(check(), List.of(), typed(7, "9000.00", "2026-03-25", "10902", ""), typed(8, "5.00", "2026-03-25", "1", "")))
                .isInstanceOfSatisfying(Found.Same.class, same -> assertThat(same.record().id()).isEqualTo(7));
    }

    @Test
    void two_records_or_two_payments_that_fit_are_doubtful() {
        ContractPayment one = typed(7, "9000.00", "2026-03-25", "10902", "");
        ContractPayment two = typed(8, "9000.00", "2026-03-20", "10902", "");

        assertThat(found(check(), List.of(), one, two)).isInstanceOf(Found.Doubtful.class);
        assertThat(found(check(), List.of(sending("10902", "9000.00")), one)).isInstanceOf(Found.Doubtful.class);
        assertThat(found(check(), List.of(sending("4711", "9000.00")), typed(7, "9000.00", "2026-03-25", null, "")))
                .as("another check of that amount on that day").isInstanceOf(Found.Doubtful.class);
        assertThat(found(check(), List.of(otherDay(sending("4711", "9000.00"))), one)).isInstanceOf(Found.Same.class);
    }

    private static Sending otherDay(Sending sending) {
        Wanted wanted = sending.wanted();
        return new Sending(new Wanted(Optional.of(new Placement(1001, 11, "work_order_contract", Optional.empty(), "HD-0440")),
                wanted.fields().withDate(Optional.of(LocalDate.of(2025, 1, 1))).withInvoiceNumber("HD-0440")), AMOUNT);
    }

    private static Stream<String> recordsOfOthers() {
        return Stream.of("\"origin_id\":\"SAGE-77\"", "\"origin_data\":\"{\\\"source\\\":\\\"sage\\\"}\"",
                "\"external_payment_id\":\"PP-1\"");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("recordsOfOthers")
    void records_of_other_programs_are_asked_about_and_never_become_ours(String theirs) {
        assertThat(found(check(), List.of(), typed(7, "9000.00", "2026-03-25", "10902", "," + theirs)))
                .isInstanceOfSatisfying(Found.Doubtful.class, doubtful -> assertThat(doubtful.candidates().get(0).isAdoptable()).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"9,000.00\"", "9000.00"})
    void an_amount_with_commas_is_compared_and_such_a_record_never_becomes_ours(String amount) {
        ContractPayment record = record("\"id\":7,\"amount\":" + amount + ",\"date\":\"2026-03-25\",\"check_number\":\"10902\"");

        assertThat(found(check(), List.of(), record)).isInstanceOf(amount.contains(",") ? Found.Doubtful.class : Found.Same.class);
    }

    @Test
    void the_record_that_may_become_ours_comes_first() {
        assertThat(Twins.candidates(check(), List.of(typed(5, "9000.00", "2026-03-25", "10902", ",\"origin_id\":\"SAGE-1\""),
                typed(9, "9000.00", "2026-03-24", "10902", ""), typed(8, "9000.00", "2026-03-25", "10902", ""))))
                .extracting(candidate -> candidate.record().id()).containsExactly(8L, 9L, 5L);
    }
}
