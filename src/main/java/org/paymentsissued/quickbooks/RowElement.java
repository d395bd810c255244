package org.paymentsissued.quickbooks;

/**
 * One row of a response as it was read.
 *
 * @param name    element, such as {@code BillPaymentCheckRet}
 * @param txnId   its own TxnID; empty where it has none
 * @param xml     the whole element; raw text where it is spoiled
 * @param spoiled whether it is not well-formed, so that nothing can be read from it
 */
public record RowElement(String name, String txnId, String xml, boolean spoiled) {

    public RowElement(String name, String xml) {
        this(name, "", xml, false);
    }

    public boolean isDeletion() {
        return name.equals(Feed.DELETIONS.row());
    }

    public boolean isBill() {
        return name.equals(Feed.BILLS.row());
    }

    /**
     * Lets a readable row pass.
     *
     * @throws UnreadablePayment where the row is spoiled
     */
    public void requireReadable() {
        if (spoiled) {
            throw new UnreadablePayment("A record of QuickBooks (" + name + (txnId.isEmpty() ? ", TxnID unreadable"
                    : " " + txnId) + ") holds characters that XML does not allow, often a control character in its memo"
                    + " or address. It was left out, all others were taken. Type its texts anew in QuickBooks; the next"
                    + " sync reads it.");
        }
    }

    /** For a log line: never the text of a whole payment. */
    @Override
    public String toString() {
        return name;
    }
}
