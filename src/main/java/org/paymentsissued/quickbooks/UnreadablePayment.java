package org.paymentsissued.quickbooks;

/** One row that nothing can be made of; the message is for the operator. The other rows go on. */
public final class UnreadablePayment extends RuntimeException {
    public UnreadablePayment(String sentence) {
        super(sentence);
    }
}
