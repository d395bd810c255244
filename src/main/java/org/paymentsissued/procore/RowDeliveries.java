package org.paymentsissued.procore;

import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.apache.camel.Variable;
import org.paymentsissued.ledger.DeadLetters;
import org.paymentsissued.ledger.Deliveries.Claim;
import org.paymentsissued.ledger.Deliveries.Effect;
import org.paymentsissued.ledger.Deliveries;
import org.paymentsissued.ledger.GoLive;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.ledger.Refusals;
import org.paymentsissued.payment.Cause;
import org.paymentsissued.payment.Fact;
import org.paymentsissued.payment.RowState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the delivery routes ask for: payments that are due, their rows, and the delivery of one row. */
public final class RowDeliveries {

    private static final Logger LOG = LoggerFactory.getLogger(RowDeliveries.class);
    /** Stage of what one of the installation's own routes set aside. */
    private static final String YOURS = "yours";

    private final Deliveries ledger;
    private final Refusals refusals;
    private final GoLive goLive;
    private final ProcorePause pause;
    private final ProcoreCompanies companies;
    private final Fact.Notes facts;
    private final Clock clock;
    /** By the id of the company: ids of projects and commitments mean something within their company alone. */
    private final Map<String, Contracts> contracts = new ConcurrentHashMap<>();
    private final Semaphore turn = new Semaphore(1, true);
    private final AtomicBoolean stopping = new AtomicBoolean();

    /** @param facts records what answers say about open questions */
    public RowDeliveries(Deliveries ledger, Refusals refusals, GoLive goLive, ProcorePause pause, ProcoreCompanies companies,
            Fact.Notes facts, Clock clock) {
        this.facts = facts;
        this.goLive = goLive;
        this.ledger = ledger;
        this.refusals = refusals;
        this.pause = pause;
        this.companies = companies;
        this.clock = clock;
    }

    /**
     * A sync begins: the limit for removals starts again from zero, unless another sync is running, whose removals it would forget.
     *
     * @param alone whether none is
     */
    public void beginRun(boolean alone) {
        if (ledger.recognizeCopy()) {
            // Read before a standby took over, perhaps: the ledger may know less by now.
            contracts.clear();
        }
        if (alone) {
            ledger.beginRun();
        }
    }

    /**
     * Waits until no other delivery run of this process is active. The runs share one pool of threads, in which each holds
     * one for handing out the next payment: as many runs as threads would wait for each other forever.
     */
    public void awaitTurn() throws InterruptedException {
        turn.acquire();
        try {
            // What an earlier run could not give back.
            ledger.releaseAll();
        } catch (RuntimeException e) {
            turn.release();
            throw e;
        }
    }

    /** The delivery run is over; the next one may begin. What it claimed and did not reach is free again. */
    public void endTurn() {
        try {
            ledger.releaseAll();
        } finally {
            turn.release();
        }
    }

    /** Payments with something due, claimed one after the other until nothing is due or Procore asks to wait. */
    public Iterator<Claim> due() {
        if (ledger.isNew() && ledger.pendingCount() == 0 && ledger.hasDelivered()) {
            ledger.deliveredToTheEnd();
        }
        contracts.values().forEach(Contracts::runBegins);
        companies.all().forEach(company -> {
            refusals.joinAll(company.id(), company.companyFiles());
            contractsOf(company).refusals(refusals.of(company.id()));
        });
        ledger.dueBy(clock.instant().plus(pause.longest()));
        return ledger.due(() -> stopping.get() || pause.isOn());
    }

    public List<Long> rows(Claim claim) {
        return ledger.dueRows(claim);
    }

    /**
     * Sets a due row aside until an operator retries or discards it; it is not sent before. A call of it whose outcome is
     * unknown stays marked, and is read back after the retry.
     *
     * @param sentence why, and what the operator should do
     */
    public void setAside(Long rowId, String sentence) {
        LedgerRow row = ledger.row(rowId).orElseThrow();
        if (row.state() == RowState.PENDING) {
            ledger.dead(rowId, DeadLetters.Trouble.of(row.payment().companyFile(), YOURS, YOURS + "|" + rowId,
                    sentence).about(row.paymentWords() + ", " + row.billWords() + ": "), Effect.UNKNOWN);
        }
    }

    /** Sets a due row aside because a step of the installation itself failed on it. */
    public void stepFailed(@Variable("dueRow") Long rowId, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        LOG.warn("A step in direct:yours-row-due failed.", failure);
        setAside(rowId, "a step in direct:yours-row-due (routes/60-yours.yaml) failed: " + Cause.own(failure)
                + " Correct it, then retry.");
    }

    public RowDelivery begin(Long rowId) {
        LedgerRow row = ledger.row(rowId).orElseThrow();
        return new RowDelivery(row, ledger, refusals, goLive, contractsOf(companies.of(row.payment().companyFile())), pause, companies,
                clock);
    }

    private Contracts contractsOf(ProcoreCompanies.Company company) {
        return contracts.computeIfAbsent(company.id(), none -> new Contracts());
    }

    /**
     * Delivery of a row failed unexpectedly: it is tried again later, and in the end needs an operator.
     *
     * @throws Deliveries.ClaimLost where that is the failure; the payment is another worker's then
     */
    public void failed(@Variable("dueRow") Long rowId, @ExchangeProperty(Exchange.EXCEPTION_CAUGHT) Exception failure) {
        contracts.values().forEach(known -> {
            known.doors().leave(rowId);
            known.leave(rowId);
        });
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Deliveries.ClaimLost lost) {
                LOG.warn("Row {} is left to the node that takes over its payment.", rowId);
                throw lost;
            }
        }
        LOG.warn("The delivery of row {} failed.", rowId, failure);
        Throwable own = Cause.own(failure);
        Exception reported = own instanceof Exception known ? known : new IllegalStateException(own.toString(), own);
        DeliveryPolicy policy = companies.policyOf("");
        ledger.failed(rowId, policy.maxAttempts(), attempts -> clock.instant().plus(policy.pauseAfter(attempts)), reported);
    }

    /** Writes the answer of the call that a delivery asked for. */
    public void take(RowDelivery delivery, ProcoreAnswer answer) {
        ProcoreFacts.note(delivery.nextCall(), answer, facts);
        delivery.take(answer);
    }

    public void release(Claim claim) {
        ledger.release(claim);
    }

    /** Ends delivery after the calls in progress. */
    public void stop() {
        stopping.set(true);
    }
}
