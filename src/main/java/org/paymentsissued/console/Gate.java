package org.paymentsissued.console;

import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.apache.camel.Exchange;
import org.paymentsissued.console.Operators.Login;
import org.paymentsissued.console.Operators.Operator;

/**
 * Guards every path of console and API. A request that passes has a login, may do what it asks, and did not come from
 * another site. Login by HTTP Basic or by the session cookie that the login form sets.
 */
public final class Gate {

    static final String COOKIE = "payments-issued";
    static final String OPERATOR = "operator";
    private static final String LOGIN_PAGE = "/console/login";

    private final Operators operators;
    private final Set<String> proxies;

    /** @param proxies addresses whose {@code X-Forwarded-User} is believed */
    public Gate(Operators operators, Collection<String> proxies) {
        this.operators = operators;
        this.proxies = Set.copyOf(proxies);
    }

    /** Lets a request through, or answers it; the property {@code admitted} says whether it may continue. */
    public void admit(Exchange exchange) {
        WebReply refused;
        boolean api = WebRequest.isOfTheApi(exchange);
        try {
            WebRequest request = WebRequest.of(exchange);
            exchange.setProperty("request", request);
            refused = refusal(request, exchange, api);
            if (refused == null && !request.path().equals(LOGIN_PAGE)) {
                request.requireFitting();
            }
        } catch (WebRequest.Refusal refusal) {
            refused = WebReply.refused(api, refusal.status(), refusal.getMessage());
        }
        if (refused != null) {
            refused.to(exchange);
        }
        exchange.setProperty("admitted", refused == null);
    }

    private WebReply refusal(WebRequest request, Exchange exchange, boolean api) {
        if (request.isWrite() && isFromAnotherSite(request)) {
            return WebReply.refused(api, 403, "The request came from another site.");
        }
        if (isOpenToAll(request)) {
            return null;
        }
        String basic = request.header("Authorization");
        String person = ofProxy(request);
        if (!person.isEmpty()) {
            return ofProxy(request, exchange, api, person);
        }
        Login login = login(request);
        if (login.lockedUntil().isPresent()) {
            return locked(api, login.lockedUntil().get());
        }
        Optional<Operator> operator = login.operator();
        if (operator.isEmpty()) {
            return api || !basic.isEmpty() ? WebReply.problem(401, "Log in with HTTP Basic as console.username.")
                    .with("WWW-Authenticate", "Basic realm=\"payments-issued\", charset=\"UTF-8\"")
                    : toLogin(request);
        }
        return admit(request, exchange, api, operator.get(), !basic.isEmpty());
    }

    /** Who came through a trusted proxy that has logged this person in; empty otherwise. */
    private String ofProxy(WebRequest request) {
        return proxies.contains(request.address()) ? request.header("X-Forwarded-User").strip() : "";
    }

    /** The proxy's word, on every request; the session adds the token that forms carry, and is opened by the first page. */
    private WebReply ofProxy(WebRequest request, Exchange exchange, boolean api, String person) {
        Optional<Operator> known = operators.ofProxy(person);
        if (known.isEmpty()) {
            return WebReply.refused(api, 403, "The single sign-on says you are " + person + ", who is not in the file of console.users."
                    + " Ask whoever runs payments-issued to add you.");
        }
        Optional<Operator> session = request.cookie(COOKIE).flatMap(operators::ofSession).filter(of -> of.name().equals(person));
        if (session.isEmpty() && !api && !request.isWrite()) {
            return WebReply.seeOther(request.path() + (request.http().query() == null ? "" : "?" + request.http().query()))
                    .with("Set-Cookie", cookie(request, operators.open(known.get())));
        }
        return admit(request, exchange, api, session.orElse(known.get()), false);
    }

    /** The header of a new session's cookie. */
    static String cookie(WebRequest request, String session) {
        boolean https = request.header("X-Forwarded-Proto").equalsIgnoreCase("https");
        return COOKIE + "=" + session + "; Path=/; HttpOnly; SameSite=Strict" + (https ? "; Secure" : "");
    }

    private static WebReply admit(WebRequest request, Exchange exchange, boolean api, Operator operator, boolean byScript) {
        exchange.setProperty(OPERATOR, operator);
        if (request.isWrite()) {
            if (!byScript && !carriesToken(request, operator)) {
                return WebReply.refused(api, 403, "The form is out of date or did not come from this console. Reload the page,"
                        + " then try again.");
            }
            if (!operator.mayChange() && !request.path().equals("/console/logout")) {
                return WebReply.refused(api, 403, operator.name() + " may look but not change anything.");
            }
        }
        return null;
    }

    /** Whether the headers of a request carry a valid login, so that more of it is worth reading. */
    public boolean knows(HttpServerRequest request) {
        WebRequest head = WebRequest.headOf(request);
        return operators.ofProxy(ofProxy(head)).isPresent() || login(head).operator().isPresent();
    }

    private Login login(WebRequest request) {
        String basic = request.header("Authorization");
        return basic.isEmpty() ? new Login(request.cookie(COOKIE).flatMap(operators::ofSession)
                .filter(of -> !operators.comesByProxyOnly(of.name())), Optional.empty())
                : basicLogin(basic, request.address());
    }

    private static boolean isOpenToAll(WebRequest request) {
        return request.path().equals(LOGIN_PAGE) || request.path().startsWith("/console/assets/") && !request.isWrite();
    }

    private static WebReply locked(boolean api, Instant until) {
        long seconds = Math.max(1, Duration.between(Instant.now(), until).toSeconds());
        return WebReply.refused(api, 429, "Too many failed logins. Try again in a minute.")
                .with("Retry-After", Long.toString(seconds));
    }

    private static WebReply toLogin(WebRequest request) {
        if (!request.header("HX-Request").isEmpty()) {
            // A part of a page that keeps itself fresh: the whole page must be replaced.
            return WebReply.html(401, "").with("HX-Redirect", LOGIN_PAGE);
        }
        boolean page = !request.isWrite() && !request.path().equals("/");
        String query = request.http().query() == null ? "" : "?" + request.http().query();
        return WebReply.seeOther(LOGIN_PAGE + (page ? "?to="
                + URLEncoder.encode(request.path() + query, StandardCharsets.UTF_8) : ""));
    }

    private Login basicLogin(String header, String address) {
        if (header.regionMatches(true, 0, "Basic ", 0, 6)) {
            try {
                String pair = new String(Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
                int colon = pair.indexOf(':');
                if (colon >= 0) {
                    return operators.login(pair.substring(0, colon), pair.substring(colon + 1), address);
                }
            } catch (IllegalArgumentException e) {
                // Not Base64: as good as no login.
            }
        }
        return new Login(Optional.empty(), Optional.empty());
    }

    /** Browsers say where a request comes from; other clients do not say and carry no cookie of ours. */
    private static boolean isFromAnotherSite(WebRequest request) {
        String site = request.header("Sec-Fetch-Site");
        if (!site.isEmpty()) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        String origin = request.header("Origin");
        if (origin.isEmpty()) {
            return false;
        }
        try {
            return !request.host().equalsIgnoreCase(URI.create(origin).getAuthority());
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    private static boolean carriesToken(WebRequest request, Operator operator) {
        String token = request.form().getOrDefault("csrf", request.header("X-CSRF-Token"));
        return !operator.csrf().isEmpty() && MessageDigest.isEqual(token.getBytes(StandardCharsets.UTF_8),
                operator.csrf().getBytes(StandardCharsets.UTF_8));
    }
}
