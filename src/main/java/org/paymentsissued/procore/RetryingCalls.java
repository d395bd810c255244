package org.paymentsissued.procore;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.paymentsissued.procore.ProcoreAnswer.Kind;

/** Calls that only read, made one after the other for a command: limits are waited out, failed calls are tried again. */
public final class RetryingCalls implements Function<ProcoreCall, ProcoreAnswer> {

    private static final int TRIES = 4;
    /** How many pauses one call may wait for. */
    private static final int WAITS = 6;

    private final Function<ProcoreCall, ProcoreAnswer> calls;
    private final ProcorePause pause;
    private final Duration backoff;
    private final Clock clock;

    /** @param calls makes one call and gives its answer, or what prevented it */
    public RetryingCalls(Function<ProcoreCall, ProcoreAnswer> calls, ProcorePause pause, Duration backoff, Clock clock) {
        this.calls = calls;
        this.pause = pause;
        this.backoff = backoff;
        this.clock = clock;
    }

    @Override
    public ProcoreAnswer apply(ProcoreCall call) {
        int failures = 0;
        int waits = 0;
        while (true) {
            Optional<ProcorePause.Pause> wait = pause.now().filter(now -> now.reason() == ProcorePause.Reason.THROTTLED);
            if (wait.isPresent() && wait.get().isLong()) {
                return ProcoreAnswer.none(new NoAnswer(Kind.THROTTLED, wait.get().sentence(), false), false, clock.instant());
            }
            wait.ifPresent(now -> sleep(Duration.between(clock.instant(), now.until())));
            ProcoreAnswer answer = calls.apply(call);
            switch (answer.kind()) {
                case ANSWERED -> {
                    pause.answered(answer);
                    return answer;
                }
                case MISCONFIGURED -> {
                    return answer;
                }
                case THROTTLED -> {
                    pause.throttled(answer);
                    if (++waits > WAITS) {
                        return answer;
                    }
                }
                case AWAY, UNKNOWN -> {
                    if (++failures >= TRIES) {
                        return answer;
                    }
                    sleep(backoff.multipliedBy(failures));
                }
            }
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
