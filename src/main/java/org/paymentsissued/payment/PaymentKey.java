package org.paymentsissued.payment;

/**
 * What makes a bill payment the same one. The number on a check never does: it may repeat, change or be absent.
 *
 * @param companyFile name of the QuickBooks company file
 * @param kind        part of the key, because the two kinds are two feeds
 * @param txnId       QuickBooks' id, opaque text
 */
public record PaymentKey(String companyFile, PaymentKind kind, String txnId) {
}
