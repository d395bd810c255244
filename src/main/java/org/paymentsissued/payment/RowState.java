package org.paymentsissued.payment;

import java.util.Locale;

/** Where a ledger row stands. */
public enum RowState {
    /** No commitment is known for the bill yet; goes by itself once there is one. */
    WAITING,
    /** Procore has to be made equal. */
    PENDING,
    /** Procore holds what QuickBooks holds. */
    DELIVERED,
    /** Voided, deleted or taken off the bill in QuickBooks, and so gone from Procore. */
    REMOVED,
    /** Needs an operator; there is a dead letter for it. */
    DEAD,
    /** Not a bill, or no money went to it. */
    SKIPPED;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static RowState of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
