package org.paymentsissued.procore;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Walks all pages of a commitment's payments; rows may shift meanwhile, so what was seen is held against Total. */
final class ContractWalk {

    private static final int PER_PAGE = 100;
    private static final int MOST_PAGES = 1000;
    private static final int MOST_WALKS = 3;

    private final String companyId;
    private final long projectId;
    private final long contractId;
    private final Map<Long, ContractPayment> records = new LinkedHashMap<>();
    private Instant startedAt;
    private Optional<Integer> firstTotal = Optional.empty();
    private int page = 1;
    private int walks = 1;
    private boolean unfinished = true;

    ContractWalk(String companyId, long projectId, long contractId, Instant startedAt) {
        this.companyId = companyId;
        this.projectId = projectId;
        this.contractId = contractId;
        this.startedAt = startedAt;
    }

    long projectId() {
        return projectId;
    }

    long contractId() {
        return contractId;
    }

    /** All records once the walk is finished. */
    List<ContractPayment> records() {
        return List.copyOf(records.values());
    }

    /** When the walk began whose records these are. */
    Instant startedAt() {
        return startedAt;
    }

    ProcoreCall nextCall() {
        return ProcoreCall.list(companyId, projectId, contractId, page, PER_PAGE);
    }

    boolean isUnfinished() {
        return unfinished;
    }

    void take(List<ContractPayment> rows, ProcoreAnswer answer) {
        rows.forEach(record -> records.put(record.id(), record));
        Optional<Integer> total = answer.header("Total").filter(text -> text.matches("\\d{1,9}"))
                .map(Integer::parseInt);
        firstTotal = page == 1 ? total : firstTotal;
        boolean more = answer.header("Link").map(link -> link.contains("rel=\"next\"") || link.contains("rel=next"))
                .orElse(!rows.isEmpty() && total.map(all -> records.size() < all).orElse(true));
        if (more && page < MOST_PAGES) {
            page++;
        } else if (total.isPresent() && (records.size() < total.get() || !total.equals(firstTotal))
                && walks < MOST_WALKS) {
            // Rows came or went while we paged, so that others may have slipped from one page to the next.
            records.clear();
            walks++;
            page = 1;
            startedAt = answer.at();
        } else {
            unfinished = false;
        }
    }
}
