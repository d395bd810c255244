package org.paymentsissued.quickbooks;

import java.util.Arrays;
import java.util.Optional;
import org.paymentsissued.payment.PaymentKind;

/** What QuickBooks is asked for. Payments and deletions have a watermark each; bills are asked for by their ids. */
public enum Feed {
    CHECKS("BillPaymentCheck", "bpc"),
    CREDIT_CARDS("BillPaymentCreditCard", "bpcc"),
    DELETIONS("TxnDeleted", "del"),
    BILLS("Bill", "bill");

    private final String message;
    private final String requestId;

    Feed(String message, String requestId) {
        this.message = message;
        this.requestId = requestId;
    }

    /** Stem of the message names, such as {@code BillPaymentCheck}; also the watermark's name. */
    public String message() {
        return message;
    }

    String request() {
        return message + "QueryRq";
    }

    String response() {
        return message + "QueryRs";
    }

    String row() {
        return message + "Ret";
    }

    String requestId() {
        return requestId;
    }

    boolean isPayments() {
        return this == CHECKS || this == CREDIT_CARDS;
    }

    /** The kind of payment this feed brings; empty where it brings none. */
    Optional<PaymentKind> kind() {
        return kindOf(message);
    }

    static Feed of(PaymentKind kind) {
        return kind == PaymentKind.CHECK ? CHECKS : CREDIT_CARDS;
    }

    static Optional<Feed> answering(String response) {
        return Arrays.stream(values()).filter(feed -> feed.response().equals(response)).findFirst();
    }

    static Optional<Feed> ofRow(String row) {
        return Arrays.stream(values()).filter(feed -> feed.row().equals(row)).findFirst();
    }

    /** The kind of payment behind a row or a TxnDelType; empty for anything else. */
    static Optional<PaymentKind> kindOf(String message) {
        return switch (message) {
            case "BillPaymentCheck", "BillPaymentCheckRet" -> Optional.of(PaymentKind.CHECK);
            case "BillPaymentCreditCard", "BillPaymentCreditCardRet" -> Optional.of(PaymentKind.CREDIT_CARD);
            default -> Optional.empty();
        };
    }
}
