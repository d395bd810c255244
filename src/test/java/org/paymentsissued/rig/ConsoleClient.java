package org.paymentsissued.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.paymentsissued.setup.Settings;

/** What a script or a browser would send to the console. Follows no redirect and keeps no cookie by itself. */
public final class ConsoleClient {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final List<String> headers = new ArrayList<>();

    /** An answer of the console. */
    public record Answer(int status, String text, HttpResponse<String> response) {
        public JsonNode json() {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(text, e);
            }
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    public ConsoleClient(Settings settings) {
        url = "http://127.0.0.1:" + settings.text("console.port");
    }

    private ConsoleClient(String url, List<String> headers) {
        this.url = url;
        this.headers.addAll(headers);
    }

    /** The same client, sending one more header. */
    public ConsoleClient with(String name, String value) {
        ConsoleClient more = new ConsoleClient(url, headers);
        more.headers.add(name);
        more.headers.add(value);
        return more;
    }

    public ConsoleClient as(String user, String password) {
        return with("Authorization", "Basic " + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }

    public String url() {
        return url;
    }

    public Answer get(String path) {
        return send(path, HttpRequest.newBuilder().GET());
    }

    public Answer post(String path, String json) {
        return send(path, HttpRequest.newBuilder().header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    public Answer put(String path, String json) {
        return send(path, HttpRequest.newBuilder().header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(json)));
    }

    public Answer delete(String path) {
        return send(path, HttpRequest.newBuilder().DELETE());
    }

    public Answer upload(String path, String csv) {
        return send(path, HttpRequest.newBuilder().header("Content-Type", "text/csv").POST(HttpRequest.BodyPublishers.ofString(csv)));
    }

    public Answer submit(String path, Map<String, String> form) {
        String body = form.entrySet().stream().map(field -> URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8) + "="
                + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8)).collect(Collectors.joining("&"));
        return send(path, HttpRequest.newBuilder().header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private Answer send(String path, HttpRequest.Builder request) {
        try {
            if (!headers.isEmpty()) {
                request.headers(headers.toArray(String[]::new));
            }
            HttpResponse<String> response = http.send(request.uri(URI.create(url + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
