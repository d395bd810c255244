package org.paymentsissued.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.paymentsissued.ledger.DeadLetters.Trouble;
import org.paymentsissued.payment.Cut;
import org.paymentsissued.payment.Placement;

/**
 * What was read from Procore to fill the commitment lookup: projects, commitments, and the subcontractor invoices that name
 * the QuickBooks bill they became. A lookup row that a person entered is never overwritten.
 */
public final class ProcoreCatalogue {

    private static final String CONFLICT = "conflict|";
    private static final String ONE_PART = "company_id = :company and project_id = :project and subject = :subject";

    private final LedgerDatabase database;
    private final CommitmentLookup lookup;
    private final DeadLetters deadLetters;

    public ProcoreCatalogue(LedgerDatabase database, CommitmentLookup lookup, DeadLetters deadLetters) {
        this.database = database;
        this.lookup = lookup;
        this.deadLetters = deadLetters;
    }

    /** A commitment of either kind. @param type {@code work_order_contract} or {@code purchase_order_contract} */
    public record Commitment(long projectId, long id, String type, String number, String title, String vendor,
            String status) { }

    /** A subcontractor invoice. @param billTxnId the QuickBooks bill; empty where it is not, or no longer, a bill's */
    public record Invoice(long id, Placement place, String billTxnId) { }

    /**
     * A part of the lookup that Procore did not return when it was last asked for; what was read before stays in use.
     *
     * @param projectId 0 where the company as a whole is meant
     * @param project   its name; empty where it was never read
     * @param lastRead  empty where it never was
     * @param since     when it first failed
     */
    public record StalePart(String companyId, long projectId, String project, String subject, Optional<Instant> lastRead,
            Instant since, String reason) { }

    /** Writes down which Procore company a company file goes into. */
    public void assign(String companyFile, String companyId) {
        upsert("company_file", List.of("name"), Map.of("name", companyFile, "procore_company_id", companyId));
    }

    /** Until when a subject of a project was read; empty where it never was. Project 0 means the company. */
    public Optional<Instant> readAt(String companyId, long projectId, String subject) {
        return database.jdbc().sql("""
                select read_at from procore_reading where
                """ + ONE_PART)
                .param("company", companyId).param("project", projectId).param("subject", subject)
                .query((row, number) -> Rows.instant(row, "read_at")).optional();
    }

    public void markRead(String companyId, long projectId, String subject, Instant at) {
        upsert("procore_reading", List.of("company_id", "project_id", "subject"), Map.of("company_id", companyId,
                "project_id", projectId, "subject", subject, "read_at", Rows.stamp(at)));
    }

    /** A part could not be read. It is stale since the first time in a row that it could not. */
    public void markStale(String companyId, long projectId, String subject, Instant at, String reason) {
        Instant since = database.jdbc().sql("select since from procore_stale where " + ONE_PART)
                .param("company", companyId).param("project", projectId).param("subject", subject)
                .query((row, number) -> Rows.instant(row, "since")).optional().orElse(at);
        upsert("procore_stale", List.of("company_id", "project_id", "subject"), Map.of("company_id", companyId,
                "project_id", projectId, "subject", subject, "since", Rows.stamp(since), "reason", Cut.to(1000, reason)));
    }

    /** A part could be read, or is no longer asked for. */
    public void noLongerStale(String companyId, long projectId, String subject) {
        database.jdbc().sql("delete from procore_stale where " + ONE_PART)
                .param("company", companyId).param("project", projectId).param("subject", subject).update();
    }

    /** All stale parts, the company itself before its projects. */
    public List<StalePart> stale(String companyId) {
        return database.jdbc().sql("""
                select s.project_id, s.subject, s.since, s.reason, p.name, r.read_at from procore_stale s
                left join procore_project p on p.company_id = s.company_id and p.project_id = s.project_id
                left join procore_reading r on r.company_id = s.company_id and r.project_id = s.project_id
                  and r.subject = s.subject
                where s.company_id = :company order by s.project_id, s.subject""").param("company", companyId)
                .query((row, number) -> new StalePart(companyId, row.getLong("project_id"), Rows.text(row, "name"),
                        row.getString("subject"), Optional.ofNullable(Rows.instant(row, "read_at")),
                        Rows.instant(row, "since"), row.getString("reason"))).list();
    }

    public void putProject(String companyId, long projectId, String name) {
        upsert("procore_project", List.of("company_id", "project_id"),
                Map.of("company_id", companyId, "project_id", projectId, "name", Cut.to(400, name)));
    }

    public void put(String companyId, Commitment commitment) {
        upsert("procore_commitment", List.of("company_id", "project_id", "commitment_id"), Map.of(
                "company_id", companyId, "project_id", commitment.projectId(), "commitment_id", commitment.id(),
                "commitment_type", commitment.type(), "number", Cut.to(200, commitment.number()),
                "title", Cut.to(400, commitment.title()), "vendor", Cut.to(400, commitment.vendor()),
                "status", Cut.to(100, commitment.status())));
    }

    /** The kind of a commitment that was read before; empty where it was not. */
    public Optional<String> typeOf(String companyId, long projectId, long commitmentId) {
        return database.jdbc().sql("""
                select commitment_type from procore_commitment
                where company_id = :company and project_id = :project and commitment_id = :id""")
                .param("company", companyId).param("project", projectId).param("id", commitmentId).query(String.class).optional();
    }

    /**
     * Takes an invoice; one that no longer names a bill is forgotten, and its lookup rows with it.
     *
     * @param companyFiles all that go into this company
     */
    public void put(String companyId, List<String> companyFiles, Invoice invoice) {
        if (invoice.billTxnId().isEmpty()) {
            database.transactions().executeWithoutResult(status -> {
                database.jdbc().sql("delete from procore_invoice where company_id = :company and requisition_id = :id")
                        .param("company", companyId).param("id", invoice.id()).update();
                database.jdbc().sql("""
                        delete from commitment_lookup
                        where source = 'procore' and requisition_id = :id and company_file in (:files)""")
                        .param("id", invoice.id()).param("files", companyFiles).update();
            });
            return;
        }
        upsert("procore_invoice", List.of("company_id", "requisition_id"), Map.of("company_id", companyId,
                "requisition_id", invoice.id(),
                "project_id", invoice.place().projectId(), "commitment_id", invoice.place().contractId(),
                "commitment_type", invoice.place().commitmentType(), "bill_txn_id", invoice.billTxnId(),
                "invoice_number", Cut.to(255, invoice.place().invoiceNumber())));
    }

    /** Whether bills of these company files have begun to wait for a commitment since a moment. */
    public boolean haveBillsWaitedSince(Instant moment, List<String> companyFiles) {
        return database.jdbc().sql("select count(*) from ledger_row r where r.state = 'waiting' and r.changed_at > :moment and "
                + Rows.OF_FILES)
                .param("moment", Rows.stamp(moment)).param("files", companyFiles).query(Long.class).single() > 0;
    }

    /**
     * Fills the lookup of a company file with what was read of its company, and opens dead letters where that contradicts a
     * typed row or itself.
     *
     * @return bills whose lookup row is new or has changed
     */
    public int fillLookup(String companyId, String companyFile) {
        int filled = 0;
        Map<String, String> conflicts = new HashMap<>();
        for (String bill : database.jdbc().sql("""
                select bill_txn_id from procore_invoice where company_id = :company
                group by bill_txn_id having count(*) > 1""").param("company", companyId)
                .query(String.class).list()) {
            if (typed(companyFile, bill).isEmpty()) {
                conflicts.put(bill, severalInvoices(companyId, bill));
            }
        }
        for (Found found : database.jdbc().sql("""
                select i.requisition_id, i.project_id, i.commitment_id, i.commitment_type, i.bill_txn_id, i.invoice_number,
                  c.source from procore_invoice i
                left join commitment_lookup c on c.company_file = :file and c.bill_txn_id = i.bill_txn_id
                where i.company_id = :company and (c.bill_txn_id is null or c.project_id <> i.project_id
                  or c.commitment_id <> i.commitment_id or c.commitment_type <> i.commitment_type
                  or c.requisition_id is distinct from i.requisition_id
                  or coalesce(c.invoice_number, '') <> coalesce(i.invoice_number, ''))
                order by i.bill_txn_id""").param("company", companyId).param("file", companyFile)
                .query((row, number) -> new Found(row.getString("bill_txn_id"), Rows.text(row, "source"),
                        new Placement(row.getLong("project_id"), row.getLong("commitment_id"),
                                row.getString("commitment_type"), Optional.of(row.getLong("requisition_id")),
                                Rows.text(row, "invoice_number")))).list()) {
            if (found.source().equals("csv")) {
                contradiction(companyFile, found).ifPresent(sentence -> conflicts.putIfAbsent(found.bill(), sentence));
            } else if (!conflicts.containsKey(found.bill())) {
                lookup.put(companyFile, found.bill(), found.place(), "procore");
                filled++;
            }
        }
        report(companyFile, conflicts);
        return filled;
    }

    private record Found(String bill, String source, Placement place) { }

    private Optional<Placement> typed(String companyFile, String bill) {
        return database.jdbc().sql("""
                select count(*) from commitment_lookup where company_file = :file and bill_txn_id = :bill
                  and source = 'csv'""").param("file", companyFile).param("bill", bill).query(Long.class).single() > 0
                ? lookup.of(companyFile, bill) : Optional.empty();
    }

    private Optional<String> contradiction(String companyFile, Found found) {
        Placement typed = lookup.of(companyFile, found.bill()).orElseThrow();
        boolean sameInvoice = typed.requisitionId().isEmpty() || typed.requisitionId().equals(found.place().requisitionId());
        if (typed.contractId() == found.place().contractId() && typed.projectId() == found.place().projectId()
                && sameInvoice) {
            return Optional.empty();
        }
        return Optional.of("Bill " + found.bill() + ": the lookup file says " + words(typed) + ", but Procore's subcontractor"
                + " invoice that was exported as this bill says " + words(found.place()) + ". The lookup file is used. If Procore is"
                + " right, drop a file with a corrected line; if the file is right, discard this dead letter.");
    }

    private String severalInvoices(String companyId, String bill) {
        List<Long> ids = database.jdbc().sql("""
                select requisition_id from procore_invoice where company_id = :company and bill_txn_id = :bill
                order by requisition_id""").param("company", companyId).param("bill", bill).query(Long.class).list();
        return "Bill " + bill + " is on " + ids.size() + " subcontractor invoices in Procore (ids "
                + String.join(", ", ids.stream().map(String::valueOf).toList()) + "), and it is not clear which one is right."
                + " Add a line for the bill to a lookup file.";
    }

    private static String words(Placement place) {
        return "commitment " + place.contractId() + " of project " + place.projectId()
                + place.requisitionId().map(id -> ", subcontractor invoice " + id).orElse("");
    }

    private void report(String companyFile, Map<String, String> conflicts) {
        Set<String> open = new TreeSet<>(database.jdbc().sql("""
                select trouble_key from dead_letter where stage = 'lookup' and company_file = :file
                  and status in ('open', 'retried', 'discarded') and trouble_key like :prefix""")
                .param("file", companyFile).param("prefix", companyFile + "|" + CONFLICT + "%").query(String.class).list());
        for (String key : open) {
            String bill = key.substring((companyFile + "|" + CONFLICT).length());
            if (!conflicts.containsKey(bill)) {
                deadLetters.resolve(companyFile, CONFLICT + bill, "The lookup and Procore agree now.");
            }
        }
        conflicts.forEach((bill, sentence) -> {
            if (!open.contains(companyFile + "|" + CONFLICT + bill)) {
                deadLetters.open(Trouble.of(companyFile, "lookup", CONFLICT + bill, sentence));
            }
        });
    }

    /** Plain SQL that both databases know: an update, and an insert where nothing was there to update. */
    private void upsert(String table, List<String> key, Map<String, Object> given) {
        Map<String, Object> values = new HashMap<>(given);
        // PostgreSQL takes no text with a NUL in it, which JSON may hold.
        values.replaceAll((column, value) -> value instanceof String text ? text.replace("\0", "") : value);
        List<String> columns = new ArrayList<>(values.keySet());
        List<String> others = columns.stream().filter(column -> !key.contains(column)).toList();
        database.transactions().executeWithoutResult(status -> {
            int updated = database.jdbc().sql("update " + table + " set "
                    + String.join(", ", others.stream().map(column -> column + " = :" + column).toList()) + " where "
                    + String.join(" and ", key.stream().map(column -> column + " = :" + column).toList()))
                    .params(values).update();
            if (updated == 0) {
                database.jdbc().sql("insert into " + table + " (" + String.join(", ", columns) + ") values ("
                        + String.join(", ", columns.stream().map(column -> ":" + column).toList()) + ")")
                        .params(values).update();
            }
        });
    }
}
