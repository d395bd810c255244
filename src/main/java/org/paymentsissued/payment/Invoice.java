package org.paymentsissued.payment;

import java.util.Map;
import java.util.Optional;

/** The part of a payment that went to one transaction, and where that belongs in Procore, once it is known. */
public record Invoice(Payment payment, Applied applied, Optional<Placement> placement) {

    public Invoice placedAt(Placement place) {
        return new Invoice(payment, applied, Optional.of(place));
    }

    /** What a statement of stage 30 may ask for by name, such as {@code :#billTxnId}. */
    public Map<String, Object> parameters() {
        return Map.of("companyFile", payment.key().companyFile(), "billTxnId", applied.txnId(), "billNumber", applied.number());
    }

    /** For a log line: never the whole payment. */
    @Override
    public String toString() {
        return payment.words() + ", " + applied.txnType() + " " + applied.number();
    }
}
