package org.paymentsissued.ledger;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** Each sync: when it ran, what it read and delivered, what went wrong. */
public final class Runs {

    private final LedgerDatabase database;
    private final Clock clock;

    public Runs(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Starts a run. @param startedBy schedule, once, api or backfill */
    public long begin(String companyFile, String startedBy) {
        GeneratedKeyHolder id = new GeneratedKeyHolder();
        database.jdbc().sql("""
                insert into sync_run (company_file, started_by, started_at) values (:file, :by, :now)""")
                .param("file", companyFile).param("by", startedBy).param("now", Rows.stamp(clock.instant()))
                .update(id, "id");
        return id.getKey().longValue();
    }

    /** Ends a run; the error is a sentence, empty where there was none. */
    public void end(long runId, int read, Optional<String> error) {
        Counts counts = counts();
        database.jdbc().sql("""
                update sync_run set ended_at = :now, payments_read = :read, waiting = :waiting, dead = :dead,
                  error = :error,
                  delivered = (select count(*) from ledger_row r where r.state = 'delivered'
                    and r.state_since >= sync_run.started_at)
                where id = :id""")
                .param("now", Rows.stamp(clock.instant())).param("read", read).param("waiting", counts.waiting())
                .param("dead", counts.dead()).param("error", error.map(text -> text.length() > 2000
                        ? text.substring(0, 2000) : text).orElse(null)).param("id", runId).update();
    }

    /** How many ledger rows stand in each state. */
    public record Counts(long waiting, long pending, long delivered, long removed, long dead, long skipped) { }

    public Counts counts() {
        return countsSince(Instant.EPOCH);
    }

    public Counts countsSince(Instant since) {
        return database.jdbc().sql("""
                select coalesce(sum(case when state = 'waiting' then 1 else 0 end), 0) as waiting,
                  coalesce(sum(case when state = 'pending' then 1 else 0 end), 0) as pending,
                  coalesce(sum(case when state = 'delivered' then 1 else 0 end), 0) as delivered,
                  coalesce(sum(case when state = 'removed' then 1 else 0 end), 0) as removed,
                  coalesce(sum(case when state = 'dead' then 1 else 0 end), 0) as dead,
                  coalesce(sum(case when state = 'skipped' then 1 else 0 end), 0) as skipped
                from ledger_row where state_since >= :since""")
                .param("since", Rows.stamp(since))
                .query((row, number) -> new Counts(row.getLong("waiting"), row.getLong("pending"),
                        row.getLong("delivered"), row.getLong("removed"), row.getLong("dead"),
                        row.getLong("skipped"))).single();
    }

    /** The first of many. @param total how many there are in all */
    public record Selection(List<LedgerRow> rows, long total) { }

    /** Rows that came into a state since a moment, in the order of their payments. */
    public Selection rows(RowState state, Instant since, int most) {
        long total = database.jdbc().sql("select count(*) from ledger_row where state = :state and state_since >= :since")
                .param("state", state.word()).param("since", Rows.stamp(since)).query(Long.class).single();
        List<LedgerRow> rows = database.jdbc().sql(Rows.SELECT
                + " where r.state = :state and r.state_since >= :since order by r.payment_id, r.id limit :most")
                .param("state", state.word()).param("since", Rows.stamp(since)).param("most", most)
                .query(Rows::map).list();
        return new Selection(rows, total);
    }

    /** What a reader of payments that went should know all the same, such as money left unapplied; oldest first. */
    public List<String> remarksSince(Instant since, int most) {
        return database.jdbc().sql("""
                select note from payment where verdict = 'PAYS_BILLS' and note <> '' and last_read_at >= :since
                order by id limit :most""")
                .param("since", Rows.stamp(since)).param("most", most).query(String.class).list();
    }

    /** Payments that were read; one known by its deletion alone was not. */
    public long paymentCount() {
        return database.jdbc().sql("select count(*) from payment where qbxml is not null").query(Long.class).single();
    }
}
