package org.paymentsissued.entrance;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counts guesses at a password, by name and address: after so many different ones within a minute, logins under that name
 * from that address are ignored until the minute is over. An old password that a program sends again and again is one guess, so
 * behind a shared proxy it locks no one else out. Kept in memory, with a size limit, however many names are tried.
 */
public final class WrongLogins {

    static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST_KEPT = 10_000;

    private final int most;
    private final Clock clock;
    private final byte[] salt = new byte[16];
    private final Map<String, Guesses> guesses = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Guesses> eldest) {
            return size() > MOST_KEPT;
        }
    };

    private record Guesses(Instant since, Set<String> different) { }

    /** @param most guesses within a minute */
    public WrongLogins(int most, Clock clock) {
        this.most = most;
        this.clock = clock;
        new SecureRandom().nextBytes(salt);
    }

    /** Until when logins under this name from this address are ignored; empty if they are not. */
    public synchronized Optional<Instant> lockedUntil(String name, String address) {
        return current(name, address).filter(known -> known.different().size() >= most)
                .map(known -> known.since().plus(WINDOW));
    }

    /** A login was wrong. @return how many different ones there were within the minute */
    public synchronized int wrong(String name, String address, String password) {
        Guesses known = current(name, address).orElseGet(() -> new Guesses(clock.instant(), new HashSet<>()));
        known.different().add(digest(password));
        guesses.put(key(name, address), known);
        return known.different().size();
    }

    /** A login was valid: earlier wrong ones no longer count. */
    public synchronized void right(String name, String address) {
        guesses.remove(key(name, address));
    }

    private Optional<Guesses> current(String name, String address) {
        return Optional.ofNullable(guesses.get(key(name, address)))
                .filter(known -> clock.instant().isBefore(known.since().plus(WINDOW)));
    }

    private String key(String name, String address) {
        return digest(address + "|" + name);
    }

    private String digest(String text) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(salt);
            return HexFormat.of().formatHex(sha.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
