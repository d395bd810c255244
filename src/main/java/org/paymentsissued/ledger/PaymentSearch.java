package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.paymentsissued.payment.PaymentKind;
import org.paymentsissued.payment.RowState;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Ledger rows as operators look for them: one a payment and bill. Nothing here changes anything. */
public final class PaymentSearch {

    private static final String SELECT = """
            select r.id, r.payment_id, r.state,
              case when r.reason = '' and p.verdict = 'PAYS_BILLS' then coalesce(p.note, '') else r.reason end as reason,
              r.bill_txn_id, r.txn_type, r.bill_number, r.bill_date, r.amount,
              r.wanted_project_id, r.wanted_contract_id, r.wanted_commitment_type, r.wanted_requisition_id,
              r.held_procore_id, r.held_amount, r.held_date, r.pending_call, r.behind_letter, r.attempts, r.next_attempt_at, r.changed_at,
              p.company_file, p.payment_kind, p.payment_txn_id, p.ref_number, p.txn_date, p.payee, p.memo,
              p.amount as payment_amount, b.jobs, b.purchase_orders,
              c.number as commitment_number, c.title as commitment_title, o.name as project_name
            """;
    private static final String FROM = " from ledger_row r join payment p on p.id = r.payment_id"
            + " left join bill_facts b on b.company_file = p.company_file and b.bill_txn_id = r.bill_txn_id"
            + " left join company_file f on f.name = p.company_file"
            + " left join procore_project o on o.company_id = coalesce(f.procore_company_id, '')"
            + " and o.project_id = r.wanted_project_id"
            + " left join procore_commitment c on c.company_id = coalesce(f.procore_company_id, '')"
            + " and c.project_id = r.wanted_project_id and c.commitment_id = r.wanted_contract_id";
    /** Where a word may appear. QuickBooks' job and Procore's project are two names of one thing. */
    private static final List<String> TEXTS = List.of("p.ref_number", "r.bill_number", "p.payee", "p.memo", "b.jobs",
            "b.purchase_orders", "o.name", "c.number", "c.title");

    private final LedgerDatabase database;

    public PaymentSearch(LedgerDatabase database) {
        this.database = database;
    }

    /**
     * A payment and a bill. Texts may be empty; ids are empty where not known.
     *
     * @param jobs           of the bill, as {@code Customer:Job}; asked of QuickBooks where no commitment was known
     * @param purchaseOrders numbers of the orders the bill was made from, likewise
     * @param commitmentName as people know it, with its project; empty where Procore has not shown it
     */
    public record Found(long id, long paymentId, RowState state, String reason, String companyFile, PaymentKind kind,
            String paymentTxnId, String number, Optional<LocalDate> date, String payee, String memo,
            Optional<BigDecimal> paymentAmount, String billTxnId, String billType, String billNumber,
            Optional<LocalDate> billDate, Optional<BigDecimal> amount, Optional<Long> projectId,
            Optional<Long> commitmentId, String commitmentType, Optional<Long> requisitionId, Optional<Long> procoreId,
            Optional<BigDecimal> procoreAmount, Optional<LocalDate> procoreDate, boolean outcomeUnknown,
            Optional<Long> behindLetter, int attempts,
            Instant nextAttemptAt, Instant changedAt, List<String> jobs, List<String> purchaseOrders, String commitmentName) { }

    /**
     * The latest read first.
     *
     * @param state empty for any
     * @param text  words that must all be found: number on the check, invoice, vendor, job or project, order or
     *              commitment, amount, date, memo, an id of QuickBooks or Procore
     */
    public Page<Found> page(Optional<RowState> state, String text, int page, int size) {
        SearchText search = SearchText.of(text);
        String where = where(state, search);
        long total = search.words().isEmpty() ? count(state) : bound(database.jdbc().sql("select count(*)" + FROM + where), state, search)
                .query(Long.class).single();
        // In the order of the index on state and id: otherwise all rows of a state are joined and sorted for one page.
        String order = " order by " + (state.isPresent() ? "r.state, " : "") + "r.id desc limit :size offset :offset";
        List<Found> items = bound(database.jdbc().sql(SELECT + FROM + where + order), state, search)
                .param("size", size).param("offset", (long) (page - 1) * size).query(PaymentSearch::found).list();
        return new Page<>(items, total, page, size);
    }

    /** Nearly all rows are delivered, and H2 knows how many there are in all: the others are counted. */
    private long count(Optional<RowState> state) {
        String all = "select (select count(*) from ledger_row)";
        if (state.isEmpty()) {
            return database.jdbc().sql(all).query(Long.class).single();
        }
        boolean others = state.get() == RowState.DELIVERED;
        List<String> counted = Stream.of(RowState.values()).filter(one -> others != (one == state.get())).map(RowState::word).toList();
        return database.jdbc().sql((others ? all + " - " : "select ") + "(select count(*) from ledger_row where state in (:states))")
                .param("states", counted).query(Long.class).single();
    }

    /** What a sync read, in the order of the ledger. */
    public Page<Found> ofRun(long runId, int page, int size) {
        String where = " where p.run_id = :run";
        long total = database.jdbc().sql("select count(*) from payment p join ledger_row r on r.payment_id = p.id" + where)
                .param("run", runId).query(Long.class).single();
        return new Page<>(database.jdbc().sql(SELECT + FROM + where + " order by r.id limit :size offset :offset").param("run", runId)
                .param("size", size).param("offset", (long) (page - 1) * size).query(PaymentSearch::found).list(), total, page, size);
    }

    public Optional<Found> byId(long rowId) {
        return database.jdbc().sql(SELECT + FROM + " where r.id = :id").param("id", rowId)
                .query(PaymentSearch::found).optional();
    }

    /** The payment as QuickBooks gave it last: without text where {@link Retention} trimmed it, empty where it was never read. */
    public Optional<String> qbxml(long rowId) {
        return database.jdbc().sql("select p.qbxml" + FROM + " where r.id = :id and p.qbxml is not null").param("id", rowId)
                .query((row, number) -> Rows.text(row, "qbxml")).optional();
    }

    /** How many rows still wait for, or already have, the commitment of a bill. */
    public long rowsOfBill(String companyFile, String billTxnId) {
        return database.jdbc().sql("select count(*)" + FROM + " where p.company_file = :file and r.bill_txn_id = :bill")
                .param("file", companyFile).param("bill", billTxnId).query(Long.class).single();
    }

    private static String where(Optional<RowState> state, SearchText search) {
        StringBuilder where = new StringBuilder(" where 1 = 1");
        if (state.isPresent()) {
            where.append(" and r.state = :state");
        }
        for (int i = 0; i < search.words().size(); i++) {
            String word = ":word" + i;
            where.append(" and (").append(String.join(" or ", TEXTS.stream()
                    .map(text -> "position(" + word + " in " + SearchText.foldedSql(text) + ") > 0").toList()))
                    .append(" or lower(p.payment_txn_id) = ").append(word)
                    .append(" or lower(r.bill_txn_id) = ").append(word);
            if (SearchText.amount(search.words().get(i)).isPresent()) {
                where.append(" or r.amount = :amount").append(i).append(" or p.amount = :amount").append(i);
            }
            if (SearchText.date(search.words().get(i)).isPresent()) {
                where.append(" or p.txn_date = :day").append(i).append(" or r.bill_date = :day").append(i);
            }
            if (SearchText.id(search.words().get(i)).isPresent()) {
                where.append(" or r.wanted_project_id = :id").append(i).append(" or r.wanted_contract_id = :id").append(i)
                        .append(" or r.held_procore_id = :id").append(i);
            }
            where.append(')');
        }
        return where.toString();
    }

    private static JdbcClient.StatementSpec bound(JdbcClient.StatementSpec sql, Optional<RowState> state,
            SearchText search) {
        JdbcClient.StatementSpec bound = sql;
        if (state.isPresent()) {
            bound = bound.param("state", state.get().word());
        }
        for (int i = 0; i < search.words().size(); i++) {
            String word = search.words().get(i);
            bound = bound.param("word" + i, word);
            if (SearchText.amount(word).isPresent()) {
                bound = bound.param("amount" + i, SearchText.amount(word).get());
            }
            if (SearchText.date(word).isPresent()) {
                bound = bound.param("day" + i, SearchText.date(word).get());
            }
            if (SearchText.id(word).isPresent()) {
                bound = bound.param("id" + i, SearchText.id(word).get());
            }
        }
        return bound;
    }

    private static Found found(ResultSet row, int number) throws SQLException {
        return new Found(row.getLong("id"), row.getLong("payment_id"), RowState.of(row.getString("state")),
                Rows.text(row, "reason"), row.getString("company_file"),
                PaymentKind.valueOf(row.getString("payment_kind")), row.getString("payment_txn_id"),
                Rows.text(row, "ref_number"), Rows.date(row, "txn_date"), Rows.text(row, "payee"),
                Rows.text(row, "memo"), Rows.money(row, "payment_amount"), row.getString("bill_txn_id"),
                row.getString("txn_type"), Rows.text(row, "bill_number"), Rows.date(row, "bill_date"),
                Rows.money(row, "amount"), Rows.id(row, "wanted_project_id"), Rows.id(row, "wanted_contract_id"),
                Rows.text(row, "wanted_commitment_type"), Rows.id(row, "wanted_requisition_id"),
                Rows.id(row, "held_procore_id"), Rows.money(row, "held_amount"), Rows.date(row, "held_date"),
                row.getString("pending_call") != null, Rows.id(row, "behind_letter"), row.getInt("attempts"),
                Rows.instant(row, "next_attempt_at"),
                Rows.instant(row, "changed_at"), lines(row, "jobs"), lines(row, "purchase_orders"),
                name(row));
    }

    /** The commitment as people know it; empty where Procore has not shown it. */
    private static String name(ResultSet row) throws SQLException {
        String name = CommitmentNames.of(Rows.text(row, "commitment_number"), Rows.text(row, "commitment_title"));
        String project = Rows.text(row, "project_name");
        return name.isEmpty() || project.isEmpty() ? name : name + " of " + project;
    }

    private static List<String> lines(ResultSet row, String column) throws SQLException {
        return Rows.text(row, column).lines().filter(line -> !line.isBlank()).toList();
    }
}
