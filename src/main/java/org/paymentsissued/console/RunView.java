package org.paymentsissued.console;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.paymentsissued.ledger.Runs;

/** A sync as pages and API show it. @param error null where nothing went wrong */
record RunView(long id, String companyFile, String startedBy, Instant start, Optional<Instant> end, int read, int delivered, int waiting,
        int dead, Optional<String> error) {

    static RunView of(Runs.Run run, UnaryOperator<String> withoutSecrets) {
        return new RunView(run.id(), run.companyFile(), run.startedBy(), run.startedAt(), run.endedAt(), run.paymentsRead(),
                run.delivered(), run.waiting(), run.dead(),
                Optional.of(withoutSecrets.apply(run.error())).filter(error -> !error.isEmpty()));
    }

    Optional<String> company() {
        return Views.company(companyFile);
    }

    /** How long it took; empty while it runs, or if it was cut off. */
    Optional<String> seconds() {
        return end.map(ended -> String.format(Locale.ROOT, "%,.1f s", Duration.between(start, ended).toMillis() / 1000.0));
    }
}
