package org.paymentsissued.quickbooks;

/** One row that cannot be used; the message is for the operator. The other rows continue. */
public final class UnreadablePayment extends RuntimeException {
    public UnreadablePayment(String sentence) {
        super(sentence);
    }
}
