package org.paymentsissued.procore;

import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.paymentsissued.ledger.ProcoreCatalogue;
import org.paymentsissued.procore.ProcoreCompanies.Company;
import org.quartz.CronExpression;

/** When the lookup is filled from Procore: on its schedule, and when bills have begun to wait since it was last looked. */
public final class CommitmentRefreshes {

    /** Stands for the company itself where a project is asked for. */
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
    public record Plan(boolean isOn, String schedule, List<Company> companies) { }

    public CommitmentRefreshes(ProcoreCatalogue catalogue, ProcorePause pause, Plan plan, Clock clock) {
        this.catalogue = catalogue;
        this.pause = pause;
        this.plan = plan;
        this.clock = clock;
    }

    /** A refresh of everything that is due by the schedule; one that has nothing to do where nothing is. */
    public CommitmentRefresh ifDue() {
        return refresh(List.of(CommitmentRefresh.Subject.values()), company -> isDue(company, COMPANY, PROJECTS));
    }

    /** A refresh of the subcontractor invoices alone, where bills wait that did not when it was last looked. */
    public CommitmentRefresh ifBillsWait() {
        return refresh(List.of(CommitmentRefresh.Subject.INVOICES), company -> {
            Instant last = readAt(company, COMPANY, LOOKED_FOR_BILLS).orElse(Instant.EPOCH);
            return !last.plus(NOT_AGAIN_WITHIN).isAfter(clock.instant())
                    && catalogue.haveBillsWaitedSince(last, company.companyFiles());
        });
    }

    private CommitmentRefresh refresh(List<CommitmentRefresh.Subject> subjects, Predicate<Company> wanted) {
        List<Company> companies = plan.isOn() && !pause.isOn() ? plan.companies().stream().filter(wanted).toList()
                : List.of();
        companies.forEach(company -> catalogue.markRead(company.id(), COMPANY, LOOKED_FOR_BILLS, clock.instant()));
        return new CommitmentRefresh(this, companies, subjects);
    }

    /** Takes the answer of the call that a refresh asked for. */
    public void take(CommitmentRefresh refresh, ProcoreAnswer answer) {
        refresh.take(answer);
    }

    /** Ends a refresh after the call that is under way. */
    public void stop() {
        stopping.set(true);
    }

    /** When a subject was last read; a time to come was written by a clock that was ahead, and tells nothing. */
    Optional<Instant> readAt(Company company, long projectId, String subject) {
        return catalogue.readAt(company.id(), projectId, subject).filter(at -> !at.isAfter(clock.instant()));
    }

    /** Whether a subject has not been read since the schedule last asked for it. */
    boolean isDue(Company company, long projectId, String subject) {
        return readAt(company, projectId, subject).map(at -> {
            try {
                Date next = new CronExpression(plan.schedule()).getNextValidTimeAfter(Date.from(at));
                return next != null && !next.toInstant().isAfter(clock.instant());
            } catch (ParseException e) {
                throw new IllegalStateException(e);
            }
        }).orElse(true);
    }

    /** Everything was read: the next one is due by the schedule. */
    void finished(Company company, Instant at) {
        catalogue.markRead(company.id(), COMPANY, PROJECTS, at);
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

    Instant now() {
        return clock.instant();
    }
}
