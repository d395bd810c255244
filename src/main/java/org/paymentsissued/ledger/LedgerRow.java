package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.paymentsissued.payment.Applied;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.Payment;
import org.paymentsissued.payment.PaymentFields;
import org.paymentsissued.payment.PaymentKey;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.payment.Wanted;

/**
 * One payment and one bill: what QuickBooks wants, what Procore holds.
 *
 * @param paymentWords the payment as an operator knows it
 * @param reason       why the row is in its state; may be empty
 * @param wanted       empty where Procore must hold nothing of it
 * @param history      whether the payment is from before go-live: it is sent only once a backfill takes it or Procore shows it
 *                     with our key
 */
public record LedgerRow(long id, long paymentId, PaymentKey payment, boolean history, String paymentWords, String paymentNumber,
        PaidBill bill, RowState state, String reason, Optional<Wanted> wanted, Optional<Held> held, Progress progress) {

    static final String HISTORY = "Entered in QuickBooks before go-live (poll.start), so it is not sent."
            + " A backfill of its date sends it.";

    /** What is paid. @param amount empty where QuickBooks gave none */
    public record PaidBill(String txnId, String txnType, String number, Optional<BigDecimal> amount) {

        static PaidBill of(Applied applied) {
            return new PaidBill(applied.txnId(), applied.txnType(), applied.number(), applied.amount());
        }
    }

    /**
     * How far delivery has come.
     *
     * @param changeNumber    rises with each completed change, so that an equal one later is no repeat of an earlier one
     * @param lockSeen        Procore has refused a change because our origin_id locks the record
     * @param refusedOnce     Procore has refused this change once in a way that deserves a second try
     * @param removalApproved an operator has approved that the record goes although it exceeds the safety limits
     * @param twin            whether a record in Procore is the same payment; empty where nothing asked
     * @param behindLetter    the dead letter of a whole commitment, project or company that this row waits behind
     */
    public record Progress(Optional<PendingCall> pendingCall, int changeNumber, boolean lockSeen, boolean refusedOnce,
            boolean removalApproved, Optional<Long> behindLetter, Optional<TwinQuestion> twin, int attempts,
            Instant nextAttemptAt) {

        static Progress none(Instant now) {
            return new Progress(Optional.empty(), 0, false, false, false, Optional.empty(), Optional.empty(), 0, now);
        }
    }

    /** A row that is not in the ledger yet, and so has no id. */
    static LedgerRow of(long paymentId, Payment payment, Applied applied, Instant now) {
        return new LedgerRow(0, paymentId, payment.key(), false, payment.words(), payment.number(), PaidBill.of(applied),
                RowState.PENDING, "", Optional.empty(), Optional.empty(), Progress.none(now));
    }

    public String billTxnId() {
        return bill.txnId();
    }

    public String txnType() {
        return bill.txnType();
    }

    public String billNumber() {
        return bill.number();
    }

    public Optional<BigDecimal> amount() {
        return bill.amount();
    }

    public Optional<PendingCall> pendingCall() {
        return progress.pendingCall();
    }

    public int changeNumber() {
        return progress.changeNumber();
    }

    public boolean lockSeen() {
        return progress.lockSeen();
    }

    public boolean removalApproved() {
        return progress.removalApproved();
    }

    public int attempts() {
        return progress.attempts();
    }

    public Instant nextAttemptAt() {
        return progress.nextAttemptAt();
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
        PaymentFields want = wanted.get().fields();
        PaymentFields there = have.fields();
        addIf(differences, Field.PLACE, !wanted.get().place().equals(Optional.of(have.place())));
        addIf(differences, Field.AMOUNT, want.amount().compareTo(there.amount()) != 0);
        addIf(differences, Field.DATE, !want.date().equals(there.date()));
        addIf(differences, Field.METHOD, !want.method().equals(there.method()));
        addIf(differences, Field.CHECK_NUMBER, !want.checkNumber().equals(there.checkNumber()));
        addIf(differences, Field.INVOICE_NUMBER, !want.invoiceNumber().equals(there.invoiceNumber()));
        addIf(differences, Field.INVOICE_DATE, !want.invoiceDate().equals(there.invoiceDate()));
        addIf(differences, Field.REQUISITION, !wanted.get().requisitionId().equals(have.requisitionId()));
        addIf(differences, Field.NOTES, !want.notes().equals(there.notes()));
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
        if (bill.txnId().isEmpty()) {
            return "no bill";
        }
        String kind = "Bill".equals(bill.txnType()) ? "bill" : bill.txnType();
        return bill.number().isEmpty() ? kind + " without number (" + bill.txnId() + ")" : kind + " " + bill.number();
    }

    Draft change() {
        return new Draft(this);
    }

    /** A row on its way to being written. */
    static final class Draft {
        private final LedgerRow row;
        private PaidBill bill;
        private RowState state;
        private String reason;
        private Optional<Wanted> wanted;
        private Optional<Held> held;
        private Optional<PendingCall> pendingCall;
        private int changeNumber;
        private boolean lockSeen;
        private boolean refusedOnce;
        private boolean removalApproved;
        private Optional<Long> behindLetter;
        private Optional<TwinQuestion> twin;
        private int attempts;
        private Instant nextAttemptAt;

        private Draft(LedgerRow row) {
            this.row = row;
            bill = row.bill;
            state = row.state;
            reason = row.reason;
            wanted = row.wanted;
            held = row.held;
            pendingCall = row.progress.pendingCall;
            changeNumber = row.progress.changeNumber;
            lockSeen = row.progress.lockSeen;
            refusedOnce = row.progress.refusedOnce;
            removalApproved = row.progress.removalApproved;
            behindLetter = row.progress.behindLetter;
            twin = row.progress.twin;
            attempts = row.progress.attempts;
            nextAttemptAt = row.progress.nextAttemptAt;
        }

        Draft applied(Applied applied) {
            bill = PaidBill.of(applied);
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

        Draft pendingCall(Optional<PendingCall> call) {
            pendingCall = call;
            return this;
        }

        /** One change of Procore is complete: the next one is a new intent. */
        Draft changeCompleted() {
            pendingCall = Optional.empty();
            changeNumber++;
            attempts = 0;
            refusedOnce = false;
            twin = Optional.empty();
            return this;
        }

        Draft twin(Optional<TwinQuestion> question) {
            twin = question;
            return this;
        }

        Draft lockSeen() {
            lockSeen = true;
            return this;
        }

        Draft refusedOnce(boolean isRefused) {
            refusedOnce = isRefused;
            return this;
        }

        /** An operator has approved that the record goes. */
        Draft approveRemoval() {
            removalApproved = true;
            return this;
        }

        Draft behind(long letterId, String newReason) {
            behindLetter = Optional.of(letterId);
            reason = newReason;
            return this;
        }

        /** An equal change does not repeat the one before. */
        Draft newChange() {
            changeNumber++;
            return this;
        }

        Draft attempts(int number, Instant next) {
            attempts = number;
            nextAttemptAt = next;
            return this;
        }

        /**
         * Sets the state that wanted and held ask for. Whether the row still waits behind a dead letter is found out again when
         * it is due.
         *
         * @param goneReason what the operator reads if nothing is wanted anymore
         */
        Draft settle(RowState whereNothingIsWanted, String goneReason) {
            boolean equal = done().isEqual();
            behindLetter = Optional.empty();
            if (row.history && held.isEmpty() && pendingCall.isEmpty()) {
                boolean placed = wanted.flatMap(Wanted::place).isPresent();
                state(placed ? RowState.PENDING : RowState.SKIPPED, wanted.isEmpty() && !goneReason.isEmpty() ? goneReason : HISTORY);
            } else if (wanted.isEmpty()) {
                state(equal && pendingCall.isEmpty() ? whereNothingIsWanted : RowState.PENDING, goneReason);
            } else if (wanted.get().placement().isEmpty() && pendingCall.isEmpty()) {
                if (held.isPresent() && removalApproved) {
                    state(RowState.PENDING, "Its commitment was taken back; the record in Procore is removed.");
                } else {
                    state(RowState.WAITING, "No commitment is known for " + row.billWords() + " yet.");
                    removalApproved = false;
                }
            } else {
                state(equal && pendingCall.isEmpty() ? RowState.DELIVERED : RowState.PENDING, "");
            }
            if (equal && pendingCall.isEmpty()) {
                lockSeen = false;
                removalApproved = false;
            }
            return this;
        }

        LedgerRow done() {
            return new LedgerRow(row.id, row.paymentId, row.payment, row.history, row.paymentWords, row.paymentNumber, bill, state, reason,
                    wanted, held, new Progress(pendingCall, changeNumber, lockSeen, refusedOnce, removalApproved, behindLetter,
                            twin, attempts, nextAttemptAt));
        }
    }
}
