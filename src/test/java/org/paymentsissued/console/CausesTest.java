package org.paymentsissued.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

/** Four payments that do not go, for two causes. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CausesTest {

    private static final String LIST = "/api/dead-letters";
    private final Rig rig = new Rig().with("console.password", "correct horse");
    private Installation product;
    private ConsoleClient ops;

    @BeforeEach
    void threePaymentsOnACommitmentWithoutPaymentsAndOneThatDoesNotAddUp() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.commitment(1001, 12, CommitmentType.PURCHASE_ORDER_CONTRACT, "PO-7", "Müller Tile");
        rig.procore.commitment(1001, 13, CommitmentType.WORK_ORDER_CONTRACT, "SC-020", "Müller Tile");
        rig.procore.enablePayments(11, false).enablePayments(12, false);
        rig.lookup("B1,1001,11,work_order_contract,,HD-0431", "B2,1001,12,purchase_order_contract,,MT-7",
                "B3,1001,13,work_order_contract,,MT-8");
        rig.quickBooks.has(check("K1").number("10901").dated("2026-03-24").to("Harlan Drywall LLC").pays("B1", "HD-0431", "9000.00"));
        rig.quickBooks.has(check("K2").number("10902").dated("2026-03-25").to("Harlan Drywall LLC").pays("B1", "HD-0431", "40.50"));
        rig.quickBooks.has(check("K3").number("10903").dated("2026-04-01").to("Müller Tile").pays("B2", "MT-7", "100.00"));
        rig.quickBooks.has(check("K4").number("10904").dated("2026-04-02").to("Basin Electric").amount("50.00")
                .pays("B9", "BE-7", "75.00"));
        product = rig.serve();
        ops = new ConsoleClient(rig.settings()).as("ops", "correct horse");
        product.template().sendBody("direct:sync", "test");
        await().atMost(Duration.ofSeconds(60)).until(() -> total("") == 4);
    }

    @AfterEach
    void stop() {
        product.close();
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private int total(String filter) {
        return ops.get(LIST + "?" + filter).json().path("total").asInt();
    }

    private JsonNode causes(String status) {
        return ops.get(LIST + "/groups?status=" + status).json().path("items");
    }

    private JsonNode act(String action, String body) {
        ConsoleClient.Answer answer = ops.post(LIST + "/" + action, body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static List<Long> ids(JsonNode cause) {
        return StreamSupport.stream(cause.path("ids").spliterator(), false).map(JsonNode::asLong).toList();
    }

    @Test
    void payments_of_one_cause_are_one_line_with_their_number_and_total() {
        JsonNode causes = causes("open");

        assertThat(causes).hasSize(2);
        assertThat(causes.get(0).path("count").asInt()).isEqualTo(3);
        assertThat(causes.get(0).path("amount").asText()).isEqualTo("9140.50");
        assertThat(causes.get(0).path("sentence").asText()).contains("Procore refused it", "Then retry")
                .doesNotContain("Harlan", "Müller");
        assertThat(ids(causes.get(0))).hasSize(3);
        assertThat(causes.get(1).path("count").asInt()).isEqualTo(1);
        assertThat(ops.get("/console/dead-letters").text()).contains("What to do:", "9,140.50");
    }

    @Test
    void a_cause_is_retried_as_a_whole_and_nothing_else_is_touched() {
        rig.procore.enablePayments(11, true).enablePayments(12, true);

        JsonNode many = act("retry", "{\"cause\":\"" + causes("open").get(0).path("cause").asText() + "\"}");

        assertThat(many.path("done").asInt()).isEqualTo(3);
        assertThat(many.path("left").asInt()).isZero();
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(rig.paymentsIssued()).hasSize(3));
        assertThat(causes("open")).hasSize(1);
        assertThat(causes("resolved").get(0).path("count").asInt()).isEqualTo(3);
    }

    @Test
    void a_list_is_filtered_by_vendor_date_amount_and_found_by_words_without_accents() {
        assertThat(total("vendor=harlan+drywall+llc")).isEqualTo(2);
        assertThat(total("from=2026-03-25&to=2026-04-01")).isEqualTo(2);
        assertThat(total("min=50&max=1,000.00")).isEqualTo(2);
        assertThat(total("q=muller")).isEqualTo(1);
        assertThat(total("q=4/1/2026")).isEqualTo(1);
        assertThat(total("q=$9,000")).isEqualTo(1);
        assertThat(total("stage=aggregate")).isEqualTo(1);
        assertThat(ops.get(LIST + "?sort=amount").json().at("/items/0/amount").asText()).isEqualTo("9000.00");
        assertThat(ops.get(LIST + "?sort=vendor").json().at("/items/0/vendor").asText()).isEqualTo("Basin Electric");
        assertThat(ops.get(LIST + "?from=March").status()).isEqualTo(400);
        assertThat(ops.get("/console/dead-letters?view=list&vendor=M%C3%BCller+Tile").text()).contains("value=\"Müller Tile\"")
                .contains("10903").doesNotContain("10901");
        assertThat(ops.get("/api/payments?q=muller+2026-04-01").json().path("total").asInt()).isEqualTo(1);
    }

    @Test
    void many_are_discarded_with_one_reason_only_if_it_is_said_which() {
        assertThat(ops.post(LIST + "/discard", "{\"reason\":\"typed in by hand\"}").status()).isEqualTo(400);
        assertThat(ops.post(LIST + "/discard", "{\"vendor\":\"Harlan Drywall LLC\"}").status()).as("without a reason").isEqualTo(400);
        assertThat(total("")).isEqualTo(4);

        assertThat(act("discard", "{\"vendor\":\"Harlan Drywall LLC\",\"reason\":\"typed in by hand\"}").path("done").asInt()).isEqualTo(2);

        assertThat(total("")).isEqualTo(2);
        assertThat(ops.get("/api/payments?state=skipped").json().at("/items/0/reason").asText()).endsWith("typed in by hand");
    }

    @Test
    void what_opened_after_the_page_was_shown_is_left_alone() {
        String shown = Instant.now().minusSeconds(3600).toString();

        assertThat(act("retry", "{\"shown\":\"" + shown + "\"}").path("matching").asInt()).isZero();
        assertThat(act("discard", "{\"stage\":\"deliver\",\"reason\":\"x\",\"shown\":\"" + shown + "\"}").path("done").asInt()).isZero();

        assertThat(total("")).isEqualTo(4);
    }

    @Test
    void a_discard_is_taken_back_and_the_payment_goes_after_all() {
        long id = ops.get(LIST + "?q=10903").json().at("/items/0/id").asLong();
        act("discard", "{\"ids\":[" + id + "],\"reason\":\"wrong button\"}");
        assertThat(ops.get("/api/payments?q=10903").json().at("/items/0/state").asText()).isEqualTo("skipped");

        assertThat(ops.post(LIST + "/" + id + "/reopen", "").json().path("status").asText()).isEqualTo("open");

        assertThat(ops.get("/api/payments?q=10903").json().at("/items/0/state").asText()).isEqualTo("dead");
        assertThat(ops.post(LIST + "/" + id + "/reopen", "").status()).isEqualTo(409);
        rig.procore.enablePayments(12, true);
        act("retry", "{\"ids\":[" + id + "]}");
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(rig.paymentsIssued()).singleElement()
                .satisfies(record -> assertThat(record.amount()).isEqualByComparingTo("100.00")));
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(ops.get("/console/dead-letters/" + id + "/state").text())
                .as("its page follows the retry until it is settled").contains("Closed (resolved).").doesNotContain("hx-trigger"));
    }
}
