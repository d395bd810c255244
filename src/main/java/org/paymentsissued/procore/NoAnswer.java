package org.paymentsissued.procore;

import java.io.IOException;

/**
 * A call that ended without an answer of Procore, judged where it failed, because only there everything is known. It has no
 * cause: Camel hands a route the root cause of a failure, and that has to be this one.
 */
final class NoAnswer extends IOException {

    private final ProcoreAnswer.Kind kind;
    private final boolean sent;

    /**
     * @param sentence for the operator, whole, without the payment it is about
     * @param sent     whether the request may have reached Procore
     */
    NoAnswer(ProcoreAnswer.Kind kind, String sentence, boolean sent) {
        super(sentence);
        this.kind = kind;
        this.sent = sent;
    }

    ProcoreAnswer.Kind kind() {
        return kind;
    }

    boolean isSent() {
        return sent;
    }
}
