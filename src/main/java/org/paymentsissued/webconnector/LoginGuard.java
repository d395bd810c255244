package org.paymentsissued.webconnector;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.paymentsissued.entrance.WrongLogins;

/** The Web Connectors' logins: compared in constant time, and with a limit on guesses per minute. */
final class LoginGuard {

    private static final int MOST_GUESSES = 10;

    private final List<Expected> logins;
    private final WrongLogins wrong;

    /** Who may log in, and for which company file. */
    record Login(String companyFile, String username, String password) { }

    /** If no password is set, no login is valid, not even an empty one. */
    private record Expected(String companyFile, byte[] username, byte[] password, boolean passwordIsSet) { }

    LoginGuard(List<Login> logins, Clock clock) {
        this.logins = logins.stream().map(login -> new Expected(login.companyFile(), digest(login.username()),
                digest(login.password()), !login.password().isEmpty())).toList();
        this.wrong = new WrongLogins(MOST_GUESSES, clock);
    }

    enum Verdict { RIGHT, WRONG, TOO_OFTEN }

    /** @param companyFile whose user name was given; empty if no company file has it */
    record Checked(Verdict verdict, Optional<String> companyFile) { }

    Checked check(String givenUsername, String givenPassword, String from) {
        if (wrong.lockedUntil(givenUsername, from).isPresent()) {
            return new Checked(Verdict.TOO_OFTEN, Optional.empty());
        }
        // All are always compared, both parts, as digests of one length: the time taken reveals nothing.
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
            wrong.right(givenUsername, from);
            return new Checked(Verdict.RIGHT, Optional.of(right.companyFile()));
        }
        wrong.wrong(givenUsername, from, givenPassword);
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
