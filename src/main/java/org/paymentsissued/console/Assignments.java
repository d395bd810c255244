package org.paymentsissued.console;

import java.util.List;
import java.util.Optional;
import org.paymentsissued.ledger.OperatorActions;
import org.paymentsissued.ledger.OperatorActions.Assignment;
import org.paymentsissued.ledger.ProcoreCatalog.Invoice;
import org.paymentsissued.ledger.ProcoreCatalog.Listed;
import org.paymentsissued.ledger.WaitingBills;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.procore.CommitmentSearch;
import org.paymentsissued.procore.Proposal;
import org.paymentsissued.procore.Proposals;

/** Assigns commitments to bills and takes them back, for pages and API alike; delivery starts at once. */
public final class Assignments {

    private final WaitingBills bills;
    private final Proposals proposals;
    private final CommitmentSearch commitments;
    private final OperatorActions actions;
    private final Work work;
    private final ProcoreLinks links;

    public Assignments(WaitingBills bills, Proposals proposals, CommitmentSearch commitments, OperatorActions actions, Work work,
            ProcoreLinks links) {
        this.bills = bills;
        this.proposals = proposals;
        this.commitments = commitments;
        this.actions = actions;
        this.work = work;
        this.links = links;
    }

    /** What an assignment did. @param payments how many moved or became due */
    record Done(Listed commitment, int payments) { }

    /** All waiting bills with what is proposed for them. */
    List<WaitingView> waiting() {
        return proposals.all().stream().map(proposed -> WaitingView.of(proposed, links)).toList();
    }

    WaitingView bill(WaitingBills.Id id) {
        return WaitingView.of(proposals.of(known(id)), links);
    }

    private WaitingBills.Bill known(WaitingBills.Id id) {
        return bills.bill(id).orElseThrow(() -> new WebRequest.Refusal(404, "No payment is for bill \"" + id.txnId()
                + "\" of company file " + id.companyFile() + "."));
    }

    List<WaitingBills.Assigned> lately(int most) {
        return bills.assignedLately(most);
    }

    /** A commitment by name; by its ids where Procore has not shown it. */
    String name(String companyFile, CommitmentRef commitment) {
        return commitments.commitment(companyFile, Optional.of(commitment.projectId()), commitment.commitmentId()).map(Listed::words)
                .orElseGet(commitment::words);
    }

    /**
     * Assigns a commitment to bills of one company file, all or none.
     *
     * @param projectId     empty where the catalog, or Procore, is to say it
     * @param requisitionId the subcontractor invoice of the first bill; otherwise each bill gets the one proposed for it
     * @throws WebRequest.Refusal           404 for an unknown bill, 422 for an unknown commitment
     * @throws CommitmentSearch.NotAnswered where Procore has to be asked and cannot be
     */
    Done assign(List<WaitingBills.Id> ids, Optional<Long> projectId, long commitmentId, Optional<Long> requisitionId, String who) {
        List<WaitingBills.Bill> all = ids.stream().map(this::known).toList();
        String companyFile = ids.get(0).companyFile();
        Listed commitment = commitments.find(companyFile, projectId, commitmentId).orElseThrow(() -> new WebRequest.Refusal(422,
                "Procore shows no commitment " + commitmentId + projectId.map(id -> " in project " + id).orElse(" in the projects that"
                + " are read") + " to the service account. Nothing was changed."));
        requisitionId.ifPresent(id -> requireOf(companyFile, commitment, id));
        int payments = actions.assign(all.stream().map(bill -> assignment(bill, commitment,
                bill.id().equals(ids.get(0)) ? requisitionId : Optional.empty())).toList(), who);
        work.deliver();
        return new Done(commitment, payments);
    }

    private void requireOf(String companyFile, Listed commitment, long requisitionId) {
        List<Invoice> invoices = commitments.invoices(companyFile, commitment.commitment().ref());
        if (!invoices.isEmpty() && invoices.stream().noneMatch(invoice -> invoice.id() == requisitionId)) {
            throw new WebRequest.Refusal(422, "Subcontractor invoice " + requisitionId + " is not on " + commitment.words()
                    + ", as far as Procore was read. Nothing was changed.");
        }
    }

    private Assignment assignment(WaitingBills.Bill bill, Listed commitment, Optional<Long> requisitionId) {
        Optional<Proposal> proposal = proposals.of(bill).proposals().stream()
                .filter(one -> one.commitment().ref().equals(commitment.commitment().ref())).findFirst();
        Placement place = requisitionId.isEmpty() && proposal.isPresent() ? proposal.get().placement()
                : new Placement(commitment.commitment().projectId(), commitment.commitment().id(), commitment.commitment().type(),
                        requisitionId, "");
        return new Assignment(bill.id(), place, proposal.map(Proposal::why).orElse(""));
    }

    /** What all certain proposals come to. */
    record Certain(List<Proposals.Proposed> bills, java.math.BigDecimal amount) { }

    Certain certain() {
        List<Proposals.Proposed> certain = proposals.all().stream().filter(one -> one.certain().isPresent()).toList();
        return new Certain(certain, certain.stream().map(one -> one.bill().amount()).reduce(java.math.BigDecimal.ZERO,
                java.math.BigDecimal::add));
    }

    int use(Certain certain, String who) {
        int payments = actions.assign(certain.bills().stream().map(one -> new Assignment(one.bill().id(),
                one.certain().orElseThrow().placement(), one.certain().orElseThrow().why())).toList(), who);
        work.deliver();
        return payments;
    }

    /** @return how many payments wait again or are removed from Procore; empty where the bill has no commitment */
    Optional<Integer> takeBack(WaitingBills.Id bill, String who) {
        Optional<Integer> payments = actions.takeBack(bill, who);
        work.deliver();
        return payments;
    }
}
