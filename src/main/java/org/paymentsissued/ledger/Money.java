package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What has not arrived in Procore yet, in money.
 *
 * @param attention payments that need an operator: set aside, behind a refused commitment, or not readable
 * @param problems  open dead letters that are about no payment
 * @param ages      what waits for a commitment, by how long it has been waiting; the youngest first
 */
public record Money(Sum attention, long problems, Sum waiting, Sum pending, List<Age> ages) {

    private static final List<Age> AGES = List.of(new Age("less than a day", Duration.ofDays(1), Sum.NOTHING),
            new Age("a day to a week", Duration.ofDays(7), Sum.NOTHING), new Age("a week to a month", Duration.ofDays(30), Sum.NOTHING),
            new Age("more than a month", Duration.ofDays(36_500), Sum.NOTHING));

    /** Payments issued, and their total. */
    public record Sum(long payments, BigDecimal amount) {
        static final Sum NOTHING = new Sum(0, new BigDecimal("0.00"));

        Sum plus(Sum other) {
            return new Sum(payments + other.payments, amount.add(other.amount));
        }
    }

    /** @param below older ones are in the next */
    public record Age(String words, Duration below, Sum sum) { }

    static Money of(LedgerDatabase database, Instant now) {
        Sum dead = sum(database, "select count(*) as n, sum(amount) as amount from ledger_row where state = 'dead'");
        Sum behind = sum(database, """
                select count(*) as n, sum(r.wanted_amount) as amount from refusal f join dead_letter d on d.id = f.dead_letter_id
                  join ledger_row r on r.behind_letter = d.id where f.is_open and d.status = 'open'""");
        Sum unread = sum(database, """
                select count(*) as n, sum(amount) as amount from dead_letter
                where status = 'open' and stage in ('split', 'enrich', 'aggregate') and ledger_row_id is null""");
        long problems = database.jdbc().sql("""
                select count(*) from dead_letter where status = 'open' and stage in ('poll', 'lookup', 'go-live')
                  and ledger_row_id is null""").query(Long.class).single();
        List<Age> ages = new ArrayList<>();
        Instant until = now.plus(Duration.ofDays(1));
        Sum waiting = Sum.NOTHING;
        for (Age age : AGES) {
            Instant since = now.minus(age.below());
            Sum sum = database.jdbc().sql("""
                    select count(*) as n, sum(amount) as amount from ledger_row
                    where state = 'waiting' and state_since >= :since and state_since < :until""")
                    .param("since", Rows.stamp(since)).param("until", Rows.stamp(until)).query((row, number) -> new Sum(row.getLong("n"),
                            Rows.money(row, "amount").orElse(Sum.NOTHING.amount()))).single();
            ages.add(new Age(age.words(), age.below(), sum));
            waiting = waiting.plus(sum);
            until = since;
        }
        return new Money(dead.plus(behind).plus(unread), problems, waiting,
                sum(database, "select count(*) as n, sum(amount) as amount from ledger_row where state = 'pending'"), List.copyOf(ages));
    }

    private static Sum sum(LedgerDatabase database, String sql) {
        return database.jdbc().sql(sql).query((row, number) ->
                new Sum(row.getLong("n"), Rows.money(row, "amount").orElse(Sum.NOTHING.amount()))).single();
    }
}
