package org.paymentsissued.procore;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Headers;
import org.paymentsissued.ledger.Deliveries.ClaimLost;
import org.paymentsissued.payment.Cause;

/** Turns the outcome of an HTTP call into an answer. */
public final class ProcoreAnswers {

    private final Clock clock;

    public ProcoreAnswers(Clock clock) {
        this.clock = clock;
    }

    /** The answer of a call that came back, whatever its status. */
    public ProcoreAnswer read(@Headers Map<String, Object> headers, @Body String body) {
        Map<String, String> texts = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, value) -> texts.put(name, String.valueOf(value)));
        int status = Integer.parseInt(texts.get("CamelHttpResponseCode"));
        return new ProcoreAnswer(status, texts, body == null ? "" : body, Optional.empty(), true, clock.instant());
    }

    /**
     * The answer of a failed call.
     *
     * @throws ClaimLost when the call came too late to be sent; its row stays marked for the worker that takes it over
     */
    public ProcoreAnswer missing(@ExchangeException Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProcoreLogin.TooLate) {
                throw new ClaimLost();
            }
            if (cause instanceof NoAnswer known) {
                return ProcoreAnswer.none(known, known.isSent(), clock.instant());
            }
        }
        // Includes errors of the JVM: the row then reads back the outcome of its call.
        return ProcoreAnswer.none(new NoAnswer(ProcoreAnswer.Kind.UNKNOWN, "Procore's answer was lost in this program: "
                + Cause.own(failure), true), true, clock.instant());
    }
}
