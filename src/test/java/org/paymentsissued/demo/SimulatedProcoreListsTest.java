package org.paymentsissued.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.PoliteClient.LIST;
import static org.paymentsissued.demo.PoliteClient.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.rig.HandClock;

class SimulatedProcoreListsTest {
    private static final String REQUISITIONS = "/rest/v1.1/requisitions?project_id=1";

    private final HandClock clock = new HandClock();
    private final TestProcore procore = new TestProcore(PoliteClient.COMPANY);
    private PoliteClient client;

    @BeforeEach
    void a_project_with_a_subcontract_and_a_purchase_order() {
        procore.behaviour().clock(clock);
        procore.project(1, "Riverside Clinic")
                .commitment(1, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall")
                .commitment(1, 12, CommitmentType.PURCHASE_ORDER_CONTRACT, "PO-007", "Mesa Steel")
                .requisition(11, 101, "BILL-1", "HD-0431", "14400.00")
                .requisition(12, 102, null, "MS-2291", "41200.00");
        client = new PoliteClient(procore);
    }

    @Test
    void each_page_leads_to_the_next_and_the_last_one_to_none() {
        pay(5);

        Reply first = client.get(LIST + "&page=1&per_page=2");
        Reply last = client.get(LIST + "&page=3&per_page=2");

        assertThat(first.headers()).containsEntry("Total", "5").containsEntry("Per-Page", "2");
        assertThat(first.headers().get("Link"))
                .contains("contract_id=11&page=2&per_page=2&project_id=1>; rel=\"next\"");
        assertThat(last.headers()).doesNotContainKey("Link");
        assertThat(json(last)).hasSize(1);
    }

    @Test
    void a_page_beyond_the_last_is_empty() {
        pay(1);

        assertThat(json(client.get(LIST + "&page=2&per_page=100"))).isEmpty();
    }

    @Test
    void a_server_with_an_odd_largest_page_gives_less_than_was_asked() {
        procore.behaviour().largestPage(3);
        pay(7);

        Reply reply = client.get(LIST + "&page=1&per_page=100");

        assertThat(json(reply)).hasSize(3);
        assertThat(reply.headers()).containsEntry("Per-Page", "3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"page=0", "per_page=0", "page=x", "per_page=-1"})
    void a_page_that_is_no_number_from_one_is_refused(String parameter) {
        assertThat(client.get(LIST + "&" + parameter).status()).isEqualTo(400);
    }

    @Test
    void rows_shift_while_somebody_pages_where_the_newest_leads() {
        procore.behaviour().newestFirst(true);
        pay(2);
        long seenOnPageOne = json(client.get(LIST + "&page=1&per_page=1")).get(0).path("id").asLong();

        pay(1);

        assertThat(json(client.get(LIST + "&page=2&per_page=1")).get(0).path("id").asLong()).isEqualTo(seenOnPageOne);
    }

    @Test
    void a_new_payment_may_be_missing_from_the_list_for_a_while() {
        procore.behaviour().listLag(Duration.ofSeconds(5));
        long id = client.postOurs("P|B");

        assertThat(json(client.get(LIST))).isEmpty();
        assertThat(client.show(id).status()).isEqualTo(200);
        clock.forward(Duration.ofSeconds(5));
        assertThat(json(client.get(LIST))).hasSize(1);
    }

    @Test
    void requisitions_come_thirty_a_page_unless_asked_otherwise() {
        for (int i = 0; i < 31; i++) {
            procore.requisition(11, 200 + i, "BILL-2" + i, "HD-2" + i, "1.00");
        }

        assertThat(json(client.get(REQUISITIONS))).hasSize(30);
        assertThat(json(client.get(REQUISITIONS + "&per_page=100"))).hasSize(33);
    }

    @ParameterizedTest
    @CsvSource({
            "2026-03-26...2026-03-27, '101,102,103'",
            "2026-03-27...2026-03-28, 103",
            "2026-03-20...2026-03-26, '101,102'",
            "2026-03-28...2026-03-29, ''"})
    void requisitions_are_found_by_the_range_of_their_last_change(String range, String found) {
        clock.forward(Duration.ofDays(1));
        client.logIn();
        procore.requisition(11, 103, "BILL-3", "HD-0440", "1.00");

        assertThat(ids(client.get(REQUISITIONS + "&filters%5Bupdated_at%5D=" + range))).isEqualTo(found);
    }

    @Test
    void a_range_that_is_none_is_refused() {
        assertThat(client.get(REQUISITIONS + "&filters[updated_at]=2026-03-26").status()).isEqualTo(400);
        assertThat(client.get(REQUISITIONS + "&filters[updated_at]=yesterday...today").status()).isEqualTo(400);
    }

    @Test
    void a_requisition_tells_its_bill_commitment_and_amount() {
        JsonNode requisition = json(client.get(REQUISITIONS)).get(0);

        assertThat(requisition.path("origin_id").asText()).isEqualTo("BILL-1");
        assertThat(requisition.path("commitment_id").asLong()).isEqualTo(11);
        assertThat(requisition.path("commitment_type").asText()).isEqualTo("WorkOrderContract");
        assertThat(requisition.path("summary").path("current_payment_due").asText()).isEqualTo("14400.00");
    }

    @Test
    void each_kind_of_commitment_has_its_own_list() {
        assertThat(ids(client.get("/rest/v1.0/work_order_contracts?project_id=1"))).isEqualTo("11");
        assertThat(ids(client.get("/rest/v1.0/purchase_order_contracts?project_id=1"))).isEqualTo("12");
    }

    @Test
    void a_commitment_of_either_kind_tells_whether_it_allows_payments() {
        procore.enablePayments(12, false);

        assertThat(json(client.get("/rest/v1.0/commitments/11?project_id=1")).path("allow_payments").asBoolean())
                .isTrue();
        assertThat(json(client.get("/rest/v1.0/commitments/12?project_id=1")).path("allow_payments").asBoolean(true))
                .isFalse();
        assertThat(client.get("/rest/v1.0/commitments/13?project_id=1").status()).isEqualTo(404);
    }

    @Test
    void projects_belong_to_the_company_that_is_asked_for() {
        assertThat(ids(client.get("/rest/v1.1/projects?company_id=" + PoliteClient.COMPANY
                + "&filters[by_status]=Active"))).isEqualTo("1");
        assertThat(client.get("/rest/v1.1/projects?company_id=7").status()).isEqualTo(404);
    }

    @Test
    void the_company_is_listed() {
        assertThat(ids(client.get("/rest/v1.0/companies"))).isEqualTo(String.valueOf(PoliteClient.COMPANY));
    }

    private void pay(int times) {
        for (int i = 0; i < times; i++) {
            client.post("{'amount':'1.00','date':'2026-03-25'}");
        }
    }

    private static String ids(Reply reply) {
        assertThat(reply.status()).isEqualTo(200);
        List<String> ids = StreamSupport.stream(json(reply).spliterator(), false)
                .map(row -> row.path("id").asText())
                .toList();
        return String.join(",", ids);
    }
}
