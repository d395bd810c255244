package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.paymentsissued.payment.RowState;

/**
 * How much of everything the ledger holds, in payments issued and in money, added up in one look at its rows and one at what is open.
 *
 * @param inAll   rows of any state
 * @param rows    rows by state and age; without the delivered ones, which are nearly all
 * @param letters open dead letters, by stage and by whether they are about a row
 * @param behind  what waits behind a refused commitment, project or company
 */
public record Totals(long inAll, List<Rest> rows, List<Open> letters, Sum behind) {

    /** The youngest first. A state other than waiting has no age. */
    private static final List<String> AGES = List.of("less than a day", "a day to a week", "a week to a month", "more than a month");
    private static final int OF_ANY_AGE = 0;

    /** What a person has to read in QuickBooks or in a file: an amount that no row stands for. */
    private static final Set<String> UNREAD = Set.of("split", "enrich", "aggregate");
    private static final Set<String> ABOUT_NO_PAYMENT = Set.of("poll", "lookup", "go-live");

    /** Payments issued, and their total. */
    public record Sum(long payments, BigDecimal amount) {
        static final Sum NOTHING = new Sum(0, new BigDecimal("0.00"));

        Sum plus(Sum other) {
            return new Sum(payments + other.payments, amount.add(other.amount));
        }

        static Sum of(ResultSet row) throws SQLException {
            return new Sum(row.getLong("n"), Rows.money(row, "amount").orElse(NOTHING.amount));
        }
    }

    record Rest(RowState state, int age, Sum sum) { }

    record Open(String stage, boolean aboutRow, Sum sum, Instant oldest) { }

    /** What has been waiting for a commitment for so long. */
    public record Age(String words, Sum sum) { }

    static Totals of(LedgerDatabase database, Instant now) {
        // One statement: rows that change their state meanwhile are not counted twice.
        List<Rest> rows = database.jdbc().sql("""
                select 'delivered' as state, %1$d as age, count(*) as n, null as amount from ledger_row
                union all
                select state, case when state <> 'waiting' or state_since >= :day then %1$d when state_since >= :week then 1
                    when state_since >= :month then 2 else 3 end as age, count(*) as n, sum(amount) as amount
                  from ledger_row where state in ('waiting', 'pending', 'removed', 'dead', 'skipped') group by state, age"""
                .formatted(OF_ANY_AGE))
                .param("day", Rows.stamp(now.minus(Duration.ofDays(1)))).param("week", Rows.stamp(now.minus(Duration.ofDays(7))))
                .param("month", Rows.stamp(now.minus(Duration.ofDays(30))))
                .query((row, number) -> new Rest(RowState.of(row.getString("state")), row.getInt("age"), Sum.of(row))).list();
        List<Open> letters = database.jdbc().sql("""
                select stage, ledger_row_id is not null as about_row, count(*) as n, sum(amount) as amount, min(first_failed_at) as oldest
                from dead_letter where status = 'open' group by stage, ledger_row_id is not null""")
                .query((row, number) -> new Open(row.getString("stage"), row.getBoolean("about_row"), Sum.of(row),
                        Rows.instant(row, "oldest"))).list();
        Sum behind = database.jdbc().sql("""
                select count(*) as n, sum(r.wanted_amount) as amount from refusal f join dead_letter d on d.id = f.dead_letter_id
                  join ledger_row r on r.behind_letter = d.id where f.is_open and d.status = 'open'""")
                .query((row, number) -> Sum.of(row)).single();
        return new Totals(rows.stream().filter(rest -> rest.state() == RowState.DELIVERED).mapToLong(rest -> rest.sum().payments()).sum(),
                rows.stream().filter(rest -> rest.state() != RowState.DELIVERED).toList(), letters, behind);
    }

    public Runs.Counts counts() {
        long others = rows.stream().mapToLong(rest -> rest.sum().payments()).sum();
        // What the safety limits hold back are rows already.
        long besides = letters(open -> !open.aboutRow() && !open.stage().equals("safety")).payments();
        return new Runs.Counts(waiting().payments(), pending().payments(), inAll - others, of(RowState.REMOVED).payments(),
                of(RowState.DEAD).payments() + besides, of(RowState.SKIPPED).payments());
    }

    /** Payments that need an operator: set aside, behind a refused commitment, or not readable. */
    public Sum attention() {
        return of(RowState.DEAD).plus(behind).plus(letters(open -> !open.aboutRow() && UNREAD.contains(open.stage())));
    }

    /** Open dead letters that are about no payment. */
    public long problems() {
        return letters(open -> !open.aboutRow() && ABOUT_NO_PAYMENT.contains(open.stage())).payments();
    }

    public Sum waiting() {
        return of(RowState.WAITING);
    }

    public Sum pending() {
        return of(RowState.PENDING);
    }

    /** What waits for a commitment, by how long it has been waiting; the youngest first. */
    public List<Age> ages() {
        return IntStream.range(0, AGES.size()).mapToObj(age -> new Age(AGES.get(age), rows(rest ->
                rest.state() == RowState.WAITING && rest.age() == age))).toList();
    }

    /** Dead letters that are open. */
    public long open() {
        return letters(open -> true).payments();
    }

    /** When the oldest open dead letter failed first; empty when none is open. */
    public Optional<Instant> oldestOpen() {
        return letters.stream().map(Open::oldest).min(Instant::compareTo);
    }

    private Sum of(RowState state) {
        return rows(rest -> rest.state() == state);
    }

    private Sum rows(Predicate<Rest> which) {
        return rows.stream().filter(which).map(Rest::sum).reduce(Sum.NOTHING, Sum::plus);
    }

    private Sum letters(Predicate<Open> which) {
        return letters.stream().filter(which).map(Open::sum).reduce(Sum.NOTHING, Sum::plus);
    }
}
