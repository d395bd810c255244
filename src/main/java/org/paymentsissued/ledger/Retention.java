package org.paymentsissued.ledger;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Trims what no one will ask for anymore: the qbXML of payments that are dealt with, runs, and what closed dead letters hold.
 * Payments, rows and amounts stay forever: an old payment that is read again must find its own key, or it would be sent twice.
 */
public final class Retention {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    /** At a time, so that no one waits long for a lock. */
    private static final int SOME = 500;

    private final LedgerDatabase database;
    private final int days;
    private final Clock clock;

    /** @param days how long to keep; 0 keeps everything */
    public Retention(LedgerDatabase database, int days, Clock clock) {
        this.database = database;
        this.days = days;
        this.clock = clock;
    }

    /**
     * What was trimmed.
     *
     * @param payloads    payments that lost their qbXML
     * @param deadLetters closed ones that were deleted, or emptied where they were discarded
     */
    public record Trimmed(int payloads, int runs, int deadLetters) { }

    public Trimmed trim() {
        if (days == 0) {
            return new Trimmed(0, 0, 0);
        }
        Timestamp before = Timestamp.from(clock.instant().minus(Duration.ofDays(days)));
        // Emptied, not null: null is a payment that was never read.
        int payloads = each("""
                select p.id from payment p where p.id > :after and p.last_read_at < :before and p.qbxml <> ''
                  and not exists (select 1 from ledger_row r where r.payment_id = p.id
                    and (r.state in ('pending', 'waiting', 'dead') or r.state_since >= :before))
                  and not exists (select 1 from dead_letter d where d.payment_id = p.id and d.status in ('open', 'retried'))
                order by p.id limit :some""", before, "update payment set qbxml = '' where id in (:ids)");
        // The latest good one shows how long QuickBooks has not been read.
        int runs = each("""
                select id from sync_run where id > :after and started_at < :before and id not in (
                  select coalesce(max(id), 0) from sync_run where ended_at is not null and error is null)
                order by id limit :some""", before, "delete from sync_run where id in (:ids)");
        int deadLetters = each("""
                select id from dead_letter where id > :after and status = 'resolved' and closed_at < :before
                order by id limit :some""", before, "delete from dead_letter_action where dead_letter_id in (:ids)",
                "delete from dead_letter_attempt where dead_letter_id in (:ids)", "delete from dead_letter where id in (:ids)");
        // Who left a payment out, and why, is asked as long as it is left out. The qbXML of one that could not be read is what
        // keeps the same text from being reported again.
        deadLetters += each("""
                select id from dead_letter where id > :after and status = 'discarded' and closed_at < :before
                  and (request <> '' or http_answer <> '' or stack is not null or ledger_row_id is not null and qbxml <> '')
                order by id limit :some""", before, "delete from dead_letter_attempt where dead_letter_id in (:ids)", """
                update dead_letter set request = '', http_answer = '', stack = null,
                  qbxml = case when ledger_row_id is null then qbxml else '' end where id in (:ids)""");
        database.jdbc().sql("delete from console_session where used_at < :before").param("before", before).update();
        LOG.info("Older than {} days and trimmed: the qbXML of {} payments, {} runs, {} closed dead letters.", days,
                payloads, runs, deadLetters);
        return new Trimmed(payloads, runs, deadLetters);
    }

    private int each(String find, Timestamp before, String... changes) {
        int all = 0;
        List<Long> ids = List.of(0L);
        while (!ids.isEmpty()) {
            long after = ids.get(ids.size() - 1);
            ids = database.transactions().execute(status -> {
                JdbcClient jdbc = database.jdbc();
                List<Long> some = jdbc.sql(find).param("after", after).param("before", before).param("some", SOME)
                        .query(Long.class).list();
                if (!some.isEmpty()) {
                    List.of(changes).forEach(change -> jdbc.sql(change).param("ids", some).update());
                }
                return some;
            });
            all += ids.size();
        }
        return all;
    }
}
