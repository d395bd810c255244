package org.paymentsissued.demo;

import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;

/**
 * A platform-http exchange as request and reply. It reads the server's own request, because Camel's headers are mixed
 * with query parameters and form fields.
 */
final class RouteExchange {
    private final Exchange exchange;
    private final HttpServerRequest http;

    RouteExchange(Exchange exchange) {
        this.exchange = exchange;
        this.http = exchange.getIn(HttpMessage.class).getRequest();
    }

    Request request() {
        return request(http, body());
    }

    void reply(Reply reply) {
        exchange.getMessage().removeHeaders("*");
        reply.headers().forEach(exchange.getMessage()::setHeader);
        exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, reply.status());
        exchange.getMessage().setBody(reply.body());
    }

    static Request request(HttpServerRequest http, String body) {
        Map<String, String> headers = new LinkedHashMap<>();
        http.headers().forEach((name, value) -> headers.merge(name, value, (one, more) -> one + ", " + more));
        String query = http.query() == null ? "" : http.query();
        return new Request(http.method().name(), http.path(), Request.parameters(query), headers, body);
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
