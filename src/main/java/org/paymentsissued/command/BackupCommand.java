package org.paymentsissued.command;

import java.time.Clock;
import java.util.concurrent.Callable;
import org.paymentsissued.ledger.LedgerBackup;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.setup.Settings;
import picocli.CommandLine.Command;

/** A copy of the ledger. */
@Command(name = "backup", description = {"Copies an H2 ledger into backup.folder, even while an instance is running.",
    "Exit codes: 0 copied; 2 nothing was copied."})
public final class BackupCommand implements Callable<Integer> {

    private final Invocation invocation;

    public BackupCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = invocation.settings();
        invocation.out().println("The ledger was copied to " + copy(settings));
        return ExitCode.FINE;
    }

    private String copy(Settings settings) throws InterruptedException {
        try (LedgerDatabase database = LedgerDatabase.open(settings.text("database.url"), settings.text("database.username"),
                settings.text("database.password"), 1)) {
            return new LedgerBackup(database, invocation.directory().resolve(settings.text("backup.folder")), Clock.systemUTC()).make()
                    .toString();
        } catch (LedgerDatabase.FileInUse e) {
            return new RunningInstance(settings).backup();
        }
    }
}
