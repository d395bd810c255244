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
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.OpenApi;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.sync.Syncs;

/** Someone previews a backfill on the console, sees what it would do, and starts it. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class BackfillConsoleTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private final Rig rig = new Rig();
    private Installation product;
    private ConsoleClient ops;

    @BeforeEach
    void theProductRunsAndHasAHistory() {
        rig.with("console.password", "correct horse").with("poll.start", "2026-01-01");
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.quickBooks.has(check("K1").number("1").dated("2025-02-10").to("Harlan Drywall LLC").pays("B1", "HD-1", "100.00"));
        rig.quickBooks.has(check("K2").number("2").dated("2025-03-10").to("Harlan Drywall LLC").pays("B2", "HD-2", "200.00"));
        rig.quickBooks.has(check("K3").number("3").dated("2025-03-11").to("Harlan Drywall LLC").pays("B3", "HD-3", "300.00"));
        rig.lookup("B1,1001,11,work_order_contract,,", "B2,1001,11,work_order_contract,,");
        rig.procore.addByHand(11, "200.00", "2025-03-10", "2");
        product = rig.serve();
        ops = new ConsoleClient(rig.settings()).as("ops", "correct horse");
    }

    @AfterEach
    void stop() {
        product.close();
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private JsonNode preview() {
        await().atMost(SOON).until(() -> !ops.get("/api/backfill/preview").json().path("endedAt").isNull());
        return ops.get("/api/backfill/preview").json();
    }

    private static String total(JsonNode preview, String outcome) {
        for (JsonNode total : preview.path("totals")) {
            if (total.path("outcome").asText().equals(outcome)) {
                return total.path("payments").asText() + " " + total.path("amount").asText();
            }
        }
        return "none";
    }

    private List<String> writes() {
        return rig.procore.requests().stream().map(call -> call.request().method() + " " + call.request().path())
                .filter(call -> !call.startsWith("GET ") && !call.contains("/oauth/token")).toList();
    }

    private List<String> ledger() {
        return rig.query("select payment_txn_id from payment union all select bill_txn_id from ledger_row union all"
                + " select started_by from sync_run union all select feed from watermark union all select who from dead_letter_action");
    }

    @Test
    void a_preview_beside_the_running_product_writes_nothing_and_the_backfill_then_does_what_it_said() {
        OpenApi api = new OpenApi(ops.get("/api/openapi.yaml").text());
        api.check("get", "/api/backfill/preview", ops.get("/api/backfill/preview"));
        List<String> before = ledger();

        api.check("post", "/api/backfill/preview", ops.post("/api/backfill/preview", "{\"from\":\"2025-01-01\",\"to\":\"2025-12-31\"}"));
        JsonNode seen = preview();

        api.check("get", "/api/backfill/preview", ops.get("/api/backfill/preview"));
        assertThat(seen.path("trouble").isNull()).as(seen.toString()).isTrue();
        assertThat(total(seen, "send")).isEqualTo("1 100.00");
        assertThat(total(seen, "ask")).isEqualTo("1 200.00");
        assertThat(total(seen, "waiting")).isEqualTo("1 300.00");
        assertThat(writes()).isEmpty();
        assertThat(ledger()).isEqualTo(before);
        assertThat(ops.get("/api/backfill/preview.csv").text().lines()).hasSize(4)
                .anyMatch(line -> line.startsWith("ask,") && line.contains("200.00"));

        api.check("post", "/api/backfill", ops.post("/api/backfill", "{\"from\":\"2025-01-01\",\"to\":\"2025-12-31\"}"));

        await().atMost(SOON).untilAsserted(() -> assertThat(rig.query("select state from ledger_row order by bill_txn_id"))
                .containsExactly("delivered", "dead", "waiting"));
        assertThat(rig.paymentsIssued()).hasSize(2);
        assertThat(ops.get("/api/runs").json().at("/items/0/startedBy").asText()).isEqualTo("backfill");
        assertThat(ops.get("/console/activity").text()).contains("backfill", "2025-01-01 to 2025-12-31");
    }

    @Test
    void a_backfill_asked_for_during_a_sync_follows_it() {
        Syncs.Sync sync = product.syncs().begin("schedule");

        assertThat(ops.post("/api/backfill", "{\"from\":\"2025-01-01\"}").status()).isEqualTo(202);
        await().during(Duration.ofSeconds(2)).until(() -> rig.query("select id from sync_run where started_by = 'backfill'").isEmpty());
        product.syncs().end(sync);

        await().atMost(SOON).untilAsserted(() -> assertThat(rig.query("select state from ledger_row order by bill_txn_id"))
                .containsExactly("delivered", "dead", "waiting"));
    }

    @Test
    void dates_that_cannot_be_meant_are_refused() {
        for (String body : List.of("{}", "{\"from\":\"soon\"}", "{\"from\":\"2025-02-01\",\"to\":\"2025-01-01\"}")) {
            for (String path : List.of("/api/backfill/preview", "/api/backfill")) {
                assertThat(ops.post(path, body).status()).as(path + " " + body).isEqualTo(400);
            }
        }
        assertThat(ops.get("/api/backfill/preview").status()).isEqualTo(404);
    }

    @Test
    void without_a_gateway_neither_is_offered_and_the_page_says_why() {
        product.close();
        rig.with("quickbooks.transport", "file").with("quickbooks.inbox", rig.path("inbox"));
        product = rig.serve();

        assertThat(ops.post("/api/backfill", "{\"from\":\"2025-01-01\"}").status()).isEqualTo(409);
        assertThat(ops.post("/api/backfill/preview", "{\"from\":\"2025-01-01\"}").json().path("detail").asText())
                .contains("needs quickbooks.transport = http");
        assertThat(ops.get("/console/backfill").text()).contains("queries QuickBooks directly").doesNotContain("Preview a backfill");
    }
}
