package org.paymentsissued.procore;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.paymentsissued.ledger.Pauses;
import org.paymentsissued.ledger.Runs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When Procore may be called again. One for all deliveries: a limit that one call meets holds for every other, and is logged
 * once, not once a row. One for all companies too: whether Procore counts by app or by company is not confirmed, all of them
 * are reached with one login at one host, and waiting loses nothing.
 */
public final class ProcorePause {

    private static final Logger LOG = LoggerFactory.getLogger(ProcorePause.class);
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofMinutes(65);
    private static final Duration HEARD_WITHIN = Duration.ofMillis(200);
    private static final DateTimeFormatter FOR_PEOPLE = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm z", Locale.US);
    private static final int FAILURES_THAT_MEAN_AWAY = 5;
    /** Procore's answers name the limit that is nearer: the one of ten seconds, or the one of an hour. */
    private static final Duration LONGEST_SPIKE_WINDOW = Duration.ofMinutes(2);

    private final Clock clock;
    private final Duration backoff;
    private final Duration maxBackoff;
    private final IntSupplier reserve;
    private final Pauses memory;
    private final RandomGenerator jitter;
    private Reason reason = Reason.NONE;
    private String sentence = "";
    private Instant until = Instant.EPOCH;
    private Instant asked = Instant.EPOCH;
    private int throttlesInARow;
    private int throttlePausesInARow;
    private int failuresInARow;
    private int awayInARow;
    private long lookedAt;
    private Optional<HourlyLimit> hourlyLimit = Optional.empty();

    /** Why nothing is sent. */
    public enum Reason {
        NONE,
        /** Procore asked for it; it ends by itself. */
        THROTTLED,
        /** Procore does not answer; tried again with growing pauses. */
        AWAY,
        /** Procore refuses us; a person has to change something. */
        REFUSED
    }

    /**
     * @param reserve calls that may be in progress at once, for which the last of a limit is kept
     * @param memory  knows what an earlier process, or another node, was asked to wait for
     */
    public ProcorePause(Clock clock, Duration backoff, Duration maxBackoff, IntSupplier reserve, Pauses memory) {
        this(clock, backoff, maxBackoff, reserve, memory, new Random());
    }

    ProcorePause(Clock clock, Duration backoff, Duration maxBackoff, IntSupplier reserve, Pauses memory,
            RandomGenerator jitter) {
        this.clock = clock;
        this.backoff = backoff;
        this.maxBackoff = maxBackoff;
        this.reserve = reserve;
        this.memory = memory;
        this.jitter = jitter;
        lookAtMemory();
    }

    private void lookAtMemory() {
        lookedAt = System.nanoTime();
        memory.last().filter(pause -> pause.until().isAfter(clock.instant()) && (reason == Reason.NONE || pause.until().isAfter(until))
                && pause.until().isBefore(clock.instant().plus(longest()))).ifPresent(pause -> {
                    reason = Reason.THROTTLED;
                    until = pause.until();
                    asked = pause.asked();
                    sentence = pause.sentence();
                });
    }

    /** A limit that another node met is met by us too. */
    private void hearOthers() {
        if (System.nanoTime() - lookedAt > HEARD_WITHIN.toNanos()) {
            lookAtMemory();
        }
    }

    /**
     * A pause.
     *
     * @param until when the next call may be made
     * @param asked until when Procore asked to wait; later than {@code until} where that is not believed in full
     * @param times how many pauses of its kind there were in a row without an answer in between
     */
    public record Pause(Reason reason, String sentence, Instant until, Instant asked, int times) {

        /** Whether Procore asked for so long a time that a command does not wait for it. */
        public boolean isLong() {
            return reason == Reason.THROTTLED && asked.isAfter(until);
        }
    }

    private Pause pause() {
        return new Pause(reason, sentence, until, asked, reason == Reason.THROTTLED ? throttlePausesInARow : awayInARow);
    }

    public synchronized Optional<Pause> now() {
        hearOthers();
        // One that ends later than any can was begun by a clock that was ahead.
        if (reason == Reason.NONE || !clock.instant().isBefore(until) || until.isAfter(clock.instant().plus(longest()))) {
            return Optional.empty();
        }
        return Optional.of(pause());
    }

    /** The latest pause, over or not, unless Procore has answered since. */
    public synchronized Optional<Pause> last() {
        hearOthers();
        return reason == Reason.NONE ? Optional.empty() : Optional.of(pause());
    }

    /** No pause lasts longer, and no row waits longer. */
    Duration longest() {
        return (maxBackoff.compareTo(MOST) > 0 ? maxBackoff : MOST).multipliedBy(2);
    }

    public boolean isOn() {
        return now().isPresent();
    }

    /** A new start: an operator or a new run may try at once what was refused before. */
    public synchronized void forgetRefusal() {
        if (reason == Reason.REFUSED || reason == Reason.AWAY) {
            reason = Reason.NONE;
            awayInARow = 0;
            failuresInARow = 0;
        }
    }

    /** Learns from how a call ended. @return its kind */
    synchronized ProcoreAnswer.Kind take(ProcoreAnswer answer) {
        switch (answer.kind()) {
            case ANSWERED -> answered(answer);
            case THROTTLED -> throttled(answer);
            case AWAY -> away(answer.reason());
            case MISCONFIGURED -> refused(answer.reason());
            case UNKNOWN -> failed(answer.reason());
        }
        return answer.kind();
    }

    /** Procore answered: looks whether a limit is nearly used up. */
    synchronized void answered(ProcoreAnswer answer) {
        failuresInARow = 0;
        awayInARow = 0;
        throttlesInARow = 0;
        throttlePausesInARow = 0;
        if (reason == Reason.AWAY || reason == Reason.REFUSED) {
            reason = Reason.NONE;
        }
        noteHourlyLimit(answer);
        int limit = number(answer, "X-Rate-Limit-Limit").orElse(0L).intValue();
        Optional<Long> remaining = number(answer, "X-Rate-Limit-Remaining");
        if (remaining.isPresent() && remaining.get() < Math.min(reserve.getAsInt(), Math.max(1, limit / 2))) {
            untilReset(answer).map(ProcorePause::believed).ifPresent(pause -> start(Reason.THROTTLED, pause, pause,
                    "Procore's limit of " + limit + " calls is used up"));
        }
    }

    private void noteHourlyLimit(ProcoreAnswer answer) {
        untilReset(answer).filter(left -> left.compareTo(LONGEST_SPIKE_WINDOW) > 0 && left.compareTo(MOST) <= 0)
                .ifPresent(left -> number(answer, "X-Rate-Limit-Limit").ifPresent(limit -> hourlyLimit = Optional.of(
                        new HourlyLimit(limit, number(answer, "X-Rate-Limit-Remaining").orElse(0L), clock.instant().plus(left)))));
    }

    /** Procore's limit by the hour; empty as long as no answer has named one. */
    public synchronized Optional<HourlyLimit> hourlyLimit() {
        return hourlyLimit;
    }

    /** When what is due will be in Procore; empty if nothing is, or if that is not known, as while Procore is away. */
    public synchronized Optional<Instant> doneAt(Runs.Pace pace) {
        Optional<Pause> pause = now();
        if (pause.filter(why -> why.reason() != Reason.THROTTLED).isPresent()) {
            return Optional.empty();
        }
        return HourlyLimit.doneAt(pause.map(Pause::until).orElse(clock.instant()), pace, hourlyLimit);
    }

    /** Procore refused a call because of its limits: Retry-After, else the reset time, else a growing pause. */
    synchronized Instant throttled(ProcoreAnswer answer) {
        noteHourlyLimit(answer);
        throttlesInARow++;
        failuresInARow = 0;
        if (reason != Reason.THROTTLED || !clock.instant().isBefore(until)) {
            throttlePausesInARow++;
        }
        Duration named = retryAfter(answer).or(() -> untilReset(answer)).orElse(grown(throttlesInARow));
        Duration pause = believed(named);
        start(Reason.THROTTLED, pause, named, answer.reason() + (named.equals(pause) ? "" : " until "
                + clock.instant().plus(named).atZone(ZoneId.systemDefault()).format(FOR_PEOPLE)));
        return until;
    }

    /** A call failed in a way that may be this row's own fault; many in a row are Procore's. */
    synchronized void failed(String why) {
        failuresInARow++;
        if (failuresInARow >= FAILURES_THAT_MEAN_AWAY) {
            away(why);
        }
    }

    /** Procore could not be reached at all. @param why a sentence */
    synchronized void away(String why) {
        if (!(reason == Reason.AWAY && clock.instant().isBefore(until))) {
            awayInARow++;
            start(Reason.AWAY, grown(awayInARow), Duration.ZERO, why);
        }
    }

    /** Procore refuses us. */
    synchronized void refused(String why) {
        start(Reason.REFUSED, maxBackoff, Duration.ZERO, why);
    }

    private void start(Reason newReason, Duration pause, Duration named, String why) {
        Duration more = Duration.ofMillis(jitter.nextLong(1 + pause.toMillis() / 10));
        Instant end = clock.instant().plus(pause).plus(more);
        if (reason == newReason && !end.isAfter(until) && clock.instant().isBefore(until)) {
            return;
        }
        boolean known = reason == newReason && clock.instant().isBefore(until);
        reason = newReason;
        sentence = why;
        until = end;
        asked = named.compareTo(pause) > 0 ? clock.instant().plus(named) : end;
        if (newReason == Reason.THROTTLED) {
            memory.remember(new Pauses.Pause(end, asked, why));
        }
        if (!known) {
            LOG.warn("{}. All deliveries wait until {}; nothing is lost.", why, end);
        }
    }

    private Duration grown(int times) {
        Duration pause = backoff.multipliedBy(1L << Math.min(times - 1, 20));
        return pause.compareTo(maxBackoff) > 0 ? maxBackoff : pause;
    }

    private Optional<Duration> retryAfter(ProcoreAnswer answer) {
        return answer.header("Retry-After").flatMap(value -> {
            try {
                return Optional.of(value.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(value))
                        : Duration.between(serverTime(answer), httpDate(value)));
            } catch (DateTimeException e) {
                return Optional.empty();
            }
        }).filter(ProcorePause::tells);
    }

    private Optional<Duration> untilReset(ProcoreAnswer answer) {
        // Against the answer's own Date: our clock may be off.
        return number(answer, "X-Rate-Limit-Reset")
                .map(reset -> Duration.between(serverTime(answer), Instant.ofEpochSecond(reset)))
                .filter(ProcorePause::tells);
    }

    /** A time in the past says nothing. */
    private static boolean tells(Duration pause) {
        return !pause.isNegative() && !pause.isZero();
    }

    /** A time far in the future is cut to the longest pause. */
    private static Duration believed(Duration pause) {
        Duration atLeast = pause.compareTo(LEAST) < 0 ? LEAST : pause;
        return atLeast.compareTo(MOST) > 0 ? MOST : atLeast;
    }

    static Instant serverTime(ProcoreAnswer answer) {
        try {
            return answer.header("Date").map(ProcorePause::httpDate).orElse(answer.at());
        } catch (DateTimeException e) {
            return answer.at();
        }
    }

    private static Instant httpDate(String text) {
        return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
    }

    private static Optional<Long> number(ProcoreAnswer answer, String header) {
        return answer.header(header).filter(value -> value.matches("\\d{1,15}")).map(Long::parseLong);
    }
}
