package org.paymentsissued.command;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.paymentsissued.ledger.LedgerBackup;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.ledger.LedgerMove;
import org.paymentsissued.payment.Cause;
import org.paymentsissued.payment.FullDisk;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.Machine;
import org.paymentsissued.setup.RouteFiles;
import org.paymentsissued.setup.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a command was called, with what, and where it prints. */
public record Invocation(Path directory, Map<String, String> environment, Properties system, PrintStream out, PrintStream err) {

    private static final Logger LOG = LoggerFactory.getLogger(Invocation.class);

    Settings settings() throws Settings.InvalidSettings {
        return Settings.load(directory, environment, system);
    }

    Path routes() {
        return directory.resolve("routes");
    }

    /** A file that was named, as seen from where the command was called. */
    Path inDirectory(Path file) {
        return directory.resolve(file);
    }

    /** The product, to be led by a command. */
    Installation start(Settings settings) {
        return Installation.start(settings, routes(), Installation.Mode.ON_COMMAND);
    }

    /** A wrong use of a command. @return its exit code */
    int refused(String sentence) {
        err.println(sentence);
        return ExitCode.MISCONFIGURED;
    }

    /** What kept a command from its end, in words for whoever typed it. @return the exit code */
    public int explain(Throwable failure) {
        if (failure instanceof Settings.InvalidSettings invalid) {
            err.println("The configuration is wrong. Nothing was started or sent:");
            invalid.flaws().forEach(flaw -> err.println("  " + flaw));
            return ExitCode.MISCONFIGURED;
        }
        if (failure instanceof LedgerDatabase.FileInUse) {
            return refused("The database is in use by a running payments-issued. Ask it to sync now:\n  POST /api/sync on its console, "
                    + console() + "/api/sync\nor stop it first. Nothing was started or sent.");
        }
        if (failure instanceof LedgerBackup.NotOurs || failure instanceof RunningInstance.Refused
                || failure instanceof LedgerMove.Refused) {
            return refused(failure.getMessage());
        }
        Optional<String> fullDisk = FullDisk.in(failure);
        if (fullDisk.isPresent()) {
            err.println(fullDisk.get());
            return ExitCode.UNREACHABLE;
        }
        if (failure instanceof LedgerDatabase.Unreachable) {
            err.println(failure.getMessage() + "\nNothing is lost; the next run continues. If it never answers, check database.url.");
            return ExitCode.UNREACHABLE;
        }
        if (failure instanceof LedgerDatabase.Unusable || failure instanceof Machine.Lacking
                || failure instanceof RouteFiles.UnusableRoutes) {
            return refused(failure.getMessage() + "\nNothing was started or sent.");
        }
        LOG.error("The command stopped.", failure);
        err.println("payments-issued stopped because of an unexpected failure: " + Cause.words(failure).lines().findFirst().orElse("")
                + ". Nothing is lost; the next run continues. The log has the details.");
        return ExitCode.UNREACHABLE;
    }

    private String console() {
        try {
            Settings settings = settings();
            return "http://" + settings.text("console.host") + ":" + settings.text("console.port");
        } catch (Settings.InvalidSettings e) {
            return "";
        }
    }
}
