package org.paymentsissued.console;

import java.time.Instant;
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
}
