package org.paymentsissued.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.paymentsissued.quickbooks.DateRange;
import org.paymentsissued.setup.Settings;
import picocli.CommandLine.Option;

/** What {@code once} and {@code backfill} have in common: they can be asked what they would do. */
final class PreviewOptions {

    @Option(names = {"--preview", "--dry-run"}, description = "Only shows what it would do: reads QuickBooks and Procore's lists,"
            + " works on a copy of the ledger, and writes nothing anywhere.")
    private boolean preview;

    @Option(names = "--csv", paramLabel = "FILE", description = "With --preview: also writes one line per payment and bill to this"
            + " file.")
    private Path csv;

    boolean areGiven() {
        return preview;
    }

    /** What is wrong with them, if anything. */
    Optional<String> flaw() {
        return csv != null && !preview ? Optional.of("--csv belongs to --preview. Nothing was read.") : Optional.empty();
    }

    /** @return exit code, the same as that of what is previewed */
    int run(Invocation invocation, Settings settings, Optional<String> restored, Optional<DateRange> range)
            throws IOException, InterruptedException {
        return new DryRun(settings, invocation.routes(), invocation.out(), invocation.err())
                .run(new DryRun.Question(restored, range, Optional.ofNullable(csv).map(invocation::inDirectory)));
    }
}
