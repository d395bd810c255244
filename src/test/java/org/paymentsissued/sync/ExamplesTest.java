package org.paymentsissued.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.paymentsissued.command.ExitCode;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedProcore;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.demo.TestQuickBooks;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.rig.SimulatedGateway;
import org.paymentsissued.setup.Installation;

/** Each folder of examples/, copied over the shipped routes and settings, does what its README says. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class ExamplesTest {

    private static final Path EXAMPLES = Path.of("examples");

    private final Rig rig = new Rig();

    /** What a folder must show. */
    private interface Proof {
        void on(ExamplesTest test) throws Exception;
    }

    private static final Map<String, Proof> PROOFS = new LinkedHashMap<>();

    static {
        PROOFS.put("field-mapping", ExamplesTest::fieldMapping);
        PROOFS.put("skip-an-account", ExamplesTest::skipAnAccount);
        PROOFS.put("electronic-for-ach", ExamplesTest::electronicForAch);
        PROOFS.put("copy-to-a-file", ExamplesTest::copyToAFile);
        PROOFS.put("copy-as-csv", ExamplesTest::copyAsCsv);
        PROOFS.put("second-destination", ExamplesTest::secondDestination);
        PROOFS.put("secrets-from-a-vault", ExamplesTest::secretsFromAVault);
        PROOFS.put("lookup-in-another-database", ExamplesTest::lookupInAnotherDatabase);
        PROOFS.put("approval", ExamplesTest::approval);
        PROOFS.put("dead-letters-to-chat", ExamplesTest::deadLettersToChat);
        PROOFS.put("schedule-per-company-file", ExamplesTest::schedulePerCompanyFile);
    }

    static Stream<String> folders() throws IOException {
        try (Stream<Path> folders = Files.list(EXAMPLES)) {
            return folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }

    @BeforeEach
    void aCommitmentAndTwoBillsOnIt() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.lookup("B1,1001,11,work_order_contract,,", "B2,1001,11,work_order_contract,,");
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void an_example_does_what_its_readme_says(String folder) throws Exception {
        assertThat(PROOFS).containsKey(folder);
        rig.withExample(EXAMPLES.resolve(folder));
        PROOFS.get(folder).on(this);
    }

    @ParameterizedTest
    @MethodSource("folders")
    void an_example_has_a_readme_and_is_listed(String folder) throws IOException {
        assertThat(Files.readString(EXAMPLES.resolve(folder).resolve("README.md"))).startsWith("# ")
                .contains("## Copy", "## What to know");
        assertThat(Files.readString(EXAMPLES.resolve("README.md"))).contains("(" + folder + "/README.md)");
    }

    @Test
    void each_proof_has_its_folder() throws IOException {
        assertThat(folders()).containsExactlyInAnyOrderElementsOf(PROOFS.keySet());
    }

    private void fieldMapping() {
        rig.quickBooks.has(check("K1").number("902").from("Operating").to("Harlan Drywall LLC").dated("2026-03-25")
                .memo("level 2").pays("B1", "HD-0431", "9000.00"));
        rig.quickBooks.has(check("K2").toBePrinted().from("Operating").to("Harlan Drywall LLC").dated("2026-03-25")
                .pays("B2", "HD-0440", "10.00"));

        assertThat(rig.once()).as(rig.printed()).isZero();

        assertThat(rig.paymentsIssued()).extracting(PaymentIssued::originId, PaymentIssued::checkNumber, PaymentIssued::notes)
                .containsExactlyInAnyOrder(
                        tuple("K1|B1", "NB-902", "Paid from Operating to Harlan Drywall LLC. level 2"),
                        tuple("K2|B2", null, "Paid from Operating to Harlan Drywall LLC."));
        long writes = rig.writes();
        assertThat(rig.once()).isZero();
        assertThat(rig.writes()).isEqualTo(writes);
    }

    private void skipAnAccount() {
        rig.quickBooks.has(check("K1").number("1").from("Petty Cash").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "20.00"));
        rig.quickBooks.has(check("K2").number("2").from("Operating").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B2", "HD-0440", "10.00"));
        assertThat(rig.once()).as(rig.printed()).isZero();
        assertThat(rig.paymentsIssued()).extracting(PaymentIssued::originId).containsExactly("K2|B2");
        assertThat(rig.printed()).contains("Paid from Petty Cash, which is not synced.");

        // Booked again on the account that is left out: what Procore holds of it goes.
        rig.quickBooks.edit(PaymentKind.CHECK, "K2", payment -> payment.from("Petty Cash"));
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).isEmpty();
        assertThat(rig.deadLetters()).isEmpty();
    }

    private void electronicForAch() {
        rig.quickBooks.has(check("K1").number("ACH-0326").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "20.00"));
        rig.quickBooks.has(check("K2").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B2", "HD-0440", "10.00"));
        assertThat(rig.once()).as(rig.printed()).isZero();
        assertThat(rig.paymentsIssued()).extracting(PaymentIssued::checkNumber, PaymentIssued::paymentMethod)
                .containsExactlyInAnyOrder(tuple("ACH-0326", "electronic"), tuple("10902", "check"));
    }

    private void copyToAFile() throws IOException {
        Path copies = rig.folder.resolve("copies");
        rig.with("copy.folder", rig.path("copies"));
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00").pays("B2", "HD-0440", "10.00"));
        assertThat(rig.once()).as(rig.printed()).isZero();
        assertThat(linesIn(copies)).hasSize(2).first().asString().contains("\"key\":\"K1|B1\"",
                "\"state\":\"delivered\"", "\"amount\":\"9000.00\"", "\"date\":\"2026-03-25\"", "\"commitment\":11");

        assertThat(rig.once()).isZero();
        assertThat(linesIn(copies)).as("nothing new, no line").hasSize(2);

        rig.quickBooks.voidPayment(PaymentKind.CHECK, "K1");
        assertThat(rig.once()).isZero();
        assertThat(linesIn(copies)).hasSize(4).last().asString().contains("\"key\":\"K1|B2\"", "\"state\":\"removed\"");
    }

    private void copyAsCsv() throws IOException {
        Path copies = rig.folder.resolve("copies");
        rig.with("copy.folder", rig.path("copies"));
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan \"HD\" Drywall, LLC")
                .pays("B1", "HD-0431", "9000.00"));
        assertThat(rig.once()).as(rig.printed()).isZero();
        assertThat(rig.once()).as(rig.printed()).isZero();
        assertThat(linesIn(copies)).singleElement().asString()
                .contains("\"K1|B1\",delivered,2026-03-25,\"10902\",\"Harlan \"\"HD\"\" Drywall, LLC\",\"HD-0431\",9000.00,11,");
    }

    private static List<String> linesIn(Path folder) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return lines;
    }

    private void secondDestination() throws IOException {
        List<String> told = Collections.synchronizedList(new ArrayList<>());
        boolean[] away = {true};
        HttpServer second = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        second.createContext("/payments", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (!away[0]) {
                told.add(exchange.getRequestHeaders().getFirst("Idempotency-Key") + " " + body);
            }
            exchange.sendResponseHeaders(away[0] ? 503 : 204, -1);
            exchange.close();
        });
        second.start();
        rig.with("second.url", "http://127.0.0.1:" + second.getAddress().getPort() + "/payments");
        try {
            rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                    .pays("B1", "HD-0431", "9000.00"));
            rig.once();
            assertThat(rig.paymentsIssued()).as("Procore is served while the second is away").hasSize(1);
            assertThat(told).isEmpty();

            away[0] = false;
            assertThat(rig.once()).as(rig.printed()).isZero();
            assertThat(rig.once()).isZero();
            assertThat(told).singleElement().satisfies(call -> assertThat(call)
                    .startsWith("default|K1|B1|1 ").contains("\"amount\":\"9000.00\""));

            rig.quickBooks.edit(PaymentKind.CHECK, "K1", payment -> payment.paysNothing().pays("B1", "HD-0431", "9150.00"));
            assertThat(rig.once()).isZero();
            assertThat(told).hasSize(2).last().asString().startsWith("default|K1|B1|2 ").contains("\"amount\":\"9150.00\"");
        } finally {
            second.stop(0);
        }
    }

    private void deadLettersToChat() throws IOException {
        List<String> posted = Collections.synchronizedList(new ArrayList<>());
        int[] status = {200};
        HttpServer chat = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        chat.createContext("/hook", exchange -> {
            posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(status[0], -1);
            exchange.close();
        });
        chat.start();
        rig.with("chat.url", "http://127.0.0.1:" + chat.getAddress().getPort() + "/hook");
        try {
            rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan \"HD\" Drywall LLC")
                    .pays("B1", "HD-0431", "9000.00").amount("8000.00"));
            assertThat(rig.once()).as(rig.printed()).isEqualTo(1);
            assertThat(posted).as("before the ledger").singleElement().satisfies(text -> assertThat(text).startsWith("{\"text\":")
                    .contains("10902", "Harlan \\\"HD\\\" Drywall"));
            rig.once();
            assertThat(posted).as("the same trouble again").hasSize(1);

            status[0] = 500;
            rig.procore.enablePayments(11, false);
            rig.quickBooks.has(check("K2").number("10903").dated("2026-03-25").to("Harlan Drywall LLC")
                    .pays("B2", "HD-0440", "10.00"));
            assertThat(rig.once()).as("a chat that refuses stops nothing").isEqualTo(1);
            assertThat(posted).as("of delivery").hasSize(2).last().asString().contains("10903");
        } finally {
            chat.stop(0);
        }
    }

    private void lookupInAnotherDatabase() throws SQLException {
        String url = "jdbc:h2:file:" + rig.path("job-cost");
        try (Connection other = DriverManager.getConnection(url, "reader", "correct horse");
                Statement statement = other.createStatement()) {
            statement.execute("create table job_cost_bill (bill_number varchar(40), project_id bigint, commitment_id bigint,"
                    + " commitment_type varchar(40))");
            statement.execute("insert into job_cost_bill values ('HD-0431', 1001, 11, 'work_order_contract')");
        }
        rig.with("job-cost.url", url).with("job-cost.username", "reader").with("job-cost.password", "correct horse");
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B7", "HD-0431", "9000.00").pays("B8", "HD-0440", "10.00"));

        assertThat(rig.once()).as(rig.printed()).isZero();

        assertThat(rig.ledger()).containsExactly("K1|B7|delivered|9000.00", "K1|B8|waiting|10.00");
        assertThat(rig.settings().withoutSecrets("login with correct horse failed")).isEqualTo("login with *** failed");
    }

    private void secretsFromAVault() throws IOException {
        Path credentials = Files.createDirectory(rig.folder.resolve("credentials"));
        rig.without("procore.client-secret");
        // What systemd makes of the drop-in: %d is the folder of the credentials it has loaded.
        for (String line : Files.readAllLines(EXAMPLES.resolve("secrets-from-a-vault/systemd/secrets.conf"))) {
            if (line.startsWith("LoadCredential=")) {
                Files.writeString(credentials.resolve(line.split("[=:]")[1]),
                        line.contains("procore") ? SimulatedProcore.CLIENT_SECRET + "\n" : "another secret\n");
            } else if (line.startsWith("Environment=")) {
                String[] variable = line.substring("Environment=".length()).split("=");
                rig.environment(variable[0], variable[1].replace("%d", credentials.toString()));
            }
        }
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00"));
        assertThat(rig.once()).as(rig.printed()).isZero();
        assertThat(rig.paymentsIssued()).hasSize(1);
        assertThat(rig.settings().text("console.password")).isEqualTo("another secret");
        assertThat(rig.settings().withoutSecrets("with " + SimulatedProcore.CLIENT_SECRET)).isEqualTo("with ***");
    }

    private void approval() {
        rig.with("console.password", "correct horse");
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00").pays("B2", "HD-0440", "10.00"));
        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);
        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);
        assertThat(rig.paymentsIssued()).as("nothing before a person has said yes").isEmpty();
        assertThat(rig.deadLetters()).hasSize(2).first().asString()
                .contains("Check 10902 of 2026-03-25 to Harlan Drywall LLC, bill HD-0431: it waits for approval.");

        try (Installation running = rig.serve()) {
            ConsoleClient ops = new ConsoleClient(running.settings()).as("ops", "correct horse");
            List<Long> letters = new ArrayList<>();
            ops.get("/api/dead-letters?stage=yours").json().at("/items").forEach(item -> letters.add(item.at("/id").asLong()));
            Collections.sort(letters);
            assertThat(ops.post("/api/dead-letters/" + letters.get(0) + "/retry", "").status()).isLessThan(300);
            assertThat(ops.post("/api/dead-letters/" + letters.get(1) + "/discard", "{\"reason\":\"not ours\"}").status())
                    .isLessThan(300);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> rig.paymentsIssued().size() == 1);
        }
        assertThat(rig.ledger()).containsExactly("K1|B1|delivered|9000.00", "K1|B2|skipped|10.00");

        // The approval was for what was seen: an edit asks again, and so does a void. Until then Procore is left alone.
        rig.quickBooks.edit(PaymentKind.CHECK, "K1", payment -> payment.paysNothing().pays("B1", "HD-0431", "9500.00"));
        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);
        rig.quickBooks.voidPayment(PaymentKind.CHECK, "K1");
        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);
        assertThat(rig.paymentsIssued()).singleElement().satisfies(record ->
                assertThat(record.amount()).isEqualByComparingTo("9000.00"));
        assertThat(rig.deadLetters()).hasSize(1);
    }

    private void schedulePerCompanyFile() throws IOException {
        TestQuickBooks west = new TestQuickBooks();
        try (SimulatedGateway westGateway = new SimulatedGateway(west)) {
            rig.with("quickbooks.east.url", rig.gateway.url()).with("quickbooks.west.url", westGateway.url());
            rig.quickBooks.has(check("K1").number("1").dated("2026-03-25").to("Harlan Drywall LLC")
                    .pays("B1", "HD-0431", "9000.00"));
            west.has(check("K2").number("2").dated("2026-03-25").to("Harlan Drywall LLC").pays("B2", "HD-0440", "10.00"));
            rig.with("east.schedule", "0/1 * * * * ?");
            try (Installation running = rig.serve()) {
                Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> rig.paymentsIssued().size() == 1);
            }
            assertThat(rig.paymentsIssued()).extracting(PaymentIssued::originId).containsExactly("K1|B1");
            assertThat(west.requests()).as("the schedule of east reads east alone").isEmpty();

            rig.once();
            assertThat(west.requests()).as("every other sync reads both").isNotEmpty();
        }
    }
}
