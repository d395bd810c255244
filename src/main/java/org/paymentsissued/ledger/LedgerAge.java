package org.paymentsissued.ledger;

import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Whether this ledger may know less than Procore holds: a new one may replace one that was lost, and a restored one is
 * older than Procore. While that is so, delivery looks for a record on every known commitment before it creates one.
 */
final class LedgerAge {

    private static final Logger LOG = LoggerFactory.getLogger(LedgerAge.class);

    private final LedgerDatabase database;
    private final Clock clock;
    private volatile boolean isOld;

    LedgerAge(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    boolean isNew() {
        isOld = isOld || database.jdbc().sql("select count(*) from ledger_age where delivered_once").query(Long.class)
                .single() > 0;
        return !isOld;
    }

    /**
     * Everything that was due is delivered. A copy counts as old again only when QuickBooks was read to the end since: what
     * came after the copy was made is not due in it before that.
     */
    void deliveredToTheEnd() {
        if (!isOld) {
            isOld = database.jdbc().sql("""
                    update ledger_age set delivered_once = true, copied_at = null
                    where copied_at is null
                      or exists (select 1 from sync_run where started_at > copied_at and ended_at is not null and error is null)
                        and not exists (select 1 from feed_reading where read_at < copied_at)""").update() > 0;
        }
    }

    /**
     * Looks whether the ledger lives in another PostgreSQL database than it did: a dump was restored, or a standby took over
     * that may lack the last transactions. With H2 copies are marked as they are made.
     *
     * @return whether the ledger is a copy that has not caught up yet, no matter who found it
     */
    boolean recognizeCopy() {
        isOld = false;
        if (database.isPostgres()) {
            String here = place();
            database.transactions().executeWithoutResult(status -> {
                Optional<String> before = database.jdbc().sql("select place from ledger_age for update")
                        .query((row, number) -> Optional.ofNullable(row.getString("place"))).single();
                if (!before.equals(Optional.of(here))) {
                    database.jdbc().sql("update ledger_age set place = :here").param("here", here).update();
                }
                if (before.isPresent() && !before.get().equals(here)) {
                    takeAsCopy();
                }
            });
        }
        boolean copy = database.jdbc().sql("select count(*) from ledger_age where copied_at is not null").query(Long.class)
                .single() > 0;
        if (copy) {
            LOG.warn("This ledger was restored from a backup, or a standby database took over. Until QuickBooks is read and all"
                    + " is delivered, every commitment is searched before a record is created. What else to do:"
                    + " docs/operations/runbook.md, restore.");
        }
        return copy;
    }

    /** From now on this ledger counts as a copy that has not caught up yet. */
    void takeAsCopy() {
        database.jdbc().sql("update ledger_age set delivered_once = false, copied_at = :now")
                .param("now", Rows.stamp(clock.instant())).update();
        isOld = false;
    }

    /** Server, timeline and database, as PostgreSQL numbers them; the database alone where the server does not tell. */
    private String place() {
        try {
            return database.jdbc().sql("""
                    select s.system_identifier || '/' || c.timeline_id || '/' || d.oid
                    from pg_control_system() s, pg_control_checkpoint() c, pg_database d where d.datname = current_database()""")
                    .query(String.class).single();
        } catch (DataAccessException e) {
            return database.jdbc().sql("select cast(oid as varchar) from pg_database where datname = current_database()")
                    .query(String.class).single();
        }
    }
}
