package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/**
 * How many records a run may remove from Procore before an operator is asked: a restored old company file, or the wrong one
 * opened, looks like a mass of deletions.
 *
 * @param most    removals in one run
 * @param percent of all records held for a company file; counts only from 5 removals on
 */
public record RemovalLimits(int most, BigDecimal percent) {

    /** No limit: every removal is allowed. */
    public static final RemovalLimits NONE = new RemovalLimits(Integer.MAX_VALUE, BigDecimal.valueOf(100));

    private static final int PERCENT_COUNTS_FROM = 5;

    /**
     * The limit that so many removals exceed, in words; empty where they are within both.
     *
     * @param inAll    removals of the run, whatever their company file
     * @param removals those of one company file
     * @param held     records held for that company file
     */
    Optional<String> exceededBy(long inAll, long removals, long held) {
        if (inAll > most) {
            return Optional.of("safety.max-removals = " + most);
        }
        boolean tooLargeAShare = removals >= PERCENT_COUNTS_FROM && BigDecimal.valueOf(removals * 100)
                .compareTo(percent.multiply(BigDecimal.valueOf(held))) > 0;
        return tooLargeAShare
                ? Optional.of(String.format(Locale.ROOT, "safety.max-removal-percent = %s", percent.toPlainString()))
                : Optional.empty();
    }
}
