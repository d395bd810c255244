package org.paymentsissued.http;

import java.net.URI;
import java.util.Optional;
import org.apache.hc.core5.http.HttpHost;

/**
 * An HTTP proxy as a setting names it.
 *
 * @param login user and password; empty if it needs none
 */
public record ProxyAddress(HttpHost host, Optional<Login> login) {

    /** What a proxy may ask for. */
    public record Login(String user, String password) {
        @Override
        public String toString() {
            return user + ":***";
        }
    }

    /** @throws IllegalArgumentException with the end of a sentence where it is none */
    public static ProxyAddress of(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is not a web address; in its password write @ as %40, : as %3A, / as %2F", e);
        }
        if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() <= 0
                || uri.getPath().length() > 1 || uri.getQuery() != null) {
            throw new IllegalArgumentException("is not of the form http://host:port or http://user:password@host:port");
        }
        String raw = uri.getRawUserInfo();
        Optional<Login> login = Optional.empty();
        if (raw != null) {
            int colon = raw.indexOf(':');
            if (colon <= 0) {
                throw new IllegalArgumentException("holds a login that is not user:password");
            }
            login = Optional.of(new Login(decoded(raw.substring(0, colon)), decoded(raw.substring(colon + 1))));
        }
        return new ProxyAddress(new HttpHost("http", uri.getHost(), uri.getPort()), login);
    }

    private static String decoded(String part) {
        // A path, unlike a form, leaves + alone.
        return part.isEmpty() ? "" : URI.create("http://x/" + part).getPath().substring(1);
    }

    /** The address without its login. */
    public String shown() {
        return host.toURI();
    }
}
