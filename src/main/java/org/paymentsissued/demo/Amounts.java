package org.paymentsissued.demo;

import java.math.BigDecimal;

/** Decimal text as Procore prints it. */
final class Amounts {
    private Amounts() {
    }

    static String twoDecimals(BigDecimal amount) {
        return atLeast(amount, 2).toPlainString();
    }

    static String oneDecimal(BigDecimal amount) {
        return atLeast(amount, 1).toPlainString();
    }

    private static BigDecimal atLeast(BigDecimal amount, int decimals) {
        BigDecimal shortest = amount.stripTrailingZeros();
        return shortest.scale() < decimals ? shortest.setScale(decimals) : shortest;
    }
}
