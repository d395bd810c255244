package org.paymentsissued.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.paymentsissued.payment.Cause;
import org.paymentsissued.payment.Daemon;
import org.paymentsissued.routecheck.RouteCheck.Source;
import org.paymentsissued.routecheck.RouteFlaw;
import org.paymentsissued.setup.RouteFiles.UnusableRoutes;
import org.paymentsissued.watch.RouteChanges;
import org.paymentsissued.watch.RouteChanges.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies changed route files while the product runs: all files together are checked first, then the routes are restarted between
 * two syncs. A wrong change is not applied and is reported once; the previous routes keep running. The folder is checked when two looks see
 * the same, since editors write in steps, several files may belong together, and network drives report no change.
 */
final class RouteReload implements AutoCloseable {

    static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(RouteReload.class);
    private static final Duration ENDED_WITHIN = Duration.ofMinutes(2);

    /** Knows what route files must be. */
    interface Judge {
        /** What is wrong with the files in the folder, all of them together. */
        List<RouteFlaw> flaws();

        /** Where a refusal by Camel most likely has its cause. */
        RouteFlaw place(List<Source> files, Exception refusal);
    }

    /** A file as last seen; saving it again makes another version, even with the same text. */
    private record Seen(Source source, FileTime saved) { }

    /** @param unreadable why the folder could not be read; empty if it could */
    private record Look(List<Seen> files, String unreadable) {
        List<Source> sources() {
            return files.stream().map(Seen::source).toList();
        }
    }

    private static final Look NONE_YET = new Look(List.of(), "not looked at yet");

    private final Path folder;
    private final Judge judge;
    private final Stages stages;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private List<Source> running;
    private Look last = NONE_YET;
    private Look judged = NONE_YET;
    private volatile RouteChanges changes;

    /** @param running the files that run now */
    RouteReload(Path folder, List<Source> running, Judge judge, Stages stages, Clock clock) {
        this.folder = folder;
        this.running = running;
        this.judge = judge;
        this.stages = stages;
        this.clock = clock;
        this.changes = new RouteChanges(State.CURRENT, clock.instant(), List.of());
        this.timer = Daemon.named("route-files");
    }

    void watch() {
        timer.scheduleWithFixedDelay(this::lookSafely, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    RouteChanges changes() {
        return changes;
    }

    private void lookSafely() {
        try {
            look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.error("The route files could not be read or applied; the next try is in {} seconds.", BETWEEN_LOOKS.toSeconds(), e);
        }
    }

    /** One look at the folder, and what follows from it. */
    synchronized void look() throws InterruptedException {
        Look now = read();
        if (changes.state() != State.STOPPED && now.unreadable().isEmpty() && now.sources().equals(running)) {
            if (changes.state() != State.CURRENT) {
                LOG.info("The route files again match the running routes.");
                become(State.CURRENT, List.of());
            }
            judged = NONE_YET;
        } else if (now.equals(last) && (now.equals(judged) || isJudged(now)) && changes.state() == State.WAITING) {
            exchange(now);
        }
        last = now;
    }

    private Look read() {
        try {
            List<Seen> files = new ArrayList<>();
            for (Path file : RouteFiles.in(folder)) {
                FileTime saved = Files.getLastModifiedTime(file);
                files.add(new Seen(RouteFiles.read(List.of(file)).get(0), saved));
            }
            return new Look(files, "");
        } catch (UnusableRoutes e) {
            return new Look(List.of(), e.getMessage());
        } catch (IOException e) {
            return new Look(List.of(), "The folder " + folder + " cannot be read: " + e.getMessage());
        }
    }

    private void become(State state, List<String> sentences) {
        changes = new RouteChanges(state, clock.instant(), sentences);
    }

    /** @return false if the files changed while they were checked */
    private boolean isJudged(Look now) {
        List<String> wrong = new ArrayList<>();
        if (now.unreadable().isEmpty()) {
            try {
                judge.flaws().forEach(flaw -> wrong.add(flaw.toString()));
            } catch (RuntimeException e) {
                wrong.add("The route files could not be checked: " + Cause.words(e));
            }
            if (!read().equals(now)) {
                return false;
            }
        } else {
            wrong.add(now.unreadable());
        }
        judged = now;
        if (wrong.isEmpty()) {
            LOG.info("The changed route files are valid. Their routes start as soon as no message is in progress.");
            become(State.WAITING, List.of());
        } else {
            keepOut(changes.state() == State.STOPPED ? State.STOPPED : State.KEPT_OUT, wrong);
        }
        return true;
    }

    private void keepOut(State state, List<String> wrong) {
        LOG.error("The changed route files were not applied; {}", state == State.STOPPED ? "the routes are not running:"
                : "the previous routes are still running:");
        wrong.forEach(LOG::error);
        become(state, wrong);
    }

    private void exchange(Look now) throws InterruptedException {
        try {
            if (stages.exchange(running, now.sources())) {
                running = now.sources();
                LOG.info("The changed route files are now running.");
                become(State.CURRENT, List.of());
            }
        } catch (Stages.NotStarted e) {
            // A refusal can only be caused by a changed file, unless a file was removed.
            List<Source> changed = now.sources().stream().filter(source -> !running.contains(source)).toList();
            keepOut(e.oldOnesRun() ? State.KEPT_OUT : State.STOPPED, List.of(
                    judge.place(changed.isEmpty() ? now.sources() : changed, e.refusal()).toString()));
        }
    }

    /** Stops looking; a look in progress is finished. */
    @Override
    public void close() {
        timer.shutdown();
        try {
            timer.awaitTermination(ENDED_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
