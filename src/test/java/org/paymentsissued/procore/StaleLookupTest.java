package org.paymentsissued.procore;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.StubMapping;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.OpenApi;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

/** One project that Procore does not give never keeps the others from being read, and never stays unseen. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StaleLookupTest {

    private static final String LISTS_OF_A_PROJECT =
            "/rest/v1\\.\\d/(commitments|work_order_contracts|purchase_order_contracts|requisitions)";

    @RegisterExtension
    private final WireMockExtension front = WireMockExtension.newInstance()
            .options(wireMockConfig().bindAddress("127.0.0.1").dynamicPort()).build();

    private final List<StubMapping> failing = new ArrayList<>();
    private final Rig rig = new Rig().with("console.password", "correct horse").with("procore.request-timeout", "4s");

    @BeforeEach
    void twoProjectsBehindAServerThatMayFail() {
        rig.procore.project(1001, "Riverside Clinic").project(2002, "Depot Street Garage");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.commitment(2002, 22, CommitmentType.PURCHASE_ORDER_CONTRACT, "PO-003", "Harlan Drywall LLC");
        rig.procore.requisition(11, 501, "B1", "HD-0431", "14400.00").requisition(22, 502, "B2", "HD-0440", "6000.00");
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00").pays("B2", "HD-0440", "6000.00"));
        front.stubFor(any(anyUrl()).atPriority(10).willReturn(aResponse().proxiedFrom(rig.settings().text("procore.url"))));
        rig.with("procore.url", front.baseUrl());
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static MappingBuilder listsOf(String projects) {
        return get(urlPathMatching(LISTS_OF_A_PROJECT)).withQueryParam("project_id", matching(projects)).atPriority(1);
    }

    private void comesToItself() {
        failing.forEach(front::removeStub);
    }

    private void fails(MappingBuilder calls, ResponseDefinitionBuilder with) {
        failing.add(front.stubFor(calls.willReturn(with)));
    }

    private List<LoggedRequest> calls(String path) {
        return front.findAll(getRequestedFor(urlPathMatching(path)));
    }

    private void theLastReadingWasAWhileAgo() {
        rig.update("update procore_reading set read_at = read_at - interval '10' minute");
    }

    private List<String> delivered() {
        return rig.paymentsIssued().stream().map(record -> record.invoiceNumber()).sorted().toList();
    }

    private enum Failure {
        INTERNAL_ERROR(aResponse().withStatus(500).withBody("{\"errors\":\"Internal\"}"), "HTTP 500: Internal"),
        TOO_SLOW_FOR_PROCORE(aResponse().withStatus(408), "HTTP 408"),
        NOT_PROCESSABLE(aResponse().withStatus(422).withBody("{\"errors\":[\"bad project\"]}"), "HTTP 422: bad project"),
        BAD_REQUEST(aResponse().withStatus(400).withBody(""), "HTTP 400"),
        A_PAGE(aResponse().withStatus(200).withBody("<html><body>Maintenance</body></html>"),
                "a web page came back instead of an answer (HTTP 200): \"Maintenance\""),
        AN_OBJECT(aResponse().withStatus(200).withBody("{\"rows\":[]}"), "not a list"),
        ELSEWHERE(aResponse().withStatus(302).withHeader("Location", "/elsewhere"), "redirect"),
        CUT(aResponse().withFault(Fault.EMPTY_RESPONSE), "Procore did not answer"),
        SILENT(aResponse().withFixedDelay(6_000), "Procore did not answer");

        private final ResponseDefinitionBuilder answer;
        private final String said;

        Failure(ResponseDefinitionBuilder answer, String said) {
            this.answer = answer;
            this.said = said;
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_project_that_fails_is_named_with_the_reason_and_the_next_one_is_read(Failure failure) {
        fails(listsOf("1001"), failure.answer);

        assertThat(rig.once()).isZero();

        assertThat(delivered()).containsExactly("HD-0440");
        assertThat(rig.printed()).contains("WAITING", "Commitment lookup: The ", " of project Riverside Clinic (1001)"
                + " could not be read", failure.said, "the next sync tries again").doesNotContain("Depot Street Garage (2002)");

        comesToItself();
        assertThat(rig.once()).isZero();
        assertThat(delivered()).containsExactly("HD-0431", "HD-0440");
        assertThat(rig.printed()).doesNotContain("Commitment lookup:");
    }

    @Test
    void a_page_instead_of_the_list_of_projects_is_procore_being_away() {
        fails(get(urlPathEqualTo("/rest/v1.1/projects")).atPriority(1),
                aResponse().withStatus(200).withBody("<html>Please log in to the guest network</html>"));
        rig.lookup("B1,1001,11,work_order_contract,501,HD-0431");

        assertThat(rig.once()).isZero();

        assertThat(delivered()).containsExactly("HD-0431");
        assertThat(rig.printed()).contains("Only part of it was read: Procore cannot be reached: a web page came back"
                + " instead of an answer");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"500; {\"errors\":\"Internal\"}", "504; timeout", "403; <html>Blocked</html>",
        "200; <html>Maintenance</html>"})
    void a_procore_that_gives_nothing_while_payments_only_wait_was_not_reached(int status, String body) {
        fails(any(anyUrl()).atPriority(1), aResponse().withStatus(status).withBody(body));

        assertThat(rig.once()).as(rig::printed).isEqualTo(3);

        assertThat(rig.printed()).containsPattern("PROCORE     Procore (cannot be reached|answered HTTP " + status + ")");
        assertThat(rig.ledger()).allMatch(row -> row.contains("|waiting|"));
        assertThat(rig.deadLetters()).isEmpty();
        comesToItself();
        assertThat(rig.once()).isZero();
        assertThat(delivered()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 403})
    void a_list_of_projects_that_fails_alone_keeps_no_payment_from_going(int status) {
        fails(get(urlPathEqualTo("/rest/v1.1/projects")).atPriority(1),
                aResponse().withStatus(status).withBody("<html>no</html>"));
        rig.lookup("B1,1001,11,work_order_contract,501,HD-0431");

        assertThat(rig.once()).isZero();

        assertThat(delivered()).containsExactly("HD-0431");
    }

    @Test
    void console_and_api_say_since_when_and_why_a_part_is_stale_until_it_is_read_again() {
        rig.with("commitments.schedule", "* * * * * ?");
        assertThat(rig.once()).isZero();
        Instant firstRead = Instant.now();
        theLastReadingWasAWhileAgo();
        fails(listsOf("1001"), aResponse().withStatus(500).withBody("{\"errors\":\"<b>Internal</b>\"}"));
        assertThat(rig.once()).isZero();
        try (Installation product = rig.serve()) {
            ConsoleClient ops = new ConsoleClient(rig.settings()).as("ops", "correct horse");
            JsonNode lookup = new OpenApi(ops.get("/api/openapi.yaml").text()).check("get", "/api/status", ops.get("/api/status"))
                    .json().path("lookup");

            assertThat(lookup.path("stale")).hasSize(2).allSatisfy(part -> {
                assertThat(part.path("projectId").asLong()).isEqualTo(1001);
                assertThat(part.path("project").asText()).isEqualTo("Riverside Clinic");
                assertThat(part.path("reason").asText()).contains("Riverside Clinic (1001)", "HTTP 500");
                assertThat(Instant.parse(part.path("lastRead").asText())).isBefore(firstRead);
                assertThat(Instant.parse(part.path("since").asText())).isAfter(firstRead.minusSeconds(1));
            });
            assertThat(ops.get("/console/status").text()).contains("Parts of the commitment lookup are out of date.",
                    "The commitments of project Riverside Clinic (1001) could not be read (Procore answered HTTP 500: &lt;b&gt;Internal",
                    "Up to date as of");
            assertThat(product.settings()).isNotNull();
        }

        comesToItself();
        assertThat(rig.once()).isZero();
        assertThat(rig.query("select count(*) from procore_stale")).containsExactly("0");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 406, 422})
    void where_procore_refuses_the_date_filter_the_whole_list_is_read(int status) {
        rig.with("commitments.schedule", "* * * * * ?");
        assertThat(rig.once()).isZero();
        theLastReadingWasAWhileAgo();
        fails(get(urlPathMatching(LISTS_OF_A_PROJECT)).withQueryParam("filters[updated_at]", matching(".+")).atPriority(1),
                aResponse().withStatus(status).withBody("{\"errors\":\"end date is in the future\"}"));
        rig.procore.requisition(11, 505, "B3", "HD-0450", "100.00");
        rig.quickBooks.has(check("K3").number("10903").dated("2026-03-26").to("Harlan Drywall LLC")
                .pays("B3", "HD-0450", "100.00"));

        assertThat(rig.once()).isZero();

        assertThat(delivered()).contains("HD-0450");
        assertThat(rig.printed()).doesNotContain("Commitment lookup:");
        assertThat(rig.query("select count(*) from procore_stale")).containsExactly("0");
    }

    @Test
    void the_window_of_changes_never_ends_in_the_future_even_where_our_clock_is_ahead() {
        rig.with("commitments.schedule", "* * * * * ?");
        assertThat(rig.once()).isZero();
        front.resetRequests();
        rig.at(Clock.offset(Clock.systemUTC(), Duration.ofHours(20))).once();

        assertThat(calls(LISTS_OF_A_PROJECT)).hasSize(4);
        assertThat(calls("/rest/v1\\.1/requisitions")).hasSize(2).allSatisfy(call -> {
            String[] window = call.queryParameter("filters[updated_at]").firstValue().split("\\.\\.\\.");
            assertThat(Instant.parse(window[1])).isBeforeOrEqualTo(Instant.now());
            assertThat(Instant.parse(window[0])).isBefore(Instant.now().atOffset(ZoneOffset.UTC).minusHours(23).toInstant());
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"404; {\"errors\":\"Not found\"}", "400; bad", "422; {}", "200; []"})
    void where_procore_does_not_list_all_commitments_at_once_they_are_read_by_kind(int status, String body) {
        front.stubFor(get(urlPathEqualTo("/rest/v1.0/commitments")).atPriority(1)
                .willReturn(aResponse().withStatus(status).withBody(body)));

        assertThat(rig.once()).isZero();

        assertThat(delivered()).containsExactly("HD-0431", "HD-0440");
        assertThat(rig.query("select number || ' ' || commitment_type from procore_commitment order by number"))
                .containsExactly("PO-003 purchase_order_contract", "SC-014 work_order_contract");
        assertThat(calls("/rest/v1.0/commitments")).hasSizeLessThanOrEqualTo(2);
        assertThat(rig.query("select count(*) from procore_stale")).containsExactly("0");
    }

    @Test
    void a_page_of_a_size_that_procore_does_not_take_is_asked_for_smaller() {
        front.stubFor(get(urlPathMatching(LISTS_OF_A_PROJECT)).withQueryParam("per_page", equalTo("1000")).atPriority(1)
                .willReturn(aResponse().withStatus(422).withBody("{\"errors\":\"per_page is too large\"}")));

        assertThat(rig.once()).isZero();

        assertThat(delivered()).containsExactly("HD-0431", "HD-0440");
        assertThat(rig.query("select count(*) from procore_stale")).containsExactly("0");
    }

    @Test
    void a_list_that_ignores_paging_ends_when_a_page_brings_nothing_new() {
        front.stubFor(get(urlPathEqualTo("/rest/v1.1/requisitions")).withQueryParam("project_id", equalTo("1001"))
                .atPriority(1).willReturn(okJson("[{\"id\":501,\"commitment_id\":11,\"origin_id\":\"B1\",\"commitment_type\":"
                        + "\"WorkOrderContract\",\"invoice_number\":\"HD-0431\"}]")
                        .withHeader("Link", "<http://127.0.0.1/?page=2>; rel=\"next\"")));

        assertThat(rig.once()).isZero();

        assertThat(delivered()).containsExactly("HD-0431", "HD-0440");
        assertThat(calls("/rest/v1\\.1/requisitions")).hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void a_list_that_has_more_rows_than_it_ever_shows_is_stale() {
        front.stubFor(get(urlPathEqualTo("/rest/v1.1/requisitions")).withQueryParam("project_id", equalTo("1001"))
                .atPriority(1).willReturn(okJson("[{\"id\":501,\"commitment_id\":11,\"origin_id\":\"B1\",\"commitment_type\":"
                        + "\"WorkOrderContract\"}]").withHeader("Total", "250")));

        assertThat(rig.once()).isZero();

        assertThat(delivered()).containsExactly("HD-0431", "HD-0440");
        assertThat(rig.printed()).contains("The subcontractor invoices of project Riverside Clinic (1001)",
                "the list has 250 rows, but returns the same 1 on every page");
    }

    @Test
    void rows_without_an_id_and_of_no_known_shape_are_left_out_alone() {
        front.stubFor(get(urlPathEqualTo("/rest/v1.1/requisitions")).withQueryParam("project_id", equalTo("1001"))
                .atPriority(1).willReturn(okJson("[null, 17, {\"origin_id\":\"B9\"}, {\"id\":601,\"origin_id\":\"B8\"},"
                        + "{\"id\":501,\"commitment_id\":\"11\",\"origin_id\":\"B1\",\"commitment_type\":\"WorkOrderContract\","
                        + "\"invoice_number\":\"HD\\u0000-0431\",\"vendor\":[]}]")));

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).hasSize(2);
    }

    @Test
    void procore_failing_for_every_project_ends_the_refresh_after_five_projects() {
        for (int project = 1; project <= 30; project++) {
            rig.procore.project(3000 + project, "Project " + project);
        }
        fails(listsOf(".+"), aResponse().withStatus(500));

        assertThat(rig.once()).isZero();

        assertThat(calls(LISTS_OF_A_PROJECT)).hasSizeLessThanOrEqualTo(15);
        assertThat(rig.printed()).contains("Only part of it was read: Procore did not return the lists of 5 projects in a row.");
        comesToItself();
        assertThat(rig.once()).isZero();
        assertThat(delivered()).hasSize(2);
        assertThat(rig.query("select count(*) from procore_stale")).containsExactly("0");
    }

    @Test
    void a_server_that_always_asks_to_wait_a_moment_is_not_asked_without_end() {
        fails(listsOf(".+"), aResponse().withStatus(429).withHeader("Retry-After", "1"));

        rig.once();

        assertThat(calls(LISTS_OF_A_PROJECT)).hasSizeLessThanOrEqualTo(7);
        assertThat(rig.printed()).contains("Procore asked us to wait (HTTP 429), again and again");
    }

    @Test
    void only_the_chosen_projects_are_read_and_one_that_procore_does_not_show_is_named() {
        rig.with("commitments.projects", "2002, 4004");

        assertThat(rig.once()).isZero();

        assertThat(delivered()).containsExactly("HD-0440");
        assertThat(calls(LISTS_OF_A_PROJECT)).isNotEmpty().allSatisfy(call ->
                assertThat(call.queryParameter("project_id").firstValue()).isEqualTo("2002"));
        assertThat(rig.printed()).contains("Project 4004 of commitments.projects is not among the active projects");
        List<String> since = rig.query("select since from procore_stale");
        rig.once();
        assertThat(rig.query("select since from procore_stale")).isEqualTo(since).hasSize(1);

        rig.with("commitments.projects", "");
        assertThat(rig.once()).isZero();
        assertThat(rig.query("select count(*) from procore_stale")).containsExactly("0");
    }
}
