package org.paymentsissued.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import com.sun.net.httpserver.HttpServer;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.health.HealthCheck;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.ledger.CommitmentLookup;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.ledger.Nodes;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.ReadingHistory;
import org.paymentsissued.ledger.SentAlerts;
import org.paymentsissued.ledger.Watermarks;
import org.paymentsissued.ledger.WebConnections;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.sync.Syncs;

@DisplayNameGeneration(ReplaceUnderscores.class)
class AlertsAndHealthTest {

    private final Rig rig = new Rig().with("console.password", "correct horse");
    private final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private final List<String> hooked = new CopyOnWriteArrayList<>();
    private final AtomicInteger hookAnswers = new AtomicInteger(200);
    private HttpServer hook;
    private Installation product;

    @BeforeEach
    void aWebhookAndAMailServer() throws IOException {
        mail.start();
        hook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hook.createContext("/", exchange -> {
            hooked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(hookAnswers.get(), -1);
            exchange.close();
        });
        hook.start();
        rig.with("alerts.webhook", "http://127.0.0.1:" + hook.getAddress().getPort() + "/secret-hook")
                .with("alerts.mail-to", "books@example.com,site@example.com").with("alerts.mail-from", "pi@example.com")
                .with("alerts.mail-host", "127.0.0.1").with("alerts.mail-tls", "none")
                .with("alerts.mail-port", Integer.toString(mail.getSmtp().getPort()));
    }

    @AfterEach
    void stop() {
        if (product != null) {
            product.close();
        }
        hook.stop(0);
        mail.stop();
        rig.close();
    }

    private void syncOf(String... checks) {
        for (String number : checks) {
            rig.quickBooks.has(check("K" + number).number(number).dated("2026-03-25").to("Harlan Drywall LLC")
                    .amount("50.00").pays("B" + number, "HD-" + number, "75.00"));
        }
        product.template().sendBody("direct:sync", "test");
    }

    private void look() {
        product.template().sendBody("direct:alerts", null);
    }

    @Test
    void new_dead_letters_are_told_together_by_webhook_and_mail_and_then_not_again() throws Exception {
        product = rig.serve();
        syncOf("101", "102", "103", "104", "105", "106");
        look();
        syncOf("107");
        look();

        assertThat(hooked).singleElement().asString().startsWith("{\"text\":\"payments-issued: 6 new dead letters")
                .contains("Check 101", "and 1 more", "/console/dead-letters");
        MimeMessage[] mails = mail.getReceivedMessages();
        assertThat(mails).hasSize(2);
        assertThat(mails[0].getSubject()).isEqualTo("payments-issued: 6 new dead letters, 6 open");
        assertThat(GreenMailUtil.getBody(mails[0])).contains("Check 101");
    }

    @Test
    void a_webhook_that_fails_does_not_keep_the_mail_back_and_all_ways_failing_are_tried_again() {
        hookAnswers.set(500);
        product = rig.serve();
        syncOf("101");
        look();
        assertThat(mail.getReceivedMessages()).hasSize(2);
        assertThat(hooked).hasSize(1);

        mail.stop();
        product.database().close();
        product.close();
        rig.with("database.url", "jdbc:h2:file:" + rig.path("another"));
        product = rig.serve();
        syncOf();
        look();
        assertThat(hooked).hasSize(2);
        hookAnswers.set(204);
        look();
        look();
        assertThat(hooked).hasSize(3);
    }

    @Test
    void credentials_that_procore_refuses_are_told() {
        rig.with("procore.client-secret", "not-the-secret");
        rig.procore.project(1001, "Riverside Clinic");
        rig.lookup("B1,1001,11,work_order_contract,,HD-0431");
        product = rig.serve();
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan").pays("B1", "HD-0431", "75.00"));
        product.template().sendBody("direct:sync", "test");
        look();

        assertThat(hooked).singleElement().asString().contains("Procore refuses our login")
                .doesNotContain("not-the-secret");
        Probe health = probe("/observe/health");
        assertThat(health.status()).isEqualTo(503);
        assertThat(health.text()).contains("Procore refuses our login.");
        assertThat(probe("/observe/health/ready").status()).isEqualTo(200);
    }

    @Test
    void health_tells_quickbooks_procore_and_schedule_and_ready_falls_with_the_database_alone() {
        product = rig.serve();
        assertThat(probe("/observe/health").text()).contains("\"database\"", "\"quickbooks\"", "\"procore-access\"",
                "\"schedule\"", "\"dead-letters\"");
        assertThat(probe("/observe/health").status()).isEqualTo(200);
        assertThat(probe("/observe/health/ready").status()).isEqualTo(200);

        product.database().close();

        assertThat(probe("/observe/health/ready").status()).isEqualTo(503);
        assertThat(probe("/observe/health/live").status()).isEqualTo(200);
    }

    @Test
    void a_sync_that_does_not_end_shows_in_health_until_it_has_ended() {
        product = rig.serve();
        HealthCheck schedule = health(Duration.ofMillis(50)).checks().stream()
                .filter(check -> check.getId().equals("schedule")).findFirst().orElseThrow();
        assertThat(schedule.call().getState()).isEqualTo(HealthCheck.State.UP);

        Syncs.Sync sync = product.syncs().begin("test");
        Awaitility.await().untilAsserted(() -> assertThat(schedule.call().getMessage()).hasValueSatisfying(message ->
                assertThat(message).contains("started", "minutes ago and has not finished")));
        assertThat(schedule.call().getState()).isEqualTo(HealthCheck.State.DOWN);

        product.syncs().end(sync);
        assertThat(schedule.call().getState()).isEqualTo(HealthCheck.State.UP);
    }

    /** Of the product, with another patience. */
    private Health health(Duration silence) {
        Clock clock = Clock.systemUTC();
        LedgerDatabase database = product.database();
        DeadLetters letters = product.deadLetters();
        OperatorActions actions = new OperatorActions(database, letters, product.deliveries(),
                new Ledger(database, letters, clock), new CommitmentLookup(database, clock), clock);
        ReadingStatus readings = new ReadingStatus(List.of(), product.goLive(), new ReadingHistory(database, clock), product.runs(),
                new WebConnections(database, letters, clock), Duration.ofHours(24));
        return new Health(database, new Status(product.runs(), readings, new Watermarks(database, clock),
                actions, product.pause(), product.syncs(), new Nodes(database, "test", "1"),
                "default", "0 0 6 * * ?", Optional::empty, Optional::empty, clock), silence, clock);
    }

    @Test
    void metrics_count_rows_and_open_dead_letters() {
        product = rig.serve();
        syncOf("101", "102");
        rig.quickBooks.has(check("K9").number("109").dated("2026-03-25").to("Harlan").pays("B9", "HD-9", "75.00"));
        product.template().sendBody("direct:sync", "test");

        String metrics = probe("/observe/metrics").text();

        assertThat(metrics).containsPattern("payments_issued_rows\\{state=\"waiting\",?} 1\\.0")
                .containsPattern("payments_issued_rows\\{state=\"dead\",?} 2\\.0")
                .contains("payments_issued_dead_letters_open 2.0", "payments_issued_dead_letters_total 2.0",
                        "payments_issued_delivery_paused 0.0")
                .containsPattern("payments_issued_quickbooks_last_good_timestamp_seconds 1\\.\\d+E9")
                .containsPattern("payments_issued_procore_paused\\{reason=\"refused\",?} 0\\.0")
                .as("no SQL and no addresses in labels").doesNotContain("select ", "://", "sql:", "127.0.0.1", "endpoint");
    }

    @Test
    void an_alert_is_repeated_only_after_its_time_or_after_its_cause_was_over() {
        product = rig.start();
        Instant noon = Instant.parse("2026-03-25T12:00:00Z");
        Duration hour = Duration.ofHours(1);
        assertThat(at(noon).take("x", hour, 7)).isTrue();
        assertThat(at(noon.plusSeconds(3599)).take("x", hour, 8)).isFalse();
        assertThat(at(noon).upTo("x")).isEqualTo(7);
        assertThat(at(noon.plusSeconds(3600)).take("x", hour, 9)).isTrue();
        assertThat(at(noon).upTo("x")).isEqualTo(9);
        at(noon).forget("x");
        assertThat(at(noon.plusSeconds(3601)).take("x", hour, 9)).isTrue();
    }

    private SentAlerts at(Instant moment) {
        return new SentAlerts(product.database(), Clock.fixed(moment, ZoneOffset.UTC));
    }

    private record Probe(int status, String text) { }

    private Probe probe(String path) {
        try {
            HttpResponse<String> response = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(
                    "http://127.0.0.1:" + rig.settings().text("management.port") + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Probe(response.statusCode(), response.body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
