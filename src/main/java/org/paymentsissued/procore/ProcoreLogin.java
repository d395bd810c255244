package org.paymentsissued.procore;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.entity.UrlEncodedFormEntity;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.http.message.BasicNameValuePair;
import org.paymentsissued.http.CallLimits;
import org.paymentsissued.ledger.Deadline;
import org.paymentsissued.payment.Secrets;
import org.paymentsissued.procore.ProcoreAnswer.Kind;

/**
 * Puts the service account's token on each call (OAuth 2.0 client credentials). In the HTTP client and not in the routes, so
 * that neither secret nor token ever appears in an endpoint's address, a message or a dead letter. A 401 renews the token
 * once and repeats the call, which was refused before anything was done.
 */
public final class ProcoreLogin implements HttpClientConfigurer, AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration RENEWED_AHEAD = Duration.ofMinutes(5);
    private static final Duration UNTOLD_LIFE = Duration.ofMinutes(60);
    private static final int FORBIDDEN = 403;
    private static final int UNAUTHORIZED = 401;
    /** Header with the last moment of a call, as {@link Deadline#text()}. It stays in this process. */
    public static final String NOT_AFTER = "Payments-Issued-Not-After";

    private static final String AT_THE_LOGIN = " (asked for a token at procore.login-url)";

    private final String tokenUrl;
    private final String clientId;
    private final String clientSecret;
    private final ProcoreNetwork network;
    private final Clock clock;
    private final CloseableHttpClient client;
    private String token = "";
    private Instant renewAt = Instant.EPOCH;

    public ProcoreLogin(String loginUrl, String clientId, String clientSecret, ProcoreNetwork network, Clock clock) {
        this.tokenUrl = loginUrl.replaceAll("/+$", "") + "/oauth/token";
        this.clientId = clientId;
        this.clientSecret = clientSecret;
        this.network = network;
        this.clock = clock;
        HttpClientBuilder builder = HttpClients.custom();
        network.configure(builder);
        this.client = builder.addExecInterceptorFirst("procore-network", (request, scope, chain) ->
                network.call(scope, watch -> chain.proceed(request, scope))).build();
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        network.configure(builder);
        builder.addExecInterceptorFirst("procore-login", (request, scope, chain) ->
                network.call(scope, watch -> withToken(request, scope, chain, watch)))
                // After connecting, since that may take seconds.
                .addExecInterceptorBefore(ChainElement.MAIN_TRANSPORT.name(), "not-after", ProcoreLogin::inTime);
    }

    private ClassicHttpResponse withToken(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain,
            CallLimits.Watch watch) throws IOException, HttpException {
        Header notAfter = request.getFirstHeader(NOT_AFTER);
        if (notAfter != null && !notAfter.getValue().isEmpty()) {
            scope.clientContext.setAttribute(NOT_AFTER, Deadline.of(notAfter.getValue()));
        }
        String first = token(watch);
        ClassicHttpResponse response = chain.proceed(authorized(request, first), scope);
        if (response.getCode() != UNAUTHORIZED) {
            return response;
        }
        EntityUtils.consumeQuietly(response.getEntity());
        response.close();
        forget(first);
        ProcoreNetwork.forgetSent(scope);
        return chain.proceed(authorized(request, token(watch)), scope);
    }

    /** The process may have been stopped since it marked the call, and another one may have taken the payment over. */
    private static ClassicHttpResponse inTime(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        if (scope.clientContext.getAttribute(NOT_AFTER) instanceof Deadline deadline && deadline.isOver()) {
            throw new TooLate();
        }
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

    /** One renewal at a time for all callers, and no longer than their calls may take. */
    private synchronized String token(CallLimits.Watch watch) throws IOException {
        if (watch.isOver()) {
            throw new NoAnswer(Kind.AWAY, "Procore cannot be reached: its login did not answer in time", false);
        }
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
        ProcoreAnswer reply;
        try {
            reply = client.execute(post, this::reply);
        } catch (NoAnswer e) {
            // Whatever happened, the call that needs the token was not sent.
            throw new NoAnswer(e.kind() == Kind.UNKNOWN ? Kind.AWAY : e.kind(), e.getMessage() + AT_THE_LOGIN, false);
        }
        JsonNode granted = granted(reply);
        token = granted.get("access_token").asText();
        Secrets.granted(token);
        Duration life = granted.hasNonNull("expires_in")
                ? Duration.ofSeconds(Math.max(1, granted.get("expires_in").asLong())) : UNTOLD_LIFE;
        Duration ahead = life.compareTo(RENEWED_AHEAD.multipliedBy(2)) > 0 ? RENEWED_AHEAD : life.dividedBy(5);
        renewAt = clock.instant().plus(life).minus(ahead);
    }

    private ProcoreAnswer reply(ClassicHttpResponse response) throws IOException, HttpException {
        Map<String, String> headers = new HashMap<>();
        for (Header header : response.getHeaders()) {
            headers.put(header.getName(), header.getValue());
        }
        String body = response.getEntity() == null ? "" : EntityUtils.toString(response.getEntity(), StandardCharsets.UTF_8);
        return new ProcoreAnswer(response.getCode(), headers, body, Optional.empty(), false, clock.instant());
    }

    private static JsonNode granted(ProcoreAnswer reply) throws NoAnswer {
        if (reply.kind() != Kind.ANSWERED) {
            throw new NoAnswer(reply.kind() == Kind.UNKNOWN ? Kind.AWAY : reply.kind(), reply.reason() + AT_THE_LOGIN, false,
                    reply.headers());
        }
        String said = ErrorText.of(reply.body());
        if (!reply.isSuccess()) {
            // A firewall refuses with a page; Procore's login refuses with JSON, or without words.
            throw reply.status() == FORBIDDEN && reply.isPage()
                    ? new NoAnswer(Kind.AWAY, "Procore cannot be reached: its login answers with a page (HTTP 403): " + said, false)
                    : new NoAnswer(Kind.MISCONFIGURED, "Procore refuses the login of the service account: " + said
                            + ". Check procore.client-id and procore.client-secret, and that both hosts belong to one"
                            + " environment", false);
        }
        JsonNode json = read(reply.body());
        if (json == null || !json.path("access_token").isTextual()) {
            throw new NoAnswer(Kind.AWAY, "Procore cannot be reached: its login answers HTTP " + reply.status()
                    + " without a token: " + (json == null ? said : "no access_token in it"), false);
        }
        return json;
    }

    private static JsonNode read(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }

    /** The call was not sent, because the lease of its payment is about to end. */
    static final class TooLate extends CallLimits.Settled {
        TooLate() {
            super("the lease is about to end");
        }
    }
}
