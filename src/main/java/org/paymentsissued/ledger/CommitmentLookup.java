package org.paymentsissued.ledger;

import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.paymentsissued.payment.Placement;

/** Which commitment a bill belongs to. Read by the SQL of the routes, written here. */
public final class CommitmentLookup {

    private final LedgerDatabase database;
    private final Clock clock;

    public CommitmentLookup(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Writes many bills in one transaction: writing each one to the disk takes a thousand times as long. */
    public <T> T together(Supplier<T> puts) {
        return database.transactions().execute(status -> puts.get());
    }

    /** Sets a bill's place, whatever it was before. */
    public void put(String companyFile, String billTxnId, Placement place, String source) {
        database.transactions().executeWithoutResult(status -> {
            int updated = database.jdbc().sql("""
                    update commitment_lookup set project_id = :project, commitment_id = :contract,
                      commitment_type = :type, requisition_id = :requisition, invoice_number = :invoice,
                      source = :source, changed_at = :now
                    where company_file = :file and bill_txn_id = :bill""")
                    .params(fields(companyFile, billTxnId, place, source)).update();
            if (updated == 0) {
                database.jdbc().sql("""
                        insert into commitment_lookup (company_file, bill_txn_id, project_id, commitment_id,
                          commitment_type, requisition_id, invoice_number, source, changed_at)
                        values (:file, :bill, :project, :contract, :type, :requisition, :invoice, :source, :now)""")
                        .params(fields(companyFile, billTxnId, place, source)).update();
            }
        });
    }

    private java.util.Map<String, Object> fields(String companyFile, String billTxnId, Placement place, String source) {
        java.util.Map<String, Object> fields = new java.util.HashMap<>();
        fields.put("file", companyFile);
        fields.put("bill", billTxnId);
        fields.put("project", place.projectId());
        fields.put("contract", place.contractId());
        fields.put("type", place.commitmentType());
        fields.put("requisition", place.requisitionId().orElse(null));
        fields.put("invoice", place.invoiceNumber());
        fields.put("source", source);
        fields.put("now", Rows.stamp(clock.instant()));
        return fields;
    }

    /** Where a bill belongs; empty if unknown. */
    public Optional<Placement> of(String companyFile, String billTxnId) {
        return database.jdbc().sql("""
                select project_id, commitment_id, commitment_type, requisition_id, invoice_number
                from commitment_lookup where company_file = :file and bill_txn_id = :bill""")
                .param("file", companyFile).param("bill", billTxnId)
                .query((row, number) -> new Placement(row.getLong("project_id"), row.getLong("commitment_id"),
                        row.getString("commitment_type"), Rows.id(row, "requisition_id"),
                        Rows.text(row, "invoice_number"))).optional();
    }
}
