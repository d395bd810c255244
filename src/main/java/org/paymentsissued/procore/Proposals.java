package org.paymentsissued.procore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.paymentsissued.ledger.CommitmentLookup;
import org.paymentsissued.ledger.ProcoreCatalog;
import org.paymentsissued.ledger.WaitingBills;
import org.paymentsissued.ledger.WaitingBills.Bill;
import org.paymentsissued.procore.Proposal.Certainty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Proposes commitments for waiting bills from what was read of Procore, and applies certain ones where the settings say so. */
public final class Proposals {

    private static final Logger LOG = LoggerFactory.getLogger(Proposals.class);

    /** commitments.match. */
    public enum Mode { OFF, SUGGEST, CERTAIN }

    private final ProcoreCatalog catalog;
    private final CommitmentRefreshes refreshes;
    private final ProcoreCompanies companies;
    private final WaitingBills waiting;
    private final CommitmentLookup lookup;
    private final Mode mode;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** What was read of a company, as of a version of the catalog. */
    private record Known(String version, Matching matching) { }

    public Proposals(ProcoreCatalog catalog, CommitmentRefreshes refreshes, ProcoreCompanies companies, WaitingBills waiting,
            CommitmentLookup lookup, Mode mode) {
        this.catalog = catalog;
        this.refreshes = refreshes;
        this.companies = companies;
        this.waiting = waiting;
        this.lookup = lookup;
        this.mode = mode;
    }

    /** A bill with its proposals, the best first. */
    public record Proposed(Bill bill, List<Proposal> proposals) {

        public Optional<Proposal> best() {
            return proposals.stream().findFirst();
        }

        public Optional<Proposal> certain() {
            return best().filter(proposal -> proposal.certainty() == Certainty.CERTAIN);
        }
    }

    public Proposed of(Bill bill) {
        return of(List.of(bill)).get(0);
    }

    /** All waiting bills. */
    public List<Proposed> all() {
        return of(waiting.all());
    }

    private List<Proposed> of(List<Bill> bills) {
        // The catalog is asked for its version once a company, not once a bill.
        Map<String, Matching> read = new HashMap<>();
        return bills.stream().map(bill -> new Proposed(bill, mode == Mode.OFF ? List.of()
                : read.computeIfAbsent(companies.of(bill.facts().companyFile()).id(), this::matching).of(bill))).toList();
    }

    private Matching matching(String company) {
        boolean isWhole = refreshes.isWhole(company);
        String version = catalog.version(company) + " " + isWhole;
        return known.compute(company, (id, old) -> old != null && old.version().equals(version) ? old
                : new Known(version, new Matching(catalog.snapshot(company), isWhole))).matching();
    }

    /** Puts certain proposals into the lookup, each with its reason. */
    public void applyCertain() {
        if (mode != Mode.CERTAIN) {
            return;
        }
        List<Proposed> certain = new ArrayList<>(all());
        certain.removeIf(bill -> bill.certain().isEmpty());
        lookup.together(() -> {
            certain.forEach(bill -> lookup.put(bill.bill().facts().companyFile(), bill.bill().facts().txnId(),
                    bill.certain().orElseThrow().placement(), CommitmentLookup.Source.MATCH, bill.certain().orElseThrow().why()));
            return certain.size();
        });
        certain.forEach(bill -> LOG.info("Bill {} of {} belongs to {}: {}", bill.bill().facts().number(), bill.bill().facts().vendor(),
                bill.certain().orElseThrow().words(), bill.certain().orElseThrow().why()));
    }
}
