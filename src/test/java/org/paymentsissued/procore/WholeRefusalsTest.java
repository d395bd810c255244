package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.procore.Desk.PO_003;
import static org.paymentsissued.procore.Desk.SC_014;
import static org.paymentsissued.procore.Desk.line;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.ledger.Deliveries.Claim;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.RowState;

/** A refusal of a whole commitment, project or company is one dead letter and costs a handful of calls. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WholeRefusalsTest {

    private static final int PAYMENTS = 60;
    private static final String PAGE = "<html><body>Blocked by the firewall</body></html>";

    private final Desk desk = new Desk();

    @AfterEach
    void closeDesk() {
        desk.close();
    }

    private static boolean isOn(ProcoreCall call, String field, long id) {
        return call.query().contains(field + "=" + id) || call.body().contains("\"" + field + "\":" + id);
    }

    private void refuse(Predicate<ProcoreCall> which, int status, String body) {
        desk.instead = call -> which.test(call) ? Optional.of(Desk.reply(status, body)) : Optional.empty();
    }

    private void refuseCommitment(int status, String body) {
        refuse(call -> isOn(call, "contract_id", 11), status, body);
    }

    private void refuseProject() {
        refuse(call -> isOn(call, "project_id", 1001), 403, "{\"errors\":\"no access\"}");
    }

    private Desk pay(Placement place) {
        for (int i = 0; i < PAYMENTS; i++) {
            desk.paid("K" + place.contractId() + "-" + i, "10" + i, "", line("B" + place.contractId() + "-" + i, "10.00", place));
        }
        return desk;
    }

    /** As in the product: several workers on one list of due payments. */
    private void deliverWith(int workers) {
        var due = desk.rowDeliveries.due();
        List<Thread> threads = IntStream.range(0, workers).mapToObj(number -> new Thread(() -> {
            for (Optional<Claim> claim = next(due); claim.isPresent(); claim = next(due)) {
                for (Long row : desk.rowDeliveries.rows(claim.get())) {
                    RowDelivery delivery = desk.rowDeliveries.begin(row);
                    while (delivery.isUnfinished()) {
                        desk.rowDeliveries.take(delivery, desk.call(delivery.nextCall()));
                    }
                }
                desk.rowDeliveries.release(claim.get());
            }
        })).toList();
        threads.forEach(Thread::start);
        threads.forEach(thread -> {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static Optional<Claim> next(java.util.Iterator<Claim> due) {
        synchronized (due) {
            return due.hasNext() ? Optional.of(due.next()) : Optional.empty();
        }
    }

    private long callsRefused(String field, long id) {
        return new ArrayList<>(desk.asked).stream().filter(call -> isOn(call, field, id)).count();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 16})
    void a_commitment_that_is_not_found_costs_four_calls_at_most_and_the_others_go_on(int workers) {
        pay(SC_014);
        pay(PO_003);
        refuseCommitment(404, "{\"errors\":\"Not Found\"}");

        deliverWith(workers);

        assertThat(callsRefused("contract_id", 11)).isLessThanOrEqualTo(4);
        assertThat(desk.onlyDeadLetter()).contains("commitment 11 of project 1001", "HTTP 404", "Not Found",
                "60 payments issued, 600.00 in total");
        assertThat(desk.records()).hasSize(PAYMENTS).allSatisfy(record -> assertThat(record.contractId()).isEqualTo(22));
        assertThat(desk.deliveries.dueCount()).isZero();
        assertThat(desk.deliveries.pendingCount()).isEqualTo(PAYMENTS);
        assertThat(desk.deliveries.row(1).orElseThrow().state()).isEqualTo(RowState.PENDING);
        assertThat(desk.deliveries.row(1).orElseThrow().progress().behindLetter()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 16})
    void a_project_that_is_not_permitted_costs_ten_calls_at_most(int workers) {
        for (int i = 0; i < 20; i++) {
            desk.procore.commitment(1001, 100 + i, CommitmentType.WORK_ORDER_CONTRACT, "SC-" + i, "Vendor");
            desk.paid("P" + i, "9" + i, "", line("C" + i, "5.00",
                    new Placement(1001, 100 + i, "work_order_contract", Optional.empty(), "")));
        }
        pay(SC_014);
        refuseProject();

        deliverWith(workers);

        assertThat(desk.asked).hasSizeLessThanOrEqualTo(10);
        assertThat(desk.onlyDeadLetter()).contains("everything in project 1001", "no access", "80 payments issued, 700.00 in total");
        assertThat(desk.deliveries.dueCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1,401", "4,401", "16,401", "1,403", "4,403", "16,403"})
    void a_company_that_refuses_all_costs_eleven_calls_at_most(int workers, int status) {
        pay(SC_014);
        pay(PO_003);
        refuse(call -> true, status, "{\"errors\":\"not today\"}");

        deliverWith(workers);

        assertThat((status == 401 ? 2 : 1) * desk.asked.size()).isLessThanOrEqualTo(11);
        assertThat(desk.onlyDeadLetter()).contains("everything in company", "not today", status == 401 ? "data connector" : "company-id");
        assertThat(desk.refusals.isCompanyRefused()).isTrue();
        assertThat(desk.deliveries.dueCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void a_firewall_that_refuses_all_means_that_procore_is_away_and_nothing_is_dead(int workers) {
        pay(SC_014);
        refuse(call -> true, 403, PAGE);

        deliverWith(workers);

        assertThat(desk.asked).hasSizeLessThanOrEqualTo(11);
        assertThat(desk.deadLetters.openOnes(5)).isEmpty();
        assertThat(desk.pause.now()).hasValueSatisfying(pause ->
                assertThat(pause.reason()).isEqualTo(ProcorePause.Reason.AWAY));
    }

    @Test
    void a_dead_letter_of_a_payment_names_its_commitment_likewise() {
        desk.shows(SC_014, "SC-014", "Interior drywall", "Riverside Clinic");
        desk.instead = call -> call.method().equals("POST") ? Optional.of(Desk.reply(422, "{\"errors\":\"too much\"}")) : Optional.empty();
        desk.paid("9000.00").deliver();

        assertThat(desk.onlyDeadLetter())
                .contains("(9,000.00) on SC-014 Interior drywall of Riverside Clinic (commitment 11 of project 1001): Procore refused it");
    }

    @Test
    void what_is_refused_is_named_as_people_know_it_with_the_ids_as_a_detail() {
        desk.shows(SC_014, "SC-014", "Interior drywall", "Riverside Clinic");
        pay(SC_014);
        refuseCommitment(404, "{\"errors\":\"Not Found\"}");
        deliverWith(1);

        assertThat(desk.onlyDeadLetter())
                .contains("Procore refuses SC-014 Interior drywall of Riverside Clinic (commitment 11 of project 1001)");
    }

    @Test
    void a_refusal_in_the_midst_of_deliveries_is_found_by_reading_the_list_once() {
        AtomicInteger posts = new AtomicInteger();
        refuse(call -> isOn(call, "project_id", 1001) && (call.method().equals("POST") ? posts.incrementAndGet() : posts.get()) > 1, 403,
                "{\"errors\":\"no access\"}");
        pay(SC_014);

        deliverWith(1);

        assertThat(desk.asked).extracting(ProcoreCall::method).containsExactly("GET", "POST", "POST", "GET", "GET");
        assertThat(desk.onlyDeadLetter()).contains("everything in project 1001");
    }

    @Test
    void payments_refused_where_the_list_can_be_read_are_dead_letters_of_their_own() {
        desk.paid("K1", "1", "", line("B1", "1.00", SC_014)).paid("K2", "2", "", line("B2", "1.00", SC_014));
        refuse(call -> call.method().equals("POST"), 403, "{\"errors\":\"read only\"}");

        desk.deliver();

        assertThat(desk.deadLetters.openOnes(5)).hasSize(2).allSatisfy(letter ->
                assertThat(letter.sentence()).contains("HTTP 403", "read only", "Admin on Commitments"));
        assertThat(desk.asked.stream().filter(call -> call.method().equals("GET"))).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void new_payments_join_without_a_call_and_the_letter_counts_them() {
        desk.paid("K1", "1", "", line("B1", "1.00", SC_014));
        refuseProject();
        desk.deliver();
        int calls = desk.asked.size();

        desk.restart().paid("K2", "2", "", line("B2", "2.50", SC_014)).deliver();

        assertThat(desk.asked).hasSize(calls);
        assertThat(desk.onlyDeadLetter()).contains("2 payments issued, 3.50 in total");
    }

    @Test
    void one_retry_lets_all_of_them_go_and_discarding_is_refused() {
        pay(SC_014);
        refuseProject();
        desk.deliver();

        assertThat(desk.discard().outcome()).isEqualTo(OperatorActions.Outcome.REFUSED);
        desk.instead = call -> Optional.empty();
        desk.retry();

        assertThat(desk.records()).hasSize(PAYMENTS);
        assertThat(desk.deadLetters.openOnes(5)).isEmpty();
        assertThat(desk.refusals.of(Long.toString(Desk.COMPANY))).isEmpty();
    }

    @Test
    void a_retry_that_is_refused_again_opens_the_same_letter() {
        pay(SC_014);
        refuseProject();
        desk.deliver();
        long letter = desk.deadLetters.openOnes(5).get(0).id();

        desk.retry();

        assertThat(desk.deadLetters.openOnes(5)).singleElement().satisfies(open -> assertThat(open.id()).isEqualTo(letter));
        assertThat(desk.onlyDeadLetter()).contains("60 payments issued");
    }

    @Test
    void a_payment_whose_bill_moves_away_goes_and_an_empty_letter_closes() {
        desk.paid("K1", "1", "", line("B1", "1.00", SC_014));
        refuseProject();
        desk.deliver();

        desk.moved("B1", PO_003).deliver();
        desk.paid("K2", "2", "", line("B2", "1.00", PO_003)).deliver();

        assertThat(desk.records()).hasSize(2);
        assertThat(desk.deadLetters.openOnes(5)).isEmpty();
    }

    @Test
    void a_voided_payment_of_a_project_that_is_not_permitted_any_more_does_not_count_as_removed() {
        desk.paid("9000.00").deliver();
        refuse(call -> isOn(call, "project_id", 1001), 404, "{\"errors\":\"Not Found\"}");

        desk.voided().deliver();

        assertThat(desk.deliveries.row(1).orElseThrow().state()).isEqualTo(RowState.PENDING);
        assertThat(desk.onlyDeadLetter()).contains("commitment 11 of project 1001", "HTTP 404");
        desk.instead = call -> Optional.empty();
        desk.retry();
        assertThat(desk.records()).isEmpty();
        assertThat(desk.deliveries.row(1).orElseThrow().state()).isEqualTo(RowState.REMOVED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"500; {\"errors\":\"boom\"}", "408; {}", "200; <html>maintenance</html>", "502; bad gateway",
        "504; timeout", "200; [{\"id\":\"x\",\"origin_id\":\"K|B\"}]", "422; {\"errors\":\"no\"}"})
    void on_a_new_ledger_a_list_that_cannot_be_read_sets_its_own_commitment_aside_alone(int status, String body) {
        for (int i = 0; i < 20; i++) {
            desk.procore.commitment(2002, 200 + i, CommitmentType.WORK_ORDER_CONTRACT, "SC-" + i, "Vendor");
            desk.paid("P" + i, "9" + i, "", line("C" + i, "5.00",
                    new Placement(2002, 200 + i, "work_order_contract", Optional.empty(), "")));
        }
        desk.paid("K1", "1", "", line("B1", "1.00", SC_014)).paid("K2", "2", "", line("B2", "1.00", SC_014));
        refuse(call -> call.method().equals("GET") && isOn(call, "contract_id", 11), status, body);

        desk.deliver();

        assertThat(desk.records()).hasSize(20);
        assertThat(desk.onlyDeadLetter()).contains("The payments on commitment 11 of project 1001 cannot be read", "2 payments");
        assertThat(desk.calls("POST")).isEqualTo(20);
        assertThat(callsRefused("contract_id", 11)).isLessThan(20);
        desk.instead = call -> Optional.empty();
        desk.retry();
        assertThat(desk.records()).hasSize(22);
        assertThat(desk.deadLetters.openOnes(5)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"500; {}", "502; bad gateway", "504; timeout", "200; <html>maintenance</html>"})
    void where_everything_fails_procore_is_away_and_nothing_is_dead(int status, String body) {
        desk.paid("9000.00");
        refuse(call -> true, status, body);

        for (int round = 0; round < 12; round++) {
            desk.round();
            desk.waitForTheNext();
        }

        assertThat(desk.deadLetters.openOnes(5)).isEmpty();
        assertThat(desk.pause.last()).hasValueSatisfying(pause ->
                assertThat(pause.reason()).isEqualTo(ProcorePause.Reason.AWAY));
        desk.instead = call -> Optional.empty();
        desk.deliver();
        assertThat(desk.records()).hasSize(1);
    }
}
