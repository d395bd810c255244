package org.paymentsissued.ledger;

import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Cut;
import org.paymentsissued.payment.Placement;

/** Which commitment a bill belongs to. Read by the SQL of the routes, written here. */
public final class CommitmentLookup {

    private final LedgerDatabase database;
    private final Clock clock;

    public CommitmentLookup(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Where a lookup row comes from. */
    public enum Source {
        CSV, PROCORE, CONSOLE, MATCH;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether a person entered it: then nothing read from Procore replaces it. */
        static boolean isOfPeople(String word) {
            return word.equals(CSV.word()) || word.equals(CONSOLE.word());
        }
    }

    /** Writes many bills in one transaction: writing each one to the disk takes a thousand times as long. */
    public <T> T together(Supplier<T> puts) {
        return database.transactions().execute(status -> puts.get());
    }

    /** Sets a bill's place, whatever it was before. @param reason why a proposal was applied; empty otherwise */
    public void put(String companyFile, String billTxnId, Placement place, Source source, String reason) {
        Map<String, Object> values = new HashMap<>();
        values.put("file", companyFile);
        values.put("bill", billTxnId);
        values.put("project", place.projectId());
        values.put("contract", place.contractId());
        values.put("type", place.commitmentType().isEmpty() ? null : place.commitmentType());
        values.put("requisition", place.requisitionId().orElse(null));
        values.put("invoice", place.invoiceNumber());
        values.put("source", source.word());
        values.put("reason", Cut.to(1000, reason));
        values.put("now", Rows.stamp(clock.instant()));
        database.transactions().executeWithoutResult(status -> {
            if (Source.isOfPeople(source.word())) {
                noLongerDeclined(companyFile, billTxnId, place.commitment());
            }
            int updated = database.jdbc().sql("""
                    update commitment_lookup set project_id = :project, commitment_id = :contract,
                      commitment_type = :type, requisition_id = :requisition, invoice_number = :invoice,
                      source = :source, reason = :reason, changed_at = :now
                    where company_file = :file and bill_txn_id = :bill""")
                    .params(values).update();
            if (updated == 0) {
                database.jdbc().sql("""
                        insert into commitment_lookup (company_file, bill_txn_id, project_id, commitment_id,
                          commitment_type, requisition_id, invoice_number, source, reason, changed_at)
                        values (:file, :bill, :project, :contract, :type, :requisition, :invoice, :source, :reason, :now)""")
                        .params(values).update();
            }
        });
    }

    /** Takes a bill's place away; what Procore's invoices and proposals say of it again does not count. @return what it was */
    public Optional<Placement> takeBack(String companyFile, String billTxnId) {
        return database.transactions().execute(status -> {
            Optional<Placement> was = of(companyFile, billTxnId);
            was.ifPresent(place -> {
                database.jdbc().sql("delete from commitment_lookup where company_file = :file and bill_txn_id = :bill")
                        .param("file", companyFile).param("bill", billTxnId).update();
                noLongerDeclined(companyFile, billTxnId, place.commitment());
                database.jdbc().sql("""
                        insert into declined_commitment (company_file, bill_txn_id, project_id, commitment_id)
                        values (:file, :bill, :project, :commitment)""").param("file", companyFile).param("bill", billTxnId)
                        .param("project", place.projectId()).param("commitment", place.contractId()).update();
            });
            return was;
        });
    }

    private void noLongerDeclined(String companyFile, String billTxnId, CommitmentRef commitment) {
        database.jdbc().sql("""
                delete from declined_commitment where company_file = :file and bill_txn_id = :bill
                  and project_id = :project and commitment_id = :commitment""").param("file", companyFile)
                .param("bill", billTxnId).param("project", commitment.projectId()).param("commitment", commitment.commitmentId())
                .update();
    }

    /** Where a bill belongs; empty if unknown. */
    public Optional<Placement> of(String companyFile, String billTxnId) {
        return database.jdbc().sql("""
                select project_id, commitment_id, commitment_type, requisition_id, invoice_number
                from commitment_lookup where company_file = :file and bill_txn_id = :bill""")
                .param("file", companyFile).param("bill", billTxnId)
                .query((row, number) -> new Placement(row.getLong("project_id"), row.getLong("commitment_id"),
                        Rows.text(row, "commitment_type"), Rows.id(row, "requisition_id"),
                        Rows.text(row, "invoice_number"))).optional();
    }
}
