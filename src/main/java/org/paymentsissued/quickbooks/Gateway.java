package org.paymentsissued.quickbooks;

import static org.paymentsissued.quickbooks.QuickBooksTrouble.Kind.AWAY;
import static org.paymentsissued.quickbooks.QuickBooksTrouble.Kind.CONFIGURATION;
import static org.paymentsissued.quickbooks.QuickBooksTrouble.Kind.NOT_AN_ANSWER;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.ExchangeException;
import org.apache.camel.Header;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequestInterceptor;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.util.Timeout;
import org.paymentsissued.http.CallLimits;
import org.paymentsissued.http.Trust;
import org.paymentsissued.payment.Cut;

/** The HTTP gateway in front of QuickBooks: its login, and what its HTTP statuses mean. */
public final class Gateway implements HttpClientConfigurer {

    /** How QuickBooks' request processor reports an error that left it without an answer. */
    private static final Pattern HRESULT = Pattern.compile("(?i)\\b0x8004[0-9a-f]{4}\\b");
    private static final String UNREADABLE_REQUEST = "0x80040400";
    /** Another company file is open, none is, access was denied. */
    private static final Set<String> NEEDS_A_PERSON = Set.of("0x8004040a", "0x80040416", "0x80040420");
    private static final int LOOKED_AT = 2_000;
    private static final int SHOWN = 200;

    private static final int CONNECT_SECONDS = 10;
    private static final int LONGEST_HEADER = 64 * 1024;
    private static final int MOST_HEADERS = 200;
    /** Larger than any answer seen; an endless answer must not fill the disk. */
    private static final long MOST_BYTES = 2_000_000_000L;
    /** What the limit for a whole answer grows by, so that a large one over a slow line has its time. */
    private static final long SLOWEST_BYTES_A_SECOND = 100_000;

    private final String login;
    private final Duration timeout;

    /**
     * @param username and password both empty where the gateway wants no login
     * @param timeout  for a whole answer; a large one has a second more for each 100 KB
     */
    public Gateway(String username, String password, Duration timeout) {
        this.timeout = timeout;
        this.login = username.isEmpty() && password.isEmpty() ? ""
                : "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        CallLimits limits = CallLimits.of(timeout, MOST_BYTES).withPace(SLOWEST_BYTES_A_SECOND);
        // It is in the same network: no proxy, and the JVM's trust store.
        builder.disableAutomaticRetries().disableRedirectHandling().disableCookieManagement()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(Trust.ofTheJvm().context()))
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder().http1Config(Http1Config.custom()
                                .setMaxLineLength(LONGEST_HEADER).setMaxHeaderCount(MOST_HEADERS).build()).build())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.ofSeconds(CONNECT_SECONDS))
                                .setSocketTimeout(Timeout.of(timeout)).build()).build())
                .setConnectionManagerShared(false)
                .addExecInterceptorFirst("limits", (request, scope, chain) -> limits.streamed(scope, watch ->
                        decoded(chain.proceed(request, scope))));
        if (!login.isEmpty()) {
            // Here and not in the endpoint's address, where it would be shown.
            builder.addRequestInterceptorFirst((HttpRequestInterceptor) (request, entity, context) ->
                    request.setHeader("Authorization", login));
        }
    }

    /** The HTTP client has unpacked the answer but leaves the header, by which Camel would unpack it once more. */
    private static ClassicHttpResponse decoded(ClassicHttpResponse response) {
        response.removeHeaders(HttpHeaders.CONTENT_ENCODING);
        return response;
    }

    /** Lets an answer of QuickBooks pass and refuses everything else. */
    public void check(@Header("CamelHttpResponseCode") int status, Object body) {
        String beginning = beginning(body);
        Matcher said = HRESULT.matcher(beginning);
        Optional<String> hresult = !beginning.contains("<QBXML") && said.find()
                ? Optional.of(said.group().toLowerCase(Locale.ROOT)) : Optional.empty();
        if (status == 200 && hresult.isEmpty()) {
            return;
        }
        String words = "(HTTP " + status + (beginning.isEmpty() ? ")" : ", \"" + beginning + "\")");
        if (status == 401 || status == 403) {
            throw trouble(CONFIGURATION, "The QuickBooks gateway refuses the login " + words
                    + ". Check quickbooks.username and quickbooks.password.");
        }
        if (status >= 300 && status < 400) {
            throw trouble(CONFIGURATION, "The QuickBooks gateway redirects to another address " + words
                    + ". Check quickbooks.url.");
        }
        if (hresult.filter(UNREADABLE_REQUEST::equals).isPresent()) {
            throw trouble(CONFIGURATION, "QuickBooks cannot read the request " + words + ". Check quickbooks.qbxml-version.");
        }
        if (hresult.filter(NEEDS_A_PERSON::contains).isPresent()) {
            throw trouble(CONFIGURATION, "QuickBooks does not let the gateway open its company file " + words
                    + ". Open the right company file in QuickBooks and allow the gateway access there.");
        }
        if (hresult.isPresent() || status == 408 || status == 429 || status >= 500) {
            throw trouble(AWAY, "The QuickBooks gateway cannot answer now " + words
                    + ". Nothing is lost; the next run continues.");
        }
        throw trouble(CONFIGURATION, "The QuickBooks gateway refused the request " + words + ". Check quickbooks.url.");
    }

    private static QuickBooksTrouble trouble(QuickBooksTrouble.Kind kind, String sentence) {
        return new QuickBooksTrouble(kind, sentence);
    }

    /** The first characters, for a person; empty where there are none. */
    private static String beginning(Object body) {
        try (InputStream in = Readings.fromItsStart(body)) {
            String text = new String(in.readNBytes(LOOKED_AT), StandardCharsets.UTF_8)
                    .replaceAll("[\\p{Cntrl}\\s\\uFEFF]+", " ").strip();
            return Cut.to(SHOWN, text);
        } catch (IOException e) {
            return "";
        }
    }

    /** The gateway could not be reached, or did not answer in time. */
    public void unreachable(@ExchangeException Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Trust.Untrusted untrusted) {
                throw new QuickBooksTrouble(CONFIGURATION, "The certificate that the QuickBooks gateway presents is not trusted: "
                        + untrusted.words() + " (" + untrusted.getMessage() + "). Import its CA certificate into the trust"
                        + " store of the JVM (keytool -importcert -cacerts), or name a trust store with"
                        + " -Djavax.net.ssl.trustStore.", failure);
            }
            if (cause instanceof CallLimits.TimeUp) {
                throw new QuickBooksTrouble(AWAY, "QuickBooks did not send a complete answer within quickbooks.request-timeout ("
                        + timeout.toMillis() / 1_000.0 + " s). Nothing is lost; the next run continues.", failure);
            }
            if (cause instanceof CallLimits.TooLarge) {
                throw new QuickBooksTrouble(NOT_AN_ANSWER, "The answer at quickbooks.url is larger than 2 GB and was cut off."
                        + " Check quickbooks.url, or lower quickbooks.page-size. Nothing is lost; the next run continues.", failure);
            }
        }
        throw new QuickBooksTrouble(AWAY, "QuickBooks could not be reached: "
                + failure.getClass().getSimpleName() + " " + failure.getMessage()
                + ". Nothing is lost; the next run continues.", failure);
    }
}
