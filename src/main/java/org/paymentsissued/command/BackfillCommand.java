package org.paymentsissued.command;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.paymentsissued.quickbooks.DateRange;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Payments dated in a range, however old. */
@Command(name = "backfill", description = {"Reads the payments dated in a range, however old, and delivers them.",
    "If stopped, it continues where it was when started with the same dates. It does not move any watermark."})
public final class BackfillCommand implements Callable<Integer> {

    private final Invocation invocation;

    @Option(names = "--from", required = true, paramLabel = "DATE", description = "first date on the payments, such as 2025-01-01")
    private LocalDate from;

    @Option(names = "--to", paramLabel = "DATE", description = "last date on the payments; if left out, all later ones")
    private LocalDate to;

    @Mixin
    private PreviewOptions preview;

    public BackfillCommand(Invocation invocation) {
        this.invocation = invocation;
    }

    @Override
    public Integer call() throws Exception {
        DateRange range = new DateRange(from, to == null ? DateRange.END_OF_DATES : to);
        if (range.first().isAfter(range.last())) {
            return invocation.refused("--from " + range.first() + " is later than --to " + range.last() + ". Nothing was read.");
        }
        if (preview.flaw().isPresent()) {
            return invocation.refused(preview.flaw().get());
        }
        Settings settings = invocation.settings();
        if (refusal(settings).isPresent()) {
            return invocation.refused(refusal(settings).get());
        }
        if (preview.areGiven()) {
            return preview.run(invocation, settings, Optional.empty(), Optional.of(range));
        }
        try (Installation installation = invocation.start(settings)) {
            return new Once(installation, invocation.out(), invocation.err()).backfill(range);
        }
    }

    /** Why QuickBooks cannot be asked for a range; empty where it can. */
    static Optional<String> refusal(Settings settings) {
        List<String> notAskable = settings.companyFiles().stream()
                .filter(file -> !settings.text(file, "transport").equals("http")).toList();
        return notAskable.isEmpty() ? Optional.empty() : Optional.of("A backfill queries QuickBooks directly, so it needs"
                + " quickbooks.transport = http; it is " + settings.text(notAskable.get(0), "transport") + " for "
                + String.join(", ", notAskable) + ". Nothing was read.");
    }
}
