package org.paymentsissued.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;

/** Cuts the page a request asks for out of a whole list, with the headers that lead to the next. */
final class Pages {
    private Pages() {
    }

    static Reply answer(Request request, List<ObjectNode> all, int usualSize) {
        int page = positive(request, "page", 1);
        int size = Math.min(positive(request, "per_page", usualSize), 2_000);

        ArrayNode rows = Json.array();
        all.stream().skip((page - 1L) * size).limit(size).forEach(rows::add);

        Reply reply = Reply.json(200, rows)
                .with("Total", String.valueOf(all.size()))
                .with("Per-Page", String.valueOf(size));
        return (long) page * size >= all.size() ? reply : reply.with("Link", next(request, page + 1, size));
    }

    private static int positive(Request request, String name, int otherwise) {
        String asked = request.parameter(name).orElse(null);
        if (asked == null) {
            return otherwise;
        }
        if (!asked.matches("[1-9]\\d{0,8}")) {
            throw Refusal.badRequest(name + " must be a number from 1");
        }
        return Integer.parseInt(asked);
    }

    private static String next(Request request, int page, int size) {
        Map<String, List<String>> query = new TreeMap<>(request.query());
        query.put("page", List.of(String.valueOf(page)));
        query.put("per_page", List.of(String.valueOf(size)));
        List<String> pairs = new ArrayList<>();
        query.forEach((name, values) -> values.forEach(value -> pairs.add(encoded(name) + "=" + encoded(value))));
        String host = request.headers().getOrDefault("Host", "api.example.test");
        return "<http://" + host + request.path() + "?" + String.join("&", pairs) + ">; rel=\"next\"";
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
