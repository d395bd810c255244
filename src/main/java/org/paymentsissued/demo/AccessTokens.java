package org.paymentsissued.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;

/** The login host: client credentials in, bearer tokens out. */
class AccessTokens {
    private final InstantSource clock;
    final Map<String, Instant> validUntil = new HashMap<>();
    private int issued;

    AccessTokens(InstantSource clock) {
        this.clock = clock;
    }

    boolean accepts(Request request) {
        String authorization = request.headers().getOrDefault("Authorization", "");
        return authorization.regionMatches(true, 0, "Bearer ", 0, 7) && clock.instant()
                .isBefore(validUntil.getOrDefault(authorization.substring(7).trim(), Instant.MIN));
    }

    Reply answer(Request request) {
        if (!request.line().equals("POST /oauth/token")) {
            throw Refusal.notFound("No such path");
        }
        Map<String, String> sent = new HashMap<>();
        Request.parameters(request.body()).forEach((name, values) -> sent.put(name, values.get(0)));
        if (!"client_credentials".equals(sent.get("grant_type"))) {
            throw oauthError(400, "unsupported_grant_type", "Only client_credentials is granted here.");
        }
        if (!knows(sent.get("client_id"), sent.get("client_secret"))) {
            throw oauthError(401, "invalid_client", "The client id or the client secret was refused.");
        }
        String token = String.format("synthetic-access-token-%04d", ++issued);
        Instant now = clock.instant();
        validUntil.put(token, now.plus(lifetime()));
        return Reply.json(200, Json.object()
                .put("access_token", token)
                .put("token_type", "bearer")
                .put("expires_in", lifetime().toSeconds())
                .put("created_at", now.getEpochSecond()));
    }

    boolean knows(String clientId, String clientSecret) {
        return SimulatedProcore.CLIENT_ID.equals(clientId) && SimulatedProcore.CLIENT_SECRET.equals(clientSecret);
    }

    Duration lifetime() {
        return Duration.ofSeconds(5400);
    }

    private static Refusal oauthError(int status, String error, String description) {
        return new Refusal(Reply.json(status, Json.object().put("error", error).put("error_description", description)));
    }
}
