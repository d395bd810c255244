package org.paymentsissued.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Which alerts were sent, so that two nodes or a restart never send one twice. */
public final class SentAlerts {

    private final LedgerDatabase database;
    private final Clock clock;

    public SentAlerts(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Up to which number an alert has reported; 0 if it was not sent. */
    public long upTo(String name) {
        return database.jdbc().sql("select up_to from alert where name = :name").param("name", name)
                .query(Long.class).optional().orElse(0L);
    }

    /**
     * Takes an alert to be sent, unless it was sent less than {@code repeat} ago.
     *
     * @param upTo up to which number it reports, such as the newest dead letter
     * @return whether the caller has to send it
     */
    public boolean take(String name, Duration repeat, long upTo) {
        Instant now = clock.instant();
        try {
            return database.transactions().execute(status -> {
                int again = database.jdbc().sql("""
                        update alert set sent_at = :now, up_to = :upTo where name = :name and sent_at <= :before""")
                        .param("now", Rows.stamp(now)).param("upTo", upTo).param("name", name)
                        .param("before", Rows.stamp(now.minus(repeat))).update();
                boolean known = again > 0 || database.jdbc().sql("select count(*) from alert where name = :name")
                        .param("name", name).query(Long.class).single() > 0;
                if (!known) {
                    database.jdbc().sql("insert into alert (name, since, sent_at, up_to) values (:name, :now, :now, :upTo)")
                            .param("name", name).param("now", Rows.stamp(now)).param("upTo", upTo).update();
                }
                return again > 0 || !known;
            });
        } catch (org.springframework.dao.DuplicateKeyException e) {
            // Another node was faster; it sends.
            return false;
        }
    }

    /** Forgets an alert whose cause is over, or that could not be sent: it may be sent at once the next time. */
    public void forget(String name) {
        database.jdbc().sql("delete from alert where name = :name").param("name", name).update();
    }
}
