package org.paymentsissued.demo;

/** QuickBooks did not accept a request as qbXML: there is no answer at all, only an HRESULT. */
public final class QuickBooksRefuses extends RuntimeException {

    /** The HRESULT of a request that QuickBooks' parser refuses as a whole. */
    public static final String NOT_PARSED = "0x80040400";

    private final String reason;

    QuickBooksRefuses(String reason) {
        super(NOT_PARSED + ": the request was not understood: " + reason);
        this.reason = reason;
    }

    public String hresult() {
        return NOT_PARSED;
    }

    /** What is wrong, naming the element or attribute; the real QuickBooks is less talkative. */
    public String reason() {
        return reason;
    }
}
