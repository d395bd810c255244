package org.paymentsissued.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.main.Main;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedProcore;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.demo.SimulatedQuickBooks;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.RouteFiles;
import org.paymentsissued.setup.Settings;

/**
 * The main job on a year of a contractor's payments: the product as it is, its routes as they are packed, against a
 * QuickBooks and a Procore that are simulated on loopback. Leaves nothing behind.
 */
public final class Demo {

    private final PrintStream out;
    private final PrintStream err;

    public Demo(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public int run() throws Exception {
        Path folder = Files.createTempDirectory("payments-issued-demo");
        SimulatedQuickBooks quickBooks = SimulatedQuickBooks.ofDemoData();
        SimulatedProcore procore = SimulatedProcore.ofDemoData();
        try (SimulatedSystems systems = new SimulatedSystems(quickBooks, procore)) {
            Path routes = unpack(folder);
            out.println("A year of a contractor's checks and card payments: a simulated QuickBooks and a simulated Procore run at");
            out.println(systems.url() + ", with the real product between them.");
            try (Installation installation = Installation.start(settings(folder, systems.url()), routes,
                    Installation.Mode.ON_COMMAND)) {
                Once once = new Once(installation, out, err);
                title("1. The first sync reads everything and records it in Procore.");
                once.sync("demo");
                title("2. The same again: nothing has changed, so Procore is not even called.");
                int before = procore.requests().size();
                once.sync("demo");
                out.printf("Calls to Procore in this sync: %d%n", procore.requests().size() - before);
                title("3. In QuickBooks one check is voided, another is edited, and a card payment is deleted; the commitment"
                        + " of the waiting bill is now known.");
                change(quickBooks, procore, folder);
                once.sync("demo");
                return compare(procore);
            }
        } finally {
            delete(folder);
        }
    }

    private void title(String text) {
        out.println();
        out.println(text);
    }

    private static void change(SimulatedQuickBooks quickBooks, SimulatedProcore procore, Path folder)
            throws IOException {
        quickBooks.voidPayment(PaymentKind.CHECK, "3C4CC-1774390101");
        quickBooks.edit(PaymentKind.CHECK, "3C4D0-1774396800", check -> check.paysNothing().amount("15150.00")
                .pays("2F3B8-1772208000", "HD-0431", "9150.00").pays("2F48C-1772553600", "HD-0440", "6000.00"));
        quickBooks.delete(PaymentKind.CREDIT_CARD, "3C4C4-1774378114");
        procore.commitment(598134325630090L, 598134325741450L, CommitmentType.WORK_ORDER_CONTRACT, "SC-021",
                "Salt Flat Survey Group");
        Files.writeString(folder.resolve("commitments/late.csv"), """
                bill_txn_id,project_id,commitment_id,commitment_type,requisition_id,invoice_number
                2D6B2-1760033768,598134325630090,598134325741450,work_order_contract,,
                """);
    }

    /** What the demo promises is counted in the simulated Procore, not taken from our own ledger. */
    private int compare(SimulatedProcore procore) {
        long held = procore.paymentsIssued().size();
        long keys = procore.paymentsIssued().stream().map(PaymentIssued::originId).distinct().count();
        out.printf("%nProcore now holds %d payments issued, each once (%d different keys). Calls that break Procore's rules: %d.%n",
                held, keys, procore.violations().size());
        procore.violations().forEach(err::println);
        return held == keys && procore.violations().isEmpty() ? ExitCode.FINE : ExitCode.DEAD_LETTERS;
    }

    private static Settings settings(Path folder, String url) throws Settings.InvalidSettings {
        Map<String, String> values = new TreeMap<>();
        values.put("quickbooks.url", url + "/quickbooks");
        values.put("quickbooks.username", SimulatedSystems.USER);
        values.put("quickbooks.password", SimulatedSystems.PASSWORD);
        values.put("procore.url", url);
        values.put("procore.login-url", url);
        values.put("procore.client-id", SimulatedProcore.CLIENT_ID);
        values.put("procore.client-secret", SimulatedProcore.CLIENT_SECRET);
        values.put("procore.company-id", Long.toString(SimulatedProcore.DEMO_COMPANY_ID));
        values.put("commitments.inbox", folder.resolve("commitments").toString().replace('\\', '/'));
        values.put("database.url", "jdbc:h2:file:" + folder.resolve("ledger").toString().replace('\\', '/'));
        values.put("poll.start", "2019-05-01T00:00:00");
        Properties properties = new Properties();
        properties.putAll(values);
        return Settings.load(folder, Map.of(), properties);
    }

    private static Path unpack(Path folder) throws IOException {
        Path routes = Files.createDirectory(folder.resolve("routes"));
        RouteFiles.unpackShipped(routes);
        Files.createDirectory(folder.resolve("commitments"));
        copy("/demo/data/lookup.csv", folder.resolve("commitments/lookup.csv"));
        return routes;
    }

    private static void copy(String resource, Path target) throws IOException {
        try (InputStream in = Demo.class.getResourceAsStream(resource)) {
            Files.copy(in, target);
        }
    }

    static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The two systems behind one port on loopback, served by Camel routes of their own. */
    static final class SimulatedSystems implements AutoCloseable {
        static final String USER = "demo";
        static final String PASSWORD = "demo-password";

        private final Main main = new Main();
        private final int port;

        SimulatedSystems(SimulatedQuickBooks quickBooks, SimulatedProcore procore) throws IOException {
            port = freePort();
            main.bind("simulatedQuickBooks", quickBooks);
            main.bind("simulatedProcore", procore);
            Properties properties = new Properties();
            properties.setProperty("camel.main.name", "simulated-systems");
            properties.setProperty("camel.server.enabled", "true");
            properties.setProperty("camel.server.host", "127.0.0.1");
            properties.setProperty("camel.server.port", Integer.toString(port));
            properties.setProperty("demo.quickbooks.username", USER);
            properties.setProperty("demo.quickbooks.password", PASSWORD);
            main.setPropertyPlaceholderLocations("false");
            main.setOverrideProperties(properties);
            main.configure().setRoutesIncludePattern("classpath:demo/routes/quickbooks.yaml,classpath:demo/routes/procore.yaml");
            main.start();
        }

        String url() {
            return "http://127.0.0.1:" + port;
        }

        private static int freePort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }

        @Override
        public void close() {
            main.stop();
        }
    }
}
