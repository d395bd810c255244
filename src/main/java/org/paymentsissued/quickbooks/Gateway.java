package org.paymentsissued.quickbooks;

import static org.paymentsissued.quickbooks.QuickBooksTrouble.Kind.AWAY;
import static org.paymentsissued.quickbooks.QuickBooksTrouble.Kind.CONFIGURATION;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.ExchangeException;
import org.apache.camel.Header;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpRequestInterceptor;
import org.paymentsissued.payment.Cut;

/** The HTTP gateway in front of QuickBooks: its login, and what its HTTP statuses mean. */
public final class Gateway implements HttpClientConfigurer {

    /** How QuickBooks' request processor tells an error that left it without any answer. */
    private static final Pattern HRESULT = Pattern.compile("(?i)\\b0x8004[0-9a-f]{4}\\b");
    private static final String UNREADABLE_REQUEST = "0x80040400";
    /** Another company file is open, none is, access was denied. */
    private static final Set<String> NEEDS_SOMEBODY = Set.of("0x8004040a", "0x80040416", "0x80040420");
    private static final int LOOKED_AT = 2_000;
    private static final int SHOWN = 200;

    private final String login;

    /** @param username and password both empty where the gateway wants no login */
    public Gateway(String username, String password) {
        this.login = username.isEmpty() && password.isEmpty() ? ""
                : "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.disableAutomaticRetries().disableRedirectHandling().disableCookieManagement()
                .addExecInterceptorFirst("decoded", Gateway::decoded);
        if (!login.isEmpty()) {
            // Here and not in the endpoint's address, where it would be shown.
            builder.addRequestInterceptorFirst((HttpRequestInterceptor) (request, entity, context) ->
                    request.setHeader("Authorization", login));
        }
    }

    /** The HTTP client has unpacked the answer but leaves the header, by which Camel would unpack it once more. */
    private static ClassicHttpResponse decoded(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        ClassicHttpResponse response = chain.proceed(request, scope);
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
            throw trouble(CONFIGURATION, "The QuickBooks gateway answers with a redirect to another address " + words
                    + ". Check quickbooks.url.");
        }
        if (hresult.filter(UNREADABLE_REQUEST::equals).isPresent()) {
            throw trouble(CONFIGURATION, "QuickBooks cannot read the request " + words + ". Check quickbooks.qbxml-version.");
        }
        if (hresult.filter(NEEDS_SOMEBODY::contains).isPresent()) {
            throw trouble(CONFIGURATION, "QuickBooks does not let the gateway at its company file " + words
                    + ". Open the right company file in QuickBooks and permit the gateway there.");
        }
        if (hresult.isPresent() || status == 408 || status == 429 || status >= 500) {
            throw trouble(AWAY, "The QuickBooks gateway cannot answer now " + words
                    + ". Nothing is lost; the next run goes on.");
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
        throw new QuickBooksTrouble(AWAY, "QuickBooks could not be reached: "
                + failure.getClass().getSimpleName() + " " + failure.getMessage()
                + ". Nothing is lost; the next run goes on.", failure);
    }
}
