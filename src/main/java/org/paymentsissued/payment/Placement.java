package org.paymentsissued.payment;

import java.util.Optional;

/**
 * Where in Procore a bill belongs.
 *
 * @param commitmentType {@code work_order_contract} or {@code purchase_order_contract}
 * @param requisitionId  the subcontractor invoice that the payment is linked with
 * @param invoiceNumber  that invoice's number, for bills without one of their own; may be empty
 */
public record Placement(long projectId, long contractId, String commitmentType, Optional<Long> requisitionId,
        String invoiceNumber) {

    /** As long as the ledger keeps the number, so that one looked up again equals what was kept. */
    public Placement {
        invoiceNumber = Cut.to(255, invoiceNumber);
    }

    public CommitmentRef commitment() {
        return new CommitmentRef(projectId, contractId);
    }

    /** The same place for a bill that may have a number of its own, which then is the invoice's number. */
    public Placement forBill(String billNumber) {
        return billNumber.isEmpty() ? this
                : new Placement(projectId, contractId, commitmentType, requisitionId, billNumber);
    }
}
