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
import java.util.function.Function;
import java.util.function.Supplier;
import org.paymentsissued.ledger.Deliveries;
import org.paymentsissued.ledger.Flight;
import org.paymentsissued.payment.Wanted;

/**
 * Which records with a key of ours a commitment holds, as its list said when this process last read it. Before the first
 * payment on a commitment it is read once, so that a lost or restored ledger adopts what is there instead of posting again.
 */
public final class Contracts {

    /** A record found longer ago than this may have been removed by a person since. */
    private static final Duration CREDIBLE = Duration.ofMinutes(10);

    /** Who has not ended a reading after this long has died with it. */
    private static final Duration LONGEST_READING = Duration.ofMinutes(2);

    private final Map<Place, Listing> listings = new ConcurrentHashMap<>();
    private final Map<Place, Object> readers = new HashMap<>();
    /** What happens in this process, in its order: no clock can be set back between a call and the reading after it. */
    private final AtomicLong moments = new AtomicLong();
    private final Map<Place, Long> begun = new ConcurrentHashMap<>();
    /** By row. */
    private final Map<Long, Doubt> doubts = new ConcurrentHashMap<>();

    /** As the ledger knew them when they were first asked for in this delivery run; null before. */
    private List<Deliveries.Place> known;

    private record Place(long projectId, long contractId) { }

    private record Doubt(Flight flight, long since) { }

    private record Listing(Map<String, List<ContractPayment>> byKey, List<ContractPayment> withoutKey, Instant startedAt,
            long begun) { }

    void put(long projectId, long contractId, List<ContractPayment> records,
            Function<ContractPayment, Optional<String>> keyOf, Instant startedAt) {
        Map<String, List<ContractPayment>> byKey = new ConcurrentHashMap<>();
        List<ContractPayment> withoutKey = new ArrayList<>();
        for (ContractPayment record : records) {
            Optional<String> key = keyOf.apply(record);
            if (key.isPresent()) {
                byKey.computeIfAbsent(key.get(), none -> new ArrayList<>()).add(record);
            } else if (!record.hasOriginId() && !record.isOfProcorePay()) {
                withoutKey.add(record);
            }
        }
        Place place = new Place(projectId, contractId);
        listings.put(place, new Listing(byKey, List.copyOf(withoutKey), startedAt, begun.getOrDefault(place, 0L)));
    }

    /** Now, in the order of what happens in this process. */
    long moment() {
        return moments.incrementAndGet();
    }

    /**
     * What came of a row's last call is not known: its process was killed, its answer lost. Another node may have called for
     * the row since it was last in doubt here; then that call is a doubt of its own.
     *
     * @return when this process learnt it; only a list begun later tells what came of the call
     */
    long inDoubt(long rowId, Flight flight) {
        return doubts.compute(rowId, (row, known) -> known != null && known.flight().equals(flight) ? known
                : new Doubt(flight, moment())).since();
    }

    /** What came of the row's last call is known, or has to be found out anew. */
    void noLongerInDoubt(long rowId) {
        doubts.remove(rowId);
    }

    /**
     * Asks to read a commitment. Where somebody reads it already, this waits for what he finds: a commitment with a
     * hundred due payments is read once, not once a delivery thread.
     *
     * @return false where another's reading has ended meanwhile; look again at what is known
     */
    synchronized boolean beginReading(long projectId, long contractId, Object reader) {
        Place place = new Place(projectId, contractId);
        Object other = readers.get(place);
        if (other == null || other == reader) {
            return begin(place, reader);
        }
        long giveUpAt = System.nanoTime() + LONGEST_READING.toNanos();
        try {
            while (readers.get(place) == other && System.nanoTime() < giveUpAt) {
                wait(1_000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return readers.get(place) == other && begin(place, reader);
    }

    private boolean begin(Place place, Object reader) {
        readers.put(place, reader);
        begun.put(place, moment());
        return true;
    }

    synchronized void endReading(long projectId, long contractId, Object reader) {
        if (readers.remove(new Place(projectId, contractId), reader)) {
            notifyAll();
        }
    }

    /**
     * The records of a key, if the commitment was read and what it said can still be relied on.
     *
     * @param since a record counts only if the list was begun after this moment; another node may have changed it before
     */
    Optional<List<ContractPayment>> records(long projectId, long contractId, String key, Instant now, long since) {
        return Optional.ofNullable(listings.get(new Place(projectId, contractId)))
                .filter(listing -> !listing.byKey().containsKey(key)
                        || listing.begun() > since && listing.startedAt().plus(CREDIBLE).isAfter(now))
                .map(listing -> listing.byKey().getOrDefault(key, List.of()));
    }

    /** The same, but only from a list that was begun after the given moment. */
    Optional<List<ContractPayment>> recordsSince(long projectId, long contractId, String key, long moment) {
        return Optional.ofNullable(listings.get(new Place(projectId, contractId)))
                .filter(listing -> listing.begun() > moment)
                .map(listing -> listing.byKey().getOrDefault(key, List.of()));
    }

    /** Records of a commitment that nobody has put a key on, and that say the same as a payment; none where it was not read. */
    List<ContractPayment> alike(long projectId, long contractId, Wanted wanted) {
        return Optional.ofNullable(listings.get(new Place(projectId, contractId))).stream()
                .flatMap(listing -> listing.withoutKey().stream()).filter(record -> record.isAlike(wanted)).toList();
    }

    /** A delivery run begins: which commitments there are is asked anew. */
    synchronized void runBegins() {
        known = null;
    }

    /**
     * Every commitment that a record of ours may stand on. Asked for once a run: it is a look at the whole ledger, and a first
     * delivery needs it for each of its rows.
     */
    synchronized List<Deliveries.Place> known(Supplier<List<Deliveries.Place>> ledger) {
        if (known == null) {
            known = List.copyOf(ledger.get());
        }
        return known;
    }

    /** Our own change has made what was read of this key untrue. */
    void drop(long projectId, long contractId, String key) {
        Optional.ofNullable(listings.get(new Place(projectId, contractId)))
                .ifPresent(listing -> listing.byKey().remove(key));
    }

    /** What was read of a commitment is no longer good enough. */
    void forget(long projectId, long contractId) {
        listings.remove(new Place(projectId, contractId));
    }
}
