package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.procore.Desk.SC_014;
import static org.paymentsissued.procore.Desk.line;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.paymentsissued.demo.ProcoreBehaviour.Answer;
import org.paymentsissued.demo.ProcoreBehaviour.IdempotencyTokens;
import org.paymentsissued.demo.ProcoreBehaviour.TextChange;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.procore.DeliveryPolicy.UpdateStrategy;

/** What Procore answers is what it holds, and a change that changed nothing is not made again. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TextsTest {

    private final Desk desk = new Desk();

    @AfterEach
    void closeDesk() {
        desk.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"ACME 5; acme 5; true", "acme  5; acme 5; true", "' acme 5 '; ACME 5; true",
        "acme 5; acme; true", "acme 5; a; true", "acme 5; ''; false", "''; ''; true", "' '; ''; true", "''; acme; false",
        "acme; acme 5; false", "acme 5; beta 5; false", "10902; 10903; false", "straße 1; STRASSE 1; true"})
    void a_text_counts_as_stored_if_only_case_and_white_space_differ_or_its_end_is_cut_off(String sent, String stored,
            boolean counts) {
        assertThat(HeldRecords.isStoredAs(sent, stored)).isEqualTo(counts);
    }

    @ParameterizedTest
    @EnumSource(TextChange.class)
    void a_text_that_procore_writes_its_own_way_is_sent_once(TextChange change) {
        desk.procore.behaviour().changesTexts(change);

        deliverTwice();

        assertThat(desk.calls("POST")).isEqualTo(1);
        assertThat(desk.calls("PATCH")).isZero();
        assertDelivered();
    }

    @Test
    void a_text_that_procore_cuts_off_is_sent_once() {
        desk.procore.behaviour().cutsTexts(4);

        deliverTwice();

        assertThat(desk.calls("PATCH")).isZero();
        assertDelivered();
    }

    @ParameterizedTest
    @EnumSource(Answer.class)
    void fields_that_an_answer_leaves_out_count_as_stored_as_sent(Answer answer) {
        desk.procore.behaviour().omits(answer, "amount", "date", "check_number", "invoice_number", "notes", "requisition_id");

        deliverTwice();
        desk.paid("9150.00").deliver();

        assertThat(desk.onlyRecord().amount()).isEqualByComparingTo("9150.00");
        assertThat(desk.calls("PATCH")).isEqualTo(1);
        assertDelivered();
    }

    @Test
    void an_edit_of_another_field_leaves_alone_a_text_that_procore_shows_its_own_way() {
        desk.procore.behaviour().changesTexts(TextChange.UPPER_CASE, TextChange.SINGLE_SPACES);
        paid("say  it", "9000.00").deliver();

        paid("say  it", "9150.00").deliver();

        assertThat(lastBody()).contains("9150.00").doesNotContain("check_number", "notes");
        assertThat(desk.calls("PATCH")).isEqualTo(1);
    }

    @Test
    void a_text_that_differs_from_the_one_last_sent_is_sent_though_procore_shows_it_already() {
        desk.procore.behaviour().changesTexts(TextChange.UPPER_CASE);
        desk.paid("K1", "abc", "", line("B1", "9000.00", SC_014)).deliver();

        desk.paid("K1", "ABC", "", line("B1", "9000.00", SC_014)).deliver();

        assertThat(lastBody()).contains("\"check_number\":\"ABC\"");
        assertThat(desk.calls("PATCH")).isEqualTo(1);
    }

    @Test
    void a_change_of_a_text_that_procore_ignores_ends_in_a_dead_letter_with_both_texts() {
        desk.paid("9000.00").deliver();
        desk.procore.behaviour().changedFields("check_number").changesTexts();
        desk.bodies = body -> body.replace("10903", "10902");

        desk.paid("K1", "10903", "part payment", line("B1", "9000.00", SC_014)).deliver();

        assertThat(desk.onlyDeadLetter()).contains("check number \"10902\" instead of \"10903\"");
        assertThat(desk.calls("PATCH")).isEqualTo(1);
        desk.retry();
        assertThat(desk.onlyDeadLetter()).contains("check number \"10902\" instead of \"10903\"");
        assertThat(desk.calls("PATCH")).as("one more for the retry").isEqualTo(2);
    }

    @Test
    void amounts_and_dates_are_never_taken_leniently() {
        desk.bodies = body -> body.replace("9000.00", "900.00").replace("2026-03-25", "2026-03-2");

        desk.paid("9000.00").deliver();

        assertThat(desk.onlyDeadLetter()).contains("amount 900.00 instead of 9000.00", "date 2026-03-2 instead of 2026-03-25");
    }

    @Test
    void a_list_that_shows_another_text_than_the_answer_to_the_change_is_followed_by_one_change_and_then_believed() {
        desk.procore.behaviour().changesTexts(TextChange.UPPER_CASE).echoesTexts(true);
        desk.paid("K1", "abc", "", line("B1", "9000.00", SC_014)).deliver();

        for (int sync = 0; sync < 5; sync++) {
            desk.reconcile(true);
            desk.deliver();
        }

        assertThat(desk.calls("PATCH")).isEqualTo(1);
        assertThat(desk.reconcile(false)).allSatisfy(compared -> assertThat(compared.findings()).isEmpty());
    }

    @Test
    void an_older_copy_of_the_ledger_sends_a_text_once_that_procore_shows_its_own_way() {
        desk.procore.behaviour().changesTexts(TextChange.UPPER_CASE);
        desk.paid("K1", "first", "", line("B1", "9000.00", SC_014)).deliver();
        List<String> copy = desk.copyOfLedger();
        desk.paid("K1", "second", "", line("B1", "9000.00", SC_014)).deliver();
        long before = desk.calls("PATCH");

        desk.restore(copy).reconcile(true);
        for (int sync = 0; sync < 3; sync++) {
            desk.paid("K1", "second", "", line("B1", "9000.00", SC_014)).deliver();
        }

        assertThat(desk.calls("PATCH") - before).isEqualTo(1);
        assertDelivered();
    }

    @Test
    void a_new_ledger_adopts_a_record_whose_text_procore_shows_its_own_way_with_one_change_at_most() {
        desk.procore.behaviour().changesTexts(TextChange.UPPER_CASE);
        desk.paid("K1", "abc", "", line("B1", "9000.00", SC_014)).deliver();

        desk.openLedger("jdbc:h2:mem:" + java.util.UUID.randomUUID());
        for (int sync = 0; sync < 3; sync++) {
            desk.paid("K1", "abc", "", line("B1", "9000.00", SC_014)).deliver();
        }

        assertThat(desk.calls("POST")).isEqualTo(1);
        assertThat(desk.calls("PATCH")).isEqualTo(1);
        assertDelivered();
    }

    @ParameterizedTest
    @EnumSource(names = {"PATCH", "REPLACE"})
    void procore_that_answers_every_change_with_something_else_again_is_told_after_a_handful_of_calls(UpdateStrategy strategy) {
        desk.update = strategy;
        desk.restart().paid("9000.00").deliver();
        int[] n = {0};
        desk.bodies = body -> body.replaceAll("\"invoice_number\":\"[^\"]*\"", "\"invoice_number\":\"X" + n[0]++ + "\"");

        desk.paid("9150.00").deliver();

        assertThat(desk.deadLetters.openOnes(5)).hasSize(1);
        assertThat(desk.calls("PATCH") + desk.calls("POST") + desk.calls("DELETE")).isLessThan(16);
    }

    @Test
    void a_record_that_is_written_again_after_it_vanished_is_a_new_change_with_a_new_token() {
        desk.procore.behaviour().idempotencyTokens(IdempotencyTokens.REPLAYS);
        desk.paid("9000.00").deliver();
        desk.procore.remove(desk.onlyRecord().id());
        desk.paid("9150.00").deliver();

        desk.paid("9000.00").deliver();
        desk.retry();

        assertThat(desk.onlyRecord().amount()).isEqualByComparingTo("9000.00");
        assertThat(desk.asked.stream().filter(call -> call.method().equals("POST")).map(ProcoreCall::idempotencyToken))
                .doesNotHaveDuplicates();
        assertDelivered();
    }

    @Test
    void a_creation_that_is_answered_with_a_record_of_long_ago_is_listed_and_made_again() {
        desk.procore.behaviour().idempotencyTokens(IdempotencyTokens.REPLAYS);
        desk.update = UpdateStrategy.REPLACE;
        desk.restart().paid("9000.00").deliver();
        String first = desk.call(ProcoreCall.show(Long.toString(Desk.COMPANY), desk.onlyRecord().id(), SC_014.commitment())).body();
        boolean[] repeated = {false};
        desk.instead = call -> {
            boolean now = call.method().equals("POST") && !repeated[0];
            repeated[0] |= now;
            return now ? Optional.of(Desk.reply(200, first)) : Optional.empty();
        };

        desk.paid("9150.00").deliver();

        assertThat(desk.onlyRecord().amount()).isEqualByComparingTo("9150.00");
        assertThat(desk.asked.stream().filter(call -> call.method().equals("POST")).map(ProcoreCall::idempotencyToken))
                .hasSize(3).doesNotHaveDuplicates();
        assertDelivered();
    }

    private void deliverTwice() {
        paid("part  payment of the Vendor", "9000.00").deliver();
        paid("part  payment of the Vendor", "9000.00").deliver();
        desk.restart();
        paid("part  payment of the Vendor", "9000.00").deliver();
    }

    private Desk paid(String memo, String amount) {
        return desk.paid("K1", "Wire  a-10902", memo, line("B1", amount, SC_014));
    }

    private String lastBody() {
        return desk.procore.requests().get(desk.procore.requests().size() - 1).request().body();
    }

    private void assertDelivered() {
        assertThat(desk.deadLetters.openOnes(10)).isEmpty();
        assertThat(desk.deliveries.row(1).orElseThrow().state()).isEqualTo(RowState.DELIVERED);
    }
}
