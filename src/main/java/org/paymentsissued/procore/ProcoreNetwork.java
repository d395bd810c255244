package org.paymentsissued.procore;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.auth.SystemDefaultCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultProxyRoutePlanner;
import org.apache.hc.client5.http.impl.routing.SystemDefaultRoutePlanner;
import org.apache.hc.client5.http.routing.HttpRoutePlanner;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.util.Timeout;
import org.paymentsissued.http.CallLimits;
import org.paymentsissued.http.ProxyAddress;
import org.paymentsissued.http.Trust;
import org.paymentsissued.procore.ProcoreAnswer.Kind;

/**
 * How Procore is reached: through which proxy, which certificates are trusted, within what limits. The same for calls and
 * for the login. A call without an answer ends as a {@link NoAnswer}.
 */
public final class ProcoreNetwork implements AutoCloseable {

    private static final int CONNECT_SECONDS = 10;
    /** More than deliveries ever run at once. */
    private static final int CONNECTIONS = 40;
    private static final int LONGEST_HEADER = 64 * 1024;
    private static final int MOST_HEADERS = 200;
    private static final String SENT = "Payments-Issued-Sent";
    private static final int PROXY_LOGIN = 407;

    private final Plan plan;
    private final CallLimits limits;
    private final HttpRoutePlanner ways;
    private final PoolingHttpClientConnectionManager connections;

    /**
     * What the settings say.
     *
     * @param proxy     empty: the JVM's own proxy settings hold
     * @param timeout   for a whole call
     * @param maxAnswer in bytes
     */
    public record Plan(Optional<ProxyAddress> proxy, Trust trust, Duration timeout, long maxAnswer) { }

    public ProcoreNetwork(Plan plan) {
        this.plan = plan;
        limits = CallLimits.of(plan.timeout(), plan.maxAnswer());
        ways = plan.proxy().map(proxy -> (HttpRoutePlanner) new DefaultProxyRoutePlanner(proxy.host()))
                .orElseGet(() -> new SystemDefaultRoutePlanner(ProxySelector.getDefault()));
        connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(plan.trust().context()))
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder().http1Config(Http1Config.custom()
                        .setMaxLineLength(LONGEST_HEADER).setMaxHeaderCount(MOST_HEADERS).build()).build())
                .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(Timeout.ofSeconds(CONNECT_SECONDS))
                        .setSocketTimeout(Timeout.of(plan.timeout())).build())
                .setMaxConnPerRoute(CONNECTIONS).setMaxConnTotal(2 * CONNECTIONS).build();
    }

    /** Sets up a client with these settings. Its calls must be made with {@link #call}. */
    void configure(HttpClientBuilder builder) {
        // The client's own repeats would send a POST twice behind the ledger's back.
        builder.disableAutomaticRetries().disableRedirectHandling().disableCookieManagement()
                .setConnectionManager(connections).setConnectionManagerShared(true).setRoutePlanner(ways)
                // The connection and the proxy's tunnel are open: only from here on may a call have an effect.
                .addExecInterceptorBefore(ChainElement.MAIN_TRANSPORT.name(), "sent", (request, scope, chain) -> {
                    scope.clientContext.setAttribute(SENT, true);
                    return chain.proceed(request, scope);
                });
        if (plan.proxy().isEmpty()) {
            builder.setDefaultCredentialsProvider(new SystemDefaultCredentialsProvider());
        }
        plan.proxy().flatMap(ProxyAddress::login).ifPresent(login -> {
            BasicCredentialsProvider logins = new BasicCredentialsProvider();
            logins.setCredentials(new AuthScope(plan.proxy().orElseThrow().host()),
                    new UsernamePasswordCredentials(login.user(), login.password().toCharArray()));
            builder.setDefaultCredentialsProvider(logins);
        });
    }

    /**
     * Makes a call within the limits. Its answer is in memory afterwards.
     *
     * @throws NoAnswer where none came
     */
    ClassicHttpResponse call(ExecChain.Scope scope, CallLimits.Call call) throws IOException, HttpException {
        try {
            ClassicHttpResponse response = limits.whole(scope, call);
            if (!isSent(scope)) {
                throw refusedByProxy(scope, response);
            }
            // The HTTP client has unpacked the answer but leaves the header, by which Camel would unpack it once more.
            response.removeHeaders(HttpHeaders.CONTENT_ENCODING);
            return response;
        } catch (NoAnswer | ProcoreLogin.TooLate e) {
            throw e;
        } catch (IOException | HttpException e) {
            throw judged(scope, e);
        }
    }

    /** A call that was refused before anything was done is made once more: until then it is as if it was never sent. */
    static void forgetSent(ExecChain.Scope scope) {
        scope.clientContext.removeAttribute(SENT);
    }

    private static boolean isSent(ExecChain.Scope scope) {
        return ((HttpCoreContext) scope.clientContext).getAttribute(SENT) != null;
    }

    private NoAnswer judged(ExecChain.Scope scope, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Trust.Untrusted untrusted) {
                return new NoAnswer(Kind.MISCONFIGURED, "The certificate that " + host(scope) + " presents is not trusted: "
                        + untrusted.words() + " (" + untrusted.getMessage() + "). If your network inspects encrypted"
                        + " connections, put its CA certificate in a trust store and name it in procore.truststore"
                        + plan.trust().store().map(store -> ", which is " + store + " now").orElse(""), false);
            }
            if (cause instanceof SSLPeerUnverifiedException) {
                return new NoAnswer(Kind.MISCONFIGURED, "The certificate that " + host(scope) + " presents is for another host ("
                        + cause.getMessage() + "). Check procore.url and procore.login-url, and what answers there in your"
                        + " network", false);
            }
            if (cause instanceof CallLimits.TooLarge) {
                return new NoAnswer(Kind.UNKNOWN, "Procore's answer is larger than procore.max-answer ("
                        + plan.maxAnswer() / 1_000 + " KB) and was cut off", true);
            }
        }
        boolean sent = isSent(scope);
        String words = failure instanceof CallLimits.TimeUp ? "nothing within " + plan.timeout().toMillis() / 1_000.0
                + " s (procore.request-timeout)" : failure.getClass().getSimpleName()
                        + (failure.getMessage() == null ? "" : ": " + failure.getMessage());
        if (sent) {
            return new NoAnswer(Kind.UNKNOWN, "Procore did not answer: " + words, true);
        }
        Optional<String> proxy = proxy(scope);
        if (proxy.isPresent() && isAboutConnecting(failure)) {
            return new NoAnswer(Kind.AWAY, "Procore cannot be reached: the proxy " + proxy.get() + " does not answer: " + words,
                    false);
        }
        return new NoAnswer(Kind.AWAY, "Procore cannot be reached" + proxy.map(way -> " through the proxy " + way).orElse("")
                + ": " + words, false);
    }

    private static boolean isAboutConnecting(Exception failure) {
        return failure instanceof ConnectException || failure instanceof UnknownHostException
                || failure instanceof NoRouteToHostException || failure instanceof ConnectTimeoutException
                || failure instanceof CallLimits.TimeUp;
    }

    /** What came back before anything was sent is the proxy's answer to the request for a tunnel. */
    private static NoAnswer refusedByProxy(ExecChain.Scope scope, ClassicHttpResponse response)
            throws IOException, HttpException {
        int status = response.getCode();
        String said = response.getEntity() == null ? "" : ErrorText.of(EntityUtils.toString(response.getEntity()));
        String who = "the proxy " + proxy(scope).orElse("") + " answers HTTP " + status + (said.isEmpty() ? "" : ", \"" + said
                + "\"");
        if (status == PROXY_LOGIN) {
            return new NoAnswer(Kind.MISCONFIGURED, "Your network blocks Procore: " + who + ". It requires a login: add user and"
                    + " password to procore.proxy, before the host", false);
        }
        return status >= 500 || status == 408 || status == 429
                ? new NoAnswer(Kind.AWAY, "Procore cannot be reached: " + who, false)
                : new NoAnswer(Kind.MISCONFIGURED, "Your network blocks Procore: " + who + ". Allow " + host(scope)
                        + " there, or correct procore.proxy", false);
    }

    private static String host(ExecChain.Scope scope) {
        return scope.route.getTargetHost().toURI();
    }

    private static Optional<String> proxy(ExecChain.Scope scope) {
        return Optional.ofNullable(scope.route.getProxyHost()).map(HttpHost::toURI);
    }

    /** For an operator: what differs from a direct way and the JVM's trust store, a sentence each. */
    public List<String> words(List<String> addresses) {
        Set<String> lines = new LinkedHashSet<>();
        for (String address : addresses) {
            URI uri = URI.create(address);
            plan.proxy().map(proxy -> "Procore is called through the proxy " + proxy.shown() + " (procore.proxy)"
                    + proxy.login().map(login -> ", with the login of " + login.user()).orElse(""))
                    .or(() -> ofTheJvm(uri).map(proxy -> "Procore is called through the proxy " + proxy + " ("
                            + uri.getScheme() + ".proxyHost of the JVM)")).ifPresent(lines::add);
        }
        plan.trust().store().ifPresent(store -> lines.add("Procore's certificates are checked against the JVM's trust store and "
                + store + " (procore.truststore, certificates: " + plan.trust().added() + ")"));
        return new ArrayList<>(lines);
    }

    private Optional<String> ofTheJvm(URI uri) {
        try {
            return Optional.ofNullable(ways.determineRoute(HttpHost.create(uri), HttpCoreContext.create()).getProxyHost())
                    .map(HttpHost::toURI);
        } catch (HttpException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        connections.close();
    }
}
