package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.PoliteClient.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class SimulatedProcoreDataTest {
    private final TestProcore procore = TestProcore.ofDemoData();
    private final PoliteClient client = new PoliteClient(procore);

    @Test
    void projects_come_from_the_data() {
        JsonNode projects = json(client.get("/rest/v1.1/projects?company_id=" + SimulatedProcore.DEMO_COMPANY_ID));

        assertThat(projects).hasSize(DemoBooks.rows("projects.csv").size());
        assertThat(projects.get(0).path("display_name").asText()).isEqualTo("24-118 Riverside Clinic");
    }

    @Test
    void commitments_come_from_the_data_with_their_switch_for_payments() {
        JsonNode subcontract = json(client.get("/rest/v1.0/commitments/598134325741100?project_id=598134325630042"));
        JsonNode purchaseOrder = json(client.get("/rest/v1.0/commitments/598134325741433?project_id=598134325630118"));

        assertThat(subcontract.path("vendor").path("company").asText()).isEqualTo("Harlan Drywall LLC");
        assertThat(subcontract.path("allow_payments").asBoolean()).isTrue();
        assertThat(purchaseOrder.path("allow_payments").asBoolean(true)).isFalse();
    }

    @Test
    void a_bill_with_a_requisition_becomes_a_subcontractor_invoice_and_others_do_not() {
        long invoices = DemoBooks.rows("projects.csv").stream().mapToLong(project -> json(client.get(
                "/rest/v1.1/requisitions?per_page=200&project_id=" + project.get("project_id"))).size()).sum();
        JsonNode ofTheClinic = json(client.get("/rest/v1.1/requisitions?per_page=200&project_id=598134325630042"));

        assertThat(invoices).isPositive().isEqualTo(DemoBooks.rows("bills.csv").stream()
                .filter(bill -> !bill.get("requisition_id").isEmpty()).count());
        assertThat(StreamSupport.stream(ofTheClinic.spliterator(), false)
                .filter(invoice -> invoice.path("origin_id").asText().equals("2F3B8-1772208000"))).singleElement()
                .satisfies(invoice -> {
                    assertThat(invoice.path("invoice_number").asText()).isEqualTo("HD-0431");
                    assertThat(invoice.path("billing_date").asText()).isEqualTo("2026-02-27");
                });
    }
}
