package org.paymentsissued.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVRecord;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;

/** What a contractor keeps in Procore besides the payments: projects, commitments, subcontractor invoices. */
class Company {
    record Project(long id, String name, String number, Instant updatedAt) {
        String displayName() {
            return number == null ? name : number + " " + name;
        }
    }

    record Commitment(
            long id,
            long projectId,
            CommitmentType type,
            String number,
            String title,
            String vendor,
            String status,
            boolean paymentsEnabled,
            Instant updatedAt) {
    }

    record Requisition(
            long id,
            long commitmentId,
            String originId,
            String invoiceNumber,
            BigDecimal amountDue,
            LocalDate billingDate,
            Instant updatedAt) {
    }

    private static final Set<String> PAGING = Set.of("page", "per_page");
    private static final Set<String> FILTERS = Set.of("filters[by_status]", "filters[updated_at]");

    private final long id;
    private final InstantSource clock;
    private final Violations violations = new Violations();
    private final Map<Long, Project> projects = new LinkedHashMap<>();
    private final Map<Long, Commitment> commitments = new LinkedHashMap<>();
    private final Map<Long, Requisition> requisitions = new LinkedHashMap<>();
    private final List<String> vendors = new ArrayList<>();
    private Optional<BiConsumer<Long, Long>> newcomers = Optional.empty();

    Company(long id, InstantSource clock) {
        this.id = id;
        this.clock = clock;
    }

    long id() {
        return id;
    }

    InstantSource clock() {
        return clock;
    }

    /** Stamps of records have whole seconds. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    Violations violations() {
        return violations;
    }

    boolean isOfTrial() {
        return newcomers.isPresent();
    }

    void enterDemoData() {
        for (CSVRecord row : DemoBooks.rows("projects.csv")) {
            add(new Project(id(row, "project_id"), row.get("name"), row.get("number"), now()));
        }
        for (CSVRecord row : DemoBooks.rows("commitments.csv")) {
            add(new Commitment(id(row, "commitment_id"), id(row, "project_id"), CommitmentType.named(row.get("type")),
                    row.get("number"), row.get("title"), row.get("vendor"), row.get("status"),
                    Boolean.parseBoolean(row.get("payments_enabled")), now()));
        }
        for (CSVRecord row : DemoBooks.rows("bills.csv")) {
            if (!row.get("requisition_id").isEmpty()) {
                add(new Requisition(id(row, "requisition_id"), id(row, "commitment_id"), row.get("bill_txn_id"),
                        row.get("invoice_number"), new BigDecimal(row.get("amount")),
                        LocalDate.parse(row.get("bill_date")), now()));
            }
        }
    }

    private static long id(CSVRecord row, String column) {
        return Long.parseLong(row.get(column));
    }

    void add(Project project) {
        projects.put(project.id(), project);
    }

    void add(Commitment commitment) {
        if (!projects.containsKey(commitment.projectId())) {
            throw new IllegalArgumentException("commitment " + commitment.id() + " is of an unknown project");
        }
        if (!vendors.contains(commitment.vendor())) {
            vendors.add(commitment.vendor());
        }
        commitments.put(commitment.id(), commitment);
    }

    void add(Requisition requisition) {
        existing(requisition.commitmentId());
        requisitions.put(requisition.id(), requisition);
    }

    void newcomers(BiConsumer<Long, Long> newcomers) {
        this.newcomers = Optional.of(newcomers);
    }

    /** For the people and builders of the simulation: a wrong id is a mistake in the setup. */
    Commitment existing(long commitmentId) {
        Commitment commitment = commitments.get(commitmentId);
        if (commitment == null) {
            throw new IllegalArgumentException("there is no commitment " + commitmentId);
        }
        return commitment;
    }

    /** The commitment where the account may see it; else the refusal a client gets. */
    Commitment commitment(long projectId, long commitmentId) {
        if (!commitments.containsKey(commitmentId)) {
            newcomers.ifPresent(known -> known.accept(projectId, commitmentId));
        }
        requireProject(projectId);
        Commitment commitment = commitments.get(commitmentId);
        if (commitment == null || commitment.projectId() != projectId) {
            throw Refusal.notFound("No such contract");
        }
        return commitment;
    }

    boolean hasRequisition(long requisitionId, long commitmentId) {
        if (isOfTrial()) {
            return true;
        }
        Requisition requisition = requisitions.get(requisitionId);
        return requisition != null && requisition.commitmentId() == commitmentId;
    }

    /** Whether Procore takes a payment of this amount. */
    boolean takes(BigDecimal amount) {
        return isOfTrial() || amount.signum() > 0;
    }

    Reply projects(Request request) {
        violations.noteParameters(request, PAGING, FILTERS, Set.of("company_id", "view"));
        if (request.id("company_id") != id) {
            throw Refusal.notFound("No such company");
        }
        return list(request, projects().map(this::json), 100);
    }

    Stream<Project> projects() {
        return projects.values().stream();
    }

    Reply contracts(Request request, CommitmentType type) {
        violations.noteParameters(request, PAGING, FILTERS, Set.of("project_id", "view"));
        long projectId = request.id("project_id");
        requireProject(projectId);
        return list(request, commitments.values().stream()
                .filter(commitment -> commitment.projectId() == projectId && commitment.type() == type)
                .map(this::json), 100);
    }

    /** Both kinds in one list, which says neither the kind nor what has changed. */
    Reply commitments(Request request) {
        violations.noteParameters(request, PAGING, Set.of("project_id"));
        long projectId = request.id("project_id");
        requireProject(projectId);
        return list(request, commitments.values().stream().filter(commitment -> commitment.projectId() == projectId)
                .map(this::json), 100);
    }

    Reply requisitions(Request request) {
        violations.noteParameters(request, PAGING, FILTERS, Set.of("project_id", "view"));
        long projectId = request.id("project_id");
        requireProject(projectId);
        return list(request, requisitions.values().stream()
                .filter(requisition -> existing(requisition.commitmentId()).projectId() == projectId)
                .map(this::json), 30);
    }

    Reply list(Request request, Stream<ObjectNode> rows, int usualSize) {
        return Pages.answer(request, rows.toList(), usualSize);
    }

    void requireProject(long projectId) {
        if (!projects.containsKey(projectId)) {
            throw Refusal.notFound("No such project");
        }
    }

    private ObjectNode json(Project project) {
        ObjectNode json = Json.object()
                .put("id", project.id())
                .put("name", project.name())
                .put("display_name", project.displayName())
                .put("project_number", project.number())
                .put("active", true)
                .put("updated_at", project.updatedAt().toString());
        json.putObject("company").put("id", id).put("name", "Simulated Builders");
        return json;
    }

    ObjectNode json(Commitment commitment) {
        ObjectNode json = Json.object()
                .put("id", commitment.id())
                .put("number", commitment.number())
                .put("title", commitment.title())
                .put("status", commitment.status())
                .put("executed", true)
                .put("origin_id", (String) null)
                .put("updated_at", commitment.updatedAt().toString());
        json.putObject("vendor").put("id", vendorId(commitment.vendor())).put("company", commitment.vendor());
        Project project = projects.get(commitment.projectId());
        json.putObject("project").put("id", project.id()).put("name", project.name());
        return json;
    }

    private ObjectNode json(Requisition requisition) {
        Commitment commitment = existing(requisition.commitmentId());
        ObjectNode json = Json.object()
                .put("id", requisition.id())
                .put("project_id", commitment.projectId())
                .put("commitment_id", commitment.id())
                .put("commitment_type", commitment.type() == CommitmentType.WORK_ORDER_CONTRACT
                        ? "WorkOrderContract" : "PurchaseOrderContract")
                .put("contract_name", commitment.number() + " " + commitment.title())
                .put("vendor_id", vendorId(commitment.vendor()))
                .put("vendor_name", commitment.vendor())
                .put("invoice_number", requisition.invoiceNumber())
                .put("status", "approved")
                .put("origin_id", requisition.originId())
                .put("billing_date", requisition.billingDate() == null ? null : requisition.billingDate().toString())
                .put("updated_at", requisition.updatedAt().toString());
        json.putObject("summary").put("current_payment_due", requisition.amountDue().toPlainString());
        return json;
    }

    private long vendorId(String vendor) {
        return 598134325700001L + vendors.indexOf(vendor);
    }
}
