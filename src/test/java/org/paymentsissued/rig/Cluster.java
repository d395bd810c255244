package org.paymentsissued.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;
import org.paymentsissued.demo.SimulatedProcoreServer;

/**
 * Nodes as processes of the packaged jar on one PostgreSQL, between a QuickBooks and a Procore that live in the test, and
 * what QuickBooks holds as a plain map, to compare with.
 */
public final class Cluster implements AutoCloseable {

    public static final Duration LEASE = Duration.ofSeconds(6);
    private static final Path JAR = Path.of("target", "payments-issued.jar").toAbsolutePath();
    private static final int COMMITMENTS = 40;
    private static final Reply NO_REPLY = new Reply(0, Map.of(), "");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    public final Rig rig = new Rig();
    private final EmbeddedPostgres postgres;
    private final List<Node> nodes = new ArrayList<>();
    /** Amount by payment and bill. */
    private final Map<String, BigDecimal> books = new TreeMap<>();
    private final Map<String, String> extra = new TreeMap<>();
    private final AtomicReference<Strike> armed = new AtomicReference<>();
    private final AtomicLong creates = new AtomicLong();
    private int payments;
    private Path classes = Path.of("none");

    public Cluster() throws IOException {
        postgres = EmbeddedPostgres.builder().setServerConfig("max_connections", "120")
                .setServerConfig("fsync", "on").start();
        rig.with("database.url", postgres.getJdbcUrl("postgres", "postgres")).with("database.username", "postgres")
                .with("cluster.enabled", "true").with("cluster.lease", LEASE.toSeconds() + "s")
                .with("procore.request-timeout", LEASE.toSeconds() / 2 + "s")
                .with("poll.schedule", "0/4 * * * * ?").with("poll.overlap", "5s").with("quickbooks.page-size", "500")
                .with("commitments.refresh", "false").with("delivery.concurrency", "2").with("console.password", "secret")
                .with("safety.max-removals", "1000000").with("safety.max-removal-percent", "100")
                .with("delivery.max-attempts", "100");
        rig.procore.project(1001, "Riverside Clinic");
        for (int i = 0; i < COMMITMENTS; i++) {
            rig.procore.commitment(1001, 100 + i, CommitmentType.WORK_ORDER_CONTRACT, "SC-" + i, "Harlan Drywall LLC");
        }
    }

    private static List<String> java(String option, String command) {
        return List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx160m", "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", "-Xshare:auto", option, "-jar", JAR.toString(), command);
    }

    /**
     * Lets the JVM keep the classes it has read, since nodes are started by the hundred: a start then costs about two thirds.
     * A sync that reaches no one reads nearly all of them.
     */
    public Cluster withQuickStarts() throws IOException, InterruptedException {
        Path folder = Files.createDirectory(rig.folder.resolve("classes"));
        unpackInto(folder);
        classes = folder.resolve("classes.jsa");
        ProcessBuilder builder = new ProcessBuilder(java("-XX:ArchiveClassesAtExit=" + classes, "once"))
                .directory(folder.toFile()).redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile());
        builder.environment().putAll(Map.of("PROCORE_CLIENT_ID", "id", "PROCORE_CLIENT_SECRET", "secret", "PROCORE_COMPANY_ID",
                "1", "QUICKBOOKS_URL", "http://127.0.0.1:9/", "PROCORE_URL", "http://127.0.0.1:9", "PROCORE_LOGIN_URL",
                "http://127.0.0.1:9"));
        assertThat(builder.start().waitFor(3, TimeUnit.MINUTES)).as("classes read in time").isTrue();
        return this;
    }

    private static void unpackInto(Path folder) throws IOException {
        Files.createDirectory(folder.resolve("routes"));
        Files.copy(Path.of("application.properties"), folder.resolve("application.properties"));
        try (Stream<Path> routes = Files.list(Path.of("routes"))) {
            for (Path route : routes.toList()) {
                Files.copy(route, folder.resolve("routes").resolve(route.getFileName()));
            }
        }
    }

    /** For nodes that start from now on. */
    public Cluster with(String key, String value) {
        extra.put(key, value);
        return this;
    }

    /** When a strike hits a node: moments between which a kill must neither lose nor repeat anything. */
    public enum Moment {
        /** QuickBooks has answered, the answer is not there yet. */
        POLL,
        /** A page is being written into the ledger. */
        LEDGER,
        /** A change was sent and never reaches Procore. */
        LOST_CALL,
        /** A change was sent and Procore carries it out. */
        CALL,
        /** The answer to a change is there, or nearly. */
        ANSWER
    }

    private record Strike(Moment moment, Consumer<Node> blow, CompletableFuture<Node> struck) { }

    /**
     * Strikes the node to which a moment comes first.
     *
     * @return the node; empty where the moment came to none for so long
     */
    public Optional<Node> strike(Moment moment, Consumer<Node> blow, Duration patience) throws Exception {
        Strike strike = new Strike(moment, blow, new CompletableFuture<>());
        armed.set(strike);
        try {
            return Optional.of(strike.struck().get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return armed.compareAndSet(strike, null) ? Optional.empty() : Optional.of(strike.struck().get());
        }
    }

    private boolean strikes(Node node, Moment moment) {
        Strike strike = armed.get();
        if (strike == null || strike.moment() != moment || !node.isAlive() || !armed.compareAndSet(strike, null)) {
            return false;
        }
        strike.blow().accept(node);
        strike.struck().complete(node);
        return true;
    }

    /** After at most so long, while the call that leads there goes on. */
    private void strikesWithin(int millis, Node node, Moment moment) {
        Strike strike = armed.get();
        if (strike != null && strike.moment() == moment) {
            CompletableFuture.delayedExecutor(ThreadLocalRandom.current().nextInt(millis), TimeUnit.MILLISECONDS)
                    .execute(() -> strikes(node, moment));
        }
    }

    /**
     * One process, started again after each end in the same folder. It has doors of its own to QuickBooks and Procore, at
     * which the test knows what it is about to do.
     */
    public final class Node {
        private final Path folder;
        private final String consolePort = freePort();
        private final String managementPort = freePort();
        private final SimulatedGateway gateway = new SimulatedGateway(rig.quickBooks);
        private final SimulatedProcoreServer procore = SimulatedProcoreServer.start(this::toProcore, 0);
        private Process process;

        private Node(int number) throws IOException {
            gateway.passesThrough(this::fromQuickBooks);
            folder = Files.createDirectory(rig.folder.resolve("node-" + number));
            unpackInto(folder);
        }

        public Node start() {
            try {
                ProcessBuilder builder = new ProcessBuilder(java("-XX:SharedArchiveFile=" + classes, "run"))
                        .directory(folder.toFile()).redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("out").toFile()));
                Map<String, String> settings = new TreeMap<>(rig.given());
                settings.putAll(extra);
                settings.put("console.port", consolePort);
                settings.put("management.port", managementPort);
                settings.put("quickbooks.url", gateway.url());
                settings.put("procore.url", procore.url());
                settings.put("procore.login-url", procore.url());
                builder.environment().putAll(Rig.environment(settings));
                process = builder.start();
                return this;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        private String fromQuickBooks(String answer) {
            strikes(this, Moment.POLL);
            if (answer.contains("BillPaymentCheckRet>")) {
                strikesWithin(400, this, Moment.LEDGER);
            }
            return answer;
        }

        private Reply toProcore(Request request) {
            if (!isChange(request)) {
                return rig.procore.handle(request);
            }
            if (strikes(this, Moment.LOST_CALL)) {
                return NO_REPLY;
            }
            if (request.method().equals("POST")) {
                creates.incrementAndGet();
            }
            strikes(this, Moment.CALL);
            Reply reply = rig.procore.handle(request);
            strikesWithin(30, this, Moment.ANSWER);
            return reply;
        }

        public void kill() {
            try {
                process.destroyForcibly().waitFor();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        /** SIGTERM. @return the exit code */
        public int stop() throws InterruptedException {
            process.destroy();
            assertThat(process.waitFor(90, TimeUnit.SECONDS)).as("ended in time").isTrue();
            return process.exitValue();
        }

        public void freeze() {
            signal("-STOP");
        }

        public void thaw() {
            signal("-CONT");
        }

        private void signal(String signal) {
            try {
                new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        public boolean isAlive() {
            return process != null && process.isAlive();
        }

        /** Whether its start is complete. */
        public boolean isRunning() {
            try {
                return isAlive() && HTTP.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort
                        + "/observe/health/live")).timeout(Duration.ofSeconds(2)).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode() == 200;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        public Path folder() {
            return folder;
        }

        private void close() {
            if (isAlive()) {
                kill();
            }
            gateway.close();
            procore.close();
        }

        public String consoleUrl(String path) {
            return "http://127.0.0.1:" + consolePort + path;
        }

        public String printed() {
            try {
                return Files.readString(folder.resolve("out"));
            } catch (IOException e) {
                return "";
            }
        }

        /** Waits until the latest start is complete. */
        public void awaitRunning() {
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(this::isRunning);
        }
    }

    public Node add() {
        try {
            Node node = new Node(nodes.size() + 1);
            nodes.add(node);
            if (nodes.size() == 1) {
                // Lookup files lie where one node finds them; the lookup itself is in the database.
                StringBuilder lines = new StringBuilder();
                for (int i = 0; i < COMMITMENTS; i++) {
                    lines.append("B").append(i).append(",1001,").append(100 + i).append(",work_order_contract,,\n");
                }
                rig.lookup(lines.toString().strip());
            }
            return node;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Starts what has ended by itself, as a service manager does: a node whose connections are cut in its start gives up. */
    public void restartEnded() {
        nodes.stream().filter(node -> !node.isAlive()).forEach(Node::start);
    }

    public List<Node> nodes() {
        return List.copyOf(nodes);
    }

    /** Enters payments in QuickBooks, every fifth of two bills. */
    public void pay(int number) {
        for (int i = 0; i < number; i++) {
            int payment = ++payments;
            String txn = "K" + payment;
            var booked = check(txn).number(Integer.toString(payment % 100_000)).dated("2026-03-25").to("Harlan Drywall LLC");
            for (int line = 0; line < (payment % 5 == 0 ? 2 : 1); line++) {
                String bill = "B" + (payment + line) % COMMITMENTS;
                BigDecimal amount = BigDecimal.valueOf(10_000L + payment * 2L + line, 2);
                booked.pays(bill, "HD-" + bill, amount.toPlainString());
                books.put(txn + "|" + bill, amount);
            }
            rig.quickBooks.has(booked);
        }
    }

    public int payments() {
        return payments;
    }

    public void voidPayment(int payment) {
        if (forget("K" + payment)) {
            rig.quickBooks.voidPayment(PaymentKind.CHECK, "K" + payment);
        }
    }

    public void delete(int payment) {
        if (forget("K" + payment)) {
            rig.quickBooks.delete(PaymentKind.CHECK, "K" + payment);
        }
    }

    private boolean forget(String txn) {
        return books.keySet().removeIf(key -> key.startsWith(txn + "|"));
    }

    /** Changes the amount on the only bill of a payment. */
    public void edit(int payment, String amount) {
        String key = books.keySet().stream().filter(known -> known.startsWith("K" + payment + "|")).findFirst().orElse("");
        if (payment % 5 == 0 || key.isEmpty()) {
            return;
        }
        String bill = key.substring(key.indexOf('|') + 1);
        books.put(key, new BigDecimal(amount));
        rig.quickBooks.edit(PaymentKind.CHECK, "K" + payment, booked -> booked.paysNothing().pays(bill, "HD-" + bill, amount));
    }

    public long expected() {
        return books.size();
    }

    public Map<String, BigDecimal> books() {
        return Map.copyOf(books);
    }

    public Map<String, BigDecimal> inProcore() {
        Map<String, BigDecimal> there = new TreeMap<>();
        for (PaymentIssued record : rig.paymentsIssued()) {
            assertThat(there.put(record.originId(), record.amount().setScale(2))).as("a second %s", record.originId())
                    .isNull();
        }
        return there;
    }

    /** Waits until all that QuickBooks holds is in the ledger and delivered. */
    public void awaitCalm(Duration most) {
        try {
            Awaitility.await().atMost(most).pollInterval(Duration.ofSeconds(1)).until(() ->
                    number("select count(*) from ledger_row where state not in ('delivered', 'removed')") == 0
                            && number("select count(*) from ledger_row where state = 'delivered'") == books.size()
                            && inProcore().equals(books));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("Never calm: " + texts("select state || ' ' || count(*) from ledger_row group by state")
                    + ", " + books.size() + " wanted, " + rig.paymentsIssued().size() + " in Procore, dead letters "
                    + texts("select sentence from dead_letter where status = 'open' limit 5") + ", sessions "
                    + texts("select state || ' ' || coalesce(wait_event, '') || ' ' || left(query, 90)"
                            + " from pg_stat_activity where datname = 'postgres'") + "\n" + nodes.stream()
                    .map(node -> node.printed().lines().skip(Math.max(0, node.printed().lines().count() - 30))
                            .collect(Collectors.joining("\n"))).collect(Collectors.joining("\n---- next node\n")), e);
        }
    }

    /** QuickBooks, ledger and Procore say the same; nothing was doubled, and no one asked for it. */
    public void compare() {
        assertThat(inProcore()).as("Procore").isEqualTo(books);
        assertThat(inLedger()).as("ledger").isEqualTo(books);
        assertThat(rig.procore.violations()).isEmpty();
        assertThat(texts("select sentence from dead_letter where status = 'open'")).isEmpty();
        assertThat(number("select count(*) from ledger_row where state not in ('delivered', 'removed')")).isZero();
        assertThat(number("select count(*) from ledger_row where pending_call is not null")).isZero();
        assertThat(number("select count(distinct held_procore_id) from ledger_row where held_procore_id is not null"))
                .isEqualTo(books.size());
        assertThat(duplicatesAskedFor()).as("duplicates asked for").isEmpty();
    }

    /** Amounts that the ledger believes Procore to hold. */
    private Map<String, BigDecimal> inLedger() {
        Map<String, BigDecimal> held = new TreeMap<>();
        texts("select p.payment_txn_id || '|' || r.bill_txn_id || '=' || r.held_amount from ledger_row r"
                + " join payment p on p.id = r.payment_id where r.held_procore_id is not null").forEach(text ->
                held.put(text.substring(0, text.indexOf('=')), new BigDecimal(text.substring(text.indexOf('=') + 1)).setScale(2)));
        return held;
    }

    /** Creates that Procore refused, or carried out beside an earlier one of the same key: a payment is created once. */
    public List<String> duplicatesAskedFor() {
        Set<String> created = new HashSet<>();
        return rig.procore.requests().stream().filter(call -> call.request().method().equals("POST") && isChange(call.request()))
                .filter(call -> call.status() >= 300 || !created.add(originId(call.request())))
                .map(call -> call.status() + " " + originId(call.request())).toList();
    }

    /** How often a payment was to be created, as the nodes' doors have seen it. */
    public long creates() {
        return creates.get();
    }

    private static String originId(Request request) {
        return request.body().replaceAll("(?s).*\"origin_id\":\"([^\"]+)\".*", "$1");
    }

    private static boolean isChange(Request request) {
        return !request.method().equals("GET") && request.path().contains("contract_payments");
    }

    /** Ends every connection of the nodes to the database. @return how many */
    public long cutConnections() {
        return number("select count(pg_terminate_backend(pid)) from pg_stat_activity"
                + " where datname = 'postgres' and pid <> pg_backend_pid() and application_name <> 'the test'");
    }

    public long number(String sql) {
        return Long.parseLong(texts(sql).get(0));
    }

    public List<String> texts(String sql) {
        try (Connection connection = connect(); Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (found.next()) {
                texts.add(String.valueOf(found.getString(1)));
            }
            return texts;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    public int update(String sql) {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private Connection connect() throws SQLException {
        return java.sql.DriverManager.getConnection(postgres.getJdbcUrl("postgres", "postgres")
                + "&ApplicationName=the%20test");
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(socket.getLocalPort());
        }
    }

    @Override
    public void close() throws IOException {
        nodes.forEach(Node::close);
        postgres.close();
        rig.close();
    }
}
