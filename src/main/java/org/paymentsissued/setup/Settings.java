package org.paymentsissued.setup;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.paymentsissued.http.ProxyAddress;
import org.paymentsissued.http.Trust;
import org.paymentsissued.payment.HostTime;
import org.paymentsissued.payment.Secrets;
import org.paymentsissued.procore.ProcoreNetwork;

/**
 * All settings, checked: the shipped file's values, over them {@code application.properties} of the working directory,
 * over that the environment, secrets also from files it names, over that system properties. Every instance has valid values.
 */
public final class Settings {

    public static final String FILE = "application.properties";
    /** A setting of Camel's by its name, and ours by what it does; Camel's own reload never runs. */
    static final String ROUTES_RELOAD = "camel.main.routesReloadEnabled";

    private static final Setting.Form TEXT = new Setting.Text();
    private static final Setting.Form SECRET = new Setting.Secret();
    private static final Setting.Form ADDRESS = new Setting.WebAddress();
    private static final Setting.Form PAUSE = new Setting.Time(Duration.ofMillis(1));
    private static final Setting.Form TIMEOUT = new Setting.Time(Duration.ofMillis(100));
    private static final Setting.Form YES_NO = new Setting.Choice(List.of("true", "false"));
    private static final Setting.Form PORT = new Setting.WholeNumber(0, 65535);

    /** Every setting of the product; {@code application.properties} gives its meaning and default. */
    static final List<Setting> ALL = List.of(
            new Setting("quickbooks.transport", new Setting.Choice(List.of("http", "web-connector", "file")), false, "http"),
            new Setting("quickbooks.url", ADDRESS, false, "http://localhost:8166/"),
            new Setting("quickbooks.username", TEXT, false, "payments-sync"),
            new Setting("quickbooks.password", SECRET, false, "the gateway's password"),
            new Setting("quickbooks.company-file", TEXT, false, "default"),
            new Setting("quickbooks.company-files", new Setting.Names(), false, "east,west"),
            new Setting("quickbooks.qbxml-version", new Setting.Version(), false, "13.0"),
            new Setting("quickbooks.page-size", new Setting.WholeNumber(1, 9999), false, "100"),
            new Setting("quickbooks.iterators", YES_NO, false, "true"),
            new Setting("quickbooks.request-timeout", TIMEOUT, false, "120s"),
            new Setting("quickbooks.inbox", TEXT, false, "inbox"),
            new Setting("web-connector.url", new Setting.WebConnectorAddress(), false, "https://payments.example.com/qbwc"),
            new Setting("web-connector.company-file", TEXT, false, "C:/Books/Builder.qbw"),
            new Setting("web-connector.max-megabytes", new Setting.WholeNumber(1, 2000), false, "200"),
            new Setting("web-connector.quiet-after", PAUSE, false, "24h"),
            new Setting("poll.schedule", new Setting.Cron(), false, "0 0/15 * * * ?"),
            new Setting("poll.start", new Setting.LocalTime(), false, "2026-01-01 or 2026-01-01T08:00:00"),
            new Setting("poll.overlap", new Setting.Time(Duration.ZERO), false, "65m or 2h"),
            new Setting("procore.url", ADDRESS, false, "https://api.procore.com"),
            new Setting("procore.login-url", ADDRESS, false, "https://login.procore.com"),
            new Setting("procore.web-url", ADDRESS, false, "https://app.procore.com"),
            new Setting("procore.client-id", TEXT, true, "the id of the service account"),
            new Setting("procore.client-secret", SECRET, true, "the secret of the service account"),
            new Setting("procore.company-id", new Setting.WholeNumber(1, Long.MAX_VALUE), true, "598134325510001"),
            new Setting("procore.request-timeout", TIMEOUT, false, "30s"),
            new Setting("procore.max-answer", new Setting.Size(), false, "20MB"),
            new Setting("procore.proxy", SECRET, false, "http://proxy.example.com:3128"),
            new Setting("procore.truststore", TEXT, false, "company-ca.p12"),
            new Setting("procore.truststore-password", SECRET, false, "the password of the trust store"),
            new Setting("procore.update-strategy", new Setting.Choice(
                    List.of("patch", "unlink-patch", "replace", "compensate", "report")), false, "patch"),
            new Setting("procore.void-strategy", new Setting.Choice(
                    List.of("delete", "reverse", "zero", "report")), false, "delete"),
            new Setting("procore.origin-id", new Setting.Choice(List.of("write", "data", "none")), false, "write"),
            new Setting("procore.origin-prefix", new Setting.Prefix(), false, "acme"),
            new Setting("payment.typed-twins", new Setting.Choice(List.of("ask", "adopt", "send")), false, "ask"),
            new Setting("payment.discounts", new Setting.Choice(List.of("ignore", "add")), false, "ignore"),
            new Setting("safety.max-removals", new Setting.WholeNumber(0, Integer.MAX_VALUE), false, "50"),
            new Setting("safety.max-removal-percent", new Setting.WholeNumber(0, 100), false, "10"),
            new Setting("delivery.concurrency", new Setting.WholeNumber(1, 32), false, "4"),
            new Setting("delivery.max-attempts", new Setting.WholeNumber(1, 100), false, "8"),
            new Setting("delivery.backoff", PAUSE, false, "2s"),
            new Setting("delivery.max-backoff", PAUSE, false, "15m"),
            new Setting("commitments.inbox", TEXT, false, "commitments"),
            new Setting("commitments.refresh", YES_NO, false, "true"),
            new Setting("commitments.match", new Setting.Choice(List.of("suggest", "certain", "off")), false, "suggest"),
            new Setting("commitments.projects", new Setting.Ids(), false, "598134325630042, 598134325630057"),
            new Setting("commitments.schedule", new Setting.Cron(), false, "0 0 0/4 * * ?"),
            new Setting("database.url", new Setting.DatabaseAddress(), false, "jdbc:h2:file:./data/payments-issued"),
            new Setting("database.username", TEXT, false, "sa"),
            new Setting("database.password", SECRET, false, "the database's password"),
            new Setting("retention.days", new Setting.WholeNumber(0, 36_500), false, "365"),
            new Setting("backup.folder", TEXT, false, "D:/ledger-copies"),
            new Setting("cluster.enabled", YES_NO, false, "true"),
            new Setting("cluster.lease", new Setting.Time(Duration.ofSeconds(2)), false, "60s"),
            new Setting("console.host", TEXT, false, "127.0.0.1"),
            new Setting("console.port", PORT, false, "8080"),
            new Setting("console.host-names", new Setting.HostNames(), false, "payments.example.com"),
            new Setting("console.username", TEXT, false, "ops"),
            new Setting("console.password", SECRET, false, "a long password"),
            new Setting("console.readonly-username", TEXT, false, "viewer"),
            new Setting("console.readonly-password", SECRET, false, "another long password"),
            new Setting("console.users", TEXT, false, "users.csv"),
            new Setting("console.trusted-proxies", TEXT, false, "10.0.0.5"),
            new Setting("alerts.silence", new Setting.Time(Duration.ofMinutes(1)), false, "2h"),
            new Setting("alerts.repeat", new Setting.Time(Duration.ofMinutes(1)), false, "1h"),
            new Setting("alerts.webhook", SECRET, false, "https://hooks.example.com/services/T0/B0/key"),
            new Setting("alerts.mail-to", TEXT, false, "bookkeeping@example.com"),
            new Setting("alerts.mail-from", TEXT, false, "payments-issued@example.com"),
            new Setting("alerts.mail-host", TEXT, false, "smtp.example.com"),
            new Setting("alerts.mail-port", PORT, false, "587"),
            new Setting("alerts.mail-tls", new Setting.Choice(List.of("starttls", "tls", "none")), false, "starttls"),
            new Setting("alerts.mail-username", TEXT, false, "payments-issued@example.com"),
            new Setting("alerts.mail-password", SECRET, false, "the mail server's password"),
            new Setting("management.host", TEXT, false, "127.0.0.1"),
            new Setting("management.port", PORT, false, "9876"),
            new Setting(ROUTES_RELOAD, YES_NO, false, "true"));

    /** First parts of our keys: an unknown key below them is a mistake; elsewhere it is the engineer's own, or Camel's. */
    private static final Set<String> OUR_GROUPS = ALL.stream().filter(setting -> !setting.key().startsWith("camel."))
            .map(setting -> setting.key().substring(0, setting.key().indexOf('.') + 1))
            .collect(Collectors.toCollection(TreeSet::new));

    private static final String PATH = "web-connector.company-file";

    /** What a company file may have of its own, its name after the first dot; otherwise the common one applies. */
    private static final List<String> OF_A_COMPANY_FILE = List.of("quickbooks.transport", "quickbooks.url",
            "quickbooks.username", "quickbooks.password", "quickbooks.qbxml-version", "quickbooks.page-size",
            "quickbooks.iterators", "quickbooks.request-timeout", "quickbooks.inbox", PATH,
            "procore.company-id", "procore.origin-prefix");

    private static final String TRANSPORT = "quickbooks.transport";
    private static final String PROXY = "procore.proxy";
    private static final Pattern OWN_SECRET = Pattern.compile("(?i).*[.-]?(password|secret|token|api-?key)");

    private final Map<String, String> values;
    private final Secrets hidden;

    private Settings(Map<String, String> values) {
        this.values = Map.copyOf(values);
        this.hidden = new Secrets(secretValues(values));
    }

    /** Passwords and keys, those of an engineer's own endpoints among them, and the names with passwords that HTTP Basic joins. */
    private static List<String> secretValues(Map<String, String> values) {
        List<String> secrets = new ArrayList<>();
        for (Setting setting : all(values)) {
            String value = setting.key().equals(PROXY) ? proxyPassword(values) : values.getOrDefault(setting.key(), "");
            if (setting.form() instanceof Setting.Secret && !value.isEmpty()) {
                secrets.add(value);
                String username = values.getOrDefault(setting.key().replaceFirst("password$", "username"), "");
                secrets.add(Base64.getEncoder().encodeToString((username + ":" + value).getBytes(StandardCharsets.UTF_8)));
            }
        }
        values.entrySet().stream().filter(own -> OWN_SECRET.matcher(own.getKey()).matches()).map(Map.Entry::getValue)
                .filter(value -> !value.isBlank()).forEach(secrets::add);
        return secrets;
    }

    /** The rest of the proxy's address is no secret: an operator must see which one does not answer. */
    private static String proxyPassword(Map<String, String> values) {
        try {
            return ofProxy(values.getOrDefault(PROXY, "")).flatMap(ProxyAddress::login).map(ProxyAddress.Login::password).orElse("");
        } catch (IllegalArgumentException e) {
            return values.get(PROXY);
        }
    }

    /** The settings of the product and those that the company files may have of their own. */
    private static List<Setting> all(Map<String, String> values) {
        List<Setting> all = new ArrayList<>(ALL);
        for (String name : Setting.Names.split(values.getOrDefault("quickbooks.company-files", ""))) {
            ALL.stream().filter(setting -> OF_A_COMPANY_FILE.contains(setting.key())).forEach(setting ->
                    all.add(new Setting(ownKey(name, setting.key()), setting.form(), false, setting.example())));
        }
        return all;
    }

    /**
     * Reads and checks all settings.
     *
     * @param directory the working directory, whose {@code application.properties} may be absent
     * @throws InvalidSettings naming every flaw at once
     */
    public static Settings load(Path directory, Map<String, String> environment, Properties system)
            throws InvalidSettings {
        List<String> flaws = new ArrayList<>();
        Map<String, Origin> origins = new LinkedHashMap<>();
        Map<String, String> values = new TreeMap<>(shipped());

        Path file = directory.resolve(FILE);
        if (Files.isRegularFile(file)) {
            readFile(file, flaws).forEach((written, line) -> {
                String key = asWeSpell(written);
                values.put(key, line.value());
                origins.put(key, line.origin());
            });
        }
        for (String key : List.copyOf(values.keySet())) {
            String variable = new Setting(key, TEXT, false, "").environmentVariable();
            if (environment.containsKey(variable)) {
                values.put(key, environment.get(variable).strip());
                origins.put(key, new Origin("environment variable " + variable));
            }
        }
        readSecretFiles(environment, values, origins, flaws);
        for (String written : system.stringPropertyNames()) {
            String key = asWeSpell(written);
            if (values.containsKey(key) || ourGroup(key).isPresent()) {
                values.put(key, system.getProperty(written).strip());
                origins.put(key, new Origin("system property " + key));
            }
        }

        List<Setting> all = all(values);
        for (Setting setting : all.subList(ALL.size(), all.size())) {
            if (environment.containsKey(setting.environmentVariable())) {
                values.put(setting.key(), environment.get(setting.environmentVariable()).strip());
                origins.put(setting.key(), new Origin("environment variable " + setting.environmentVariable()));
            }
        }
        for (Setting setting : all) {
            String value = values.getOrDefault(setting.key(), "");
            // If a company file does not set it, the common setting applies; if each does, that one may be missing.
            if (!value.isEmpty() || ALL.contains(setting) && isNeeded(setting.key(), values)) {
                setting.flawOf(value).ifPresent(flaw ->
                        flaws.add(describe(setting, value, flaw, origins.get(setting.key()))));
            }
        }
        Settings settings = new Settings(values);
        flaws.addAll(settings.missingLogins());
        for (String key : values.keySet()) {
            if (ourGroup(key).isPresent() && all.stream().noneMatch(setting -> setting.key().equals(key))) {
                flaws.add("%s is not a setting of payments-issued. Did you mean %s?%s"
                        .formatted(key, nearest(key), Origin.shown(origins.get(key))));
            }
        }
        consoleFlaw(values).ifPresent(flaws::add);
        clusterFlaw(values).ifPresent(flaws::add);
        alertsFlaw(values).ifPresent(flaws::add);
        proxyFlaw(values).ifPresent(flaws::add);
        truststoreFlaw(values).ifPresent(flaws::add);
        if (flaws.isEmpty()) {
            flaws.addAll(settings.shared());
            settings.leaseFlaw().ifPresent(flaws::add);
        }
        if (!flaws.isEmpty()) {
            throw new InvalidSettings(flaws);
        }
        return settings;
    }

    /**
     * A secret may be in a file whose path is in the environment, PROCORE_CLIENT_SECRET_FILE for
     * procore.client-secret: what vaults, containers and service managers provide, and no process list shows.
     */
    private static void readSecretFiles(Map<String, String> environment, Map<String, String> values,
            Map<String, Origin> origins, List<String> flaws) {
        for (Setting setting : all(values)) {
            String variable = setting.environmentVariable() + "_FILE";
            if (!(setting.form() instanceof Setting.Secret) || !environment.containsKey(variable)) {
                continue;
            }
            String path = environment.get(variable).strip();
            if (environment.containsKey(setting.environmentVariable())) {
                flaws.add("%s and %s are both set. Keep one of the two.".formatted(setting.environmentVariable(), variable));
                continue;
            }
            try {
                values.put(setting.key(), Files.readString(Path.of(path), StandardCharsets.UTF_8).strip());
                origins.put(setting.key(), new Origin("the file named by environment variable " + variable));
            } catch (IOException | InvalidPathException e) {
                flaws.add("%s = \"%s\" cannot be read (%s). Name a file of UTF-8 text that contains only the value of %s."
                        .formatted(variable, path, e.getClass().getSimpleName(), setting.key()));
            }
        }
    }

    /** Whether the common setting applies to a company file, and its transport uses it. */
    private static boolean isNeeded(String key, Map<String, String> values) {
        List<String> files = Setting.Names.split(values.getOrDefault("quickbooks.company-files", ""));
        boolean isUrl = key.equals("quickbooks.url");
        String transport = values.getOrDefault(TRANSPORT, "");
        return files.isEmpty() ? !isUrl || transport.equals("http")
                : files.stream().filter(file -> values.getOrDefault(ownKey(file, key), "").isEmpty())
                        .anyMatch(file -> !isUrl || own(file, TRANSPORT, values).orElse(transport).equals("http"));
    }

    private static Optional<String> own(String file, String key, Map<String, String> values) {
        return Optional.ofNullable(values.get(ownKey(file, key))).filter(value -> !value.isEmpty());
    }

    /** Other machines must not reach a console with a generated password, or with two logins of one name. */
    private static Optional<String> consoleFlaw(Map<String, String> values) {
        String host = values.getOrDefault("console.host", "");
        boolean loopback = host.equals("localhost") || host.startsWith("127.") || host.equals("::1") || host.equals("[::1]");
        if (!loopback && values.getOrDefault("console.password", "").isEmpty()) {
            return Optional.of("console.host = \"%s\" lets other machines connect, so console.password must be set. Set it as"
                    .formatted(host) + " CONSOLE_PASSWORD, or write console.host = 127.0.0.1.");
        }
        String reader = values.getOrDefault("console.readonly-username", "");
        return !reader.isEmpty() && reader.equals(values.get("console.username"))
                ? Optional.of("console.readonly-username = \"%s\" is the same as console.username. Choose another name."
                        .formatted(reader)) : Optional.empty();
    }

    /** H2 opens its file for only one process. */
    private static Optional<String> clusterFlaw(Map<String, String> values) {
        return "true".equals(values.get("cluster.enabled")) && values.getOrDefault("database.url", "").startsWith("jdbc:h2:")
                ? Optional.of("cluster.enabled = true needs a PostgreSQL that all nodes share, and database.url names an H2"
                        + " file. Write for example: database.url = jdbc:postgresql://db-host/payments_issued")
                : Optional.empty();
    }

    /** A call may begin in the first half of a lease; its answer must come, or be given up, in the second. */
    private Optional<String> leaseFlaw() {
        return isOn("cluster.enabled")
                && duration("cluster.lease").compareTo(duration("procore.request-timeout").multipliedBy(2)) < 0
                ? Optional.of("cluster.lease = \"%s\" is less than twice procore.request-timeout (%s): another node could take a"
                        .formatted(text("cluster.lease"), text("procore.request-timeout"))
                        + " payment over while Procore is still processing its call. Write for example: cluster.lease = 60s")
                : Optional.empty();
    }

    private static Optional<String> proxyFlaw(Map<String, String> values) {
        try {
            ofProxy(values.getOrDefault(PROXY, ""));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("procore.proxy " + e.getMessage() + ". Write for example: procore.proxy ="
                    + " http://proxy.example.com:3128");
        }
    }

    private static Optional<ProxyAddress> ofProxy(String address) {
        return address.isEmpty() ? Optional.empty() : Optional.of(ProxyAddress.of(address));
    }

    private static Optional<String> truststoreFlaw(Map<String, String> values) {
        String store = values.getOrDefault("procore.truststore", "");
        try {
            ofTruststore(store, values.getOrDefault("procore.truststore-password", ""));
            return Optional.empty();
        } catch (Trust.Unusable e) {
            return Optional.of("procore.truststore = \"%s\" %s. Write for example: procore.truststore = company-ca.p12"
                    .formatted(store, e.getMessage()));
        }
    }

    private static Trust ofTruststore(String store, String password) throws Trust.Unusable {
        return store.isEmpty() ? Trust.ofTheJvm() : Trust.with(Path.of(store), password);
    }

    /** How Procore is reached. */
    ProcoreNetwork.Plan procoreNetwork() {
        try {
            return new ProcoreNetwork.Plan(ofProxy(text(PROXY)),
                    ofTruststore(text("procore.truststore"), text("procore.truststore-password")),
                    duration("procore.request-timeout"), Setting.size(text("procore.max-answer")));
        } catch (Trust.Unusable e) {
            throw new IllegalStateException("procore.truststore " + e.getMessage(), e);
        }
    }

    private static Optional<String> alertsFlaw(Map<String, String> values) {
        String webhook = values.getOrDefault("alerts.webhook", "");
        if (!webhook.isEmpty() && ADDRESS.flawOf(webhook).isPresent()) {
            return Optional.of("alerts.webhook " + ADDRESS.flawOf(webhook).get()
                    + ". Write for example: https://hooks.example.com/services/T0/B0/key");
        }
        boolean incomplete = values.getOrDefault("alerts.mail-host", "").isEmpty()
                || values.getOrDefault("alerts.mail-from", "").isEmpty();
        return !values.getOrDefault("alerts.mail-to", "").isEmpty() && incomplete
                ? Optional.of("alerts.mail-to is set, so alerts.mail-host and alerts.mail-from must be set too. Write for"
                        + " example: alerts.mail-host = smtp.example.com") : Optional.empty();
    }

    /** The same settings with some values replaced, checked again. */
    public Settings with(Map<String, String> changes) throws InvalidSettings {
        Properties changed = new Properties();
        values.forEach(changed::setProperty);
        changes.forEach(changed::setProperty);
        return load(Path.of("no-such-directory"), Map.of(), changed);
    }

    /** The value as text; empty if the setting is empty. */
    public String text(String key) {
        String value = values.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no setting " + key);
        }
        return value;
    }

    /** Names of the company files that are read, never none. */
    public List<String> companyFiles() {
        List<String> names = Setting.Names.split(text("quickbooks.company-files"));
        return names.isEmpty() ? List.of(text("quickbooks.company-file")) : names;
    }

    /** Ids of the projects that the commitment lookup is read for; none means all. */
    public Set<Long> chosenProjects() {
        return Setting.Ids.split(text("commitments.projects"));
    }

    /** A company file's own value, or the common one. @param key behind {@code quickbooks.} */
    public String text(String companyFile, String key) {
        return ofCompanyFile(companyFile, "quickbooks." + key);
    }

    /** A company file's own value, or the common one. @param key of the common one, such as {@code procore.company-id} */
    public String ofCompanyFile(String companyFile, String key) {
        String own = values.getOrDefault(ownKey(companyFile, key), "");
        return own.isEmpty() ? text(key) : own;
    }

    private static String ownKey(String companyFile, String key) {
        return key.replaceFirst("\\.", "." + companyFile + ".");
    }

    /** Path of a company file on the QuickBooks machine, for its Web Connector; empty if its first session decides. */
    public String webConnectorPath(String companyFile) {
        return ofCompanyFile(companyFile, PATH);
    }

    /** Names of the company files that are read in a certain way. */
    private List<String> readBy(String transport) {
        return companyFiles().stream().filter(name -> text(name, "transport").equals(transport)).toList();
    }

    /** Names, beside those of loopback, under which console, API, Web Connector and management are asked for. */
    List<String> hostNames() {
        List<String> names = new ArrayList<>(Setting.Names.split(text("console.host-names")));
        names.add(text("console.host"));
        names.add(text("management.host"));
        if (!text("web-connector.url").isEmpty()) {
            names.add(String.valueOf(URI.create(text("web-connector.url")).getHost()));
        }
        try {
            names.add(InetAddress.getLocalHost().getHostName());
        } catch (UnknownHostException e) {
            // A machine without a name is asked for by its addresses.
        }
        return names;
    }

    public boolean usesWebConnector() {
        return !readBy("web-connector").isEmpty();
    }

    public int number(String companyFile, String key) {
        return Integer.parseInt(text(companyFile, key));
    }

    private List<String> missingLogins() {
        List<String> flaws = new ArrayList<>();
        for (String name : readBy("web-connector")) {
            for (String key : List.of("quickbooks.username", "quickbooks.password")) {
                if (ofCompanyFile(name, key).isEmpty()) {
                    String missing = text("quickbooks.company-files").isEmpty() ? key : ownKey(name, key);
                    flaws.add(("%s is missing; the web-connector transport requires a login. Set it in %s or as"
                            + " %s.").formatted(missing, FILE, new Setting(missing, TEXT, false, "").environmentVariable()));
                }
            }
        }
        return flaws;
    }

    /** What is allowed but may do harm, one sentence each; empty if there is nothing to say. */
    public List<String> remarks() {
        List<String> remarks = new ArrayList<>(tooShort());
        remarks.addAll(sharedCompanies());
        return remarks;
    }

    private List<String> tooShort() {
        return all(values).stream().filter(setting -> setting.form() instanceof Setting.Secret).map(Setting::key)
                .filter(key -> !values.getOrDefault(key, "").isEmpty() && values.get(key).length() < Secrets.SHORTEST)
                .map(key -> "%s has fewer than %d characters: it can be guessed, and it cannot be masked if QuickBooks or Procore"
                        .formatted(key, Secrets.SHORTEST) + " repeats it in an error. Choose a longer one.").toList();
    }

    private List<String> sharedCompanies() {
        Map<String, List<String>> marked = new LinkedHashMap<>();
        companyFiles().forEach(file -> marked.computeIfAbsent(ofCompanyFile(file, "procore.company-id") + "~"
                + ofCompanyFile(file, "procore.origin-prefix"), none -> new ArrayList<>()).add(file));
        return marked.values().stream().filter(files -> files.size() > 1).map(files -> ("The company files %s go into one Procore"
                + " company without separate origin prefixes. QuickBooks ids are unique only within one company file, so two"
                + " payments may end up with the same origin_id; the second is then set aside. Set %s, to %s for example, before"
                + " their first payment is sent.").formatted(String.join(" and ", files),
                        ownKey(files.get(files.size() - 1), "procore.origin-prefix"), files.get(files.size() - 1))).toList();
    }

    /** Values that identify a company file must differ. */
    private List<String> shared() {
        List<String> flaws = new ArrayList<>();
        flaws.addAll(shared("file", "quickbooks.inbox", "A response file does not say which company file it comes from. Give each"
                + " company file its own folder."));
        flaws.addAll(shared("web-connector", "quickbooks.username", "The user name identifies the company file that a Web Connector"
                + " reads. Give each company file its own."));
        flaws.addAll(shared("web-connector", PATH, "No file may be read twice. Give each company file its own path"
                + " file."));
        return flaws;
    }

    private List<String> shared(String transport, String key, String remedy) {
        Map<String, String> owners = new LinkedHashMap<>();
        List<String> flaws = new ArrayList<>();
        for (String name : readBy(transport)) {
            String value = ofCompanyFile(name, key);
            // Windows takes either slash and either case in a path.
            String other = value.isEmpty() ? null
                    : owners.put(key.equals(PATH) ? value.replace('\\', '/').toLowerCase(Locale.ROOT) : value, name);
            if (other != null) {
                flaws.add("%s and %s are both \"%s\". %s".formatted(ownKey(other, key), ownKey(name, key), value, remedy));
            }
        }
        return flaws;
    }

    public boolean isOn(String key) {
        return Boolean.parseBoolean(text(key));
    }

    public int number(String key) {
        return Integer.parseInt(text(key));
    }

    public long id(String key) {
        return Long.parseLong(text(key));
    }

    public BigDecimal percent(String key) {
        return new BigDecimal(text(key));
    }

    public Duration duration(String key) {
        return Setting.duration(text(key));
    }

    /** A stamp of the QuickBooks machine's clock; empty where the setting is. */
    public Optional<HostTime> hostTime(String key) {
        return HostTime.parse(text(key));
    }

    /**
     * What routes may use as {@code {{key}}}: durations in milliseconds, as Camel's components take them, and everything but
     * secrets, which never belong into an endpoint's address.
     */
    public Properties forRoutes() {
        Properties properties = new Properties();
        values.forEach(properties::setProperty);
        for (Setting setting : all(values)) {
            if (setting.form() instanceof Setting.Secret) {
                properties.remove(setting.key());
            } else if (setting.form() instanceof Setting.Time && !values.getOrDefault(setting.key(), "").isEmpty()) {
                properties.setProperty(setting.key(), Long.toString(duration(setting.key()).toMillis()));
            }
        }
        return properties;
    }

    /** The same settings, own keys of the engineer's among them, but for these, which are right. */
    public Settings replacing(Map<String, String> others) {
        Map<String, String> changed = new TreeMap<>(values);
        changed.putAll(others);
        return new Settings(changed);
    }

    /** Keys of the settings that are handed to no route. */
    Set<String> secrets() {
        return all(values).stream().filter(setting -> setting.form() instanceof Setting.Secret).map(Setting::key)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Text without secrets, for whatever leaves the process. */
    public String withoutSecrets(String text) {
        return hidden.hiddenIn(text);
    }

    private static Map<String, String> shipped() {
        try (InputStream in = Settings.class.getResourceAsStream("/packaged/" + FILE)) {
            Properties properties = new Properties();
            properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
            return properties.stringPropertyNames().stream()
                    .collect(Collectors.toMap(key -> key, key -> properties.getProperty(key).strip()));
        } catch (IOException e) {
            throw new IllegalStateException("the jar's own " + FILE + " cannot be read", e);
        }
    }

    /** Line by line, so that each flaw is reported with its line and one bad line does not hide the rest. */
    private static Map<String, Line> readFile(Path file, List<String> flaws) {
        Map<String, Line> found = new LinkedHashMap<>();
        String name = file.getFileName().toString();
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            flaws.add("%s cannot be read (%s). Save it as UTF-8 text.".formatted(name, e));
            return found;
        }
        for (int i = 0; i < lines.size(); i++) {
            int first = i + 1;
            StringBuilder logical = new StringBuilder(lines.get(i).replace("\uFEFF", ""));
            while (continues(logical) && !isComment(logical) && i + 1 < lines.size()) {
                logical.append('\n').append(lines.get(++i));
            }
            try {
                Properties one = new Properties();
                one.load(new StringReader(logical.toString()));
                for (String key : one.stringPropertyNames()) {
                    Line line = new Line(one.getProperty(key).strip(), new Origin(name + ", line " + first));
                    if (found.put(key, line) != null) {
                        flaws.add("%s is set twice. Keep one of the two. (%s, line %d)".formatted(key, name, first));
                    }
                    if (line.value().matches("(?s).*\\p{Cntrl}.*")
                            || logical.toString().matches("(?s).*[^\\\\]\\\\[^\\\\\\r\\n=:#! tnru].*")) {
                        flaws.add("%s contains a single \\, which properties files drop. Write / or \\\\. (%s, line %d)"
                                .formatted(key, name, first));
                    }
                }
            } catch (IllegalArgumentException e) {
                flaws.add("\"%s\" contains a single \\, which properties files read as an escape. Write / or \\\\. (%s, line %d)"
                        .formatted(logical, name, first));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return found;
    }

    private static boolean continues(CharSequence line) {
        int slashes = 0;
        for (int i = line.length() - 1; i >= 0 && line.charAt(i) == '\\'; i--) {
            slashes++;
        }
        return slashes % 2 == 1;
    }

    private static boolean isComment(CharSequence line) {
        String text = line.toString().strip();
        return text.startsWith("#") || text.startsWith("!");
    }

    private static String describe(Setting setting, String value, String flaw, Origin origin) {
        boolean secret = setting.form() instanceof Setting.Secret;
        if (value.isEmpty()) {
            return "%s %s. Set it in %s or as %s, for example: %s".formatted(
                    setting.key(), flaw, FILE, setting.environmentVariable(), setting.example());
        }
        return "%s = \"%s\" %s. Write for example: %s%s".formatted(
                setting.key(), secret ? "***" : Secrets.withoutLogins(value), flaw, setting.example(), Origin.shown(origin));
    }

    /** Camel takes its keys with dashes too. */
    private static String asWeSpell(String key) {
        return key.replace("-", "").equalsIgnoreCase(ROUTES_RELOAD) ? ROUTES_RELOAD : key;
    }

    private static Optional<String> ourGroup(String key) {
        return OUR_GROUPS.stream().filter(key.toLowerCase(Locale.ROOT)::startsWith).findFirst();
    }

    private static String nearest(String key) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        return ALL.stream().map(Setting::key)
                .min(java.util.Comparator.comparingInt(known -> distance.apply(known, key))).orElseThrow();
    }

    private record Line(String value, Origin origin) { }

    private record Origin(String place) {
        static String shown(Origin origin) {
            return origin == null ? "" : " (" + origin.place() + ")";
        }
    }

    /** Settings that cannot be right; nothing has been started. */
    public static final class InvalidSettings extends Exception {
        private final transient List<String> flaws;

        InvalidSettings(List<String> flaws) {
            super(String.join("\n", flaws));
            this.flaws = List.copyOf(flaws);
        }

        /** A sentence a flaw: key, bad value, what to write instead, and where it is. */
        public List<String> flaws() {
            return flaws;
        }
    }
}
