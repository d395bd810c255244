package org.paymentsissued.procore;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.ledger.PendingCall;
import org.paymentsissued.ledger.Refusals.Refusal;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Held;

/**
 * All that the next step for a row depends on.
 *
 * @param open what Procore refuses as a whole, in this company
 */
record Situation(LedgerRow row, DeliveryPolicy policy, Learned learned, Lists lists, List<Refusal> open, Instant now) {

    RecordKey keys() {
        return new RecordKey(policy);
    }

    /** What the lists of payments say that were read in this process. */
    interface Lists {

        /** Records with the row's key on a commitment; empty where its list has to be read first. */
        Optional<List<ContractPayment>> withKey(CommitmentRef place);

        /** Whether the list of a commitment shows a record of ours for another bill of the payment. */
        boolean showsPayment(CommitmentRef place);

        /** The same, from a list that tells what came of the pending call. */
        Optional<List<ContractPayment>> withKeyAfter(PendingCall call);

        /** Whether a list was read after the row's call was refused. */
        boolean isReadSince(CommitmentRef place, long moment);

        /** Records that are not ours and that no payment has adopted; empty where the list has to be read first. */
        Optional<List<ContractPayment>> others(CommitmentRef place);

        /** What the row is about to send to a commitment. */
        Twins.Sending sending(CommitmentRef place);

        /** Other payments on a commitment of this amount that Procore does not hold yet. */
        List<Twins.Sending> rivals(CommitmentRef place, BigDecimal amount);

        /** Whether to do without the list where the record is not expected on it. */
        boolean isUnreadable(CommitmentRef place);

        /** When the list may be read; in the past unless a read has failed. */
        Instant readableFrom(CommitmentRef place);

        /** Every other commitment that a record of ours may be on. @param fresh what this very run has moved counts too */
        List<CommitmentRef> elsewhere(boolean fresh);

        /** Whether the ledger may know less than Procore holds. */
        boolean isLedgerNew();

        /** The other row that holds a record. */
        Optional<LedgerRow> holderOf(long recordId);

        /** The typed records that an operator was shown as what may be the row's payment. */
        Set<Long> offered();
    }

    /**
     * What the answers in this delivery have shown so far.
     *
     * @param shown          the record, as Procore showed it before the change that is due
     * @param missing        what we hold and Procore says is missing; its list decides
     * @param gone           what we held and did not find: it is written again only when an operator says so
     * @param duplicate      Procore says that our key is in use, or answered as if
     * @param toTell         a refusal that an operator reads once the key is back on
     * @param repeated       the answer to the pending call was that of an earlier one
     * @param suspect        a refusal or failure of unknown scope
     */
    record Learned(Optional<ContractPayment> shown, Optional<Held> missing, Optional<Held> gone, Optional<Next.Refused> duplicate,
            Optional<Next.Refused> toTell, boolean repeated, Optional<Suspect> suspect) {

        static final Learned NOTHING = new Learned(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), false, Optional.empty());

        Learned withShown(Optional<ContractPayment> record) {
            return new Learned(record, missing, gone, duplicate, toTell, repeated, suspect);
        }

        Learned withMissing(Optional<Held> held) {
            return new Learned(Optional.empty(), held, gone, duplicate, toTell, repeated, suspect);
        }

        Learned withGone(Optional<Held> held) {
            return new Learned(Optional.empty(), Optional.empty(), held, duplicate, toTell, repeated, suspect);
        }

        Learned withDuplicate(Optional<Next.Refused> refusal) {
            return new Learned(shown, missing, gone, refusal, toTell, repeated, suspect);
        }

        Learned withToTell(Optional<Next.Refused> refusal) {
            return new Learned(shown, missing, gone, duplicate, refusal, repeated, suspect);
        }

        Learned withRepeated(boolean isRepeated) {
            return new Learned(shown, missing, gone, duplicate, toTell, isRepeated, suspect);
        }

        Learned withSuspect(Optional<Suspect> other) {
            return new Learned(shown, missing, gone, duplicate, toTell, repeated, other);
        }
    }

    /**
     * Another call finds out what a refusal is meant for, or whether Procore answers at all.
     *
     * @param since lists that were read later count
     */
    record Suspect(Kind kind, CommitmentRef place, Next.Refused refusal, long since) {

        enum Kind {
            /** A write was refused: the commitment's list tells whether only this payment is meant. */
            WRITE_REFUSED,
            /** The list was refused too: the company's projects tell whether all of it is meant. */
            LIST_REFUSED,
            /** The list failed: the company's projects tell whether Procore answers. */
            LIST_FAILED
        }
    }
}
