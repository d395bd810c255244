package org.paymentsissued.procore;

import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.paymentsissued.ledger.ProcoreCatalogue;
import org.quartz.CronExpression;

/** When the lookup is filled from Procore: on its schedule, and when bills have begun to wait since it was last looked. */
public final class CommitmentRefreshes {

    private static final long COMPANY = 0;
    private static final String PROJECTS = "projects";
    private static final String LOOKED_FOR_BILLS = "waiting bills";
    private static final Duration NOT_AGAIN_WITHIN = Duration.ofMinutes(1);

    private final ProcoreCatalogue catalogue;
    private final ProcorePause pause;
    private final Plan plan;
    private final Clock clock;
    private final AtomicBoolean stopping = new AtomicBoolean();

    /**
     * What is to be read.
     *
     * @param schedule Quartz cron, in the machine's zone
     */
    public record Plan(boolean isOn, String schedule, String companyId, List<String> companyFiles) { }

    public CommitmentRefreshes(ProcoreCatalogue catalogue, ProcorePause pause, Plan plan, Clock clock) {
        this.catalogue = catalogue;
        this.pause = pause;
        this.plan = plan;
        this.clock = clock;
    }

    /** A refresh of everything that is due by the schedule; one that has nothing to do where nothing is. */
    public CommitmentRefresh ifDue() {
        if (!plan.isOn() || pause.isOn() || !isDue(COMPANY, PROJECTS)) {
            return none();
        }
        catalogue.markRead(COMPANY, LOOKED_FOR_BILLS, clock.instant());
        return new CommitmentRefresh(this, List.of(CommitmentRefresh.Subject.values()));
    }

    /** A refresh of the subcontractor invoices alone, where bills wait that did not when it was last looked. */
    public CommitmentRefresh ifBillsWait() {
        Instant last = catalogue.readAt(COMPANY, LOOKED_FOR_BILLS).orElse(Instant.EPOCH);
        boolean justNow = last.plus(NOT_AGAIN_WITHIN).isAfter(clock.instant());
        if (!plan.isOn() || pause.isOn() || justNow || !catalogue.haveBillsWaitedSince(last)) {
            return none();
        }
        catalogue.markRead(COMPANY, LOOKED_FOR_BILLS, clock.instant());
        return new CommitmentRefresh(this, List.of(CommitmentRefresh.Subject.INVOICES));
    }

    /** Takes the answer of the call that a refresh asked for. */
    public void take(CommitmentRefresh refresh, ProcoreAnswer answer) {
        refresh.take(answer);
    }

    /** Ends a refresh after the call that is under way. */
    public void stop() {
        stopping.set(true);
    }

    private CommitmentRefresh none() {
        return new CommitmentRefresh(this, List.of());
    }

    /** Whether a subject has not been read since the schedule last asked for it. */
    boolean isDue(long projectId, String subject) {
        return catalogue.readAt(projectId, subject).map(at -> {
            try {
                Date next = new CronExpression(plan.schedule()).getNextValidTimeAfter(Date.from(at));
                return next != null && !next.toInstant().isAfter(clock.instant());
            } catch (ParseException e) {
                throw new IllegalStateException(e);
            }
        }).orElse(true);
    }

    /** Everything was read: the next one is due by the schedule. */
    void finished(Instant at) {
        catalogue.markRead(COMPANY, PROJECTS, at);
    }

    boolean isStopping() {
        return stopping.get();
    }

    ProcoreCatalogue catalogue() {
        return catalogue;
    }

    ProcorePause pause() {
        return pause;
    }

    Plan plan() {
        return plan;
    }

    Instant now() {
        return clock.instant();
    }
}
