package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.procore.Desk.PO_003;
import static org.paymentsissued.procore.Desk.SC_014;
import static org.paymentsissued.procore.Desk.line;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.Faults.Kind;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.ProcoreBehaviour.Locking;
import org.paymentsissued.ledger.CommitmentLookup;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.procore.DeliveryPolicy.KeyPlace;
import org.paymentsissued.procore.DeliveryPolicy.UpdateStrategy;
import org.paymentsissued.procore.DeliveryPolicy.VoidStrategy;

/** The key in origin_data does all that it does in origin_id, and a change of procore.origin-id never doubles a payment. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class KeyPlacesTest {

    private final Desk desk = new Desk();

    @AfterEach
    void close() {
        assertThat(desk.procore.violations()).isEmpty();
        desk.close();
    }

    private static Stream<Arguments> changes() {
        return Arrays.stream(KeyPlace.values()).flatMap(from -> Arrays.stream(KeyPlace.values()).filter(to -> to != from)
                .flatMap(to -> Stream.of(UpdateStrategy.PATCH, UpdateStrategy.UNLINK_PATCH, UpdateStrategy.REPLACE)
                        .map(strategy -> Arguments.of(from, to, strategy))));
    }

    private static Stream<Arguments> removals() {
        return Arrays.stream(KeyPlace.values()).flatMap(from -> Arrays.stream(KeyPlace.values()).filter(to -> to != from)
                .flatMap(to -> Stream.of(VoidStrategy.DELETE, VoidStrategy.ZERO, VoidStrategy.REVERSE)
                        .map(strategy -> Arguments.of(from, to, strategy))));
    }

    private Desk keysIn(KeyPlace place) {
        desk.keyPlace = place;
        return desk.restart();
    }

    private Desk ledgerIsLost() {
        return desk.openLedger("jdbc:h2:mem:" + UUID.randomUUID());
    }

    /** The key, wherever it is. */
    private static String keyOf(PaymentIssued record) {
        List<String> keys = Stream.of(String.valueOf(record.originId()),
                String.valueOf(record.originData()).replaceAll("(?s).*\"key\":\"([^\"]+)\".*", "$1"),
                String.valueOf(record.notes()).replaceAll("(?s).*\\[QuickBooks ([^]]+)].*", "$1"))
                .filter(key -> key.startsWith("K1|B1")).distinct().toList();
        assertThat(keys).as("keys of " + record).hasSize(1);
        return keys.get(0);
    }

    private void assertDelivered(String amount) {
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
        assertThat(desk.onlyRecord().amount()).isEqualByComparingTo(amount);
        assertThat(keyOf(desk.onlyRecord())).isEqualTo("K1|B1");
        assertThat(desk.deliveries.row(1).orElseThrow().state()).isEqualTo(RowState.DELIVERED);
        assertThat(desk.reconcile(false)).allSatisfy(compared -> assertThat(compared.findings()).isEmpty());
    }

    // --------------------------------------------------------------------------------------------- origin-id = data

    @ParameterizedTest
    @CsvSource({"PATCH,LOCKS_NOTHING", "UNLINK_PATCH,LOCKS_NOTHING", "REPLACE,LOCKS_NOTHING",
        "PATCH,LOCKS_UPDATES_AND_DELETES", "UNLINK_PATCH,LOCKS_UPDATES_AND_DELETES", "REPLACE,LOCKS_UPDATES_AND_DELETES"})
    void an_edit_reaches_procore_by_every_strategy_and_origin_id_stays_free(UpdateStrategy strategy, Locking locking) {
        desk.update = strategy;
        desk.procore.behaviour().locking(locking);
        keysIn(KeyPlace.ORIGIN_DATA).paid("9000.00").deliver();

        desk.paid("9150.00").deliver();

        assertDelivered("9150.00");
        assertThat(desk.onlyRecord().originId()).isNull();
        assertThat(desk.onlyRecord().originData()).contains("\"key\":\"K1|B1\"", "\"edit_sequence\":");
    }

    @ParameterizedTest
    @CsvSource({"PATCH,DROP_BEFORE", "PATCH,DROP_AFTER", "UNLINK_PATCH,DROP_BEFORE", "UNLINK_PATCH,DROP_AFTER",
        "REPLACE,DROP_BEFORE", "REPLACE,DROP_AFTER"})
    void a_lost_answer_doubles_nothing(UpdateStrategy strategy, Kind kind) {
        desk.update = strategy;
        keysIn(KeyPlace.ORIGIN_DATA);
        desk.procore.faults().nextWrite(kind);
        desk.paid("9000.00").deliver();
        desk.procore.faults().nextWrite(kind, kind);

        desk.paid("9150.00").deliver();

        assertDelivered("9150.00");
    }

    @Test
    void a_bill_that_belongs_elsewhere_moves_with_its_key() {
        keysIn(KeyPlace.ORIGIN_DATA).paid("9000.00").deliver();

        desk.moved("B1", PO_003).deliver();

        assertDelivered("9000.00");
        assertThat(desk.onlyRecord().contractId()).isEqualTo(22);
    }

    @Test
    void a_void_set_to_zero_leaves_one_record_of_zero_with_its_key() {
        desk.onVoid = VoidStrategy.ZERO;
        desk.procore.behaviour().zeroAmountsAccepted(true);
        keysIn(KeyPlace.ORIGIN_DATA).paid("9000.00").deliver();

        desk.voided().deliver();

        assertThat(desk.onlyRecord().amount()).isZero();
        assertThat(keyOf(desk.onlyRecord())).isEqualTo("K1|B1");
        assertThat(desk.deliveries.row(1).orElseThrow().state()).isEqualTo(RowState.REMOVED);
    }

    @Test
    void corrections_and_a_reversal_number_their_keys_and_the_sum_is_exact() {
        desk.update = UpdateStrategy.COMPENSATE;
        desk.onVoid = VoidStrategy.REVERSE;
        desk.procore.behaviour().negativeAmountsAccepted(true);
        keysIn(KeyPlace.ORIGIN_DATA).paid("9000.00").deliver();

        desk.procore.faults().nextWrite(Kind.DROP_AFTER);
        desk.paid("9150.10").deliver();
        assertThat(desk.procore.totalPayments(11)).isEqualByComparingTo("9150.10");
        ledgerIsLost().paid("9150.10").deliver();
        assertThat(desk.records()).as("adopted with its correction").hasSize(2);
        desk.voided().deliver();

        assertThat(desk.procore.totalPayments(11)).isZero();
        assertThat(desk.records()).extracting(KeyPlacesTest::keyOf).containsExactly("K1|B1", "K1|B1|r1", "K1|B1|r2");
        assertThat(desk.records()).allSatisfy(record -> assertThat(record.originId()).isNull());
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    // ------------------------------------------------------------------------------- the setting changes over records

    @ParameterizedTest
    @MethodSource("changes")
    void an_edit_after_the_setting_has_changed_reaches_the_record_there_is(KeyPlace from, KeyPlace to, UpdateStrategy strategy) {
        desk.update = strategy;
        keysIn(from).paid("9000.00").deliver();

        keysIn(to).paid("9150.00").deliver();

        assertDelivered("9150.00");
        assertThat(desk.calls("POST")).isEqualTo(strategy == UpdateStrategy.REPLACE ? 2 : 1);
    }

    @ParameterizedTest
    @MethodSource("changes")
    void a_ledger_that_was_lost_finds_its_records_by_a_key_in_any_place(KeyPlace from, KeyPlace to, UpdateStrategy strategy) {
        desk.update = strategy;
        keysIn(from).paid("9000.00").deliver();
        desk.keyPlace = to;

        ledgerIsLost().paid("9000.00").deliver();
        assertThat(desk.calls("POST")).isEqualTo(1);
        desk.paid("9150.00").deliver();

        assertDelivered("9150.00");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7})
    void a_lost_ledger_waits_for_the_list_of_a_commitment_from_which_the_bill_has_moved(int failures) {
        keysIn(KeyPlace.ORIGIN_DATA).paid("9000.00").deliver();
        ledgerIsLost();
        new CommitmentLookup(desk.database, desk.clock).put("default", "another bill", SC_014, CommitmentLookup.Source.CSV, "");
        AtomicInteger failed = new AtomicInteger();
        desk.instead = call -> call.query().contains("contract_id=" + SC_014.contractId() + "&page")
                && failed.getAndIncrement() < failures ? Optional.of(Desk.reply(500, "{}")) : Optional.empty();

        desk.paid("K1", "10902", "part payment", line("B1", "9000.00", PO_003)).deliver();

        assertThat(failed.get()).isGreaterThan(failures);
        assertThat(desk.onlyRecord().contractId()).isEqualTo(PO_003.contractId());
        assertDelivered("9000.00");
    }

    @ParameterizedTest
    @MethodSource("removals")
    void a_void_after_the_setting_has_changed_leaves_nothing_paid(KeyPlace from, KeyPlace to, VoidStrategy strategy) {
        desk.onVoid = strategy;
        desk.procore.behaviour().zeroAmountsAccepted(true).negativeAmountsAccepted(true);
        keysIn(from).paid("9000.00").deliver();

        keysIn(to).voided().deliver();

        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
        assertThat(desk.records()).hasSize(strategy == VoidStrategy.DELETE ? 0 : strategy == VoidStrategy.ZERO ? 1 : 2);
        assertThat(desk.procore.totalPayments(11)).isZero();
        assertThat(desk.deliveries.row(1).orElseThrow().state()).isEqualTo(RowState.REMOVED);
    }

    @ParameterizedTest
    @EnumSource(KeyPlace.class)
    void corrections_before_and_after_the_setting_has_changed_are_one_payment(KeyPlace from) {
        desk.update = UpdateStrategy.COMPENSATE;
        keysIn(from).paid("9000.00").deliver();
        desk.paid("9150.00").deliver();
        KeyPlace to = KeyPlace.values()[(from.ordinal() + 1) % KeyPlace.values().length];

        keysIn(to).paid("9300.00").deliver();
        ledgerIsLost().paid("9300.00").deliver();

        assertThat(desk.records()).extracting(KeyPlacesTest::keyOf).containsExactly("K1|B1", "K1|B1|r1", "K1|B1|r2");
        assertThat(desk.procore.totalPayments(11)).isEqualByComparingTo("9300.00");
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("changes")
    void a_call_whose_answer_was_lost_before_the_setting_changed_is_found(KeyPlace from, KeyPlace to, UpdateStrategy strategy) {
        desk.update = strategy;
        keysIn(from);
        desk.procore.faults().nextWrite(Kind.DROP_AFTER);
        desk.paid("9000.00").round();

        keysIn(to);
        desk.waitForTheNext();
        desk.deliver();

        assertDelivered("9000.00");
        assertThat(desk.calls("POST")).isEqualTo(1);
    }
}
