package org.paymentsissued.demo;

import java.util.Arrays;

/** The two sorts of bill payment in QuickBooks; each is a message type with ids of its own. */
public enum PaymentKind {
    CHECK("check", "BillPaymentCheck", "BankAccountRef", "Operating Checking"),
    CREDIT_CARD("credit_card", "BillPaymentCreditCard", "CreditCardAccountRef", "Company Credit Card");

    final String csvName;
    /** Begins the names of request, response and row, and is the TxnType. */
    final String txnType;
    final String accountElement;
    final String usualAccount;

    PaymentKind(String csvName, String txnType, String accountElement, String usualAccount) {
        this.csvName = csvName;
        this.txnType = txnType;
        this.accountElement = accountElement;
        this.usualAccount = usualAccount;
    }

    /** @throws IllegalArgumentException if the CSV column kind holds something else */
    static PaymentKind ofCsv(String csvName) {
        return Arrays.stream(values()).filter(kind -> kind.csvName.equals(csvName)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no kind of bill payment: " + csvName));
    }
}
