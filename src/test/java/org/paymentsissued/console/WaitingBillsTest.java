package org.paymentsissued.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.paymentsissued.demo.SimulatedQuickBooks.bill;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.Faults.Kind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

/** Bills without a commitment get one by proposal, by name and by file, and what was wrong is taken back. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WaitingBillsTest {

    private static final String JOB = "Riverside Health:Riverside Clinic";
    private static final Duration SOON = Duration.ofSeconds(60);

    private final Rig rig = new Rig().with("console.password", "correct horse").with("procore.request-timeout", "60s");
    private Installation product;
    private ConsoleClient ops;

    @BeforeEach
    void aCompanyThatProcoreKnows() {
        rig.procore.project(1001, "Riverside Clinic").project(2002, "Depot Street Garage");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.commitment(1001, 12, CommitmentType.PURCHASE_ORDER_CONTRACT, "PO-015", "Basin Electric");
        rig.procore.commitment(2002, 22, CommitmentType.WORK_ORDER_CONTRACT, "SC-003", "Harlan Drywall LLC");
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        if (product != null) {
            product.close();
        }
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private void paid(String number, String billTxnId, String amount, String vendor, String order) {
        rig.quickBooks.hasBill(bill(billTxnId).number("N-" + billTxnId).dated("2026-03-01").of(vendor).line(JOB, amount)
                .purchaseOrder("P-" + order, order));
        rig.quickBooks.has(check("K" + number).number(number).dated("2026-03-25").to(vendor).pays(billTxnId, "N-" + billTxnId, amount));
    }

    private void served() {
        product = rig.serve();
        ops = new ConsoleClient(rig.settings()).as("ops", "correct horse");
        product.template().sendBody("direct:sync", "test");
    }

    private JsonNode waiting() {
        return ops.get("/api/waiting-bills").json();
    }

    private static String put(long commitment) {
        return "{\"commitmentId\":" + commitment + "}";
    }

    private void showsInProcore(String... placesAndAmounts) {
        await().atMost(SOON).untilAsserted(() -> assertThat(rig.paymentsIssued()).extracting(record -> record.contractId() + " "
                + record.amount().toPlainString()).containsExactlyInAnyOrder(placesAndAmounts));
    }

    @Test
    void a_waiting_bill_comes_with_its_proposal_and_one_call_assigns_it_with_the_others_of_its_order() {
        paid("1", "B1", "100.00", "Harlan Drywall", "SC-014");
        paid("2", "B2", "50.00", "Harlan Drywall", "SC-014");
        served();

        JsonNode first = waiting().at("/items/0");
        assertThat(waiting().path("total").asInt()).isEqualTo(2);
        assertThat(List.of(first.path("vendor").asText(), first.path("job").asText(), first.path("purchaseOrder").asText(),
                first.path("billNumber").asText(), first.path("amount").asText(), first.path("payments").asText()))
                .containsExactly("Harlan Drywall", JOB, "SC-014", "N-B1", "100.00", "1");
        assertThat(first.at("/suggestions/0/commitmentId").asLong()).isEqualTo(11);
        assertThat(first.at("/suggestions/0/certainty").asText()).as(first.toString()).isEqualTo("certain");
        assertThat(rig.paymentsIssued()).isEmpty();

        JsonNode done = ops.put("/api/bills/default/B1/commitment", "{\"commitmentId\":11,\"also\":[\"B2\"]}").json();

        assertThat(done.path("placed").asInt()).as(done.toString()).isEqualTo(2);
        showsInProcore("11 100.00", "11 50.00");
        assertThat(waiting().path("total").asInt()).isZero();
        assertThat(rig.query("select source || ': ' || reason from commitment_lookup")).allSatisfy(row ->
                assertThat(row).startsWith("console: Its number is the bill's purchase order"));
    }

    @Test
    void a_commitment_that_was_not_read_is_looked_up_and_one_that_is_not_there_is_refused() {
        paid("1", "B1", "100.00", "Harlan Drywall", "SC-099");
        served();
        rig.procore.commitment(2002, 29, CommitmentType.WORK_ORDER_CONTRACT, "SC-099", "Harlan Drywall LLC");
        long before = rig.procore.requests().size();

        ConsoleClient.Answer refused = ops.put("/api/bills/default/B1/commitment", put(404));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().path("detail").asText()).contains("Procore shows no commitment 404", "Nothing was changed");
        assertThat(rig.procore.requests().stream().skip(before).filter(call -> !call.request().path().contains("oauth")).count())
                .as("one list per project").isLessThanOrEqualTo(2);
        assertThat(ops.put("/api/bills/default/B1/commitment", "{\"commitmentId\":29,\"projectId\":1001}").status()).isEqualTo(422);
        assertThat(waiting().path("total").asInt()).isEqualTo(1);

        JsonNode done = ops.put("/api/bills/default/B1/commitment", put(29)).json();

        assertThat(done.at("/commitment/project").asText()).isEqualTo("Depot Street Garage");
        showsInProcore("29 100.00");
    }

    @Test
    void what_was_assigned_wrongly_is_taken_back_before_and_after_delivery_and_procore_follows() {
        paid("1", "B1", "100.00", "Harlan Drywall", "SC-014");
        served();
        ops.post("/api/delivery/pause", "{\"reason\":\"a look first\"}");
        ops.put("/api/bills/default/B1/commitment", put(12));
        assertThat(ops.delete("/api/bills/default/B1/commitment").json().path("takenBack").asInt()).isEqualTo(1);
        assertThat(waiting().path("total").asInt()).isEqualTo(1);
        ops.post("/api/delivery/resume", "");

        ops.put("/api/bills/default/B1/commitment", put(12));
        showsInProcore("12 100.00");
        assertThat(ops.delete("/api/bills/default/B1/commitment").json().path("takenBack").asInt()).isEqualTo(1);

        showsInProcore();
        await().atMost(SOON).until(() -> waiting().path("total").asInt() == 1);
        assertThat(ops.delete("/api/bills/default/B1/commitment").status()).isEqualTo(404);
        ops.put("/api/bills/default/B1/commitment", put(11));
        showsInProcore("11 100.00");
        ops.put("/api/bills/default/B1/commitment", put(22));
        showsInProcore("22 100.00");
        assertThat(rig.deadLetters()).isEmpty();
    }

    @Test
    void a_commitment_that_was_taken_back_is_not_proposed_again_nor_read_back_from_procore() {
        rig.procore.requisition(11, 501, "B1", "N-B1", "100.00");
        rig.with("commitments.match", "certain").with("commitments.schedule", "* * * * * ?");
        paid("1", "B1", "100.00", "Harlan Drywall", "SC-014");
        served();
        showsInProcore("11 100.00");

        ops.delete("/api/bills/default/B1/commitment");
        showsInProcore();
        product.template().sendBody("direct:sync", "test");

        assertThat(waiting().at("/items/0/suggestions")).isEmpty();
        assertThat(rig.paymentsIssued()).isEmpty();
    }

    @Test
    void the_downloaded_file_is_taken_as_it_is_and_the_verdict_comes_first() {
        paid("1", "B1", "100.00", "Harlan Drywall", "SC-014");
        paid("2", "B2", "50.00", "Nobody Knows Inc", "77");
        served();
        String file = ops.get("/api/waiting-bills.csv").text();
        assertThat(file).isEqualToNormalizingNewlines("""
                company_file,bill_txn_id,project_id,commitment_id,commitment_type,requisition_id,invoice_number
                default,B1,1001,11,work_order_contract,,N-B1
                default,B2,,,,,N-B2
                """);

        JsonNode verdict = ops.upload("/api/commitments/files?name=mine.csv&dryRun=true", file).json();

        assertThat(verdict.path("taken").asInt()).isEqualTo(1);
        assertThat(verdict.path("leftWaiting").asInt()).isEqualTo(1);
        assertThat(verdict.path("refused")).isEmpty();
        assertThat(verdict.at("/lines/0/commitment").asText()).isEqualTo("SC-014 of Riverside Clinic");
        assertThat(waiting().path("total").asInt()).isEqualTo(2);
        assertThat(ops.upload("/api/commitments/files?name=mine.csv", file).json().path("taken").asInt()).isEqualTo(1);
        showsInProcore("11 100.00");
    }

    @Test
    void what_a_spreadsheet_makes_of_the_download_is_understood_by_its_names() {
        paid("1", "B1", "100.00", "Harlan Drywall", "SC-014");
        served();
        String[] lines = ops.get("/console/waiting.csv").text().split("\r\n");
        String excel = "\uFEFF" + lines[0].replace(',', ';') + "\r\n" + lines[1].replaceFirst("1001,11,", "5.98E+14,5.98E+14,")
                .replaceAll("\"[^\"]*\"", "why").replace(',', ';') + "\r\n";

        JsonNode verdict = ops.upload("/api/commitments/files", excel).json();

        assertThat(verdict.path("taken").asInt()).as(excel + verdict).isEqualTo(1);
        showsInProcore("11 100.00");
    }

    @Test
    void certain_proposals_apply_automatically_where_the_settings_say_so_and_each_keeps_its_reason() {
        rig.with("commitments.match", "certain");
        paid("1", "B1", "100.00", "Harlan Drywall", "SC-014");
        paid("2", "B2", "50.00", "Peak Rentals", "PO-015");

        assertThat(rig.once()).isZero();

        showsInProcore("11 100.00");
        assertThat(rig.ledger()).containsExactly("K1|B1|delivered|100.00", "K2|B2|waiting|50.00");
        assertThat(rig.query("select source || ': ' || reason from commitment_lookup"))
                .containsExactly("match: Its number is the bill's purchase order, and the vendor agrees.");
    }

    @Test
    void nothing_applies_automatically_while_a_project_could_not_be_read() {
        rig.with("commitments.match", "certain");
        rig.procore.faults().nextOn(request -> request.path().endsWith("/commitments") && request.query().toString().contains("2002"),
                Kind.ERROR_500_BEFORE);
        paid("1", "B1", "100.00", "Harlan Drywall", "SC-014");

        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).isEmpty();

        assertThat(rig.once()).isZero();
        showsInProcore("11 100.00");
    }

    @Test
    void commitments_are_found_by_number_title_project_and_vendor() {
        served();

        for (String query : List.of("q=sc-014", "q=riverside+harlan", "project=Riverside+Clinic&vendor=harlan",
                "project=1001&q=drywall", "q=11")) {
            assertThat(ops.get("/api/commitments?" + query).json().path("items")).as(query).singleElement()
                    .satisfies(one -> assertThat(one.path("commitmentId").asLong()).isEqualTo(11));
        }
        assertThat(ops.get("/api/commitments?size=1").json().path("total").asInt()).isEqualTo(3);
        assertThat(ops.get("/api/commitments?q=po-015").json().at("/items/0/link").asText())
                .isEqualTo("https://app.procore.com/1001/project/commitments/purchase_order_contracts/12");
    }

    @Test
    void retrying_a_refused_file_reads_its_refused_lines_again_and_never_just_closes_it() {
        paid("1", "B1", "100.00", "Harlan Drywall", "none");
        rig.drop("commitments", "mine.csv", "bill_txn_id,project,commitment\nB1,Riverside Clinic,SC-099\n");
        served();
        long letter = ops.get("/api/dead-letters").json().at("/items/0/id").asLong();

        assertThat(ops.post("/api/dead-letters/" + letter + "/retry", "").status()).isEqualTo(409);
        assertThat(ops.get("/api/dead-letters/" + letter).json().path("status").asText()).isEqualTo("open");
        rig.procore.commitment(1001, 19, CommitmentType.WORK_ORDER_CONTRACT, "SC-099", "Harlan Drywall LLC");
        rig.update("delete from procore_reading");
        product.template().sendBody("direct:sync", "test");

        assertThat(ops.post("/api/dead-letters/" + letter + "/retry", "").status()).isEqualTo(200);
        showsInProcore("19 100.00");
        assertThat(ops.get("/api/dead-letters/" + letter).json().path("status").asText()).isEqualTo("resolved");
    }

    @Test
    void a_file_that_cannot_be_read_again_stays_open_and_says_what_to_do() {
        rig.drop("commitments", "mine.csv", "bill,project\nB1,Riverside Clinic\n");
        served();
        long letter = ops.get("/api/dead-letters").json().at("/items/0/id").asLong();

        ConsoleClient.Answer answer = ops.post("/api/dead-letters/" + letter + "/retry", "");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().path("detail").asText()).contains("Correct the file, then drop it again under the same name");
        assertThat(ops.get("/api/dead-letters/" + letter).json().path("status").asText()).isEqualTo("open");
    }
}
