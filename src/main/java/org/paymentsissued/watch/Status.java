package org.paymentsissued.watch;

import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.paymentsissued.ledger.Nodes;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.Runs;
import org.paymentsissued.ledger.Totals;
import org.paymentsissued.ledger.Watermarks;
import org.paymentsissued.procore.CommitmentRefreshes;
import org.paymentsissued.procore.HourlyLimit;
import org.paymentsissued.procore.ProcorePause;
import org.paymentsissued.sync.Syncs;
import org.paymentsissued.sync.WebConnectorReading;
import org.quartz.CronExpression;

/** The current status, for overview, API, health and alerts alike. */
public final class Status {

    private final Runs runs;
    private final ReadingStatus readings;
    private final Watermarks watermarks;
    private final OperatorActions actions;
    private final ProcorePause pause;
    private final Syncs syncs;
    private final Nodes nodes;
    private final String companyFile;
    private final CronExpression schedule;
    private final Supplier<Optional<RouteChanges>> routes;
    private final Supplier<Optional<CommitmentRefreshes.Freshness>> lookup;
    private final Clock clock;

    /**
     * @param schedule a Quartz cron, in the machine's zone
     * @param routes   the state of changed route files; empty if they are not watched
     * @param lookup   how up to date the commitment lookup is; empty if it is not read from Procore
     */
    public Status(Runs runs, ReadingStatus readings, Watermarks watermarks,
            OperatorActions actions, ProcorePause pause, Syncs syncs, Nodes nodes, String companyFile, String schedule,
            Supplier<Optional<RouteChanges>> routes,
            Supplier<Optional<CommitmentRefreshes.Freshness>> lookup, Clock clock) {
        this.runs = runs;
        this.readings = readings;
        this.watermarks = watermarks;
        this.actions = actions;
        this.pause = pause;
        this.syncs = syncs;
        this.nodes = nodes;
        this.companyFile = companyFile;
        this.routes = routes;
        this.lookup = lookup;
        this.clock = clock;
        try {
            this.schedule = new CronExpression(schedule);
        } catch (ParseException e) {
            throw new IllegalArgumentException(schedule, e);
        }
    }

    /**
     * One look.
     *
     * @param lastPoll      the last finished sync that was not a Web Connector session
     * @param lastGood      when QuickBooks was last read completely; empty if never
     * @param nextPoll      empty if the schedule has no further runs
     * @param procore       why nothing is sent, if Procore is the cause; empty otherwise
     * @param operatorPause empty while no operator has paused delivery
     * @param nodes         the processes that work on the ledger, the latest heartbeat first
     * @param routes        the state of changed route files; empty if they are not watched
     * @param lookup        how up to date the commitment lookup is; empty if it is not read from Procore
     * @param doneAt        when what is due will be in Procore; empty if nothing is, or if that is not known
     * @param hourlyLimit   calls that Procore takes in an hour; empty if it has not said so
     * @param companyFiles  each that is read, in the order of the settings
     */
    public record Look(Instant at, String companyFile, List<Watermarks.Mark> watermarks, boolean syncRunning,
            Optional<Runs.Run> lastRun, Optional<Runs.Run> lastPoll, Optional<Instant> lastGood, Optional<Instant> firstStart,
            Optional<Instant> nextPoll, Totals totals, Optional<ProcorePause.Pause> procore, Optional<OperatorActions.Pause> operatorPause,
            Optional<RouteChanges> routes, Optional<CommitmentRefreshes.Freshness> lookup,
            Optional<Instant> doneAt, Optional<Long> hourlyLimit, List<Nodes.Node> nodes,
            List<ReadingStatus.OfFile> companyFiles) { }

    /** When the schedule next starts a sync after a moment; empty if never. */
    Optional<Instant> nextAfter(Instant moment) {
        return Optional.ofNullable(schedule.getNextValidTimeAfter(Date.from(moment))).map(Date::toInstant);
    }

    /** A run that only marked a reading as due has read nothing: then the readings themselves count, the oldest first. */
    private Optional<Instant> lastGood(List<ReadingStatus.OfFile> files) {
        Optional<Instant> good = runs.lastGood();
        for (ReadingStatus.OfFile file : files) {
            if (file.webConnector().isPresent()) {
                good = good.flatMap(run -> file.lastRead().map(read -> read.isBefore(run) ? read : run));
            }
        }
        return good;
    }

    /** How long the current sync has been running; empty if none is. */
    Optional<Duration> syncRunningFor() {
        return syncs.runningFor();
    }

    public Look look() {
        Instant now = clock.instant();
        List<ReadingStatus.OfFile> files = readings.look(now);
        Totals totals = runs.totals();
        Optional<OperatorActions.Pause> paused = actions.pause();
        return new Look(now, companyFile, watermarks.all(), syncs.isRunning(), runs.latest(),
                runs.lastEndedBut(WebConnectorReading.STARTED_BY), lastGood(files),
                runs.firstStart(), nextAfter(now), totals, pause.last().filter(last ->
                        last.reason() != ProcorePause.Reason.THROTTLED || now.isBefore(last.until())), paused, routes.get(), lookup.get(),
                totals.pending().payments() == 0 || paused.isPresent() ? Optional.empty() : pause.doneAt(runs.pace()),
                pause.hourlyLimit().map(HourlyLimit::calls), nodes.all(), files);
    }
}
