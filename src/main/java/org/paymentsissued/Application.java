package org.paymentsissued;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.paymentsissued.command.BackfillCommand;
import org.paymentsissued.command.BackupCommand;
import org.paymentsissued.command.CheckCommand;
import org.paymentsissued.command.DemoCommand;
import org.paymentsissued.command.ExitCode;
import org.paymentsissued.command.Invocation;
import org.paymentsissued.command.MoveCommand;
import org.paymentsissued.command.OnceCommand;
import org.paymentsissued.command.PrintedLines;
import org.paymentsissued.command.ReconcileCommand;
import org.paymentsissued.command.RunCommand;
import org.paymentsissued.command.TestRouteCommand;
import org.paymentsissued.command.UpgradeCommand;
import org.paymentsissued.command.UserCommand;
import org.paymentsissued.routecheck.Nearest;
import org.paymentsissued.setup.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The command line. Without a command it runs until stopped. */
@Command(name = "payments-issued", mixinStandardHelpOptions = true, sortOptions = false,
        versionProvider = Version.class,
        description = "Records QuickBooks Desktop bill payments as Payments Issued on Procore commitments.",
        footer = {"", "Settings are read from application.properties, routes from routes/, both in the working directory.",
            "Exit codes: 0 nothing needs attention; 1 dead letters are open; 2 wrong configuration or usage;",
            "            3 QuickBooks, Procore or the database could not be reached; nothing is lost."})
public final class Application implements Callable<Integer> {

    private final Invocation invocation;

    public Application(Path directory, Map<String, String> environment, Properties system, PrintStream out, PrintStream err) {
        invocation = new Invocation(directory, environment, system, PrintedLines.on(out), PrintedLines.on(err));
    }

    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        boolean tellsALot = words.contains("demo") || words.contains("test-route") || words.contains("--dry-run")
                || words.contains("--preview");
        if (tellsALot && System.getenv("LOG_LEVEL") == null) {
            // A log line a payment would bury what these tell.
            System.setProperty("LOG_LEVEL", "ERROR");
        }
        Application application = new Application(Path.of(""), System.getenv(), System.getProperties(), System.out,
                System.err);
        System.exit(application.execute(arguments));
    }

    public int execute(String... arguments) {
        CommandLine line = new CommandLine(this);
        List.of(new RunCommand(invocation), new OnceCommand(invocation), new BackfillCommand(invocation), new CheckCommand(invocation),
                new TestRouteCommand(invocation), new ReconcileCommand(invocation), new BackupCommand(invocation),
                new MoveCommand(invocation), new DemoCommand(invocation), new UpgradeCommand(invocation),
                new UserCommand(invocation),
                new CommandLine.HelpCommand()).forEach(line::addSubcommand);
        try {
            return line.setOut(new PrintWriter(invocation.out(), true))
                    .setExecutionExceptionHandler((failure, command, parsed) -> invocation.explain(failure))
                    .setParameterExceptionHandler((misuse, given) -> {
                        invocation.err().println(words(misuse));
                        return ExitCode.MISCONFIGURED;
                    })
                    .execute(arguments);
        } catch (Error e) {
            return invocation.explain(e);
        }
    }

    @Override
    public Integer call() throws Exception {
        return new RunCommand(invocation).call();
    }

    /** One line: what is wrong, the nearest right name, and where the others are listed. */
    private static String words(ParameterException misuse) {
        CommandLine line = misuse.getCommandLine();
        CommandSpec spec = line.getCommandSpec();
        boolean ofCommand = spec.parent() != null;
        String help = " \"payments-issued help" + (ofCommand ? " " + spec.name() : "") + "\" lists what there is.";
        if (line.getUnmatchedArguments().isEmpty()) {
            return misuse.getMessage().lines().findFirst().orElse("").replaceFirst("\\.?$", ".") + help;
        }
        String written = line.getUnmatchedArguments().get(0);
        boolean isOption = written.startsWith("-");
        Collection<String> names = isOption ? spec.optionsMap().keySet() : line.getSubcommands().keySet();
        return (isOption ? "Unknown option" : ofCommand ? spec.name() + " does not take" : "Unknown command") + " \"" + written + "\"."
                + Nearest.sentence(written.replaceFirst("=.*", ""), names) + help;
    }
}
