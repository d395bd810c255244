package org.paymentsissued.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The database's time: nodes whose own clocks differ, or are set forward or back, agree on what is due. Between two looks at
 * it the processor's steady count goes on.
 */
final class DatabaseClock extends Clock {

    private final LedgerDatabase database;
    private volatile Look last;

    private record Look(Instant time, long nanos) { }

    DatabaseClock(LedgerDatabase database) {
        this.database = database;
        look();
    }

    /** Asks the database; to be done from time to time, since no two clocks run alike. */
    void look() {
        long before = System.nanoTime();
        Instant time = database.jdbc().sql("select current_timestamp").query(OffsetDateTime.class).single().toInstant();
        last = new Look(time, before + (System.nanoTime() - before) / 2);
    }

    @Override
    public Instant instant() {
        Look look = last;
        return look.time().plus(Duration.ofNanos(System.nanoTime() - look.nanos()));
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(instant(), zone);
    }
}
