package org.paymentsissued.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A call to Procore that was started and whose answer is not recorded: its outcome is unknown until it is read back.
 *
 * @param token Idempotency-Token, the same on every repeat of the same change; empty for a deletion
 * @param at    when it was marked, no finer than the databases keep it
 * @param looks how often the contract was read without finding a record
 */
public record Flight(Kind kind, String token, long projectId, long contractId, Instant at, int looks) {

    public enum Kind { CREATE, CORRECT, UPDATE, UNLINK, RELINK, DELETE }

    public Flight {
        at = at.truncatedTo(ChronoUnit.MICROS);
    }
}
