package org.paymentsissued.procore;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLHandshakeException;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Headers;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.paymentsissued.ledger.Deliveries.ClaimLost;

/** Makes an answer out of what an HTTP call left behind. */
public final class ProcoreAnswers {

    private static final int LONGEST = 16 * 1024 * 1024;
    private static final List<Class<? extends Exception>> NOTHING_SENT = List.of(ConnectException.class,
            UnknownHostException.class, NoRouteToHostException.class, ConnectTimeoutException.class,
            SSLHandshakeException.class, ConnectionRequestTimeoutException.class, ProcoreLogin.Away.class);

    private final Clock clock;

    public ProcoreAnswers(Clock clock) {
        this.clock = clock;
    }

    /** The answer of a call that came back, whatever its status. */
    public ProcoreAnswer read(@Headers Map<String, Object> headers, @Body String body) {
        Map<String, String> texts = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, value) -> texts.put(name, String.valueOf(value)));
        int status = Integer.parseInt(texts.get("CamelHttpResponseCode"));
        String text = body == null ? "" : body.length() > LONGEST ? body.substring(0, LONGEST) : body;
        return new ProcoreAnswer(status, texts, text, Optional.empty(), true, clock.instant());
    }

    /**
     * The answer of a call that failed on the way.
     *
     * @throws ClaimLost when the call came too late to be sent; its row stays marked for whoever takes it over
     */
    public ProcoreAnswer missing(@ExchangeException Exception failure) {
        if (failure instanceof ProcoreLogin.TooLate) {
            throw new ClaimLost();
        }
        if (failure instanceof ProcoreLogin.Refused refused) {
            return new ProcoreAnswer(401, Map.of(), refused.getMessage(), Optional.of(failure), false, clock.instant());
        }
        boolean sent = NOTHING_SENT.stream().noneMatch(type -> type.isInstance(failure));
        return new ProcoreAnswer(0, Map.of(), "", Optional.of(failure), sent, clock.instant());
    }
}
