package org.paymentsissued.payment;

import java.util.Locale;

/** The state of a ledger row. */
public enum RowState {
    /** No commitment is known for the bill yet; it is sent as soon as there is one. */
    WAITING,
    /** Procore does not match QuickBooks yet. */
    PENDING,
    /** Procore holds what QuickBooks holds. */
    DELIVERED,
    /** Voided, deleted or taken off the bill in QuickBooks, and so removed from Procore. */
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
