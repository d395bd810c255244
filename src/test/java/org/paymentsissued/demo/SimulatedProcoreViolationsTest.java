package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.PoliteClient.LIST;
import static org.paymentsissued.demo.PoliteClient.ours;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.Faults.Kind;
import org.paymentsissued.demo.ProcoreBehaviour.IdempotencyTokens;
import org.paymentsissued.demo.SimulatedProcore.Request;

class SimulatedProcoreViolationsTest {
    private final TestProcore procore = PoliteClient.riversideClinic();
    private final PoliteClient client = new PoliteClient(procore);

    @Test
    void a_polite_client_has_none() {
        long id = client.postOurs("P|B");
        client.get(LIST + "&page=1&per_page=100");
        client.show(id);
        client.patch(id, "{'amount':'1.00'}");
        client.delete(id);
        client.get("/rest/v1.1/requisitions?project_id=1&filters[updated_at]=2026-03-26...2026-03-27&page=1&per_page=100");
        client.get("/rest/v1.0/companies");

        assertThat(procore.violations()).isEmpty();
    }

    @Test
    void asking_for_a_payment_that_was_stored_though_its_answer_was_lost() {
        procore.faults().next(Kind.DROP_AFTER);
        client.post(ours("P|B"));

        client.post(ours("P|B"));

        assertThat(onlyViolation()).contains("second payment with origin_id P|B");
    }

    @Test
    void asking_again_for_a_payment_that_was_not_stored_is_right() {
        procore.faults().next(Kind.DROP_BEFORE);
        client.post(ours("P|B"));

        client.post(ours("P|B"));

        assertThat(procore.violations()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "{\"project_id\":1,\"contract_id\":11,\"contract_payment\":{\"amount\":\"1.00\",\"date\":\"2026-03-25\","
                    + "\"payment_method\":\"check\",\"check_no\":\"1\"}}",
            "{\"project_id\":1,\"contract_id\":11,\"company_id\":1,\"contract_payment\":{\"amount\":\"1.00\","
                    + "\"date\":\"2026-03-25\",\"payment_method\":\"check\"}}"})
    void an_unknown_field(String body) {
        assertThat(procore.handle(client.request("POST", PoliteClient.PAYMENTS, body)).status()).isEqualTo(201);
        assertThat(onlyViolation()).contains("unknown field");
    }

    @Test
    void an_unknown_parameter_of_a_list_without_filters() {
        client.get(LIST + "&filters[origin_id]=P");

        assertThat(onlyViolation()).contains("unknown parameter filters[origin_id]");
    }

    @Test
    void a_change_without_an_idempotency_token() {
        procore.handle(client.posting(ours("P|B")).with("Idempotency-Token", ""));

        assertThat(onlyViolation()).contains("without an Idempotency-Token");
    }

    @ParameterizedTest
    @EnumSource(IdempotencyTokens.class)
    void the_token_of_another_call(IdempotencyTokens worth) {
        procore.behaviour().idempotencyTokens(worth);
        procore.handle(client.posting(ours("P|A")).with("Idempotency-Token", "one"));

        procore.handle(client.posting(ours("P|B")).with("Idempotency-Token", "one"));

        assertThat(onlyViolation()).contains("Idempotency-Token one of another call");
        assertThat(procore.paymentsIssued()).hasSize(worth == IdempotencyTokens.REPLAYS ? 1 : 2);
    }

    @Test
    void touching_what_a_person_entered() {
        client.patch(procore.addByHand(11, "1.00", "2026-01-30", "9951"), "{'amount':'2.00'}");

        assertThat(onlyViolation()).contains("that a person entered");
    }

    @Test
    void touching_what_procore_pay_paid() {
        client.delete(procore.addProcorePay(11, "1.00", "2026-01-30", "pp-1"));

        assertThat(onlyViolation()).contains("of Procore Pay");
    }

    @Test
    void touching_what_another_integration_wrote() {
        client.delete(procore.addForeign(11, "1.00", "2026-01-30", "erp-77120"));

        assertThat(onlyViolation()).contains("of another integration");
    }

    @Test
    void a_header_that_is_nobodys_business() {
        procore.handle(client.request("GET", LIST, "").with("CamelCheckId", "3C4D0"));

        assertThat(onlyViolation()).contains("the header CamelCheckId");
    }

    @Test
    void a_call_that_is_not_documented() {
        assertThat(client.get("/rest/v1.0/invoice_payments").status()).isEqualTo(404);
        assertThat(onlyViolation()).contains("no documented call");
    }

    @Test
    void an_amount_without_two_decimals() {
        client.post("{'amount':'1.0','date':'2026-03-25','payment_method':'check'}");

        assertThat(onlyViolation()).contains("without two decimals");
    }

    @Test
    void a_payment_without_a_date() {
        client.post("{'amount':'1.00','payment_method':'check'}");

        assertThat(onlyViolation()).contains("left out date");
    }

    @Test
    void two_calls_at_once_for_the_same_payment() {
        long id = client.postOurs("P|B");
        CyclicBarrier bothArrived = new CyclicBarrier(2);
        procore.duringCalls(request -> await(bothArrived));
        Request first = client.request("PATCH", PoliteClient.PAYMENTS + "/" + id,
                PoliteClient.envelope("{'amount':'1.00'}"));
        Request second = client.request("DELETE", PoliteClient.located(id), "");

        atOnce(first, second);

        assertThat(onlyViolation()).contains("while another call");
    }

    @Test
    void two_calls_at_once_for_a_payment_that_is_not_there_yet() {
        procore.behaviour().duplicateOriginIds(ProcoreBehaviour.DuplicateOriginIds.ACCEPTED);
        CyclicBarrier bothArrived = new CyclicBarrier(2);
        procore.duringCalls(request -> await(bothArrived));

        atOnce(client.posting(ours("P|B")), client.posting(ours("P|B")));

        assertThat(procore.violations()).anySatisfy(sentence -> assertThat(sentence).contains("while another call"));
    }

    @Test
    void calls_at_once_for_different_payments_are_right() {
        CyclicBarrier bothArrived = new CyclicBarrier(2);
        procore.duringCalls(request -> await(bothArrived));

        atOnce(client.posting(ours("P|A")), client.posting(ours("P|B")));

        assertThat(procore.violations()).isEmpty();
        assertThat(procore.paymentsIssued()).hasSize(2);
    }

    @Test
    void somebody_may_be_quicker_while_a_call_is_under_way() {
        long id = client.postOurs("P|B");
        procore.duringCalls(request -> procore.remove(id));

        assertThat(client.patch(id, "{'amount':'1.00'}").status()).isEqualTo(404);
    }

    private String onlyViolation() {
        assertThat(procore.violations()).hasSize(1);
        return procore.violations().get(0);
    }

    private void atOnce(Request first, Request second) {
        CompletableFuture.allOf(
                CompletableFuture.runAsync(() -> procore.handle(first), task -> new Thread(task).start()),
                CompletableFuture.runAsync(() -> procore.handle(second), task -> new Thread(task).start())).join();
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
            throw new AssertionError("the two calls were not under way at once", alone);
        }
    }
}
