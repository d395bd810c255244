package org.paymentsissued.payment;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Optional;

/**
 * What one payment gave to one transaction, all its lines summed.
 *
 * @param txnId   id of the transaction paid; empty where the payment as a whole is meant
 * @param txnType QuickBooks' word, an open list; {@code Bill} is the one that becomes a payment issued
 * @param number  the vendor's invoice number; may be empty
 * @param amount  empty where QuickBooks gave none, which is not zero
 * @param leftOut why this becomes no payment issued; empty where it does
 */
public record Applied(String txnId, String txnType, String number, Optional<LocalDate> date,
        Optional<BigDecimal> amount, Optional<String> leftOut) {

    /** As long as the ledger keeps each text, so that one read again equals what was kept. */
    public Applied {
        txnType = Cut.to(60, txnType);
        number = Cut.to(255, number);
    }
}
