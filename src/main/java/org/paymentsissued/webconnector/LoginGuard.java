package org.paymentsissued.webconnector;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Web Connectors' logins: compared in constant time, and only so often from one address. */
final class LoginGuard {

    static final int MOST_WRONG_LOGINS = 10;
    static final Duration WINDOW = Duration.ofMinutes(10);
    private static final int MOST_ADDRESSES = 10_000;

    private final List<Expected> logins;
    private final Clock clock;
    private final Map<String, Wrong> wrongByAddress = new HashMap<>();

    private record Wrong(Instant since, int times) { }

    /** Who may log in, and for which company file. */
    record Login(String companyFile, String username, String password) { }

    /** Where no password is set nobody can know it, least of all who sends none. */
    private record Expected(String companyFile, byte[] username, byte[] password, boolean passwordIsSet) { }

    LoginGuard(List<Login> logins, Clock clock) {
        this.logins = logins.stream().map(login -> new Expected(login.companyFile(), digest(login.username()),
                digest(login.password()), !login.password().isEmpty())).toList();
        this.clock = clock;
    }

    enum Verdict { RIGHT, WRONG, TOO_OFTEN }

    /** @param companyFile whose user name was given; empty where it is nobody's */
    record Checked(Verdict verdict, Optional<String> companyFile) { }

    synchronized Checked check(String givenUsername, String givenPassword, String from) {
        Instant now = clock.instant();
        wrongByAddress.values().removeIf(wrong -> !now.isBefore(wrong.since().plus(WINDOW)));
        if (wrongByAddress.getOrDefault(from, new Wrong(now, 0)).times() >= MOST_WRONG_LOGINS) {
            return new Checked(Verdict.TOO_OFTEN, Optional.empty());
        }
        // All are always compared, both parts, as digests of one length: the time taken tells nothing.
        byte[] username = digest(givenUsername);
        byte[] password = digest(givenPassword);
        Expected named = null;
        Expected right = null;
        for (Expected login : logins) {
            boolean sameName = MessageDigest.isEqual(login.username(), username);
            boolean samePassword = MessageDigest.isEqual(login.password(), password);
            named = sameName ? login : named;
            right = sameName & samePassword & login.passwordIsSet() ? login : right;
        }
        if (right != null) {
            wrongByAddress.remove(from);
            return new Checked(Verdict.RIGHT, Optional.of(right.companyFile()));
        }
        if (wrongByAddress.size() < MOST_ADDRESSES || wrongByAddress.containsKey(from)) {
            wrongByAddress.merge(from, new Wrong(now, 1), (known, first) -> new Wrong(known.since(), known.times() + 1));
        }
        return new Checked(Verdict.WRONG, Optional.ofNullable(named).map(Expected::companyFile));
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
