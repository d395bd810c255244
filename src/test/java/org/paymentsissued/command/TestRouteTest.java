package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.paymentsissued.Application;
import org.paymentsissued.setup.RouteFiles;

/** The command test-route: an engineer's folder, a payment file, and no one who is reached. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class TestRouteTest {

    private static final Path EXAMPLES = Path.of("examples");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path folder;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private ServerSocket everybody;
    private String printed = "";
    private String told = "";

    /** Whoever could be called is one server, which counts the calls. */
    @BeforeEach
    void aFolderAsEngineersHaveIt() throws IOException {
        everybody = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread counting = new Thread(() -> {
            while (true) {
                try {
                    everybody.accept().close();
                    connections.incrementAndGet();
                } catch (IOException e) {
                    return;
                }
            }
        }, "everybody");
        counting.setDaemon(true);
        counting.start();
        String url = "http://127.0.0.1:" + everybody.getLocalPort();
        settings.put("procore.url", url);
        settings.put("procore.login-url", url);
        settings.put("quickbooks.url", url);
        settings.put("second.url", url + "/second");
        settings.put("alerts.webhook", url + "/hook");
        settings.put("procore.company-id", "598134325510001");
        settings.put("copy.folder", path("copies"));
        settings.put("commitments.inbox", path("commitments"));
        settings.put("quickbooks.inbox", path("inbox"));
        settings.put("database.url", "jdbc:h2:file:" + path("data/payments-issued"));
        Files.createDirectories(folder.resolve("routes"));
        RouteFiles.unpackShipped(folder.resolve("routes"));
        write("inbox/tomorrow.xml", "left alone");
        write("data/payments-issued.mv.db", "a ledger in use");
    }

    @AfterEach
    void nobodyWasReached() throws IOException {
        everybody.close();
        assertThat(connections).hasValue(0);
    }

    private String path(String name) {
        return folder.resolve(name).toString().replace('\\', '/');
    }

    private Path write(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String check(String id, String number, String account, String memo, String... billAndAmount) {
        StringBuilder applied = new StringBuilder();
        java.math.BigDecimal total = java.math.BigDecimal.ZERO;
        for (int i = 0; i < billAndAmount.length; i += 2) {
            applied.append("<AppliedToTxnRet><TxnID>").append(billAndAmount[i]).append("</TxnID><TxnType>Bill</TxnType>")
                    .append("<TxnDate>2026-03-01</TxnDate><RefNumber>HD-").append(billAndAmount[i]).append("</RefNumber><Amount>")
                    .append(billAndAmount[i + 1]).append("</Amount></AppliedToTxnRet>");
            total = total.add(new java.math.BigDecimal(billAndAmount[i + 1]));
        }
        return "<BillPaymentCheckRet><TxnID>" + id + "</TxnID><TimeCreated>2026-03-25T10:00:00</TimeCreated>"
                + "<TimeModified>2026-03-25T10:00:00-07:00</TimeModified>"
                + "<EditSequence>1</EditSequence><PayeeEntityRef><FullName>Harlan Drywall LLC</FullName></PayeeEntityRef>"
                + "<TxnDate>2026-03-25</TxnDate><BankAccountRef><FullName>" + account + "</FullName></BankAccountRef><Amount>"
                + total + "</Amount><RefNumber>" + number + "</RefNumber><Memo>" + memo + "</Memo>" + applied
                + "</BillPaymentCheckRet>";
    }

    private static String answer(String... rows) {
        return "<?xml version=\"1.0\"?><QBXML><QBXMLMsgsRs><BillPaymentCheckQueryRs requestID=\"1\" statusCode=\"0\""
                + " statusSeverity=\"Info\" statusMessage=\"Status OK\">" + String.join("", rows)
                + "</BillPaymentCheckQueryRs></QBXMLMsgsRs></QBXML>";
    }

    /** Runs the command as it is typed. @return its exit code */
    private int testRoute(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Properties system = new Properties();
        settings.forEach(system::setProperty);
        int code = new Application(folder, Map.of(), system, new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8))
                .execute(Stream.concat(Stream.of("test-route"), Stream.of(arguments)).toArray(String[]::new));
        printed = out.toString(StandardCharsets.UTF_8);
        told = err.toString(StandardCharsets.UTF_8);
        return code;
    }

    private JsonNode json() {
        try {
            return JSON.readTree(printed);
        } catch (IOException e) {
            throw new AssertionError(printed, e);
        }
    }

    /** Every file of the folder with its bytes. */
    private Map<String, String> everything() {
        try (Stream<Path> files = Files.walk(folder)) {
            Map<String, String> bytes = new TreeMap<>();
            for (Path file : files.toList()) {
                bytes.put(folder.relativize(file).toString(),
                        Files.isDirectory(file) ? "" : HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<String> examples() throws IOException {
        try (Stream<Path> folders = Files.list(EXAMPLES)) {
            return folders.filter(Files::isDirectory).map(each -> each.getFileName().toString()).sorted().toList().stream();
        }
    }

    /** What each example changes, as one line of what is told. */
    private static final Map<String, String> SHOWN = Map.ofEntries(
            Map.entry("field-mapping", "check_number: \"902\" -> \"NB-902\""),
            Map.entry("dead-letters-to-chat", "902"),
            Map.entry("skip-an-account", "reason: nothing -> \"Paid from Petty Cash, which is not synced.\""),
            Map.entry("electronic-for-ach", "payment_method: \"check\" -> \"electronic\""),
            Map.entry("copy-to-a-file", "yours-delivered to file:"),
            Map.entry("second-destination", "yours-delivered to http://127.0.0.1:"),
            Map.entry("secrets-from-a-vault", "DIFFERENCES from the shipped routes: none"),
            Map.entry("approval", "it waits for approval. Retry approves it"),
            Map.entry("copy-as-csv", "yours-delivered to file:"),
            Map.entry("lookup-in-another-database", "jobCost"),
            Map.entry("schedule-per-company-file", "DIFFERENCES from the shipped routes: none"));

    @ParameterizedTest
    @MethodSource("examples")
    void an_example_is_tried_and_nothing_leaves_the_machine_or_changes_on_it(String example) throws IOException {
        Path routes = EXAMPLES.resolve(example).resolve("routes");
        if (Files.isDirectory(routes)) {
            try (Stream<Path> files = Files.list(routes)) {
                for (Path file : files.toList()) {
                    Files.copy(file, folder.resolve("routes").resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        Path properties = EXAMPLES.resolve(example).resolve("application.properties");
        if (Files.exists(properties)) {
            Files.copy(properties, folder.resolve("application.properties"));
        }
        write("payments.xml", answer(check("K1", "902", "Operating", "level 2", "B1", "9000.00", "B2", "10.00"),
                check("K2", "ACH-0326", "Petty Cash", "", "B1", "20.00")));
        Map<String, String> before = everything();

        try (FileChannel ledger = FileChannel.open(folder.resolve("data/payments-issued.mv.db"), StandardOpenOption.READ,
                StandardOpenOption.WRITE); var inUse = ledger.lock()) {
            assertThat(inUse.isValid()).isTrue();
            assertThat(testRoute("payments.xml")).as(told).isZero();
        }

        assertThat(printed).contains(SHOWN.get(example), "made up for each", "POST /rest/v1.0/contract_payments",
                "\"amount\":\"9000.00\"", "company 598134325510001");
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void the_same_question_has_the_same_answer_one_json_document() {
        write("routes/60-yours.yaml", read(EXAMPLES.resolve("field-mapping/routes/60-yours.yaml")));
        write("application.properties", read(EXAMPLES.resolve("field-mapping/application.properties")));
        write("commitments/done/20260301-lookup.csv", """
                bill_txn_id,project_id,commitment_id,commitment_type,requisition_id,invoice_number
                B1,1001,11,work_order_contract,77,
                """);
        write("payments.xml", answer(check("K1", "902", "Operating", "level 2", "B1", "9000.00", "B2", "10.00")));

        assertThat(testRoute("--json", "payments.xml")).as(told).isZero();
        String first = printed;
        assertThat(testRoute("--json", "payments.xml")).isZero();

        assertThat(printed).isEqualTo(first);
        assertThat(json().at("/bills_with_made_up_commitment")).hasToString("[\"B2\"]");
        JsonNode call = json().at("/yours/payments_issued/0/sent/0");
        assertThat(call.at("/method").asText()).isEqualTo("POST");
        assertThat(call.at("/path").asText()).isEqualTo("/rest/v1.0/contract_payments");
        assertThat(call.at("/company").asText()).isEqualTo("598134325510001");
        assertThat(call.at("/body/contract_id").asLong()).as("as the lookup says").isEqualTo(11);
        assertThat(call.at("/body/contract_payment/requisition_id").asLong()).isEqualTo(77);
        assertThat(call.at("/body/contract_payment/check_number").asText()).isEqualTo("NB-902");
        assertThat(json().at("/shipped/payments_issued/0/sent/0/body/contract_payment/check_number").asText()).isEqualTo("902");
        assertThat(json().at("/differences/0/key").asText()).isEqualTo("K1|B1");
        assertThat(json().at("/differences/0/fields").findValuesAsText("field")).contains("check_number", "notes");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void files_follow_each_other_as_quickbooks_gave_them_and_a_given_lookup_is_all_there_is() {
        write("lookup.csv", """
                company_file,bill_txn_id,project_id,commitment_id,commitment_type,requisition_id,invoice_number
                west,B1,1001,11,work_order_contract,,
                west,B2,1001,eleven,work_order_contract,,
                """);
        write("first.xml", answer(check("K1", "902", "Operating", "", "B1", "9000.00"), check("K2", "903", "Operating", "",
                "B9", "5.00")));
        write("second.xml", "<?xml version=\"1.0\"?><QBXML><QBXMLMsgsRs><TxnDeletedQueryRs requestID=\"2\" statusCode=\"0\""
                + " statusSeverity=\"Info\" statusMessage=\"Status OK\"><TxnDeletedRet><TxnDelType>BillPaymentCheck</TxnDelType>"
                + "<TxnID>K1</TxnID><TimeCreated>2026-03-25T10:00:00-07:00</TimeCreated><TimeDeleted>2026-03-26T10:00:00-07:00"
                + "</TimeDeleted></TxnDeletedRet></TxnDeletedQueryRs></QBXMLMsgsRs></QBXML>");
        settings.put("procore.origin-prefix", "acme");
        settings.put("quickbooks.company-files", "east,west");
        settings.put("procore.west.company-id", "598134325510002");

        assertThat(testRoute("--commitments", "lookup.csv", "--company-file", "west", "first.xml", "second.xml")).isZero();
        assertThat(printed).contains("Check 903 of 2026-03-25 to Harlan Drywall LLC, bill HD-B9: waiting, No commitment is known",
                "Check 902 of 2026-03-25 to Harlan Drywall LLC, bill HD-B1: removed", "DELETE /rest/v1.0/contract_payments/",
                "company 598134325510002", "\"origin_id\":\"acme~K1|B1\"", "lookup: Commitment file lookup.csv", "eleven").doesNotContain("made up for each");
    }

    @Test
    void every_way_out_is_walled_in() {
        write("elsewhere/waiting.txt", "not to be taken");
        write("application.properties", "second.url = " + settings.get("second.url") + "\n"
                + "camel.component.sql.data-source = #bean:dataSource\n");
        write("routes/70-out.yaml", """
                - beans:
                    - name: warehouse
                      type: org.h2.jdbcx.JdbcDataSource
                      properties:
                        url: jdbc:h2:file:%1$s/warehouse
                - route:
                    id: by-itself
                    from:
                      uri: timer:by-itself
                      parameters:
                        period: 10
                      steps:
                        - to:
                            uri: file:%1$s/ticks
                - route:
                    id: drop
                    from:
                      uri: file:%1$s/elsewhere
                      steps:
                        - to:
                            uri: direct:out
                - route:
                    id: out
                    from:
                      uri: direct:out
                      steps:
                        - removeHeaders:
                            pattern: "*"
                        - setProperty:
                            name: uri
                            simple: "{{second.url}}"
                        - toD:
                            id: out-dynamic
                            uri: "${exchangeProperty.uri}/dynamic"
                            cacheSize: -1
                        - wireTap:
                            id: out-tapped
                            uri: "{{second.url}}/tapped"
                        - enrich:
                            id: out-enriched
                            simple: "${exchangeProperty.uri}/enriched"
                        - pollEnrich:
                            id: out-polled
                            constant: "file:%1$s/elsewhere"
                            timeout: "0"
                        - setBody:
                            id: out-text
                            constant: a row
                        - to:
                            id: out-file
                            uri: file:%1$s/written
                        - to:
                            id: out-warehouse
                            uri: sql
                            parameters:
                              query: create table stock (id int)
                              dataSource: "#warehouse"
                        - to:
                            id: out-mail
                            uri: smtp://127.0.0.1:%2$d
                            parameters:
                              to: someone@example.com
                """.formatted(path(""), everybody.getLocalPort()));
        String yours = read(folder.resolve("routes/60-yours.yaml"));
        write("routes/60-yours.yaml", yours.replace("""
                        - log: {loggingLevel: TRACE, message: "A delivery run has ended"}
                """.indent(0), """
                        - to:
                            id: yours-delivered-out
                            uri: direct:out
                """.indent(0)));
        write("payments.xml", answer(check("K1", "902", "Operating", "", "B1", "9000.00")));
        Map<String, String> before = everything();

        assertThat(testRoute("--json", "payments.xml")).as(told).isZero();

        assertThat(json().at("/yours/not_sent_elsewhere").findValuesAsText("to")).as(printed)
                .anySatisfy(to -> assertThat(to).endsWith("/dynamic"))
                .anySatisfy(to -> assertThat(to).endsWith("/tapped"))
                .anySatisfy(to -> assertThat(to).endsWith("/enriched"))
                .anySatisfy(to -> assertThat(to).endsWith("/written"))
                .anySatisfy(to -> assertThat(to).startsWith("sql:").contains("stock"))
                .anySatisfy(to -> assertThat(to).startsWith("smtp:"))
                .noneSatisfy(to -> assertThat(to).endsWith("/ticks"));
        assertThat(json().at("/yours/remarks")).as("no step has failed").isEmpty();
        assertThat(everything()).isEqualTo(before);
    }

    @Test
    void a_route_that_writes_into_another_company_is_told() {
        String deliver = read(folder.resolve("routes/50-deliver.yaml"));
        write("routes/50-deliver.yaml", deliver.replace("simple: \"${variable.call.companyId}\"", "constant: \"1\""));
        write("payments.xml", answer(check("K1", "902", "Operating", "", "B1", "9000.00")));
        assertThat(testRoute("payments.xml")).as(told).isZero();
        assertThat(printed).contains("company: \"598134325510001\" -> \"1\"");
    }

    @Test
    void a_wrong_route_is_told_as_check_tells_it() {
        String deliver = read(folder.resolve("routes/50-deliver.yaml"));
        write("routes/50-deliver.yaml", deliver.replace("- loop:", "- lopp:"));
        write("payments.xml", answer(check("K1", "902", "Operating", "", "B1", "9000.00")));
        assertThat(testRoute("payments.xml")).isEqualTo(ExitCode.MISCONFIGURED);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Properties system = new Properties();
        settings.forEach(system::setProperty);
        system.setProperty("procore.client-id", "some");
        system.setProperty("procore.client-secret", "secret");
        new Check(folder, Map.of(), system, folder.resolve("routes"), new PrintStream(out, true, StandardCharsets.UTF_8)).run();
        assertThat(told.strip()).isNotEmpty();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains(told.strip());
        assertThat(told).contains("Did you mean \"loop\"?");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            nowhere.xml  |                                                | There is no file
            payments.xml | ~~                                             | payments.xml is empty. Expected an answer of QuickBooks
            payments.xml | number;amount                                  | payments.xml: What came back is not an answer from QuickBooks
            payments.xml | <invoice><total>9000.00</total></invoice>      | payments.xml: What came back is not an answer from QuickBooks
            payments.xml | <QBXML><QBXMLMsgsRs></QBXMLMsgsRs></QBXML>     | payments.xml
            payments.xml | <QBXML><QBXMLMsgsRq onError="stopOnError"/></QBXML> | payments.xml: What came back is not an answer
            payments.xml | <QBXML><QBXMLMsgsRs><BillPaymentCheckQueryRs requestID="1" statusCode="1"\
            \sstatusSeverity="Info" statusMessage="none"/></QBXMLMsgsRs></QBXML> | payments.xml holds no bill payment
            """)
    void a_file_that_cannot_be_taken_is_told_in_a_sentence(String name, String text, String sentence) {
        if (text != null) {
            write(name, text);
        }
        assertThat(testRoute(name)).isEqualTo(ExitCode.MISCONFIGURED);
        assertThat(told.lines()).singleElement().asString().contains(sentence).doesNotContain("watermark", "Exception");
        assertThat(printed).isEmpty();
    }

    @Test
    void an_unknown_company_file_or_lookup_is_told() {
        write("payments.xml", answer(check("K1", "902", "Operating", "", "B1", "9000.00")));
        assertThat(testRoute("--company-file", "north", "payments.xml")).isEqualTo(ExitCode.MISCONFIGURED);
        assertThat(told).contains("There is no company file \"north\". The company files are: default.");
        assertThat(testRoute("--commitments", "gone.csv", "payments.xml")).isEqualTo(ExitCode.MISCONFIGURED);
        assertThat(told).contains("There is no file", "gone.csv");
        assertThat(testRoute()).as("no file at all is a mistake of use").isEqualTo(ExitCode.MISCONFIGURED);
    }
}
