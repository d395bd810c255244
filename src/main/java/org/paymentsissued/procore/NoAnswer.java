package org.paymentsissued.procore;

import java.util.Map;
import org.paymentsissued.http.CallLimits;

/**
 * A call that ended without an answer of Procore, judged where it failed, because only there everything is known. It has no
 * cause: Camel hands a route the root cause of a failure, and that has to be this one.
 */
final class NoAnswer extends CallLimits.Settled {

    private final ProcoreAnswer.Kind kind;
    private final boolean sent;
    private final transient Map<String, String> headers;

    /**
     * @param sentence for the operator, without its period and without the payment it is about
     * @param sent     whether the request may have reached Procore
     */
    NoAnswer(ProcoreAnswer.Kind kind, String sentence, boolean sent) {
        this(kind, sentence, sent, Map.of());
    }

    /** @param headers of what came in place of an answer; they may say how long to wait */
    NoAnswer(ProcoreAnswer.Kind kind, String sentence, boolean sent, Map<String, String> headers) {
        super(sentence);
        this.kind = kind;
        this.sent = sent;
        this.headers = headers;
    }

    Map<String, String> headers() {
        return headers;
    }

    ProcoreAnswer.Kind kind() {
        return kind;
    }

    boolean isSent() {
        return sent;
    }
}
