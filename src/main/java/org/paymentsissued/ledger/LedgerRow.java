package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.paymentsissued.payment.Applied;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.Payment;
import org.paymentsissued.payment.PaymentKey;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.payment.Wanted;

/**
 * One payment and one bill: what QuickBooks wants, what Procore holds.
 *
 * @param wanted          empty where nothing of it may stand in Procore
 * @param paymentWords    the payment as an operator knows it
 * @param reason          why the row is in its state; may be empty
 * @param removalApproved an operator has approved that the record goes although it exceeds the safety limits
 */
public record LedgerRow(long id, long paymentId, PaymentKey payment, String paymentWords, String paymentNumber,
        String billTxnId, String txnType, String billNumber, Optional<BigDecimal> amount, RowState state, String reason,
        Optional<Wanted> wanted, Optional<Held> held, Optional<Flight> flight, int changeNumber, boolean lockSeen,
        boolean removalApproved, int attempts, Instant nextAttemptAt) {

    /** A row that is not in the ledger yet, and so has no id. */
    static LedgerRow of(long paymentId, Payment payment, Applied applied, Instant now) {
        return new LedgerRow(0, paymentId, payment.key(), payment.words(), payment.number(), applied.txnId(),
                applied.txnType(), applied.number(), applied.amount(), RowState.PENDING, "", Optional.empty(),
                Optional.empty(), Optional.empty(), 0, false, false, 0, now);
    }

    /** The fields in which Procore can differ from QuickBooks. */
    public enum Field { PLACE, AMOUNT, DATE, METHOD, CHECK_NUMBER, INVOICE_NUMBER, INVOICE_DATE, REQUISITION, NOTES }

    /** In what Procore differs; empty when equal. The edit sequence alone is no difference. */
    public Set<Field> differences() {
        return held.map(this::differencesFrom).orElse(EnumSet.noneOf(Field.class));
    }

    /** In what a record differs from what is wanted; empty when equal, or when nothing is wanted anywhere. */
    public Set<Field> differencesFrom(Held have) {
        Set<Field> differences = EnumSet.noneOf(Field.class);
        if (wanted.isEmpty() || wanted.get().placement().isEmpty()) {
            return differences;
        }
        Wanted want = wanted.get();
        Placement place = want.placement().get();
        if (place.projectId() != have.projectId() || place.contractId() != have.contractId()) {
            differences.add(Field.PLACE);
        }
        if (want.amount().compareTo(have.amount()) != 0) {
            differences.add(Field.AMOUNT);
        }
        addIf(differences, Field.DATE, !Optional.of(want.date()).equals(have.date()));
        addIf(differences, Field.METHOD, !want.method().equals(have.method()));
        addIf(differences, Field.CHECK_NUMBER, !want.checkNumber().equals(have.checkNumber()));
        addIf(differences, Field.INVOICE_NUMBER, !want.invoiceNumber().equals(have.invoiceNumber()));
        addIf(differences, Field.INVOICE_DATE, !want.invoiceDate().equals(have.invoiceDate()));
        addIf(differences, Field.REQUISITION, !Objects.equals(want.requisitionId(), have.requisitionId()));
        addIf(differences, Field.NOTES, !want.notes().equals(have.notes()));
        return differences;
    }

    private static void addIf(Set<Field> fields, Field field, boolean differs) {
        if (differs) {
            fields.add(field);
        }
    }

    /** Whether Procore is as QuickBooks wants it. */
    public boolean isEqual() {
        if (wanted.isPresent()) {
            return held.isPresent() && held.get().linked() && wanted.get().placement().isPresent()
                    && differences().isEmpty();
        }
        return held.isEmpty() || held.get().linked() && held.get().amount().signum() == 0;
    }

    /** The bill as an operator knows it. */
    public String billWords() {
        if (billTxnId.isEmpty()) {
            return "no bill";
        }
        String kind = "Bill".equals(txnType) ? "bill" : txnType;
        return billNumber.isEmpty() ? kind + " without number (" + billTxnId + ")" : kind + " " + billNumber;
    }

    Draft change() {
        return new Draft(this);
    }

    /** A row on its way to being written. */
    static final class Draft {
        private final LedgerRow row;
        private String txnType;
        private String billNumber;
        private Optional<BigDecimal> amount;
        private RowState state;
        private String reason;
        private Optional<Wanted> wanted;
        private Optional<Held> held;
        private Optional<Flight> flight;
        private int changeNumber;
        private boolean lockSeen;
        private boolean removalApproved;
        private int attempts;
        private Instant nextAttemptAt;

        private Draft(LedgerRow row) {
            this.row = row;
            txnType = row.txnType;
            billNumber = row.billNumber;
            amount = row.amount;
            state = row.state;
            reason = row.reason;
            wanted = row.wanted;
            held = row.held;
            flight = row.flight;
            changeNumber = row.changeNumber;
            lockSeen = row.lockSeen;
            removalApproved = row.removalApproved;
            attempts = row.attempts;
            nextAttemptAt = row.nextAttemptAt;
        }

        Draft applied(Applied applied) {
            txnType = applied.txnType();
            billNumber = applied.number();
            amount = applied.amount();
            return this;
        }

        Draft state(RowState newState, String newReason) {
            state = newState;
            reason = newReason;
            return this;
        }

        Draft wanted(Optional<Wanted> newWanted) {
            wanted = newWanted;
            return this;
        }

        Draft held(Optional<Held> newHeld) {
            held = newHeld;
            return this;
        }

        Draft flight(Optional<Flight> newFlight) {
            flight = newFlight;
            return this;
        }

        /** One change of Procore is complete: the next one is a new intent. */
        Draft changeCompleted() {
            flight = Optional.empty();
            changeNumber++;
            attempts = 0;
            return this;
        }

        Draft lockSeen() {
            lockSeen = true;
            return this;
        }

        Draft removalApproved() {
            removalApproved = true;
            return this;
        }

        Draft attempts(int number, Instant next) {
            attempts = number;
            nextAttemptAt = next;
            return this;
        }

        /** Sets the state that wanted and held ask for; {@code goneReason} is told where nothing is wanted any more. */
        Draft settle(RowState whereNothingIsWanted, String goneReason) {
            boolean equal = done().isEqual();
            if (wanted.isEmpty()) {
                state(equal && flight.isEmpty() ? whereNothingIsWanted : RowState.PENDING, goneReason);
            } else if (wanted.get().placement().isEmpty() && flight.isEmpty()) {
                state(RowState.WAITING, "No commitment is known for " + row.billWords() + " yet.");
            } else {
                state(equal && flight.isEmpty() ? RowState.DELIVERED : RowState.PENDING, "");
            }
            if (equal && flight.isEmpty()) {
                lockSeen = false;
                removalApproved = false;
            }
            return this;
        }

        LedgerRow done() {
            return new LedgerRow(row.id, row.paymentId, row.payment, row.paymentWords, row.paymentNumber,
                    row.billTxnId, txnType, billNumber, amount, state, reason, wanted, held, flight, changeNumber,
                    lockSeen, removalApproved, attempts, nextAttemptAt);
        }
    }
}
