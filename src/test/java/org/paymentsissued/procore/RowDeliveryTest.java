package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.paymentsissued.procore.Desk.PO_003;
import static org.paymentsissued.procore.Desk.SC_014;
import static org.paymentsissued.procore.Desk.line;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.Faults.Kind;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.ProcoreBehaviour.AmountRendering;
import org.paymentsissued.demo.ProcoreBehaviour.DuplicateOriginIds;
import org.paymentsissued.demo.ProcoreBehaviour.IdempotencyTokens;
import org.paymentsissued.demo.ProcoreBehaviour.Locking;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.demo.SimulatedProcore.Request;
import org.paymentsissued.ledger.CommitmentLookup;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.Deliveries;
import org.paymentsissued.ledger.Deliveries.Claim;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.procore.DeliveryPolicy.KeyPlace;
import org.paymentsissued.procore.DeliveryPolicy.UpdateStrategy;
import org.paymentsissued.procore.DeliveryPolicy.VoidStrategy;
import org.springframework.jdbc.core.JdbcTemplate;

@DisplayNameGeneration(ReplaceUnderscores.class)
class RowDeliveryTest {

    private final Desk desk = new Desk();

    /** What a test provokes on purpose. */
    private String provoked = "nothing";

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(desk.procore.violations()).allMatch(sentence -> sentence.contains(provoked));
        desk.close();
    }

    private void assertDelivered(String amount) {
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
        PaymentIssued record = desk.onlyRecord();
        assertThat(record.amount()).isEqualByComparingTo(amount);
        assertThat(record.originId()).isEqualTo("K1|B1");
        assertThat(desk.deliveries.row(1).orElseThrow().state()).isEqualTo(RowState.DELIVERED);
    }

    private void assertRemoved() {
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
        assertThat(desk.records()).isEmpty();
        assertThat(desk.deliveries.row(1).orElseThrow().state()).isEqualTo(RowState.REMOVED);
    }

    private static boolean is(Request request, String method) {
        return request.method().equals(method) && request.path().contains("contract_payments");
    }

    private static boolean isUnlink(Request request) {
        return is(request, "PATCH") && request.body().contains("\"origin_id\":null");
    }

    private static boolean isRelink(Request request) {
        return is(request, "PATCH") && request.body().contains("\"origin_id\":\"K1|B1\"");
    }

    // ------------------------------------------------------------------------------------------------------ strategies

    @ParameterizedTest
    @CsvSource({"PATCH,LOCKS_NOTHING", "PATCH,LOCKS_UPDATES", "PATCH,LOCKS_UPDATES_AND_DELETES",
        "UNLINK_PATCH,LOCKS_NOTHING", "UNLINK_PATCH,LOCKS_UPDATES", "UNLINK_PATCH,LOCKS_UPDATES_AND_DELETES",
        "REPLACE,LOCKS_NOTHING", "REPLACE,LOCKS_UPDATES", "REPLACE,LOCKS_UPDATES_AND_DELETES"})
    void an_edit_reaches_procore_by_every_strategy_whether_it_locks_or_not(UpdateStrategy strategy, Locking locking) {
        desk.update = strategy;
        desk.procore.behaviour().locking(locking);
        desk.restart().paid("9000.00").deliver();

        desk.paid("9150.00").deliver();

        assertDelivered("9150.00");
    }

    @ParameterizedTest
    @CsvSource({"DELETE,LOCKS_NOTHING", "DELETE,LOCKS_UPDATES_AND_DELETES"})
    void a_void_deletes_the_record_whether_procore_locks_it_or_not(VoidStrategy strategy, Locking locking) {
        desk.onVoid = strategy;
        desk.procore.behaviour().locking(locking);
        desk.restart().paid("9000.00").deliver();

        desk.voided().deliver();

        assertRemoved();
    }

    @ParameterizedTest
    @EnumSource(Locking.class)
    void a_void_set_to_zero_leaves_one_record_of_zero_that_still_carries_our_key(Locking locking) {
        desk.onVoid = VoidStrategy.ZERO;
        desk.procore.behaviour().locking(locking).zeroAmountsAccepted(true);
        desk.restart().paid("9000.00").deliver();

        desk.voided().deliver();

        assertThat(desk.onlyRecord().amount()).isZero();
        assertThat(desk.onlyRecord().originId()).isEqualTo("K1|B1");
        assertThat(desk.deliveries.row(1).orElseThrow().state()).isEqualTo(RowState.REMOVED);
    }

    @Test
    void a_void_reversed_adds_one_negative_record_and_the_sum_is_zero() {
        desk.onVoid = VoidStrategy.REVERSE;
        desk.procore.behaviour().negativeAmountsAccepted(true).locking(Locking.LOCKS_UPDATES_AND_DELETES);
        desk.restart().paid("9000.00").deliver();

        desk.voided().deliver();
        desk.restart().deliver();

        assertThat(desk.records()).extracting(PaymentIssued::originId).containsExactly("K1|B1", "K1|B1|r1");
        assertThat(desk.procore.totalPayments(11)).isZero();
    }

    @Test
    void compensation_adds_the_difference_each_time_and_keeps_the_sum_exact() {
        desk.update = UpdateStrategy.COMPENSATE;
        desk.onVoid = VoidStrategy.REVERSE;
        desk.procore.behaviour().negativeAmountsAccepted(true).locking(Locking.LOCKS_UPDATES_AND_DELETES);
        desk.restart().paid("9000.00").deliver();

        desk.paid("9150.10").deliver();
        desk.paid("8999.99").deliver();
        assertThat(desk.procore.totalPayments(11)).isEqualByComparingTo("8999.99");
        desk.voided().deliver();

        assertThat(desk.procore.totalPayments(11)).isZero();
        assertThat(desk.records()).hasSize(4);
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    @Test
    void a_compensation_whose_answer_was_lost_is_not_added_again() {
        desk.update = UpdateStrategy.COMPENSATE;
        desk.restart().paid("9000.00").deliver();

        desk.procore.faults().nextWrite(Kind.DROP_AFTER);
        desk.paid("9150.00").deliver();

        assertThat(desk.procore.totalPayments(11)).isEqualByComparingTo("9150.00");
        assertThat(desk.records()).hasSize(2);
    }

    @Test
    void report_changes_nothing_and_asks() {
        desk.update = UpdateStrategy.REPORT;
        desk.onVoid = VoidStrategy.REPORT;
        desk.restart().paid("9000.00").deliver();

        desk.paid("9150.00").deliver();
        assertThat(desk.onlyDeadLetter()).contains("Check 10902", "HD-0431", "edited in QuickBooks (amount)", "by hand");
        desk.voided().deliver();

        assertThat(desk.onlyDeadLetter()).contains("no longer counts in QuickBooks", "by hand in Procore, then retry");
        assertThat(desk.onlyRecord().amount()).isEqualByComparingTo("9000.00");
    }

    @Test
    void a_reversal_that_procore_refuses_is_told_and_changes_nothing() {
        desk.onVoid = VoidStrategy.REVERSE;
        desk.restart().paid("9000.00").deliver();

        desk.voided().deliver();

        assertThat(desk.onlyDeadLetter()).contains("must not be negative");
        assertThat(desk.onlyRecord().amount()).isEqualByComparingTo("9000.00");
    }

    @Test
    void an_update_refused_while_unlinked_is_linked_again_before_it_is_told() {
        desk.update = UpdateStrategy.UNLINK_PATCH;
        desk.restart().paid("9000.00").deliver();

        desk.moved("B1", new Placement(1001, 11, "work_order_contract", Optional.of(999L), "HD-0431")).deliver();

        assertThat(desk.onlyDeadLetter()).contains("requisition_id: does not belong to this contract");
        assertThat(desk.onlyRecord().originId()).isEqualTo("K1|B1");
    }

    @Test
    void a_bill_that_belongs_elsewhere_moves_with_its_payment() {
        desk.procore.behaviour().locking(Locking.LOCKS_UPDATES_AND_DELETES);
        desk.paid("9000.00").deliver();

        desk.moved("B1", PO_003).deliver();

        assertDelivered("9000.00");
        assertThat(desk.onlyRecord().contractId()).isEqualTo(22);
        assertThat(desk.onlyRecord().requisitionId()).isEqualTo(502);
    }

    @Test
    void a_moved_bill_is_reported_where_records_are_not_to_be_changed() {
        desk.update = UpdateStrategy.COMPENSATE;
        desk.restart().paid("9000.00").deliver();

        desk.moved("B1", PO_003).deliver();

        assertThat(desk.onlyDeadLetter()).contains("belongs on a different commitment");
        assertThat(desk.onlyRecord().contractId()).isEqualTo(11);
    }

    @Test
    void only_what_has_changed_is_sent_and_nothing_when_nothing_has() {
        desk.paid("9000.00").deliver();
        long calls = desk.procore.requests().size();
        desk.paid("9000.00").deliver();
        assertThat(desk.procore.requests()).hasSize((int) calls);

        desk.paid("K1", "10903", "part payment", line("B1", "9000.00", SC_014)).deliver();

        String patch = desk.procore.requests().get(desk.procore.requests().size() - 1).request().body();
        assertThat(patch).contains("\"check_number\":\"10903\"").doesNotContain("amount", "date\":", "payment_method", "notes");
    }

    // ------------------------------------------------------------------------------------------------ unknown outcomes

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"DROP_BEFORE", "DROP_AFTER", "ERROR_500_BEFORE", "ERROR_500_AFTER",
        "GARBLED_BODY", "HEAVY_LOAD", "THROTTLE", "TOKEN_EXPIRES"})
    void a_creation_that_goes_wrong_in_any_way_leaves_exactly_one_record(Kind kind) {
        desk.procore.faults().nextWrite(kind, kind);

        desk.paid("9000.00").deliver();

        assertDelivered("9000.00");
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"DROP_BEFORE", "DROP_AFTER", "ERROR_500_BEFORE", "ERROR_500_AFTER",
        "GARBLED_BODY", "HEAVY_LOAD", "THROTTLE", "TOKEN_EXPIRES"})
    void an_edit_through_unlink_patch_and_relink_survives_a_failure_of_each_of_its_calls(Kind kind) {
        desk.procore.behaviour().locking(Locking.LOCKS_UPDATES_AND_DELETES);
        desk.update = UpdateStrategy.UNLINK_PATCH;
        desk.restart().paid("9000.00").deliver();

        desk.procore.faults().nextOn(RowDeliveryTest::isUnlink, kind, kind)
                .nextOn(request -> is(request, "PATCH") && request.body().contains("9150.00"), kind)
                .nextOn(RowDeliveryTest::isRelink, kind, kind);
        desk.paid("9150.00").deliver();

        assertDelivered("9150.00");
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"DROP_BEFORE", "DROP_AFTER", "ERROR_500_BEFORE", "ERROR_500_AFTER",
        "GARBLED_BODY", "HEAVY_LOAD"})
    void a_replacement_survives_a_failure_of_its_deletion_and_of_its_creation(Kind kind) {
        desk.update = UpdateStrategy.REPLACE;
        desk.restart().paid("9000.00").deliver();

        desk.procore.faults().nextOn(request -> is(request, "DELETE"), kind).nextOn(request -> is(request, "POST"), kind);
        desk.paid("9150.00").deliver();

        assertDelivered("9150.00");
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"DROP_BEFORE", "DROP_AFTER", "ERROR_500_BEFORE", "ERROR_500_AFTER",
        "GARBLED_BODY", "HEAVY_LOAD"})
    void a_deletion_that_goes_wrong_in_any_way_ends_with_the_record_gone(Kind kind) {
        desk.procore.behaviour().locking(Locking.LOCKS_UPDATES_AND_DELETES);
        desk.paid("9000.00").deliver();

        desk.procore.faults().nextOn(request -> is(request, "DELETE"), kind, kind);
        desk.voided().deliver();

        assertRemoved();
    }

    @Test
    void a_payment_voided_while_the_fate_of_its_creation_is_unknown_ends_gone() {
        desk.procore.faults().nextWrite(Kind.DROP_AFTER);
        desk.paid("9000.00").round();

        desk.voided().deliver();

        assertRemoved();
    }

    @Test
    void a_login_refused_while_an_outcome_is_read_back_does_not_make_it_known() {
        desk.procore.faults().nextWrite(Kind.DROP_AFTER);
        desk.paid("9000.00").round();

        desk.procore.behaviour().appConnected(false);
        desk.clock.forward(Duration.ofSeconds(3));
        desk.round();
        assertThat(desk.pause.now()).hasValueSatisfying(pause ->
                assertThat(pause.sentence()).contains("App Management"));
        desk.procore.behaviour().appConnected(true);
        desk.deliver();

        assertDelivered("9000.00");
    }

    @Test
    void a_record_that_the_list_shows_late_is_waited_for() {
        desk.procore.behaviour().listLag(Duration.ofSeconds(20)).duplicateOriginIds(DuplicateOriginIds.ACCEPTED);
        desk.procore.faults().nextWrite(Kind.DROP_AFTER);

        desk.paid("9000.00").deliver();

        assertDelivered("9000.00");
    }

    @Test
    void a_new_process_takes_up_a_call_whose_answer_it_never_saw() {
        desk.procore.faults().nextWrite(Kind.DROP_AFTER);
        desk.paid("9000.00").round();

        desk.restart().deliver();

        assertDelivered("9000.00");
        assertThat(desk.calls("POST")).isEqualTo(1);
    }

    @Test
    void failures_beyond_the_limit_are_told_and_a_later_retry_reads_back_first() {
        desk.maxAttempts = 3;
        desk.restart();
        desk.procore.faults().nextOn(request -> is(request, "POST"), Kind.ERROR_500_AFTER)
                .nextOn(request -> is(request, "GET") && desk.calls("POST") > 0, Kind.ERROR_500_BEFORE,
                        Kind.ERROR_500_BEFORE);

        desk.paid("9000.00").deliver();

        assertThat(desk.onlyDeadLetter()).contains("3 times in a row");
        assertThat(desk.deliveries.row(1).orElseThrow().pendingCall()).isPresent();
    }

    // ------------------------------------------------------------------------------------------ duplicates, lost ledgers

    @ParameterizedTest
    @EnumSource(value = DuplicateOriginIds.class, names = {"REFUSED_WITH_409", "REFUSED_WITH_422"})
    void a_key_that_stands_on_another_commitment_is_told_with_what_to_do(DuplicateOriginIds answer) {
        desk.procore.behaviour().duplicateOriginIds(answer);
        desk.procore.addForeign(22, "1.00", "2026-01-01", "K1|B1");
        provoked = "asked for a second payment with origin_id K1|B1";

        desk.paid("9000.00").deliver();

        assertThat(desk.onlyDeadLetter()).contains("already has a record with the key K1|B1", "remove it, then retry");
        assertThat(desk.records()).hasSize(1);
    }

    @Test
    void a_new_ledger_adopts_what_procore_holds_and_corrects_what_differs() {
        desk.paid("9000.00").deliver();

        desk.openLedger("jdbc:h2:mem:" + java.util.UUID.randomUUID());
        desk.paid("9150.00").deliver();

        assertDelivered("9150.00");
        assertThat(desk.calls("POST")).isEqualTo(1);
    }

    @Test
    void an_older_ledger_finds_a_record_that_was_replaced_since_by_its_key() {
        desk.paid("9000.00").deliver();
        String stale = desk.onlyRecord().originId();
        desk.procore.remove(desk.onlyRecord().id());
        desk.procore.addForeign(11, "9000.00", "2026-03-25", stale);

        desk.paid("9000.00").deliver();

        assertThat(desk.records()).singleElement().satisfies(record -> assertThat(record.originId()).isEqualTo("K1|B1"));
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    @Test
    void two_records_with_one_key_are_left_to_an_operator() {
        desk.procore.behaviour().duplicateOriginIds(DuplicateOriginIds.ACCEPTED);
        desk.procore.addForeign(11, "1.00", "2026-01-01", "K1|B1");
        desk.procore.addForeign(11, "2.00", "2026-01-01", "K1|B1");

        desk.paid("9000.00").deliver();

        assertThat(desk.onlyDeadLetter()).contains("2 records with the key K1|B1", "Remove all but one");
        assertThat(desk.calls("POST")).isZero();
    }

    @Test
    void a_record_that_somebody_removed_in_procore_is_told_and_not_written_again_by_itself() {
        desk.paid("9000.00").deliver();
        desk.procore.remove(desk.onlyRecord().id());

        desk.paid("9150.00").deliver();

        assertThat(desk.onlyDeadLetter()).contains("is no longer in Procore");
        assertThat(desk.records()).isEmpty();
    }

    // ------------------------------------------------------------------------------------------ copies of the ledger restored

    @Test
    void a_record_that_moved_since_the_copy_of_the_ledger_is_found_where_it_stands_and_moved_on() {
        desk.procore.commitment(1001, 33, CommitmentType.WORK_ORDER_CONTRACT, "SC-033", "Harlan Drywall LLC");
        Placement third = new Placement(1001, 33, "work_order_contract", Optional.empty(), "HD-0431");
        new CommitmentLookup(desk.database, desk.clock).put("default", "B9", third, CommitmentLookup.Source.CSV, "");
        desk.paid("9000.00").deliver();
        desk.deliveries.deliveredToTheEnd();
        List<String> copy = desk.copyOfLedger();
        desk.moved("B1", third).deliver();

        desk.restore(copy).moved("B1", PO_003).deliver();

        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
        assertThat(desk.onlyRecord().contractId()).isEqualTo(22);
    }

    @Test
    void what_another_delivery_saw_of_a_record_before_it_moved_on_is_not_taken_for_it() throws InterruptedException {
        desk.paid("9000.00").deliver();
        desk.deliveries.takeAsCopy();
        desk.restart().moved("B1", PO_003).paid("K2", "10903", "", line("B3", "50.00", SC_014));
        assertThat(desk.rowDeliveries.due().next()).isNotNull();

        RowDelivery moving = desk.rowDeliveries.begin(1L);
        RowDelivery other = desk.rowDeliveries.begin(2L);
        ProcoreAnswer seenBefore = desk.call(other.nextCall());
        while (desk.calls("DELETE") == 0) {
            moving.take(desk.call(moving.nextCall()));
        }
        // Each waits for what the other reads: a thread of its own, as in the product.
        Thread others = new Thread(() -> {
            other.take(seenBefore);
            finish(other);
        });
        others.start();
        Awaitility.await().until(() -> others.getState() == Thread.State.TIMED_WAITING);
        finish(moving);
        others.join();

        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
        assertThat(desk.records()).extracting(PaymentIssued::originId, PaymentIssued::contractId)
                .containsExactlyInAnyOrder(tuple("K1|B1", 22L), tuple("K2|B3", 11L));
    }

    private void finish(RowDelivery delivery) {
        while (delivery.isUnfinished()) {
            delivery.take(desk.call(delivery.nextCall()));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_comparison_learns_of_a_record_that_moved_since_the_copy_whichever_commitment_is_read_first(boolean firstToSecond) {
        Placement was = firstToSecond ? SC_014 : PO_003;
        Placement is = firstToSecond ? PO_003 : SC_014;
        desk.paid("K1", "10902", "", line("B1", "9000.00", was), line("B2", "100.00", was), line("B3", "100.00", is)).deliver();
        desk.deliveries.deliveredToTheEnd();
        List<String> copy = desk.copyOfLedger();
        desk.moved("B1", is).deliver();
        List<Long> there = desk.records().stream().map(PaymentIssued::id).toList();

        desk.restore(copy).moved("B1", is).reconcile(true);
        desk.deliver();

        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
        assertThat(desk.records()).extracting(PaymentIssued::id).containsExactlyInAnyOrderElementsOf(there);
        assertThat(desk.calls("DELETE")).as("only the move itself").isEqualTo(1);
    }

    @Test
    void a_call_that_the_copy_remembers_is_settled_by_a_comparison_when_its_record_is_gone() {
        desk.update = UpdateStrategy.REPLACE;
        desk.restart().paid("9000.00").deliver();
        desk.deliveries.deliveredToTheEnd();
        desk.update = UpdateStrategy.PATCH;
        desk.procore.faults().nextWrite(Kind.DROP_BEFORE);
        desk.restart().paid("9150.00").round();
        List<String> copy = desk.copyOfLedger();
        desk.update = UpdateStrategy.REPLACE;
        desk.procore.faults().nextOn(request -> is(request, "POST"), Kind.DROP_BEFORE);
        desk.restart();
        while (!desk.records().isEmpty()) {
            desk.waitForTheNext();
            desk.round();
        }
        desk.clock.forward(Duration.ofMinutes(10));

        desk.restore(copy).reconcile(true);
        desk.deliver();

        assertDelivered("9150.00");
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    // --------------------------------------------------------------------------------------------------- not ours to touch

    @Test
    void records_of_people_of_procore_pay_and_of_other_integrations_are_not_touched() {
        desk.procore.addProcorePay(11, "500.00", "2026-03-01", "pay-1");
        desk.procore.addByHand(11, "9000.00", "2026-03-25", "10902");
        desk.procore.addForeign(11, "9000.00", "2026-03-25", "other-key");

        desk.paid("9000.00").deliver();
        desk.voided().deliver();

        assertThat(desk.records()).hasSize(3);
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'\"external_payment_id\":null','\"external_payment_id\":\"pay-9\"',Procore Pay has taken it over",
        "'\"origin_id\":\"K1|B1\"','\"origin_id\":\"other-key\"',its origin_id is \"other-key\""})
    void a_record_that_somebody_else_has_taken_over_is_told_and_not_touched(String ours, String theirs, String told) {
        desk.paid("9000.00").deliver();
        desk.bodies = body -> body.replace(ours, theirs);
        long writes = desk.calls("PATCH") + desk.calls("DELETE");

        desk.paid("9150.00").deliver();
        assertThat(desk.onlyDeadLetter()).contains(told, "It was not changed");
        desk.voided().deliver();

        assertThat(desk.onlyDeadLetter()).contains(told);
        assertThat(desk.calls("PATCH") + desk.calls("DELETE")).isEqualTo(writes);
    }

    @Test
    void notes_attachments_and_payment_numbers_of_people_are_kept() {
        desk.paid("9000.00").deliver();
        long id = desk.onlyRecord().id();
        desk.procore.editNotes(id, "joint check, see file");
        desk.procore.attach(id, "waiver.pdf");
        desk.procore.setPaymentNumber(id, 12);

        desk.paid("K1", "10902", "another memo", line("B1", "9150.00", SC_014)).deliver();
        desk.paid("K1", "10902", "a third memo", line("B1", "9150.00", SC_014)).deliver();

        assertDelivered("9150.00");
        assertThat(desk.onlyRecord().notes()).isEqualTo("joint check, see file");
        assertThat(desk.onlyRecord().attachments()).containsExactly("waiver.pdf");
        assertThat(desk.onlyRecord().paymentNumber()).isEqualTo(12);
    }

    @Test
    void an_amount_that_somebody_changed_in_procore_follows_quickbooks_at_the_next_edit() {
        desk.paid("9000.00").deliver();
        desk.procore.editAmount(desk.onlyRecord().id(), "1.00");

        desk.paid("K1", "10903", "part payment", line("B1", "9000.00", SC_014)).deliver();

        assertDelivered("9000.00");
    }

    // ------------------------------------------------------------------------------------------------ refusals, in words

    @Test
    void a_commitment_without_permission_names_what_to_switch_on() {
        desk.procore.forbidCommitments(1001);

        desk.paid("9000.00").deliver();

        assertThat(desk.onlyDeadLetter()).contains("HTTP 403", "Admin on Commitments", "then retry");
    }

    @Test
    void a_wrong_lookup_row_names_the_commitment_that_is_not_there() {
        desk.paid("K1", "10902", "", line("B1", "9000.00",
                new Placement(1001, 77, "work_order_contract", Optional.empty(), ""))).deliver();

        assertThat(desk.onlyDeadLetter()).contains("HTTP 404", "commitment 77 of project 1001", "correct the lookup row");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"400; ''; 2; no reason given", "400; {\"errors\":\"not newest\"}; 2; not newest",
        "409; {\"errors\":\"period is closed\"}; 2; period is closed", "422; {\"errors\":\"period is closed\"}; 1; period is closed",
        "405; {\"errors\":\"no\"}; 1; no", "401; {\"errors\":\"no\"}; 4; no"})
    void a_payment_that_is_refused_is_tried_twice_where_that_may_help_and_procore_s_words_are_kept(int status, String body, int posts,
            String words) {
        desk.instead = call -> call.method().equals("POST") ? Optional.of(Desk.reply(status, body)) : Optional.empty();

        desk.paid("9000.00").deliver();

        assertThat(desk.onlyDeadLetter()).contains("HTTP " + status, words, "Check 10902");
        assertThat(desk.asked.stream().filter(call -> call.method().equals("POST"))).hasSize(status == 401 ? posts / 2 : posts);
        assertThat(desk.deliveries.row(1).orElseThrow().pendingCall()).isEmpty();
    }

    @Test
    void a_refusal_without_a_word_is_a_business_rule_and_is_shown_with_the_request() {
        desk.instead = call -> call.method().equals("POST") ? Optional.of(Desk.reply(400, "")) : Optional.empty();

        desk.paid("9000.00").deliver();

        assertThat(desk.onlyDeadLetter()).contains("business rule").doesNotContain("report");
        assertThat(new JdbcTemplate(desk.database.dataSource()).queryForList("select request from dead_letter", String.class))
                .singleElement().asString().contains("POST", "contract_payments", "\"amount\":\"9000.00\"");
    }

    @ParameterizedTest
    @CsvSource({"400,POST", "400,PATCH", "400,DELETE", "409,POST", "409,PATCH"})
    void a_refusal_that_happens_once_is_overcome_without_anyone(int status, String method) {
        boolean[] refused = {false};
        desk.instead = call -> {
            boolean now = call.method().equals(method) && !refused[0];
            refused[0] |= now;
            return now ? Optional.of(Desk.reply(status, "{\"errors\":\"try later\"}")) : Optional.empty();
        };

        desk.paid("9000.00").deliver();
        desk.paid("9150.00").deliver();
        assertDelivered("9150.00");
        desk.voided().deliver();

        assertRemoved();
    }

    @ParameterizedTest
    @CsvSource({"502,true", "504,true", "408,true", "502,false", "504,false", "408,false", "500,true", "503,true"})
    void a_gateway_that_fails_before_or_after_procore_has_taken_a_payment_leaves_exactly_one_record(int status, boolean taken) {
        boolean[] failed = {false};
        desk.instead = call -> {
            boolean now = call.method().equals("POST") && !failed[0];
            failed[0] |= now;
            if (now && taken) {
                desk.call(call);
            }
            return now ? Optional.of(Desk.reply(status, "bad gateway")) : Optional.empty();
        };

        desk.paid("9000.00").deliver();

        assertDelivered("9000.00");
        assertThat(desk.calls("POST")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 422})
    void a_refusal_to_show_a_record_leaves_the_call_before_it_in_doubt(int status) {
        desk.paid("9000.00").deliver();
        desk.procore.faults().nextOn(request -> is(request, "PATCH"), Kind.DROP_BEFORE);
        desk.instead = call -> desk.calls("PATCH") > 0 && call.method().equals("GET") && !call.query().contains("per_page")
                ? Optional.of(Desk.reply(status, "{\"errors\":\"not now\"}")) : Optional.empty();

        desk.paid("9150.00").deliver();

        assertThat(desk.onlyDeadLetter()).contains("HTTP " + status, "not now");
        assertThat(desk.deliveries.row(1).orElseThrow().pendingCall()).isPresent();
        desk.instead = call -> Optional.empty();
        desk.retry();
        assertDelivered("9150.00");
    }

    @Test
    void a_date_that_procore_lost_is_told() {
        desk.procore.behaviour().datesLost(true);

        desk.paid("9000.00").deliver();

        assertThat(desk.onlyDeadLetter()).contains("date null instead of 2026-03-25");
    }

    @Test
    void a_link_to_the_invoice_that_procore_dropped_is_told() {
        desk.bodies = body -> body.replace("\"requisition_id\":501", "\"requisition_id\":null");

        desk.paid("9000.00").deliver();

        assertThat(desk.onlyDeadLetter()).contains("subcontractor invoice null instead of 501");
    }

    @Test
    void an_answer_without_the_field_of_the_link_is_taken_as_sent() {
        desk.bodies = body -> body.replace("\"requisition_id\":501,", "");

        desk.paid("9000.00").deliver();

        assertDelivered("9000.00");
    }

    @Test
    void a_payment_edited_while_its_call_is_under_way_is_brought_up_to_date_and_nobody_is_asked() {
        boolean[] edited = {false};
        desk.procore.duringCalls(request -> {
            if (is(request, "POST") && !edited[0]) {
                edited[0] = true;
                desk.paid("9150.00");
            }
        });

        desk.paid("9000.00").deliver();

        assertDelivered("9150.00");
    }

    // -------------------------------------------------------------------------------------------- origin-id none, prefix

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = {"DROP_BEFORE", "DROP_AFTER", "ERROR_500_AFTER", "GARBLED_BODY"})
    void without_origin_id_the_marker_in_the_notes_keeps_records_single(Kind kind) {
        desk.keyPlace = KeyPlace.NOTES;
        desk.restart();
        desk.procore.faults().nextWrite(kind);

        desk.paid("9000.00").deliver();
        desk.paid("9150.00").deliver();

        assertThat(desk.onlyRecord().originId()).isNull();
        assertThat(desk.onlyRecord().notes()).isEqualTo("part payment [QuickBooks K1|B1]");
        assertThat(desk.onlyRecord().amount()).isEqualByComparingTo("9150.00");
    }

    @Test
    void without_origin_id_a_record_whose_marker_somebody_edited_away_is_still_ours() {
        desk.keyPlace = KeyPlace.NOTES;
        desk.restart().paid("9000.00").deliver();
        desk.procore.editNotes(desk.onlyRecord().id(), "retyped");

        desk.paid("9150.00").deliver();
        assertThat(desk.onlyRecord().amount()).isEqualByComparingTo("9150.00");
        assertThat(desk.onlyRecord().notes()).isEqualTo("retyped");
        desk.voided().deliver();

        assertRemoved();
    }

    @Test
    void without_origin_id_a_record_whose_answer_was_lost_and_whose_marker_was_edited_away_is_found_by_what_it_says() {
        desk.keyPlace = KeyPlace.NOTES;
        desk.restart();
        desk.procore.faults().nextWrite(Kind.DROP_AFTER);
        desk.paid("9000.00").round();
        desk.procore.editNotes(desk.onlyRecord().id(), "called the vendor");

        desk.waitForTheNext();
        desk.deliver();

        assertThat(desk.onlyRecord().notes()).isEqualTo("called the vendor");
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
        desk.voided().deliver();
        assertThat(desk.records()).isEmpty();
    }

    @Test
    void without_origin_id_two_records_that_could_be_it_or_one_older_than_the_call_are_not_taken_for_ours() {
        desk.twins = DeliveryPolicy.TypedTwins.SEND;
        desk.keyPlace = KeyPlace.NOTES;
        desk.restart();
        desk.procore.addByHand(11, "9000.00", "2026-03-25", "10902");
        desk.clock.forward(Duration.ofHours(1));
        desk.procore.faults().nextWrite(Kind.DROP_BEFORE);

        desk.paid("9000.00").deliver();

        assertThat(desk.records()).hasSize(2);
        assertThat(desk.records()).filteredOn(record -> record.author() == PaymentIssued.Author.INTEGRATION).hasSize(1);
    }

    @Test
    void a_payment_that_a_person_typed_already_is_noted_and_sent_where_twins_are_to_be_sent() {
        desk.twins = DeliveryPolicy.TypedTwins.SEND;
        desk.restart();
        long typed = desk.procore.addByHand(11, "9000.00", "2026-03-25", "10902");
        desk.procore.addByHand(11, "9000.00", "2026-03-24", "10902");

        desk.paid("9000.00").deliver();

        assertThat(desk.records()).hasSize(3);
        assertThat(new Runs(desk.database, desk.clock).remarksSince(Instant.EPOCH, 10)).singleElement().asString()
                .contains("Check 10902", "commitment 11", "record " + typed, "remove that record");
        desk.paid("9150.00").deliver();
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    @Test
    void a_prefix_stands_before_the_key_and_another_file_s_record_is_not_ours() {
        desk.prefix = "acme";
        desk.procore.addForeign(11, "5.00", "2026-01-01", "K1|B1");
        desk.restart().paid("9000.00").deliver();
        desk.voided().deliver();

        assertThat(desk.records()).singleElement().satisfies(record -> assertThat(record.originId()).isEqualTo("K1|B1"));
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    // ------------------------------------------------------------------------------------------------------- pages, forms

    @ParameterizedTest
    @CsvSource({"1,false", "2,true", "3,false", "7,true"})
    void a_record_is_found_on_whichever_page_it_stands(int largestPage, boolean newestFirst) {
        desk.procore.behaviour().largestPage(largestPage).newestFirst(newestFirst)
                .duplicateOriginIds(DuplicateOriginIds.ACCEPTED);
        desk.paid("9000.00").deliver();
        for (int i = 0; i < 7; i++) {
            desk.procore.addByHand(11, "1.00", "2026-01-01", "hand-" + i);
        }

        desk.openLedger("jdbc:h2:mem:" + java.util.UUID.randomUUID());
        desk.paid("9000.00").deliver();

        assertThat(desk.calls("POST")).isEqualTo(1);
        assertThat(desk.records()).hasSize(8);
    }

    @Test
    void a_list_whose_rows_shift_while_it_is_read_is_read_again() {
        desk.procore.behaviour().largestPage(2).duplicateOriginIds(DuplicateOriginIds.ACCEPTED);
        long first = desk.procore.addByHand(11, "1.00", "2026-01-01", "hand-1");
        desk.procore.addByHand(11, "1.00", "2026-01-01", "hand-2");
        desk.paid("9000.00").deliver();
        boolean[] removed = {false};
        desk.procore.duringCalls(request -> {
            if (is(request, "GET") && request.query().getOrDefault("page", List.of()).contains("2") && !removed[0]) {
                removed[0] = true;
                desk.procore.remove(first);
            }
        });

        desk.openLedger("jdbc:h2:mem:" + java.util.UUID.randomUUID());
        desk.paid("9000.00").deliver();

        assertThat(desk.calls("POST")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(AmountRendering.class)
    void amounts_are_compared_as_numbers_however_procore_writes_them(AmountRendering rendering) {
        desk.procore.behaviour().amountRendering(rendering);

        desk.paid("9000.00").deliver();
        desk.paid("K1", "1", "part payment", line("B1", "9000.00", SC_014)).deliver();

        assertDelivered("9000.00");
    }

    @Test
    void replayed_answers_of_idempotency_tokens_do_no_harm() {
        desk.procore.behaviour().idempotencyTokens(IdempotencyTokens.REPLAYS);
        desk.update = UpdateStrategy.REPLACE;
        desk.restart().paid("9000.00").deliver();
        desk.paid("9150.00").deliver();

        desk.paid("9000.00").deliver();

        assertDelivered("9000.00");
    }

    // ------------------------------------------------------------------------------------------------------------- calls

    @Test
    void a_first_delivery_costs_one_call_a_record_and_one_list_a_commitment() {
        for (int i = 0; i < 20; i++) {
            desk.paid("K" + i, "100" + i, "", line("B1", "10.00", SC_014), line("B2", "20.00", PO_003));
        }

        desk.deliver();

        assertThat(desk.calls("POST")).isEqualTo(40);
        assertThat(desk.calls("GET")).isEqualTo(2);
        assertThat(desk.records()).hasSize(40).allSatisfy(record ->
                assertThat(record.date()).isEqualTo(LocalDate.of(2026, 3, 25)));
    }

    @Test
    void as_a_limit_runs_out_delivery_waits_by_itself_and_never_meets_a_429() {
        desk.procore.behaviour().rateLimits(5, 3600);
        for (int i = 0; i < 12; i++) {
            desk.paid("K" + i, "100" + i, "", line("B1", "10.00", SC_014));
        }

        desk.deliver();

        assertThat(desk.records()).hasSize(12);
        assertThat(desk.procore.requests()).noneMatch(call -> call.status() == 429);
    }

    // ---- what no one foresaw -----------------------------------------------------------------------------------------

    @Test
    void a_row_on_which_the_work_itself_fails_is_not_taken_up_again_at_once_and_ends_as_a_dead_letter() {
        desk.maxAttempts = 3;
        desk.restart();
        desk.paid("250.00").paid("K2", "10903", "", line("B2", "5.00", PO_003));
        int claims = 0;
        for (int run = 0; run < 5; run++) {
            for (Iterator<Deliveries.Claim> due = desk.rowDeliveries.due(); due.hasNext(); claims++) {
                Deliveries.Claim claim = due.next();
                desk.rowDeliveries.rows(claim).forEach(row -> desk.rowDeliveries.failed(row, new IllegalStateException("no")));
                desk.rowDeliveries.release(claim);
                assertThat(claims).as("taken up again and again").isLessThan(50);
            }
            desk.clock.forward(Duration.ofHours(1));
        }
        assertThat(claims).isEqualTo(2 * 3);
        assertThat(desk.deadLetters.openOnes(10)).hasSize(2).extracting(DeadLetters.Listed::sentence)
                .anySatisfy(sentence -> assertThat(sentence).contains("Check 10902", "HD-0431", "failed 3 times", "no"));
    }

    @Test
    void a_row_that_another_process_has_taken_over_loses_no_attempt() {
        desk.paid("250.00");
        long row = desk.rowDeliveries.rows(desk.rowDeliveries.due().next()).get(0);
        assertThatThrownBy(() -> desk.rowDeliveries.failed(row, new IllegalStateException(new Deliveries.ClaimLost())))
                .isInstanceOf(Deliveries.ClaimLost.class);
        assertThat(desk.deliveries.row(row).orElseThrow().attempts()).isZero();
    }

    // ------------------------------------------------------------------------------------------------- clocks set again

    @ParameterizedTest
    @ValueSource(ints = {365, 1, -1, -365})
    void a_call_whose_answer_was_lost_is_made_good_though_the_clock_is_set_forward_or_back_meanwhile(int days) {
        desk.procore.behaviour().clock(Clock.systemUTC());
        desk.restart().paid("9000.00");
        desk.procore.faults().nextWrite(Kind.DROP_AFTER);
        desk.round();
        desk.clock.forward(Duration.ofDays(days));
        desk.paid("9150.00").deliver();

        assertDelivered("9150.00");
    }

    @Test
    void what_a_clock_a_year_ahead_had_written_down_is_delivered_as_soon_as_it_is_set_right() {
        desk.clock.forward(Duration.ofDays(365));
        desk.restart().paid("9000.00");
        desk.clock.back(Duration.ofDays(365));
        desk.round();

        assertDelivered("9000.00");
    }

    // ------------------------------------------------------------------------------------------------------ two nodes

    @Test
    void what_became_of_another_nodes_call_is_never_told_by_a_list_from_before_it() {
        desk.restart().paid("K1", "10902", "", line("B1", "9000.00", SC_014))
                .paid("K2", "10903", "", line("B2", "800.00", SC_014));
        RowDeliveries other = desk.anotherNode();
        desk.procore.faults().nextWrite(Kind.DROP_BEFORE, Kind.DROP_BEFORE);
        desk.round();

        // The first node is in doubt about both payments; the second takes K1, so that the first lists for K2 alone, twice.
        desk.clock.forward(Duration.ofSeconds(10));
        Iterator<Claim> claimed = other.due();
        Claim claim = claimed.next();
        other.release(claimed.next());
        desk.round();
        desk.clock.forward(Duration.ofMinutes(1));
        desk.round();
        assertThat(desk.records()).extracting(PaymentIssued::originId).containsExactly("K2|B2");
        while (!sentToProcoreWithoutAnswer(other, claim)) {
            desk.clock.forward(Duration.ofSeconds(10));
        }

        // Killed there; a lease later the first node takes over.
        desk.clock.forward(Duration.ofMinutes(5));
        other.release(claim);
        desk.deliver();

        assertThat(desk.records()).extracting(PaymentIssued::originId).containsExactlyInAnyOrder("K1|B1", "K2|B2");
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
    }

    /** Delivers until a create has reached Procore, whose answer does not come back. @return whether one has */
    private boolean sentToProcoreWithoutAnswer(RowDeliveries node, Claim claim) {
        for (Long row : node.rows(claim)) {
            RowDelivery delivery = node.begin(row);
            while (delivery.isUnfinished()) {
                ProcoreCall call = delivery.nextCall();
                ProcoreAnswer answer = desk.call(call);
                if (call.method().equals("POST")) {
                    return true;
                }
                node.take(delivery, answer);
            }
        }
        return false;
    }
}
