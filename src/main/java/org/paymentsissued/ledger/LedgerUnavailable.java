package org.paymentsissued.ledger;

import org.springframework.dao.DataAccessResourceFailureException;

/** The ledger's database cannot be used now. Nothing is lost: what was not committed is read or sent again later. */
public final class LedgerUnavailable extends DataAccessResourceFailureException {

    public LedgerUnavailable(String message) {
        super(message);
    }

    LedgerUnavailable(Throwable cause) {
        super("The ledger's database cannot be used now: " + cause.getMessage(), cause);
    }
}
