package org.paymentsissued.payment;

/** A commitment in Procore. Its id means something within its project alone. */
public record CommitmentRef(long projectId, long commitmentId) {

    /** As an operator finds it. */
    public String words() {
        return "commitment " + commitmentId + " of project " + projectId;
    }
}
