package org.paymentsissued.webconnector;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The Web Connector's login: compared in constant time, and only so often from one address. */
final class LoginGuard {

    static final int MOST_WRONG_LOGINS = 10;
    static final Duration WINDOW = Duration.ofMinutes(10);
    private static final int MOST_ADDRESSES = 10_000;

    private final byte[] username;
    private final byte[] password;
    /** Where no password is set nobody can know it, least of all who sends none. */
    private final boolean passwordIsSet;
    private final Clock clock;
    private final Map<String, Wrong> wrongByAddress = new HashMap<>();

    private record Wrong(Instant since, int times) { }

    LoginGuard(String username, String password, Clock clock) {
        this.username = digest(username);
        this.password = digest(password);
        this.passwordIsSet = !password.isEmpty();
        this.clock = clock;
    }

    enum Verdict { RIGHT, WRONG, TOO_OFTEN }

    synchronized Verdict check(String givenUsername, String givenPassword, String from) {
        Instant now = clock.instant();
        wrongByAddress.values().removeIf(wrong -> !now.isBefore(wrong.since().plus(WINDOW)));
        if (wrongByAddress.getOrDefault(from, new Wrong(now, 0)).times() >= MOST_WRONG_LOGINS) {
            return Verdict.TOO_OFTEN;
        }
        // Both are always compared, as digests of one length: the time taken tells nothing.
        boolean right = MessageDigest.isEqual(username, digest(givenUsername))
                & MessageDigest.isEqual(password, digest(givenPassword)) & passwordIsSet;
        if (right) {
            wrongByAddress.remove(from);
            return Verdict.RIGHT;
        }
        if (wrongByAddress.size() < MOST_ADDRESSES || wrongByAddress.containsKey(from)) {
            wrongByAddress.merge(from, new Wrong(now, 1), (known, first) -> new Wrong(known.since(), known.times() + 1));
        }
        return Verdict.WRONG;
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
