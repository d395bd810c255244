package org.paymentsissued.quickbooks;

import java.time.LocalDate;

/** Days of accounting dates, both ends belong to it. */
public record DateRange(LocalDate first, LocalDate last) {

    /** Where no last day is asked for: checks may be dated ahead, and QuickBooks' dates end here. */
    public static final LocalDate END_OF_DATES = LocalDate.of(2038, 1, 18);

    @Override
    public String toString() {
        return first + ".." + last;
    }
}
