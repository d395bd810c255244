package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.paymentsissued.demo.PoliteClient.json;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class SimulatedProcoreDataTest {
    private static final String PROJECT = "?project_id=598134325630042";

    private final PoliteClient client = new PoliteClient(SimulatedProcore.of("procore-company/"));

    @Test
    void projects_come_from_the_data_and_may_lack_a_number() {
        JsonNode projects = json(client.get("/rest/v1.1/projects?company_id=" + SimulatedProcore.DEMO_COMPANY_ID));

        assertThat(projects).hasSize(2);
        assertThat(projects.get(0).path("display_name").asText()).isEqualTo("24-118 Riverside Clinic");
        assertThat(projects.get(1).path("project_number").isNull()).isTrue();
    }

    @Test
    void commitments_come_from_the_data_with_their_switch_for_payments() {
        JsonNode subcontract = json(client.get("/rest/v1.0/commitments/598134325741100" + PROJECT));
        JsonNode purchaseOrder = json(client.get("/rest/v1.0/commitments/598134325741177" + PROJECT));

        assertThat(subcontract.path("vendor").path("company").asText()).isEqualTo("Harlan Drywall, LLC");
        assertThat(subcontract.path("allow_payments").asBoolean()).isTrue();
        assertThat(purchaseOrder.path("allow_payments").asBoolean(true)).isFalse();
    }

    @Test
    void a_bill_with_a_requisition_becomes_a_subcontractor_invoice_and_others_do_not() {
        JsonNode requisitions = json(client.get("/rest/v1.1/requisitions" + PROJECT));

        assertThat(requisitions).hasSize(1);
        assertThat(requisitions.get(0).path("origin_id").asText()).isEqualTo("2F3B8-1772208000");
        assertThat(requisitions.get(0).path("invoice_number").asText()).isEqualTo("HD-0431");
        assertThat(requisitions.get(0).path("billing_date").asText()).isEqualTo("2026-02-27");
    }

    @Test
    void missing_data_is_named() {
        assertThatThrownBy(() -> SimulatedProcore.of("nowhere/")).hasMessageContaining("nowhere/projects.csv");
    }
}
