package org.paymentsissued.rig;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.paymentsissued.command.BackgroundPreviews;
import org.paymentsissued.command.DryRun;
import org.paymentsissued.command.Once;
import org.paymentsissued.command.PrintedLines;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.SimulatedProcore;
import org.paymentsissued.demo.SimulatedProcoreServer;
import org.paymentsissued.demo.TestProcore;
import org.paymentsissued.demo.TestQuickBooks;
import org.paymentsissued.quickbooks.DateRange;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.Setting;
import org.paymentsissued.setup.Settings;

/**
 * The product as a whole, in a folder of its own, between a simulated QuickBooks and a simulated Procore. Each
 * {@link #once()} starts it again on the same ledger, as the command does.
 */
public final class Rig implements AutoCloseable {

    public static final long COMPANY = 598134325510001L;

    public final TestQuickBooks quickBooks;
    public final TestProcore procore;
    public final SimulatedGateway gateway;
    public final Path folder;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private Path routes = Path.of("routes");
    private SimulatedProcoreServer server;
    private String printed = "";
    private Clock clock = Clock.systemUTC();

    public Rig() {
        this(new TestQuickBooks(), new TestProcore(COMPANY));
    }

    public Rig(TestQuickBooks quickBooks, TestProcore procore) {
        try {
            this.quickBooks = quickBooks;
            this.procore = procore;
            gateway = new SimulatedGateway(quickBooks);
            server = SimulatedProcoreServer.start(procore);
            folder = Files.createTempDirectory("payments-issued-test");
            with("quickbooks.url", gateway.url());
            with("procore.url", server.url());
            with("procore.login-url", server.url());
            with("procore.client-id", SimulatedProcore.CLIENT_ID);
            with("procore.client-secret", SimulatedProcore.CLIENT_SECRET);
            with("procore.company-id", Long.toString(COMPANY));
            with("delivery.backoff", "20ms");
            with("delivery.max-backoff", "200ms");
            with("procore.request-timeout", "2s");
            with("database.url", "jdbc:h2:file:" + path("ledger"));
            with("commitments.inbox", path("commitments"));
            with("backup.folder", path("copies"));
            with("quickbooks.inbox", path("inbox"));
            with("poll.start", "2019-05-01T00:00:00");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Rig with(String key, String value) {
        settings.put(key, value);
        return this;
    }

    /** What the machine's clock says from the next start on. */
    public Rig at(Clock clock) {
        this.clock = clock;
        return this;
    }

    /** Leaves a setting to the file or the environment. */
    public Rig without(String key) {
        settings.remove(key);
        return this;
    }

    public Rig environment(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Copies an example over the shipped routes and settings, as an engineer does. */
    public Rig withExample(Path example) {
        try {
            Path own = Files.createDirectory(folder.resolve("routes"));
            for (Path source : List.of(routes, example.resolve("routes"))) {
                if (Files.isDirectory(source)) {
                    try (Stream<Path> files = Files.list(source)) {
                        for (Path file : files.toList()) {
                            Files.copy(file, own.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                        }
                    }
                }
            }
            if (Files.exists(example.resolve("application.properties"))) {
                Files.copy(example.resolve("application.properties"), folder.resolve("application.properties"));
            }
            routes = own;
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A path inside the rig's folder, as properties files want it. */
    public String path(String name) {
        return folder.resolve(name).toString().replace('\\', '/');
    }

    /** The settings as system properties. */
    public Properties properties() {
        Properties properties = new Properties();
        properties.putAll(settings);
        return properties;
    }

    /** What differs from the shipped settings. */
    public Map<String, String> ownSettings() {
        return Map.copyOf(settings);
    }

    public Settings settings() {
        try {
            return Settings.load(folder, environment, properties());
        } catch (Settings.InvalidSettings e) {
            throw new AssertionError(e);
        }
    }

    /** Drops a lookup file with these lines under a right header. */
    public Rig lookup(String... lines) {
        return drop("commitments", "lookup-" + System.nanoTime() + ".csv",
                "bill_txn_id,project_id,commitment_id,commitment_type,requisition_id,invoice_number\n"
                        + String.join("\n", lines) + "\n");
    }

    /** Drops a file into one of the inboxes, old enough to be whole. */
    public Rig drop(String inbox, String name, String text) {
        return drop(inbox, name, text.getBytes(StandardCharsets.UTF_8));
    }

    public Rig drop(String inbox, String name, byte[] bytes) {
        try {
            Path file = Files.createDirectories(folder.resolve(inbox)).resolve(name);
            Files.write(file, bytes);
            Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(
                    System.currentTimeMillis() - 60_000));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs the command {@code once}. @return its exit code */
    public int once() {
        return run((installation, stream) -> new Once(installation, stream, stream).sync("once"));
    }

    /** Runs the command {@code once --restored}. @return its exit code */
    public int onceRestored(String companyFile) {
        return run((installation, stream) -> {
            installation.restored(companyFile);
            return new Once(installation, stream, stream).sync("once");
        });
    }

    /** Runs the command {@code backfill}. @return its exit code */
    public int backfill(String from, String to) {
        return run((installation, stream) -> new Once(installation, stream, stream)
                .backfill(new DateRange(LocalDate.parse(from), LocalDate.parse(to))));
    }

    /** Runs the command {@code once --preview}. @return its exit code */
    public int dryRun() {
        return preview(new DryRun.Question(Optional.empty(), Optional.empty(), Optional.empty()));
    }

    /** Runs a command with {@code --preview}. @return its exit code */
    public int preview(DryRun.Question question) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream stream = PrintedLines.on(new PrintStream(out, true, StandardCharsets.UTF_8))) {
            return new DryRun(settings(), routes, stream, stream).run(question);
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            printed = out.toString(StandardCharsets.UTF_8);
        }
    }

    private interface Run {
        int with(Installation installation, PrintStream stream) throws InterruptedException;
    }

    private int run(Run command) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream stream = PrintedLines.on(new PrintStream(out, true, StandardCharsets.UTF_8));
                Installation installation = start()) {
            return command.with(installation, stream);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            printed = out.toString(StandardCharsets.UTF_8);
            if (Boolean.getBoolean("rig.show")) {
                System.out.println(printed);
            }
        }
    }

    /** Starts the product without a schedule; to be closed by the test. */
    public Installation start() {
        return Installation.start(settings(), routes, Installation.Mode.ON_COMMAND, clock);
    }

    /** Starts the product as {@code run} does, on free ports, by default with a schedule that never comes; to be closed. */
    public Installation serve() {
        settings.putIfAbsent("poll.schedule", "0 0 0 1 1 ? 2099");
        freePorts();
        return Installation.serve(settings(), routes, new BackgroundPreviews(settings(), routes, Clock.systemUTC()));
    }

    /** Chooses ports for console and management, once. */
    public void freePorts() {
        if (!settings.containsKey("console.port")) {
            with("console.port", freePort()).with("management.port", freePort());
        }
    }

    /** The settings given so far. */
    public Map<String, String> given() {
        return Map.copyOf(settings);
    }

    /** The settings given so far, as a process of its own takes them. */
    public Map<String, String> environment() {
        return environment(settings);
    }

    /** Settings as variables of the environment. */
    static Map<String, String> environment(Map<String, String> settings) {
        return settings.entrySet().stream().collect(Collectors.toMap(
                setting -> new Setting(setting.getKey(), new Setting.Text(), false, "").environmentVariable(), Map.Entry::getValue));
    }

    private static String freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Address of a path on the console's port, once {@link #serve()} was called. */
    public String consoleUrl(String path) {
        return "http://127.0.0.1:" + settings.get("console.port") + path;
    }

    /** What the last command printed. */
    public String printed() {
        return printed;
    }

    public List<PaymentIssued> paymentsIssued() {
        return procore.paymentsIssued();
    }

    /** Calls that may change something in Procore. */
    public long writes() {
        return procore.requests().stream().filter(call -> call.request().path().contains("contract_payments")
                && !call.request().method().equals("GET")).count();
    }

    /** One text a ledger row, such as {@code K1|B1|delivered|9000.00}, in order of payment and bill. */
    public List<String> ledger() {
        return query("""
                select p.payment_txn_id || '|' || r.bill_txn_id || '|' || r.state || '|' || coalesce(cast(r.amount as varchar), '')
                from ledger_row r join payment p on p.id = r.payment_id order by p.payment_txn_id, r.bill_txn_id""");
    }

    /** Sentences of the open dead letters. */
    public List<String> deadLetters() {
        return query("select sentence from dead_letter where status = 'open' order by id");
    }

    /** First column of a query on the ledger's own database, as text; null as "null". */
    public List<String> query(String sql) {
        try (Connection connection = connect(); ResultSet found = connection.createStatement().executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (found.next()) {
                texts.add(String.valueOf(found.getString(1)));
            }
            return texts;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Changes the ledger's own database, as time or an accident would. */
    public int update(String sql) {
        try (Connection connection = connect(); Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(settings().text("database.url"), settings().text("database.username"), "");
    }

    /** Takes Procore off the network. */
    public void procoreGoesAway() {
        server.close();
    }

    public void procoreComesBack() {
        server = SimulatedProcoreServer.start(procore, server.port());
    }

    @Override
    public void close() {
        gateway.close();
        server.close();
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
