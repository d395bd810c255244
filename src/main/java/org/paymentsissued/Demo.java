package org.paymentsissued;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.camel.main.Main;
import org.paymentsissued.demo.SimulatedProcore;
import org.paymentsissued.demo.SimulatedQuickBooks;

/**
 * The main job on a year of a contractor's payments: the product as it is, its routes as they are packed, against a
 * QuickBooks and a Procore that are simulated on loopback. Leaves nothing behind.
 */
final class Demo {

    private static final List<String> ROUTES = List.of("10-poll.yaml", "20-split.yaml", "30-enrich.xml",
            "40-aggregate.yaml", "50-deliver.yaml", "90-dead-letter.yaml");

    private final PrintStream out;
    private final PrintStream err;

    Demo(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    int run() throws Exception {
        Path folder = Files.createTempDirectory("payments-issued-demo");
        SimulatedQuickBooks quickBooks = SimulatedQuickBooks.ofDemoData();
        SimulatedProcore procore = SimulatedProcore.ofDemoData();
        try (SimulatedSystems systems = new SimulatedSystems(quickBooks, procore)) {
            Path routes = unpack(folder);
            out.println("A simulated QuickBooks and a simulated Procore run on " + systems.url());
            out.println();
            out.println("1. A year of checks and card payments, read and delivered for the first time.");
            try (Installation installation = Installation.start(settings(folder, systems.url()), routes,
                    Installation.Mode.ON_COMMAND)) {
                new Once(installation, out, err).sync("demo");
                out.println();
                out.println("2. The same again: nothing has changed, so nothing is sent.");
                int before = procore.requests().size();
                new Once(installation, out, err).sync("demo");
                out.printf("Calls to Procore in this sync: %d%n", procore.requests().size() - before);
                return Application.FINE;
            }
        } finally {
            delete(folder);
        }
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
        Properties properties = new Properties();
        properties.putAll(values);
        return Settings.load(folder, Map.of(), properties);
    }

    private static Path unpack(Path folder) throws IOException {
        Path routes = Files.createDirectory(folder.resolve("routes"));
        for (String route : ROUTES) {
            copy("/routes/" + route, routes.resolve(route));
        }
        Files.createDirectory(folder.resolve("commitments"));
        copy("/demo/data/lookup.csv", folder.resolve("commitments/lookup.csv"));
        return routes;
    }

    private static void copy(String resource, Path target) throws IOException {
        try (InputStream in = Demo.class.getResourceAsStream(resource)) {
            Files.copy(in, target);
        }
    }

    private static void delete(Path folder) {
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
