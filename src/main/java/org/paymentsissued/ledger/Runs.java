package org.paymentsissued.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.paymentsissued.payment.RowState;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** Each sync: when it ran, what it read and delivered, what went wrong. */
public final class Runs {

    private static final int LONGEST_ERROR = 2000;
    private static final Duration LATELY = Duration.ofMinutes(1);

    /** What is dead besides rows: a file, an unreadable payment, a refused commitment. What the safety limits hold back are rows. */
    private static final String LETTERS_WITHOUT_ROW =
            "select count(*) from dead_letter where status = 'open' and stage <> 'safety' and ledger_row_id is null";

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
        database.jdbc().sql("""
                update sync_run set ended_at = :now, payments_read = :read, error = :error,
                  waiting = (select count(*) from ledger_row where state = 'waiting'),
                  dead = (select count(*) from ledger_row where state = 'dead') + (""" + LETTERS_WITHOUT_ROW + """
                ),
                  delivered = (select count(*) from ledger_row r where r.state = 'delivered'
                    and r.state_since >= sync_run.started_at)
                where id = :id""")
                .param("now", Rows.stamp(clock.instant())).param("read", read)
                .param("error", error.map(text -> database.kept(text, LONGEST_ERROR)).orElse(null))
                .param("id", runId).update();
    }

    /**
     * How many ledger rows are in each state.
     *
     * @param dead those, and every open dead letter of something else than a row; so it is never zero while one is open
     */
    public record Counts(long waiting, long pending, long delivered, long removed, long dead, long skipped) { }

    /** How many came into each state since a moment and are still in it. */
    public Counts countsSince(Instant since) {
        return database.jdbc().sql(Stream.of(RowState.values()).map(RowState::word).map(state -> "(select count(*) from ledger_row"
                        + " where state = '" + state + "' and state_since >= :since) as " + state)
                .collect(Collectors.joining(", ", "select ", ", (" + LETTERS_WITHOUT_ROW + " and last_failed_at >= :since) as letters")))
                .param("since", Rows.stamp(since))
                .query((row, number) -> new Counts(row.getLong("waiting"), row.getLong("pending"), row.getLong("delivered"),
                        row.getLong("removed"), row.getLong("dead") + row.getLong("letters"), row.getLong("skipped"))).single();
    }

    /**
     * What is due and how fast the last of it went.
     *
     * @param due       rows that delivery still has to do; those behind a dead letter wait for an operator
     * @param delivered rows of the last minute
     * @param took      from the first of those until now
     */
    public record Pace(long due, long delivered, Duration took) {

        /** @return empty if nothing was delivered lately */
        public Optional<Duration> timeFor(long rows) {
            return delivered == 0 ? Optional.empty()
                    : Optional.of(Duration.ofMillis(Math.round((double) Math.max(1, took.toMillis()) / delivered * rows)));
        }
    }

    public Pace pace() {
        Instant now = clock.instant();
        return database.jdbc().sql("""
                select (select count(*) from ledger_row where state = 'pending' and behind_letter is null) as due,
                  count(*) as delivered, min(state_since) as first from ledger_row
                where state = 'delivered' and state_since >= :since""")
                .param("since", Rows.stamp(now.minus(LATELY)))
                .query((row, number) -> new Pace(row.getLong("due"), row.getLong("delivered"),
                        Duration.between(Optional.ofNullable(Rows.instant(row, "first")).orElse(now), now))).single();
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

    /**
     * A sync as it was.
     *
     * @param endedAt empty while it runs, or if the process ended during it
     * @param error   what went wrong; empty where nothing did
     */
    public record Run(long id, String companyFile, String startedBy, Instant startedAt, Optional<Instant> endedAt,
            int paymentsRead, int delivered, int waiting, int dead, String error) { }

    /** The latest first. */
    public Page<Run> page(int page, int size) {
        long total = database.jdbc().sql("select count(*) from sync_run").query(Long.class).single();
        List<Run> runs = database.jdbc().sql("select * from sync_run order by id desc limit :size offset :offset")
                .param("size", size).param("offset", (long) (page - 1) * size).query(Runs::run).list();
        return new Page<>(runs, total, page, size);
    }

    public Optional<Run> byId(long id) {
        return database.jdbc().sql("select * from sync_run where id = :id").param("id", id).query(Runs::run).optional();
    }

    public Optional<Run> latest() {
        return database.jdbc().sql("select * from sync_run order by id desc limit 1").query(Runs::run).optional();
    }

    /** The latest that has ended of those that read one company file for the given starter. */
    public Optional<Run> lastEnded(String companyFile, String startedBy) {
        return database.jdbc().sql("""
                select * from sync_run where company_file = :file and started_by = :by and ended_at is not null
                order by id desc limit 1""")
                .param("file", companyFile).param("by", startedBy).query(Runs::run).optional();
    }

    /** The latest that has ended of those that anyone else started. */
    public Optional<Run> lastEndedBut(String startedBy) {
        return database.jdbc().sql("""
                select * from sync_run where started_by <> :by and ended_at is not null order by id desc limit 1""")
                .param("by", startedBy).query(Runs::run).optional();
    }

    /** When a sync last read QuickBooks to the end; empty if none ever did. */
    public Optional<Instant> lastGood() {
        return database.jdbc().sql("""
                select max(ended_at) as good from sync_run where ended_at is not null and error is null""")
                .query((row, number) -> Optional.ofNullable(Rows.instant(row, "good"))).single();
    }

    /** When the first sync of all began; empty before it. */
    public Optional<Instant> firstStart() {
        return database.jdbc().sql("select min(started_at) as first_start from sync_run")
                .query((row, number) -> Optional.ofNullable(Rows.instant(row, "first_start"))).single();
    }

    public Totals totals() {
        return Totals.of(database, clock.instant());
    }

    /** Payments issued that Procore came to hold, by day of the database's zone; days without any are left out. */
    public Map<LocalDate, Totals.Sum> deliveredByDay(Instant since) {
        Map<LocalDate, Totals.Sum> days = new TreeMap<>();
        database.jdbc().sql("""
                select cast(state_since as date) as delivered_on, count(*) as n, sum(amount) as amount from ledger_row
                where state = 'delivered' and state_since >= :since group by cast(state_since as date)""")
                .param("since", Rows.stamp(since))
                .query((row, number) -> days.put(row.getObject("delivered_on", LocalDate.class), Totals.Sum.of(row))).list();
        return days;
    }

    private static Run run(ResultSet row, int number) throws SQLException {
        return new Run(row.getLong("id"), row.getString("company_file"), row.getString("started_by"),
                Rows.instant(row, "started_at"), Optional.ofNullable(Rows.instant(row, "ended_at")),
                row.getInt("payments_read"), row.getInt("delivered"), row.getInt("waiting"), row.getInt("dead"),
                Rows.text(row, "error"));
    }

    /** What a reader of delivered payments should still know, such as money left unapplied; oldest first. */
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
