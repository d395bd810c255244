package org.paymentsissued;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.Main;
import org.paymentsissued.ledger.CommitmentLookup;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.Deliveries;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.ledger.Pauses;
import org.paymentsissued.ledger.Placements;
import org.paymentsissued.ledger.ProcoreCatalogue;
import org.paymentsissued.ledger.RemovalLimits;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.ledger.Watermarks;
import org.paymentsissued.ledger.WholePayment;
import org.paymentsissued.operations.Inboxes;
import org.paymentsissued.operations.SetAside;
import org.paymentsissued.operations.Syncs;
import org.paymentsissued.procore.CommitmentFiles;
import org.paymentsissued.procore.CommitmentRefreshes;
import org.paymentsissued.procore.DeliveryPolicy;
import org.paymentsissued.procore.ProcoreAnswers;
import org.paymentsissued.procore.ProcoreLogin;
import org.paymentsissued.procore.ProcorePause;
import org.paymentsissued.procore.RowDeliveries;
import org.paymentsissued.quickbooks.BillPayments;
import org.paymentsissued.quickbooks.Gateway;
import org.paymentsissued.quickbooks.Readings;

/** The product, put together: the beans that the routes call by name, the database, and Camel Main with the route files. */
public final class Installation implements AutoCloseable {

    /** Which routes run by themselves. */
    public enum Mode {
        /** Schedules, console, health. */
        SERVING,
        /** Nothing by itself: a command sends messages to the routes' seams. */
        ON_COMMAND
    }

    private final Settings settings;
    private final LedgerDatabase database;
    private final Main main = new Main();
    private final ProcoreLogin login;
    private final ThreadPoolExecutor deliveryThreads;
    private final Runs runs;
    private final DeadLetters deadLetters;
    private final Deliveries deliveries;
    private final RowDeliveries rowDeliveries;
    private final ProcorePause pause;
    private final CommitmentRefreshes refreshes;
    private final Syncs syncs;
    private ProducerTemplate template;

    private Installation(Settings settings, LedgerDatabase database, Clock clock) {
        this.settings = settings;
        this.database = database;
        String companyFile = settings.text("quickbooks.company-file");
        int concurrency = settings.number("delivery.concurrency");

        deadLetters = new DeadLetters(database, clock);
        Ledger ledger = new Ledger(database, deadLetters, clock);
        CommitmentLookup lookup = new CommitmentLookup(database, clock);
        runs = new Runs(database, clock);
        deliveries = new Deliveries(database, deadLetters, new RemovalLimits(settings.number("safety.max-removals"),
                settings.percent("safety.max-removal-percent")), clock);
        pause = new ProcorePause(clock, settings.duration("delivery.backoff"), settings.duration("delivery.max-backoff"),
                concurrency, new Pauses(database));
        rowDeliveries = new RowDeliveries(deliveries, pause, policy(settings), clock);
        refreshes = new CommitmentRefreshes(new ProcoreCatalogue(database, lookup, deadLetters), pause,
                new CommitmentRefreshes.Plan(settings.isOn("commitments.refresh"), settings.text("commitments.schedule"),
                        settings.text("procore.company-id"), companyFile), clock);
        syncs = new Syncs(runs, companyFile);
        login = new ProcoreLogin(settings.text("procore.login-url"), settings.text("procore.client-id"),
                settings.text("procore.client-secret"), settings.duration("procore.request-timeout"), clock);
        deliveryThreads = exactly(concurrency);

        main.bind("dataSource", database.dataSource());
        main.bind("ledger", ledger);
        main.bind("placements", new Placements(ledger));
        main.bind("wholePayment", new WholePayment());
        main.bind("readings", new Readings(new Readings.Plan(companyFile, settings.text("quickbooks.qbxml-version"),
                settings.number("quickbooks.page-size"), settings.isOn("quickbooks.iterators"),
                settings.localTime("poll.start"), settings.duration("poll.overlap")),
                new Watermarks(database, clock), clock));
        main.bind("billPayments", new BillPayments(companyFile, settings.text("payment.discounts").equals("add")));
        main.bind("gateway", new Gateway(settings.text("quickbooks.username"), settings.text("quickbooks.password")));
        main.bind("commitmentFiles", new CommitmentFiles(lookup, deadLetters, companyFile));
        main.bind("inboxes", new Inboxes());
        main.bind("setAside", new SetAside(deadLetters, companyFile));
        main.bind("syncs", syncs);
        main.bind("deliveries", rowDeliveries);
        main.bind("commitmentRefreshes", refreshes);
        main.bind("deliveryThreads", deliveryThreads);
        main.bind("procoreLogin", login);
        main.bind("procoreAnswers", new ProcoreAnswers(clock));
    }

    /**
     * Opens the database and starts the routes.
     *
     * @param routes folder of the route files
     * @throws LedgerDatabase.FileInUse  when another process works on the H2 file
     * @throws LedgerDatabase.Unusable   when the database cannot be used
     * @throws UnusableRoutes            when a route file is missing or wrong; nothing was started
     */
    static Installation start(Settings settings, Path routes, Mode mode) {
        List<Path> files = routeFiles(routes);
        LedgerDatabase database = LedgerDatabase.open(settings.text("database.url"),
                settings.text("database.username"), settings.text("database.password"),
                settings.number("delivery.concurrency"));
        Installation installation = new Installation(settings, database, Clock.systemUTC());
        try {
            installation.startCamel(files, mode);
            return installation;
        } catch (Exception e) {
            installation.close();
            throw new UnusableRoutes("The routes in " + routes + " cannot run: "
                    + settings.withoutSecrets(rootMessage(e)), e);
        }
    }

    private void startCamel(List<Path> files, Mode mode) {
        if (settings.text("database.url").startsWith("jdbc:h2:")) {
            deliveries.forgetOldClaims();
        }
        boolean serving = mode == Mode.SERVING;
        Properties properties = settings.forRoutes();
        properties.setProperty("run.schedules", Boolean.toString(serving));
        properties.setProperty("camel.main.name", "payments-issued");
        properties.setProperty("camel.server.enabled", Boolean.toString(serving));
        properties.setProperty("camel.server.host", settings.text("console.host"));
        properties.setProperty("camel.server.port", settings.text("console.port"));
        properties.setProperty("camel.management.enabled", Boolean.toString(serving));
        properties.setProperty("camel.management.host", settings.text("management.host"));
        properties.setProperty("camel.management.port", settings.text("management.port"));
        properties.setProperty("camel.management.health-check-enabled", "true");
        properties.setProperty("camel.management.metrics-enabled", "true");
        properties.setProperty("camel.metrics.enabled", Boolean.toString(serving));
        main.setPropertyPlaceholderLocations("false");
        main.setOverrideProperties(properties);
        main.configure().setRoutesIncludePattern(String.join(",",
                files.stream().map(file -> "file:" + file.toAbsolutePath().toString().replace('\\', '/')).toList()));
        main.start();
        template = camel().createProducerTemplate();
    }

    private static List<Path> routeFiles(Path routes) {
        if (!Files.isDirectory(routes)) {
            throw new UnusableRoutes("There is no folder " + routes.toAbsolutePath() + ". Run in the folder that holds"
                    + " routes/ and application.properties.", null);
        }
        try (Stream<Path> files = Files.list(routes)) {
            List<Path> found = files.filter(file -> {
                String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".xml");
            }).sorted().toList();
            if (found.isEmpty()) {
                throw new UnusableRoutes("The folder " + routes.toAbsolutePath() + " holds no route file.", null);
            }
            return found;
        } catch (IOException e) {
            throw new UnusableRoutes("The folder " + routes.toAbsolutePath() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static DeliveryPolicy policy(Settings settings) {
        return new DeliveryPolicy(settings.text("procore.company-id"),
                DeliveryPolicy.UpdateStrategy.valueOf(constant(settings.text("procore.update-strategy"))),
                DeliveryPolicy.VoidStrategy.valueOf(constant(settings.text("procore.void-strategy"))),
                settings.text("procore.origin-id").equals("write"), settings.text("procore.origin-prefix"),
                settings.number("delivery.max-attempts"), settings.duration("delivery.backoff"),
                settings.duration("delivery.max-backoff"));
    }

    private static String constant(String value) {
        return value.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /**
     * A pool that hands each task to a free thread and lets the giver wait where there is none: nothing is claimed early.
     * The giver is one of the pool's threads itself, since Camel's splitter iterates there.
     */
    private static ThreadPoolExecutor exactly(int deliveries) {
        int threads = deliveries + 1;
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(threads, threads, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "delivery-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }, (task, pool) -> {
            try {
                pool.getQueue().put(task);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.util.concurrent.RejectedExecutionException(e);
            }
        });
    }

    private static String rootMessage(Throwable failure) {
        List<String> messages = new ArrayList<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = cause.getMessage();
            if (message != null && messages.stream().noneMatch(known -> known.contains(message))) {
                messages.add(message);
            }
        }
        return messages.isEmpty() ? failure.toString() : String.join(" | ", messages);
    }

    CamelContext camel() {
        return main.getCamelContext();
    }

    ProducerTemplate template() {
        return template;
    }

    Settings settings() {
        return settings;
    }

    Runs runs() {
        return runs;
    }

    DeadLetters deadLetters() {
        return deadLetters;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    ProcorePause pause() {
        return pause;
    }

    Syncs syncs() {
        return syncs;
    }

    LedgerDatabase database() {
        return database;
    }

    @Override
    public void close() {
        rowDeliveries.stop();
        refreshes.stop();
        main.stop();
        deliveryThreads.shutdown();
        try {
            login.close();
        } catch (IOException e) {
            // Nothing was left to send on it.
        }
        database.close();
    }

    /** The route files cannot run; the message says which and why. */
    static final class UnusableRoutes extends RuntimeException {
        UnusableRoutes(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
