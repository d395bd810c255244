package org.paymentsissued.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.paymentsissued.console.Backfills;
import org.paymentsissued.payment.Daemon;
import org.paymentsissued.quickbooks.DateRange;
import org.paymentsissued.setup.Settings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Previews of backfills beside the running product, one at a time. The last one is kept until the next begins. */
public final class BackgroundPreviews implements Backfills {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundPreviews.class);

    private final Settings settings;
    private final Path routes;
    private final Clock clock;
    private final AtomicReference<Preview> latest = new AtomicReference<>();
    private final ExecutorService thread = Daemon.named("preview");
    private volatile ByteArrayOutputStream progress = new ByteArrayOutputStream();

    public BackgroundPreviews(Settings settings, Path routes, Clock clock) {
        this.settings = settings;
        this.routes = routes;
        this.clock = clock;
    }

    @Override
    public Optional<String> refusal() {
        return BackfillCommand.refusal(settings);
    }

    @Override
    public boolean preview(DateRange range) {
        Instant now = clock.instant();
        Preview begun = new Preview(range, now, Optional.empty(), "", Optional.empty(), List.of(), "", List.of(), List.of());
        Preview before = latest.get();
        if (before != null && before.endedAt().isEmpty() || !latest.compareAndSet(before, begun)) {
            return false;
        }
        progress = new ByteArrayOutputStream();
        thread.execute(() -> latest.set(run(begun)));
        return true;
    }

    private Preview run(Preview begun) {
        ByteArrayOutputStream report = new ByteArrayOutputStream();
        try (PrintStream out = stream(report); PrintStream err = stream(progress)) {
            var preview = new DryRun(settings, routes, out, err)
                    .ask(new DryRun.Question(Optional.empty(), Optional.of(begun.range()), Optional.empty(), true)).preview();
            return new Preview(begun.range(), begun.startedAt(), Optional.of(clock.instant()), "", Optional.empty(), preview.totals(),
                    report.toString(StandardCharsets.UTF_8), preview.header(), preview.cells());
        } catch (IOException | RuntimeException e) {
            LOG.warn("The preview of a backfill stopped.", e);
            return stopped(begun, "The preview stopped: " + settings.withoutSecrets(String.valueOf(e.getMessage()))
                    + " Nothing was written. Preview it again once that is fixed.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return stopped(begun, "The preview was stopped. Nothing was written.");
        }
    }

    private Preview stopped(Preview begun, String sentence) {
        return new Preview(begun.range(), begun.startedAt(), Optional.of(clock.instant()), "", Optional.of(sentence), List.of(), "",
                List.of(), List.of());
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @Override
    public Optional<Preview> latest() {
        return Optional.ofNullable(latest.get()).map(preview -> preview.endedAt().isPresent() ? preview
                : new Preview(preview.range(), preview.startedAt(), Optional.empty(), lastLine(), Optional.empty(), List.of(), "",
                List.of(), List.of()));
    }

    /** What the command of the same name would show on its terminal now. */
    private String lastLine() {
        String[] lines = progress.toString(StandardCharsets.UTF_8).strip().split("\\R");
        return Arrays.asList(lines).get(lines.length - 1);
    }
}
