package org.paymentsissued.webconnector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;
import static org.paymentsissued.rig.WebConnectorClient.HOST_ANSWERS;
import static org.paymentsissued.rig.WebConnectorClient.envelope;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.component.seda.SedaEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.ledger.WebConnections;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.rig.WebConnectorClient;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.sync.Syncs;

/** The product as it runs, read through the Web Connector's own calls. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WebConnectorTest {

    private static final String NEVER = "0 0 0 1 1 ? 2099";

    private final Rig rig = new Rig().with("quickbooks.transport", "web-connector").with("poll.schedule", NEVER)
            .with("quickbooks.username", WebConnectorClient.USER).with("quickbooks.password", WebConnectorClient.PASSWORD)
            .with("quickbooks.page-size", "2").with("web-connector.max-megabytes", "2");
    private Installation installation;
    private WebConnectorClient client;

    @BeforeEach
    void aProjectWithACommitment() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.requisition(11, 501, "B1", "HD-0431", "14400.00");
        rig.lookup("B1,1001,11,work_order_contract,501,HD-0431");
        for (int i = 1; i <= 7; i++) {
            rig.quickBooks.has(check("K" + i).number("1090" + i).dated("2026-03-2" + i).to("D\u00e9cor & \"Co\" <West> LLC")
                    .memo("B&M \u00e9").pays("B1", "HD-0431", i + "00.00"));
        }
        start();
    }

    private void start() {
        installation = rig.serve();
        client = new WebConnectorClient(rig.consoleUrl("/qbwc"));
    }

    @AfterEach
    void close() {
        installation.close();
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    // ---- the main path -----------------------------------------------------------------------------------------

    @Test
    void a_session_reads_page_after_page_and_delivery_follows_by_itself() {
        assertThat(client.session(rig.quickBooks)).startsWith("Read: 7 bill payments");

        awaitDelivered(7);
        assertThat(rig.quickBooks.requests()).as("four pages, the deletions, and the one bill").hasSize(6)
                .last().asString().contains("BillQueryRq");
        assertThat(rig.paymentsIssued()).extracting(PaymentIssued::notes).containsOnly("B&M \u00e9");
        Syncs.Sync sync = installation.syncs().last().orElseThrow();
        assertThat(sync.paymentsRead()).isEqualTo(7);
        assertThat(sync.trouble()).isEmpty();
        assertThat(client.session(rig.quickBooks)).isEqualTo("none");
    }

    @Test
    void a_sync_only_marks_the_reading_as_due_and_the_next_call_carries_it_out() {
        client.session(rig.quickBooks);
        awaitDelivered(7);
        rig.quickBooks.has(check("K8").number("10908").dated("2026-03-28").to("Harlan").pays("B1", "HD-0431", "8.00"));
        int asked = rig.quickBooks.requests().size();

        installation.template().sendBody("direct:sync", "test");

        assertThat(rig.quickBooks.requests()).hasSize(asked);
        assertThat(client.session(rig.quickBooks)).startsWith("Read:");
        awaitDelivered(8);
    }

    @Test
    void a_session_lost_half_way_leaves_the_watermark_and_the_next_one_starts_anew_without_its_iterator() {
        String lost = client.authenticate().get(0);
        String first = client.sendRequest(lost, HOST_ANSWERS);
        client.receiveResponse(lost, rig.quickBooks.answer(first));
        assertThat(client.sendRequest(lost, "")).contains("iterator=\"Continue\"");

        String next = client.authenticate().get(0);

        assertThat(client.sendRequest(next, HOST_ANSWERS)).isEqualTo(first).contains("iterator=\"Start\"");
        assertThat(client.sendRequest(lost, "")).isEmpty();
        assertThat(client.receiveResponse(lost, "<QBXML/>")).isEqualTo(-1);
        assertThat(client.lastError(lost)).contains("no longer known");
        assertThat(client.goOn(next, HOST_ANSWERS, rig.quickBooks)).startsWith("Read:");
        awaitDelivered(7);
    }

    @Test
    void an_iterator_that_quickbooks_forgot_is_begun_anew_within_the_session() {
        String ticket = client.authenticate().get(0);
        client.receiveResponse(ticket, rig.quickBooks.answer(client.sendRequest(ticket, HOST_ANSWERS)));
        rig.quickBooks.endSession();

        int percent = client.receiveResponse(ticket, rig.quickBooks.answer(client.sendRequest(ticket, "")));

        assertThat(percent).isBetween(1, 99);
        assertThat(client.goOn(ticket, "", rig.quickBooks)).startsWith("Read:");
        awaitDelivered(7);
    }

    @Test
    void a_page_whose_answer_never_came_is_not_skipped() {
        String ticket = client.authenticate().get(0);
        client.receiveResponse(ticket, rig.quickBooks.answer(client.sendRequest(ticket, HOST_ANSWERS)));
        rig.quickBooks.answer(client.sendRequest(ticket, ""));

        assertThat(client.goOn(ticket, "", rig.quickBooks)).startsWith("Read:");

        awaitDelivered(7);
    }

    @Test
    void a_restart_in_the_middle_of_a_session_loses_nothing() {
        String stale = client.authenticate().get(0);
        client.receiveResponse(stale, rig.quickBooks.answer(client.sendRequest(stale, HOST_ANSWERS)));
        installation.close();
        start();

        assertThat(client.goOn(stale, "", rig.quickBooks)).contains("restarted");
        assertThat(client.session(rig.quickBooks)).startsWith("Read:");

        awaitDelivered(7);
    }

    @Test
    void what_is_no_answer_of_quickbooks_is_refused_whole_and_said_so() {
        for (String answer : List.of("", "<html>Sign in</html>", "<QBXML><QBXMLMsgsRs>", "&lt;QBXML/&gt;", "<QBXML/>",
                "<?xml version=\"1.0\"?><!DOCTYPE QBXML [<!ENTITY a \"b\">]><QBXML>&a;</QBXML>")) {
            String ticket = client.authenticate().get(0);
            client.sendRequest(ticket, HOST_ANSWERS);

            assertThat(client.receiveResponse(ticket, answer)).as(answer).isNegative();

            assertThat(client.lastError(ticket)).contains("watermark stays");
            assertThat(client.sendRequest(ticket, "")).isEmpty();
            client.close(ticket);
        }
        assertThat(client.session(rig.quickBooks)).startsWith("Read:");
        awaitDelivered(7);
    }

    @Test
    void a_status_that_somebody_has_to_mend_ends_the_session_with_its_reason_and_the_run_tells_it() {
        rig.quickBooks.answerNext(answer -> answer.replaceFirst("statusCode=\"0\"", "statusCode=\"3261\""));

        assertThat(client.session(rig.quickBooks)).contains("3261").contains("right to read bill payments");

        await().atMost(Duration.ofSeconds(20)).until(() -> installation.syncs().last().isPresent());
        assertThat(installation.syncs().last().orElseThrow().trouble()).get().extracting(Syncs.Trouble::sentence).asString()
                .contains("3261");
        assertThat(client.session(rig.quickBooks)).startsWith("Read:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a & b", "\u0002", "<x>"})
    void a_record_that_spoils_its_page_is_set_aside_and_the_session_goes_on(String spoiled) {
        String ticket = client.authenticate().get(0);

        assertThat(client.goOn(ticket, HOST_ANSWERS, request -> rig.quickBooks.answer(request)
                .replace("<RefNumber>10903<", "<RefNumber>" + spoiled + "<"))).startsWith("Read:");

        awaitDelivered(6);
        assertThat(rig.paymentsIssued()).extracting(PaymentIssued::checkNumber).doesNotContain("10903");
        assertThat(deadLetters()).singleElement().asString().startsWith("Check of 2026-").contains("(TxnID K3)");
        assertThat(client.session(rig.quickBooks)).isEqualTo("none");
    }

    @Test
    void a_control_character_in_a_memo_costs_a_session_no_call_more_and_its_payment_is_named() {
        restartWith("quickbooks.page-size", "100");
        AtomicInteger asked = new AtomicInteger();
        for (int session = 0; session < 3; session++) {
            asked.set(0);
            connections().markDue("default");
            assertThat(client.goOn(client.authenticate().get(0), HOST_ANSWERS, request -> {
                asked.incrementAndGet();
                return rig.quickBooks.answer(request).replace("<RefNumber>10903</RefNumber>",
                        "<RefNumber>10903</RefNumber><Memo>a\u0010b</Memo>");
            })).doesNotContain("watermark");
            assertThat(asked.get()).isLessThanOrEqualTo(4);
        }
        awaitDelivered(6);
        assertThat(deadLetters()).singleElement().asString().startsWith("Check 10903 of 2026-").contains("left out");
    }

    @Test
    void sync_now_sends_a_request_again_that_quickbooks_could_not_read_five_times() {
        for (int i = 0; i < 5; i++) {
            connections().refused("default", "13.0");
        }
        assertThat(client.session(rig.quickBooks)).isEqualTo("none");
        assertThat(rig.paymentsIssued()).isEmpty();

        assertThat(new ConsoleClient(installation.settings()).as("ops", installation.generatedPassword().orElseThrow())
                .post("/api/sync", "").status()).isEqualTo(202);

        await().atMost(Duration.ofSeconds(20)).until(() -> client.session(rig.quickBooks).startsWith("Read:"));
        awaitDelivered(7);
    }

    // ---- the limit for removals ----------------------------------------------------------------------------------

    @Test
    void each_session_counts_its_removals_anew() {
        restartWith("safety.max-removals", "3");
        client.session(rig.quickBooks);
        awaitDelivered(7);

        for (int left = 7; left > 1; left -= 3) {
            for (int i = left; i > left - 3; i--) {
                rig.quickBooks.delete(PaymentKind.CHECK, "K" + i);
            }
            connections().markDue("default");
            assertThat(client.session(rig.quickBooks)).doesNotContain("watermark");
            awaitDelivered(left - 3);
        }
        assertThat(deadLetters()).isEmpty();
    }

    @Test
    void a_tick_of_the_schedule_in_the_middle_of_a_session_does_not_let_more_removals_through() {
        restartWith("safety.max-removals", "3");
        client.session(rig.quickBooks);
        awaitDelivered(7);
        for (int i = 1; i <= 6; i++) {
            rig.quickBooks.voidPayment(PaymentKind.CHECK, "K" + i);
        }
        connections().markDue("default");

        String ticket = client.authenticate().get(0);
        client.receiveResponse(ticket, rig.quickBooks.answer(client.sendRequest(ticket, HOST_ANSWERS)));
        // Two removals are counted before the tick, which must not begin to count again.
        installation.template().sendBody("direct:deliver", "test");
        awaitDelivered(5);
        installation.template().sendBody("direct:sync", "test");
        client.goOn(ticket, "", rig.quickBooks);

        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(deadLetters()).singleElement().asString()
                .contains("safety.max-removals = 3"));
        assertThat(rig.paymentsIssued()).hasSize(5);
    }

    @Test
    void a_tick_that_only_marks_a_reading_as_due_does_not_count_as_a_reading() {
        restartWith("console.password", "correct horse");
        ConsoleClient ops = new ConsoleClient(installation.settings()).as("ops", "correct horse");

        installation.template().sendBody("direct:sync", "test");
        assertThat(ops.get("/api/status").json().at("/lastRun/error").isMissingNode()
                || ops.get("/api/status").json().at("/lastRun/error").isNull()).isTrue();
        assertThat(ops.get("/api/status").json().at("/lastGoodPoll").isNull()).as("nothing was read").isTrue();

        client.session(rig.quickBooks);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() ->
                assertThat(ops.get("/api/status").json().at("/lastGoodPoll").isTextual()).isTrue());
    }

    private List<String> deadLetters() {
        return installation.deadLetters().openOnes(10).stream().map(letter -> letter.sentence()).toList();
    }

    private WebConnections connections() {
        return new WebConnections(installation.database(), installation.deadLetters(), java.time.Clock.systemUTC());
    }

    @Test
    void another_session_is_busy_while_an_answer_is_being_stored() throws Exception {
        String ticket = client.authenticate().get(0);
        String answer = rig.quickBooks.answer(client.sendRequest(ticket, HOST_ANSWERS));
        // Stopped, not suspended: a suspended consumer may still take what it was waiting for.
        installation.camel().getRouteController().stopRoute("web-connector-page");
        CompletableFuture<Integer> stored = CompletableFuture.supplyAsync(() -> client.receiveResponse(ticket, answer));
        try {
            SedaEndpoint queue = installation.camel().getEndpoint("seda:web-connector-page", SedaEndpoint.class);
            await().atMost(Duration.ofSeconds(30)).until(() -> queue.getCurrentQueueSize() == 1);
            assertThat(client.authenticate()).last().isEqualTo("busy");
        } finally {
            installation.camel().getRouteController().startRoute("web-connector-page");
        }
        assertThat(stored.get()).isBetween(1, 99);
        assertThat(client.goOn(ticket, "", rig.quickBooks)).startsWith("Read:");
    }

    @Test
    void wrong_logins_are_nvu_and_after_ten_of_them_busy() {
        for (int i = 0; i < 10; i++) {
            assertThat(client.authenticate(WebConnectorClient.USER, "guess " + i)).hasSize(2).last().isEqualTo("nvu");
        }
        assertThat(client.authenticate()).last().isEqualTo("busy");
    }

    // ---- before the first call, and for the console ------------------------------------------------------------

    @Test
    void the_qwc_file_is_the_same_after_a_restart_and_holds_no_password() {
        HttpResponse<String> file = client.get("/payments-issued.qwc");
        assertThat(file.statusCode()).isEqualTo(200);
        assertThat(file.headers().firstValue("Content-Disposition").orElse("")).contains("payments-issued.qwc");
        assertThat(file.body()).contains("<UserName>payments-sync</UserName>", "<QBType>QBFS</QBType>",
                "<OwnerID>{8d1c9a52-6f0b-4f6e-9a3e-2b7d5c40e1f6}</OwnerID>", "<IsReadOnly>false</IsReadOnly>")
                .containsPattern("<FileID>\\{[0-9a-f-]{36}}</FileID>")
                .containsPattern("<AppURL>http://localhost:\\d+/qbwc</AppURL>")
                .doesNotContain("s3cret");

        restartWith("quickbooks.page-size", "50");
        assertThat(client.get("/payments-issued.qwc").body()).isEqualTo(file.body());

        restartWith("web-connector.url", "https://payments.example.com/qbwc");
        assertThat(client.get("/payments-issued.qwc").body())
                .contains("<AppURL>https://payments.example.com/qbwc</AppURL>")
                .contains("<AppSupport>https://payments.example.com/qbwc/support</AppSupport>");
    }

    @Test
    void each_company_file_has_a_file_id_of_its_own() {
        String one = client.get("/payments-issued.qwc").body();
        restartWith("quickbooks.company-file", "second");

        String other = client.get("/payments-issued.qwc").body();

        assertThat(fileId(other)).isNotEqualTo(fileId(one));
        assertThat(other).contains("<AppName>Payments Issued second</AppName>");
    }

    private static String fileId(String qwc) {
        return qwc.substring(qwc.indexOf("<FileID>"), qwc.indexOf("</FileID>"));
    }

    @Test
    void the_last_call_is_kept_for_the_console() {
        client.authenticate("payments-sync", "guess");
        assertThat(connections().of("default").lastCall()).isEmpty();
        assertThat(connections().of("default").refusedLogin()).isPresent();

        client.session(rig.quickBooks);

        assertThat(connections().of("default").lastCall()).get().satisfies(call -> {
            assertThat(call.from()).isEqualTo("127.0.0.1");
            assertThat(call.operation()).isEqualTo("closeConnection");
            assertThat(call.result()).startsWith("Read: 7 bill payments");
            assertThat(call.at()).isBetween(java.time.Instant.now().minusSeconds(60), java.time.Instant.now());
        });
        assertThat(connections().of("default").lastReadAt()).isPresent();
    }

    @Test
    void nothing_is_served_where_another_transport_is_chosen() {
        restartWith("quickbooks.transport", "http");

        assertThat(client.post(envelope("serverVersion"), "").statusCode()).isEqualTo(404);
        assertThat(client.get("/payments-issued.qwc").statusCode()).isEqualTo(404);
    }

    @Test
    void the_command_once_marks_the_reading_as_due_and_says_who_reads() {
        client.session(rig.quickBooks);
        awaitDelivered(7);
        installation.close();

        assertThat(rig.once()).isZero();

        assertThat(rig.printed()).contains("QUICKBOOKS").contains("Web Connector");
        start();
        assertThat(client.session(rig.quickBooks)).startsWith("Read:");
    }

    private void restartWith(String key, String value) {
        installation.close();
        rig.with(key, value);
        start();
    }

    private void awaitDelivered(int records) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(rig.paymentsIssued()).hasSize(records));
        await().atMost(Duration.ofSeconds(60)).until(() -> installation.syncs().last().isPresent());
    }
}
