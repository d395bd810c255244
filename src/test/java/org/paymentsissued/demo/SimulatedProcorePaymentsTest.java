package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.PoliteClient.LIST;
import static org.paymentsissued.demo.PoliteClient.json;
import static org.paymentsissued.demo.PoliteClient.ours;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.PaymentIssued.Author;
import org.paymentsissued.demo.ProcoreBehaviour.AmountRendering;
import org.paymentsissued.demo.ProcoreBehaviour.DuplicateOriginIds;
import org.paymentsissued.demo.ProcoreBehaviour.IdempotencyTokens;
import org.paymentsissued.demo.ProcoreBehaviour.Locking;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;
import org.paymentsissued.rig.HandClock;

class SimulatedProcorePaymentsTest {
    private final HandClock clock = new HandClock();
    private final TestProcore procore = PoliteClient.riversideClinic();
    private PoliteClient client;

    @BeforeEach
    void log_in() {
        procore.behaviour().clock(clock);
        client = new PoliteClient(procore);
    }

    @Test
    void a_created_payment_is_answered_without_its_method_and_invoice_date_and_stored_with_them() {
        Reply reply = client.post("{'amount':'9000.00','date':'2026-03-25','payment_method':'check',"
                + "'check_number':'0010902','invoice_number':'HD-0431','invoice_date':'2026-02-27',"
                + "'requisition_id':101,'origin_id':'P|B'}");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(json(reply).has("payment_method")).isFalse();
        assertThat(json(reply).has("invoice_date")).isFalse();
        assertThat(json(reply).path("id").asLong()).isGreaterThan(Integer.MAX_VALUE);
        assertThat(json(reply).path("check_number").asText()).isEqualTo("0010902");
        assertThat(json(reply).path("created_at").asText()).isEqualTo("2026-03-26T06:10:04Z");
        assertThat(procore.paymentsIssued()).singleElement().satisfies(payment -> {
            assertThat(payment.amount()).isEqualTo("9000.00");
            assertThat(payment.date()).isEqualTo("2026-03-25");
            assertThat(payment.paymentMethod()).isEqualTo("check");
            assertThat(payment.invoiceDate()).isEqualTo("2026-02-27");
            assertThat(payment.requisitionId()).isEqualTo(101);
            assertThat(payment.author()).isEqualTo(Author.INTEGRATION);
        });
        assertThat(procore.violations()).isEmpty();
    }

    @Test
    void a_patch_changes_what_is_sent_clears_what_is_null_and_leaves_the_rest() {
        long id = client.postOurs("P|B");
        clock.forward(Duration.ofSeconds(5));

        Reply reply = client.patch(id, "{'amount':'9150.00','check_number':null}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(json(reply).path("amount").asText()).isEqualTo("9150.00");
        assertThat(json(reply).path("check_number").isNull()).isTrue();
        assertThat(json(reply).path("date").asText()).isEqualTo("2026-03-25");
        assertThat(json(reply).path("updated_at").asText()).isEqualTo("2026-03-26T06:10:09Z");
    }

    @Test
    void a_deleted_payment_is_gone_and_the_answer_has_no_body() {
        long id = client.postOurs("P|B");

        Reply reply = client.delete(id);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEmpty();
        assertThat(client.show(id).status()).isEqualTo(404);
        assertThat(procore.paymentsIssued()).isEmpty();
    }

    @Test
    void a_payment_is_found_only_under_its_own_contract() {
        long id = client.postOurs("P|B");

        assertThat(client.show(id).status()).isEqualTo(200);
        assertThat(client.get(PoliteClient.PAYMENTS + "/" + id + "?project_id=1&contract_id=12").status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?project_id=1&contract_id=99", "?project_id=9&contract_id=11"})
    void an_unknown_contract_or_project_is_not_found(String query) {
        assertThat(client.get(PoliteClient.PAYMENTS + query).status()).isEqualTo(404);
    }

    @Test
    void ids_belong_in_the_query_of_a_list_and_in_the_body_of_a_create() {
        assertThat(client.get(PoliteClient.PAYMENTS).status()).isEqualTo(400);
        assertThat(procore.handle(client.request("POST", LIST,
                "{\"contract_payment\":{\"amount\":\"1.00\"}}")).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"project_id\":1,\"project_id\":1}", "{} {}"})
    void a_body_that_is_not_one_clean_json_object_is_refused(String body) {
        assertThat(procore.handle(client.request("POST", PoliteClient.PAYMENTS, body)).status()).isEqualTo(400);
    }

    @Test
    void a_body_of_another_media_type_is_refused() {
        Request request = client.posting(ours("P|B")).with("Content-Type", "text/plain");

        assertThat(procore.handle(request).status()).isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "amount;       {'amount':'1,000.00'}",
            "amount;       {'amount':9000.00}",
            "amount;       {'amount':'1e3'}",
            "amount;       {'date':'2026-03-25'}",
            "amount;       {'amount':'-1.00'}",
            "amount;       {'amount':'0.00'}",
            "payment_method; {'amount':'1.00','payment_method':'cash'}",
            "payment_number; {'amount':'1.00','payment_number':'ACH-12'}",
            "check_number; {'amount':'1.00','check_number':10902}",
            "requisition_id; {'amount':'1.00','requisition_id':102}"})
    void a_wrong_value_is_refused_under_the_name_of_its_field(String field, String payment) {
        Reply reply = client.post(payment);

        assertThat(reply.status()).isEqualTo(422);
        assertThat(json(reply).path("errors").has(field)).isTrue();
        assertThat(procore.paymentsIssued()).isEmpty();
    }

    @Test
    void negative_amounts_and_zero_are_taken_where_the_server_does() {
        procore.behaviour().negativeAmountsAccepted(true).zeroAmountsAccepted(true);

        assertThat(client.post("{'amount':'-9000.00','date':'2026-03-25'}").status()).isEqualTo(201);
        assertThat(client.post("{'amount':'0.00','date':'2026-03-25'}").status()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"03/25/2026", "2026-02-30", "2026-03-25T00:00:00Z"})
    void a_badly_formed_date_is_stored_as_null_without_an_error(String date) {
        Reply reply = client.post("{'amount':'1.00','date':'" + date + "'}");

        assertThat(reply.status()).isEqualTo(201);
        assertThat(json(reply).path("date").isNull()).isTrue();
        assertThat(procore.paymentsIssued().get(0).date()).isNull();
    }

    @Test
    void a_server_that_loses_dates_loses_good_ones() {
        procore.behaviour().datesLost(true);

        assertThat(json(client.post(ours("P|B"))).path("date").isNull()).isTrue();
    }

    @Test
    void a_commitment_whose_payments_are_switched_off_refuses_a_payment() {
        procore.enablePayments(11, false);

        Reply reply = client.post(ours("P|B"));

        assertThat(reply.status()).isEqualTo(422);
        assertThat(json(reply).path("errors").path("base").get(0).asText()).contains("switched off");
    }

    @ParameterizedTest
    @CsvSource({"REFUSED_WITH_409,409", "REFUSED_WITH_422,422", "ACCEPTED,201"})
    void a_second_payment_with_an_origin_id_of_the_company(DuplicateOriginIds answer, int status) {
        procore.behaviour().duplicateOriginIds(answer);
        client.postOurs("P|B");

        Reply reply = procore.handle(client.request("POST", PoliteClient.PAYMENTS,
                "{\"project_id\":1,\"contract_id\":12,\"contract_payment\":"
                        + "{\"amount\":\"1.00\",\"date\":\"2026-03-25\",\"origin_id\":\"P|B\"}}"));

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.body()).contains("origin_id");
    }

    @Test
    void an_origin_id_that_is_taken_cannot_be_patched_onto_another_payment() {
        client.postOurs("P|A");
        long id = client.postOurs("P|B");

        assertThat(client.patch(id, "{'origin_id':'P|A'}").status()).isEqualTo(409);
    }

    @ParameterizedTest
    @EnumSource(names = {"LOCKS_UPDATES", "LOCKS_UPDATES_AND_DELETES"})
    void a_linked_payment_that_is_locked_refuses_changes_but_not_of_its_origin(Locking locking) {
        procore.behaviour().locking(locking);
        long id = client.postOurs("P|B");

        Reply refused = client.patch(id, "{'amount':'1.00'}");

        assertThat(refused.status()).isEqualTo(422);
        assertThat(json(refused).path("reason").asText()).isEqualTo("locked");
        assertThat(client.patch(id, "{'origin_data':'x'}").status()).isEqualTo(200);
        assertThat(procore.paymentsIssued().get(0).amount()).isEqualTo("9000.00");
    }

    @Test
    void a_payment_unlinked_first_can_be_changed_and_linked_again() {
        procore.behaviour().locking(Locking.LOCKS_UPDATES);
        long id = client.postOurs("P|B");

        assertThat(client.patch(id, "{'origin_id':null,'amount':'1.00'}").status()).isEqualTo(422);
        assertThat(client.patch(id, "{'origin_id':null}").status()).isEqualTo(200);
        assertThat(client.patch(id, "{'amount':'1.00'}").status()).isEqualTo(200);
        assertThat(client.patch(id, "{'origin_id':'P|B'}").status()).isEqualTo(200);
        assertThat(client.patch(id, "{'amount':'2.00'}").status()).isEqualTo(422);
    }

    @ParameterizedTest
    @CsvSource({"LOCKS_NOTHING,200", "LOCKS_UPDATES,200", "LOCKS_UPDATES_AND_DELETES,422"})
    void only_the_strictest_lock_holds_against_a_delete(Locking locking, int status) {
        procore.behaviour().locking(locking);

        assertThat(client.delete(client.postOurs("P|B")).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"TWO_DECIMALS,'\"9000.00\"'", "ONE_DECIMAL,'\"9000.0\"'", "JSON_NUMBER,9000.00"})
    void an_amount_is_rendered_as_the_server_likes(AmountRendering rendering, String amount) {
        procore.behaviour().amountRendering(rendering);

        assertThat(client.post(ours("P|B")).body()).contains("\"amount\":" + amount + ",");
    }

    @Test
    void an_amount_may_look_different_in_every_answer() {
        procore.behaviour().amountRendering(AmountRendering.VARIOUS);
        long id = client.postOurs("P|B");

        assertThat(json(client.show(id)).path("amount").asText()).isEqualTo("9000.0");
        assertThat(json(client.show(id)).path("amount").asText()).isEqualTo("9000.00");
    }

    @Test
    void cents_survive_the_short_rendering() {
        procore.behaviour().amountRendering(AmountRendering.ONE_DECIMAL);

        assertThat(json(client.post("{'amount':'0.29','date':'2026-03-25'}")).path("amount").asText())
                .isEqualTo("0.29");
    }

    @Test
    void a_replayed_token_gives_the_stored_answer_and_changes_nothing() {
        procore.behaviour().idempotencyTokens(IdempotencyTokens.REPLAYS);
        Request request = client.posting("{'amount':'1.00','date':'2026-03-25'}");

        Reply first = procore.handle(request);
        Reply second = procore.handle(request);

        assertThat(second.status()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(procore.paymentsIssued()).hasSize(1);
    }

    @Test
    void an_ignored_token_lets_the_same_call_pay_twice() {
        Request request = client.posting("{'amount':'1.00','date':'2026-03-25'}");

        procore.handle(request);
        procore.handle(request);

        assertThat(procore.paymentsIssued()).hasSize(2);
    }

    @Test
    void a_refused_call_is_not_replayed() {
        procore.behaviour().idempotencyTokens(IdempotencyTokens.REPLAYS);
        procore.enablePayments(11, false);
        Request request = client.posting("{'amount':'1.00','date':'2026-03-25'}");
        procore.handle(request);
        procore.enablePayments(11, true);

        assertThat(procore.handle(request).status()).isEqualTo(201);
    }

    @Test
    void what_people_and_other_systems_enter_stands_in_the_list() {
        long byHand = procore.addByHand(11, "1500.00", "2026-01-30", "9951");
        procore.addProcorePay(11, "3200.00", "2026-02-20", "pp-7c41e0");
        procore.addForeign(11, "800.00", "2026-02-24", "erp-77120");
        procore.attach(byHand, "lien-waiver.pdf");
        procore.setPaymentNumber(byHand, 7);
        procore.editNotes(byHand, "called the office");
        procore.editAmount(byHand, "1501.00");

        var rows = json(client.get(LIST));

        assertThat(rows).hasSize(3);
        assertThat(rows.get(0).path("attachments").get(0).path("filename").asText()).isEqualTo("lien-waiver.pdf");
        assertThat(rows.get(0).path("payment_number").asInt()).isEqualTo(7);
        assertThat(rows.get(0).path("notes").asText()).isEqualTo("called the office");
        assertThat(rows.get(0).path("amount").asText()).isEqualTo("1501.00");
        assertThat(rows.get(1).path("external_payment_id").asText()).isEqualTo("pp-7c41e0");
        assertThat(rows.get(2).path("origin_id").asText()).isEqualTo("erp-77120");
        assertThat(procore.paymentsIssued()).extracting(PaymentIssued::author)
                .containsExactly(Author.PERSON, Author.PROCORE_PAY, Author.FOREIGN);
        assertThat(procore.paymentsIssued().get(0).date()).isEqualTo(LocalDate.of(2026, 1, 30));
    }

    @Test
    void a_payment_removed_by_a_person_is_gone_for_the_client() {
        long id = client.postOurs("P|B");

        procore.remove(id);

        assertThat(client.show(id).status()).isEqualTo(404);
        assertThat(client.patch(id, "{'amount':'1.00'}").status()).isEqualTo(404);
    }

    @Test
    void total_payments_follows_every_change() {
        long id = client.postOurs("P|A");
        client.postOurs("P|B");
        client.patch(id, "{'amount':'0.50'}");

        assertThat(procore.totalPayments(11)).isEqualByComparingTo(new BigDecimal("9000.50"));
    }
}
