package org.paymentsissued.sync;

import java.util.Set;
import org.paymentsissued.ledger.Ledger;
import org.paymentsissued.payment.Payment;
import org.paymentsissued.payment.Verdict;

/**
 * What a route may change about a payment before it is recorded. Each method gives the changed payment back. What was
 * recorded under another mapping stays as it is until the payment is edited in QuickBooks or read again by a backfill.
 */
public final class FieldMapping {

    private static final Set<String> METHODS = Set.of("check", "credit_card", "electronic");

    /** Notes in Procore instead of the memo; cut at 1,000 characters. */
    public Payment notes(Payment payment, String notes) {
        return payment.mapped(payment.number(), Ledger.notes(notes), payment.method());
    }

    /** Check number in Procore, at most 100 characters, instead of the number in QuickBooks. */
    public Payment checkNumber(Payment payment, String number) {
        return payment.mapped(number.strip(), payment.memo(), payment.method());
    }

    /**
     * Payment method in Procore instead of the one of its kind.
     *
     * @param method check, credit_card or electronic (Procore reference, Contract Payments)
     * @throws IllegalArgumentException for any other method; the payment becomes a dead letter
     */
    public Payment method(Payment payment, String method) {
        if (!METHODS.contains(method)) {
            throw new IllegalArgumentException("\"" + method + "\" is not a Procore payment method. Use check,"
                    + " credit_card or electronic in the route that sets it, then retry.");
        }
        return payment.mapped(payment.number(), payment.memo(), method);
    }

    /**
     * Leaves a payment out. What Procore holds of it already is removed.
     *
     * @param reason shown to the operator with the payment
     */
    public Payment skip(Payment payment, String reason) {
        return payment.judged(new Verdict(Verdict.Kind.PAYS_NOTHING, reason));
    }
}
