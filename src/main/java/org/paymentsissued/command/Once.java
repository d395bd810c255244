package org.paymentsissued.command;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.paymentsissued.ledger.Bills;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.payment.Daemon;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.procore.ProcorePause;
import org.paymentsissued.quickbooks.DateRange;
import org.paymentsissued.quickbooks.QuickBooksTrouble;
import org.paymentsissued.setup.Installation;
import org.paymentsissued.setup.Settings;
import org.paymentsissued.sync.Syncs;

/** One sync from beginning to end, with a summary for a person. */
public final class Once {

    private static final int TIMES_AWAY_UNTIL_GIVEN_UP = 3;
    private static final int TIMES_THROTTLED_UNTIL_GIVEN_UP = 6;
    private static final int PROGRESS_SECONDS = 5;
    private static final int MOST_LINES_A_STATE = 100;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm z", Locale.US);
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private final Installation installation;
    private final Settings settings;
    private final PrintStream out;
    private final PrintStream err;

    public Once(Installation installation, PrintStream out, PrintStream err) {
        this(installation, installation.settings(), out, err);
    }

    /** @param settings the owner's, for the summary; those of a trial name folders of its own */
    public Once(Installation installation, Settings settings, PrintStream out, PrintStream err) {
        this.installation = installation;
        this.settings = settings;
        this.out = out;
        this.err = err;
    }

    /** Syncs, delivers until nothing is due, prints the summary. @return exit code */
    public int sync(String startedBy) throws InterruptedException {
        return summarize(lead("direct:sync", startedBy, ""));
    }

    /** Reads the payments dated in a range and continues as {@link #sync}. @return exit code */
    public int backfill(DateRange range) throws InterruptedException {
        return summarize(lead("direct:backfill", range, ""));
    }

    /** A finished sync. @param start nothing that it changed is older */
    public record Done(Syncs.Sync sync, Instant start) { }

    /** Starts a sync at a seam and delivers until nothing is due. @param companyFile empty for all */
    public Done lead(String uri, Object body, String companyFile) throws InterruptedException {
        Instant start = installation.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        ScheduledExecutorService progress = progress();
        Syncs.Sync sync;
        try {
            installation.send(uri, body, companyFile);
            sync = installation.syncs().last().orElseThrow();
            deliverTheRest();
        } finally {
            progress.shutdownNow();
        }
        return new Done(sync, start);
    }

    /** Delivers what is due, and waits for what Procore asks to wait for. */
    void deliver() throws InterruptedException {
        installation.template().sendBody("direct:deliver", null);
        deliverTheRest();
    }

    private void deliverTheRest() throws InterruptedException {
        while (installation.deliveries().dueCount() > 0) {
            Optional<ProcorePause.Pause> pause = installation.pause().now();
            if (pause.map(Once::isWaitedForNoLonger).orElse(false) || installation.deliveries().operatorPause().isPresent()) {
                return;
            }
            Instant due = installation.deliveries().nextDue().orElse(installation.clock().instant());
            Instant next = pause.map(ProcorePause.Pause::until).filter(until -> until.isAfter(due)).orElse(due);
            Duration wait = Duration.between(installation.clock().instant(), next);
            if (wait.compareTo(Duration.ofSeconds(2L * PROGRESS_SECONDS)) > 0) {
                err.printf("%s Waiting until %s%s. Stopping is safe; the rest is sent with the next run.%n",
                        time(installation.clock().instant()), time(next), pause.map(now -> ": " + now.sentence()).orElse(""));
            }
            TimeUnit.MILLISECONDS.sleep(Math.max(10, wait.toMillis() + 1));
            installation.template().sendBody("direct:deliver", null);
        }
    }

    private static boolean isWaitedForNoLonger(ProcorePause.Pause pause) {
        return switch (pause.reason()) {
            case REFUSED -> true;
            case AWAY -> pause.times() >= TIMES_AWAY_UNTIL_GIVEN_UP;
            case THROTTLED -> pause.isLong() || pause.times() >= TIMES_THROTTLED_UNTIL_GIVEN_UP;
            case NONE -> false;
        };
    }

    private ScheduledExecutorService progress() {
        ScheduledExecutorService timer = Daemon.named("progress");
        timer.scheduleAtFixedRate(() -> {
            Runs.Counts counts = installation.runs().totals().counts();
            String end = installation.pause().doneAt(installation.runs().pace()).map(done -> ", done at about "
                    + done.atZone(ZoneId.systemDefault()).format(DAY)).orElse("");
            err.printf(Locale.ROOT, "%s %,d delivered, %,d to go%s, %,d waiting, %,d dead%n", time(installation.clock().instant()),
                    counts.delivered(), counts.pending(), end, counts.waiting(), counts.dead());
        }, PROGRESS_SECONDS, PROGRESS_SECONDS, TimeUnit.SECONDS);
        return timer;
    }

    /** Prints the summary. @return exit code */
    int summarize(Done done) {
        Syncs.Sync sync = done.sync();
        Instant start = done.start();
        Runs.Counts changed = installation.runs().countsSince(start);
        Runs.Counts all = installation.runs().totals().counts();
        out.println();
        out.printf("%-12s%12s%12s%n", "", "this sync", "in all");
        out.printf(Locale.ROOT, "%-12s%,12d%,12d%n", "read", sync.paymentsRead(), installation.runs().paymentCount());
        line("delivered", changed.delivered(), all.delivered());
        line("removed", changed.removed(), all.removed());
        line("waiting", changed.waiting(), all.waiting());
        line("skipped", changed.skipped(), all.skipped());
        line("dead", changed.dead(), all.dead());
        long due = installation.deliveries().dueCount();
        if (all.pending() > due) {
            line("behind dead", changed.pending() - Math.min(due, changed.pending()), all.pending() - due);
        }
        if (due > 0) {
            line("still due", Math.min(due, changed.pending()), due);
        }
        out.println("(\"Read\" counts bill payments; the other lines count Payments Issued, one per payment and bill.)");

        settings.companyFiles().forEach(file -> out.printf("%nGO-LIVE     %s%s.%n", settings.companyFiles().size() == 1 ? ""
                : file + ": ", installation.goLive().words(file)));
        tell("WAITING", "choose its commitment under Waiting in the console of `run`, or add the bill to a CSV file in "
                + settings.text("commitments.inbox") + "; the payment is then sent automatically", RowState.WAITING, Instant.EPOCH);
        tell("SKIPPED", "", RowState.SKIPPED, start);
        tell("STILL DUE", "sent with the next run, or after the dead letter that it names is resolved", RowState.PENDING, Instant.EPOCH);
        tellRemarks(start);
        tellDeadLetters();
        sync.notes().forEach(note -> out.printf("%nNOTE        %s%n", note));
        sync.trouble().ifPresent(trouble -> out.printf("%nQUICKBOOKS  %s%n", trouble.sentence()));
        installation.deliveries().operatorPause().filter(paused -> due > 0).ifPresent(paused -> out.printf(
                "%nPAUSED      %s paused delivery (%s). Resume it in the console to send what is due.%n",
                paused.who(), paused.reason()));
        if (settings.usesWebConnector()) {
            out.printf("%nQUICKBOOKS  QuickBooks will be read when the Web Connector next calls while `run` is running;"
                    + " this command cannot call it.%n");
        }
        Optional<ProcorePause.Pause> pause = installation.pause().last().filter(last ->
                last.reason() != ProcorePause.Reason.THROTTLED || due > 0 && installation.pause().isOn());
        pause.ifPresent(last -> out.printf("%nPROCORE     %s%n", last.reason() == ProcorePause.Reason.THROTTLED
                ? last.sentence() + ". Run this again after " + last.asked().atZone(ZoneId.systemDefault()).format(DAY)
                        + " to send what is due." : last.sentence().replaceFirst("\\.?$", ".")));
        out.flush();
        return exitCode(sync, pause, due);
    }

    private int exitCode(Syncs.Sync sync, Optional<ProcorePause.Pause> pause, long due) {
        boolean misconfigured = pause.map(last -> last.reason() == ProcorePause.Reason.REFUSED).orElse(false)
                || installation.refusals().isCompanyRefused()
                || sync.trouble().map(trouble -> trouble.kind() == QuickBooksTrouble.Kind.CONFIGURATION).orElse(false);
        if (misconfigured) {
            return ExitCode.MISCONFIGURED;
        }
        boolean away = pause.map(last -> last.reason() == ProcorePause.Reason.AWAY).orElse(false);
        if (due > 0 || away || sync.trouble().isPresent()) {
            return ExitCode.UNREACHABLE;
        }
        return installation.deadLetters().openCount() > 0 ? ExitCode.DEAD_LETTERS : ExitCode.FINE;
    }

    private void line(String state, long changed, long all) {
        out.printf(Locale.ROOT, "%-12s%,12d%,12d%n", state, changed, all);
    }

    private void tell(String heading, String whatToDo, RowState state, Instant since) {
        Runs.Selection selection = installation.runs().rows(state, since, MOST_LINES_A_STATE);
        if (selection.rows().isEmpty()) {
            return;
        }
        out.printf("%n%s%s%n", heading, whatToDo.isEmpty() ? "" : " (" + whatToDo + ")");
        for (LedgerRow row : selection.rows()) {
            out.printf("  %s, %s%s%s%s%n", row.paymentWords(), row.billWords(),
                    row.amount().map(amount -> String.format(Locale.ROOT, ", %,.2f", amount)).orElse(""),
                    row.reason().isEmpty() ? "" : ": " + row.reason(),
                    state == RowState.WAITING ? facts(row) : "");
        }
        more(selection.total());
    }

    /** What QuickBooks says about the bill a payment waits for, so that its commitment can be found. */
    private String facts(LedgerRow row) {
        return installation.bills().of(row.payment().companyFile(), row.billTxnId()).map(Bills.Facts::words)
                .filter(words -> !words.isEmpty()).map(words -> " [" + words + "; bill TxnID " + row.billTxnId() + "]")
                .orElse("");
    }

    private void tellRemarks(Instant since) {
        var remarks = installation.runs().remarksSince(since, MOST_LINES_A_STATE);
        if (!remarks.isEmpty()) {
            out.printf("%nNOTED (sent anyway)%n");
            remarks.forEach(remark -> out.printf("  %s%n", remark));
        }
    }

    private void tellDeadLetters() {
        var open = installation.deadLetters().openOnes(MOST_LINES_A_STATE);
        if (open.isEmpty()) {
            return;
        }
        out.printf("%nDEAD (open dead letters; each needs attention)%n");
        open.forEach(letter -> out.printf("  #%d %s%n", letter.id(), letter.sentence()));
        more(installation.deadLetters().openCount());
    }

    private void more(long total) {
        if (total > MOST_LINES_A_STATE) {
            out.printf(Locale.ROOT, "  ... and %,d more%n", total - MOST_LINES_A_STATE);
        }
    }

    private static String time(Instant instant) {
        return instant.atZone(ZoneId.systemDefault()).format(CLOCK);
    }
}
