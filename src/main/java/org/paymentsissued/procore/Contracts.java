package org.paymentsissued.procore;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.paymentsissued.ledger.PendingCall;
import org.paymentsissued.ledger.Refusals.Refusal;
import org.paymentsissued.payment.CommitmentRef;

/**
 * Which records with a key of ours a commitment holds, as its list said when this process last read it. Before the first
 * payment on a commitment it is read once, so that a lost or restored ledger adopts what is there instead of posting again.
 */
public final class Contracts {

    /** A record found longer ago than this may have been removed by a person since. */
    private static final Duration CREDIBLE = Duration.ofMinutes(10);

    /** A reading that has not ended after this long belongs to a dead worker. */
    private static final Duration LONGEST_READING = Duration.ofMinutes(2);

    private final Map<CommitmentRef, Listing> listings = new ConcurrentHashMap<>();
    /** The row that reads a commitment now. */
    private final Map<CommitmentRef, Long> readers = new HashMap<>();
    /** Counts events in this process: no clock change can swap a call and the reading after it. */
    private final AtomicLong moments = new AtomicLong();
    private final Map<CommitmentRef, Long> begun = new ConcurrentHashMap<>();
    /** By row. */
    private final Map<Long, Doubt> doubts = new ConcurrentHashMap<>();

    private final Map<CommitmentRef, Failure> failures = new ConcurrentHashMap<>();
    private final Map<CommitmentRef, Long> refusedSince = new ConcurrentHashMap<>();
    private final Doors doors = new Doors();
    private volatile List<Refusal> refusals = List.of();

    /** As the ledger knew them when they were first asked for in this delivery run; null before. */
    private List<CommitmentRef> known;

    /** A list that could not be read. @param refused whether more tries will not help @param next when to try again */
    private record Failure(int times, boolean refused, Instant next, Instant at) { }

    private record Doubt(PendingCall call, long since) { }

    /** @param others records that are not ours */
    private record Listing(Map<String, List<ContractPayment>> byKey, List<ContractPayment> others, Instant startedAt,
            Instant readAt, long begun) { }

    void put(CommitmentRef place, List<ContractPayment> records, RecordKey keys, Instant startedAt, Instant readAt) {
        Map<String, List<ContractPayment>> byKey = new ConcurrentHashMap<>();
        for (ContractPayment record : records) {
            keys.base(record).ifPresent(key -> byKey.computeIfAbsent(key, none -> new ArrayList<>()).add(record));
        }
        failures.remove(place);
        listings.put(place, new Listing(byKey, records.stream().filter(record -> !keys.isKeyed(record)).toList(), startedAt, readAt,
                begun.getOrDefault(place, 0L)));
    }

    /** Now, in the order of what happens in this process. */
    long moment() {
        return moments.incrementAndGet();
    }

    /**
     * The outcome of a row's last call is unknown: its process was killed, its answer lost. Another node may have called for
     * the row since it was last in doubt here; then that call is a doubt of its own.
     *
     * @return when this process learnt it; only a list begun later shows the outcome of the call
     */
    long inDoubt(long rowId, PendingCall call) {
        return doubts.compute(rowId, (row, known) -> known != null && known.call().equals(call) ? known
                : new Doubt(call, moment())).since();
    }

    /** The outcome of the row's last call is known, or must be found out again. */
    void noLongerInDoubt(long rowId) {
        doubts.remove(rowId);
    }

    /**
     * Asks to read a commitment. Where another row reads it already, this waits for what that finds: a commitment with a
     * hundred due payments is read once, not once a delivery thread.
     *
     * @return false where another's reading has ended meanwhile; look again at what is known
     */
    synchronized boolean beginReading(CommitmentRef place, long reader) {
        Long other = readers.get(place);
        if (other == null || other == reader) {
            return begin(place, reader);
        }
        long giveUpAt = System.nanoTime() + LONGEST_READING.toNanos();
        try {
            while (other.equals(readers.get(place)) && System.nanoTime() < giveUpAt) {
                wait(1_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return other.equals(readers.get(place)) && begin(place, reader);
    }

    private boolean begin(CommitmentRef place, long reader) {
        readers.put(place, reader);
        begun.put(place, moment());
        return true;
    }

    synchronized void endReading(CommitmentRef place, long reader) {
        if (readers.remove(place, reader)) {
            notifyAll();
        }
    }

    /** Delivery of a row has failed: rows that wait for what it was reading now read it themselves. */
    synchronized void leave(long reader) {
        if (readers.values().removeIf(one -> one == reader)) {
            notifyAll();
        }
    }

    /**
     * The records of a key, if the commitment was read and what it said can still be relied on.
     *
     * @param since a record counts only if the list was begun after this moment; another node may have changed it before
     */
    Optional<List<ContractPayment>> records(CommitmentRef place, String key, Instant now, long since) {
        return Optional.ofNullable(listings.get(place))
                .filter(listing -> !listing.byKey().containsKey(key)
                        || listing.begun() > since && listing.startedAt().plus(CREDIBLE).isAfter(now))
                .map(listing -> listing.byKey().getOrDefault(key, List.of()));
    }

    /** Whether a list that was read shows a key that begins like this. */
    boolean showsKeyThatBegins(CommitmentRef place, String begins) {
        return Optional.ofNullable(listings.get(place)).stream()
                .anyMatch(listing -> listing.byKey().keySet().stream().anyMatch(key -> key.startsWith(begins)));
    }

    /** The same, but only from a list that was begun after the given moment. */
    Optional<List<ContractPayment>> recordsSince(CommitmentRef place, String key, long moment) {
        return Optional.ofNullable(listings.get(place))
                .filter(listing -> listing.begun() > moment)
                .map(listing -> listing.byKey().getOrDefault(key, List.of()));
    }

    /**
     * Records on a commitment that are not ours; empty where its list was not read just now.
     *
     * @param since when the payment became due: what a person typed until then must show
     */
    Optional<List<ContractPayment>> others(CommitmentRef place, Instant since, Instant now) {
        return Optional.ofNullable(listings.get(place))
                .filter(listing -> listing.readAt().plus(CREDIBLE).isAfter(now) && !listing.startedAt().isBefore(since))
                .map(Listing::others);
    }

    /** A delivery run begins: which commitments there are is asked again, and what Procore accepts must be proven again. */
    synchronized void runBegins() {
        known = null;
        refusedSince.clear();
        doors.close();
    }

    /** Limits who may call for what. */
    Doors doors() {
        return doors;
    }

    /** What Procore refuses as a whole, as the ledger said when the run began, and what was learned since. */
    List<Refusal> refusals() {
        return refusals;
    }

    void refusals(List<Refusal> all) {
        refusals = List.copyOf(all);
    }

    /** A write on a commitment was refused. @return when that happened first in this run */
    long refusedSince(CommitmentRef place) {
        return refusedSince.computeIfAbsent(place, first -> moment());
    }

    /** Whether the list of a commitment was read, and begun after a moment. */
    boolean isReadSince(CommitmentRef place, long moment) {
        return Optional.ofNullable(listings.get(place)).map(listing -> listing.begun() > moment).orElse(false);
    }

    /** The list of a commitment could not be read. @return how often in a row by now */
    int readingFailed(CommitmentRef place, IntFunction<Duration> pauseAfter, Instant now) {
        return failures.compute(place, (same, before) -> {
            int times = before == null ? 1 : before.times() + 1;
            return new Failure(times, false, now.plus(pauseAfter.apply(times)), now);
        }).times();
    }

    /** Procore refuses the list: more tries will not make it readable, as far as this process knows. */
    void refused(CommitmentRef place, Instant now) {
        failures.put(place, new Failure(1, true, now, now));
    }

    /** An operator learns of it; after a retry it starts from the beginning. */
    void forgetFailures(CommitmentRef place) {
        failures.remove(place);
    }

    /**
     * Whether to do without the list of a commitment where the record is not expected on it. One that failed less often may
     * still show a record that would be doubled.
     *
     * @param maxAttempts after how many failures in a row
     */
    boolean isUnreadable(CommitmentRef place, int maxAttempts, Instant now) {
        Failure failure = failures.get(place);
        return refusals.stream().anyMatch(refusal -> refusal.isOpen() && refusal.scope().covers(place))
                || failure != null && (failure.refused() || failure.times() >= maxAttempts) && failure.at().plus(CREDIBLE).isAfter(now);
    }

    /** When the list of a commitment may be read again; far in the past unless a read has failed. */
    Instant readableFrom(CommitmentRef place, Instant now) {
        Failure failure = failures.get(place);
        return failure == null || failure.at().isAfter(now) ? Instant.EPOCH : failure.next();
    }

    /**
     * Every commitment that a record of ours may be on. Asked for once a run: it is a look at the whole ledger, and a first
     * delivery needs it for each of its rows.
     */
    synchronized List<CommitmentRef> known(Supplier<List<CommitmentRef>> ledger) {
        if (known == null) {
            known = List.copyOf(ledger.get());
        }
        return known;
    }

    /** Our own change has made what was read for this key outdated. */
    void drop(CommitmentRef place, String key) {
        Optional.ofNullable(listings.get(place))
                .ifPresent(listing -> listing.byKey().remove(key));
    }

    /** What was read of a commitment is no longer good enough. */
    void forget(CommitmentRef place) {
        listings.remove(place);
    }
}
