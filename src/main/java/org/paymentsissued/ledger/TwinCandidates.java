package org.paymentsissued.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The records in Procore that an operator is shown as what may be a row's payment. */
final class TwinCandidates {

    /** Adoptable ones come first; nobody compares more by eye. */
    private static final int MOST = 50;
    private static final int LONGEST_TEXT = 255;
    private static final int LONGEST_NOTES = 1000;

    private TwinCandidates() {
    }

    /** Replaces what was shown for a row, in the caller's transaction. */
    static void show(LedgerDatabase database, long rowId, List<TwinCandidate> candidates) {
        database.jdbc().sql("delete from twin_candidate where row_id = :row").param("row", rowId).update();
        for (int i = 0; i < Math.min(MOST, candidates.size()); i++) {
            TwinCandidate candidate = candidates.get(i);
            database.jdbc().sql("""
                    insert into twin_candidate (row_id, position, record_id, maker, may_become_ours, amount, paid_on, check_number,
                      invoice_number, notes)
                    values (:row, :position, :record, :maker, :ours, :amount, :date, :number, :invoice, :notes)""")
                    .param("row", rowId).param("position", i).param("record", candidate.recordId())
                    .param("maker", candidate.maker().name()).param("ours", candidate.mayBecomeOurs())
                    .param("amount", candidate.amount()).param("date", candidate.date().orElse(null))
                    .param("number", database.kept(candidate.checkNumber(), LONGEST_TEXT))
                    .param("invoice", database.kept(candidate.invoiceNumber(), LONGEST_TEXT))
                    .param("notes", database.kept(candidate.notes(), LONGEST_NOTES)).update();
        }
    }

    /** The closest first. */
    static List<TwinCandidate> of(JdbcClient jdbc, long rowId) {
        return jdbc.sql("select * from twin_candidate where row_id = :row order by position").param("row", rowId)
                .query(TwinCandidates::map).list();
    }

    /** Records that may become the row's. */
    static Set<Long> offered(JdbcClient jdbc, long rowId) {
        return new LinkedHashSet<>(jdbc.sql("select record_id from twin_candidate where row_id = :row and may_become_ours"
                + " order by position").param("row", rowId).query(Long.class).list());
    }

    private static TwinCandidate map(ResultSet row, int number) throws SQLException {
        return new TwinCandidate(row.getLong("record_id"), TwinCandidate.Maker.valueOf(row.getString("maker")),
                row.getBoolean("may_become_ours"), Rows.money(row, "amount").orElseThrow(), Rows.date(row, "paid_on"),
                Rows.text(row, "check_number"), Rows.text(row, "invoice_number"), Rows.text(row, "notes"));
    }
}
