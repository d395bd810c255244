package org.paymentsissued.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.paymentsissued.routecheck.RouteCheck.Source;
import org.paymentsissued.routecheck.RouteFlaw;
import org.paymentsissued.setup.RouteFiles.UnusableRoutes;
import org.paymentsissued.watch.RouteChanges;
import org.paymentsissued.watch.RouteChanges.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes changed route files while the product runs: all files together are judged first, then exchanged when no message is
 * under way. What is wrong is kept out and said once; the routes before it run on. The folder is looked at now and then and
 * judged when two looks see the same, since editors write in steps, several files may belong together, and network drives
 * tell of no change.
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

    /** A file as it was seen; saved again it is another version, even with the same text. */
    private record Seen(Source source, FileTime saved) {

        boolean isSame(Seen other) {
            return hasSameText(other) && saved.equals(other.saved);
        }

        boolean hasSameText(Seen other) {
            return source.name().equals(other.source.name()) && Arrays.equals(source.bytes(), other.source.bytes());
        }
    }

    /**
     * The folder at a glance.
     *
     * @param unreadable why it could not be read; empty where it could
     */
    private record Glance(List<Seen> files, String unreadable) {

        boolean isSame(Glance other) {
            return unreadable.equals(other.unreadable) && files.size() == other.files.size()
                    && java.util.stream.IntStream.range(0, files.size()).allMatch(i -> files.get(i).isSame(other.files.get(i)));
        }

        boolean hasText(List<Source> sources) {
            return unreadable.isEmpty() && files.size() == sources.size() && java.util.stream.IntStream.range(0, files.size())
                    .allMatch(i -> files.get(i).hasSameText(new Seen(sources.get(i), files.get(i).saved())));
        }

        List<Source> sources() {
            return files.stream().map(Seen::source).toList();
        }
    }

    private static final Glance NOTHING_YET = new Glance(List.of(), "not looked at yet");

    private final Path folder;
    private final Judge judge;
    private final Stages stages;
    private final Clock clock;
    private final ScheduledExecutorService timer;
    private List<Source> running;
    private Glance last = NOTHING_YET;
    private Glance judged = NOTHING_YET;
    private volatile RouteChanges changes;

    /** @param running the files that run now */
    RouteReload(Path folder, List<Source> running, Judge judge, Stages stages, Clock clock) {
        this.folder = folder;
        this.running = running;
        this.judge = judge;
        this.stages = stages;
        this.clock = clock;
        this.changes = new RouteChanges(State.CURRENT, clock.instant(), List.of());
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "route-files");
            thread.setDaemon(true);
            return thread;
        });
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
            LOG.error("The route files could not be looked at; the next look is in {} seconds.", BETWEEN_LOOKS.toSeconds(), e);
        }
    }

    /** One look at the folder, and what follows from it. */
    synchronized void look() throws InterruptedException {
        Glance now = glance();
        if (changes.state() != State.STOPPED && now.hasText(running)) {
            if (changes.state() != State.CURRENT) {
                LOG.info("The route files are again those that run.");
                become(State.CURRENT, List.of());
            }
            judged = NOTHING_YET;
        } else if (!now.isSame(last)) {
            LOG.debug("The route files are changing.");
        } else if (now.isSame(judged) || isRight(now)) {
            exchangeIfWaiting(now);
        }
        last = now;
    }

    private void become(State state, List<String> sentences) {
        changes = new RouteChanges(state, clock.instant(), sentences);
    }

    /** Judges what has not been judged. @return false where it is wrong, or was changed meanwhile */
    private boolean isRight(Glance now) {
        List<String> wrong = new ArrayList<>();
        if (now.unreadable().isEmpty()) {
            try {
                judge.flaws().forEach(flaw -> wrong.add(flaw.toString()));
            } catch (RuntimeException e) {
                wrong.add("The route files could not be judged: " + Installation.rootMessage(e));
            }
            if (!glance().isSame(now)) {
                return false;
            }
        } else {
            wrong.add(now.unreadable());
        }
        judged = now;
        if (wrong.isEmpty()) {
            LOG.info("The changed route files are right. They are taken as soon as no message is under way.");
            become(State.WAITING, List.of());
            return true;
        }
        keepOut(wrong);
        return false;
    }

    private void keepOut(List<String> wrong) {
        boolean stopped = changes.state() == State.STOPPED;
        LOG.error("The changed route files are kept out; {}", stopped ? "the routes do not run:" : "the routes before them run on:");
        wrong.forEach(LOG::error);
        become(stopped ? State.STOPPED : State.KEPT_OUT, wrong);
    }

    private void exchangeIfWaiting(Glance now) throws InterruptedException {
        if (changes.state() != State.WAITING) {
            return;
        }
        try {
            if (stages.exchange(running, now.sources())) {
                running = now.sources();
                LOG.info("The changed route files run now.");
                become(State.CURRENT, List.of());
            }
        } catch (Stages.NotStarted e) {
            become(e.oldOnesRun() ? State.KEPT_OUT : State.STOPPED, List.of());
            keepOut(List.of(judge.place(changed(now), e.refusal()).toString()));
        }
    }

    /** Only there can a refusal have its cause, unless a file was taken away. */
    private List<Source> changed(Glance now) {
        List<Source> changed = now.sources().stream().filter(source -> running.stream().noneMatch(before ->
                before.name().equals(source.name()) && Arrays.equals(before.bytes(), source.bytes()))).toList();
        return changed.isEmpty() ? now.sources() : changed;
    }

    private Glance glance() {
        try {
            List<Seen> files = new ArrayList<>();
            for (Path file : RouteFiles.in(folder)) {
                FileTime saved = Files.getLastModifiedTime(file);
                files.add(new Seen(RouteFiles.read(List.of(file)).get(0), saved));
            }
            return new Glance(files, "");
        } catch (UnusableRoutes e) {
            return new Glance(List.of(), e.getMessage());
        } catch (IOException e) {
            return new Glance(List.of(), "The folder " + folder + " cannot be read: " + e.getMessage());
        }
    }

    /** Looks no more; a look under way is ended. */
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
