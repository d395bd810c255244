package org.paymentsissued;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.paymentsissued.command.Check;
import org.paymentsissued.command.Demo;
import org.paymentsissued.command.DryRun;
import org.paymentsissued.command.ExitCode;
import org.paymentsissued.command.Once;
import org.paymentsissued.command.PrintedLines;
import org.paymentsissued.command.Reconcile;
import org.paymentsissued.command.Running;
import org.paymentsissued.command.RunningInstance;
import org.paymentsissued.command.TestRoute;
import org.paymentsissued.command.Upgrade;
import org.paymentsissued.ledger.LedgerBackup;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.ledger.LedgerMove;
import org.paymentsissued.quickbooks.DateRange;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.RouteFiles;
import org.paymentsissued.setup.Settings;
import org.paymentsissued.setup.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line. Without a command it runs until stopped. */
@Command(name = "payments-issued", mixinStandardHelpOptions = true, sortOptions = false,
        versionProvider = Version.class,
        description = "Records QuickBooks Desktop bill payments as Payments Issued on Procore commitments.",
        footer = {"", "Settings are read from application.properties, routes from routes/, both in the working directory.",
            "Exit codes: 0 nothing needs attention; 1 dead letters are open; 2 wrong configuration or usage;",
            "            3 QuickBooks or Procore could not be reached (nothing is lost; the next run continues)."})
public final class Application implements Callable<Integer> {

    private final Path directory;
    private final Map<String, String> environment;
    private final Properties system;
    private final PrintStream out;
    private final PrintStream err;
    private String console = "";

    public Application(Path directory, Map<String, String> environment, Properties system, PrintStream out, PrintStream err) {
        this.directory = directory;
        this.environment = environment;
        this.system = system;
        this.out = PrintedLines.on(out);
        this.err = PrintedLines.on(err);
    }

    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        boolean tellsALot = words.contains("demo") || words.contains("test-route") || words.contains("--dry-run");
        if (tellsALot && System.getenv("LOG_LEVEL") == null) {
            // A log line a payment would bury what these tell.
            System.setProperty("LOG_LEVEL", "ERROR");
        }
        Application application = new Application(Path.of(""), System.getenv(), System.getProperties(), System.out,
                System.err);
        System.exit(application.execute(arguments));
    }

    public int execute(String... arguments) {
        return new CommandLine(this)
                .setExecutionExceptionHandler((failure, line, parsed) -> explain(failure))
                .setParameterExceptionHandler((failure, wrong) -> {
                    err.println(failure.getMessage());
                    failure.getCommandLine().usage(err);
                    return ExitCode.MISCONFIGURED;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() throws Exception {
        return run();
    }

    @Command(name = "run", description = "Runs until stopped: polls on its schedule and serves the console. (default)")
    int run() throws Exception {
        Settings settings = settings();
        return new Running(settings, routes(), err).untilStopped();
    }

    @Command(name = "once", description = "One sync now: reads all changes, delivers everything due, and lists what was not sent.")
    int once(@Option(names = "--dry-run", description = "Only shows what the sync would do: reads QuickBooks, works on a copy of"
            + " the ledger, writes nothing anywhere and does not call Procore.") boolean dryRun,
            @Option(names = "--restored", paramLabel = "NAME", description = "The company file of this name (setting"
                    + " quickbooks.company-file) was restored from a backup: compares all its payments by their ids, removes"
                    + " those that no longer exist and accepts older versions as current.") String restored) throws Exception {
        Settings settings = settings();
        if (restored != null && !settings.companyFiles().contains(restored)) {
            err.println("There is no company file \"" + restored + "\". The company files are: "
                    + String.join(", ", settings.companyFiles()) + ". Nothing was read.");
            return ExitCode.MISCONFIGURED;
        }
        if (dryRun) {
            return new DryRun(settings, routes(), out, err).run(Optional.ofNullable(restored));
        }
        try (Installation installation = Installation.start(settings, routes(), Installation.Mode.ON_COMMAND)) {
            Optional.ofNullable(restored).ifPresent(installation::restored);
            return new Once(installation, out, err).sync("once");
        }
    }

    @Command(name = "backfill", description = {"Reads the payments dated in a range, however old, and delivers them.",
        "If stopped, it continues where it was when started with the same dates. It does not move any watermark."})
    int backfill(@Option(names = "--from", required = true, paramLabel = "DATE",
                    description = "first date on the payments, such as 2025-01-01") LocalDate from,
            @Option(names = "--to", paramLabel = "DATE",
                    description = "last date on the payments; if left out, all later ones") LocalDate to)
            throws Exception {
        DateRange range = new DateRange(from, to == null ? DateRange.END_OF_DATES : to);
        if (range.first().isAfter(range.last())) {
            err.println("--from " + range.first() + " is later than --to " + range.last() + ". Nothing was read.");
            return ExitCode.MISCONFIGURED;
        }
        Settings settings = settings();
        List<String> notAskable = settings.companyFiles().stream()
                .filter(file -> !settings.text(file, "transport").equals("http")).toList();
        if (!notAskable.isEmpty()) {
            err.println("A backfill queries QuickBooks directly, so it needs quickbooks.transport = http; it is "
                    + settings.text(notAskable.get(0), "transport") + " for " + String.join(", ", notAskable)
                    + ". Nothing was read.");
            return ExitCode.MISCONFIGURED;
        }
        try (Installation installation = Installation.start(settings, routes(), Installation.Mode.ON_COMMAND)) {
            return new Once(installation, out, err).backfill(range);
        }
    }

    @Command(name = "check", description = "Checks whether settings, routes, database, QuickBooks and Procore are right.")
    int check(@Option(names = "--learned", paramLabel = "FILE", description = "Writes what this installation has learned about"
            + " its QuickBooks and Procore where their documentation is silent, without names, ids and amounts.") Path learned) {
        return new Check(directory, environment, system, routes(), out).run(Optional.ofNullable(learned).map(directory::resolve));
    }

    @Command(name = "test-route", description = {"Runs response files of QuickBooks (qbXML) through the routes in routes/ and"
        + " through the shipped ones, and shows what each would send to Procore and how they differ. Nothing is sent:"
        + " Procore and the ledger are simulated. The real ledger and inboxes are not touched.",
        "Exit codes: 0 whatever differs; 2 wrong configuration, route file or input."})
    int testRoute(
            @Parameters(paramLabel = "FILE", arity = "1..*", description = "response files, in the order QuickBooks"
                    + " produced them; each is a separate sync") List<Path> files,
            @Option(names = "--commitments", paramLabel = "CSV", description = "The commitment lookup. If left out: the files"
                    + " dropped into commitments.inbox, and a made-up commitment for each bill not listed there.") Path commitments,
            @Option(names = "--company-file", paramLabel = "NAME", description = "The company file the payments belong to; if left out,"
                    + " the first one.") String companyFile,
            @Option(names = "--json", description = "Prints a single JSON document and nothing else.") boolean json) throws Exception {
        return new TestRoute(TestRoute.settings(directory, environment, system), routes(), directory, out, err).run(new TestRoute.Question(
                files.stream().map(directory::resolve).toList(), Optional.ofNullable(companyFile),
                Optional.ofNullable(commitments).map(directory::resolve), json));
    }

    @Command(name = "reconcile", description = {"Compares every payment with what Procore holds, commitment by commitment.",
        "Exit codes: 0 equal; 1 differences; 2 wrong configuration; 3 Procore could not be reached."})
    int reconcile(
            @Option(names = "--fix", description = "Repairs the differences through normal delivery.") boolean fix,
            @Option(names = "--adopt", description = "Only updates the ledger with what Procore holds, for use after restoring an"
                    + " older copy; the next sync then sends the differences.") boolean adopt,
            @Option(names = "--csv", paramLabel = "FILE", description = "Also writes the differences to this file.") Path csv)
            throws Exception {
        Settings settings = settings();
        try (Installation installation = Installation.start(settings, routes(), Installation.Mode.ON_COMMAND)) {
            Reconcile.Wish wish = fix ? Reconcile.Wish.FIX : adopt ? Reconcile.Wish.ADOPT : Reconcile.Wish.REPORT;
            return new Reconcile(installation, out, err).run(wish, Optional.ofNullable(csv).map(directory::resolve));
        }
    }

    @Command(name = "backup", description = {"Copies an H2 ledger into backup.folder, even while an instance is running.",
        "Exit codes: 0 copied; 2 nothing was copied."})
    int backup() throws Exception {
        Settings settings = settings();
        String copy;
        try (LedgerDatabase database = ledger(settings)) {
            copy = new LedgerBackup(database, directory.resolve(settings.text("backup.folder")), Clock.systemUTC()).make()
                    .toString();
        } catch (LedgerDatabase.FileInUse e) {
            copy = new RunningInstance(settings).backup();
        }
        out.println("The ledger was copied to " + copy);
        return ExitCode.FINE;
    }

    @Command(name = "move", description = {"Moves the whole ledger from H2 to the PostgreSQL database in database.url.",
        "First stop every instance, and set database.url, database.username and database.password to the new, empty database.",
        "Exit codes: 0 moved; 2 nothing was changed."})
    int move(
            @Option(names = "--from", required = true, paramLabel = "URL",
                    description = "the current ledger, such as jdbc:h2:file:./data/payments-issued") String from,
            @Option(names = "--from-username", defaultValue = "sa", paramLabel = "NAME",
                    description = "its user name (default: ${DEFAULT-VALUE})") String username,
            @Option(names = "--from-password", defaultValue = "", arity = "0..1", interactive = true,
                    description = "its password, if it has one; give the option without a value to be asked for it") String password)
            throws Exception {
        Settings settings = settings();
        if (!from.startsWith("jdbc:h2:")) {
            err.println("--from \"" + from + "\" is not an H2 address such as jdbc:h2:file:./data/payments-issued. Nothing was"
                    + " changed.");
            return ExitCode.MISCONFIGURED;
        }
        // A misspelt path would else be a new, empty ledger.
        try (LedgerDatabase source = LedgerDatabase.open(from + ";IFEXISTS=TRUE", username, password, 1);
                LedgerDatabase target = ledger(settings)) {
            LedgerMove.move(source, target).forEach((table, rows) -> out.printf(Locale.ROOT, "%-24s%,12d%n", table, rows));
            out.println("The ledger was moved. " + from + " is no longer used. Run check, then start.");
            return ExitCode.FINE;
        } catch (LedgerDatabase.FileInUse e) {
            err.println("The ledger " + from + " is in use by a running payments-issued. Stop it first. Nothing was changed.");
            return ExitCode.MISCONFIGURED;
        }
    }

    private static LedgerDatabase ledger(Settings settings) {
        return LedgerDatabase.open(settings.text("database.url"), settings.text("database.username"),
                settings.text("database.password"), 1);
    }

    @Command(name = "demo", description = "Runs the main job against a simulated QuickBooks and a simulated Procore.")
    int demo() throws Exception {
        return new Demo(out, err).run();
    }

    @Command(name = "upgrade", description = {"Upgrades an installation to this version and keeps the routes you edited there.",
        "Run it from the unpacked new version, with the old one stopped.",
        "Exit codes: 0 done; 1 done, but some routes must be merged by hand; 2 nothing was changed."})
    int upgrade(@Parameters(paramLabel = "FOLDER", description = "the installation to upgrade") Path folder)
            throws Exception {
        Path jar = Path.of(Application.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        return new Upgrade(out, Clock.systemDefaultZone()).run(directory.resolve(folder), jar.toAbsolutePath().getParent());
    }

    private Settings settings() throws Settings.InvalidSettings {
        Settings settings = Settings.load(directory, environment, system);
        console = settings.text("console.host") + ":" + settings.text("console.port");
        return settings;
    }

    private Path routes() {
        return directory.resolve("routes");
    }

    /** Everything that can keep a command from starting, in words for whoever typed it. */
    private int explain(Exception failure) {
        if (failure instanceof Settings.InvalidSettings invalid) {
            err.println("The configuration is wrong. Nothing was started or sent:");
            invalid.flaws().forEach(flaw -> err.println("  " + flaw));
        } else if (failure instanceof LedgerDatabase.FileInUse) {
            err.println("The database is in use by a running payments-issued. Ask it to sync now:");
            err.println("  POST /api/sync on its console, http://" + console + "/api/sync");
            err.println("or stop it first. Nothing was started or sent.");
        } else if (failure instanceof LedgerBackup.NotOurs || failure instanceof RunningInstance.Refused
                || failure instanceof LedgerMove.Refused) {
            err.println(failure.getMessage());
        } else if (failure instanceof LedgerDatabase.Unusable || failure instanceof RouteFiles.UnusableRoutes) {
            err.println(failure.getMessage());
            err.println("Nothing was started or sent.");
        } else {
            err.println("payments-issued stopped because of an unexpected failure:");
            failure.printStackTrace(err);
            return CommandLine.ExitCode.SOFTWARE + ExitCode.UNREACHABLE;
        }
        return ExitCode.MISCONFIGURED;
    }
}
