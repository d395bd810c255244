package org.paymentsissued.demo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.apache.camel.Header;

/** The HTTP Basic login of the simulated gateway; demo/routes/quickbooks.yaml sets name and password. */
public final class GatewayLogin {

    private String username = "";
    private String password = "";

    public void setUsername(String username) {
        this.username = username;
    }

    public void setPassword(String password) {
        this.password = password;
    }

    /** @param authorization the request's header of that name; null where it has none */
    public boolean admits(@Header("Authorization") String authorization) {
        byte[] credentials = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        String expected = "Basic " + Base64.getEncoder().encodeToString(credentials);
        return authorization != null && MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8), authorization.getBytes(StandardCharsets.UTF_8));
    }
}
