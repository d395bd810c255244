package org.paymentsissued.procore;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.paymentsissued.payment.CommitmentRef;

/**
 * Lets only a few workers through to a commitment, a project or the company in which nothing has succeeded yet in this run, so
 * that a refusal of all of it costs a handful of calls, however many payments there are and however many workers.
 */
final class Doors {

    private static final int TRYING_AT_ONCE = 2;
    private static final long LONGEST_WAIT = TimeUnit.MINUTES.toNanos(2);

    private final Set<Object> proven = new HashSet<>();
    /** Rows being delivered to something that is not proven. */
    private final Map<Object, Set<Long>> trying = new HashMap<>();

    private record Project(long id) { }

    private enum Whole { COMPANY }

    private static List<Object> levels(CommitmentRef place) {
        return List.of(Whole.COMPANY, new Project(place.projectId()), place);
    }

    /** A run begins: nothing is proven. */
    synchronized void close() {
        proven.clear();
        trying.clear();
        notifyAll();
    }

    /**
     * Asks to call for a row, and waits while enough others try.
     *
     * @return false where it had to wait; what is known may have changed meanwhile
     */
    synchronized boolean enter(CommitmentRef place, long rowId) {
        if (!isFull(place, rowId)) {
            levels(place).stream().filter(level -> !proven.contains(level))
                    .forEach(level -> trying.computeIfAbsent(level, none -> new HashSet<>()).add(rowId));
            return true;
        }
        long giveUpAt = System.nanoTime() + LONGEST_WAIT;
        try {
            while (isFull(place, rowId) && System.nanoTime() < giveUpAt) {
                wait(1_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (isFull(place, rowId)) {
            // A worker that tries for this long has died.
            levels(place).forEach(trying::remove);
        }
        return false;
    }

    private boolean isFull(CommitmentRef place, long rowId) {
        return levels(place).stream().filter(level -> !proven.contains(level)).map(level -> trying.getOrDefault(level, Set.of()))
                .anyMatch(rows -> !rows.contains(rowId) && rows.size() >= TRYING_AT_ONCE);
    }

    synchronized void succeeded(CommitmentRef place) {
        if (proven.addAll(levels(place))) {
            levels(place).forEach(trying::remove);
            notifyAll();
        }
    }

    synchronized void refused(CommitmentRef place) {
        levels(place).forEach(proven::remove);
    }

    /** The delivery of a row is over. */
    synchronized void leave(long rowId) {
        trying.values().forEach(rows -> rows.remove(rowId));
        notifyAll();
    }
}
