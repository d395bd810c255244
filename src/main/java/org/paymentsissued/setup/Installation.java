package org.paymentsissued.setup;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ManagementStatisticsLevel;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.component.quartz.QuartzComponent;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.EndpointStrategy;
import org.apache.camel.support.RouteWatcherReloadStrategy;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.paymentsissued.console.ActivityPages;
import org.paymentsissued.console.Assignments;
import org.paymentsissued.console.BackfillPages;
import org.paymentsissued.console.Backfills;
import org.paymentsissued.console.BillsApi;
import org.paymentsissued.console.Console;
import org.paymentsissued.console.DeadLetterPages;
import org.paymentsissued.console.Gate;
import org.paymentsissued.console.Layout;
import org.paymentsissued.console.LoginPages;
import org.paymentsissued.console.Operators;
import org.paymentsissued.console.OverviewPages;
import org.paymentsissued.console.PaymentPages;
import org.paymentsissued.console.People;
import org.paymentsissued.console.ProcoreLinks;
import org.paymentsissued.console.Retries;
import org.paymentsissued.console.RunPages;
import org.paymentsissued.console.WaitingPages;
import org.paymentsissued.console.Work;
import org.paymentsissued.entrance.Entrance;
import org.paymentsissued.entrance.HostNames;
import org.paymentsissued.entrance.PlainHttp;
import org.paymentsissued.entrance.Strangers;
import org.paymentsissued.ledger.Bills;
import org.paymentsissued.ledger.CommitmentLookup;
import org.paymentsissued.ledger.ConsoleLogins;
import org.paymentsissued.ledger.ConsoleSessions;
import org.paymentsissued.ledger.DeadLetterSearch;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.Deliveries;
import org.paymentsissued.ledger.GoLive;
import org.paymentsissued.ledger.Holdings;
import org.paymentsissued.ledger.JudgedRoutes;
import org.paymentsissued.ledger.LearnedFacts;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.ledger.LedgerBackup;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.ledger.Nodes;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.Pauses;
import org.paymentsissued.ledger.PaymentSearch;
import org.paymentsissued.ledger.ProcoreCatalog;
import org.paymentsissued.ledger.ReadingHistory;
import org.paymentsissued.ledger.Refusals;
import org.paymentsissued.ledger.RemovalLimits;
import org.paymentsissued.ledger.Retention;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.ledger.SentAlerts;
import org.paymentsissued.ledger.SharedSchedule;
import org.paymentsissued.ledger.WaitingBills;
import org.paymentsissued.ledger.Watermarks;
import org.paymentsissued.ledger.WebConnections;
import org.paymentsissued.payment.Cause;
import org.paymentsissued.payment.Daemon;
import org.paymentsissued.procore.RetryingCalls;
import org.paymentsissued.procore.BelievedRecords;
import org.paymentsissued.procore.CommitmentFiles;
import org.paymentsissued.procore.CommitmentRefreshes;
import org.paymentsissued.procore.CommitmentSearch;
import org.paymentsissued.procore.DeliveryPolicy;
import org.paymentsissued.procore.ProcoreAnswer;
import org.paymentsissued.procore.ProcoreAnswers;
import org.paymentsissued.procore.ProcoreCheck;
import org.paymentsissued.procore.ProcoreCompanies;
import org.paymentsissued.procore.ProcoreLogin;
import org.paymentsissued.procore.ProcoreNetwork;
import org.paymentsissued.procore.ProcorePause;
import org.paymentsissued.procore.Reconciliation;
import org.paymentsissued.procore.Proposals;
import org.paymentsissued.procore.RowDeliveries;
import org.paymentsissued.quickbooks.BillPayments;
import org.paymentsissued.quickbooks.BillRows;
import org.paymentsissued.quickbooks.CompanyFile;
import org.paymentsissued.quickbooks.CompanyFiles;
import org.paymentsissued.quickbooks.DateRange;
import org.paymentsissued.quickbooks.Gateway;
import org.paymentsissued.quickbooks.Readings;
import org.paymentsissued.quickbooks.RowElement;
import org.paymentsissued.routecheck.RouteCheck;
import org.paymentsissued.routecheck.RouteCheck.Source;
import org.paymentsissued.routecheck.RouteFlaw;
import org.paymentsissued.setup.RouteFiles.UnusableRoutes;
import org.paymentsissued.sync.FieldMapping;
import org.paymentsissued.sync.Inboxes;
import org.paymentsissued.sync.Placements;
import org.paymentsissued.sync.SetAside;
import org.paymentsissued.sync.Syncs;
import org.paymentsissued.sync.WebConnectorReading;
import org.paymentsissued.sync.WholePayment;
import org.paymentsissued.watch.Alerts;
import org.paymentsissued.watch.Health;
import org.paymentsissued.watch.Measures;
import org.paymentsissued.watch.ReadingStatus;
import org.paymentsissued.watch.Status;
import org.paymentsissued.webconnector.Arrivals;
import org.paymentsissued.webconnector.Conversation;
import org.paymentsissued.webconnector.Conversations;
import org.paymentsissued.webconnector.Registration;
import org.paymentsissued.webconnector.Soap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The product, put together: the beans that the routes call by name, the database, and Camel Main with the route files. */
public final class Installation implements AutoCloseable {

    /** How long the Web Connector's call waits for a page to be stored; its own patience is not documented. */
    private static final Duration STORED_WITHIN = Duration.ofSeconds(20);

    private static final int MOST_LOOKS_AT_A_SYNC = 10_000;
    private static final int SIGNS_A_LEASE = 4;
    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);

    /** Which routes start on their own. */
    public enum Mode {
        /** Schedules, console, health. */
        SERVING,
        /** Nothing starts on its own: a command sends messages to the routes' seams. */
        ON_COMMAND,
        /** The same, and no route file counts as right because it was found right before. */
        CHECKING,
        /** No route is started; this only checks that all can be built. */
        BUILT_ONLY
    }

    private final Settings settings;
    private final LedgerDatabase database;
    private final Clock clock;
    private final Main main = new Main();
    private final Map<String, Class<?>> beans = new TreeMap<>();
    private final List<String> accountFlaws = new ArrayList<>();
    private final ProcoreNetwork network;
    private final ProcoreLogin login;
    private final ThreadPoolExecutor deliveryThreads;
    private final GoLive goLive;
    private final Ledger ledger;
    private final CommitmentLookup lookup;
    private final Runs runs;
    private final DeadLetters deadLetters;
    private final Bills bills;
    private final Deliveries deliveries;
    private final Refusals refusals;
    private final RowDeliveries rowDeliveries;
    private final ProcorePause pause;
    private final Holdings holdings;
    private final ProcoreCompanies companies;
    private final List<CompanyFile> companyFiles;
    private final ProcoreCatalog catalog;
    private final CommitmentRefreshes refreshes;
    private final CommitmentSearch commitments;
    private final CommitmentFiles commitmentFiles;
    private final Proposals proposals;
    private final LearnedFacts learned;
    private final Syncs syncs;
    private final WebConnections webConnections;
    private final Strangers strangers = new Strangers();
    private Arrivals arrivals;
    private Gate gate;
    private Optional<PlainHttp> http = Optional.empty();
    private Optional<EndpointStrategy> wall = Optional.empty();
    private Backfills previews = Backfills.NONE;
    private final ScheduledExecutorService backfills = Daemon.named("backfill");
    private final Nodes nodes;
    private final ScheduledExecutorService pulse = Daemon.named("pulse");
    private Health health;
    private Measures measures;
    private Optional<String> generatedPassword = Optional.empty();
    private ProducerTemplate template;
    private volatile RouteReload reload;

    private Installation(Settings settings, LedgerDatabase database, Clock clock) {
        this.settings = settings;
        this.database = database;
        List<String> names = settings.companyFiles();
        this.clock = clock;
        int concurrency = settings.number("delivery.concurrency");

        nodes = new Nodes(database, nodeName(settings), Version.text());
        deadLetters = new DeadLetters(database, clock);
        goLive = new GoLive(database, deadLetters, settings.hostTime("poll.start"), clock);
        ledger = new Ledger(database, deadLetters, goLive::of, clock);
        bills = new Bills(database, clock);
        lookup = new CommitmentLookup(database, clock);
        runs = new Runs(database, clock);
        refusals = new Refusals(database, deadLetters, clock);
        deliveries = new Deliveries(database, deadLetters, new RemovalLimits(settings.number("safety.max-removals"),
                settings.percent("safety.max-removal-percent")), clock);
        pause = new ProcorePause(clock, settings.duration("delivery.backoff"), settings.duration("delivery.max-backoff"),
                () -> concurrency * nodes().alive(), new Pauses(database));
        learned = new LearnedFacts(database, clock);
        holdings = new Holdings(database, clock);
        companies = procoreCompanies(settings, holdings);
        rowDeliveries = new RowDeliveries(deliveries, refusals, goLive, pause, companies, learned, clock);
        catalog = new ProcoreCatalog(database, lookup, deadLetters);
        companies.all().forEach(company -> company.companyFiles().forEach(file -> catalog.assign(file, company.id())
                .ifPresent(before -> accountFlaws.add("procore.company-id is " + company.id() + ", but this ledger has delivered payments"
                        + " into company " + before + (names.size() == 1 ? "" : " (company file " + file + ")") + ". Set it back, or begin"
                        + " a new ledger for the other company."))));
        refreshes = new CommitmentRefreshes(catalog, pause, new CommitmentRefreshes.Plan(
                settings.isOn("commitments.refresh"), settings.text("commitments.schedule"), companies.all(),
                settings.chosenProjects()), learned, clock);
        commitments = new CommitmentSearch(catalog, companies, refreshes,
                call -> template.requestBody("direct:procore", call, ProcoreAnswer.class));
        proposals = new Proposals(catalog, refreshes, companies, new WaitingBills(database), lookup,
                Proposals.Mode.valueOf(constant(settings.text("commitments.match"))));
        syncs = new Syncs(runs, names, database.turns(), nodes);
        webConnections = new WebConnections(database, deadLetters, clock);
        network = new ProcoreNetwork(settings.procoreNetwork());
        login = new ProcoreLogin(settings.text("procore.login-url"), settings.text("procore.client-id"),
                settings.text("procore.client-secret"), network, clock);
        deliveryThreads = exactly(concurrency);

        bind("dataSource", database.dataSource());
        bind("ledger", ledger);
        bind("placements", new Placements(ledger));
        bind("wholePayment", new WholePayment());
        bind("mapping", new FieldMapping());
        companyFiles = names.stream()
                .map(name -> companyFile(name, readings(name, ledger, clock))).toList();
        bind("companyFiles", new CompanyFiles(companyFiles));
        bind("readings", companyFiles.get(0).readings());
        bindWebConnector();
        bind("bills", bills);
        bind("billRows", new BillRows());
        bind("billPayments", new BillPayments(settings.text("payment.discounts").equals("add"), learned));
        companyFiles.forEach(file -> bind(file.gateway(), new Gateway(
                settings.text(file.name(), "username"), settings.text(file.name(), "password"),
                Duration.ofMillis(file.timeout()))));
        bind("gateway", new Gateway("", "", settings.duration("quickbooks.request-timeout")));
        commitmentFiles = new CommitmentFiles(commitments, lookup, ledger, deadLetters, companies.companyFiles());
        bind("commitmentFiles", commitmentFiles);
        bind("proposals", proposals);
        bind("inboxes", new Inboxes());
        bind("setAside", new SetAside(deadLetters));
        bind("syncs", syncs);
        bind("retention", new Retention(database, settings.number("retention.days"), clock));
        bind("deliveries", rowDeliveries);
        bind("commitmentRefreshes", refreshes);
        bind("deliveryThreads", deliveryThreads);
        bind("procoreLogin", login);
        bind("procoreAnswers", new ProcoreAnswers(clock));
    }

    private void bind(String name, Object bean) {
        beans.put(name, bean.getClass());
        main.bind(name, bean);
    }

    private void bindWebConnector() {
        Map<String, CompanyFile> files = new LinkedHashMap<>();
        companyFiles.stream().filter(CompanyFile::isReadThroughWebConnector).forEach(file -> files.put(file.name(), file));
        Map<String, String> usernames = new LinkedHashMap<>();
        files.keySet().forEach(name -> usernames.put(name, settings.text(name, "username")));
        Conversations conversations = new Conversations(files.keySet().stream().map(this::webConnectorPlan).toList(),
                Version.text(), webConnections, name -> beginReading(files.get(name)), clock);
        bind("conversations", conversations);
        arrivals = new Arrivals(conversations::isCurrent, strangers);
        bind("soap", new Soap(settings.number("web-connector.max-megabytes") * 1_000_000L,
                Path.of(System.getProperty("java.io.tmpdir")), conversations::isCurrent, arrivals));
        bind("webConnectorRegistration", new Registration(usernames, settings.text("web-connector.url"),
                settings.text("console.port"), webConnections));
    }

    private Conversation.Plan webConnectorPlan(String companyFile) {
        return new Conversation.Plan(companyFile, settings.text(companyFile, "username"), settings.text(companyFile, "password"),
                settings.webConnectorPath(companyFile), settings.text(companyFile, "qbxml-version"),
                settings.duration("web-connector.quiet-after"), STORED_WITHIN);
    }

    private WebConnectorReading beginReading(CompanyFile file) {
        WebConnectorReading reading = WebConnectorReading.begin(file, syncs);
        rowDeliveries.beginRun(reading.getSync().isAlone());
        return reading;
    }

    private Readings readings(String companyFile, Ledger ledger, Clock clock) {
        return new Readings(new Readings.Plan(companyFile, settings.text(companyFile, "qbxml-version"),
                settings.number(companyFile, "page-size"), Boolean.parseBoolean(settings.text(companyFile, "iterators")),
                () -> goLive.begin(companyFile), settings.duration("poll.overlap")), new Watermarks(database, clock),
                new ReadingHistory(database, clock), ledger, bills, clock);
    }

    /** A company file was restored from a backup: the next sync compares all its payments by their ids. */
    public void restored(String companyFile) {
        companyFiles().stream().filter(file -> file.name().equals(companyFile)).forEach(file -> file.readings().restored());
    }

    private CompanyFile companyFile(String name, Readings readings) {
        return new CompanyFile(name, settings.text(name, "transport"), settings.text(name, "url"),
                "gateway-" + settings.companyFiles().indexOf(name),
                Setting.duration(settings.text(name, "request-timeout")).toMillis(), settings.text(name, "inbox"),
                readings);
    }

    /**
     * Opens the database and starts the routes.
     *
     * @param routes folder of the route files
     * @throws LedgerDatabase.FileInUse  when another process works on the H2 file
     * @throws LedgerDatabase.Unusable   when the database cannot be used
     * @throws UnusableRoutes            when a route file is missing or wrong; nothing was started
     * @throws Machine.Lacking           when a folder may not be written or a port is taken; nothing was started
     */
    public static Installation start(Settings settings, Path routes, Mode mode) {
        return start(settings, routes, mode, Clock.systemUTC());
    }

    /** The same by another clock; nodes that share a database use the database's in any case. */
    public static Installation start(Settings settings, Path routes, Mode mode, Clock machine) {
        return start(settings, routes, mode, machine, Optional.empty(), Backfills.NONE);
    }

    /** The same to run on its own and serve the console. */
    public static Installation serve(Settings settings, Path routes, Backfills previews) {
        return start(settings, routes, Mode.SERVING, Clock.systemUTC(), Optional.empty(), previews);
    }

    /**
     * The same for a trial: nothing runs on its own, and every endpoint is what the wall makes of it.
     *
     * @param settings with a database that is the trial's own
     */
    public static Installation startWalled(Settings settings, Path routes, Mode mode, EndpointStrategy wall) {
        return start(settings, routes, mode, Clock.systemUTC(), Optional.of(wall), Backfills.NONE);
    }

    private static Installation start(Settings settings, Path routes, Mode mode, Clock machine,
            Optional<EndpointStrategy> wall, Backfills previews) {
        List<Path> files = RouteFiles.in(routes);
        List<Source> sources = RouteFiles.read(files);
        if (wall.isEmpty()) {
            new Machine(settings).requireFolders();
        }
        LedgerDatabase database = LedgerDatabase.open(settings.text("database.url"),
                settings.text("database.username"), settings.text("database.password"),
                settings.number("delivery.concurrency"), settings.duration("cluster.lease"), settings::withoutSecrets);
        Installation installation = new Installation(settings, database,
                settings.isOn("cluster.enabled") ? database.clock() : machine);
        installation.wall = wall;
        installation.previews = previews;
        try {
            Machine.require(installation.accountFlaws);
            installation.judge(routes, sources, mode);
            if (mode == Mode.SERVING) {
                // After the ledger, which says whether it is our own instance that has them.
                new Machine(settings).requirePorts();
            }
            installation.startCamel(files, mode);
            settings.remarks().forEach(LOG::warn);
            if (mode == Mode.SERVING && settings.isOn(Settings.ROUTES_RELOAD)) {
                installation.watch(routes, sources);
            }
            return installation;
        } catch (UnusableRoutes | Machine.Lacking e) {
            installation.close();
            throw e;
        } catch (Exception e) {
            List<RouteFlaw> flaws = installation.routeCheck().check(sources);
            installation.close();
            throw flaws.isEmpty() ? new UnusableRoutes("The routes in " + routes + " cannot run: "
                    + settings.withoutSecrets(Cause.words(e)), e) : new UnusableRoutes(routes, flaws);
        }
    }

    /** Judges what this program has not judged before, with the same settings. */
    private void judge(Path routes, List<Source> sources, Mode mode) {
        RouteCheck check = routeCheck();
        if (mode == Mode.CHECKING) {
            List<RouteFlaw> flaws = check.check(sources);
            if (!flaws.isEmpty()) {
                throw new UnusableRoutes(routes, flaws);
            }
            return;
        }
        JudgedRoutes judged = new JudgedRoutes(database, clock);
        Optional<String> digest = wall.isPresent() ? Optional.empty() : Version.jars().map(jars -> check.digest(sources, jars));
        if (digest.map(judged::contain).orElse(false)) {
            return;
        }
        if (!check.checkBeforeStart(sources).isEmpty()) {
            throw new UnusableRoutes(routes, check.check(sources));
        }
        digest.ifPresent(judged::add);
    }

    /**
     * Checks route files without touching the database, QuickBooks or Procore: the product is put together on a database
     * in memory, and its routes are built but not started.
     */
    public static List<RouteFlaw> flawsOf(Settings settings, Path routes) {
        return flawsOf(settings, routes, RouteCheck::check);
    }

    private static List<RouteFlaw> flawsOf(Settings settings, Path routes,
            BiFunction<RouteCheck, List<Source>, List<RouteFlaw>> judge) {
        List<Path> files = RouteFiles.in(routes);
        Settings apart = settings.replacing(Map.of("database.url", "jdbc:h2:mem:check-" + UUID.randomUUID(),
                "database.username", "sa", "database.password", ""));
        LedgerDatabase database = LedgerDatabase.open(apart.text("database.url"), "sa", "", 1);
        try (Installation installation = new Installation(apart, database, Clock.systemUTC())) {
            RouteCheck check = installation.routeCheck();
            List<Source> sources = RouteFiles.read(files);
            List<RouteFlaw> flaws = judge.apply(check, sources);
            if (!flaws.isEmpty()) {
                return flaws;
            }
            try {
                installation.startCamel(files, Mode.BUILT_ONLY);
                return List.of();
            } catch (Exception e) {
                return List.of(check.place(sources, settings.withoutSecrets(Cause.words(e))));
            }
        }
    }

    /** SQL of the routes that the database refuses. */
    public List<RouteFlaw> sqlFlaws(Path routes) {
        return new RouteStatements(name -> Optional.ofNullable(camel().getRegistry().lookupByNameAndType(name, DataSource.class)))
                .flaws(routeCheck().statements(RouteFiles.read(RouteFiles.in(routes))));
    }

    /** The same beside an instance that has the ledger: on an empty one in memory, to ask QuickBooks and Procore and no more. */
    public static Installation checkBeside(Settings settings, Path routes) {
        return start(settings.replacing(Map.of("database.url", "jdbc:h2:mem:beside-" + UUID.randomUUID(), "database.username", "sa",
                "database.password", "")), routes, Mode.CHECKING);
    }

    /** Applies changed route files from now on. They are checked as at startup: the schema in memory is for the check command only. */
    private void watch(Path routes, List<Source> running) {
        reload = new RouteReload(routes, running, new RouteReload.Judge() {
            @Override
            public List<RouteFlaw> flaws() {
                return flawsOf(settings, routes, RouteCheck::checkBeforeStart);
            }

            @Override
            public RouteFlaw place(List<Source> files, Exception refusal) {
                return routeCheck().place(files, settings.withoutSecrets(Cause.words(refusal)));
            }
        }, new Stages(camel(), routes), clock);
        reload.watch();
    }

    /** Checks route files against this installation: its settings and beans. */
    private RouteCheck routeCheck() {
        Map<String, String> placeholders = new TreeMap<>();
        Properties properties = routeProperties(false);
        properties.stringPropertyNames().forEach(key -> placeholders.put(key, properties.getProperty(key)));
        return new RouteCheck(new RouteCheck.Surroundings(placeholders, settings.secrets(), beans, RouteFiles.serving()));
    }

    private void startCamel(List<Path> files, Mode mode) {
        if (settings.text("database.url").startsWith("jdbc:h2:")) {
            // No other process can have the file open.
            deliveries.forgetOldClaims();
            database.turns().forgetOldTurns();
        }
        deliveries.recognizeCopy();
        beat();
        long between = settings.duration("cluster.lease").toMillis() / SIGNS_A_LEASE;
        pulse.scheduleWithFixedDelay(this::beat, between, between, TimeUnit.MILLISECONDS);
        boolean serving = mode == Mode.SERVING;
        List<String> routes = new ArrayList<>(files.stream()
                .map(file -> "file:" + file.toAbsolutePath().toString().replace('\\', '/')).toList());
        if (serving) {
            bindConsole();
            http = Optional.of(new PlainHttp());
            main.bind("vertx", http.get().vertx());
            RouteFiles.SERVING.stream().filter(name -> !name.equals("web-connector.yaml") || settings.usesWebConnector())
                    .forEach(name -> routes.add("classpath:serving/" + name));
        }
        Properties properties = routeProperties(serving);
        // Schedulers are shared by name within a process: what is only built must not come near those that run.
        properties.setProperty("camel.main.name", mode == Mode.BUILT_ONLY ? "payments-issued-check"
                : wall.isPresent() ? "payments-issued-trial" : "payments-issued");
        properties.setProperty(Settings.ROUTES_RELOAD, "false");
        // Beside an engineer's own data source, the ledger's stays the one of a statement that names none.
        properties.setProperty("camel.component.sql.data-source", "#bean:dataSource");
        properties.setProperty("camel.server.enabled", Boolean.toString(serving));
        properties.setProperty("camel.server.host", settings.text("console.host"));
        properties.setProperty("camel.server.port", settings.text("console.port"));
        properties.setProperty("camel.management.enabled", Boolean.toString(serving));
        properties.setProperty("camel.management.host", settings.text("management.host"));
        properties.setProperty("camel.management.port", settings.text("management.port"));
        properties.setProperty("camel.management.health-check-enabled", "true");
        properties.setProperty("camel.management.metrics-enabled", "true");
        properties.setProperty("camel.health.exposure-level", "full");
        properties.setProperty("camel.metrics.enabled", Boolean.toString(serving));
        // It would put the address of every endpoint into a label: SQL, host names, and what an address of yours holds.
        properties.setProperty("camel.metrics.enable-exchange-event-notifier", "false");
        wall.ifPresent(any -> properties.setProperty("camel.component.quartz.auto-start-scheduler", "false"));
        main.setPropertyPlaceholderLocations("false");
        main.setOverrideProperties(properties);
        // What is counted for JMX costs each step of each message; a command has no one to read it.
        main.configure().setJmxEnabled(serving);
        main.configure().setJmxManagementStatisticsLevel(ManagementStatisticsLevel.RoutesOnly);
        main.configure().setAutoStartup(mode != Mode.BUILT_ONLY);
        main.configure().setRoutesIncludePattern(String.join(",", routes));
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void beforeInitialize(BaseMainSupport starting) {
                // The settings hold what system properties and environment say already, with durations in milliseconds;
                // Camel would put the raw text above that.
                PropertiesComponent placeholders =
                        (PropertiesComponent) starting.getCamelContext().getPropertiesComponent();
                placeholders.setSystemPropertiesMode(PropertiesComponent.SYSTEM_PROPERTIES_MODE_FALLBACK);
                placeholders.setEnvironmentVariableMode(PropertiesComponent.ENVIRONMENT_VARIABLES_MODE_FALLBACK);
                wall.ifPresent(starting.getCamelContext().getCamelContextExtension()::registerEndpointCallback);
                if (serving && settings.isOn("cluster.enabled")) {
                    starting.getCamelContext().getComponent("quartz", QuartzComponent.class)
                            .setProperties(SharedSchedule.on(database));
                }
            }

            @Override
            public void afterConfigure(BaseMainSupport configured) {
                withoutCamelsOwnReload(configured.getCamelContext());
                http.ifPresent(any -> guardEntrances(configured.getCamelContext(), any));
            }
        });
        main.start();
        template = camel().createProducerTemplate();
        if (serving) {
            registerHealthAndMetrics();
        }
    }

    /** Once Camel's servers are there, and before any route takes a request. */
    private void guardEntrances(CamelContext camel, PlainHttp plain) {
        Entrance entrance = new Entrance(new HostNames(settings.hostNames()), gate::knows, strangers, plain);
        camel.getManagementStrategy().addEventNotifier(new SimpleEventNotifierSupport() {
            @Override
            public boolean isEnabled(CamelEvent event) {
                return event instanceof CamelEvent.CamelContextRoutesStartingEvent;
            }

            @Override
            public void notify(CamelEvent event) {
                camel.getRegistry().findByType(VertxPlatformHttpRouter.class).forEach(router -> {
                    boolean calls = router.isMainServer() && settings.usesWebConnector();
                    entrance.guard(router, request -> calls && arrivals.areMeant(request));
                    if (calls) {
                        arrivals.guard(router);
                    }
                });
            }
        });
    }

    /** Camel reads system properties and the environment on its own; its own reload stops the routes at any mistake. */
    private static void withoutCamelsOwnReload(CamelContext camel) {
        RouteWatcherReloadStrategy own = camel.hasService(RouteWatcherReloadStrategy.class);
        if (own != null) {
            try {
                camel.removeService(own);
            } catch (Exception e) {
                throw new IllegalStateException("Camel's own reload cannot be switched off", e);
            }
        }
    }

    /** The heartbeat. */
    private void beat() {
        try {
            database.lookAtClock();
            nodes.sign();
            database.turns().renew();
            deliveries.renewClaims();
        } catch (RuntimeException e) {
            LOG.warn("The heartbeat failed; if it keeps failing for {}, other nodes take over this one's work: {}",
                    settings.text("cluster.lease"), e.getMessage());
        }
    }

    /** The clock for everything here: the machine's, or the one that nodes share. */
    public Clock clock() {
        return clock;
    }

    private Nodes nodes() {
        return nodes;
    }

    private static String nodeName(Settings settings) {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "localhost";
        }
        return host + ":" + settings.text("console.port");
    }

    /** What routes may use as placeholders: the settings except secrets, and the program's own values for its routes. */
    private Properties routeProperties(boolean serving) {
        Properties properties = settings.forRoutes();
        properties.setProperty("run.schedules", Boolean.toString(serving));
        properties.setProperty("run.alerts-delay", "10000");
        properties.setProperty("run.web-connector-files", Long.toString(
                companyFiles.stream().filter(CompanyFile::isReadThroughWebConnector).count()));
        properties.setProperty("run.mail-scheme", settings.text("alerts.mail-tls").equals("tls") ? "smtps" : "smtp");
        properties.setProperty("run.mail-host", settings.text("alerts.mail-host").isEmpty() ? "localhost"
                : settings.text("alerts.mail-host"));
        for (String name : List.of("mail-from", "mail-to")) {
            if (!settings.text("alerts." + name).isEmpty()) {
                properties.setProperty("run." + name, settings.text("alerts." + name));
            }
        }
        if (!settings.text("alerts.mail-username").isEmpty()) {
            properties.setProperty("run.mail-login", "#mailLogin");
        }
        return properties;
    }

    private void bindConsole() {
        String companyFile = settings.companyFiles().get(0);
        DeadLetterSearch search = new DeadLetterSearch(database);
        PaymentSearch payments = new PaymentSearch(database);
        OperatorActions actions = new OperatorActions(database, deadLetters, deliveries, ledger, lookup, clock);
        Work work = work(actions);
        Retries retries = new Retries(actions, pause, work);
        ReadingStatus readings = new ReadingStatus(companyFiles, goLive, new ReadingHistory(database, clock), runs, webConnections,
                settings.duration("web-connector.quiet-after"));
        Status status = new Status(runs, readings, new Watermarks(database, clock), actions, pause, syncs, nodes, companyFile,
                settings.text("poll.schedule"),
                () -> Optional.ofNullable(reload).map(RouteReload::changes), refreshes::freshness, clock);
        Operators operators = new Operators(new Operators.Configured(settings.text("console.username"),
                settings.text("console.password"), settings.text("console.readonly-username"),
                settings.text("console.readonly-password")), new People(settings.text("console.users")), new ConsoleLogins(database, clock),
                new ConsoleSessions(database), clock);
        generatedPassword = operators.generatedPassword();
        health = new Health(database, status, settings.duration("alerts.silence"), clock);
        measures = new Measures(status, search, clock);
        String console = "http://" + settings.text("console.host") + ":" + settings.text("console.port") + "/";
        bind("alerts", new Alerts(status, search, new SentAlerts(database, clock), new Alerts.Plan(
                settings.duration("alerts.silence"), settings.duration("alerts.repeat"), settings.text("alerts.webhook"),
                settings.text("alerts.mail-to"), console), settings::withoutSecrets, clock));
        bind("mailLogin", new Alerts.MailLogin(settings.text("alerts.mail-username"),
                settings.text("alerts.mail-password")));
        bind("mailProperties", mailProperties());
        gate = new Gate(operators, Setting.Names.split(settings.text("console.trusted-proxies")));
        bind("gate", gate);
        bind("retries", retries);
        Layout layout = new Layout(operators);
        ProcoreLinks links = new ProcoreLinks(settings.text("procore.web-url"));
        Assignments assignments = new Assignments(new WaitingBills(database), proposals, commitments, actions, work, links);
        bind("console", new Console(List.of(new LoginPages(operators),
                new OverviewPages(status, runs, actions, work, layout, settings::withoutSecrets, clock),
                new DeadLetterPages(search, payments, refusals, actions, retries, links, layout, settings::withoutSecrets, clock),
                new BillsApi(assignments, catalog, commitmentFiles, actions, work, links),
                new WaitingPages(assignments, catalog, companies, links, layout),
                new PaymentPages(payments, links, layout, settings::withoutSecrets),
                new ActivityPages(actions, layout),
                new BackfillPages(previews, work, layout),
                new RunPages(runs, payments, layout, settings::withoutSecrets))));
    }

    private Properties mailProperties() {
        Properties properties = new Properties();
        boolean startTls = settings.text("alerts.mail-tls").equals("starttls");
        properties.setProperty("mail.smtp.starttls.enable", Boolean.toString(startTls));
        properties.setProperty("mail.smtp.starttls.required", Boolean.toString(startTls));
        return properties;
    }

    private void registerHealthAndMetrics() {
        HealthCheckRegistry registry = HealthCheckRegistry.get(camel());
        health.checks().forEach(registry::register);
        measures.registerWith(camel().getRegistry().findSingleByType(MeterRegistry.class));
    }

    /** A sync that is running does not do a backfill's work too, so the backfill waits for its turn. */
    private void backfillAfterSync(DateRange range, int looks) {
        boolean begun = !syncs.isRunning() && template.send("direct:console-backfill", exchange -> exchange.getMessage().setBody(range))
                .getVariable("sync") != null;
        if (!begun && looks < MOST_LOOKS_AT_A_SYNC) {
            backfills.schedule(() -> backfillAfterSync(range, looks + 1), 1, TimeUnit.SECONDS);
        } else if (!begun) {
            LOG.warn("The backfill of {} was not started, because a sync has been running for hours. Start it again.", range);
        }
    }

    private Work work(OperatorActions actions) {
        return new Work() {
            @Override
            public void sync(String who) {
                pause.forgetRefusal();
                companyFiles.stream().filter(CompanyFile::isReadThroughWebConnector)
                        .forEach(file -> webConnections.askAgain(file.name()));
                actions.done(who, "sync", String.join(", ", settings.companyFiles()));
                template.asyncSendBody("direct:console-sync", who);
            }

            @Override
            public void backfill(DateRange range, String who) {
                actions.done(who, "backfill", range.first() + " to " + range.last());
                backfills.execute(() -> backfillAfterSync(range, 0));
            }

            @Override
            public void deliver() {
                template.asyncSendBody("direct:console-deliver", null);
            }

            @Override
            public Path backup(String who) {
                Path copy = new LedgerBackup(database, Path.of(settings.text("backup.folder")), clock).make();
                actions.done(who, "backup", copy.getFileName().toString());
                return copy;
            }

            @Override
            public boolean readFileAgain(DeadLetters.RefusedFile file, String who) {
                actions.done(who, "read again", file.name());
                return commitmentFiles.take(file.refusedLines().getBytes(StandardCharsets.UTF_8), file.name()).equals("done");
            }

            @Override
            public void readAgain(String companyFile, RowElement row) {
                send("direct:read-kept", row, companyFile);
            }
        };
    }

    public GoLive goLive() {
        return goLive;
    }

    /** The console's password, if this start generated one; it is stored nowhere else. */
    public Optional<String> generatedPassword() {
        return generatedPassword;
    }

    /** Company files that were read once but are no longer configured are treated like the first one. */
    private static ProcoreCompanies procoreCompanies(Settings settings, Holdings holdings) {
        Map<String, DeliveryPolicy> policies = new LinkedHashMap<>();
        settings.companyFiles().forEach(file -> policies.put(file, policy(settings, file)));
        DeliveryPolicy first = policies.values().iterator().next();
        holdings.companyFiles().forEach(file -> policies.putIfAbsent(file, first));
        return new ProcoreCompanies(policies);
    }

    private static DeliveryPolicy policy(Settings settings, String companyFile) {
        return new DeliveryPolicy(settings.ofCompanyFile(companyFile, "procore.company-id"),
                DeliveryPolicy.UpdateStrategy.valueOf(constant(settings.text("procore.update-strategy"))),
                DeliveryPolicy.VoidStrategy.valueOf(constant(settings.text("procore.void-strategy"))),
                DeliveryPolicy.KeyPlace.of(settings.text("procore.origin-id")),
                settings.ofCompanyFile(companyFile, "procore.origin-prefix"),
                DeliveryPolicy.TypedTwins.valueOf(constant(settings.text("payment.typed-twins"))),
                settings.number("delivery.max-attempts"), settings.duration("delivery.backoff"), settings.duration("delivery.max-backoff"));
    }

    private static String constant(String value) {
        return value.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /**
     * A pool that hands each task to a free thread and makes the caller wait if there is none: nothing is claimed early.
     * The caller is one of the pool's threads itself, since Camel's splitter iterates there.
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

    /** Our records as the ledger last knew them, for a stand-in for Procore. */
    public BelievedRecords believedRecords() {
        return new BelievedRecords(holdings, companies);
    }

    public CamelContext camel() {
        return main.getCamelContext();
    }

    /**
     * Sends a message into the routes and waits until they are done with it.
     *
     * @param companyFile the only one meant; empty for all
     */
    public void send(String uri, Object body, String companyFile) {
        Exchange sent = template.send(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.setVariable("companyFileName", companyFile);
        });
        if (sent.getException() != null) {
            throw CamelExecutionException.wrapCamelExecutionException(sent, sent.getException());
        }
    }

    public ProducerTemplate template() {
        return template;
    }

    /** Present while changed route files are applied. */
    Optional<RouteReload> reload() {
        return Optional.ofNullable(reload);
    }

    public Settings settings() {
        return settings;
    }

    public Runs runs() {
        return runs;
    }

    public DeadLetters deadLetters() {
        return deadLetters;
    }

    public Refusals refusals() {
        return refusals;
    }

    public Deliveries deliveries() {
        return deliveries;
    }

    public CommitmentLookup lookup() {
        return lookup;
    }

    public Bills bills() {
        return bills;
    }

    public ProcorePause pause() {
        return pause;
    }

    public Syncs syncs() {
        return syncs;
    }

    public List<CompanyFile> companyFiles() {
        return companyFiles;
    }

    /** Asks Procore for what a sync needs, without writing anything. */
    public List<ProcoreCheck.Line> checkProcore() {
        List<ProcoreCheck.Line> lines = new ArrayList<>(network
                .words(List.of(settings.text("procore.url"), settings.text("procore.login-url"))).stream()
                .map(words -> new ProcoreCheck.Line(ProcoreCheck.Mark.OK, words)).toList());
        lines.addAll(new ProcoreCheck(holdings, companies).check(retryingCalls()));
        return lines;
    }

    /** What this installation has learned about its QuickBooks and Procore. */
    public LearnedFacts learned() {
        return learned;
    }

    /** Compares the ledger with Procore. @param writeDown whether the ledger learns what was found */
    public List<Reconciliation.Compared> compareWithProcore(boolean writeDown) {
        return new Reconciliation(holdings, companies, clock).compare(retryingCalls(), writeDown);
    }

    private RetryingCalls retryingCalls() {
        return new RetryingCalls(call -> template.requestBody("direct:procore", call, ProcoreAnswer.class), pause,
                settings.duration("delivery.backoff"), clock);
    }

    public LedgerDatabase database() {
        return database;
    }

    @Override
    public void close() {
        if (reload != null) {
            reload.close();
        }
        rowDeliveries.stop();
        refreshes.stop();
        main.stop();
        http.ifPresent(PlainHttp::close);
        deliveryThreads.shutdown();
        pulse.shutdownNow();
        backfills.shutdown();
        try {
            deliveries.releaseAll();
            database.turns().endAll();
            nodes.leave();
        } catch (RuntimeException e) {
            LOG.warn("This node's work could not be released; other nodes take it over after one lease: {}", e.getMessage());
        }
        try {
            login.close();
        } catch (IOException e) {
            // Nothing was left to send on it.
        }
        network.close();
        database.close();
    }
}
