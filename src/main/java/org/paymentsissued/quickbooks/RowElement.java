package org.paymentsissued.quickbooks;

/**
 * One row of a response as it was read.
 *
 * @param name element, such as {@code BillPaymentCheckRet}
 * @param xml  the whole element
 */
public record RowElement(String name, String xml) {

    public boolean isDeletion() {
        return name.equals(Feed.DELETIONS.row());
    }

    /** For a log line: never the text of a whole payment. */
    @Override
    public String toString() {
        return name;
    }
}
