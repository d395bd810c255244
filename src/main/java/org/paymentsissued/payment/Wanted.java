package org.paymentsissued.payment;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Optional;

/** What Procore should hold for one payment and one bill. */
public record Wanted(Optional<Placement> placement, BigDecimal amount, LocalDate date, String method,
        String checkNumber, String invoiceNumber, Optional<LocalDate> invoiceDate, String notes, String editSequence) {

    public Optional<Long> requisitionId() {
        return placement.flatMap(Placement::requisitionId);
    }
}
