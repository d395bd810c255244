package org.paymentsissued.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import org.paymentsissued.setup.Settings;

/** The instance that runs with the same settings on this machine, asked through its console's API. */
public final class RunningInstance {

    private static final Set<String> ALL_ADDRESSES = Set.of("0.0.0.0", "::", "[::]");
    /** A ledger of many gigabytes on a slow disk. */
    private static final Duration LONGEST_COPY = Duration.ofMinutes(30);

    private static final Duration SOON = Duration.ofSeconds(5);

    private final String console;
    private final String url;
    private final String username;
    private final String password;

    public RunningInstance(Settings settings) {
        String host = settings.text("console.host");
        console = "http://" + (ALL_ADDRESSES.contains(host) ? "127.0.0.1" : host) + ":" + settings.text("console.port");
        url = console + "/api/backup";
        username = settings.text("console.username");
        password = settings.text("console.password");
    }

    String console() {
        return console;
    }

    /** Whether one answers there: it asks for its login in a way that no other program does. */
    boolean answers() {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(console + "/api/status")).timeout(SOON).build();
            return HttpClient.newBuilder().connectTimeout(SOON).build().send(request, HttpResponse.BodyHandlers.discarding()).headers()
                    .firstValue("WWW-Authenticate").filter(asked -> asked.contains("realm=\"payments-issued\"")).isPresent();
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Lets it copy its ledger.
     *
     * @return the copy
     * @throws Refused where it did not
     */
    public String backup() throws InterruptedException {
        String inUse = "The ledger is in use by a running payments-issued, which must make the copy itself: POST " + url;
        if (password.isEmpty()) {
            throw new Refused(inUse + " with the console's login. This command can ask it if console.password is set."
                    + " Nothing was copied.");
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(LONGEST_COPY)
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(
                        (username + ":" + password).getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.noBody()).build();
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode json = new ObjectMapper().readTree(answer.body());
            if (answer.statusCode() != 200) {
                throw new Refused(inUse + ". It answered " + answer.statusCode() + ": " + json.path("detail").asText());
            }
            return json.path("file").asText();
        } catch (JsonProcessingException e) {
            throw new Refused(inUse + ". What answered is not payments-issued. Nothing was copied.");
        } catch (IOException e) {
            throw new Refused(inUse + ". It does not answer there (" + e + "). Nothing was copied.");
        }
    }

    /** The running instance refused or failed; the message says why. */
    public static final class Refused extends RuntimeException {
        Refused(String message) {
            super(message);
        }
    }
}
