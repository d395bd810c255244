package org.paymentsissued.procore;

import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.paymentsissued.ledger.ProcoreCatalog;
import org.paymentsissued.payment.Fact;
import org.paymentsissued.procore.CommitmentRefresh.Extent;
import org.paymentsissued.procore.ProcoreCompanies.Company;
import org.quartz.CronExpression;

/** When the lookup is filled from Procore: on its schedule, and when bills have begun to wait since the last look. */
public final class CommitmentRefreshes {

    /** Everything that is read of a company. */
    static final String WHOLE = "whole";
    private static final long COMPANY = CommitmentRefresh.COMPANY;
    private static final String LOOKED_FOR_BILLS = "waiting bills";
    private static final Duration NOT_AGAIN_WITHIN = Duration.ofMinutes(1);

    private final ProcoreCatalog catalog;
    private final ProcorePause pause;
    private final Plan plan;
    private final Fact.Notes facts;
    private final Clock clock;
    /** Whether Procore lists both kinds of commitments in one call; empty until it has shown. */
    private volatile Optional<Boolean> allListedAtOnce = Optional.empty();
    private final AtomicBoolean stopping = new AtomicBoolean();

    /**
     * What is to be read.
     *
     * @param schedule Quartz cron, in the machine's zone
     * @param projects ids of the projects that are read; none means all that the account may see
     */
    public record Plan(boolean isOn, String schedule, List<Company> companies, Set<Long> projects) { }

    /**
     * How up to date the lookup is.
     *
     * @param lastRead when all of it was last read; empty where it never was
     * @param stale    what could not be read since
     */
    public record Freshness(Optional<Instant> lastRead, List<Stale> stale) { }

    /**
     * A part of the lookup that Procore did not return when it was last asked for.
     *
     * @param projectId empty where the whole company is meant
     * @param lastRead  until when it is up to date; empty where it was never read
     * @param since     when it first failed
     * @param reason    a sentence that names the part
     */
    public record Stale(String companyId, Optional<Long> projectId, String project, Optional<Instant> lastRead, Instant since,
            String reason) { }

    /** @param facts records what answers say about open questions */
    public CommitmentRefreshes(ProcoreCatalog catalog, ProcorePause pause, Plan plan, Fact.Notes facts, Clock clock) {
        this.facts = facts;
        this.catalog = catalog;
        this.pause = pause;
        this.plan = plan;
        this.clock = clock;
    }

    /** A refresh of everything that is due by the schedule or stale; one that has nothing to do where nothing is. */
    public CommitmentRefresh ifDue() {
        return refresh(Extent.ALL, company -> isDue(company, COMPANY, WHOLE)
                || !catalog.stale(company.id()).isEmpty());
    }

    /** How up to date the lookup is; empty where it is not read from Procore. */
    public Optional<Freshness> freshness() {
        if (!plan.isOn()) {
            return Optional.empty();
        }
        List<Optional<Instant>> read = plan.companies().stream().map(company -> readAt(company, COMPANY, WHOLE)).toList();
        return Optional.of(new Freshness(read.stream().allMatch(Optional::isPresent)
                ? read.stream().flatMap(Optional::stream).min(Comparator.naturalOrder()) : Optional.empty(),
                plan.companies().stream().flatMap(company -> catalog.stale(company.id()).stream())
                        .map(part -> new Stale(part.companyId(),
                                part.projectId() == COMPANY ? Optional.empty() : Optional.of(part.projectId()),
                                part.project(), part.lastRead(), part.since(), part.reason())).toList()));
    }

    /** A refresh of the subcontractor invoices alone, where bills have begun to wait since the last look. */
    public CommitmentRefresh ifBillsWait() {
        return refresh(Extent.INVOICES, company -> {
            Instant last = readAt(company, COMPANY, LOOKED_FOR_BILLS).orElse(Instant.EPOCH);
            return !last.plus(NOT_AGAIN_WITHIN).isAfter(clock.instant())
                    && catalog.haveBillsWaitedSince(last, company.companyFiles());
        });
    }

    private CommitmentRefresh refresh(Extent extent, Predicate<Company> wanted) {
        List<Company> companies = plan.isOn() && !pause.isOn() ? plan.companies().stream().filter(wanted).toList()
                : List.of();
        companies.forEach(company -> catalog.markRead(company.id(), COMPANY, LOOKED_FOR_BILLS, clock.instant()));
        return new CommitmentRefresh(this, companies, extent);
    }

    /** Takes the answer of the call that a refresh asked for. */
    public void take(CommitmentRefresh refresh, ProcoreAnswer answer) {
        ProcoreFacts.note(refresh.lastCall(), answer, facts);
        refresh.take(answer);
    }

    /** Ends a refresh after the call in progress. */
    public void stop() {
        stopping.set(true);
    }

    /** When a subject was last read; a time in the future came from a clock that was ahead, and does not count. */
    Optional<Instant> readAt(Company company, long projectId, String subject) {
        return catalog.readAt(company.id(), projectId, subject).filter(at -> !at.isAfter(clock.instant()));
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
        catalog.markRead(company.id(), COMPANY, WHOLE, at);
    }

    /** Whether Procore did not give a part when it was last asked for. */
    boolean isStale(Company company, long projectId, String subject) {
        return catalog.stale(company.id()).stream()
                .anyMatch(part -> part.projectId() == projectId && part.subject().equals(subject));
    }

    /** Ids of the projects that are read; none means all. */
    Set<Long> chosen() {
        return plan.projects();
    }

    /** How many companies are read in all. */
    int companies() {
        return plan.companies().size();
    }

    void allAreListedAtOnce(boolean are) {
        allListedAtOnce = Optional.of(are);
    }

    boolean areAllListedAtOnce() {
        return allListedAtOnce.orElse(false);
    }

    boolean areListedByKind() {
        return !allListedAtOnce.orElse(true);
    }

    /** Whether every project that is read was read to its end, and no part has failed since. */
    public boolean isWhole(String companyId) {
        return plan.isOn() && catalog.readAt(companyId, COMPANY, WHOLE).isPresent() && catalog.stale(companyId).isEmpty();
    }

    boolean isStopping() {
        return stopping.get();
    }

    ProcoreCatalog catalog() {
        return catalog;
    }

    ProcorePause pause() {
        return pause;
    }

    Instant now() {
        return clock.instant();
    }
}
