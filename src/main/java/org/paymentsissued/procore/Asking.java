package org.paymentsissued.procore;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Calls that only read, made one after the other for a command: limits are waited out, a failure is tried again. */
public final class Asking implements Function<ProcoreCall, ProcoreAnswer> {

    private static final int TRIES = 4;

    private final Function<ProcoreCall, ProcoreAnswer> calls;
    private final ProcorePause pause;
    private final Duration backoff;
    private final Clock clock;

    /** @param calls makes one call and gives its answer, or what kept it from coming */
    public Asking(Function<ProcoreCall, ProcoreAnswer> calls, ProcorePause pause, Duration backoff, Clock clock) {
        this.calls = calls;
        this.pause = pause;
        this.backoff = backoff;
        this.clock = clock;
    }

    @Override
    public ProcoreAnswer apply(ProcoreCall call) {
        int failures = 0;
        while (true) {
            pause.now().filter(now -> now.reason() == ProcorePause.Reason.THROTTLED)
                    .ifPresent(now -> sleep(Duration.between(clock.instant(), now.until())));
            ProcoreAnswer answer = calls.apply(call);
            if (answer.status() == 429 || answer.status() == 503) {
                pause.throttled(answer);
                continue;
            }
            boolean failed = answer.status() == 0 || answer.status() == 408 || answer.status() >= 500;
            if (!failed) {
                pause.answered(answer);
                return answer;
            }
            if (++failures >= TRIES) {
                return answer;
            }
            sleep(backoff.multipliedBy(failures));
        }
    }

    private static void sleep(Duration duration) {
        try {
            TimeUnit.MILLISECONDS.sleep(Math.max(1, duration.toMillis() + 1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for Procore", e);
        }
    }
}
