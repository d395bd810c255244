package org.paymentsissued.command;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.paymentsissued.setup.Installation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The ledger and Procore, compared. */
@Command(name = "reconcile", description = {"Compares every payment with what Procore holds, commitment by commitment.",
    "Exit codes: 0 equal; 1 differences; 2 wrong configuration; 3 Procore could not be reached."})
public final class ReconcileCommand implements Callable<Integer> {

    private final Invocation invocation;

    @Option(names = "--fix", description = "Repairs the differences through normal delivery.")
    private boolean fix;

    @Option(names = "--adopt", description = "Only updates the ledger with what Procore holds, for use after restoring an"
            + " older copy; the next sync then sends the differences.")
    private boolean adopt;

    @Option(names = "--csv", paramLabel = "FILE", description = "Also writes the differences to this file.")
    private Path csv;

    public ReconcileCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        try (Installation installation = invocation.start(invocation.settings())) {
            Reconcile.Wish wish = fix ? Reconcile.Wish.FIX : adopt ? Reconcile.Wish.ADOPT : Reconcile.Wish.REPORT;
            return new Reconcile(installation, invocation.out(), invocation.err())
                    .run(wish, Optional.ofNullable(csv).map(invocation.directory()::resolve));
        }
    }
}
