package org.paymentsissued.console;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * What a browser or a script asked for. Read from the server's own request, because Camel's headers are mixed with query
 * parameters and form fields.
 *
 * @param query   parameters of the address, the first of each name
 * @param form    fields of a posted form, the first of each name
 * @param body    any other body as text; empty where there is none
 * @param address where it came from
 */
record WebRequest(String method, String path, Map<String, String> query, Map<String, String> form, String body,
        String address, HttpServerRequest http) {

    private static final int LONGEST_TEXT = 2_000;

    static WebRequest of(Exchange exchange) {
        HttpServerRequest http = exchange.getIn(HttpMessage.class).getRequest();
        Map<String, String> form = new LinkedHashMap<>();
        http.formAttributes().forEach((name, value) -> form.putIfAbsent(name, value));
        String body = form.isEmpty() ? exchange.getIn().getBody(String.class) : "";
        return new WebRequest(http.method().name(), decodedPath(http), pairs(http.query()), form,
                body == null ? "" : body, http.remoteAddress() == null ? "" : http.remoteAddress().hostAddress(), http);
    }

    /** Whether it is answered with JSON; known before the request is checked. */
    static boolean isOfTheApi(Exchange exchange) {
        String path = exchange.getIn(HttpMessage.class).getRequest().path();
        return path != null && path.startsWith("/api");
    }

    /** What the headers say, before any body was read. */
    static WebRequest headOf(HttpServerRequest http) {
        return new WebRequest(http.method().name(), decodedPath(http), Map.of(), Map.of(), "",
                http.remoteAddress() == null ? "" : http.remoteAddress().hostAddress(), http);
    }

    /**
     * Checks that the ledger can store and search for every field.
     *
     * @throws Refusal naming the field that is too long, or that contains what no database stores
     */
    void requireFitting() {
        query.forEach(WebRequest::fitting);
        form.forEach(WebRequest::fitting);
    }

    /** The text of a field, if the ledger can store it. */
    static String fitting(String name, String text) {
        return fitting(name, text, LONGEST_TEXT);
    }

    static String fitting(String name, String text, int most) {
        if (text.length() > most) {
            throw new Refusal(400, "The field " + shown(name) + " has " + text.length() + " characters; the most allowed is "
                    + most + ". Nothing was changed.");
        }
        if (text.indexOf('\u0000') >= 0) {
            throw new Refusal(400, "The field " + shown(name) + " contains a NUL character, which cannot be stored. Nothing was changed.");
        }
        return text;
    }

    private static String shown(String name) {
        return name.length() <= 100 ? name : name.substring(0, 100) + "...";
    }

    private static String decodedPath(HttpServerRequest http) {
        String path = http.path() == null ? "/" : http.path();
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static Map<String, String> pairs(String query) {
        Map<String, String> pairs = new LinkedHashMap<>();
        if (query != null) {
            for (String pair : query.split("&")) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                pairs.putIfAbsent(decoded(name), equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }
        return pairs;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Refusal(400, "The address contains a % that is not followed by two hexadecimal digits.");
        }
    }

    boolean isWrite() {
        return !method.equals("GET") && !method.equals("HEAD");
    }

    /** A header; empty where absent. */
    String header(String name) {
        String value = http.getHeader(name);
        return value == null ? "" : value;
    }

    /** Host and port as the client knows them: HTTP/2 has no header of that name. */
    String host() {
        HostAndPort authority = http.authority();
        return authority == null ? "" : authority.host() + (authority.port() > 0 ? ":" + authority.port() : "");
    }

    /** A cookie; empty where absent. */
    Optional<String> cookie(String name) {
        for (String cookie : header("Cookie").split(";")) {
            String trimmed = cookie.strip();
            if (trimmed.startsWith(name + "=")) {
                return Optional.of(trimmed.substring(name.length() + 1));
            }
        }
        return Optional.empty();
    }

    /** A parameter of the address; empty where absent. */
    String parameter(String name) {
        return query.getOrDefault(name, "").strip();
    }

    /** A parameter that is one of a few words; empty where absent. */
    String choice(String name, Collection<String> words) {
        return choice(name, parameter(name), words);
    }

    static String choice(String name, String value, Collection<String> words) {
        if (!value.isEmpty() && !words.contains(value)) {
            throw new Refusal(400, name + " = \"" + value + "\" is not one of " + String.join(", ", words) + ".");
        }
        return value;
    }

    /** All values of a form field that may be there more than once. */
    List<String> all(String field) {
        return http.formAttributes().getAll(field);
    }

    int number(String name, int ifAbsent, int least, int most) {
        String value = parameter(name);
        if (value.isEmpty()) {
            return ifAbsent;
        }
        if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
            throw new Refusal(400, name + " = \"" + value + "\" is not a whole number between " + least + " and " + most
                    + ".");
        }
        return Integer.parseInt(value);
    }

    /** A request that is refused. */
    static class Refusal extends RuntimeException {
        private final int status;

        Refusal(int status, String sentence) {
            super(sentence);
            this.status = status;
        }

        int status() {
            return status;
        }
    }
}
