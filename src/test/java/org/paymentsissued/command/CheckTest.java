package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Certificate;
import org.paymentsissued.rig.Relay;
import org.paymentsissued.rig.Rig;
import org.slf4j.LoggerFactory;

@DisplayNameGeneration(ReplaceUnderscores.class)
class CheckTest {

    private final Rig rig = new Rig();
    private Path routes = Path.of("routes");
    private String printed = "";

    @BeforeEach
    void aProjectWithACommitmentInTheLookup() {
        rig.freePorts();
        rig.procore.project(1001, "Riverside Clinic").project(2002, "Depot Street Garage");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.procore.commitment(2002, 22, CommitmentType.PURCHASE_ORDER_CONTRACT, "PO-003", "Harlan Drywall LLC");
        rig.lookup("B1,1001,11,work_order_contract,,", "B2,2002,22,purchase_order_contract,,");
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private int check() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            return new Check(rig.folder, Map.of(), rig.properties(), routes, stream).run();
        } finally {
            printed = out.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void all_right_is_said_a_line_each_and_nothing_is_moved() {
        rig.once();
        long writes = rig.writes();

        assertThat(check()).isZero();

        assertThat(printed.lines()).allMatch(line -> line.startsWith("ok     "));
        assertThat(printed).contains("settings", "routes in", "database jdbc:h2", "QuickBooks answers",
                "2 projects are permitted", "2 commitments in the lookup can be read and accept payments");
        assertThat(rig.writes()).isEqualTo(writes);
    }

    @Test
    void the_product_is_built_once() {
        List<ILoggingEvent> starts = starts(this::check);

        assertThat(starts).as(printed).hasSize(1);
    }

    /** What Camel says as a context begins to start. */
    private static List<ILoggingEvent> starts(Runnable work) {
        Logger camel = (Logger) LoggerFactory.getLogger("org.apache.camel.impl.engine.AbstractCamelContext");
        Level level = camel.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        camel.setLevel(Level.INFO);
        camel.addAppender(log);
        try {
            work.run();
        } finally {
            camel.detachAppender(log);
            camel.setLevel(level);
        }
        return log.list.stream().filter(line -> line.getFormattedMessage().matches("Apache Camel .* is starting.*")).toList();
    }

    @Test
    void a_wrong_setting_is_named() {
        rig.with("procore.company-id", "twelve");

        assertThat(check()).isEqualTo(2);

        assertThat(printed).startsWith("WRONG  procore.company-id = \"twelve\"");
    }

    @Test
    void what_is_off_in_procore_is_told_with_where_to_switch_it_on() {
        rig.once();
        rig.procore.enablePayments(11, false).forbidCommitments(2002);

        assertThat(check()).isEqualTo(2);

        assertThat(printed).contains("WRONG  Procore: payments are turned off on SC-014 of Riverside Clinic"
                + " (commitment 11 of project 1001)",
                "Commitment > Advanced Settings > Payment Settings > Enable Payments",
                "WRONG  Procore: project 2002 (Depot Street Garage)", "Admin on Commitments");
        rig.procore.permitEverything().forbidProject(2002);
        assertThat(check()).isEqualTo(2);
        assertThat(printed).contains("project 2002 of the commitment lookup is not permitted", "Permitted Projects");
    }

    @Test
    void a_wrong_secret_and_a_wrong_company_are_told_apart() {
        rig.procore.credentials("demo-client", "another-secret");
        assertThat(check()).isEqualTo(2);
        assertThat(printed).contains("refuses the login of the service account", "procore.client-secret")
                .doesNotContain("demo-secret");

        rig.procore.credentials("demo-client", "demo-secret");
        rig.procore.behaviour().appConnected(false);
        assertThat(check()).isEqualTo(2);
        assertThat(printed).contains("not connected", "App Management");
    }

    @Test
    void a_proxy_and_a_trust_store_are_shown_without_their_passwords() {
        rig.once();
        Certificate certificate = new Certificate(rig.folder, "CN=Inspection CA", "ip:127.0.0.1");
        try (Relay proxy = Relay.proxy(Optional.empty())) {
            rig.with("procore.proxy", "http://sync:hunter2x@127.0.0.1:" + proxy.port())
                    .with("procore.truststore", certificate.truststore().toString())
                    .with("procore.truststore-password", Certificate.PASSWORD);

            assertThat(check()).as(printed).isZero();

            assertThat(printed).contains("ok     Procore is called through the proxy ", "127.0.0.1:" + proxy.port()
                    + " (procore.proxy), with the login of sync", "ok     Procore's certificates are checked against the JVM's trust"
                    + " store and " + certificate.truststore() + " (procore.truststore, certificates: 1)")
                    .doesNotContain("hunter2x", Certificate.PASSWORD);
        }
    }

    @Test
    void a_trust_store_that_is_not_there_or_has_another_password_is_told_before_anything_starts() {
        Certificate certificate = new Certificate(rig.folder, "CN=Inspection CA", "ip:127.0.0.1");
        rig.with("procore.truststore", rig.path("nowhere.p12")).with("procore.truststore-password", "hunter2x");

        assertThat(check()).isEqualTo(2);
        assertThat(printed).startsWith("WRONG  procore.truststore = \"" + rig.path("nowhere.p12") + "\" is not a file")
                .contains("Write for example: procore.truststore = ");

        rig.with("procore.truststore", certificate.truststore().toString());
        assertThat(check()).isEqualTo(2);
        assertThat(printed).startsWith("WRONG  procore.truststore = \"" + certificate.truststore()
                + "\" cannot be read as PKCS12 or JKS with procore.truststore-password").doesNotContain("hunter2x");
    }

    @Test
    void systems_that_are_away_are_told_as_away() {
        rig.procoreGoesAway();
        rig.with("quickbooks.url", "http://127.0.0.1:1/");

        assertThat(check()).isEqualTo(3);

        assertThat(printed).contains("AWAY   QuickBooks", "AWAY   Procore cannot be reached");
        rig.procoreComesBack();
    }

    /** Copies of the shipped routes, to be changed. */
    private void ownRoutes() throws IOException {
        routes = Files.createDirectory(rig.folder.resolve("routes"));
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.toList()) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void a_slip_in_a_route_file_is_told_with_the_file() throws IOException {
        ownRoutes();
        Path deliver = routes.resolve("50-deliver.yaml");
        String text = Files.readString(deliver);

        Files.writeString(deliver, text.replace("- loop:", "- lopp:"));
        assertThat(check()).isEqualTo(2);
        assertThat(printed).contains("WRONG  routes/50-deliver.yaml, line ", "\"lopp\"", "Did you mean \"loop\"?");

        Files.writeString(deliver, text.replace("period: 5000", "perriod: 5000"));
        assertThat(check()).isEqualTo(2);
        assertThat(printed).contains("WRONG  routes/50-deliver.yaml, line ", "perriod", "Did you mean \"period\"?");
    }

    @Test
    void a_lookup_that_asks_for_what_the_database_does_not_have_is_told_with_file_and_line() throws IOException {
        ownRoutes();
        Path enrich = routes.resolve("30-enrich.xml");
        String text = Files.readString(enrich);
        int line = (int) text.substring(0, text.indexOf("id=\"lookup\"")).lines().count();

        Files.writeString(enrich, text.replace("from commitment_lookup\n", "from commitment_lookups\n"));
        assertThat(check()).isEqualTo(2);
        assertThat(printed).containsIgnoringCase("WRONG  routes/30-enrich.xml, line " + line + ": the database refuses this SQL: Table"
                + " \"COMMITMENT_LOOKUPS\" not found").doesNotContain("SQL statement");

        Files.writeString(enrich, text.replace("invoice_number as invoice\n", "bill_number as invoice\n"));
        assertThat(check()).isEqualTo(2);
        assertThat(printed).contains("WRONG  routes/30-enrich.xml, line " + line, "Column \"BILL_NUMBER\" not found");
    }

    @Test
    void a_port_that_another_program_has_is_named_with_its_setting() throws IOException {
        rig.once();
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            rig.with("management.port", Integer.toString(other.getLocalPort()));

            assertThat(check()).isEqualTo(2);

            assertThat(printed).contains("WRONG  Port " + other.getLocalPort() + " of 127.0.0.1 (management.port) is in use by another"
                    + " program.", "QuickBooks answers");
            assertThatThrownBy(rig::serve).hasMessageContaining("(management.port) is in use by another program");
        }
        rig.with("management.port", rig.given().get("console.port"));
        assertThat(check()).isEqualTo(2);
        assertThat(printed).contains("WRONG  console.port and management.port are both");

        rig.with("management.port", "0").with("console.host", "192.0.2.7").with("console.password", "correct horse");
        assertThat(check()).isEqualTo(2);
        assertThat(printed).contains("WRONG  console.host = \"192.0.2.7\" is not an address of this machine");
    }

    @Test
    void an_inbox_that_is_not_there_is_told() {
        rig.with("quickbooks.transport", "file");

        assertThat(check()).isEqualTo(2);

        assertThat(printed).contains("WRONG  QuickBooks: the folder", "quickbooks.inbox");
    }
}
