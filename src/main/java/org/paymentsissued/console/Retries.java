package org.paymentsissued.console;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.paymentsissued.ledger.DeadLetterSearch;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.OperatorActions.Outcome;
import org.paymentsissued.ledger.OperatorActions.Result;
import org.paymentsissued.procore.ProcorePause;
import org.paymentsissued.quickbooks.RowElement;
import org.paymentsissued.sync.Syncs;

/** Tries dead letters again: what is in the ledger becomes due; what never got that far goes through the routes again. */
public final class Retries {

    private static final Pattern ELEMENT = Pattern.compile("^\\s*<(\\w+)");
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private final OperatorActions actions;
    private final DeadLetterSearch search;
    private final ProcorePause pause;
    private final Work work;

    public Retries(OperatorActions actions, DeadLetterSearch search, ProcorePause pause, Work work) {
        this.actions = actions;
        this.search = search;
        this.pause = pause;
        this.work = work;
    }

    /** How a kept payment is read: it may be of any age, and is read again even if this very version is known. */
    public record KeptReading(Ledger.Source source, boolean anew, String companyFile) { }

    public KeptReading reading(String companyFile) {
        return new KeptReading(Ledger.Source.FILE, true, companyFile);
    }

    /** The sync that a kept payment belongs to: none. */
    public Syncs.Sync sync() {
        return new Syncs.Sync();
    }

    Result retry(long id, String who) {
        pause.forgetRefusal();
        Result result = retryOne(id, who);
        work.deliver();
        return result;
    }

    private Result retryOne(long id, String who) {
        Result result = actions.retry(id, who);
        if (result.outcome() != Outcome.READ_AGAIN) {
            return result;
        }
        Matcher element = ELEMENT.matcher(result.qbxml());
        work.readAgain(result.companyFile(), new RowElement(element.find() ? element.group(1) : "", result.qbxml()));
        return actions.readAgain(id, result.attempts());
    }

    /**
     * The result of retrying many.
     *
     * @param matching how many matched at the start
     * @param retried  how many were retried; some may have failed again since
     * @param left     how many are left because time ran out; pressing again continues
     */
    record Many(int matching, int retried, int left) { }

    Many retryAll(DeadLetterSearch.Filter filter, String who) {
        pause.forgetRefusal();
        List<Long> ids = search.ids(filter);
        Instant end = Instant.now().plus(LONGEST);
        int retried = 0;
        int done = 0;
        for (long id : ids) {
            if (Instant.now().isAfter(end)) {
                break;
            }
            Outcome outcome = retryOne(id, who).outcome();
            retried += outcome == Outcome.NOT_OPEN || outcome == Outcome.UNKNOWN ? 0 : 1;
            done++;
        }
        work.deliver();
        return new Many(ids.size(), retried, ids.size() - done);
    }
}
