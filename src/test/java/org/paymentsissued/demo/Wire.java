package org.paymentsissued.demo;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.paymentsissued.demo.SimulatedProcore.Request;

/** A request on its way to a real server. */
final class Wire {
    private Wire() {
    }

    static HttpRequest.Builder request(String url, Request request) {
        String query = request.query().entrySet().stream()
                .flatMap(parameter -> parameter.getValue().stream()
                        .map(value -> encoded(parameter.getKey()) + "=" + encoded(value)))
                .collect(Collectors.joining("&", "?", ""));
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url + request.path() + query));
        request.headers().forEach(builder::header);
        return builder.method(request.method(), request.body().isEmpty()
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofString(request.body()));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
