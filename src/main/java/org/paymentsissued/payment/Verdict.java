package org.paymentsissued.payment;

/**
 * What a bill payment in QuickBooks means for Procore.
 *
 * @param note what a reader should know: the reason, or a remark; may be empty where the bills are simply paid
 */
public record Verdict(Kind kind, String note) {

    public enum Kind {
        /** Each of its bills gets a payment issued. */
        PAYS_BILLS,
        /** No money went to a bill. */
        PAYS_NOTHING,
        /** Voided: nothing of it may remain in Procore. */
        VOIDED,
        /** It is unclear what was paid; an operator must look, and Procore keeps what it shows until then. */
        SET_ASIDE
    }
}
