package org.paymentsissued.payment;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Optional;

/**
 * What Procore should hold for one payment and one bill.
 *
 * @param fields with a date, always
 */
public record Wanted(Optional<Placement> placement, PaymentFields fields) {

    public BigDecimal amount() {
        return fields.amount();
    }

    public LocalDate date() {
        return fields.date().orElseThrow();
    }

    public String checkNumber() {
        return fields.checkNumber();
    }

    public Optional<CommitmentRef> place() {
        return placement.map(Placement::commitment);
    }

    public Optional<Long> requisitionId() {
        return placement.flatMap(Placement::requisitionId);
    }
}
