package org.paymentsissued.webconnector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;
import static org.paymentsissued.rig.WebConnectorClient.HOST_ANSWERS;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.component.seda.SedaEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.demo.TestQuickBooks;
import org.paymentsissued.ledger.WebConnections;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.rig.WebConnectorClient;
import org.paymentsissued.setup.Installation;

/** Two company files, each read by a Web Connector of its own; the user name tells them apart. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class SeveralWebConnectorsTest {

    private static final String EAST_FILE = "C:\\Books\\East.qbw";
    private static final String WEST_FILE = "C:\\Books\\West.qbw";

    private final Rig rig = new Rig().with("quickbooks.transport", "web-connector").with("quickbooks.company-files", "east,west")
            .with("quickbooks.east.username", "east-sync").with("quickbooks.west.username", "west-sync")
            .with("quickbooks.password", WebConnectorClient.PASSWORD).with("quickbooks.page-size", "2");
    private final TestQuickBooks eastBooks = rig.quickBooks;
    private final TestQuickBooks westBooks = new TestQuickBooks();
    private Installation installation;
    private WebConnectorClient east;
    private WebConnectorClient west;

    @BeforeEach
    void aCommitmentThatBothPayOn() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.drop("commitments", "lookup.csv", "company_file,bill_txn_id,project_id,commitment_id,commitment_type,"
                + "requisition_id,invoice_number\neast,BE,1001,11,work_order_contract,,\nwest,BW,1001,11,work_order_contract,,\n");
        for (int i = 1; i <= 5; i++) {
            eastBooks.has(check("E" + i).number("1" + i).dated("2026-03-2" + i).to("Harlan").pays("BE", "HD-1", i + "00.00"));
            westBooks.has(check("W" + i).number("2" + i).dated("2026-03-2" + i).to("Harlan").pays("BW", "HD-2", i + "0.00"));
        }
    }

    private void start() {
        installation = rig.serve();
        east = new WebConnectorClient(rig.consoleUrl("/qbwc"), "east-sync", EAST_FILE);
        west = new WebConnectorClient(rig.consoleUrl("/qbwc"), "west-sync", WEST_FILE);
    }

    @AfterEach
    void close() {
        installation.close();
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    @Test
    void two_sessions_side_by_side_each_read_their_own_books() {
        start();
        String eastTicket = east.authenticate().get(0);
        String westTicket = west.authenticate().get(0);
        String eastAnswer = eastBooks.answer(east.sendRequest(eastTicket, HOST_ANSWERS));
        String westAnswer = westBooks.answer(west.sendRequest(westTicket, HOST_ANSWERS));
        assertThat(west.receiveResponse(westTicket, westAnswer)).isBetween(1, 99);
        assertThat(east.receiveResponse(eastTicket, eastAnswer)).isBetween(1, 99);

        assertThat(west.goOn(westTicket, "", westBooks)).startsWith("Read: 5 bill payments");
        assertThat(east.goOn(eastTicket, "", eastBooks)).startsWith("Read: 5 bill payments");

        awaitDelivered(10);
        assertThat(rig.paymentsIssued()).extracting(PaymentIssued::originId).contains("E1|BE", "W5|BW");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(rig.query("select company_file || ' ' ||"
                + " payments_read from sync_run where started_by = 'web-connector' and ended_at is not null order by 1"))
                .containsExactly("east 5", "west 5"));
        assertThat(rig.query("select distinct company_file from watermark order by 1")).containsExactly("east", "west");
        assertThat(rig.query("select distinct company_file || ' ' || payment_txn_id from payment where payment_txn_id like '_1'"
                + " order by 1")).containsExactly("east E1", "west W1");
        assertThat(connection("east").boundTo()).get().extracting(WebConnections.CompanyFile::path).isEqualTo(EAST_FILE);
        assertThat(connection("west").boundTo()).get().extracting(WebConnections.CompanyFile::path).isEqualTo(WEST_FILE);
    }

    @Test
    void an_answer_of_one_that_is_still_being_stored_makes_only_its_own_next_session_busy() throws Exception {
        start();
        String ticket = east.authenticate().get(0);
        String answer = eastBooks.answer(east.sendRequest(ticket, HOST_ANSWERS));
        installation.camel().getRouteController().stopRoute("web-connector-page");
        CompletableFuture<Integer> stored = CompletableFuture.supplyAsync(() -> east.receiveResponse(ticket, answer));
        try {
            SedaEndpoint queue = installation.camel().getEndpoint("seda:web-connector-page", SedaEndpoint.class);
            await().atMost(Duration.ofSeconds(30)).until(() -> queue.getCurrentQueueSize() == 1);
            assertThat(east.authenticate()).last().isEqualTo("busy");
            assertThat(west.authenticate()).last().isEqualTo("");
        } finally {
            installation.camel().getRouteController().startRoute("web-connector-page");
        }
        assertThat(stored.get()).isBetween(1, 99);
        assertThat(east.goOn(ticket, "", eastBooks)).startsWith("Read:");
        assertThat(west.session(westBooks)).startsWith("Read:");
        awaitDelivered(10);
    }

    @Test
    void what_is_due_for_one_is_not_due_for_the_other() {
        start();
        east.session(eastBooks);
        west.session(westBooks);
        assertThat(east.session(eastBooks)).isEqualTo("none");

        installation.camel().getRegistry().lookupByNameAndType("conversations", Conversations.class).due("west");
        assertThat(east.session(eastBooks)).isEqualTo("none");
        assertThat(west.session(westBooks)).startsWith("Read:");

        installation.template().sendBody("direct:sync", "test");
        assertThat(east.session(eastBooks)).startsWith("Read:");
        assertThat(west.session(westBooks)).startsWith("Read:");
    }

    @Test
    void the_file_of_one_company_is_never_read_as_the_other() {
        start();
        east.session(eastBooks);
        WebConnectorClient wrong = new WebConnectorClient(rig.consoleUrl("/qbwc"), "west-sync", "c:/books/EAST.qbw");

        assertThat(wrong.session(eastBooks)).contains("is read as east already", "web-connector.west.company-file");

        assertThat(rig.query("select distinct company_file from payment")).containsExactly("east");
        assertThat(connection("west").boundTo()).isEmpty();
        assertThat(west.session(westBooks)).startsWith("Read: 5 bill payments");
        awaitDelivered(10);
    }

    @Test
    void a_file_that_the_settings_give_to_one_is_refused_to_the_other_from_the_first_session_on() {
        rig.with("web-connector.west.company-file", "C:/Books/West.qbw");
        start();
        assertThat(west.authenticate()).last().isEqualTo(WEST_FILE);
        WebConnectorClient wrong = new WebConnectorClient(rig.consoleUrl("/qbwc"), "east-sync", WEST_FILE);

        assertThat(wrong.session(westBooks)).contains("is read as west already");

        assertThat(rig.query("select count(*) from payment")).containsExactly("0");
    }

    @Test
    void a_file_that_is_not_named_could_be_anybodys_and_is_not_read() {
        start();
        assertThat(new WebConnectorClient(rig.consoleUrl("/qbwc"), "east-sync", "").session(eastBooks))
                .contains("does not say which company file is open");

        assertThat(rig.query("select count(*) from payment")).containsExactly("0");
    }

    @Test
    void each_has_a_qwc_file_of_its_own_and_the_first_needs_no_name() {
        start();
        String first = east.get("/payments-issued.qwc").body();
        String second = east.get("/payments-issued.qwc?company-file=west").body();

        assertThat(east.get("/payments-issued.qwc?company-file=east").body()).isEqualTo(first);
        assertThat(first).contains("<UserName>east-sync</UserName>", "<AppName>Payments Issued east</AppName>");
        assertThat(second).contains("<UserName>west-sync</UserName>", "<AppName>Payments Issued west</AppName>");
        assertThat(fileId(second)).isNotEqualTo(fileId(first));
        assertThat(east.get("/payments-issued.qwc?company-file=north").statusCode()).isEqualTo(404);
    }

    @Test
    void a_refused_login_is_noted_for_the_one_whose_user_name_it_was() {
        start();
        assertThat(east.authenticate("west-sync", "guess")).last().isEqualTo("nvu");
        assertThat(east.authenticate("west-sync", "")).last().isEqualTo("nvu");

        assertThat(connection("east").refusedLogin()).isEmpty();
        assertThat(connection("west").refusedLogin()).isPresent();
    }

    @Test
    void one_may_have_a_gateway_while_the_other_has_a_web_connector() {
        rig.with("quickbooks.transport", "http").with("quickbooks.west.transport", "web-connector")
                .with("quickbooks.east.username", "").with("quickbooks.east.password", "");
        start();
        installation.template().sendBody("direct:sync", "test");
        awaitDelivered(5);

        assertThat(west.session(westBooks)).startsWith("Read: 5 bill payments");
        awaitDelivered(10);
        assertThat(east.authenticate()).last().isEqualTo("nvu");
    }

    private WebConnections.WebConnection connection(String companyFile) {
        return new WebConnections(installation.database(), installation.deadLetters(), java.time.Clock.systemUTC()).of(companyFile);
    }

    private static String fileId(String qwc) {
        Matcher id = Pattern.compile("<FileID>(\\{[0-9a-f-]{36}})</FileID>").matcher(qwc);
        assertThat(id.find()).isTrue();
        return id.group(1);
    }

    private void awaitDelivered(int records) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(rig.paymentsIssued()).hasSize(records));
    }
}
