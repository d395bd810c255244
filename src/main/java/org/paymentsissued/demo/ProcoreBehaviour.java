package org.paymentsissued.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * What nobody outside Procore knows for certain, or what differs between its servers, as switches of
 * {@link SimulatedProcore}. Every setter takes effect with the next call and returns this object.
 */
public final class ProcoreBehaviour {
    /** What a record that carries an {@code origin_id} refuses. */
    public enum Locking { LOCKS_NOTHING, LOCKS_UPDATES, LOCKS_UPDATES_AND_DELETES }

    /** What happens to a second record with the {@code origin_id} of another one in the company. */
    public enum DuplicateOriginIds { REFUSED_WITH_409, REFUSED_WITH_422, ACCEPTED }

    /** How 9000 dollars look in an answer; {@code VARIOUS} takes turns. */
    public enum AmountRendering { TWO_DECIMALS, ONE_DECIMAL, JSON_NUMBER, VARIOUS }

    /** What an {@code Idempotency-Token} is worth. */
    public enum IdempotencyTokens { IGNORED, REPLAYS }

    /** How a 429 tells when to come back. */
    public enum ThrottleAnswer { RETRY_AFTER, RESET_ONLY }

    volatile InstantSource clock = Clock.systemUTC();
    volatile Locking locking = Locking.LOCKS_NOTHING;
    volatile DuplicateOriginIds duplicateOriginIds = DuplicateOriginIds.REFUSED_WITH_409;
    volatile AmountRendering amountRendering = AmountRendering.TWO_DECIMALS;
    volatile IdempotencyTokens idempotencyTokens = IdempotencyTokens.IGNORED;
    volatile ThrottleAnswer throttleAnswer = ThrottleAnswer.RETRY_AFTER;
    volatile Duration tokenLifetime = Duration.ofSeconds(5400);
    volatile int callsPerSpikeWindow = 1_000;
    volatile int callsPerHour = 100_000;
    volatile Duration pauseAsked = Duration.ofSeconds(1);
    volatile Duration throttleGrace = Duration.ofMillis(250);
    volatile Duration listLag = Duration.ZERO;
    volatile int largestPage = 2_000;
    volatile boolean newestFirst;
    volatile boolean negativeAmountsAccepted;
    volatile boolean zeroAmountsAccepted;
    volatile boolean datesLost;
    volatile boolean anyRequisition;
    volatile boolean keepsCalls = true;
    volatile boolean appConnected = true;
    volatile int statusWithoutCompany = 404;

    ProcoreBehaviour() {
    }

    /** The time by which tokens expire, limits reset and records are stamped. */
    public ProcoreBehaviour clock(InstantSource clock) {
        this.clock = clock;
        return this;
    }

    /** Default {@link Locking#LOCKS_NOTHING}. */
    public ProcoreBehaviour locking(Locking locking) {
        this.locking = locking;
        return this;
    }

    /** Default {@link DuplicateOriginIds#REFUSED_WITH_409}. */
    public ProcoreBehaviour duplicateOriginIds(DuplicateOriginIds duplicateOriginIds) {
        this.duplicateOriginIds = duplicateOriginIds;
        return this;
    }

    /** Default {@link AmountRendering#TWO_DECIMALS}. */
    public ProcoreBehaviour amountRendering(AmountRendering amountRendering) {
        this.amountRendering = amountRendering;
        return this;
    }

    /** Default {@link IdempotencyTokens#IGNORED}. */
    public ProcoreBehaviour idempotencyTokens(IdempotencyTokens idempotencyTokens) {
        this.idempotencyTokens = idempotencyTokens;
        return this;
    }

    /** Default {@link ThrottleAnswer#RETRY_AFTER}. */
    public ProcoreBehaviour throttleAnswer(ThrottleAnswer throttleAnswer) {
        this.throttleAnswer = throttleAnswer;
        return this;
    }

    /** The {@code expires_in} of tokens issued from now on. */
    public ProcoreBehaviour tokenLifetime(Duration tokenLifetime) {
        this.tokenLifetime = tokenLifetime;
        return this;
    }

    /** Calls allowed in 10 seconds and in 60 minutes; the defaults are out of reach. */
    public ProcoreBehaviour rateLimits(int callsPerSpikeWindow, int callsPerHour) {
        this.callsPerSpikeWindow = callsPerSpikeWindow;
        this.callsPerHour = callsPerHour;
        return this;
    }

    /** How long a 429 or 503 that a fault causes asks the client to wait; in whole seconds on the wire. */
    public ProcoreBehaviour pauseAsked(Duration pauseAsked) {
        this.pauseAsked = pauseAsked;
        return this;
    }

    /** Calls that arrive this soon after a 429 may have been under way and break no rule. Default 250 ms. */
    public ProcoreBehaviour throttleGrace(Duration throttleGrace) {
        this.throttleGrace = throttleGrace;
        return this;
    }

    /** How long a new record is missing from the list; show finds it at once. */
    public ProcoreBehaviour listLag(Duration listLag) {
        this.listLag = listLag;
        return this;
    }

    /** No page of any list is longer, whatever {@code per_page} asks. */
    public ProcoreBehaviour largestPage(int largestPage) {
        this.largestPage = largestPage;
        return this;
    }

    /** The newest payment leads the list, so that rows shift while somebody pages. */
    public ProcoreBehaviour newestFirst(boolean newestFirst) {
        this.newestFirst = newestFirst;
        return this;
    }

    /** Default: negative amounts are refused. */
    public ProcoreBehaviour negativeAmountsAccepted(boolean negativeAmountsAccepted) {
        this.negativeAmountsAccepted = negativeAmountsAccepted;
        return this;
    }

    /** Default: an amount of zero is refused. */
    public ProcoreBehaviour zeroAmountsAccepted(boolean zeroAmountsAccepted) {
        this.zeroAmountsAccepted = zeroAmountsAccepted;
        return this;
    }

    /** Even well-formed dates are stored as null and no error is told. */
    public ProcoreBehaviour datesLost(boolean datesLost) {
        this.datesLost = datesLost;
        return this;
    }

    /** Whether every number passes for a subcontractor invoice of the commitment. Default: only those set up do. */
    public ProcoreBehaviour anyRequisition(boolean anyRequisition) {
        this.anyRequisition = anyRequisition;
        return this;
    }

    /** Whether calls and their tokens are remembered, which takes memory with each. Default true. */
    public ProcoreBehaviour keepsCalls(boolean keepsCalls) {
        this.keepsCalls = keepsCalls;
        return this;
    }

    /** Whether the company's administrator has the app connected. */
    public ProcoreBehaviour appConnected(boolean appConnected) {
        this.appConnected = appConnected;
        return this;
    }

    /** The answer to a call whose {@code Procore-Company-Id} is missing or of another company. Default 404. */
    public ProcoreBehaviour statusWithoutCompany(int statusWithoutCompany) {
        this.statusWithoutCompany = statusWithoutCompany;
        return this;
    }

    Instant now() {
        return clock.instant();
    }
}
