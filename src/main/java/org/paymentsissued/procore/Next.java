package org.paymentsissued.procore;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.paymentsissued.ledger.LedgerRow.Field;
import org.paymentsissued.ledger.Refusals.Refusal;
import org.paymentsissued.ledger.TwinCandidate;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.Wanted;

/** What to do next for a ledger row. */
sealed interface Next {

    /** Something that needs a call to Procore about a commitment. */
    sealed interface Call extends Next {
        CommitmentRef place();
    }

    /** Something that is written down without a call; then the next step is chosen. */
    sealed interface Finding extends Next { }

    /** Reads all payments on a commitment. */
    record ReadList(CommitmentRef place) implements Call { }

    /** Looks at the record that is held. @param guards true before it is changed, false where the outcome of a call is unknown */
    record Show(Held held, boolean guards) implements Call {
        @Override
        public CommitmentRef place() {
            return held.place();
        }
    }

    /** A new record. @param twin one that looks like it and is on the commitment already, where it is sent all the same */
    record Create(CommitmentRef place, Wanted wanted, Optional<Long> twin) implements Call { }

    /** A further record that corrects the one that is held. */
    record Correct(Held held, Wanted like, BigDecimal difference, String notes) implements Call {
        @Override
        public CommitmentRef place() {
            return held.place();
        }
    }

    /** Changes some fields of the record. */
    record Patch(Held held, Set<Field> fields) implements Call {
        @Override
        public CommitmentRef place() {
            return held.place();
        }
    }

    record SetToZero(Held held) implements Call {
        @Override
        public CommitmentRef place() {
            return held.place();
        }
    }

    /** Removes our origin_id, which locks the record. */
    record Unlink(Held held) implements Call {
        @Override
        public CommitmentRef place() {
            return held.place();
        }
    }

    /** Puts our key on: back after a change, or on a record that a person typed. */
    record Relink(Held held) implements Call {
        @Override
        public CommitmentRef place() {
            return held.place();
        }
    }

    record Delete(Held held) implements Call {
        @Override
        public CommitmentRef place() {
            return held.place();
        }
    }

    /** Reads the company's projects, to find out whether Procore refuses all of it, or answers at all. */
    record AskCompany(CommitmentRef place) implements Call { }

    /** Nothing for now. */
    record Rest() implements Next { }

    /** A payment from before go-live is not sent. */
    record LeaveOut() implements Next { }

    /** Waits behind the dead letter of a whole commitment, project or company. */
    record StandBehind(Refusal refusal) implements Next { }

    /** Waits for something that is not the row's fault. */
    record WaitUntil(Instant moment) implements Next { }

    /** Writes down what Procore holds; the outcome of the pending call, if there was one, is known now. */
    record Settle(Optional<Held> held) implements Next { }

    /** Adopts records with our key as what we hold. */
    record Adopt(Held held) implements Finding { }

    /** Adopts a record that no longer has our key: nothing else can have made it. */
    record AdoptUnmarked(Held held) implements Finding { }

    /** Claims a record that a person typed, which then becomes ours. */
    record TakeOver(Held held) implements Finding { }

    /** An operator has to say whether a record is the same payment. @param candidates the closest first; empty where none is free */
    record AskAboutTwin(String sentence, List<TwinCandidate> candidates) implements Next { }

    /** The list may lag behind: it is read once more later. */
    record LookAgain(Instant moment) implements Next { }

    /** The pending call had no effect. */
    record NoEffect() implements Finding { }

    /** Procore refused the change in a way that deserves a second try. */
    record OnceMore(Refused refusal) implements Next { }

    /** Procore repeated an old answer: the pending call had no effect, and the next one must not look like it. */
    record TakenForRepeat() implements Finding { }

    /** The record that was held is no longer there. @param byUs whether a call of ours removed it */
    record RecordGone(Held held, boolean byUs) implements Finding { }

    /** An operator has to look. @param refusal Procore's answer that led to it, if one did */
    record Ask(String sentence, Optional<Refused> refusal) implements Next {

        static Ask of(String sentence) {
            return new Ask(sentence, Optional.empty());
        }
    }

    /** A call that Procore refused. @param said Procore's own words; never empty */
    record Refused(ProcoreCall call, ProcoreAnswer answer, String said) { }
}
