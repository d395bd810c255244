package org.paymentsissued.console;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/**
 * A reply: JSON, a page, or bytes.
 *
 * @param type    media type
 * @param headers further headers
 */
record WebReply(int status, String type, Object body, Map<String, String> headers) {

    static final String JSON = "application/json";
    static final String PROBLEM = "application/problem+json";
    static final String HTML = "text/html; charset=utf-8";

    private static final Map<String, String> ALWAYS = Map.of(
            "Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
                    + " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "X-Frame-Options", "DENY",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Opener-Policy", "same-origin",
            "Cross-Origin-Resource-Policy", "same-origin");

    /** Times as ISO 8601, amounts as text, null where something is absent. */
    private static final ObjectMapper WRITER = new ObjectMapper().registerModule(new SimpleModule()
            .addSerializer(Instant.class, ToStringSerializer.instance).addSerializer(LocalDate.class, ToStringSerializer.instance)
            .addSerializer(BigDecimal.class, new PlainText()).addSerializer(new Unwrapped()));

    private static final class PlainText extends JsonSerializer<BigDecimal> {
        @Override
        public void serialize(BigDecimal amount, JsonGenerator json, SerializerProvider provider) throws IOException {
            json.writeString(amount.toPlainString());
        }
    }

    private static final class Unwrapped extends JsonSerializer<Optional<?>> {
        @Override
        public void serialize(Optional<?> value, JsonGenerator json, SerializerProvider provider) throws IOException {
            provider.defaultSerializeValue(value.orElse(null), json);
        }

        @Override
        @SuppressWarnings("unchecked")
        public Class<Optional<?>> handledType() {
            return (Class<Optional<?>>) (Class<?>) Optional.class;
        }
    }

    static WebReply json(int status, Object body) {
        return new WebReply(status, JSON, written(body), Map.of());
    }

    private static String written(Object body) {
        try {
            return WRITER.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** RFC 9457. @param detail a sentence for whoever asked */
    static WebReply problem(int status, String detail) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", "about:blank");
        body.put("title", title(status));
        body.put("status", status);
        body.put("detail", detail);
        return new WebReply(status, PROBLEM, written(body), Map.of());
    }

    /** For a script a problem, for a person a page that holds one sentence. */
    static WebReply refused(boolean api, int status, String sentence) {
        return api ? problem(status, sentence)
                : html(status, Views.plain(status == 404 ? "Page not found" : title(status), sentence));
    }

    static WebReply html(int status, String page) {
        return new WebReply(status, HTML, page, Map.of());
    }

    /** After a form was posted: the browser asks for a page, and reloading that repeats nothing. */
    static WebReply seeOther(String address) {
        return new WebReply(303, "text/plain", "", Map.of("Location", address));
    }

    static WebReply csv(String name, String text) {
        return new WebReply(200, "text/csv; charset=utf-8", text,
                Map.of("Content-Disposition", "attachment; filename=\"" + name + "\""));
    }

    WebReply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new WebReply(status, type, body, more);
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad request";
            case 401 -> "Login required";
            case 403 -> "Not allowed";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 409 -> "Not possible in its current state";
            case 429 -> "Too many failed logins";
            case 503 -> "Temporarily unavailable";
            default -> "Something went wrong";
        };
    }

    void to(Exchange exchange) {
        Message message = exchange.getMessage();
        // The request's headers must not go back, nor reach any later component.
        message.removeHeaders("*");
        // On the server's own answer: Camel holds some of these names for its own and leaves them out.
        HttpServerResponse answer = exchange.getIn(HttpMessage.class).getResponse();
        ALWAYS.forEach(answer::putHeader);
        answer.putHeader("Cache-Control", "no-store");
        headers.forEach(answer::putHeader);
        message.setHeader(Exchange.CONTENT_TYPE, type);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setBody(body);
    }
}
