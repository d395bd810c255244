package org.paymentsissued.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;

/** What a contractor keeps in Procore besides the payments: projects, commitments, subcontractor invoices. */
final class Company {
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

        Commitment withPaymentsEnabled(boolean enabled) {
            return new Commitment(id, projectId, type, number, title, vendor, status, enabled, updatedAt);
        }
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
    private static final Set<String> PROJECT_FILTERS = Set.of("filters[by_status]", "filters[name]",
            "filters[project_number]", "filters[origin_id]", "filters[id][]", "filters[updated_at]");
    private static final Set<String> CONTRACT_FILTERS = Set.of("filters[id][]", "filters[origin_id]",
            "filters[status]", "filters[created_at]", "filters[updated_at]");
    private static final Set<String> REQUISITION_FILTERS = Set.of("filters[origin_id]", "filters[commitment_id]",
            "filters[id][]", "filters[status]", "filters[created_at]", "filters[updated_at]");

    private final long id;
    private final ProcoreBehaviour behaviour;
    private final Violations violations;
    private final ContractPayments payments;
    private final Map<Long, Project> projects = new LinkedHashMap<>();
    private final Map<Long, Commitment> commitments = new LinkedHashMap<>();
    private final Map<Long, Requisition> requisitions = new LinkedHashMap<>();
    private final List<String> vendors = new ArrayList<>();
    private final Set<Long> notPermitted = new HashSet<>();
    private final Set<Long> withoutCommitmentsTool = new HashSet<>();
    private BiConsumer<Long, Long> newcomers = (projectId, commitmentId) -> { };

    Company(long id, ProcoreBehaviour behaviour, Violations violations) {
        this.id = id;
        this.behaviour = behaviour;
        this.violations = violations;
        this.payments = new ContractPayments(this, behaviour, violations);
    }

    ContractPayments payments() {
        return payments;
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
        this.newcomers = newcomers;
    }

    void forbidProject(long projectId) {
        notPermitted.add(projectId);
    }

    void forbidCommitments(long projectId) {
        withoutCommitmentsTool.add(projectId);
    }

    void permitEverything() {
        notPermitted.clear();
        withoutCommitmentsTool.clear();
    }

    void enablePayments(long commitmentId, boolean enabled) {
        commitments.put(commitmentId, existing(commitmentId).withPaymentsEnabled(enabled));
    }

    /** For the people and builders of the simulation: a wrong id is a mistake of the test. */
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
            newcomers.accept(projectId, commitmentId);
        }
        requireCommitmentsTool(projectId);
        Commitment commitment = commitments.get(commitmentId);
        if (commitment == null || commitment.projectId() != projectId) {
            throw Refusal.notFound("No such contract");
        }
        return commitment;
    }

    boolean hasRequisition(long requisitionId, long commitmentId) {
        Requisition requisition = requisitions.get(requisitionId);
        return requisition != null && requisition.commitmentId() == commitmentId;
    }

    Reply companies(Request request) {
        violations.noteParameters(request, PAGING);
        ObjectNode company = Json.object().put("id", id).put("name", "Simulated Builders").put("is_active", true);
        return Pages.answer(request, List.of(company), 100, behaviour.largestPage);
    }

    Reply projects(Request request) {
        violations.noteParameters(request, PAGING, PROJECT_FILTERS, Set.of("company_id", "view", "sort"));
        if (request.id("company_id") != id) {
            throw Refusal.notFound("No such company");
        }
        List<ObjectNode> rows = projects.values().stream()
                .filter(project -> !notPermitted.contains(project.id()))
                .map(this::json)
                .toList();
        int largest = Math.min(300, behaviour.largestPage);
        return Pages.answer(request, Filters.apply(request, PROJECT_FILTERS, rows), 100, largest);
    }

    Reply contracts(Request request, CommitmentType type) {
        violations.noteParameters(request, PAGING, CONTRACT_FILTERS, Set.of("project_id", "view"));
        long projectId = request.id("project_id");
        requireCommitmentsTool(projectId);
        List<ObjectNode> rows = commitments.values().stream()
                .filter(commitment -> commitment.projectId() == projectId && commitment.type() == type)
                .map(this::json)
                .toList();
        return Pages.answer(request, Filters.apply(request, CONTRACT_FILTERS, rows), 100, behaviour.largestPage);
    }

    Reply contract(Request request, CommitmentType type, long commitmentId) {
        violations.noteParameters(request, Set.of("project_id", "view"));
        Commitment commitment = commitment(request.id("project_id"), commitmentId);
        if (commitment.type() != type) {
            throw Refusal.notFound("No such contract");
        }
        return Reply.json(200, withPayments(commitment));
    }

    /** Either kind of commitment, with {@code allow_payments}. */
    Reply commitment(Request request, long commitmentId) {
        violations.noteParameters(request, Set.of("project_id"));
        Commitment commitment = commitment(request.id("project_id"), commitmentId);
        return Reply.json(200, withPayments(commitment)
                .put("allow_payments", commitment.paymentsEnabled())
                .put("allow_payment_applications", true));
    }

    Reply requisitions(Request request) {
        violations.noteParameters(request, PAGING, REQUISITION_FILTERS, Set.of("project_id", "view"));
        long projectId = request.id("project_id");
        requireCommitmentsTool(projectId);
        List<ObjectNode> rows = requisitions.values().stream()
                .filter(requisition -> existing(requisition.commitmentId()).projectId() == projectId)
                .map(this::json)
                .toList();
        return Pages.answer(request, Filters.apply(request, REQUISITION_FILTERS, rows), 30, behaviour.largestPage);
    }

    private void requireCommitmentsTool(long projectId) {
        if (!projects.containsKey(projectId)) {
            throw Refusal.notFound("No such project");
        }
        if (notPermitted.contains(projectId)) {
            throw Refusal.forbidden("Access refused: this project is not among those permitted to the account.");
        }
        if (withoutCommitmentsTool.contains(projectId)) {
            throw Refusal.forbidden("Access refused: the Commitments tool is off or the account's level is too low.");
        }
    }

    private ObjectNode json(Project project) {
        ObjectNode json = Json.object()
                .put("id", project.id())
                .put("name", project.name())
                .put("display_name", project.displayName())
                .put("project_number", project.number())
                .put("active", true)
                .put("origin_id", (String) null)
                .put("origin_data", (String) null)
                .put("origin_code", (String) null)
                .put("accounting_project_number", project.number())
                .put("time_zone", "US/Mountain")
                .put("created_at", project.updatedAt().toString())
                .put("updated_at", project.updatedAt().toString());
        json.putObject("company").put("id", id).put("name", "Simulated Builders");
        return json;
    }

    private ObjectNode json(Commitment commitment) {
        ObjectNode json = Json.object()
                .put("id", commitment.id())
                .put("number", commitment.number())
                .put("title", commitment.title())
                .put("status", commitment.status())
                .put("executed", true)
                .put("origin_id", (String) null)
                .put("origin_data", (String) null)
                .put("origin_code", (String) null)
                .put("requisitions_are_enabled", true)
                .put("total_payments", Amounts.oneDecimal(payments.total(commitment.id())))
                .put("created_at", commitment.updatedAt().toString())
                .put("updated_at", commitment.updatedAt().toString());
        json.putObject("vendor").put("id", vendorId(commitment.vendor())).put("company", commitment.vendor());
        Project project = projects.get(commitment.projectId());
        json.putObject("project").put("id", project.id()).put("name", project.name());
        return json;
    }

    private ObjectNode withPayments(Commitment commitment) {
        ObjectNode json = json(commitment);
        ArrayNode issued = json.putArray("payments_issued");
        payments.summaries(commitment.id()).forEach(issued::add);
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
                .put("origin_data", (String) null)
                .put("billing_date", requisition.billingDate() == null ? null : requisition.billingDate().toString())
                .put("payment_date", (String) null)
                .put("total_claimed_amount", requisition.amountDue().toPlainString())
                .put("final", false)
                .put("created_at", requisition.updatedAt().toString())
                .put("updated_at", requisition.updatedAt().toString());
        json.putObject("summary")
                .put("current_payment_due", requisition.amountDue().toPlainString())
                .put("total_retainage", "0.00")
                .put("tax_applicable_to_this_payment", "0.00");
        json.putObject("currency_configuration")
                .put("currency_iso_code", "USD")
                .put("currency_exchange_rate", BigDecimal.ONE)
                .put("base_currency_iso_code", "USD");
        return json;
    }

    private long vendorId(String vendor) {
        return 598134325700001L + vendors.indexOf(vendor);
    }
}
