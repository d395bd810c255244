package org.paymentsissued.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.paymentsissued.payment.CommitmentName;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.RowState;
import org.springframework.jdbc.support.GeneratedKeyHolder;

/** What Procore holds according to the ledger, by commitment, for the comparison with what is really there. */
public final class Holdings {

    private final LedgerDatabase database;
    private final Clock clock;

    public Holdings(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** A commitment of Procore. @param name as people know it; empty where it was never read */
    public record Commitment(long projectId, long contractId, String name) {

        public CommitmentRef place() {
            return new CommitmentRef(projectId, contractId);
        }

        /** The name, with the ids as a detail. */
        public String words() {
            return name.isEmpty() ? place().words() : name + " (" + place().words() + ")";
        }
    }

    /**
     * Every commitment of a Procore company that a payment is or was on, or that the lookup names.
     *
     * @param companyFiles all that go into this company
     */
    public List<Commitment> commitments(String companyId, List<String> companyFiles) {
        return database.jdbc().sql("""
                select k.project_id, k.contract_id, p.name as project, c.number as contract, c.title from (
                """ + Rows.PLACES + """
                ) k
                left join procore_project p on p.company_id = :company and p.project_id = k.project_id
                left join procore_commitment c on c.company_id = :company and c.project_id = k.project_id
                  and c.commitment_id = k.contract_id
                order by k.project_id, k.contract_id""")
                .param("company", companyId).param("files", companyFiles)
                .query((row, number) -> new Commitment(row.getLong("project_id"), row.getLong("contract_id"),
                        name(row))).list();
    }

    private static String name(ResultSet row) throws SQLException {
        CommitmentName name = new CommitmentName(new CommitmentRef(row.getLong("project_id"), row.getLong("contract_id")),
                CommitmentNames.of(Rows.text(row, "contract"), Rows.text(row, "title")), Rows.text(row, "project"));
        return name.isKnown() ? name.words() : "";
    }

    /** Rows of these company files that want something on a commitment, or hold something there. */
    public List<LedgerRow> rowsOn(long projectId, long contractId, List<String> companyFiles) {
        return database.jdbc().sql(Rows.SELECT + """
                 where p.company_file in (:files)
                   and ((r.wanted and r.wanted_project_id = :project and r.wanted_contract_id = :contract)
                     or (r.held_project_id = :project and r.held_contract_id = :contract)) order by r.payment_id, r.id""")
                .param("files", companyFiles).param("project", projectId).param("contract", contractId).query(Rows::map).list();
    }

    /** Names of the company files that payments were read from, whether they are still set up or not. */
    public List<String> companyFiles() {
        return database.jdbc().sql("select distinct company_file from payment order by company_file").query(String.class)
                .list();
    }

    /** The row of a payment and a bill, whatever kind of payment it is; empty where the ledger has none. */
    public Optional<LedgerRow> row(String companyFile, String paymentTxnId, String billTxnId) {
        return database.jdbc().sql(Rows.SELECT + """
                 where p.company_file = :file and p.payment_txn_id = :txn and r.bill_txn_id = :bill""")
                .param("file", companyFile).param("txn", paymentTxnId).param("bill", billTxnId)
                .query(Rows::map).optional();
    }

    /** Whether QuickBooks has reported this payment, even if only its deletion. */
    public boolean isKnown(String companyFile, String paymentTxnId) {
        return database.jdbc().sql("select count(*) from payment where company_file = :file and payment_txn_id = :txn")
                .param("file", companyFile).param("txn", paymentTxnId).query(Long.class).single() > 0;
    }

    /**
     * Writes down what Procore was found to hold for a row; where that differs from what is wanted, the row becomes due. One
     * that needs attention keeps its state.
     *
     * @param allLandedBefore a call begun before this moment has had its effect, if any, before Procore was read: its
     *                        outcome is known now. A row with a later call, or in the hands of a delivery, is left to that.
     */
    public void found(long rowId, Optional<Held> held, Instant allLandedBefore) {
        database.transactions().executeWithoutResult(status -> {
            LedgerRow row = Rows.locked(database.jdbc(), rowId).orElseThrow();
            Instant now = clock.instant();
            if (row.pendingCall().isEmpty()
                    || row.pendingCall().get().at().isBefore(allLandedBefore) && !isBeingDelivered(row.paymentId(), now)) {
                LedgerRow.Draft draft = row.change().held(held).pendingCall(Optional.empty());
                Rows.save(database, (row.state() == RowState.DEAD ? draft
                        : draft.attempts(0, now).settle(row.state() == RowState.SKIPPED ? RowState.SKIPPED
                                : RowState.REMOVED, row.reason())).done(), now);
                Rows.rememberFormerRecord(database.jdbc(), row, held);
                Rows.noteOurs(database.jdbc(), row, held);
            }
        });
    }

    private boolean isBeingDelivered(long paymentId, Instant now) {
        return database.jdbc().sql("select count(*) from payment where id = :id and claimed_until > :now")
                .param("id", paymentId).param("now", Rows.stamp(now)).query(Long.class).single() > 0;
    }

    /** Procore holds a record of a known payment for a bill that the payment does not pay: it is recorded so that it will be removed. */
    public void foundUnwanted(String companyFile, String paymentTxnId, String billTxnId, Held held) {
        database.transactions().executeWithoutResult(status -> {
            Instant now = clock.instant();
            long payment = database.jdbc().sql("""
                    select min(id) from payment where company_file = :file and payment_txn_id = :txn""")
                    .param("file", companyFile).param("txn", paymentTxnId).query(Long.class).single();
            GeneratedKeyHolder id = new GeneratedKeyHolder();
            database.jdbc().sql("""
                    insert into ledger_row (payment_id, bill_txn_id, txn_type, bill_number, bill_date, amount, state,
                      wanted, next_attempt_at, changed_at)
                    values (:payment, :bill, 'Bill', :number, :date, :amount, 'pending', false, :now, :now)""")
                    .param("payment", payment).param("bill", billTxnId).param("number", held.fields().invoiceNumber())
                    .param("date", held.fields().invoiceDate().orElse(null), Types.DATE).param("amount", held.amount())
                    .param("now", Rows.stamp(now)).update(id, "id");
            LedgerRow row = Rows.byId(database.jdbc(), id.getKey().longValue()).orElseThrow();
            Rows.save(database, row.change().held(Optional.of(held))
                    .settle(RowState.REMOVED, "QuickBooks has no such payment on this bill.").done(), now);
        });
    }
}
