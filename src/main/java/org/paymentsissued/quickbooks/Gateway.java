package org.paymentsissued.quickbooks;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.apache.camel.ExchangeException;
import org.apache.camel.Header;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.HttpRequestInterceptor;

/** The HTTP gateway in front of QuickBooks: its login, and what its HTTP statuses mean. */
public final class Gateway implements HttpClientConfigurer {

    private static final String UNREADABLE_REQUEST = "0x80040400";

    private final String login;

    /** @param username and password both empty where the gateway wants no login */
    public Gateway(String username, String password) {
        this.login = username.isEmpty() && password.isEmpty() ? ""
                : "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.disableAutomaticRetries().disableRedirectHandling().disableCookieManagement();
        if (!login.isEmpty()) {
            // Here and not in the endpoint's address, where it would be shown.
            builder.addRequestInterceptorFirst((HttpRequestInterceptor) (request, entity, context) ->
                    request.setHeader("Authorization", login));
        }
    }

    /** Lets an answer of QuickBooks pass and refuses everything else. */
    public void check(@Header("CamelHttpResponseCode") int status, Object body, @Header("Content-Type") String type) {
        if (status == 200) {
            return;
        }
        if (status == 401 || status == 403) {
            throw new QuickBooksTrouble(QuickBooksTrouble.Kind.CONFIGURATION, "The QuickBooks gateway refuses the login"
                    + " (HTTP " + status + "). Check quickbooks.username and quickbooks.password.");
        }
        if (status >= 300 && status < 400) {
            throw new QuickBooksTrouble(QuickBooksTrouble.Kind.CONFIGURATION, "The QuickBooks gateway answers with a"
                    + " redirect to another address (HTTP " + status + "). Check quickbooks.url.");
        }
        if (status == 408 || status == 429 || status >= 500) {
            throw new QuickBooksTrouble(QuickBooksTrouble.Kind.AWAY, "The QuickBooks gateway cannot answer now (HTTP "
                    + status + "). Nothing is lost; the next run goes on.");
        }
        throw new QuickBooksTrouble(QuickBooksTrouble.Kind.CONFIGURATION, "The QuickBooks gateway refused the request"
                + " (HTTP " + status + "). If it says " + UNREADABLE_REQUEST + ", QuickBooks cannot read it: check"
                + " quickbooks.qbxml-version; else check quickbooks.url.");
    }

    /** The gateway could not be reached, or did not answer in time. */
    public void unreachable(@ExchangeException Exception failure) {
        throw new QuickBooksTrouble(QuickBooksTrouble.Kind.AWAY, "QuickBooks could not be reached: "
                + failure.getClass().getSimpleName() + " " + failure.getMessage()
                + ". Nothing is lost; the next run goes on.", failure);
    }
}
