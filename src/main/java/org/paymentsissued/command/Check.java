package org.paymentsissued.command;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.paymentsissued.ledger.LearnedFacts;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.payment.Fact;
import org.paymentsissued.payment.Cause;
import org.paymentsissued.payment.Secrets;
import org.paymentsissued.procore.ProcoreCheck.Line;
import org.paymentsissued.procore.ProcoreCheck.Mark;
import org.paymentsissued.quickbooks.CompanyFile;
import org.paymentsissued.quickbooks.QuickBooksTrouble;
import org.paymentsissued.routecheck.RouteFlaw;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.Machine;
import org.paymentsissued.setup.RouteFiles;
import org.paymentsissued.setup.Settings;
import org.paymentsissued.setup.Version;

/**
 * Checks whether everything a sync needs is right, one line each, and moves nothing: it asks QuickBooks for its version,
 * and Procore for what the account may see.
 */
public final class Check {

    private static final Pattern STATUS = Pattern.compile("<HostQueryRs\\b[^>]*\\bstatusCode=\"(\\d+)\"[^>]*"
            + "statusMessage=\"([^\"]*)\"");
    private static final Pattern PRODUCT = Pattern.compile("<ProductName>([^<]*)</ProductName>");

    private final Path directory;
    private final Map<String, String> environment;
    private final Properties system;
    private final Path routes;
    private final PrintStream out;
    private boolean wrong;
    private boolean away;
    private Optional<Path> learned = Optional.empty();

    public Check(Path directory, Map<String, String> environment, Properties system, Path routes, PrintStream out) {
        this.directory = directory;
        this.environment = environment;
        this.system = system;
        this.routes = routes;
        this.out = out;
    }

    /** @return 0 all right, 2 something is wrong, 3 nothing is wrong, but QuickBooks, Procore or the database could not be reached */
    public int run() {
        return run(Optional.empty());
    }

    /** @param learned takes what this installation has learned about its QuickBooks and Procore; empty if not asked for */
    public int run(Optional<Path> learned) {
        this.learned = learned;
        try {
            Settings settings = Settings.load(directory, environment, system);
            tell(Mark.OK, "settings");
            settings.remarks().forEach(remark -> out.printf("%-6s %s%n", "note", remark));
            installed(settings);
        } catch (Settings.InvalidSettings e) {
            e.flaws().forEach(flaw -> tell(Mark.WRONG, flaw));
        }
        out.flush();
        return wrong ? ExitCode.MISCONFIGURED : away ? ExitCode.UNREACHABLE : ExitCode.FINE;
    }

    private void tell(Mark mark, String text) {
        wrong |= mark == Mark.WRONG;
        away |= mark == Mark.AWAY;
        out.printf("%-6s %s%n", mark == Mark.OK ? "ok" : mark.name(), Secrets.allHiddenIn(text));
    }

    /** All files together, apart from the database and from what is running: where a start does not judge them. */
    private boolean areRoutesRight(Settings settings) {
        try {
            List<RouteFlaw> flaws = Installation.flawsOf(settings, routes);
            flaws.forEach(flaw -> tell(Mark.WRONG, flaw.toString()));
            if (flaws.isEmpty()) {
                routesAreRight();
            }
            return flaws.isEmpty();
        } catch (RouteFiles.UnusableRoutes e) {
            tell(Mark.WRONG, e.getMessage());
            return false;
        }
    }

    private void routesAreRight() {
        tell(Mark.OK, "routes in " + routes);
    }

    /** Builds the product once; the routes are judged as it starts. */
    private void installed(Settings settings) {
        Machine machine = new Machine(settings);
        boolean isRunning = new RunningInstance(settings).answers();
        if (!machine.folderFlaws().isEmpty()) {
            if (areRoutesRight(settings)) {
                machine(settings, isRunning);
            }
            return;
        }
        try (Installation installation = Installation.start(settings, routes, Installation.Mode.CHECKING)) {
            routesAreRight();
            machine(settings, isRunning);
            tell(installation.database().answers() ? Mark.OK : Mark.AWAY, "database " + settings.text("database.url"));
            installation.sqlFlaws(routes).forEach(flaw -> tell(Mark.WRONG, flaw.toString()));
            bothSides(settings, installation);
            facts(installation.learned().all());
        } catch (LedgerDatabase.FileInUse e) {
            beside(settings, isRunning);
        } catch (LedgerDatabase.Unreachable e) {
            withoutDatabase(settings, isRunning, Mark.AWAY, e.getMessage() + ". If it never answers, check database.url.");
        } catch (LedgerDatabase.Unusable e) {
            withoutDatabase(settings, isRunning, Mark.WRONG, e.getMessage()
                    + ". Check database.url, database.username and database.password.");
        } catch (RouteFiles.UnusableRoutes e) {
            cannotRun(settings, e);
        } catch (Machine.Lacking e) {
            apart(settings, () -> {
                machine(settings, isRunning);
                tell(Mark.WRONG, e.getMessage());
            });
        }
    }

    private void machine(Settings settings, boolean isRunning) {
        List<String> lacking = new ArrayList<>(new Machine(settings).folderFlaws());
        if (!isRunning) {
            lacking.addAll(new Machine(settings).portFlaws());
        }
        lacking.forEach(flaw -> tell(Mark.WRONG, flaw));
        if (lacking.isEmpty()) {
            tell(Mark.OK, "folders, and ports " + settings.text("console.port") + " and " + settings.text("management.port")
                    + (isRunning ? ", which the running instance has" : ""));
        }
    }

    private void withoutDatabase(Settings settings, boolean isRunning, Mark mark, String why) {
        if (areRoutesRight(settings)) {
            machine(settings, isRunning);
            tell(mark, why);
        }
    }

    /** Built apart, a failure has its place in a file. */
    private void cannotRun(Settings settings, RouteFiles.UnusableRoutes failure) {
        if (areRoutesRight(settings)) {
            tell(Mark.WRONG, failure.getMessage());
        }
    }

    private void bothSides(Settings settings, Installation installation) {
        installation.companyFiles().forEach(file -> quickBooks(settings, file, installation));
        for (Line line : installation.checkProcore()) {
            tell(line.mark(), settings.withoutSecrets(line.text()));
        }
    }

    /** The ledger belongs to an instance that runs; everything else can be asked. */
    private void beside(Settings settings, boolean isRunning) {
        apart(settings, () -> {
            machine(settings, isRunning);
            tell(Mark.OK, "database: in use by a running payments-issued, " + (isRunning ? new RunningInstance(settings).console()
                    : "whose console does not answer here; perhaps it is the command once"));
        });
        learned.ifPresent(file -> tell(Mark.WRONG, "what was learned is in the ledger, which is in use, so " + file + " was not written."
                + " Stop the running instance and check again."));
    }

    private void apart(Settings settings, Runnable first) {
        try (Installation installation = Installation.checkBeside(settings, routes)) {
            routesAreRight();
            first.run();
            bothSides(settings, installation);
        } catch (RouteFiles.UnusableRoutes e) {
            cannotRun(settings, e);
        }
    }

    private void facts(List<LearnedFacts.Learned> facts) {
        facts.forEach(fact -> tell(Mark.OK, "learned: " + fact.fact().question() + " " + fact.evidence()));
        learned.ifPresent(file -> {
            try {
                Files.write(file, report(facts));
                tell(Mark.OK, "what was learned is in " + file + "; it contains no names, ids or amounts");
            } catch (IOException e) {
                tell(Mark.WRONG, "what was learned could not be written to " + file + " (" + e.getClass().getSimpleName()
                        + "). Name a file in a folder that exists and may be written to.");
            }
        });
    }

    /** Every question, answered or not. */
    private static List<String> report(List<LearnedFacts.Learned> facts) {
        List<String> lines = new ArrayList<>(List.of("payments-issued " + Version.text()
                + ": what this installation has learned about its QuickBooks and Procore, without names, ids and amounts", ""));
        for (Fact question : Fact.values()) {
            lines.add(question + ": " + question.question());
            List<LearnedFacts.Learned> answers = facts.stream().filter(fact -> fact.fact() == question).toList();
            answers.forEach(answer -> lines.add("  " + LocalDate.ofInstant(answer.at(), ZoneOffset.UTC) + "  " + answer.evidence()));
            if (answers.isEmpty()) {
                lines.add("  not known yet");
            }
        }
        return lines;
    }

    private void quickBooks(Settings settings, CompanyFile file, Installation installation) {
        String name = settings.companyFiles().size() == 1 ? "QuickBooks" : "QuickBooks (" + file.name() + ")";
        tell(Mark.OK, name + ": go-live: " + installation.goLive().words(file.name()));
        switch (file.transport()) {
            case "http" -> gateway(name, settings.text(file.name(), "qbxml-version"), file, installation);
            case "file" -> {
                Path inbox = Path.of(file.inbox());
                boolean usable = Files.isDirectory(inbox) && Files.isReadable(inbox) && Files.isWritable(inbox);
                tell(usable ? Mark.OK : Mark.WRONG, usable ? name + ": files are read from " + inbox
                        : name + ": the folder " + inbox.toAbsolutePath() + " (quickbooks.inbox) does not exist or cannot"
                                + " be read and written. Create it, or correct the setting.");
            }
            default -> tell(Mark.OK, name + " calls us (" + file.transport() + "); nothing to check");
        }
    }

    private void gateway(String name, String version, CompanyFile file, Installation installation) {
        String request = "<?xml version=\"1.0\" encoding=\"utf-8\"?><?qbxml version=\"" + version + "\"?><QBXML>"
                + "<QBXMLMsgsRq onError=\"continueOnError\"><HostQueryRq requestID=\"1\"/></QBXMLMsgsRq></QBXML>";
        Exchange exchange = installation.template().request("direct:ask-gateway", asked -> {
            asked.setVariable("companyFile", file);
            asked.getMessage().setBody(request);
        });
        if (exchange.getException() != null) {
            Optional<QuickBooksTrouble> trouble = Cause.in(exchange.getException(), QuickBooksTrouble.class);
            tell(trouble.map(QuickBooksTrouble::kind).orElse(QuickBooksTrouble.Kind.AWAY) == QuickBooksTrouble.Kind.AWAY
                    ? Mark.AWAY : Mark.WRONG, name + ": " + trouble.map(Throwable::getMessage)
                            .orElse(Cause.words(exchange.getException())));
            return;
        }
        String answer = exchange.getMessage().getBody(String.class);
        Matcher status = STATUS.matcher(answer);
        Matcher product = PRODUCT.matcher(answer);
        if (!status.find()) {
            tell(Mark.WRONG, name + ": what answers at " + file.url() + " is not QuickBooks. Check quickbooks.url.");
        } else if (!status.group(1).equals("0")) {
            tell(Mark.WRONG, name + ": status " + status.group(1) + ", " + status.group(2));
        } else {
            tell(Mark.OK, name + " answers" + (product.find() ? ": " + product.group(1) : ""));
        }
    }
}
