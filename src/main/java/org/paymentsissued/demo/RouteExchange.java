package org.paymentsissued.demo;

import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;

/**
 * A platform-http exchange as request and reply. It reads the server's own request, because Camel's headers are mixed
 * with query parameters and form fields, and because only there a connection can be cut.
 */
final class RouteExchange {
    private final Exchange exchange;
    private final HttpServerRequest http;

    RouteExchange(Exchange exchange) {
        this.exchange = exchange;
        this.http = exchange.getIn(HttpMessage.class).getRequest();
    }

    Request request() {
        return SimulatedProcoreServer.request(http, body());
    }

    void reply(Reply reply) {
        exchange.getMessage().removeHeaders("*");
        if (reply.isConnectionCut()) {
            http.connection().close();
            return;
        }
        reply.headers().forEach(exchange.getMessage()::setHeader);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
        exchange.getMessage().setBody(reply.body());
    }

    private String body() {
        if (http.formAttributes().isEmpty()) {
            return exchange.getIn().getBody(String.class);
        }
        StringBuilder form = new StringBuilder();
        http.formAttributes().forEach((name, value) -> form
                .append(form.isEmpty() ? "" : "&")
                .append(Pages.encoded(name)).append('=').append(Pages.encoded(value)));
        return form.toString();
    }
}
