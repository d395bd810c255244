package org.paymentsissued.console;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.paymentsissued.ledger.Bills;
import org.paymentsissued.procore.Proposals.Proposed;

/**
 * A waiting bill as page and API show it.
 *
 * @param job           as QuickBooks says it; several are separated by commas
 * @param purchaseOrder likewise
 * @param amount        what the waiting payments pay on it
 */
record WaitingView(String companyFile, String billTxnId, String billNumber, String vendor, String job, String purchaseOrder, long payments,
        BigDecimal amount, List<CommitmentView.Suggestion> suggestions) {

    static WaitingView of(Proposed proposed, ProcoreLinks links) {
        Bills.Facts facts = proposed.bill().facts();
        return new WaitingView(facts.companyFile(), facts.txnId(), facts.number(), facts.vendor(), String.join(", ", facts.jobs()),
                String.join(", ", facts.purchaseOrders()), proposed.bill().payments(), proposed.bill().amount(),
                proposed.proposals().stream().map(proposal -> CommitmentView.Suggestion.of(proposal, links)).toList());
    }

    String words() {
        return billNumber.isEmpty() ? "bill without number (" + billTxnId + ")" : "bill " + billNumber;
    }

    CommitmentView.Suggestion best() {
        return suggestions.isEmpty() ? null : suggestions.get(0);
    }

    boolean contains(String word) {
        return Stream.of(billNumber, vendor, job, purchaseOrder, billTxnId, amount.toPlainString())
                .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(word));
    }

    /** Bills of one vendor, job and purchase order: most likely they belong to one commitment. */
    record Group(List<WaitingView> bills) {

        /** In the order of their first bills. */
        static List<Group> of(List<WaitingView> bills) {
            Map<List<String>, List<WaitingView>> groups = new LinkedHashMap<>();
            bills.forEach(bill -> groups.computeIfAbsent(bill.key(), none -> new ArrayList<>()).add(bill));
            return groups.values().stream().map(Group::new).toList();
        }

        WaitingView first() {
            return bills.get(0);
        }

        int size() {
            return bills.size();
        }

        boolean several() {
            return bills.size() > 1;
        }

        BigDecimal amount() {
            return bills.stream().map(WaitingView::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        /** The commitment that is the best proposal for each of the bills; null where they differ. */
        CommitmentView.Suggestion common() {
            Optional<CommitmentView.Suggestion> first = Optional.ofNullable(first().best());
            boolean same = first.isPresent() && bills.stream().allMatch(bill -> bill.best() != null
                    && bill.best().commitmentId() == first.get().commitmentId() && bill.best().projectId() == first.get().projectId()
                    && bill.best().certainty().equals(first.get().certainty()));
            return same ? first.get() : null;
        }
    }

    private List<String> key() {
        return List.of(companyFile, vendor, job, purchaseOrder);
    }

    boolean isOfGroup(WaitingView other) {
        return key().equals(other.key());
    }
}
