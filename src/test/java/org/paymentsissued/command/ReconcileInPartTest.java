package org.paymentsissued.command;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

/** A commitment whose list cannot be read is reported, and the others are compared all the same. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ReconcileInPartTest {

    private static final int COMMITMENTS = 8;
    private static final String PAYMENTS = "/rest/v1.0/contract_payments";

    @RegisterExtension
    private final WireMockExtension front = WireMockExtension.newInstance()
            .options(wireMockConfig().bindAddress("127.0.0.1").dynamicPort()).build();

    private final Rig rig = new Rig();
    private String printed;

    @BeforeEach
    void aCheckOnEachOfEightCommitments() {
        rig.procore.project(1001, "Riverside Clinic");
        for (int i = 1; i <= COMMITMENTS; i++) {
            rig.procore.commitment(1001, 10 + i, CommitmentType.WORK_ORDER_CONTRACT, "SC-" + i, "Harlan Drywall LLC");
            rig.lookup("B" + i + ",1001," + (10 + i) + ",work_order_contract,,");
            rig.quickBooks.has(check("K" + i).number("no-" + i).dated("2026-03-25").to("Harlan Drywall LLC")
                    .pays("B" + i, "HD-" + i, i + "00.00"));
        }
        front.stubFor(any(anyUrl()).atPriority(10).willReturn(aResponse().proxiedFrom(rig.settings().text("procore.url"))));
        rig.with("procore.url", front.baseUrl());
        assertThat(rig.once()).isZero();
        front.resetRequests();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void lists(String commitments, ResponseDefinitionBuilder answer) {
        front.stubFor(get(urlPathEqualTo(PAYMENTS)).withQueryParam("contract_id", matching(commitments)).atPriority(1)
                .willReturn(answer));
    }

    private int calls() {
        return front.findAll(getRequestedFor(urlPathEqualTo(PAYMENTS))).size();
    }

    private int reconcile(Reconcile.Wish wish) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8); Installation installation = rig.start()) {
            return new Reconcile(installation, stream, stream).run(wish, Optional.empty());
        } catch (InterruptedException | IOException e) {
            throw new AssertionError(e);
        } finally {
            printed = out.toString(StandardCharsets.UTF_8);
        }
    }

    private void editSecondCheck() {
        long id = rig.paymentsIssued().stream().filter(record -> "K2|B2".equals(record.originId())).findFirst().orElseThrow().id();
        rig.procore.editAmount(id, "999.00");
    }

    @Test
    void a_commitment_that_answers_500_is_reported_and_a_difference_on_another_one_is_repaired() {
        editSecondCheck();
        lists("11", aResponse().withStatus(500).withBody("{\"errors\":\"no answer\"}"));

        assertThat(reconcile(Reconcile.Wish.FIX)).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(printed).contains("unreadable, SC-1 of Riverside Clinic (commitment 11 of project 1001)", "HTTP 500: no answer",
                "differs, SC-2 of Riverside Clinic (commitment 12 of project 1001)");
        assertThat(rig.paymentsIssued()).extracting(record -> record.amount().toPlainString()).contains("200.00")
                .doesNotContain("999.00");
    }

    @Test
    void a_commitment_with_a_row_that_cannot_be_read_is_reported_and_the_others_are_equal() {
        lists("11", okJson("[{\"amount\":\"1.00\"}]"));

        assertThat(reconcile(Reconcile.Wish.REPORT)).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(printed).contains("unreadable, SC-1 of Riverside Clinic (commitment 11 of project 1001)", "the list cannot be read")
                .containsPattern("1001 +12 +1 +0").containsPattern("1001 +18 +1 +0");
    }

    @Test
    void a_list_with_fewer_records_than_it_counts_is_not_taken_for_missing_payments() {
        lists("11", okJson("[{\"id\":5}]").withHeader("Total", "250"));

        assertThat(reconcile(Reconcile.Wish.FIX)).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(printed).contains("has 250 records, but returns the same 1 on every page").doesNotContain("missing, ");
        assertThat(rig.paymentsIssued()).hasSize(COMMITMENTS);
    }

    @Test
    void a_commitment_that_gives_no_answer_is_reported_as_such_and_the_others_are_repaired() {
        editSecondCheck();
        lists("11", aResponse().withFault(Fault.EMPTY_RESPONSE));

        assertThat(reconcile(Reconcile.Wish.FIX)).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(printed).contains("unanswered, SC-1 of Riverside Clinic (commitment 11 of project 1001)")
                .containsPattern("1001 +18 +1 +0");
        assertThat(rig.paymentsIssued()).extracting(record -> record.amount().toPlainString()).doesNotContain("999.00");
    }

    @Test
    void procore_giving_no_answer_to_anything_is_not_asked_for_every_commitment() {
        lists(".+", aResponse().withFault(Fault.EMPTY_RESPONSE));

        assertThat(reconcile(Reconcile.Wish.FIX)).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(calls()).isLessThan(20);
        assertThat(printed).contains("unanswered, SC-8 of Riverside Clinic (commitment 18 of project 1001)",
                "so the comparison stopped here");
    }
}
