package org.paymentsissued.ledger;

/** How a bill was paid: QuickBooks Desktop knows bill payments by check and by credit card. */
public enum PaymentKind {
    CHECK("check", "Check"),
    CREDIT_CARD("credit_card", "Card payment");

    private final String method;
    private final String words;

    PaymentKind(String method, String words) {
        this.method = method;
        this.words = words;
    }

    /** Procore's word for it, as {@code payment_method}. */
    public String method() {
        return method;
    }

    /** As it begins a sentence. */
    public String words() {
        return words;
    }
}
