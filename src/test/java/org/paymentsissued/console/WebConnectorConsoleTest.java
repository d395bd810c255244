package org.paymentsissued.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;
import static org.paymentsissued.rig.WebConnectorClient.HOST_ANSWERS;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.OpenApi;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.rig.WebConnectorClient;
import org.paymentsissued.setup.Installation;

/** What an operator sees of two Web Connectors and a gateway. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WebConnectorConsoleTest {

    private static final String EAST_FILE = "C:\\Books\\East.qbw";
    private static final String WEST_FILE = "C:\\Books\\West.qbw";

    private final Rig rig = new Rig().with("quickbooks.transport", "web-connector")
            .with("quickbooks.company-files", "east,west,north").with("quickbooks.north.transport", "http")
            .with("quickbooks.east.username", "east-sync").with("quickbooks.west.username", "west-sync")
            .with("quickbooks.east.password", WebConnectorClient.PASSWORD)
            .with("quickbooks.west.password", WebConnectorClient.PASSWORD).with("console.password", "correct horse");
    private Installation installation;
    private WebConnectorClient east;
    private WebConnectorClient west;
    private ConsoleClient ops;

    @BeforeEach
    void serve() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.quickBooks.has(check("E1").number("11").dated("2026-03-21").to("Harlan").pays("BE", "HD-1", "100.00"));
        installation = rig.serve();
        east = new WebConnectorClient(rig.consoleUrl("/qbwc"), "east-sync", EAST_FILE);
        west = new WebConnectorClient(rig.consoleUrl("/qbwc"), "west-sync", WEST_FILE);
        ops = new ConsoleClient(installation.settings()).as("ops", "correct horse");
    }

    @AfterEach
    void close() {
        installation.close();
        rig.close();
    }

    @Test
    void each_company_file_shows_when_it_was_read_and_when_its_web_connector_called_from_where_with_what_result() {
        assertThat(page()).contains("The Web Connector for east has not called yet.", "The Web Connector for west has not called yet.",
                "/qbwc/payments-issued.qwc?company-file=east");
        assertThat(connector("east").path("lastCall").isNull()).isTrue();
        assertThat(connector("east").path("dueSince").isTextual()).isTrue();

        read(east);

        assertThat(page()).contains("QuickBooks company Builder &amp; Söhne (east)", "QuickBooks company west", "QuickBooks company north",
                "from 127.0.0.1: Read: 1 bill payments", "everything was read, 1 payments",
                "The Web Connector for west has not called yet.")
                .doesNotContain("Web Connector for east has not called");
        JsonNode connector = connector("east");
        assertThat(connector.at("/lastCall/from").asText()).isEqualTo("127.0.0.1");
        assertThat(connector.at("/lastCall/operation").asText()).isEqualTo("closeConnection");
        assertThat(connector.at("/lastCall/result").asText()).startsWith("Read: 1 bill payments");
        assertThat(connector.at("/lastSession/error").isNull()).isTrue();
        assertThat(connector.path("dueSince").isNull()).isTrue();
        assertThat(connector.path("troubles")).isEmpty();
        assertThat(file("east").path("lastReading").isTextual()).isTrue();
        assertThat(file("west").path("lastReading").isNull()).isTrue();
        assertThat(file("north").path("webConnector").isNull()).as("a gateway is asked").isTrue();
    }

    @Test
    void a_session_that_failed_is_told_until_one_went_well_whatever_else_went_well_since() {
        read(west);
        String ticket = east.authenticate().get(0);
        east.sendRequest(ticket, HOST_ANSWERS);
        assertThat(east.receiveResponse(ticket, "", "0x80040420", "denied")).isNegative();
        east.close(ticket);
        String sentence = "access to the company file was not granted";
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(connector("east").path("troubles").toString())
                .contains(sentence));

        installation.template().sendBody("direct:sync", "test");
        installation.template().sendBody("direct:sync", "test");
        east.authenticate("east-sync", WebConnectorClient.PASSWORD);
        read(west);

        assertThat(page()).contains("The Web Connector's last session for east failed.", sentence)
                .doesNotContain("Everything is fine");
        new OpenApi(ops.get("/api/openapi.yaml").text()).check("get", "/api/status", ops.get("/api/status"));
        installation.template().sendBody("direct:sync", "test");
        read(east);
        assertThat(page()).contains("Everything is fine.").doesNotContain(sentence);
    }

    @Test
    void one_that_has_been_silent_for_long_or_has_a_wrong_password_is_warned_of_and_no_other() {
        read(east);
        read(west);
        assertThat(page()).contains("Everything is fine.");

        called("east", Instant.now().minus(26, ChronoUnit.HOURS).minus(1, ChronoUnit.MINUTES));
        west.authenticate("west-sync", "guess");

        assertThat(page()).contains("The Web Connector for east has not called for 26 hours.", "Auto-Run",
                "A login of the Web Connector for west was refused.").doesNotContain("Web Connector for west has not called");
        assertThat(connector("east").path("troubles").toString()).contains("26 hours").contains("Procore");
        assertThat(connector("west").path("troubles").toString()).contains("quickbooks.password");
        assertThat(connector("west").at("/refusedLogin/from").asText()).isEqualTo("127.0.0.1");

        called("east", Instant.now().minus(23, ChronoUnit.HOURS));
        assertThat(west.authenticate()).last().isEqualTo("none");
        assertThat(page()).contains("Everything is fine.");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_request_that_quickbooks_could_not_read_five_times_is_a_dead_letter_and_sync_now_or_retry_sends_it_again(boolean sync) {
        for (int i = 0; i < 5; i++) {
            rig.update("update web_connector set refused_at = timestamp '2026-01-01 00:00:00' where refusals > 0");
            String ticket = east.authenticate().get(0);
            east.sendRequest(ticket, HOST_ANSWERS);
            assertThat(east.receiveResponse(ticket, "", "0x80040400", "parse error")).isNegative();
            east.close(ticket);
        }
        JsonNode letter = ops.get("/api/dead-letters").json().path("items").path(0);
        assertThat(letter.path("stage").asText()).isEqualTo("poll");
        assertThat(letter.path("sentence").asText()).contains("0x80040400", "5 times in a row", "Sync now");
        assertThat(ops.get("/console/dead-letters").text()).contains("5 times in a row");
        assertThat(east.authenticate()).last().isEqualTo("none");

        ops.post(sync ? "/api/sync" : "/api/dead-letters/" + letter.path("id").asText() + "/retry", "");
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(east.session(rig.quickBooks)).startsWith("Read:"));

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(rig.deadLetters()).isEmpty());
    }

    private void read(WebConnectorClient client) {
        rig.update("update web_connector set wanted_at = current_timestamp");
        assertThat(client.session(rig.quickBooks)).startsWith("Read:");
        String name = client == east ? "east" : "west";
        await().atMost(Duration.ofSeconds(20)).until(() -> connector(name).at("/lastSession/error").isNull()
                && connector(name).at("/lastSession/end").isTextual());
    }

    private void called(String companyFile, Instant at) {
        assertThat(rig.update("update web_connector set last_called_at = '" + at + "' where company_file = '" + companyFile + "'"))
                .isEqualTo(1);
    }

    private String page() {
        return ops.get("/").text().replace("&#39;", "'").replace("&#61;", "=");
    }

    private JsonNode file(String name) {
        for (JsonNode file : ops.get("/api/status").json().path("companyFiles")) {
            if (file.path("name").asText().equals(name)) {
                return file;
            }
        }
        throw new AssertionError("no company file " + name);
    }

    private JsonNode connector(String name) {
        return file(name).path("webConnector");
    }
}
