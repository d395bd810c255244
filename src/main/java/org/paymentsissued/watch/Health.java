package org.paymentsissued.watch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.paymentsissued.ledger.LedgerDatabase;
import org.paymentsissued.procore.ProcorePause;

/**
 * Health checks. Only an unavailable database makes the process not ready; an unavailable QuickBooks or Procore
 * shows, but a restart would not fix it.
 */
public final class Health {

    private static final Duration LATE = Duration.ofMinutes(5);

    private final LedgerDatabase database;
    private final Status status;
    private final Duration silence;
    private final Clock clock;
    private final Instant started;

    /** @param silence how long QuickBooks may be silent */
    public Health(LedgerDatabase database, Status status, Duration silence, Clock clock) {
        this.database = database;
        this.status = status;
        this.silence = silence;
        this.clock = clock;
        this.started = clock.instant();
    }

    public List<HealthCheck> checks() {
        return List.of(check("database", true, this::database), check("quickbooks", false, this::quickBooks),
                check("procore-access", false, this::procore), check("schedule", false, this::schedule),
                check("dead-letters", false, this::deadLetters),
                check("route-files", false, this::routeFiles));
    }

    // Names are ids beside those of the routes, so none may be the name of a route.
    private static HealthCheck check(String name, boolean readiness, Consumer<HealthCheckResultBuilder> judge) {
        return new AbstractHealthCheck("payments-issued", name) {
            @Override
            public boolean isReadiness() {
                return readiness;
            }

            @Override
            public boolean isLiveness() {
                return false;
            }

            @Override
            protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
                try {
                    judge.accept(builder);
                } catch (RuntimeException e) {
                    builder.message("unknown: the database is unavailable").down();
                }
            }
        };
    }

    private void database(HealthCheckResultBuilder result) {
        if (database.answers()) {
            result.up();
        } else {
            result.message("The database is unavailable.").down();
        }
    }

    private void quickBooks(HealthCheckResultBuilder result) {
        Status.Look look = status.look();
        Instant sign = look.lastGood().filter(good -> good.isAfter(started)).orElse(started);
        result.detail("lastGoodSync", look.lastGood().map(Instant::toString).orElse("never"));
        if (Duration.between(sign, clock.instant()).compareTo(silence) > 0) {
            result.message("QuickBooks has been silent longer than alerts.silence.").down();
        } else {
            result.up();
        }
    }

    private void procore(HealthCheckResultBuilder result) {
        ProcorePause.Pause pause = status.look().procore().orElse(null);
        if (pause == null) {
            result.up();
            return;
        }
        result.detail("pauseUntil", pause.until().toString()).detail("reason", pause.reason().name());
        if (pause.reason() == ProcorePause.Reason.THROTTLED) {
            result.message("Procore asked us to wait.").up();
        } else {
            result.message(pause.reason() == ProcorePause.Reason.REFUSED ? "Procore refuses our login."
                    : "Procore cannot be reached.").down();
        }
    }

    private void schedule(HealthCheckResultBuilder result) {
        Status.Look look = status.look();
        result.detail("nextPoll", look.nextPoll().map(Instant::toString).orElse("none"));
        Instant last = look.lastRun().map(run -> run.startedAt()).filter(run -> run.isAfter(started)).orElse(started);
        boolean late = !look.syncRunning() && status.nextAfter(last)
                .map(due -> due.plus(LATE).isBefore(clock.instant())).orElse(false);
        Duration running = status.syncRunningFor().orElse(Duration.ZERO);
        if (running.compareTo(silence) > 0) {
            result.message("The current sync started " + running.toMinutes() + " minutes ago and has not finished.").down();
        } else if (look.nextPoll().isEmpty()) {
            result.message("poll.schedule has no further runs.").down();
        } else if (late) {
            result.message("A sync that poll.schedule asked for did not start.").down();
        } else {
            result.up();
        }
    }

    private void deadLetters(HealthCheckResultBuilder result) {
        Status.Look look = status.look();
        result.detail("open", look.totals().open());
        look.totals().oldestOpen().ifPresent(oldest -> result.detail("oldest", oldest.toString()));
        // They need a person, not a restart.
        result.up();
    }

    private void routeFiles(HealthCheckResultBuilder result) {
        RouteChanges changes = status.look().routes().orElse(null);
        if (changes == null) {
            result.up();
            return;
        }
        result.detail("state", changes.state().word());
        if (changes.state() == RouteChanges.State.STOPPED) {
            result.message(changes.state().sentence()).down();
        } else {
            // The routes before a wrong change keep running.
            result.up();
        }
    }
}
