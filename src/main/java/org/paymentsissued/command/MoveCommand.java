package org.paymentsissued.command;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.ledger.LedgerMove;
import org.paymentsissued.setup.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The ledger from H2 to PostgreSQL. */
@Command(name = "move", description = {"Moves the whole ledger from H2 to the PostgreSQL database in database.url.",
    "First stop every instance, and set database.url, database.username and database.password to the new, empty database.",
    "Exit codes: 0 moved; 2 nothing was changed."})
public final class MoveCommand implements Callable<Integer> {

    private final Invocation invocation;

    @Option(names = "--from", required = true, paramLabel = "URL",
            description = "the current ledger, such as jdbc:h2:file:./data/payments-issued")
    private String from;

    @Option(names = "--from-username", defaultValue = "sa", paramLabel = "NAME", description = "its user name (default: ${DEFAULT-VALUE})")
    private String username;

    @Option(names = "--from-password", defaultValue = "", arity = "0..1", interactive = true,
            description = "its password, if it has one; give the option without a value to be asked for it")
    private String password;

    public MoveCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = invocation.settings();
        if (!from.startsWith("jdbc:h2:")) {
            return invocation.refused("--from \"" + from + "\" is not an H2 address such as jdbc:h2:file:./data/payments-issued. Nothing"
                    + " was changed.");
        }
        // A misspelt path would else be a new, empty ledger.
        try (LedgerDatabase source = LedgerDatabase.open(from + ";IFEXISTS=TRUE", username, password, 1);
                LedgerDatabase target = LedgerDatabase.open(settings.text("database.url"), settings.text("database.username"),
                        settings.text("database.password"), 1)) {
            LedgerMove.move(source, target).forEach((table, rows) -> invocation.out().printf(Locale.ROOT, "%-24s%,12d%n", table, rows));
            invocation.out().println("The ledger was moved. " + from + " is no longer used. Run check, then start.");
            return ExitCode.FINE;
        } catch (LedgerDatabase.FileInUse e) {
            return invocation.refused("The ledger " + from + " is in use by a running payments-issued. Stop it first. Nothing was"
                    + " changed.");
        }
    }
}
