package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Relay;
import org.paymentsissued.rig.Rig;

/** Answers that come a byte at a time, that never end, or that ask to come back tomorrow. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CallsThatDoNotEndTest {

    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[";

    private final Rig rig = new Rig();
    private Relay relay;

    @BeforeEach
    void aPaymentIsDue() {
        rig.with("delivery.max-attempts", "2").with("commitments.refresh", "false").with("procore.request-timeout", "1s");
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        rig.quickBooks.has(check("K1").number("10902").dated("2026-03-25").to("Harlan Drywall LLC")
                .pays("B1", "HD-0431", "9000.00"));
        rig.lookup("B1,1001,11,work_order_contract,,");
    }

    @AfterEach
    void close() {
        if (relay != null) {
            relay.close();
        }
        rig.close();
    }

    /** Answers with a head and then a byte ten times a second, which no limit between packets ever ends. */
    private static Relay dripping(String head) {
        return Relay.of((client, itself) -> {
            Relay.head(client.getInputStream());
            OutputStream out = client.getOutputStream();
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            while (true) {
                out.write(' ');
                out.flush();
                pause();
            }
        });
    }

    /** Answers with a list that goes on for as long as anyone reads. */
    private static Relay endless(String head) {
        byte[] piece = "{\"id\":1},".repeat(8_000).getBytes(StandardCharsets.US_ASCII);
        return Relay.of((client, itself) -> {
            Relay.head(client.getInputStream());
            OutputStream out = client.getOutputStream();
            out.write(head.getBytes(StandardCharsets.ISO_8859_1));
            for (long sent = 0; sent < 500_000_000L; sent += piece.length) {
                out.write(piece);
            }
        });
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration timeOf(Runnable action) {
        long start = System.nanoTime();
        action.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    @Test
    void the_limit_ends_an_answer_that_comes_a_byte_at_a_time() {
        relay = dripping(HEAD);
        rig.with("procore.url", relay.url("http"));

        Duration time = timeOf(() -> assertThat(rig.once()).isEqualTo(3));

        assertThat(rig.printed()).contains("Procore did not answer: nothing within 1.0 s (procore.request-timeout)");
        assertThat(time).as("a few calls of a second, and the start").isLessThan(Duration.ofSeconds(60));
    }

    @Test
    void the_limit_ends_an_answer_whose_head_comes_a_byte_at_a_time() {
        relay = dripping("HTTP/1.1 200 OK\r\nX-Slow:");
        rig.with("procore.url", relay.url("http"));

        assertThat(rig.once()).isEqualTo(3);

        assertThat(rig.printed()).contains("nothing within 1.0 s");
    }

    @Test
    void a_token_that_comes_a_byte_at_a_time_is_procore_being_away_and_nobody_queues_for_it() {
        relay = dripping(HEAD);
        rig.with("procore.login-url", relay.url("http"));
        for (int i = 2; i < 9; i++) {
            rig.quickBooks.has(check("K" + i).number("1090" + i).dated("2026-03-25").to("Harlan Drywall LLC")
                    .pays("B1", "HD-0431", "1.00"));
        }

        assertThat(rig.once()).as(rig::printed).isEqualTo(3);

        assertThat(rig.deadLetters()).isEmpty();
        assertThat(rig.printed()).contains("asked for a token at procore.login-url");
    }

    @Test
    void an_answer_larger_than_the_limit_is_cut_off_and_its_outcome_unknown() {
        relay = endless(HEAD);
        rig.with("procore.url", relay.url("http")).with("procore.max-answer", "1MB").with("procore.request-timeout", "20s");

        assertThat(rig.once()).isEqualTo(3);

        assertThat(rig.printed()).contains("larger than procore.max-answer (1000 KB)");
    }

    @Test
    void answers_of_500_megabytes_to_four_deliveries_at_once_leave_a_small_process_alive() throws Exception {
        relay = endless(HEAD);
        rig.with("procore.url", relay.url("http")).with("procore.request-timeout", "60s");
        StringBuilder lookup = new StringBuilder();
        for (int i = 2; i < 9; i++) {
            rig.procore.commitment(1001, 10 + i, CommitmentType.WORK_ORDER_CONTRACT, "SC-0" + i, "Harlan Drywall LLC");
            rig.quickBooks.has(check("K" + i).number("1090" + i).dated("2026-03-25").to("Harlan Drywall LLC")
                    .pays("B" + i, "HD-" + i, "1.00"));
            lookup.append("B").append(i).append(",1001,").append(10 + i).append(",work_order_contract,,\n");
        }
        rig.lookup(lookup.toString().strip());
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m", "-XX:+ExitOnOutOfMemoryError"));
        rig.ownSettings().forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "org.paymentsissued.Application", "once"));
        Path output = rig.folder.resolve("output.txt");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(process.exitValue()).as(Files.readString(output)).isIn(1, 3);
        assertThat(Files.readString(output)).contains("larger than procore.max-answer (20000 KB)").doesNotContain("OutOfMemory");
    }

    @Test
    void a_wait_of_a_day_ends_the_command_and_says_when_to_come_back() {
        relay = Relay.answering("HTTP/1.1 429 Too Many Requests", "Retry-After: 86400\r\n", "{}");
        rig.with("procore.url", relay.url("http"));

        Duration time = timeOf(() -> assertThat(rig.once()).isEqualTo(3));

        String tomorrow = java.time.ZonedDateTime.now().plusDays(1).format(java.time.format.DateTimeFormatter.ISO_LOCAL_DATE);
        assertThat(rig.printed()).contains("Procore asked us to wait", "Run this again after " + tomorrow);
        assertThat(time).isLessThan(Duration.ofMinutes(1));
        assertThat(rig.deadLetters()).isEmpty();

        assertThat(rig.once()).as("the next run knows it still").isEqualTo(3);
        assertThat(rig.printed()).contains("Run this again after " + tomorrow);
    }

    @ParameterizedTest
    @CsvSource({"429 Too Many Requests, Retry-After: 1, 8", "200 OK, Content-Type: text/html, 6"})
    void a_command_gives_up_after_a_few_pauses_in_a_row(String status, String header, int calls) {
        relay = Relay.answering("HTTP/1.1 " + status, header + "\r\n", "<html>later</html>");
        rig.with("procore.url", relay.url("http")).with("commitments.refresh", "false");

        assertThat(rig.once()).as(rig::printed).isEqualTo(3);

        assertThat(relay.asked()).hasSizeBetween(3, calls);
        assertThat(rig.ledger()).containsExactly("K1|B1|pending|9000.00");
        assertThat(rig.query("select attempts from ledger_row")).containsExactly("0");
    }

    @Test
    void an_answer_of_the_gateway_that_comes_a_byte_at_a_time_ends_and_the_next_run_goes_on() throws IOException {
        relay = dripping("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<QBXML>");
        String gateway = rig.settings().text("quickbooks.url");
        rig.with("quickbooks.url", relay.url("http")).with("quickbooks.request-timeout", "1s");

        Duration time = timeOf(() -> assertThat(rig.once()).isEqualTo(3));

        assertThat(rig.printed()).contains("complete answer within quickbooks.request-timeout (1.0 s)");
        assertThat(time).isLessThan(Duration.ofSeconds(30));
        rig.with("quickbooks.url", gateway);
        assertThat(rig.once()).isZero();
    }
}
