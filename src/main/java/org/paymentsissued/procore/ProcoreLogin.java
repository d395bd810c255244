package org.paymentsissued.procore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.entity.UrlEncodedFormEntity;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.http.message.BasicNameValuePair;
import org.apache.hc.core5.util.Timeout;
import org.paymentsissued.ledger.LastMoment;
import org.paymentsissued.payment.Secrets;
import org.paymentsissued.procore.ProcoreAnswer.Kind;

/**
 * Puts the service account's token on each call (OAuth 2.0 client credentials). In the HTTP client and not in the routes, so
 * that neither secret nor token ever stands in an endpoint's address, a message or a dead letter. A 401 renews the token
 * once and repeats the call, which was refused before anything was done.
 */
public final class ProcoreLogin implements HttpClientConfigurer, AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration RENEWED_AHEAD = Duration.ofMinutes(5);
    private static final Duration UNTOLD_LIFE = Duration.ofMinutes(60);
    private static final int CONNECT_SECONDS = 10;
    private static final int UNAUTHORIZED = 401;
    /** Header with the last moment of a call, as {@link LastMoment#text()}. It stays in this process. */
    public static final String NOT_AFTER = "Payments-Issued-Not-After";

    private static final String SENT = "Payments-Issued-Sent";

    private final String tokenUrl;
    private final String clientId;
    private final String clientSecret;
    private final Clock clock;
    private final CloseableHttpClient client;
    private String token = "";
    private Instant renewAt = Instant.EPOCH;

    public ProcoreLogin(String loginUrl, String clientId, String clientSecret, Duration timeout, Clock clock) {
        this.tokenUrl = loginUrl.replaceAll("/+$", "") + "/oauth/token";
        this.clientId = clientId;
        this.clientSecret = clientSecret;
        this.clock = clock;
        Timeout limit = Timeout.of(timeout);
        this.client = HttpClients.custom().disableAutomaticRetries().disableRedirectHandling().disableCookieManagement()
                .setDefaultRequestConfig(RequestConfig.custom().setResponseTimeout(limit).build())
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.ofSeconds(CONNECT_SECONDS)).setSocketTimeout(limit).build())
                        .build())
                .build();
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        // The client's own repeats would send a POST twice behind the ledger's back.
        builder.disableAutomaticRetries().disableRedirectHandling().disableCookieManagement()
                .addExecInterceptorFirst("procore-login", this::withToken)
                .addExecInterceptorFirst("decoded", ProcoreLogin::decoded)
                // Behind the connection, since making one may take seconds.
                .addExecInterceptorBefore(ChainElement.MAIN_TRANSPORT.name(), "not-after", ProcoreLogin::inTime);
    }

    /** The HTTP client has unpacked the answer but leaves the header, by which Camel would unpack it once more. */
    private static ClassicHttpResponse decoded(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        ClassicHttpResponse response = chain.proceed(request, scope);
        response.removeHeaders(HttpHeaders.CONTENT_ENCODING);
        return response;
    }

    private ClassicHttpResponse withToken(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        Header notAfter = request.getFirstHeader(NOT_AFTER);
        if (notAfter != null && !notAfter.getValue().isEmpty()) {
            scope.clientContext.setAttribute(NOT_AFTER, LastMoment.of(notAfter.getValue()));
        }
        try {
            String first = token();
            ClassicHttpResponse response = chain.proceed(authorized(request, first), scope);
            if (response.getCode() != UNAUTHORIZED) {
                return response;
            }
            EntityUtils.consumeQuietly(response.getEntity());
            response.close();
            forget(first);
            // A refused call had no effect.
            scope.clientContext.removeAttribute(SENT);
            return chain.proceed(authorized(request, token()), scope);
        } catch (TooLate | NoAnswer e) {
            throw e;
        } catch (IOException e) {
            throw failed(e, scope.clientContext.getAttribute(SENT) != null);
        }
    }

    private static NoAnswer failed(IOException failure, boolean sent) {
        String words = failure.getClass().getSimpleName() + (failure.getMessage() == null ? "" : ": " + failure.getMessage());
        return sent ? new NoAnswer(Kind.UNKNOWN, "Procore did not answer: " + words, true)
                : new NoAnswer(Kind.AWAY, "Procore cannot be reached: " + words, false);
    }

    /** The process may have been stopped since it marked the call, and another one may have taken the payment over. */
    private static ClassicHttpResponse inTime(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        if (scope.clientContext.getAttribute(NOT_AFTER) instanceof LastMoment lastMoment && lastMoment.isOver()) {
            throw new TooLate();
        }
        scope.clientContext.setAttribute(SENT, true);
        return chain.proceed(request, scope);
    }

    private static ClassicHttpRequest authorized(ClassicHttpRequest request, String token) {
        ClassicHttpRequest copy = ClassicRequestBuilder.copy(request).build();
        copy.removeHeaders(NOT_AFTER);
        copy.setHeader("Authorization", "Bearer " + token);
        return copy;
    }

    private synchronized void forget(String refused) {
        if (token.equals(refused)) {
            token = "";
        }
    }

    /** One renewal at a time, for all who wait for it. */
    private synchronized String token() throws IOException {
        if (token.isEmpty() || !clock.instant().isBefore(renewAt)) {
            renew();
        }
        return token;
    }

    private void renew() throws IOException {
        HttpPost post = new HttpPost(tokenUrl);
        post.setHeader("Accept", "application/json");
        post.setHeader("User-Agent", "payments-issued");
        post.setEntity(new UrlEncodedFormEntity(List.of(new BasicNameValuePair("grant_type", "client_credentials"),
                new BasicNameValuePair("client_id", clientId), new BasicNameValuePair("client_secret", clientSecret)),
                StandardCharsets.UTF_8));
        Reply reply;
        try {
            reply = client.execute(post, response -> new Reply(response.getCode(),
                    response.getEntity() == null ? "" : EntityUtils.toString(response.getEntity(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new NoAnswer(Kind.AWAY, "Procore cannot be reached: its login does not answer: " + e.getMessage(), false);
        }
        if (reply.status >= 400 && reply.status < 500 && reply.status != 408 && reply.status != 429) {
            throw new NoAnswer(Kind.MISCONFIGURED, "Procore refuses the login of the service account: "
                    + ErrorText.of(reply.body) + ". Check procore.client-id and procore.client-secret, and that both hosts"
                    + " belong to one environment", false);
        }
        JsonNode json = reply.status == 200 || reply.status == 201 ? read(reply.body) : null;
        if (json == null || !json.hasNonNull("access_token")) {
            throw new NoAnswer(Kind.AWAY, "Procore cannot be reached: its login answered HTTP " + reply.status + " without a token: "
                    + (json == null ? ErrorText.of(reply.body) : "no access_token in it"), false);
        }
        token = json.get("access_token").asText();
        Secrets.granted(token);
        Duration life = json.hasNonNull("expires_in") ? Duration.ofSeconds(Math.max(1, json.get("expires_in").asLong()))
                : UNTOLD_LIFE;
        Duration ahead = life.compareTo(RENEWED_AHEAD.multipliedBy(2)) > 0 ? RENEWED_AHEAD : life.dividedBy(5);
        renewAt = clock.instant().plus(life).minus(ahead);
    }

    private static JsonNode read(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            return null;
        }
    }

    private record Reply(int status, String body) { }

    @Override
    public void close() throws IOException {
        client.close();
    }

    /** The call was not sent, because the lease of its payment is about to end. */
    static final class TooLate extends IOException {
        TooLate() {
            super("the lease is about to end");
        }
    }
}
