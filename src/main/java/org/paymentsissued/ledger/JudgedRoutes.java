package org.paymentsissued.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Route files that were found right: judging them takes a fifth of a short command's processor time. */
public final class JudgedRoutes {

    private static final Duration KEPT = Duration.ofDays(90);

    private final LedgerDatabase database;
    private final Clock clock;

    public JudgedRoutes(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** @param digest of all that the judgement depends on */
    public boolean contain(String digest) {
        return database.jdbc().sql("select count(*) from judged_routes where digest = :digest").param("digest", digest)
                .query(Long.class).single() > 0;
    }

    public void add(String digest) {
        Instant now = clock.instant();
        database.transactions().executeWithoutResult(status -> {
            database.jdbc().sql("delete from judged_routes where digest = :digest or judged_at < :old").param("digest", digest)
                    .param("old", Rows.stamp(now.minus(KEPT))).update();
            database.jdbc().sql("insert into judged_routes (digest, judged_at) values (:digest, :now)").param("digest", digest)
                    .param("now", Rows.stamp(now)).update();
        });
    }
}
