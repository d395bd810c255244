package org.paymentsissued.watch;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToDoubleFunction;
import org.paymentsissued.ledger.DeadLetterFilter;
import org.paymentsissued.ledger.DeadLetterSearch;
import org.paymentsissued.payment.RowState;
import org.paymentsissued.procore.ProcorePause;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Metrics that count rows: an exchange that ended as a dead letter counts as a success in Camel's own. */
public final class Measures {

    private static final Logger LOG = LoggerFactory.getLogger(Measures.class);
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final double MILLIS = 1000.0;

    private final Status status;
    private final DeadLetterSearch deadLetters;
    private final Clock clock;
    private Taken taken = new Taken(null, 0, Instant.EPOCH);

    private record Taken(Status.Look look, long letters, Instant at) { }

    public Measures(Status status, DeadLetterSearch deadLetters, Clock clock) {
        this.status = status;
        this.deadLetters = deadLetters;
        this.clock = clock;
    }

    public void registerWith(MeterRegistry registry) {
        for (RowState state : RowState.values()) {
            Gauge.builder("payments.issued.rows", this, self -> self.of(look -> switch (state) {
                case WAITING -> look.totals().counts().waiting();
                case PENDING -> look.totals().counts().pending();
                case DELIVERED -> look.totals().counts().delivered();
                case REMOVED -> look.totals().counts().removed();
                case DEAD -> look.totals().counts().dead();
                case SKIPPED -> look.totals().counts().skipped();
            })).tag("state", state.word()).description("Ledger rows, one per payment and bill, by state").register(registry);
        }
        gauge(registry, "payments.issued.dead.letters.open", "Dead letters that need attention", look -> look.totals().open());
        gauge(registry, "payments.issued.dead.letters.oldest.seconds", "Age of the oldest open dead letter; 0 if none",
                look -> look.totals().oldestOpen().map(oldest -> Duration.between(oldest, look.at()).toMillis() / MILLIS).orElse(0.0));
        gauge(registry, "payments.issued.quickbooks.last.good.timestamp.seconds",
                "When QuickBooks was last read completely; 0 if never",
                look -> look.lastGood().map(good -> good.toEpochMilli() / MILLIS).orElse(0.0));
        gauge(registry, "payments.issued.delivery.paused", "1 while an operator has paused delivery",
                look -> look.operatorPause().isPresent() ? 1 : 0);
        for (ProcorePause.Reason reason : ProcorePause.Reason.values()) {
            if (reason != ProcorePause.Reason.NONE) {
                Gauge.builder("payments.issued.procore.paused", this, self -> self.of(look ->
                        look.procore().filter(pause -> pause.reason() == reason).isPresent() ? 1 : 0))
                        .tag("reason", reason.name().toLowerCase(java.util.Locale.ROOT))
                        .description("1 while nothing is sent to Procore, by reason").register(registry);
            }
        }
        FunctionCounter.builder("payments.issued.dead.letters", this, self -> self.taken().letters())
                .description("Dead letters ever opened").register(registry);
    }

    private void gauge(MeterRegistry registry, String name, String meaning, ToDoubleFunction<Status.Look> value) {
        Gauge.builder(name, this, self -> self.of(value)).description(meaning).register(registry);
    }

    private double of(ToDoubleFunction<Status.Look> value) {
        Status.Look look = taken().look();
        return look == null ? Double.NaN : value.applyAsDouble(look);
    }

    /** One query for all figures of a scrape. Without the database there are none. */
    private synchronized Taken taken() {
        if (clock.instant().isAfter(taken.at().plus(FRESH))) {
            try {
                taken = new Taken(status.look(), deadLetters.count(DeadLetterFilter.of("")), clock.instant());
            } catch (RuntimeException e) {
                LOG.warn("Metrics could not be read from the database: {}", e.getMessage());
                taken = new Taken(null, taken.letters(), clock.instant());
            }
        }
        return taken;
    }
}
