package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Optional;

/**
 * A record in Procore that looks like a payment, as an operator sees it who has to say whether it is the same.
 *
 * @param mayBecomeOurs whether the record can become the payment's; otherwise it is never written to
 * @param checkNumber   empty where Procore shows none, as the other texts are
 */
public record TwinCandidate(long recordId, Maker maker, boolean mayBecomeOurs, BigDecimal amount, Optional<LocalDate> date,
        String checkNumber, String invoiceNumber, String notes) {

    /** Who made a record. */
    public enum Maker {
        PERSON("typed by a person"), PROCORE_PAY("made by Procore Pay"), PROGRAM("made by another program");

        private final String words;

        Maker(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }
}
