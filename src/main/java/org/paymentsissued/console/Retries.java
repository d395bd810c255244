package org.paymentsissued.console;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.paymentsissued.ledger.DeadLetters;
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
    private static final int MOST_REASONS = 5;

    private final OperatorActions actions;
    private final ProcorePause pause;
    private final Work work;

    public Retries(OperatorActions actions, ProcorePause pause, Work work) {
        this.actions = actions;
        this.pause = pause;
        this.work = work;
    }

    /** How a kept payment is read: it may be of any age, and is read again even if this very version is known. */
    public record KeptReading(Ledger.Source source, boolean again, String companyFile) { }

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

    Result adopt(long id, Optional<Long> record, String who) {
        Result result = actions.adopt(id, record, who);
        work.deliver();
        return result;
    }

    private Result retryOne(long id, String who) {
        Optional<DeadLetters.RefusedFile> file = actions.refusedFile(id);
        if (file.isPresent()) {
            return readFileAgain(file.get(), who);
        }
        Result result = actions.retry(id, who);
        if (result.outcome() != Outcome.READ_AGAIN) {
            return result;
        }
        Matcher element = ELEMENT.matcher(result.qbxml());
        work.readAgain(result.companyFile(), new RowElement(element.find() ? element.group(1) : "", result.qbxml()));
        return actions.readAgain(id, result.attempts());
    }

    private Result readFileAgain(DeadLetters.RefusedFile file, String who) {
        if (file.refusedLines().isEmpty()) {
            return new Result(Outcome.REFUSED, "It cannot be read again as it is. Correct the file, then drop it again under the same"
                    + " name; this dead letter then closes.", "", "", 0);
        }
        return work.readFileAgain(file, who) ? new Result(Outcome.CLOSED, "The refused lines were read again and accepted.", "", "", 0)
                : new Result(Outcome.REFUSED, "The refused lines were read again and refused again; see below.", "", "", 0);
    }

    /** An action on one dead letter. */
    interface Action {
        Result on(long id);
    }

    Action retry(String who) {
        return id -> retryOne(id, who);
    }

    /**
     * The result of an action on many.
     *
     * @param matching how many there were at the start
     * @param done     how many the action was done on; some may have failed again since
     * @param left     how many are left because time ran out, or because the action is not possible with them
     * @param reasons  why some are left, each once; at most {@value #MOST_REASONS}, and that time ran out
     */
    record Many(int matching, int done, int left, List<String> reasons) { }

    /** Does the same to many, as far as that takes less time than a browser waits; repeating it continues. */
    Many all(List<Long> ids, Action action) {
        pause.forgetRefusal();
        Instant end = Instant.now().plus(LONGEST);
        int done = 0;
        int gone = 0;
        Set<String> reasons = new LinkedHashSet<>();
        for (long id : ids) {
            if (Instant.now().isAfter(end)) {
                reasons.add("There was no time for the rest; try again.");
                break;
            }
            Result result = action.on(id);
            Outcome outcome = result.outcome();
            if (outcome == Outcome.REFUSED && reasons.size() < MOST_REASONS) {
                reasons.add(result.sentence());
            }
            done += outcome == Outcome.NOT_OPEN || outcome == Outcome.UNKNOWN || outcome == Outcome.REFUSED ? 0 : 1;
            gone += outcome == Outcome.NOT_OPEN || outcome == Outcome.UNKNOWN ? 1 : 0;
        }
        work.deliver();
        return new Many(ids.size(), done, ids.size() - done - gone, List.copyOf(reasons));
    }
}
