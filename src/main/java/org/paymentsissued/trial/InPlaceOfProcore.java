package org.paymentsissued.trial;

import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.paymentsissued.ledger.Deliveries;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.procore.BelievedRecords;

/** Takes the calls that a trial makes to Procore, and keeps each write, since that is what a trial shows. */
public interface InPlaceOfProcore {

    /**
     * A call that would have changed something in Procore.
     *
     * @param row     the ledger row that was delivered, as it was before; empty for calls of an engineer's own routes
     * @param path    with the query
     * @param company value of the header, empty if it is missing
     * @param status  HTTP status of the answer
     */
    record Sent(Optional<LedgerRow> row, String method, String path, String company, String body, int status) { }

    /** The ledger of the trial, before the first call. */
    void asks(Deliveries deliveries, BelievedRecords believed);

    /** Whether reads go to Procore itself. */
    boolean reads();

    /** Answers a call as camel-http would have sent it. @param real Procore itself, for reads */
    void answer(Exchange exchange, String address, Optional<Producer> real) throws Exception;

    /** Every write so far, in order. */
    List<Sent> sent();

    /** What Procore's reference does not allow and the real one may refuse, one sentence each. */
    List<String> remarks();
}
