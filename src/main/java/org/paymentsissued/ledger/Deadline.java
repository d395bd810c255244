package org.paymentsissued.ledger;

import java.time.Duration;

/**
 * Until when a call may be sent. By two clocks: one runs on while a process is stopped, the other while a whole machine is;
 * neither may say that the time is over.
 *
 * @param nanos  of {@link System#nanoTime()}
 * @param millis of {@link System#currentTimeMillis()}
 */
public record Deadline(long nanos, long millis) {

    static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos(), System.currentTimeMillis() + duration.toMillis());
    }

    public boolean isOver() {
        return System.nanoTime() - nanos > 0 || System.currentTimeMillis() > millis;
    }

    /** For a header of a message. */
    public String text() {
        return nanos + "/" + millis;
    }

    public static Deadline of(String text) {
        int slash = text.indexOf('/');
        return new Deadline(Long.parseLong(text.substring(0, slash)), Long.parseLong(text.substring(slash + 1)));
    }
}
