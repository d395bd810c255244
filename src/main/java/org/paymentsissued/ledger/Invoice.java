package org.paymentsissued.ledger;

import java.util.Optional;

/** The part of a payment that went to one transaction, and where that belongs in Procore, once it is known. */
public record Invoice(Payment payment, Applied applied, Optional<Placement> placement) {

    public Invoice placedAt(Placement place) {
        return new Invoice(payment, applied, Optional.of(place));
    }

    /** For a log line: never the whole payment. */
    @Override
    public String toString() {
        return payment.words() + ", " + applied.txnType() + " " + applied.number();
    }
}
