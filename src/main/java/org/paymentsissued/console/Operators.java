package org.paymentsissued.console;

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
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.paymentsissued.entrance.WrongLogins;
import org.paymentsissued.ledger.ConsoleLogins;
import org.paymentsissued.ledger.ConsoleSessions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Who may use the console: logins, and sessions that hold on every node. Wrong guesses are counted by each node. */
public final class Operators {

    private static final Logger LOG = LoggerFactory.getLogger(Operators.class);
    private static final String HASHED = "{bcrypt}";
    private static final int MOST_GUESSES = 5;
    private static final Duration SESSION_IDLE = Duration.ofHours(2);
    private static final Duration SESSION_LONGEST = Duration.ofHours(12);
    private static final Duration NOTED_AGAIN = Duration.ofMinutes(1);
    private static final int MOST_PROVEN = 100;
    private static final int MOST_SESSIONS = 1000;

    /** The logins as configured. Passwords may be empty, or a {@code {bcrypt}} hash. */
    public record Configured(String username, String password, String readOnlyUsername, String readOnlyPassword) { }

    /** @param credential the stored form of the password, in the settings or the database; a session ends when it changes */
    private record Account(String name, boolean mayChange, String credential, Predicate<String> password) { }

    /** Who is asking. @param csrf what a form of this session must carry; empty for Basic */
    record Operator(String name, boolean mayChange, String csrf) { }

    /** The result of a login. @param lockedUntil empty unless there were too many failures */
    record Login(Optional<Operator> operator, Optional<Instant> lockedUntil) { }

    private final BCryptPasswordEncoder bcrypt = new BCryptPasswordEncoder();
    private final SecureRandom random = new SecureRandom();
    private final byte[] processKey = new byte[32];
    private final List<Account> ofSettings = new ArrayList<>();
    private final People people;
    /** Of no account: compared with a wrong password, so that each failure takes the same time. */
    private final String spareHash = bcrypt.encode("");
    private final Map<String, Instant> proven = new ConcurrentHashMap<>();
    private final ConsoleSessions sessions;
    private final WrongLogins wrong;
    private final Clock clock;
    private final Optional<String> generated;

    public Operators(Configured configured, People people, ConsoleLogins store, ConsoleSessions sessions, Clock clock) {
        this.people = people;
        this.sessions = sessions;
        this.wrong = new WrongLogins(MOST_GUESSES, clock);
        this.clock = clock;
        random.nextBytes(processKey);
        Optional<String> madeUp = configured.password().isEmpty() && store.hash(configured.username()).isEmpty()
                ? Optional.of(token(18)) : Optional.empty();
        // Another node that starts at the same time may have generated one too; the first one counts.
        generated = madeUp.filter(password -> store.keepFirst(configured.username(), bcrypt.encode(password)));
        String credential = configured.password().isEmpty()
                ? HASHED + store.hash(configured.username()).orElseThrow() : configured.password();
        ofSettings.add(new Account(configured.username(), true, credential, ofSetting(credential)));
        if (!configured.readOnlyUsername().isEmpty() && !configured.readOnlyPassword().isEmpty()) {
            ofSettings.add(new Account(configured.readOnlyUsername(), false, configured.readOnlyPassword(),
                    ofSetting(configured.readOnlyPassword())));
        }
    }

    /** The password generated at this start, to be shown once; empty where there was one already. */
    public Optional<String> generatedPassword() {
        return generated;
    }

    /** Those of the settings come first: their names stay valid whatever the file holds. */
    private List<Account> accounts() {
        return Stream.concat(ofSettings.stream(), people.all().stream().map(person -> new Account(person.name(),
                person.role() == People.Role.OPERATOR, HASHED + person.hash(),
                person.hash().equals("-") ? given -> false : ofHash(person.hash())))).toList();
    }

    private Predicate<String> ofSetting(String setting) {
        if (setting.startsWith(HASHED)) {
            return ofHash(setting.substring(HASHED.length()));
        }
        byte[] expected = keyed(setting);
        return given -> MessageDigest.isEqual(expected, keyed(given));
    }

    /** A correct password is remembered for some minutes, as a keyed digest: a hash takes a tenth of a second each time. */
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
                if (proven.size() >= MOST_PROVEN) {
                    proven.clear();
                }
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
        Optional<Instant> locked = wrong.lockedUntil(name, address);
        if (locked.isPresent()) {
            return new Login(Optional.empty(), locked);
        }
        Optional<Account> account = account(name);
        boolean right = account.filter(known -> known.password().test(password)).isPresent();
        if (!right && account.filter(known -> known.credential().startsWith(HASHED + "$")).isEmpty()) {
            bcrypt.matches(password, spareHash);
        }
        if (right) {
            wrong.right(name, address);
            return new Login(Optional.of(new Operator(name, account.get().mayChange(), "")), Optional.empty());
        }
        LOG.warn("A login to the console failed, from {}, with {} different passwords within a minute.", address,
                wrong.wrong(name, address, password));
        return new Login(Optional.empty(), Optional.empty());
    }

    private Optional<Account> account(String name) {
        return accounts().stream().filter(known -> known.name().equals(name)).findFirst();
    }

    /** Someone whom a trusted proxy has logged in; empty if console.users does not name this person. */
    Optional<Operator> ofProxy(String name) {
        return people.named(name).map(person -> new Operator(name, person.role() == People.Role.OPERATOR, ""));
    }

    boolean comesByProxyOnly(String name) {
        return people.named(name).filter(person -> person.hash().equals("-")).isPresent();
    }

    /** Opens a session. @return what its cookie holds */
    String open(Operator operator) {
        Instant now = clock.instant();
        sessions.tidy(now.minus(SESSION_IDLE), now.minus(SESSION_LONGEST), MOST_SESSIONS - 1);
        String id = token(32);
        account(operator.name()).ifPresent(account ->
                sessions.open(digest(id, account), new ConsoleSessions.Session(operator.name(), operator.mayChange(),
                        token(24), now, now)));
        return id;
    }

    Optional<Operator> ofSession(String id) {
        Instant now = clock.instant();
        for (Account account : accounts()) {
            Optional<ConsoleSessions.Session> session = sessions.find(digest(id, account))
                    .filter(found -> found.username().equals(account.name()) && !isOver(found, now));
            if (session.isPresent()) {
                if (session.get().usedAt().plus(NOTED_AGAIN).isBefore(now)) {
                    sessions.used(digest(id, account), now);
                }
                return Optional.of(new Operator(account.name(), account.mayChange(), session.get().csrf()));
            }
        }
        return Optional.empty();
    }

    private static boolean isOver(ConsoleSessions.Session session, Instant now) {
        return now.isAfter(session.usedAt().plus(SESSION_IDLE)) || now.isAfter(session.begunAt().plus(SESSION_LONGEST));
    }

    void close(String id) {
        accounts().forEach(account -> sessions.close(digest(id, account)));
    }

    /** Keeps the result of an action for the next page. */
    void keep(String id, String sentence) {
        accounts().forEach(account -> sessions.tell(digest(id, account), sentence));
    }

    /** The result to show on this page, once; empty if there is none. */
    String kept(String id) {
        return accounts().stream().map(account -> sessions.notice(digest(id, account))).filter(kept -> !kept.isEmpty())
                .findFirst().orElse("");
    }

    /** The cookie is random and long, so this reveals nothing about it or the credential. */
    private static String digest(String id, Account account) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return Base64.getUrlEncoder().withoutPadding().encodeToString(sha.digest(
                    (id + "|" + account.name() + "|" + account.credential()).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String token(int bytes) {
        byte[] noise = new byte[bytes];
        random.nextBytes(noise);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(noise);
    }
}
