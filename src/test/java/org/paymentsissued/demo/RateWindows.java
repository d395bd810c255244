package org.paymentsissued.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Counts the calls of the spike window and of the hour; a refused call does not count. */
final class RateWindows {
    private static final Duration SPIKE = Duration.ofSeconds(10);
    private static final Duration HOUR = Duration.ofMinutes(60);

    private record Window(Duration length, Instant start, int used) {
        Window at(Instant now) {
            return now.isBefore(reset()) ? this : new Window(length, now, 0);
        }

        Window plusOne() {
            return new Window(length, start, used + 1);
        }

        Instant reset() {
            return start.plus(length);
        }
    }

    private final ProcoreBehaviour behaviour;
    private Window spike = new Window(SPIKE, Instant.EPOCH, 0);
    private Window hour = new Window(HOUR, Instant.EPOCH, 0);

    RateWindows(ProcoreBehaviour behaviour) {
        this.behaviour = behaviour;
    }

    /** False where a limit is reached; {@link #reset()} then tells when the window that is full ends. */
    boolean admit(Instant now) {
        spike = spike.at(now);
        hour = hour.at(now);
        if (spikeLeft() <= 0 || hourLeft() <= 0) {
            return false;
        }
        spike = spike.plusOne();
        hour = hour.plusOne();
        return true;
    }

    Instant reset() {
        if (hourLeft() <= 0) {
            return hour.reset();
        }
        return spikeIsNearer() ? spike.reset() : hour.reset();
    }

    Map<String, String> headers() {
        boolean nearer = spikeIsNearer();
        return headers(
                nearer ? behaviour.callsPerSpikeWindow : behaviour.callsPerHour,
                Math.max(0, nearer ? spikeLeft() : hourLeft()),
                nearer ? spike.reset() : hour.reset());
    }

    Map<String, String> exhausted(Instant until) {
        return headers(spikeIsNearer() ? behaviour.callsPerSpikeWindow : behaviour.callsPerHour, 0, until);
    }

    private static Map<String, String> headers(int limit, int remaining, Instant reset) {
        return Map.of(
                "X-Rate-Limit-Limit", String.valueOf(limit),
                "X-Rate-Limit-Remaining", String.valueOf(remaining),
                "X-Rate-Limit-Reset", String.valueOf(secondsRoundedUp(reset)));
    }

    private static long secondsRoundedUp(Instant instant) {
        return instant.getNano() == 0 ? instant.getEpochSecond() : instant.getEpochSecond() + 1;
    }

    /** The headers speak of whichever limit has less left. */
    private boolean spikeIsNearer() {
        return spikeLeft() <= hourLeft();
    }

    private int spikeLeft() {
        return behaviour.callsPerSpikeWindow - spike.used();
    }

    private int hourLeft() {
        return behaviour.callsPerHour - hour.used();
    }
}
