package org.paymentsissued.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.OpenApi;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

@DisplayNameGeneration(ReplaceUnderscores.class)
class ConsoleApiTest {

    private final Rig rig = new Rig().with("console.password", "correct horse");
    private Installation product;
    private ConsoleClient ops;

    @BeforeEach
    void aRunningProductAndACommitmentWithoutPayments() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.commitment(1001, 12, CommitmentType.WORK_ORDER_CONTRACT, "SC-015", "Basin Electric");
        rig.procore.enablePayments(11, false);
        rig.lookup("B1,1001,11,work_order_contract,,HD-0431", "B2,1001,12,work_order_contract,,BE-7");
        product = rig.serve();
        ops = new ConsoleClient(rig.settings()).as("ops", "correct horse");
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        product.close();
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private void sync() {
        assertThat(ops.post("/api/sync", "").status()).isEqualTo(202);
        int runs = ops.get("/api/runs").json().path("total").asInt();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            JsonNode latest = ops.get("/api/runs").json();
            JsonNode status = ops.get("/api/status").json();
            return latest.path("total").asInt() >= Math.max(1, runs) && !status.path("syncRunning").asBoolean()
                    && !latest.at("/items/0/end").isNull() && status.at("/counts/pending").asInt() == 0;
        });
    }

    private void aRefusedCheck() {
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00"));
        sync();
        assertThat(ops.get("/api/dead-letters").json().path("total").asInt()).isEqualTo(1);
    }

    private long letter() {
        return ops.get("/api/dead-letters?status=all").json().at("/items/0/id").asLong();
    }

    private JsonNode whole(long id) {
        return ops.get("/api/dead-letters/" + id).json();
    }

    private void deliveredOnce(String amount) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(rig.paymentsIssued()).singleElement()
                .satisfies(record -> assertThat(record.amount()).isEqualByComparingTo(amount)));
    }

    /** To retry a twin is to send it anyway, which doubles money where nobody looked. */
    @Test
    void a_retry_of_everything_leaves_a_typed_twin_and_says_why_and_one_that_names_it_sends_it() {
        long typed = rig.procore.addByHand(12, "70.00", "2026-03-25", "10904");
        rig.quickBooks.has(check("K3").number("10904").dated("2026-03-25").to("Basin Electric").pays("B2", "BE-7", "70.00"));
        sync();
        assertThat(ops.get("/api/dead-letters").json().at("/items/0/stage").asText()).isEqualTo("twin");
        OpenApi api = new OpenApi(ops.get("/api/openapi.yaml").text());
        long id = letter();
        api.check("get", "/api/dead-letters/{id}", ops.get("/api/dead-letters/" + id));
        assertThat(whole(id).at("/candidates/0/record").asLong()).isEqualTo(typed);
        assertThat(whole(id).at("/candidates/0/mayBecomeOurs").asBoolean()).isTrue();
        var unknown = ops.post("/api/dead-letters/" + id + "/adopt", "{\"record\":123456}");
        api.check("post", "/api/dead-letters/{id}/adopt", unknown);
        assertThat(unknown.status()).isEqualTo(409);
        assertThat(unknown.json().path("detail").asText()).contains("Record 123456", "Choose one of " + typed);

        for (String everything : new String[] {"{}", "{\"vendor\":\"Basin Electric\"}"}) {
            var answer = ops.post("/api/dead-letters/retry", everything);
            api.check("post", "/api/dead-letters/retry", answer);
            assertThat(answer.json().path("done").asInt()).isZero();
            assertThat(answer.json().path("left").asInt()).isEqualTo(1);
            assertThat(answer.json().at("/reasons/0").asText()).contains("a person typed", "send anyway");
        }
        sync();
        assertThat(rig.paymentsIssued()).hasSize(1);
        assertThat(ops.get("/api/dead-letters").json().path("total").asInt()).isEqualTo(1);

        assertThat(ops.post("/api/dead-letters/retry", "{\"stage\":\"twin\"}").json().path("done").asInt()).isEqualTo(1);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(rig.paymentsIssued()).hasSize(2));
    }

    @Test
    void every_answer_is_as_the_openapi_document_says_and_everything_in_it_exists() {
        OpenApi api = new OpenApi(ops.get("/api/openapi.yaml").text());
        api.check("get", "/api/openapi.yaml", ops.get("/api/openapi.yaml"));
        api.check("get", "/api/status", ops.get("/api/status"));
        api.check("post", "/api/sync", ops.post("/api/sync", ""));
        aRefusedCheck();
        rig.quickBooks.has(check("K2").number("10903").dated("2026-03-25").to("Basin Electric").pays("B9", "", "5.00"));
        sync();
        long id = letter();
        api.check("get", "/api/status", ops.get("/api/status"));
        api.check("get", "/api/payments", ops.get("/api/payments?q=10903&state=waiting&size=1"));
        api.check("get", "/api/payments", ops.get("/api/payments"));
        api.check("get", "/api/payments", ops.get("/api/payments?state=lost"));
        api.check("get", "/api/dead-letters", ops.get("/api/dead-letters?stage=deliver&q=harlan+9,000.00"));
        api.check("get", "/api/dead-letters", ops.get("/api/dead-letters?page=0"));
        api.check("get", "/api/dead-letters/{id}", ops.get("/api/dead-letters/" + id));
        api.check("get", "/api/dead-letters/{id}", ops.get("/api/dead-letters/999"));
        api.check("post", "/api/backup", ops.post("/api/backup", ""));
        api.check("get", "/api/runs", ops.get("/api/runs?page=1"));
        for (String path : List.of("/api/backfill/preview", "/api/backfill/preview.csv")) {
            api.check("get", path, ops.get(path));
        }
        for (String path : List.of("/api/backfill/preview", "/api/backfill")) {
            api.check("post", path, ops.post(path, "{}"));
        }
        api.check("post", "/api/delivery/pause", ops.post("/api/delivery/pause", "{}"));
        api.check("post", "/api/delivery/pause", ops.post("/api/delivery/pause", "{\"reason\":\"month end\"}"));
        api.check("get", "/api/status", ops.get("/api/status"));
        api.check("post", "/api/dead-letters/retry", ops.post("/api/dead-letters/retry?stage=deliver", ""));
        api.check("post", "/api/delivery/resume", ops.post("/api/delivery/resume", ""));
        String bill = "/api/bills/{companyFile}/{billTxnId}/commitment";
        api.check("get", "/api/commitments", ops.get("/api/commitments?q=riverside&project=1001&vendor=basin&size=1"));
        api.check("get", "/api/waiting-bills", ops.get("/api/waiting-bills"));
        api.check("get", "/api/waiting-bills.csv", ops.get("/api/waiting-bills.csv"));
        api.check("put", bill, ops.put("/api/bills/default/B9/commitment", "{}"));
        api.check("put", bill, ops.put("/api/bills/default/nothing/commitment", "{\"commitmentId\":12}"));
        api.check("put", bill, ops.put("/api/bills/default/B9/commitment", "{\"commitmentId\":999}"));
        api.check("put", bill, ops.put("/api/bills/default/B9/commitment", "{\"commitmentId\":12}"));
        api.check("delete", bill, ops.delete("/api/bills/default/B9/commitment"));
        api.check("delete", bill, ops.delete("/api/bills/default/B9/commitment"));
        api.check("post", "/api/commitments/files", ops.upload("/api/commitments/files?dryRun=true",
                "bill_txn_id,project_id,commitment_id\nB9,1001,12\nB9\n"));
        await().atMost(Duration.ofSeconds(60)).until(() -> whole(id).path("status").asText().equals("open"));
        api.check("post", "/api/dead-letters/{id}/retry", ops.post("/api/dead-letters/" + id + "/retry", ""));
        api.check("post", "/api/dead-letters/{id}/retry", ops.post("/api/dead-letters/999/retry", ""));
        api.check("post", "/api/dead-letters/{id}/adopt", ops.post("/api/dead-letters/999/adopt", ""));
        await().atMost(Duration.ofSeconds(60)).until(() -> whole(id).path("status").asText().equals("open"));
        api.check("post", "/api/dead-letters/{id}/discard", ops.post("/api/dead-letters/" + id + "/discard", "{}"));
        api.check("post", "/api/dead-letters/{id}/discard",
                ops.post("/api/dead-letters/" + id + "/discard", "{\"reason\":\"typed in by hand\"}"));
        api.check("get", "/api/dead-letters/{id}", ops.get("/api/dead-letters/" + id));
        api.check("get", "/api/dead-letters/groups", ops.get("/api/dead-letters/groups?status=discarded"));
        api.check("post", "/api/dead-letters/{id}/reopen", ops.post("/api/dead-letters/" + id + "/reopen", ""));
        api.check("post", "/api/dead-letters/{id}/reopen", ops.post("/api/dead-letters/" + id + "/reopen", ""));
        api.check("post", "/api/dead-letters/{id}/adopt", ops.post("/api/dead-letters/" + id + "/adopt", ""));
        api.check("post", "/api/dead-letters/adopt", ops.post("/api/dead-letters/adopt", "{}"));
        api.check("post", "/api/dead-letters/adopt", ops.post("/api/dead-letters/adopt", "{\"ids\":[" + id + "]}"));
        api.check("post", "/api/dead-letters/discard", ops.post("/api/dead-letters/discard", "{\"reason\":\"x\"}"));
        api.check("post", "/api/dead-letters/discard", ops.post("/api/dead-letters/discard", "{\"ids\":[" + id + "],\"reason\":\"x\"}"));
        api.check("get", "/api/actions", ops.get("/api/actions?who=ops"));
        api.requireAllSeen();
    }

    @Test
    void nothing_is_answered_that_the_document_does_not_name() {
        Console console = product.template().getCamelContext().getRegistry().lookupByNameAndType("console", Console.class);

        assertThat(console.api()).isEqualTo(new OpenApi(ops.get("/api/openapi.yaml").text()).described());
    }

    @Test
    void a_refused_payment_goes_after_it_was_mended_and_retried_however_often_retry_is_pressed() {
        aRefusedCheck();
        rig.procore.enablePayments(11, true);
        long id = letter();

        ops.post("/api/dead-letters/" + id + "/retry", "");
        ops.post("/api/dead-letters/" + id + "/retry", "");
        deliveredOnce("9000.00");
        ops.post("/api/dead-letters/" + id + "/retry", "");
        sync();

        assertThat(rig.paymentsIssued()).hasSize(1);
        assertThat(whole(id).path("status").asText()).isEqualTo("resolved");
        assertThat(whole(id).path("actions").findValuesAsText("who")).containsExactly("payments-issued", "ops");
    }

    @Test
    void a_retried_payment_that_is_refused_again_is_the_same_dead_letter_open_again() {
        aRefusedCheck();
        long id = letter();

        assertThat(ops.post("/api/dead-letters/" + id + "/retry", "").json().path("outcome").asText()).isEqualTo("due");

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(whole(id).path("attempts").asInt()).isEqualTo(2));
        assertThat(whole(id).path("status").asText()).isEqualTo("open");
        assertThat(whole(id).path("failures")).hasSize(2);
        assertThat(ops.get("/api/dead-letters?status=all").json().path("total").asInt()).isEqualTo(1);
    }

    @Test
    void what_was_mended_in_quickbooks_since_is_what_a_retry_sends() {
        aRefusedCheck();
        long id = letter();
        ops.post("/api/delivery/pause", "{\"reason\":\"mending\"}");
        rig.procore.enablePayments(11, true);
        rig.quickBooks.edit(PaymentKind.CHECK, "K1", payment -> payment.paysNothing().pays("B1", "HD-0431", "9150.00"));
        ops.post("/api/dead-letters/" + id + "/retry", "");
        ops.post("/api/sync", "");
        await().atMost(Duration.ofSeconds(60)).until(() ->
                ops.get("/api/payments").json().at("/items/0/amount").asText().equals("9150.00"));
        assertThat(rig.paymentsIssued()).isEmpty();

        ops.post("/api/delivery/resume", "");

        deliveredOnce("9150.00");
    }

    @Test
    void a_payment_set_aside_is_judged_again_from_its_kept_qbxml() {
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC").amount("50.00")
                .pays("B2", "BE-7", "75.00"));
        sync();
        long id = letter();
        assertThat(whole(id).path("stage").asText()).isEqualTo("aggregate");

        assertThat(ops.post("/api/dead-letters/" + id + "/retry", "").status()).isEqualTo(409);

        assertThat(whole(id).path("status").asText()).isEqualTo("open");
        assertThat(whole(id).path("attempts").asInt()).isEqualTo(2);
        assertThat(whole(id).path("actions").findValuesAsText("action")).containsExactly("retry");

        rig.quickBooks.edit(PaymentKind.CHECK, "K1", payment -> payment.amount("75.00"));
        sync();
        deliveredOnce("75.00");
        assertThat(whole(id).path("status").asText()).isEqualTo("resolved");
    }

    @Test
    void a_discarded_payment_stays_out_even_if_its_bill_gets_another_commitment() {
        aRefusedCheck();
        long id = letter();
        assertThat(ops.post("/api/dead-letters/" + id + "/discard", "{\"reason\":\" \"}").status()).isEqualTo(400);
        ops.post("/api/dead-letters/" + id + "/discard", "{\"reason\":\"typed in by hand\"}");
        ops.post("/api/dead-letters/" + id + "/discard", "{\"reason\":\"again\"}");

        assertThat(ops.put("/api/bills/default/B1/commitment", "{\"commitmentId\":12}").status()).isEqualTo(200);
        sync();

        assertThat(rig.paymentsIssued()).isEmpty();
        JsonNode row = ops.get("/api/payments").json().at("/items/0");
        assertThat(row.path("state").asText()).isEqualTo("skipped");
        assertThat(row.path("reason").asText()).isEqualTo("Discarded by ops: typed in by hand");
        assertThat(whole(id).path("actions").findValuesAsText("note")).containsExactly("typed in by hand");
        assertThat(ops.get("/api/dead-letters").json().path("total").asInt()).isZero();
    }

    @Test
    void all_that_match_are_retried_at_once_and_no_other() {
        rig.procore.enablePayments(12, false);
        rig.quickBooks.has(check("K2").number("10903").dated("2026-03-25").to("Basin Electric").pays("B2", "BE-7", "5.00"));
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00"));
        sync();
        rig.procore.enablePayments(11, true).enablePayments(12, true);

        JsonNode many = ops.post("/api/dead-letters/retry?stage=deliver&q=harlan", "").json();

        assertThat(many.path("matching").asInt()).isEqualTo(1);
        assertThat(many.path("done").asInt()).isEqualTo(1);
        assertThat(many.path("left").asInt()).isZero();
        deliveredOnce("9000.00");
        assertThat(ops.get("/api/dead-letters").json().path("total").asInt()).isEqualTo(1);
    }

    @Test
    void a_bill_that_is_given_its_commitment_releases_all_its_payments() {
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Basin Electric").pays("B7", "BE-9", "10.00"));
        rig.quickBooks.has(check("K2").number("10903").dated("2026-03-26").to("Basin Electric").pays("B7", "BE-9", "20.00"));
        sync();
        assertThat(ops.get("/api/status").json().at("/counts/waiting").asInt()).isEqualTo(2);
        String bill = "/api/bills/default/B7/commitment";

        assertThat(ops.put(bill, "{\"commitmentId\":12}").json().path("placed").asInt()).isEqualTo(2);
        assertThat(ops.put(bill, "{\"commitmentId\":12}").json().path("placed").asInt()).isZero();

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(rig.paymentsIssued()).hasSize(2)
                .allSatisfy(record -> assertThat(record.contractId()).isEqualTo(12)));
    }

    @Test
    void what_does_not_exist_or_is_asked_for_wrongly_is_a_problem_with_a_sentence() {
        assertThat(ops.get("/api/nothing").status()).isEqualTo(404);
        assertThat(ops.get("/api/sync").status()).isEqualTo(405);
        assertThat(ops.get("/api/sync").header("Allow")).isEqualTo("POST");
        assertThat(ops.post("/api/runs", "").status()).isEqualTo(405);
        assertThat(ops.get("/api/payments?size=100000").json().path("detail").asText()).contains("between 1 and 500");
        assertThat(ops.get("/api/nothing").header("Content-Type")).isEqualTo("application/problem+json");
    }
}
