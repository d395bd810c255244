package org.paymentsissued.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.paymentsissued.BenchedProduct;

/**
 * Delivery: a first delivery of so many records by the product, against a loop of the JDK's HTTP client that posts as many
 * bodies of the same shape with the same concurrency and records nothing. Turn by turn, each in a process of its own, against
 * a Procore in a third process that answers after 0, 20 and 100 ms.
 */
public final class DeliverBench {

    private static final int CONCURRENCY = 4;
    /** Delivered before at no latency: what the virtual machine compiles then is not what a long delivery costs. */
    private static final long WARM_UP_PAYMENTS = 480;

    private DeliverBench() {
    }

    private record Turn(double seconds, double cpuSeconds, long posts, long gets) { }

    /** {@code DeliverBench ROUNDS CSV}; in processes of their own {@code WAY URL PAYMENTS FOLDER MILLIS} and {@code procore}. */
    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "procore" -> {
                StandIns standIns = new StandIns();
                System.out.println(standIns.procore(0));
                System.in.read();
                System.out.println(standIns.posts() + " " + standIns.gets());
                System.exit(0);
            }
            case "product", "loop" -> {
                long payments = Long.parseLong(arguments[2]);
                Turn turn = arguments[0].equals("loop") ? loop(arguments[1], payments, arguments[4])
                        : product(arguments[1], payments, Path.of(arguments[3]), arguments[4]);
                System.out.printf(Locale.ROOT, "TURN %.3f %.3f%n", turn.seconds(), turn.cpuSeconds());
                System.exit(0);
            }
            default -> all(Integer.parseInt(arguments[0]), Path.of(arguments[1]));
        }
    }

    private static void all(int rounds, Path csv) throws Exception {
        List<String> lines = new ArrayList<>(List.of("latency_ms,way,round,records,seconds,cpu_seconds,posts,gets"));
        System.out.printf("%8s %8s | %12s %12s %8s | %14s %14s%n", "latency", "records", "c loop", "product", "ratio",
                "posts a record", "gets in all");
        for (int latency : new int[] {0, 20, 100}) {
            long payments = latency == 100 ? 400 : 1_600;
            long records = BooksOfAnySize.rows(payments);
            Map<String, List<Turn>> turns = new TreeMap<>();
            for (int round = 0; round < rounds; round++) {
                for (String way : List.of("loop", "product")) {
                    Turn turn = apart(way, latency, payments);
                    turns.computeIfAbsent(way, none -> new ArrayList<>()).add(turn);
                    lines.add(String.format(Locale.ROOT, "%d,%s,%d,%d,%.3f,%.3f,%d,%d", latency, way, round, records,
                            turn.seconds(), turn.cpuSeconds(), turn.posts(), turn.gets()));
                }
            }
            double loop = median(turns.get("loop"));
            double product = median(turns.get("product"));
            Turn last = turns.get("product").get(rounds - 1);
            System.out.printf(Locale.ROOT, "%5d ms %,8d | %,10.0f/s %,10.0f/s %8.2f | %14.3f %14d%n", latency, records,
                    records / loop, records / product, loop / product,
                    (double) last.posts() / BooksOfAnySize.rows(payments + WARM_UP_PAYMENTS), last.gets());
            Files.write(csv, lines);
        }
    }

    private static double median(List<Turn> turns) {
        return turns.stream().map(Turn::seconds).sorted().toList().get(turns.size() / 2);
    }

    private static List<String> java(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-Dbench.routes=" + System.getProperty("bench.routes", "routes"), "-cp",
                System.getProperty("java.class.path"), DeliverBench.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Turn apart(String way, int latency, long payments) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("deliver-bench");
        Process procore = new ProcessBuilder(java("procore"))
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var told = procore.inputReader()) {
            String url = told.readLine();
            Path output = folder.resolve("output.txt");
            Process process = new ProcessBuilder(java(way, url, Long.toString(payments), folder.toString(),
                    Integer.toString(latency)))
                    .redirectErrorStream(true).redirectOutput(output.toFile()).start();
            int exit = process.waitFor();
            List<String> lines = Files.readAllLines(output);
            String[] turn = lines.get(lines.size() - 1).split(" ");
            if (exit != 0 || !turn[0].equals("TURN")) {
                throw new IllegalStateException(way + " ended with " + exit + ": "
                        + lines.subList(Math.max(0, lines.size() - 20), lines.size()));
            }
            procore.getOutputStream().write('\n');
            procore.getOutputStream().flush();
            String[] seen = told.readLine().split(" ");
            return new Turn(Double.parseDouble(turn[1]), Double.parseDouble(turn[2]), Long.parseLong(seen[0]),
                    Long.parseLong(seen[1]));
        } finally {
            procore.destroy();
            ReadBench.delete(folder);
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static Turn timed(Work work) throws Exception {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long start = System.nanoTime();
        work.run();
        return new Turn((System.nanoTime() - start) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9, 0, 0);
    }

    private static void latency(String procore, String millis) throws Exception {
        HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(procore + "/latency/" + millis)).build(),
                HttpResponse.BodyHandlers.discarding());
    }

    private static Turn product(String url, long payments, Path folder, String millis) throws Exception {
        Path warmUp = folder.resolve("warm-up.xml");
        Path file = folder.resolve("payments.xml");
        BooksOfAnySize.write(warmUp, payments, WARM_UP_PAYMENTS);
        BooksOfAnySize.write(file, 0, payments);
        try (BenchedProduct product = new BenchedProduct(folder, Path.of(System.getProperty("bench.routes", "routes")), Map.of(
                "database.url", "jdbc:h2:file:" + folder.resolve("ledger").toString().replace('\\', '/'),
                "quickbooks.transport", "file", "procore.url", url, "procore.login-url", url, "procore.client-id", "x",
                "procore.client-secret", "x", "procore.company-id", "598134325510001",
                "delivery.concurrency", Integer.toString(CONCURRENCY)))) {
            execute(product, BooksOfAnySize.lookup("default"));
            product.read(warmUp);
            product.deliver();
            product.read(file);
            latency(url, millis);
            Turn turn = timed(product::deliver);
            long delivered = execute(product, "select count(*) from ledger_row where state = 'delivered'");
            if (delivered != BooksOfAnySize.rows(payments + WARM_UP_PAYMENTS)) {
                throw new IllegalStateException(delivered + " delivered");
            }
            return turn;
        }
    }

    private static long execute(BenchedProduct product, String sql) throws SQLException {
        try (Connection connection = product.dataSource().getConnection(); Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return 0;
            }
            try (ResultSet found = statement.getResultSet()) {
                found.next();
                return found.getLong(1);
            }
        }
    }

    private static Turn loop(String url, long payments, String millis) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        post(client, url, BooksOfAnySize.rows(WARM_UP_PAYMENTS));
        long records = BooksOfAnySize.rows(payments);
        latency(url, millis);
        return timed(() -> post(client, url, records));
    }

    private static void post(HttpClient client, String url, long records) throws Exception {
        AtomicLong next = new AtomicLong();
        ExecutorService threads = Executors.newFixedThreadPool(CONCURRENCY);
        try {
            List<Future<?>> loops = new ArrayList<>();
            for (int thread = 0; thread < CONCURRENCY; thread++) {
                loops.add(threads.submit(() -> {
                    for (long record = next.getAndIncrement(); record < records; record = next.getAndIncrement()) {
                        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(URI.create(url
                                + "/rest/v1.0/contract_payments")).header("Content-Type", "application/json")
                                .header("Authorization", "Bearer token").header("Procore-Company-Id", "598134325510001")
                                .POST(HttpRequest.BodyPublishers.ofString(body(record))).build(),
                                HttpResponse.BodyHandlers.ofString());
                        if (answer.statusCode() != 201) {
                            throw new IllegalStateException(answer.body());
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> loop : loops) {
                loop.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    private static String body(long record) {
        return "{\"project_id\":1001,\"contract_id\":500011,\"contract_payment\":{\"amount\":\"125.50\",\"date\":\"2026-01-05\","
                + "\"payment_method\":\"check\",\"check_number\":\"" + (10_000 + record) + "\",\"invoice_number\":\"HD-" + record
                + "\",\"invoice_date\":\"2026-01-05\",\"notes\":\"Draw 7, see retainage schedule & lien waiver\",\"origin_id\":\""
                + "2f000-1700000000|B" + record + "-1690000000\",\"origin_data\":\"{\\\"edit_sequence\\\":\\\"1700000000\\\"}\"}}";
    }
}
