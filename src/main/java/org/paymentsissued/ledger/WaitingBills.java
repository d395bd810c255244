package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.paymentsissued.payment.CommitmentRef;

/** Bills that payments wait for because no commitment is known, and those that got one lately. Nothing here changes anything. */
public final class WaitingBills {

    /** More than this many are not shown at once; the oldest come first. */
    private static final int MOST = 20_000;

    private final LedgerDatabase database;

    public WaitingBills(LedgerDatabase database) {
        this.database = database;
    }

    /** What identifies a bill. */
    public record Id(String companyFile, String txnId) { }

    /**
     * A bill. What QuickBooks was not asked for, or did not say, is empty.
     *
     * @param facts    the vendor is the payee where QuickBooks was not asked about the bill
     * @param payments how many wait for it
     * @param amount   what they pay
     * @param declined commitments that a person took away from it
     */
    public record Bill(Bills.Facts facts, long payments, BigDecimal amount, Set<CommitmentRef> declined) {

        public Id id() {
            return new Id(facts.companyFile(), facts.txnId());
        }
    }

    /** A bill whose commitment was chosen in the console or by a proposal. */
    public record Assigned(Id bill, String number, String vendor, CommitmentRef commitment, String reason, Instant at) { }

    /** All that wait, by the time at which they were first read. */
    public List<Bill> all() {
        return bills("r.state = 'waiting'", Optional.empty());
    }

    /** A bill of any state; empty where no payment is for it. */
    public Optional<Bill> bill(Id id) {
        return bills("r.bill_txn_id = :bill and p.company_file = :file", Optional.of(id)).stream().findFirst();
    }

    private List<Bill> bills(String which, Optional<Id> id) {
        Set<Declined> declined = new HashSet<>(database.jdbc().sql("select * from declined_commitment")
                .query((row, number) -> new Declined(new Id(row.getString("company_file"), row.getString("bill_txn_id")),
                        new CommitmentRef(row.getLong("project_id"), row.getLong("commitment_id")))).list());
        var query = database.jdbc().sql("""
                select w.*, b.vendor, b.bill_number as number_there, b.bill_date as date_there, b.amount_due, b.memo, b.jobs,
                  b.purchase_orders, b.purchase_order_ids, b.custom_fields
                from (select p.company_file, r.bill_txn_id, max(r.bill_number) as bill_number, max(r.bill_date) as bill_date,
                    max(p.payee) as payee, count(*) as payments, sum(coalesce(r.amount, 0)) as amount, min(r.id) as first_id
                  from ledger_row r join payment p on p.id = r.payment_id
                  where %s group by p.company_file, r.bill_txn_id) w
                left join bill_facts b on b.company_file = w.company_file and b.bill_txn_id = w.bill_txn_id and b.found
                order by w.first_id limit :most""".formatted(which)).param("most", MOST);
        if (id.isPresent()) {
            query = query.param("bill", id.get().txnId()).param("file", id.get().companyFile());
        }
        return query.query((row, number) -> bill(row, declined)).list();
    }

    private record Declined(Id bill, CommitmentRef commitment) { }

    private static Bill bill(ResultSet row, Set<Declined> declined) throws SQLException {
        Id id = new Id(row.getString("company_file"), row.getString("bill_txn_id"));
        Optional<java.time.LocalDate> date = Rows.date(row, "date_there");
        return new Bill(new Bills.Facts(id.companyFile(), id.txnId(), first(row, "vendor", "payee"),
                first(row, "number_there", "bill_number"), date.isPresent() ? date : Rows.date(row, "bill_date"),
                Rows.money(row, "amount_due"), Rows.text(row, "memo"), Bills.list(Rows.text(row, "jobs")),
                Bills.list(Rows.text(row, "purchase_orders")), Bills.list(Rows.text(row, "purchase_order_ids")),
                Bills.list(Rows.text(row, "custom_fields"))), row.getLong("payments"), row.getBigDecimal("amount"),
                declined.isEmpty() ? Set.of() : declined.stream().filter(one -> one.bill().equals(id)).map(Declined::commitment)
                        .collect(java.util.stream.Collectors.toSet()));
    }

    private static String first(ResultSet row, String column, String otherwise) throws SQLException {
        String text = Rows.text(row, column);
        return text.isEmpty() ? Rows.text(row, otherwise) : text;
    }

    /** The latest first. */
    public List<Assigned> assignedLately(int most) {
        return database.jdbc().sql("""
                select c.*, (select max(r.bill_number) from ledger_row r where r.bill_txn_id = c.bill_txn_id) as bill_number,
                  (select max(p.payee) from ledger_row r join payment p on p.id = r.payment_id
                    where r.bill_txn_id = c.bill_txn_id and p.company_file = c.company_file) as payee
                from commitment_lookup c where c.source in ('console', 'match') order by c.changed_at desc, c.bill_txn_id limit :most""")
                .param("most", most).query((row, number) -> new Assigned(new Id(row.getString("company_file"),
                        row.getString("bill_txn_id")), Rows.text(row, "bill_number"), Rows.text(row, "payee"),
                        new CommitmentRef(row.getLong("project_id"), row.getLong("commitment_id")), Rows.text(row, "reason"),
                        Rows.instant(row, "changed_at"))).list();
    }
}
