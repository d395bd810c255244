package org.paymentsissued.webconnector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.paymentsissued.rig.WebConnectorClient.HOST_ANSWERS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.SimulatedProcore;
import org.paymentsissued.demo.TestProcore;
import org.paymentsissued.demo.TestQuickBooks;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.rig.WebConnectorClient;

/** A year of payments through the Web Connector, with everything going wrong that can, ends as it does over HTTP. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WebConnectorDemoTest {

    private static final String SOAP_CLIENT = "soap@1.13.0";
    private static final int MEGABYTES = 112;
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final List<String> LEDGER_COLUMNS = List.of("p.payment_kind", "p.payment_txn_id", "p.edit_sequence",
            "p.verdict", "r.bill_txn_id", "r.txn_type", "r.amount", "r.state", "r.reason", "r.wanted", "r.wanted_project_id",
            "r.wanted_contract_id", "r.wanted_requisition_id", "r.wanted_amount", "r.wanted_date", "r.wanted_method",
            "r.wanted_check_number", "r.wanted_invoice_number", "r.wanted_notes", "r.wanted_edit_sequence", "r.held_project_id",
            "r.held_contract_id", "r.held_requisition_id", "r.held_amount", "r.held_date", "r.held_method",
            "r.held_check_number", "r.held_invoice_number", "r.held_notes", "r.held_edit_sequence", "r.held_link",
            "(r.held_procore_id is null)");
    private static List<String> overHttp;
    private static List<String> ledgerOverHttp;

    private final Rig rig = demo();
    private Process product;
    private Process client;

    /** The parts of a record that money depends on, for comparison; Procore's own ids differ from one run to the next. */
    private static List<String> records(Rig rig) {
        return rig.paymentsIssued().stream().map(WebConnectorDemoTest::words).sorted().toList();
    }

    private static String words(PaymentIssued record) {
        return String.join(" ", String.valueOf(record.originId()), Long.toString(record.projectId()),
                Long.toString(record.contractId()), String.valueOf(record.requisitionId()), record.amount().toPlainString(),
                String.valueOf(record.date()), record.paymentMethod(), String.valueOf(record.checkNumber()),
                String.valueOf(record.invoiceNumber()), String.valueOf(record.notes()));
    }

    /** What the ledger says of every payment, every open dead letter and every watermark; to be read while no one has it open. */
    private static List<String> ledger(Rig rig) {
        String columns = LEDGER_COLUMNS.stream().map(column -> "coalesce(cast(" + column + " as varchar), '-')")
                .collect(Collectors.joining(" || ' ' || "));
        List<String> ledger = new ArrayList<>(rig.query("select " + columns
                + " from payment p left join ledger_row r on r.payment_id = p.id order by 1"));
        ledger.addAll(rig.query("select stage || ' ' || sentence from dead_letter where status = 'open' order by 1"));
        ledger.addAll(rig.query("select feed || ' ' || host_time from watermark order by 1"));
        return ledger;
    }

    private static Rig demo() {
        try {
            Rig rig = new Rig(TestQuickBooks.ofDemoData(), TestProcore.ofDemoData());
            return rig.with("procore.company-id", Long.toString(SimulatedProcore.DEMO_COMPANY_ID))
                    .drop("commitments", "lookup.csv", Files.readAllBytes(Path.of("demo/data/lookup.csv")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void readOverHttp() {
        try (Rig http = demo()) {
            http.once();
            overHttp = records(http);
            ledgerOverHttp = ledger(http);
            assertThat(overHttp).hasSizeGreaterThan(100);
            assertThat(ledgerOverHttp).hasSizeGreaterThan(overHttp.size());
        }
    }

    @AfterAll
    static void forget() {
        overHttp = null;
        ledgerOverHttp = null;
    }

    @AfterEach
    void close() {
        if (product != null) {
            product.destroyForcibly();
        }
        if (client != null) {
            client.destroyForcibly();
        }
        rig.close();
    }

    private Rig throughTheWebConnector() {
        return rig.with("quickbooks.transport", "web-connector").with("quickbooks.username", WebConnectorClient.USER)
                .with("quickbooks.password", WebConnectorClient.PASSWORD).with("quickbooks.page-size", "10")
                .with("console.password", "correct horse");
    }

    /** Procore's records and the ledger are what they are after the same payments came over HTTP. Ends the product. */
    private void endsEqualToHttp() throws InterruptedException {
        ConsoleClient ops = new ConsoleClient(rig.settings()).as("ops", "correct horse");
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() ->
                assertThat(records(rig)).isEqualTo(overHttp));
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).until(() -> {
            JsonNode status = ops.get("/api/status").json();
            return status.at("/counts/pending").asInt() == 0 && status.at("/companyFiles/0/lastReading").isTextual();
        });
        kill();
        assertThat(ledger(rig)).isEqualTo(ledgerOverHttp);
        assertThat(records(rig)).isEqualTo(overHttp);
        assertThat(rig.procore.violations()).isEmpty();
    }

    @Test
    void with_kills_lost_sessions_lost_answers_and_forgotten_iterators_it_ends_equal_to_http() throws Exception {
        // A tick every two seconds, as after a restart the rows that wait for it are placed by the next sync.
        throughTheWebConnector().with("poll.schedule", "0/2 * * * * ?");
        WebConnectorClient client = startProcess("-Xmx128m");
        catalogIsRead();

        String lost = client.authenticate().get(0);
        pages(client, lost, HOST_ANSWERS, 3);
        client.sendRequest(lost, "");

        String killed = client.authenticate().get(0);
        pages(client, killed, HOST_ANSWERS, 4);
        String answer = rig.quickBooks.answer(client.sendRequest(killed, ""));
        CompletableFuture<Integer> cutOff = CompletableFuture.supplyAsync(() -> client.receiveResponse(killed, answer));
        kill();
        assertThat(cutOff.handle((percent, failure) -> failure != null || percent > 0).get()).isTrue();

        WebConnectorClient again = startProcess("-Xmx128m");
        assertThat(again.sendRequest(killed, "")).isEmpty();
        assertThat(again.receiveResponse(killed, answer)).isEqualTo(-1);
        assertThat(again.lastError(killed)).contains("restarted");
        again.close(killed);

        String last = again.authenticate().get(0);
        pages(again, last, HOST_ANSWERS, 2);
        rig.quickBooks.endSession();
        pages(again, last, "", 3);
        rig.quickBooks.answer(again.sendRequest(last, ""));
        assertThat(again.goOn(last, "", rig.quickBooks)).startsWith("Read:");
        kill();

        startProcess("-Xmx128m");
        endsEqualToHttp();
    }

    @Test
    void an_answer_in_one_envelope_needs_less_memory_than_it_is_large() throws Exception {
        throughTheWebConnector().with("quickbooks.page-size", "9999").with("poll.schedule", "0 0 0 1 1 ? 2099");
        WebConnectorClient client = startProcess("-Xmx" + MEGABYTES + "m");
        catalogIsRead();
        String ticket = client.authenticate().get(0);
        String answer = rig.quickBooks.answer(client.sendRequest(ticket, HOST_ANSWERS));
        String filler = WebConnectorClient.escaped("<FillerQueryRs statusCode=\"0\"><FillerRet><Memo>" + "x".repeat(940)
                + "</Memo></FillerRet></FillerQueryRs>\n");
        String[] envelope = WebConnectorClient.envelope("receiveResponseXML", "ticket", ticket, "response",
                answer.replace("</QBXMLMsgsRs>", "@filler@</QBXMLMsgsRs>"), "hresult", "", "message", "").split("@filler@");
        List<InputStream> parts = new ArrayList<>();
        parts.add(bytes(envelope[0]));
        parts.addAll(Collections.nCopies(MEGABYTES, filler.repeat(1000)).stream().map(WebConnectorDemoTest::bytes).toList());
        parts.add(bytes(envelope[1]));

        HttpResponse<String> result = client.post(BodyPublishers.ofInputStream(() ->
                new SequenceInputStream(Collections.enumeration(parts))), "", false);

        assertThat(result.statusCode()).as(result.body()).isEqualTo(200);
        assertThat(client.goOn(ticket, "", rig.quickBooks)).startsWith("Read:");
        endsEqualToHttp();
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_public_soap_client_that_knows_only_the_wsdl_ends_equal_to_http_after_kills_and_lost_sessions_behind_tls()
            throws Exception {
        Path folder = Path.of("target/web-connector-soap");
        installSoapClient(folder);
        makeKeys(folder);
        throughTheWebConnector().with("poll.schedule", "0 0 0 1 1 ? 2099");
        startProcess("-Xmx128m");
        catalogIsRead();
        seenBy(soapClient(folder, "lost"));

        Process cutOff = soapClient(folder, "cut-off");
        BufferedReader lines = cutOff.inputReader();
        assertThat(lines.readLine()).isEqualTo("in the air");
        kill();
        assertThat(cutOff.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(cutOff.exitValue()).as(lines.lines().toList().toString()).isZero();

        startProcess("-Xmx128m");
        JsonNode seen = seenBy(soapClient(folder, "whole"));
        kill();
        assertThat(seen.path("operations")).extracting(JsonNode::asText).containsExactly("authenticate", "clientVersion",
                "closeConnection", "connectionError", "getLastError", "receiveResponseXML", "sendRequestXML",
                "serverVersion");
        assertThat(seen.path("callsThroughTheProxy").asInt()).as("the WSDL names the https address").isGreaterThan(20);
        assertThat(seen.path("serverVersion").asText()).startsWith("payments-issued");
        assertThat(seen.path("wrongLogin").asText()).isEqualTo("nvu");
        assertThat(seen.path("staleTicket").asInt()).isEqualTo(-1);
        assertThat(seen.path("percents")).extracting(JsonNode::asInt).isSorted().endsWith(100)
                .allMatch(percent -> percent >= 1 && percent <= 100);
        assertThat(seen.path("closed").asText()).startsWith("Read:");
        assertThat(seen.path("connectionError").asText()).isEqualTo("done");
        assertThat(seen.path("nothingDue").asText()).isEqualTo("none");

        startProcess("-Xmx128m");
        // What was read is placed and delivered by the next sync; the schedule has none.
        assertThat(new ConsoleClient(rig.settings()).as("ops", "correct horse").post("/api/sync", "").status()).isEqualTo(202);
        endsEqualToHttp();
    }

    /** Node's SOAP client in the part of the Web Connector, with a TLS proxy of its own; ends by itself. */
    private Process soapClient(Path folder, String part) throws IOException {
        ProcessBuilder node = new ProcessBuilder("node", "session.mjs", part, rig.consoleUrl(""), "proxy.p12",
                rig.gateway.url(), WebConnectorClient.USER, WebConnectorClient.PASSWORD, WebConnectorClient.COMPANY_FILE)
                .directory(folder.toFile()).redirectErrorStream(true);
        node.environment().put("NODE_EXTRA_CA_CERTS", folder.resolve("proxy.pem").toAbsolutePath().toString());
        client = node.start();
        return client;
    }

    private static JsonNode seenBy(Process client) throws Exception {
        String printed = new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(client.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(client.exitValue()).as(printed).isZero();
        return new ObjectMapper().readTree(printed.lines().reduce((first, second) -> second).orElse(""));
    }

    /** A certificate for localhost, as an authority of one's own would issue it. */
    private static void makeKeys(Path folder) throws Exception {
        Files.deleteIfExists(folder.resolve("proxy.p12"));
        keytool(folder, "-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost");
        keytool(folder, "-exportcert", "-rfc", "-file", "proxy.pem");
    }

    private static void keytool(Path folder, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("-alias", "proxy", "-keystore", "proxy.p12", "-storetype", "PKCS12", "-storepass", "changeit"));
        Process process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
    }

    /** Skips, and says why, where there is no node, no npm, or nowhere to fetch the client from. */
    private static void installSoapClient(Path folder) throws Exception {
        assumeTrue(runs("node", "--version"), "node is not installed: the conversation with node's soap client is skipped");
        String npm = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows") ? "npm.cmd" : "npm";
        assumeTrue(runs(npm, "--version"), "npm is not installed: the conversation with node's soap client is skipped");
        Files.createDirectories(folder);
        Files.copy(Path.of("src/test/resources/web-connector/session.mjs"), folder.resolve("session.mjs"),
                StandardCopyOption.REPLACE_EXISTING);
        if (!Files.isDirectory(folder.resolve("node_modules/soap"))) {
            Files.writeString(folder.resolve("package.json"), "{\"private\": true}");
            Process install = new ProcessBuilder(npm, "install", "--no-audit", "--no-fund", "--no-save", SOAP_CLIENT)
                    .directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(new File("target/web-connector-npm.log")).start();
            assumeTrue(install.waitFor(180, TimeUnit.SECONDS) && install.exitValue() == 0, SOAP_CLIENT
                    + " could not be installed (target/web-connector-npm.log): the conversation with it is skipped");
        }
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private void pages(WebConnectorClient client, String ticket, String hostAnswers, int count) {
        String host = hostAnswers;
        for (int i = 0; i < count; i++) {
            int percent = client.receiveResponse(ticket, rig.quickBooks.answer(client.sendRequest(ticket, host)));
            assertThat(percent).isBetween(1, 99);
            host = "";
        }
    }

    /** Runs the product as a process of its own, which can be killed, in the rig's folder. */
    private WebConnectorClient startProcess(String memory) throws Exception {
        rig.freePorts();
        Files.write(rig.folder.resolve("application.properties"), rig.given().entrySet().stream()
                .map(setting -> setting.getKey() + " = " + setting.getValue()).toList());
        Path routes = Files.createDirectories(rig.folder.resolve("routes"));
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.toList()) {
                Files.copy(file, routes.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        product = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), memory, "-cp",
                System.getProperty("java.class.path"), "org.paymentsissued.Application", "run")
                .directory(rig.folder.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(Path.of("target/web-connector-process.log").toAbsolutePath()
                        .toFile())).start();
        WebConnectorClient client = new WebConnectorClient(rig.consoleUrl("/qbwc"));
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).ignoreExceptions()
                .until(() -> client.get("/support").statusCode() == 200);
        return client;
    }

    /** A sync reads what commitments are called, which a session alone does not; over HTTP it comes first too. */
    private void catalogIsRead() {
        ConsoleClient ops = new ConsoleClient(rig.settings()).as("ops", "correct horse");
        assertThat(ops.post("/api/sync", "").status()).isEqualTo(202);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200))
                .until(() -> ops.get("/api/runs").json().at("/items/0/end").isTextual());
    }

    private void kill() throws InterruptedException {
        product.destroyForcibly();
        assertThat(product.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
}
