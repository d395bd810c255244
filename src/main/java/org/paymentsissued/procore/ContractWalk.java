package org.paymentsissued.procore;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.paymentsissued.payment.CommitmentRef;

/**
 * Walks all pages of a commitment's payments; rows may shift in the meantime, so the count is compared with Total. It ends with
 * the first page that brings nothing new: some servers give the same page whatever page is asked for.
 */
final class ContractWalk {

    private static final int PER_PAGE = 100;
    private static final int MOST_PAGES = 1000;
    private static final int MOST_WALKS = 3;

    private final String companyId;
    private final CommitmentRef place;
    private final Map<Long, ContractPayment> records = new LinkedHashMap<>();
    private Instant startedAt;
    private Optional<Integer> firstTotal = Optional.empty();
    private int page = 1;
    private int walks = 1;
    private boolean unfinished = true;
    private Optional<String> gap = Optional.empty();

    ContractWalk(String companyId, CommitmentRef place, Instant startedAt) {
        this.companyId = companyId;
        this.place = place;
        this.startedAt = startedAt;
    }

    CommitmentRef place() {
        return place;
    }

    /** All records once the walk is finished. */
    List<ContractPayment> records() {
        return List.copyOf(records.values());
    }

    /**
     * Why records may be missing once the walk is finished; empty where all were read. A list with a gap says nothing about a
     * record that is not in it.
     */
    Optional<String> gap() {
        return gap;
    }

    /** When the walk began whose records these are. */
    Instant startedAt() {
        return startedAt;
    }

    ProcoreCall nextCall() {
        return ProcoreCall.list(companyId, place, page, PER_PAGE);
    }

    boolean isUnfinished() {
        return unfinished;
    }

    void take(List<ContractPayment> rows, ProcoreAnswer answer) {
        int before = records.size();
        rows.forEach(record -> records.put(record.id(), record));
        boolean news = records.size() > before;
        Optional<Integer> total = answer.header("Total").filter(text -> text.matches("\\d{1,9}"))
                .map(Integer::parseInt);
        firstTotal = page == 1 ? total : firstTotal;
        boolean more = news && answer.header("Link").map(link -> link.contains("rel=\"next\"") || link.contains("rel=next"))
                .orElse(total.map(all -> records.size() < all).orElse(true));
        if (more && page < MOST_PAGES) {
            page++;
            return;
        }
        boolean fewer = total.isPresent() && records.size() < total.get();
        if (total.isPresent() && (fewer || !total.equals(firstTotal)) && walks < MOST_WALKS) {
            // Rows came or went while we paged, so that others may have slipped from one page to the next.
            records.clear();
            walks++;
            page = 1;
            startedAt = answer.at();
            return;
        }
        unfinished = false;
        if (more) {
            gap = Optional.of("Procore's list of payments has more than " + MOST_PAGES + " pages");
        } else if (fewer && !news && !rows.isEmpty()) {
            // An empty page is an end, whatever Total says; a page that comes again is none.
            gap = Optional.of("Procore's list of payments has " + total.get() + " records, but returns the same "
                    + records.size() + " on every page");
        }
    }
}
