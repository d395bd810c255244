package org.paymentsissued.payment;

/** How a bill was paid: QuickBooks Desktop knows bill payments by check and by credit card. */
public enum PaymentKind {
    CHECK("check", "Check", "BillPaymentCheckRet"),
    CREDIT_CARD("credit_card", "Card payment", "BillPaymentCreditCardRet");

    private final String method;
    private final String words;
    private final String element;

    PaymentKind(String method, String words, String element) {
        this.method = method;
        this.words = words;
        this.element = element;
    }

    /** Procore's word for it, as {@code payment_method}. */
    public String method() {
        return method;
    }

    /** As it begins a sentence. */
    public String words() {
        return words;
    }

    /** QuickBooks' element for it. */
    public String element() {
        return element;
    }
}
