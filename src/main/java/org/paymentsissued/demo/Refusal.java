package org.paymentsissued.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.paymentsissued.demo.SimulatedProcore.Reply;

/** Ends the processing of a call with an answer other than success, in the body shapes Procore is known for. */
final class Refusal extends RuntimeException {
    private final transient Reply reply;

    Refusal(Reply reply) {
        super("HTTP " + reply.status(), null, false, false);
        this.reply = reply;
    }

    Reply reply() {
        return reply;
    }

    static Refusal message(int status, String message) {
        return new Refusal(Reply.json(status, Json.object().put("message", message)));
    }

    static Refusal badRequest(String message) {
        return message(400, message);
    }

    static Refusal notFound(String message) {
        return message(404, message);
    }

    static Refusal forbidden(String message) {
        return new Refusal(Reply.json(403, Json.object().put("errors", message)));
    }

    static Refusal generic(int status, String message, String fields, String reason, String error) {
        return new Refusal(Reply.json(status, Json.object()
                .put("code", status)
                .put("message", message)
                .put("fields", fields)
                .put("reason", reason)
                .put("error", error)));
    }

    static Refusal fields(ObjectNode errors) {
        ObjectNode body = Json.object();
        body.set("errors", errors);
        return new Refusal(Reply.json(422, body));
    }
}
