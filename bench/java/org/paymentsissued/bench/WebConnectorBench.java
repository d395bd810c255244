package org.paymentsissued.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.paymentsissued.rig.WebConnectorClient;

/**
 * What a page of QuickBooks costs through the Web Connector: two processes {@code run} read the same new payments turn by
 * turn, one from a gateway, the other in a session of a client that asks the same gateway. No payment finds a commitment, so
 * that nothing is delivered.
 */
public final class WebConnectorBench {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String PASSWORD = "bench-bench-bench";
    private static final int PAYMENTS_A_TURN = 3_000;
    private static final int PAGE = 100;

    private WebConnectorBench() {
    }

    private interface Reading {
        void run() throws Exception;
    }

    /** {@code WebConnectorBench JAR ROUTES ROUNDS CSV}. */
    public static void main(String[] arguments) throws Exception {
        AtomicLong entered = new AtomicLong();
        List<String> csv = new ArrayList<>(List.of("way,round,payments,seconds"));
        List<Double> ratios = new ArrayList<>();
        try (StandIns standIns = new StandIns()) {
            String gateway = standIns.quickBooks(entered::get);
            try (Product byGateway = new Product(arguments[0], arguments[1], "http", gateway);
                    Product bySession = new Product(arguments[0], arguments[1], "web-connector", gateway)) {
                System.out.printf("%5s %8s %18s %18s %8s%n", "round", "pages", "gateway ms a page", "session ms a page", "ratio");
                // The first round is for the compilers.
                for (int round = 0; round <= Integer.parseInt(arguments[2]); round++) {
                    entered.addAndGet(PAYMENTS_A_TURN);
                    double alone = seconds(byGateway::sync);
                    bySession.sync();
                    double session = seconds(() -> bySession.session(gateway));
                    byGateway.requireRead(entered.get());
                    bySession.requireRead(entered.get());
                    int pages = PAYMENTS_A_TURN / PAGE;
                    System.out.printf(Locale.ROOT, "%5s %8d %18.1f %18.1f %8.2f%n", round == 0 ? "warm" : round, pages,
                            1000 * alone / pages, 1000 * session / pages, session / alone);
                    if (round > 0) {
                        ratios.add(session / alone);
                        csv.add(String.format(Locale.ROOT, "gateway,%d,%d,%.3f", round, PAYMENTS_A_TURN, alone));
                        csv.add(String.format(Locale.ROOT, "session,%d,%d,%.3f", round, PAYMENTS_A_TURN, session));
                    }
                }
            }
        }
        System.out.printf(Locale.ROOT, "median ratio %.2f%n", ratios.stream().sorted().toList().get(ratios.size() / 2));
        Files.write(Path.of(arguments[3]), csv);
        System.exit(0);
    }

    private static double seconds(Reading reading) throws Exception {
        long start = System.nanoTime();
        reading.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static String answer(HttpRequest.Builder request, String body) {
        try {
            HttpResponse<String> answer = HTTP.send((body == null ? request.GET()
                    : request.POST(HttpRequest.BodyPublishers.ofString(body))).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The command {@code run} in a folder of its own. */
    private static final class Product implements AutoCloseable {
        private final Path folder = Files.createTempDirectory("web-connector-bench");
        private final String console = "http://127.0.0.1:" + freePort();
        private final WebConnectorClient client = new WebConnectorClient(console + "/qbwc", WebConnectorClient.USER, "");
        private final Process process;

        Product(String jar, String routes, String transport, String gateway) throws Exception {
            Files.createFile(folder.resolve("application.properties"));
            List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Dquickbooks.transport=" + transport, "-Dquickbooks.url=" + gateway,
                    "-Dconsole.port=" + URI.create(console).getPort(), "-Dmanagement.port=" + freePort(),
                    "-Dconsole.password=" + PASSWORD, "-Dprocore.client-id=x", "-Dprocore.client-secret=x",
                    "-Dprocore.company-id=598134325510001", "-Dprocore.url=http://127.0.0.1:1",
                    "-Dprocore.login-url=http://127.0.0.1:1", "-Dcommitments.refresh=false", "-Dpoll.overlap=1s",
                    "-Dpoll.schedule=0 0 0 1 1 ? 2099"));
            if (transport.equals("web-connector")) {
                command.addAll(List.of("-Dquickbooks.username=" + WebConnectorClient.USER,
                        "-Dquickbooks.password=" + WebConnectorClient.PASSWORD));
            }
            copy(Path.of(routes), folder.resolve("routes"));
            command.addAll(List.of("-jar", jar, "run"));
            process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(folder.resolve("run.log").toFile()).start();
            Awaitility.await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> status() != null);
        }

        private static int freePort() {
            try (ServerSocket socket = new ServerSocket(0)) {
                return socket.getLocalPort();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void copy(Path from, Path to) throws IOException {
            Files.createDirectories(to);
            try (var files = Files.list(from)) {
                for (Path file : files.toList()) {
                    Files.copy(file, to.resolve(file.getFileName()));
                }
            }
        }

        private HttpRequest.Builder request(String path) {
            return HttpRequest.newBuilder(URI.create(console + path)).header("Authorization", "Basic " + Base64.getEncoder()
                    .encodeToString(("ops:" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
        }

        private JsonNode status() throws IOException {
            return JSON.readTree(answer(request("/api/status"), null));
        }

        /** -1 while one is under way, and before the first. */
        private long lastSync() throws IOException {
            JsonNode last = status().path("lastPoll");
            return last.path("end").isTextual() ? last.path("id").asLong() : -1;
        }

        /** One sync, until it is over; for the Web Connector it only marks its reading as due. */
        void sync() throws IOException {
            long before = lastSync();
            answer(request("/api/sync"), "");
            Awaitility.await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(10)).until(() -> lastSync() > before);
        }

        /** One session, from authenticate to closeConnection. */
        void session(String gateway) {
            List<String> admitted = client.authenticate(WebConnectorClient.USER, WebConnectorClient.PASSWORD);
            if (!admitted.get(1).isEmpty()) {
                throw new IllegalStateException("not admitted: " + admitted);
            }
            client.goOn(admitted.get(0), WebConnectorClient.HOST_ANSWERS,
                    request -> answer(HttpRequest.newBuilder(URI.create(gateway)), request));
        }

        void requireRead(long payments) throws IOException {
            // One in four pays two bills.
            long rows = payments + (payments + 3) / 4;
            long waiting = status().path("counts").path("waiting").asLong();
            if (waiting != rows) {
                throw new IllegalStateException(waiting + " rows wait instead of " + rows);
            }
        }

        @Override
        public void close() throws IOException {
            process.destroy();
            process.onExit().join();
            ReadBench.delete(folder);
        }
    }
}
