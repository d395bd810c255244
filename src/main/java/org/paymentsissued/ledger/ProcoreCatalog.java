package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.paymentsissued.ledger.DeadLetters.Trouble;
import org.paymentsissued.payment.CommitmentName;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Cut;
import org.paymentsissued.payment.Placement;

/**
 * What was read from Procore to fill the commitment lookup: projects, commitments, and the subcontractor invoices that name
 * the QuickBooks bill they became. A lookup row that a person entered is never overwritten.
 */
public final class ProcoreCatalog {

    private static final String CONFLICT = "conflict|";
    private static final String ONE_PART = "company_id = :company and project_id = :project and subject = :subject";
    private static final String KIND_UNKNOWN = "company_id = :company and project_id = :project and commitment_type is null";
    /** The status of a commitment that Procore no longer lists. */
    public static final String DELETED = "Deleted";
    private static final String FROM = " from procore_commitment c left join procore_project p on p.company_id = c.company_id"
            + " and p.project_id = c.project_id";
    private static final String LISTED = "select c.*, p.name as project_name, p.number as project_number" + FROM;
    private static final List<String> SEARCHED = List.of("c.number", "c.title", "c.vendor", "p.name", "p.number");

    private final LedgerDatabase database;
    private final CommitmentLookup lookup;
    private final DeadLetters deadLetters;

    public ProcoreCatalog(LedgerDatabase database, CommitmentLookup lookup, DeadLetters deadLetters) {
        this.database = database;
        this.lookup = lookup;
        this.deadLetters = deadLetters;
    }

    /** A project. @param number as people write it; may be empty */
    public record Project(long id, String name, String number) { }

    /**
     * A commitment of either kind; texts may be empty.
     *
     * @param type     {@code work_order_contract}, {@code purchase_order_contract}, or empty where Procore has not shown it
     * @param originId the accounting system's name for it
     */
    public record Commitment(long projectId, long id, String type, String number, String title, String vendor, String status,
            String originId) {

        public CommitmentRef ref() {
            return new CommitmentRef(projectId, id);
        }
    }

    /** A commitment with its project, as people look for it. */
    public record Listed(Commitment commitment, Project project) {

        /** Such as "SC-014 Interior drywall of Riverside Clinic". */
        public String words() {
            String name = CommitmentNames.of(commitment.number(), commitment.title());
            return new CommitmentName(commitment.ref(), name, project.name()).words();
        }
    }

    /**
     * A subcontractor invoice.
     *
     * @param billTxnId the QuickBooks bill; empty where it is not, or no longer, a bill's
     * @param amount    what is due on it; empty where Procore does not say
     */
    public record Invoice(long id, CommitmentRef commitment, String number, String billTxnId, Optional<BigDecimal> amount) { }

    /** All that was read of a company. */
    public record Snapshot(List<Project> projects, List<Commitment> commitments, List<Invoice> invoices) { }

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

    /**
     * Writes down which Procore company a company file goes into.
     *
     * @return the other company that its payments were delivered into before; nothing is written then
     */
    public Optional<String> assign(String companyFile, String companyId) {
        Optional<String> delivered = database.jdbc().sql("""
                select procore_company_id from company_file where name = :file and procore_company_id <> :company
                  and exists (select 1 from ledger_row r join payment p on p.id = r.payment_id
                    where p.company_file = :file and r.held_procore_id is not null)""")
                .param("file", companyFile).param("company", companyId).query(String.class).optional();
        if (delivered.isEmpty()) {
            upsert("company_file", List.of("name"), Map.of("name", companyFile, "procore_company_id", companyId));
        }
        return delivered;
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

    /** Writes many in one transaction: writing each one to the disk takes a thousand times as long. */
    public void together(Runnable puts) {
        database.transactions().executeWithoutResult(status -> puts.run());
    }

    public void put(String companyId, Project project) {
        upsert("procore_project", List.of("company_id", "project_id"), Map.of("company_id", companyId, "project_id", project.id(),
                "name", Cut.to(400, project.name()), "number", Cut.to(200, project.number())));
    }

    /** Takes a commitment. A kind that is known stays where this one has none. */
    public void put(String companyId, Commitment commitment) {
        Map<String, Object> values = new HashMap<>(Map.of("company_id", companyId, "project_id", commitment.projectId(),
                "commitment_id", commitment.id(), "number", Cut.to(200, commitment.number()), "title",
                Cut.to(400, commitment.title()), "vendor", Cut.to(400, commitment.vendor()), "status",
                Cut.to(100, commitment.status()), "origin_id", Cut.to(250, commitment.originId())));
        if (!commitment.type().isEmpty()) {
            values.put("commitment_type", commitment.type());
        }
        upsert("procore_commitment", List.of("company_id", "project_id", "commitment_id"), values);
    }

    /** The whole list of a project's commitments was read: those that it does not show are gone. */
    public void keepOnly(String companyId, long projectId, Set<Long> commitmentIds) {
        database.jdbc().sql("select commitment_id from procore_commitment where company_id = :company and project_id = :project")
                .param("company", companyId).param("project", projectId).query(Long.class).list().stream()
                .filter(id -> !commitmentIds.contains(id)).forEach(id -> database.jdbc().sql("""
                        update procore_commitment set status = :gone
                        where company_id = :company and project_id = :project and commitment_id = :id""").param("gone", DELETED)
                        .param("company", companyId).param("project", projectId).param("id", id).update());
    }

    public boolean hasCommitments(String companyId, long projectId) {
        return database.jdbc().sql("select count(*) from procore_commitment where company_id = :company and project_id = :project")
                .param("company", companyId).param("project", projectId).query(Long.class).single() > 0;
    }

    /** Whether the kind of a project's commitment is not known. */
    public boolean hasUnknownKinds(String companyId, long projectId) {
        return database.jdbc().sql("select count(*) from procore_commitment where " + KIND_UNKNOWN)
                .param("company", companyId).param("project", projectId).query(Long.class).single() > 0;
    }

    /** Those of a project whose kind is not known are of this one. */
    public void theOthersAre(String companyId, long projectId, String type) {
        database.jdbc().sql("update procore_commitment set commitment_type = :type where " + KIND_UNKNOWN)
                .param("type", type).param("company", companyId).param("project", projectId).update();
    }

    /** A commitment by its id; its project need not be known. Empty where the catalog does not hold exactly one. */
    public Optional<Listed> commitment(String companyId, Optional<Long> projectId, long commitmentId) {
        List<Listed> found = database.jdbc().sql(LISTED + " where c.company_id = :company and c.commitment_id = :id"
                + (projectId.isEmpty() ? "" : " and c.project_id = :project")).params(projectId.isEmpty()
                        ? Map.of("company", companyId, "id", commitmentId)
                        : Map.of("company", companyId, "id", commitmentId, "project", projectId.get()))
                .query(ProcoreCatalog::listed).list();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    /** Commitments with a number; blanks and case do not matter. */
    public List<Listed> numbered(String companyId, String number) {
        return database.jdbc().sql(LISTED + " where c.company_id = :company and upper(replace(c.number, ' ', '')) = :number")
                .param("company", companyId).param("number", number).query(ProcoreCatalog::listed).list();
    }

    public List<Invoice> invoices(String companyId, CommitmentRef commitment) {
        return database.jdbc().sql("select * from procore_invoice where company_id = :company and project_id = :project"
                + " and commitment_id = :id order by requisition_id").param("company", companyId)
                .param("project", commitment.projectId()).param("id", commitment.commitmentId())
                .query(ProcoreCatalog::invoice).list();
    }

    /**
     * Commitments as people look for them, by project and number.
     *
     * @param companyId empty for all companies
     * @param text      words that must all be found in number, title, project, vendor or id
     * @param project   id, number or part of the name; may be empty
     * @param vendor    part of the name; may be empty
     */
    public Page<Listed> search(String companyId, String text, String project, String vendor, int page, int size) {
        SearchText words = SearchText.of(text);
        StringBuilder where = new StringBuilder(" where coalesce(c.status, '') <> '" + DELETED + "'"
                + " and (:company = '' or c.company_id = :company)"
                + " and (:project = '' or cast(c.project_id as varchar(20)) = :project or lower(p.number) = :project"
                + " or position(:project in lower(coalesce(p.name, ''))) > 0)"
                + " and (:vendor = '' or position(:vendor in lower(coalesce(c.vendor, ''))) > 0)");
        Map<String, Object> values = new HashMap<>(Map.of("company", companyId, "project", project.strip().toLowerCase(Locale.ROOT),
                "vendor", vendor.strip().toLowerCase(Locale.ROOT)));
        for (String word : words.words()) {
            String name = "word" + values.size();
            values.put(name, word);
            where.append(" and (").append(String.join(" or ", SEARCHED.stream()
                    .map(column -> "position(:" + name + " in lower(coalesce(" + column + ", ''))) > 0").toList()))
                    .append(" or cast(c.commitment_id as varchar(20)) = :").append(name).append(')');
        }
        long total = database.jdbc().sql("select count(*)" + FROM + where).params(values).query(Long.class).single();
        values.put("size", size);
        values.put("offset", (long) (page - 1) * size);
        return new Page<>(database.jdbc().sql(LISTED + where + " order by coalesce(p.name, ''), coalesce(c.number, ''),"
                + " c.project_id, c.commitment_id limit :size offset :offset").params(values).query(ProcoreCatalog::listed).list(),
                total, page, size);
    }

    /** A text that differs once more of the company was read. */
    public String version(String companyId) {
        return database.jdbc().sql("select count(*) as parts, max(read_at) as latest from procore_reading where company_id = :company")
                .param("company", companyId).query((row, number) -> row.getLong("parts") + " " + Rows.instant(row, "latest")).single();
    }

    public Snapshot snapshot(String companyId) {
        return new Snapshot(
                database.jdbc().sql("select project_id, name, number from procore_project where company_id = :company")
                        .param("company", companyId).query((row, number) -> new Project(row.getLong("project_id"),
                                Rows.text(row, "name"), Rows.text(row, "number"))).list(),
                database.jdbc().sql("select c.* from procore_commitment c where c.company_id = :company order by c.commitment_id")
                        .param("company", companyId).query((row, number) -> commitment(row)).list(),
                database.jdbc().sql("select * from procore_invoice where company_id = :company order by requisition_id")
                        .param("company", companyId).query(ProcoreCatalog::invoice).list());
    }

    private static Invoice invoice(ResultSet row, int number) throws SQLException {
        return new Invoice(row.getLong("requisition_id"), new CommitmentRef(row.getLong("project_id"), row.getLong("commitment_id")),
                Rows.text(row, "invoice_number"), Rows.text(row, "bill_txn_id"), Rows.money(row, "amount"));
    }

    private static Commitment commitment(ResultSet row) throws SQLException {
        return new Commitment(row.getLong("project_id"), row.getLong("commitment_id"), Rows.text(row, "commitment_type"),
                Rows.text(row, "number"), Rows.text(row, "title"), Rows.text(row, "vendor"), Rows.text(row, "status"),
                Rows.text(row, "origin_id"));
    }

    private static Listed listed(ResultSet row, int number) throws SQLException {
        return new Listed(commitment(row), new Project(row.getLong("project_id"), Rows.text(row, "project_name"),
                Rows.text(row, "project_number")));
    }

    /**
     * Takes an invoice. Lookup rows that were made of it are forgotten where it no longer names their bill.
     *
     * @param companyFiles all that go into this company
     */
    public void put(String companyId, List<String> companyFiles, Invoice invoice) {
        if (invoice.billTxnId().isEmpty()) {
            database.jdbc().sql("""
                    delete from commitment_lookup
                    where source = 'procore' and requisition_id = :id and company_file in (:files)""")
                    .param("id", invoice.id()).param("files", companyFiles).update();
        }
        Map<String, Object> values = new HashMap<>(Map.of("company_id", companyId, "requisition_id", invoice.id(),
                "project_id", invoice.commitment().projectId(), "commitment_id", invoice.commitment().commitmentId(),
                "bill_txn_id", invoice.billTxnId(), "invoice_number", Cut.to(255, invoice.number())));
        values.put("amount", invoice.amount().orElse(null));
        upsert("procore_invoice", List.of("company_id", "requisition_id"), values);
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
                select bill_txn_id from procore_invoice where company_id = :company and bill_txn_id <> ''
                group by bill_txn_id having count(*) > 1""").param("company", companyId)
                .query(String.class).list()) {
            if (!isEntered(companyFile, bill)) {
                conflicts.put(bill, severalInvoices(companyId, bill));
            }
        }
        for (Found found : database.jdbc().sql("""
                select i.requisition_id, i.project_id, i.commitment_id, m.commitment_type, i.bill_txn_id, i.invoice_number,
                  c.source from procore_invoice i
                left join procore_commitment m on m.company_id = i.company_id and m.project_id = i.project_id
                  and m.commitment_id = i.commitment_id
                left join commitment_lookup c on c.company_file = :file and c.bill_txn_id = i.bill_txn_id
                where i.company_id = :company and i.bill_txn_id <> '' and (c.bill_txn_id is null
                  or c.project_id <> i.project_id or c.commitment_id <> i.commitment_id
                  or c.requisition_id is distinct from i.requisition_id
                  or coalesce(c.invoice_number, '') <> coalesce(i.invoice_number, ''))
                  and not exists (select 1 from declined_commitment d where d.company_file = :file
                    and d.bill_txn_id = i.bill_txn_id and d.project_id = i.project_id and d.commitment_id = i.commitment_id)
                order by i.bill_txn_id""").param("company", companyId).param("file", companyFile)
                .query((row, number) -> new Found(row.getString("bill_txn_id"), Rows.text(row, "source"),
                        new Placement(row.getLong("project_id"), row.getLong("commitment_id"),
                                Rows.text(row, "commitment_type"), Optional.of(row.getLong("requisition_id")),
                                Rows.text(row, "invoice_number")))).list()) {
            if (CommitmentLookup.Source.isOfPeople(found.source())) {
                contradiction(companyFile, found).ifPresent(sentence -> conflicts.putIfAbsent(found.bill(), sentence));
            } else if (!conflicts.containsKey(found.bill())) {
                lookup.put(companyFile, found.bill(), found.place(), CommitmentLookup.Source.PROCORE, "");
                filled++;
            }
        }
        report(companyFile, conflicts);
        return filled;
    }

    private record Found(String bill, String source, Placement place) { }

    private boolean isEntered(String companyFile, String bill) {
        return database.jdbc().sql("select source from commitment_lookup where company_file = :file and bill_txn_id = :bill")
                .param("file", companyFile).param("bill", bill).query(String.class).optional()
                .filter(CommitmentLookup.Source::isOfPeople).isPresent();
    }

    private Optional<String> contradiction(String companyFile, Found found) {
        Placement typed = lookup.of(companyFile, found.bill()).orElseThrow();
        boolean sameInvoice = typed.requisitionId().isEmpty() || typed.requisitionId().equals(found.place().requisitionId());
        if (typed.contractId() == found.place().contractId() && typed.projectId() == found.place().projectId()
                && sameInvoice) {
            return Optional.empty();
        }
        boolean file = found.source().equals(CommitmentLookup.Source.CSV.word());
        return Optional.of("Bill " + found.bill() + ": " + (file ? "the lookup file says " : "an operator chose ")
                + words(companyFile, typed)
                + ", but Procore's subcontractor invoice that was exported as this bill says " + words(companyFile, found.place()) + ". "
                + (file ? "The lookup file" : "The operator's choice") + " is used. If Procore is right, "
                + (file ? "drop a file with a corrected line" : "assign that commitment") + "; if not, discard this dead letter.");
    }

    private String severalInvoices(String companyId, String bill) {
        List<Long> ids = database.jdbc().sql("""
                select requisition_id from procore_invoice where company_id = :company and bill_txn_id = :bill
                order by requisition_id""").param("company", companyId).param("bill", bill).query(Long.class).list();
        return "Bill " + bill + " is on " + ids.size() + " subcontractor invoices in Procore (ids "
                + String.join(", ", ids.stream().map(String::valueOf).toList()) + "), and it is not clear which one is right."
                + " Add a line for the bill to a lookup file.";
    }

    private String words(String companyFile, Placement place) {
        return new CommitmentNames(database).ofFile(companyFile, place.commitment()).withIds()
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
