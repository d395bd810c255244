package org.paymentsissued.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import javax.management.NotificationEmitter;
import javax.sql.DataSource;
import org.paymentsissued.BenchedProduct;
import org.paymentsissued.ledger.LedgerDatabase;

/**
 * Reading: qbXML to ledger rows, by a parser alone (a), by plain JDBC (b) and by the product (c), each in a process of its own
 * with the same heap, turn by turn, so that what else the machine does meets all alike. What is timed begins after the
 * process's start and a first file of 10,000 payments.
 */
public final class ReadBench {

    /** Read before: for the first half minute of a process its compilers take as much as the work does. */
    private static final long WARM_UP = 10_000;
    private static final List<String> WAYS = List.of("parse", "jdbc", "product");

    private ReadBench() {
    }

    /** What a turn took. @param live largest use of the heap after a collection, in megabytes */
    public record Turn(double seconds, double cpuSeconds, long live) { }

    /** {@code ReadBench ROUNDS CSV HEAP SIZE...}; in a process of its own {@code ReadBench WAY SIZE FOLDER}. */
    public static void main(String[] arguments) throws Exception {
        if (WAYS.contains(arguments[0])) {
            Turn turn = turn(arguments[0], Long.parseLong(arguments[1]), WARM_UP, Path.of(arguments[2]));
            System.out.printf(Locale.ROOT, "TURN %.3f %.3f %d%n", turn.seconds(), turn.cpuSeconds(), turn.live());
            return;
        }
        int rounds = Integer.parseInt(arguments[0]);
        List<String> csv = new ArrayList<>(List.of("payments,way,round,seconds,cpu_seconds,live_heap_mb"));
        System.out.printf("%10s %10s | %11s %11s %11s | %7s %7s %10s | %s%n", "payments", "rows", "a parse", "b jdbc",
                "c product", "c of a", "c of b", "by cpu", "live heap of c");
        for (int i = 3; i < arguments.length; i++) {
            size(Long.parseLong(arguments[i]), rounds, arguments[2], csv);
            Files.write(Path.of(arguments[1]), csv);
        }
    }

    private static void size(long payments, int rounds, String heap, List<String> csv) throws Exception {
        Map<String, List<Turn>> turns = new TreeMap<>();
        for (int round = 0; round < rounds; round++) {
            for (String way : WAYS) {
                Path folder = Files.createTempDirectory("read-bench");
                try {
                    Turn turn = apart(way, payments, heap, folder);
                    turns.computeIfAbsent(way, none -> new ArrayList<>()).add(turn);
                    csv.add(String.format(Locale.ROOT, "%d,%s,%d,%.3f,%.3f,%d", payments, way, round, turn.seconds(),
                            turn.cpuSeconds(), turn.live()));
                } finally {
                    delete(folder);
                }
            }
        }
        double parse = median(turns.get("parse"), Turn::seconds);
        double jdbc = median(turns.get("jdbc"), Turn::seconds);
        double product = median(turns.get("product"), Turn::seconds);
        System.out.printf(Locale.ROOT, "%,10d %,10d | %,9.0f/s %,9.0f/s %,9.0f/s | %7.2f %7.2f %10.2f | %d MB of %s%n", payments,
                BooksOfAnySize.rows(payments), payments / parse, payments / jdbc, payments / product, parse / product,
                jdbc / product, median(turns.get("jdbc"), Turn::cpuSeconds) / median(turns.get("product"), Turn::cpuSeconds),
                turns.get("product").stream().mapToLong(Turn::live).max().orElse(0), heap);
    }

    private static double median(List<Turn> turns, ToDoubleFunction<Turn> of) {
        return turns.stream().mapToDouble(of).sorted().boxed().toList().get(turns.size() / 2);
    }

    private static Turn apart(String way, long payments, String heap, Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap, "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Djava.io.tmpdir=" + folder));
        command.addAll(Stream.of(System.getProperty("bench.flags", "").split(" ")).filter(flag -> !flag.isEmpty()).toList());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ReadBench.class.getName(), way,
                Long.toString(payments), folder.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
        int exit = process.waitFor();
        List<String> lines = Files.readAllLines(output);
        String[] told = lines.get(lines.size() - 1).split(" ");
        if (exit != 0 || !told[0].equals("TURN")) {
            throw new IllegalStateException(way + " of " + payments + " ended with " + exit + ": "
                    + lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        }
        return new Turn(Double.parseDouble(told[1]), Double.parseDouble(told[2]), Long.parseLong(told[3]));
    }

    /**
     * One way, in this process.
     *
     * @param before payments that are read first, and not timed
     */
    public static Turn turn(String way, long payments, long before, Path folder) throws Exception {
        Path warmUp = folder.resolve("warm-up.xml");
        Path file = folder.resolve("payments.xml");
        BooksOfAnySize.write(warmUp, payments, before);
        BooksOfAnySize.write(file, 0, payments);
        String url = "jdbc:h2:file:" + folder.resolve("ledger").toString().replace('\\', '/');
        switch (way) {
            case "parse" -> {
                PlainReading.parse(warmUp);
                return timed(() -> PlainReading.parse(file));
            }
            case "jdbc" -> {
                try (LedgerDatabase database = LedgerDatabase.open(url, "sa", "", 4)) {
                    lookup(database.dataSource());
                    PlainReading.read(warmUp, database.dataSource(), 1);
                    Turn turn = timed(() -> PlainReading.read(file, database.dataSource(), 1));
                    requireAll(database.dataSource(), payments + before);
                    return turn;
                }
            }
            default -> {
                try (BenchedProduct product = new BenchedProduct(folder, Path.of(System.getProperty("bench.routes", "routes")),
                        Map.of("database.url", url, "quickbooks.transport", "file", "procore.client-id", "x",
                                "procore.client-secret", "x", "procore.company-id", "598134325510001"))) {
                    lookup(product.dataSource());
                    product.read(warmUp);
                    Turn turn = timed(() -> product.read(file));
                    requireAll(product.dataSource(), payments + before);
                    return turn;
                }
            }
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static Turn timed(Work work) throws Exception {
        List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP).toList();
        AtomicLong live = new AtomicLong();
        ManagementFactory.getGarbageCollectorMXBeans().forEach(collector -> ((NotificationEmitter) collector)
                .addNotificationListener((told, none) -> live.accumulateAndGet(heap.stream()
                        .filter(pool -> pool.getCollectionUsage() != null)
                        .mapToLong(pool -> pool.getCollectionUsage().getUsed()).sum(), Math::max), null, null));
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long start = System.nanoTime();
        work.run();
        return new Turn((System.nanoTime() - start) / 1e9, (system.getProcessCpuTime() - cpu) / 1e9, live.get() >> 20);
    }

    private static void lookup(DataSource ledger) throws SQLException {
        try (Connection connection = ledger.getConnection(); Statement statement = connection.createStatement()) {
            statement.execute(BooksOfAnySize.lookup("default"));
        }
    }

    /** Both ways have to leave the same: all payments, all rows, all due, all the money. */
    private static void requireAll(DataSource ledger, long payments) throws SQLException {
        try (Connection connection = ledger.getConnection(); Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("select (select count(*) from payment), count(*), sum(wanted_amount)"
                        + " from ledger_row where state = 'pending'")) {
            found.next();
            long rows = BooksOfAnySize.rows(payments);
            String is = found.getLong(1) + " payments, " + found.getLong(2) + " rows, " + found.getBigDecimal(3);
            String wanted = payments + " payments, " + rows + " rows, "
                    + new java.math.BigDecimal("125.50").multiply(java.math.BigDecimal.valueOf(rows));
            if (!is.equals(wanted)) {
                throw new IllegalStateException(is + " instead of " + wanted);
            }
        }
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }
}
