package org.paymentsissued.procore;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.paymentsissued.ledger.Holdings;
import org.paymentsissued.ledger.LedgerRow;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Held;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.payment.Wanted;

/** Our records on a commitment as the ledger has them: what Procore would show if no one else worked in it. */
public final class BelievedRecords {

    private final Holdings holdings;
    private final ProcoreCompanies companies;

    public BelievedRecords(Holdings holdings, ProcoreCompanies companies) {
        this.holdings = holdings;
        this.companies = companies;
    }

    /**
     * A record of ours.
     *
     * @param id     0 where the ledger does not know it: a correction of the first record
     * @param fields JSON, as they were sent
     */
    public record Believed(long id, String fields) { }

    /** The records on a commitment; none if no company file goes into that company. */
    public List<Believed> on(String companyId, long projectId, long contractId) {
        List<Believed> records = new ArrayList<>();
        companies.all().stream().filter(company -> company.id().equals(companyId)).flatMap(company ->
                holdings.rowsOn(projectId, contractId, company.companyFiles()).stream()).forEach(row -> row.held()
                        .filter(held -> held.place().equals(new CommitmentRef(projectId, contractId)))
                        .ifPresent(held -> add(records, row, held)));
        return records;
    }

    /** How corrections share the amount is not in the ledger: the first record gets it, and they get none. */
    private void add(List<Believed> records, LedgerRow row, Held held) {
        RecordKey keys = new RecordKey(companies.policyOf(row.payment().companyFile()));
        records.add(new Believed(held.procoreId(), fields(held, held.amount(), keys, keys.of(row))));
        for (int i = 1; i <= held.corrections(); i++) {
            records.add(new Believed(0, fields(held, BigDecimal.ZERO, keys, RecordKey.correction(keys.of(row), i))));
        }
    }

    private static String fields(Held held, BigDecimal amount, RecordKey keys, String key) {
        CommitmentRef at = held.place();
        Placement place = new Placement(at.projectId(), at.commitmentId(), "", held.requisitionId(), "");
        Wanted sent = new Wanted(Optional.of(place), held.fields().withAmount(amount)
                .withDate(Optional.of(held.date().orElse(LocalDate.EPOCH))));
        ObjectNode payment = (ObjectNode) PaymentJson.tree(PaymentJson.create(at, sent, keys, key)).orElseThrow()
                .get("contract_payment");
        held.stored().checkNumber().ifPresent(text -> payment.put("check_number", text));
        held.stored().invoiceNumber().ifPresent(text -> payment.put("invoice_number", text));
        held.stored().notes().ifPresent(text -> payment.put("notes", text));
        if (held.date().isEmpty()) {
            payment.remove("date");
        }
        if (!held.linked()) {
            payment.remove("origin_id");
        }
        return payment.toString();
    }
}
