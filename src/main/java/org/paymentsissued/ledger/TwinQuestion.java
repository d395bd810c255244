package org.paymentsissued.ledger;

import java.util.Optional;

/**
 * Whether a record in Procore is the same payment.
 *
 * @param recordId while it is open, the closest record that may become the payment's, empty where none may; once it is the same, the
 *                 record that was chosen, empty where any of those that were shown is meant
 */
public record TwinQuestion(Optional<Long> recordId, Answer answer) {

    /** What an operator said. */
    public enum Answer {
        /** Nothing yet. */
        OPEN,
        /** It is the same: the record becomes ours. */
        SAME,
        /** It is another payment: ours is sent. */
        OTHER
    }

    TwinQuestion answered(Answer said) {
        return new TwinQuestion(recordId, said);
    }
}
