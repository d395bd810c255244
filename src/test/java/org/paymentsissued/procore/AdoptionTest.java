package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.procore.Desk.SC_014;
import static org.paymentsissued.procore.Desk.line;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.PaymentIssued.Author;
import org.paymentsissued.ledger.DeadLetters.Listed;
import org.paymentsissued.ledger.Deliveries.Claim;
import org.paymentsissued.ledger.OperatorActions.Outcome;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.procore.DeliveryPolicy.KeyPlace;
import org.paymentsissued.procore.DeliveryPolicy.TypedTwins;

/** A payment that a person has typed into Procore already becomes ours, or is sent, and never both. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class AdoptionTest {

    private final Desk desk = new Desk();

    @AfterEach
    void close() {
        assertThat(desk.procore.violations()).isEmpty();
        desk.close();
    }

    private Desk with(TypedTwins twins) {
        desk.twins = twins;
        return desk.restart();
    }

    private long typed(String amount, String date, String number) {
        long id = desk.procore.addByHand(11, amount, date, number);
        desk.procore.editNotes(id, "typed at the site");
        desk.procore.attach(id, "check.pdf");
        desk.procore.setPaymentNumber(id, 17);
        return id;
    }

    private long typed() {
        return typed("9000.00", "2026-03-25", "010902");
    }

    private Listed letter() {
        assertThat(desk.deadLetters.openOnes(10)).hasSize(1);
        return desk.deadLetters.openOnes(10).get(0);
    }

    private RowState state(long row) {
        return desk.deliveries.row(row).orElseThrow().state();
    }

    private String keyOn(PaymentIssued record) {
        return Stream.of(record.originId(), record.originData(), record.notes()).map(String::valueOf)
                .filter(text -> text.contains("K1|B1")).findFirst().orElse("none");
    }

    private void assertAdopted(long id) {
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
        assertThat(state(1)).isEqualTo(RowState.DELIVERED);
        PaymentIssued record = desk.onlyRecord();
        assertThat(record.id()).isEqualTo(id);
        assertThat(keyOn(record)).isNotEqualTo("none");
        assertThat(record.checkNumber()).isEqualTo("010902");
        assertThat(record.notes()).startsWith("typed at the site");
        assertThat(record.attachments()).hasSize(1);
        assertThat(record.paymentNumber()).isEqualTo(17);
    }

    // ------------------------------------------------------------------------------------------------- ask and answer

    @Test
    void an_operator_is_asked_and_sees_both_side_by_side() {
        long id = typed();
        desk.paid("9000.00").deliver();

        assertThat(letter().stage()).isEqualTo("twin");
        assertThat(letter().sentence()).contains("9,000.00 of 2026-03-25, check 10902, invoice HD-0431",
                "record " + id + ", typed by a person: 9,000.00 of 2026-03-25, check 010902", "typed at the site", "Nothing was sent");
        assertThat(desk.calls("POST")).isZero();
    }

    @Test
    void what_a_person_types_between_two_syncs_of_one_process_is_seen() {
        desk.paid("9000.00").deliver();
        desk.clock.forward(Duration.ofMinutes(1));
        desk.procore.addByHand(11, "50.00", "2026-03-25", "10903");
        desk.paid("K2", "10903", "", line("B2", "50.00", SC_014)).deliver();

        assertThat(letter().sentence()).contains("Check 10903", "typed by a person", "Nothing was sent");
        assertThat(desk.calls("POST")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void it_is_the_same_writes_our_key_and_nothing_else(KeyPlace place) {
        desk.keyPlace = place;
        long id = typed();
        with(TypedTwins.ASK).paid("9000.00").deliver();
        assertThat(desk.actions().adopt(letter().id(), Optional.empty(), "ops").outcome()).isEqualTo(Outcome.DUE);
        desk.deliver();

        assertAdopted(id);
        assertThat(desk.calls("POST")).isZero();
        assertThat(desk.calls("PATCH")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void later_edits_and_voids_follow_and_what_people_wrote_stays(KeyPlace place) {
        desk.keyPlace = place;
        typed();
        with(TypedTwins.ADOPT).paid("9000.00").deliver();
        desk.restart().paid("9150.00").deliver();

        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
        assertThat(desk.onlyRecord().amount()).isEqualByComparingTo("9150.00");
        assertThat(desk.onlyRecord().checkNumber()).isEqualTo("010902");
        assertThat(desk.onlyRecord().notes()).startsWith("typed at the site");
        assertThat(desk.onlyRecord().attachments()).hasSize(1);

        desk.voided().deliver();
        assertThat(desk.records()).isEmpty();
        assertThat(state(1)).isEqualTo(RowState.REMOVED);
    }

    @Test
    void send_anyway_makes_a_second_record_and_asks_no_more() {
        typed();
        desk.paid("9000.00").deliver();
        desk.retry();

        assertThat(desk.records()).extracting(PaymentIssued::author).containsExactlyInAnyOrder(Author.PERSON, Author.INTEGRATION);
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    @Test
    void discarding_leaves_the_typed_record_and_sends_nothing() {
        typed();
        desk.paid("9000.00").deliver();
        desk.discard();
        desk.deliver();

        assertThat(desk.onlyRecord().author()).isEqualTo(Author.PERSON);
        assertThat(state(1)).isEqualTo(RowState.SKIPPED);
    }

    @Test
    void an_edit_in_quickbooks_asks_anew_about_what_is_wanted_now() {
        typed();
        desk.paid("9000.00").deliver();
        desk.paid("8000.00").deliver();

        assertThat(desk.records()).hasSize(2);
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    @Test
    void a_record_typed_since_the_list_was_read_is_seen_before_the_next_payment_goes() {
        desk.paid("K9", "1", "", line("B9", "1.00", SC_014)).deliver();
        typed();
        desk.clock.forward(java.time.Duration.ofMinutes(15));
        desk.paid("9000.00").deliver();

        assertThat(letter().stage()).isEqualTo("twin");
    }

    // ------------------------------------------------------------------------------------------------- adopt by itself

    @Test
    void an_exact_twin_is_adopted_without_a_question_where_that_is_set() {
        long id = typed();
        with(TypedTwins.ADOPT).paid("9000.00").deliver();

        assertAdopted(id);
        assertThat(desk.reconcile(false)).allSatisfy(compared -> assertThat(compared.findings())
                .extracting(Reconciliation.Finding::kind).containsOnly(Reconciliation.Kind.NOT_LINKED));
    }

    @Test
    void a_likely_twin_is_asked_about_all_the_same() {
        typed("9000.00", "2026-03-28", "10902");
        with(TypedTwins.ADOPT).paid("9000.00").deliver();

        assertThat(letter().stage()).isEqualTo("twin");
    }

    @Test
    void two_checks_of_one_amount_are_not_both_adopted_onto_one_record() {
        long id = desk.procore.addByHand(11, "500.00", "2026-03-25", "");
        with(TypedTwins.ADOPT).paid("K1", "1", "", line("B1", "500.00", SC_014))
                .paid("K2", "2", "", line("B1", "500.00", SC_014)).deliver();
        List<Listed> letters = desk.deadLetters.openOnes(10);
        assertThat(letters).hasSize(2).allSatisfy(letter -> assertThat(letter.stage()).isEqualTo("twin"));

        letters.forEach(letter -> desk.actions().adopt(letter.id(), Optional.empty(), "ops"));
        desk.deliver();
        assertThat(desk.onlyRecord().id()).isEqualTo(id);
        assertThat(desk.onlyRecord().originId()).isEqualTo("K1|B1");
        assertThat(letter().sentence()).contains("Check 2", "belongs to Check 1");

        desk.retry();
        assertThat(desk.records()).extracting(PaymentIssued::originId).containsExactlyInAnyOrder("K1|B1", "K2|B1");
    }

    @Test
    void two_checks_and_two_records_of_one_amount_become_two() {
        desk.procore.addByHand(11, "500.00", "2026-03-25", "");
        desk.procore.addByHand(11, "500.00", "2026-03-25", "");
        desk.paid("K1", "1", "", line("B1", "500.00", SC_014)).paid("K2", "2", "", line("B1", "500.00", SC_014)).deliver();
        desk.deadLetters.openOnes(10).forEach(letter -> desk.actions().adopt(letter.id(), Optional.empty(), "ops"));
        desk.deliver();

        assertThat(desk.records()).extracting(PaymentIssued::originId).containsExactlyInAnyOrder("K1|B1", "K2|B1");
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    @Test
    void of_several_records_that_may_be_the_payment_the_operator_chooses_one() {
        long first = typed("9000.00", "2026-03-25", "010902");
        long second = typed("9000.00", "2026-03-28", "10902");
        desk.paid("9000.00").deliver();

        assertThat(letter().sentence()).contains("record " + first, "record " + second, "beside it");
        assertThat(desk.actions().adopt(letter().id(), Optional.of(second), "ops").sentence()).contains("Record " + second);
        desk.deliver();

        assertThat(desk.records()).filteredOn(record -> !keyOn(record).equals("none")).extracting(PaymentIssued::id)
                .containsExactly(second);
        assertThat(desk.calls("POST")).isZero();
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    @Test
    void a_record_that_the_letter_does_not_ask_about_is_not_taken_and_neither_is_another_in_its_place() {
        long typed = typed();
        long other = desk.procore.addByHand(11, "77.00", "2026-01-02", "");
        long lump = typed("12000.00", "2026-03-25", "10902");
        desk.paid("K1", "10902", "", line("B1", "9000.00", SC_014), line("B3", "3000.00", SC_014)).deliver();
        Listed about = desk.deadLetters.openOnes(10).get(0);

        for (long wrong : List.of(other, lump, 999_999L)) {
            var answer = desk.actions().adopt(about.id(), Optional.of(wrong), "ops");
            assertThat(answer.outcome()).isEqualTo(Outcome.REFUSED);
            assertThat(answer.sentence()).contains("Record " + wrong, "Choose one of " + typed, "Nothing was changed");
        }
        desk.deliver();
        assertThat(desk.calls("PATCH") + desk.calls("POST")).isZero();
        assertThat(desk.records()).extracting(this::keyOn).containsOnly("none");
    }

    @Test
    void a_chosen_record_that_another_payment_takes_first_is_not_replaced_by_the_other_one() {
        long first = desk.procore.addByHand(11, "500.00", "2026-03-25", "");
        long second = desk.procore.addByHand(11, "500.00", "2026-03-25", "");
        desk.paid("K1", "1", "", line("B1", "500.00", SC_014)).paid("K2", "2", "", line("B1", "500.00", SC_014)).deliver();
        desk.deadLetters.openOnes(10).forEach(letter -> desk.actions().adopt(letter.id(), Optional.of(first), "ops"));
        desk.deliver();

        assertThat(desk.records()).extracting(PaymentIssued::originId).containsExactlyInAnyOrder("K1|B1", null);
        assertThat(letter().sentence()).contains("Check 2", "record " + second).doesNotContain("record " + first + ",");
    }

    @Test
    void a_record_typed_since_the_question_is_not_taken_unseen() {
        long shown = desk.procore.addByHand(11, "9000.00", "2026-03-25", "");
        desk.paid("9000.00").deliver();
        desk.actions().adopt(letter().id(), Optional.empty(), "ops");
        desk.procore.remove(shown);
        long later = typed();
        desk.restart().deliver();

        assertThat(letter().sentence()).contains("record " + later);
        assertThat(keyOn(desk.onlyRecord())).isEqualTo("none");
    }

    @Test
    void a_lump_record_is_asked_about_by_each_bill_and_is_never_adopted() {
        typed("12000.00", "2026-03-25", "10902");
        with(TypedTwins.ADOPT).paid("K1", "10902", "", line("B1", "9000.00", SC_014), line("B3", "3000.00", SC_014)).deliver();
        List<Listed> letters = desk.deadLetters.openOnes(10);

        assertThat(letters).hasSize(2).allSatisfy(letter -> assertThat(letter.sentence()).contains("sum of all bills", "discard"));
        assertThat(letters).allSatisfy(letter -> assertThat(desk.actions().adopt(letter.id(), Optional.empty(), "ops").outcome())
                .isEqualTo(Outcome.REFUSED));
        assertThat(desk.records()).hasSize(1);
    }

    @Test
    void records_of_procore_pay_and_other_programs_are_asked_about_and_never_written_to() {
        desk.procore.addProcorePay(11, "9000.00", "2026-03-25", "PP-1");
        with(TypedTwins.ADOPT).paid("9000.00").deliver();

        assertThat(letter().sentence()).contains("made by Procore Pay");
        assertThat(desk.actions().adopt(letter().id(), Optional.empty(), "ops").outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(desk.calls("PATCH")).isZero();
    }

    // ------------------------------------------------------------------------------------------------ while it happens

    private static Stream<Arguments> kills() {
        return Stream.of(KeyPlace.values()).flatMap(place -> IntStream.rangeClosed(1, 3).boxed()
                .flatMap(call -> Stream.of(true, false).map(done -> Arguments.of(place, call, done))));
    }

    /** Calls of an adoption: the list, the record, our key. */
    @ParameterizedTest(name = "{0}, killed at call {1}, carried out: {2}")
    @MethodSource("kills")
    void a_kill_between_any_two_calls_ends_right(KeyPlace place, int at, boolean carriedOut) {
        desk.keyPlace = place;
        long id = typed();
        with(TypedTwins.ADOPT).paid("9000.00");
        AtomicInteger calls = new AtomicInteger();
        desk.instead = call -> calls.incrementAndGet() == at ? desk.kill(call, carriedOut) : Optional.empty();
        try {
            desk.deliver();
        } catch (Desk.Killed killed) {
            // The process is gone.
        }
        assertThat(calls.get()).isEqualTo(at);
        desk.instead = call -> Optional.empty();
        desk.restart().deliver();

        assertAdopted(id);
        assertThat(desk.calls("POST")).isZero();
        desk.voided().deliver();
        assertThat(desk.records()).isEmpty();
    }

    @Test
    void a_person_who_changes_the_record_meanwhile_keeps_it_and_the_payment_is_sent() {
        long id = typed();
        with(TypedTwins.ADOPT).paid("9000.00");
        desk.instead = call -> {
            if (call.path().endsWith("/" + id) && call.method().equals("GET")) {
                desk.procore.editAmount(id, "9500.00");
            }
            return Optional.empty();
        };
        desk.deliver();

        assertThat(desk.records()).extracting(record -> record.amount().intValue()).containsExactlyInAnyOrder(9500, 9000);
        assertThat(desk.records()).filteredOn(record -> record.id() == id).singleElement()
                .satisfies(record -> assertThat(record.originId()).isNull());
    }

    @Test
    void a_record_that_is_removed_meanwhile_is_replaced_by_ours() {
        long id = typed();
        with(TypedTwins.ADOPT).paid("9000.00");
        desk.instead = call -> {
            if (call.path().endsWith("/" + id) && call.method().equals("GET")) {
                desk.instead = none -> Optional.empty();
                desk.procore.remove(id);
            }
            return Optional.empty();
        };
        desk.deliver();

        assertThat(desk.onlyRecord().author()).isEqualTo(Author.INTEGRATION);
    }

    @Test
    void a_void_that_comes_between_claim_and_key_follows_once_the_key_is_on() {
        typed();
        with(TypedTwins.ADOPT).paid("9000.00");
        desk.instead = call -> {
            if (call.method().equals("PATCH")) {
                desk.instead = none -> Optional.empty();
                desk.voided();
            }
            return Optional.empty();
        };
        desk.deliver();

        assertThat(desk.records()).isEmpty();
        assertThat(state(1)).isEqualTo(RowState.REMOVED);
    }

    @Test
    void a_record_becomes_that_of_one_payment_alone_even_if_two_workers_claim_it_at_once() {
        long id = typed();
        desk.paid("9000.00").paid("K2", "10902", "", line("B2", "9000.00", SC_014)).deliver();
        assertThat(desk.deadLetters.openOnes(10)).hasSize(2);
        desk.deadLetters.openOnes(10).forEach(letter -> desk.actions().adopt(letter.id(), Optional.empty(), "ops"));
        Claim first = desk.rowDeliveries.due().next();
        assertThat(first.paymentId()).isEqualTo(1);
        List<RowDelivery> both = Stream.of(1L, 2L).map(desk.rowDeliveries::begin).toList();
        // Both have read the list before either claims.
        for (int i = 0; i < 12; i++) {
            both.stream().filter(RowDelivery::isUnfinished).forEach(delivery -> delivery.take(desk.call(delivery.nextCall())));
        }
        desk.restart().deliver();

        assertThat(desk.records()).filteredOn(record -> record.id() == id).singleElement()
                .satisfies(record -> assertThat(record.originId()).isIn("K1|B1", "K2|B2"));
        assertThat(desk.records()).extracting(PaymentIssued::originId).doesNotHaveDuplicates();
    }
}
