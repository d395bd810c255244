package org.paymentsissued.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.paymentsissued.payment.CommitmentRef;

/**
 * A call to Procore that was started and whose answer is not recorded: its outcome is unknown until it is read back.
 *
 * @param token Idempotency-Token, the same on every repeat of the same change; empty for a deletion
 * @param at    when it was marked, no finer than the databases keep it
 * @param looks how often the commitment's list was read without finding a record
 */
public record PendingCall(Kind kind, String token, CommitmentRef place, Instant at, int looks) {

    public enum Kind { CREATE, CORRECT, UPDATE, UNLINK, RELINK, DELETE }

    public PendingCall {
        at = at.truncatedTo(ChronoUnit.MICROS);
    }

    /** Whether it may have made a record that is not known by its id yet. */
    public boolean makesRecord() {
        return kind == Kind.CREATE || kind == Kind.CORRECT;
    }

    PendingCall lookedAgain() {
        return new PendingCall(kind, token, place, at, looks + 1);
    }
}
