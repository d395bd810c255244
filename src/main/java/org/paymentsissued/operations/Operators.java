package org.paymentsissued.operations;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.paymentsissued.ledger.ConsoleLogins;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Who may use the console: logins, sessions, and the lock after too many failures. Sessions end with the process. */
public final class Operators {

    private static final Logger LOG = LoggerFactory.getLogger(Operators.class);
    private static final String HASHED = "{bcrypt}";
    private static final int FAILURES_UNTIL_LOCKED = 5;
    private static final int MOST_REMEMBERED = 10_000;
    private static final Duration FAILURES_COUNT = Duration.ofMinutes(15);
    private static final Duration LOCKED = Duration.ofMinutes(5);
    private static final Duration SESSION_IDLE = Duration.ofHours(2);
    private static final Duration SESSION_LONGEST = Duration.ofHours(12);
    private static final int MOST_SESSIONS = 1000;

    /** The logins as configured. Passwords may be empty, or a {@code {bcrypt}} hash. */
    public record Configured(String username, String password, String readOnlyUsername, String readOnlyPassword) { }

    private record Account(String name, boolean mayChange, Predicate<String> password) { }

    private record Failures(int number, Instant last) { }

    /** Who is asking. @param csrf what a form of this session must carry; empty for Basic */
    record Operator(String name, boolean mayChange, String csrf) { }

    private static final class Session {
        private final Operator operator;
        private final Instant begun;
        private volatile Instant used;
        private volatile String told = "";

        private Session(Operator operator, Instant begun) {
            this.operator = operator;
            this.begun = begun;
            this.used = begun;
        }
    }

    /** What a name and a password came to. @param lockedUntil empty unless there were too many failures */
    record Login(Optional<Operator> operator, Optional<Instant> lockedUntil) { }

    private final BCryptPasswordEncoder bcrypt = new BCryptPasswordEncoder();
    private final SecureRandom random = new SecureRandom();
    private final byte[] processKey = new byte[32];
    private final List<Account> accounts = new ArrayList<>();
    private final Map<String, Failures> failures = new ConcurrentHashMap<>();
    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final Map<String, Instant> proven = new ConcurrentHashMap<>();
    private final Clock clock;
    private final Optional<String> generated;

    public Operators(Configured configured, ConsoleLogins store, Clock clock) {
        this.clock = clock;
        random.nextBytes(processKey);
        generated = configured.password().isEmpty() && store.hash(configured.username()).isEmpty()
                ? Optional.of(token(18)) : Optional.empty();
        generated.ifPresent(password -> store.keep(configured.username(), bcrypt.encode(password)));
        Predicate<String> password = configured.password().isEmpty()
                ? ofHash(store.hash(configured.username()).orElseThrow()) : ofSetting(configured.password());
        accounts.add(new Account(configured.username(), true, password));
        if (!configured.readOnlyUsername().isEmpty() && !configured.readOnlyPassword().isEmpty()) {
            accounts.add(new Account(configured.readOnlyUsername(), false, ofSetting(configured.readOnlyPassword())));
        }
    }

    /** The password made up at this start, to be shown once; empty where there was one already. */
    public Optional<String> generatedPassword() {
        return generated;
    }

    private Predicate<String> ofSetting(String setting) {
        if (setting.startsWith(HASHED)) {
            return ofHash(setting.substring(HASHED.length()));
        }
        byte[] expected = keyed(setting);
        return given -> MessageDigest.isEqual(expected, keyed(given));
    }

    /** A right password is remembered for some minutes, as a keyed digest: a hash takes a tenth of a second each time. */
    private Predicate<String> ofHash(String hash) {
        return given -> {
            String digest = Base64.getEncoder().encodeToString(keyed(hash + "|" + given));
            Instant until = proven.get(digest);
            if (until != null && clock.instant().isBefore(until)) {
                return true;
            }
            boolean right;
            try {
                right = bcrypt.matches(given, hash);
            } catch (IllegalArgumentException e) {
                right = false;
            }
            if (right) {
                proven.clear();
                proven.put(digest, clock.instant().plus(Duration.ofMinutes(5)));
            }
            return right;
        };
    }

    private byte[] keyed(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(processKey, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    Login login(String name, String password, String address) {
        Instant now = clock.instant();
        String who = name + "|" + address;
        Failures before = failures.get(who);
        if (before != null && before.number() >= FAILURES_UNTIL_LOCKED
                && now.isBefore(before.last().plus(LOCKED))) {
            return new Login(Optional.empty(), Optional.of(before.last().plus(LOCKED)));
        }
        Optional<Account> account = accounts.stream().filter(known -> known.name().equals(name)).findFirst();
        // An unknown name costs as much time as a wrong password.
        boolean right = account.orElse(accounts.get(0)).password().test(password) && account.isPresent();
        if (right) {
            failures.remove(who);
            return new Login(Optional.of(new Operator(name, account.get().mayChange(), "")), Optional.empty());
        }
        if (failures.size() >= MOST_REMEMBERED) {
            failures.values().removeIf(old -> old.last().plus(FAILURES_COUNT).isBefore(now));
        }
        Failures after = failures.merge(who, new Failures(1, now), (old, one) ->
                old.last().plus(FAILURES_COUNT).isBefore(now) ? one : new Failures(old.number() + 1, now));
        LOG.warn("A login to the console failed, from {}, {} in a row.", address, after.number());
        return new Login(Optional.empty(), Optional.empty());
    }

    /** Opens a session. @return what its cookie holds */
    String open(Operator operator) {
        Instant now = clock.instant();
        sessions.values().removeIf(session -> isOver(session, now));
        if (sessions.size() >= MOST_SESSIONS) {
            sessions.entrySet().stream().min(java.util.Comparator.comparing(entry -> entry.getValue().used))
                    .ifPresent(oldest -> sessions.remove(oldest.getKey()));
        }
        String id = token(32);
        sessions.put(id, new Session(new Operator(operator.name(), operator.mayChange(), token(24)), now));
        return id;
    }

    Optional<Operator> ofSession(String id) {
        Session session = sessions.get(id);
        Instant now = clock.instant();
        if (session == null || isOver(session, now)) {
            sessions.remove(id);
            return Optional.empty();
        }
        session.used = now;
        return Optional.of(session.operator);
    }

    private static boolean isOver(Session session, Instant now) {
        return now.isAfter(session.used.plus(SESSION_IDLE)) || now.isAfter(session.begun.plus(SESSION_LONGEST));
    }

    void close(String id) {
        sessions.remove(id);
    }

    /** Keeps what an action came to for the page that is shown next. */
    void tell(String id, String sentence) {
        Optional.ofNullable(sessions.get(id)).ifPresent(session -> session.told = sentence);
    }

    /** What is to be told on this page, once; empty where nothing is. */
    String told(String id) {
        Session session = sessions.get(id);
        if (session == null) {
            return "";
        }
        String sentence = session.told;
        session.told = "";
        return sentence;
    }

    private String token(int bytes) {
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(noise);
    }
}
