package org.paymentsissued.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;

/** The login host: client credentials in, bearer tokens out. */
final class AccessTokens {
    private record Token(Instant createdAt, Instant expiresAt) {
    }

    private final ProcoreBehaviour behaviour;
    private final Map<String, Token> valid = new HashMap<>();
    private String clientId = SimulatedProcore.CLIENT_ID;
    private String clientSecret = SimulatedProcore.CLIENT_SECRET;
    private int issued;

    AccessTokens(ProcoreBehaviour behaviour) {
        this.behaviour = behaviour;
    }

    void accept(String clientId, String clientSecret) {
        this.clientId = clientId;
        this.clientSecret = clientSecret;
    }

    void expireAll() {
        valid.clear();
    }

    boolean accepts(Request request) {
        return token(request) != null;
    }

    Reply answer(Request request) {
        return switch (request.method() + " " + request.path()) {
            case "POST /oauth/token" -> issue(request);
            case "POST /oauth/revoke" -> revoke(request);
            case "GET /oauth/token/info" -> info(request);
            default -> throw Refusal.notFound("No such path");
        };
    }

    private Reply issue(Request request) {
        Map<String, String> sent = fields(request);
        if (!"client_credentials".equals(sent.get("grant_type"))) {
            throw oauthError(400, "unsupported_grant_type", "Only client_credentials is granted here.");
        }
        if (!clientId.equals(sent.get("client_id")) || !clientSecret.equals(sent.get("client_secret"))) {
            throw oauthError(401, "invalid_client", "The client id or the client secret was refused.");
        }
        String token = String.format("synthetic-access-token-%04d", ++issued);
        Instant now = behaviour.now();
        valid.put(token, new Token(now, now.plus(behaviour.tokenLifetime)));
        return Reply.json(200, Json.object()
                .put("access_token", token)
                .put("token_type", "bearer")
                .put("expires_in", behaviour.tokenLifetime.toSeconds())
                .put("created_at", now.getEpochSecond()));
    }

    private Reply revoke(Request request) {
        valid.remove(fields(request).get("token"));
        return Reply.json(200, Json.object());
    }

    private Reply info(Request request) {
        Token token = token(request);
        if (token == null) {
            throw oauthError(401, "invalid_token", "The access token is unknown or has expired.");
        }
        ObjectNode info = Json.object()
                .put("resource_owner_id", 1)
                .put("expires_in_seconds", Duration.between(behaviour.now(), token.expiresAt()).toSeconds())
                .put("created_at", token.createdAt().getEpochSecond());
        info.putArray("scopes");
        info.putObject("application").put("uid", clientId);
        return Reply.json(200, info);
    }

    /** Null where the request carries no token that is valid now. */
    private Token token(Request request) {
        String authorization = request.headers().getOrDefault("Authorization", "");
        if (!authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        Token token = valid.get(authorization.substring(7).trim());
        return token != null && behaviour.now().isBefore(token.expiresAt()) ? token : null;
    }

    private static Map<String, String> fields(Request request) {
        Map<String, String> fields = new HashMap<>();
        if (request.contentType().equals("application/json")) {
            JsonNode body = Json.read(request.body());
            body.properties().forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
        } else if (request.contentType().equals("application/x-www-form-urlencoded")) {
            Request.parameters(request.body()).forEach((name, values) -> fields.put(name, values.get(0)));
        }
        return fields;
    }

    private static Refusal oauthError(int status, String error, String description) {
        return new Refusal(Reply.json(status, Json.object().put("error", error).put("error_description", description)));
    }
}
