package org.paymentsissued.procore;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.paymentsissued.ledger.Runs;

/**
 * How many calls Procore takes in an hour, as its answers last said.
 *
 * @param remaining of the window that ends at {@code resetsAt}
 */
public record HourlyLimit(long calls, long remaining, Instant resetsAt) {

    private static final Duration WINDOW = Duration.ofHours(1);

    /**
     * When what is due will be in Procore, if nothing else is entered. A record is a call; the few lists of a first delivery are
     * left out.
     *
     * @param from  the first moment when a call may be made
     * @param limit empty as long as Procore has named none
     * @return empty if nothing is due, or nothing is known of the speed
     */
    public static Optional<Instant> doneAt(Instant from, Runs.Pace pace, Optional<HourlyLimit> limit) {
        if (pace.due() == 0) {
            return Optional.empty();
        }
        Optional<Instant> unlimited = pace.timeFor(pace.due()).map(from::plus);
        Optional<Instant> limited = limit.filter(known -> known.calls() > 0).map(known -> known.doneAt(from, pace));
        return unlimited.isEmpty() || limited.filter(unlimited.get()::isBefore).isPresent() ? limited : unlimited;
    }

    private Instant doneAt(Instant from, Runs.Pace pace) {
        boolean isOver = !from.isBefore(resetsAt);
        long left = isOver ? calls : remaining;
        if (pace.due() <= left) {
            return from.plus(timeFor(pace.due(), pace));
        }
        long after = pace.due() - left;
        long fullWindows = (after - 1) / calls;
        return (isOver ? from.plus(WINDOW) : resetsAt).plus(WINDOW.multipliedBy(fullWindows))
                .plus(timeFor(after - fullWindows * calls, pace));
    }

    /** Without a known speed they spread over the window. */
    private Duration timeFor(long records, Runs.Pace pace) {
        return pace.timeFor(records).orElse(Duration.ofMillis(WINDOW.toMillis() * Math.min(records, calls) / calls));
    }
}
