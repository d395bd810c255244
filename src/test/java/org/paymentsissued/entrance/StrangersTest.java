package org.paymentsissued.entrance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.rig.WebConnectorClient;
import org.paymentsissued.setup.Installation;
import org.slf4j.LoggerFactory;

/** People and programs without a login, on the ports that anyone may reach; over sockets of this machine. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class StrangersTest {

    private static final int SLOW_ONES = 60;
    private static final Logger ROOT = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

    private static Rig rig;
    private static Installation installation;
    private static ConsoleClient console;
    private final List<Socket> sockets = new ArrayList<>();
    private final ScheduledExecutorService pump = Executors.newSingleThreadScheduledExecutor();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeAll
    static void serve() {
        rig = new Rig().with("quickbooks.transport", "web-connector").with("poll.schedule", "0 0 0 1 1 ? 2099")
                .with("quickbooks.username", WebConnectorClient.USER).with("quickbooks.password", WebConnectorClient.PASSWORD);
        installation = rig.serve();
        console = new ConsoleClient(installation.settings()).as("ops", installation.generatedPassword().orElseThrow());
    }

    @AfterAll
    static void stop() {
        installation.close();
        rig.close();
    }

    @BeforeEach
    void listen() {
        log.start();
        ROOT.addAppender(log);
    }

    @AfterEach
    void closeAll() throws IOException {
        ROOT.detachAppender(log);
        pump.shutdownNow();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Socket connect(String port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", Integer.parseInt(rig.given().get(port))), 5_000);
        socket.setSoTimeout(5_000);
        sockets.add(socket);
        return socket;
    }

    /** Sends a beginning, and nothing more. @return all that is answered before the connection is closed */
    private String exchange(String port, String text) throws IOException {
        try (Socket socket = connect(port)) {
            socket.getOutputStream().write(text.getBytes(UTF_8));
            socket.getOutputStream().flush();
            StringBuilder answer = new StringBuilder();
            InputStream in = socket.getInputStream();
            try {
                for (int next = in.read(); next >= 0; next = in.read()) {
                    answer.append((char) next);
                }
            } catch (SocketTimeoutException e) {
                answer.append("(open)");
            }
            return answer.toString();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /qbwc HTTP/1.1", "POST /console/login HTTP/1.1", "GET /api/status HTTP/1.1"})
    void sixty_that_send_a_byte_now_and_then_slow_nobody_else_and_are_cut_off(String line) throws IOException {
        for (int i = 0; i < SLOW_ONES; i++) {
            connect("console.port").getOutputStream().write((line + "\r\nHost: localhost\r\nContent-Length: 4000\r\n\r\n").getBytes(UTF_8));
        }
        pump.scheduleAtFixedRate(() -> sockets.forEach(StrangersTest::drip), 0, 500, TimeUnit.MILLISECONDS);

        WebConnectorClient client = new WebConnectorClient(rig.consoleUrl("/qbwc"));
        long began = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            assertThat(console.get("/api/status").status()).isEqualTo(200);
            assertThat(client.serverVersion()).startsWith("payments-issued");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> assertThat(sockets).allMatch(StrangersTest::isCutOff));
    }

    @Test
    void who_does_not_even_send_a_whole_request_is_cut_off() throws IOException {
        Socket socket = connect("console.port");
        pump.scheduleAtFixedRate(() -> drip(socket), 0, 500, TimeUnit.MILLISECONDS);

        await().atMost(Duration.ofSeconds(40)).until(() -> isCutOff(socket));
    }

    private static void drip(Socket socket) {
        try {
            socket.getOutputStream().write('x');
            socket.getOutputStream().flush();
        } catch (IOException e) {
            // Cut off, as it should be.
        }
    }

    private static boolean isCutOff(Socket socket) {
        try {
            socket.setSoTimeout(1);
            int available = 0;
            while (socket.getInputStream().read() >= 0 && available++ < 10_000) {
                // What was answered before.
            }
            return available < 10_000;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @Test
    void a_large_body_is_read_only_of_someone_who_is_logged_in() throws IOException {
        assertThat(exchange("console.port", "POST /api/sync HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n"))
                .startsWith("HTTP/1.1 413").contains("application/problem+json", "64 KB").doesNotContain("(open)");
        assertThat(exchange("console.port", "POST /console/login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n"
                + "x".repeat(0x20000) + "\r\n0\r\n\r\n")).startsWith("HTTP/1.1 413");
        assertThat(console.post("/api/dead-letters/1/discard", "{\"reason\":\"" + "x".repeat(300_000) + "\"}").status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"console.port", "management.port"})
    void a_host_that_is_not_ours_is_refused_so_that_no_other_site_can_point_its_name_here(String port) throws IOException {
        String path = port.equals("console.port") ? "/" : "/observe/health";
        assertThat(exchange(port, "GET " + path + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421").contains("console.host-names").doesNotContain("evil", "UP");
        assertThat(exchange(port, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 4");
        assertThat(exchange(port, "GET " + path + " HTTP/1.1\r\nHost: LOCALHOST:99\r\nConnection: close\r\n\r\n"))
                .doesNotStartWith("HTTP/1.1 4");
    }

    @Test
    void nothing_of_a_form_goes_to_disk() throws IOException {
        Path folder = Path.of("file-uploads");
        boolean wasThere = Files.exists(folder);
        String head = "POST /console/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: multipart/form-data; boundary=b\r\n";
        String form = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f\"\r\n\r\nx\r\n--b--\r\n";

        assertThat(exchange("console.port", head + "Content-Length: 0\r\n\r\n")).doesNotContain("(open)");
        assertThat(exchange("console.port", head + "Content-Length: " + form.length() + "\r\n\r\n" + form)).doesNotContain("(open)");

        assertThat(Files.exists(folder)).isEqualTo(wasThere);
    }

    @Test
    void nothing_newer_than_http_1_1_is_spoken() throws IOException {
        assertThat(exchange("console.port", "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                + "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n")).doesNotStartWith("HTTP/1.1 101");
        assertThat(exchange("management.port", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).doesNotContain("\u0000\u0000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /%zz HTTP/1.1", "GET /api/payments?q=%zz HTTP/1.1", "NONSENSE", "GET", "GET / HTTP/9.9", "\u0000\u0001",
        "GET /console/../../etc/passwd HTTP/1.1", "POST /console/login HTTP/1.1\r\nContent-Length: -1",
        "POST /console/login HTTP/1.1\r\nContent-Length: 99999999999999999999", "POST /qbwc HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz",
        "POST /api/sync HTTP/1.1\r\nContent-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\nabc",
        "POST /console/login HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\n%zz",
        "POST /console/login HTTP/1.1\r\nContent-Type: nonsense/\r\nContent-Length: 3\r\n\r\nabc", "PUT /console HTTP/1.1\r\nCookie: =;;;=",
        "GET /api/status HTTP/1.1\r\nAuthorization: Basic !!!", "GET /console/assets/%00 HTTP/1.1", "TRACE / HTTP/1.1",
        "POST /qbwc HTTP/1.1\r\nContent-Length: 5\r\n\r\n<a><b"})
    void malformed_requests_leave_no_stack_trace_in_the_log(String request) throws IOException {
        String[] parts = request.split("\r\n\r\n", 2);
        String answer = exchange("console.port", parts[0] + "\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                + (parts.length > 1 ? parts[1] : ""));
        try (Socket gone = connect("console.port")) {
            gone.getOutputStream().write((parts[0] + "\r\nHost: localhost\r\n").getBytes(UTF_8));
        }

        assertThat(answer).doesNotContain("Exception", "\tat ");
        assertThat(new ArrayList<>(log.list)).noneMatch(event -> event.getThrowableProxy() != null);
        assertThat(console.get("/api/status").status()).isEqualTo(200);
    }

    @Test
    void who_leaves_before_the_answer_leaves_no_stack_trace_either() throws IOException {
        for (String line : List.of("GET /console/login", "GET /api/status", "POST /qbwc", "GET /qbwc?wsdl")) {
            for (int i = 0; i < 10; i++) {
                try (Socket socket = connect("console.port")) {
                    socket.setSoLinger(true, 0);
                    socket.getOutputStream().write((line + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx").getBytes(UTF_8));
                }
            }
        }

        assertThat(console.get("/api/status").status()).isEqualTo(200);
        assertThat(new ArrayList<>(log.list)).noneMatch(event -> event.getThrowableProxy() != null);
    }

    @Test
    void fields_that_no_column_holds_end_in_a_sentence() {
        String most = "x".repeat(2_001);
        assertThat(console.post("/api/delivery/pause", "{\"reason\":\"" + most + "\"}")).satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().path("detail").asText()).contains("reason has 2001 characters", "Nothing was changed");
        });
        assertThat(console.post("/api/delivery/pause", "{\"reason\":\"a\\u0000b\"}").status()).isEqualTo(400);
        assertThat(console.get("/api/payments?q=" + most).status()).isEqualTo(400);
        assertThat(console.get("/api/payments?q=%00").status()).isEqualTo(400);
        assertThat(console.get("/console/payments?q=" + most)).satisfies(answer -> {
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.text()).contains("2001 characters");
        });
        assertThat(console.put("/api/bills/default/" + "B".repeat(2_001) + "/commitment", "{\"commitmentId\":1}").status()).isEqualTo(400);
        assertThat(console.put("/api/bills/default/B%00/commitment", "{\"commitmentId\":1}").status()).isEqualTo(400);
        assertThat(console.put("/api/bills/default/B1/commitment", "{\"commitmentId\":\"1e9\"}").status()).isEqualTo(400);
        assertThat(log.list).noneMatch(event -> event.getThrowableProxy() != null);
    }
}
