package org.paymentsissued.console;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.paymentsissued.quickbooks.DateRange;

/** Backfills that a person asks for: first what one would do, then the backfill itself. */
public interface Backfills {

    /** For a process that serves no console. */
    Backfills NONE = new Backfills() {
        @Override
        public Optional<String> refusal() {
            return Optional.of("This process starts no backfill.");
        }

        @Override
        public boolean preview(DateRange range) {
            return false;
        }

        @Override
        public Optional<Preview> latest() {
            return Optional.empty();
        }
    };

    /** Why neither a preview nor a backfill can be had with the settings as they are; empty where both can. */
    Optional<String> refusal();

    /** Begins a preview in the background, on a copy of the ledger. @return false where one is still running */
    boolean preview(DateRange range);

    /** The latest preview of this process. */
    Optional<Preview> latest();

    /**
     * What a backfill would do.
     *
     * @param endedAt  empty while it is running
     * @param progress how far it is, for people
     * @param trouble  why it did not come to an end
     * @param report   all that the command of the same name prints
     * @param header   of the lines
     * @param lines    one a payment and bill
     */
    record Preview(DateRange range, Instant startedAt, Optional<Instant> endedAt, String progress, Optional<String> trouble,
            List<Total> totals, String report, List<String> header, List<List<Object>> lines) {

        boolean isRunning() {
            return endedAt.isEmpty();
        }

        boolean isComplete() {
            return endedAt.isPresent() && trouble.isEmpty();
        }
    }

    /** One outcome. @param outcome send, adopt, ask and so on @param means what it means */
    record Total(String outcome, String means, int payments, BigDecimal amount) { }
}
