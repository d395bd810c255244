package org.paymentsissued.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.paymentsissued.demo.Company.Commitment;
import org.paymentsissued.demo.PaymentIssued.Author;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;

/** The endpoint {@code /rest/v1.0/contract_payments} and what it stores. */
class ContractPayments {
    /** A record: what the client may set is in {@code fields} as it was sent, under Procore's names. */
    static final class Stored {
        final long id;
        final Commitment contract;
        final Author author;
        final Instant createdAt;
        Instant updatedAt;
        ObjectNode fields;

        Stored(long id, Commitment contract, Author author, Instant createdAt, ObjectNode fields) {
            this.id = id;
            this.contract = contract;
            this.author = author;
            this.createdAt = createdAt;
            this.updatedAt = createdAt;
            this.fields = fields;
        }

        Optional<String> originId() {
            return Optional.ofNullable(textOf("origin_id"));
        }

        BigDecimal amount() {
            return new BigDecimal(fields.path("amount").asText());
        }

        private String textOf(String field) {
            return fields.path(field).textValue();
        }

        private Long numberOf(String field) {
            return fields.path(field).isIntegralNumber() ? fields.path(field).longValue() : null;
        }

        private LocalDate dateOf(String field) {
            return textOf(field) == null ? null : LocalDate.parse(textOf(field));
        }

        PaymentIssued paymentIssued() {
            return new PaymentIssued(id, contract.projectId(), contract.id(), numberOf("requisition_id"), amount(),
                    dateOf("date"), textOf("payment_method"), textOf("check_number"), textOf("invoice_number"),
                    dateOf("invoice_date"), textOf("notes"), numberOf("payment_number"),
                    numberOf("draw_request_number"), textOf("origin_id"), textOf("origin_data"),
                    textOf("external_payment_id"), fields.path("attachments").findValuesAsText("filename"), author,
                    createdAt, updatedAt);
        }
    }

    private static final Set<String> ENVELOPE =
            Set.of("project_id", "contract_id", "contract_payment", "attachments");
    private static final Set<String> METHODS = Set.of("check", "credit_card", "electronic");
    /** What an answer shows beside the amount; payment_method and invoice_date are accepted and never shown. */
    private static final List<String> SHOWN = List.of("check_number", "date", "date_payment_settled",
            "date_payment_initiated", "draw_request_number", "external_payment_id", "invoice_number", "notes",
            "payment_number", "requisition_id", "origin_id", "origin_code", "origin_data", "status");

    private final Company company;
    private final Violations violations;
    private final Map<Long, Stored> records = new LinkedHashMap<>();
    // Far beyond 32 bits, so that a client that keeps ids in an int fails at once.
    private long lastId = 598134325990000L;

    ContractPayments(Company company) {
        this.company = company;
        this.violations = company.violations();
    }

    Reply list(Request request) {
        violations.noteParameters(request, Set.of("project_id", "contract_id", "page", "per_page"));
        Commitment contract = company.commitment(request.id("project_id"), request.id("contract_id"));
        return Pages.answer(request, listed(contract).stream().map(this::json).toList(), 100);
    }

    List<Stored> listed(Commitment contract) {
        return records.values().stream().filter(record -> record.contract.id() == contract.id()).toList();
    }

    Reply show(Request request, long id) {
        return Reply.json(200, json(locatedByQuery(request, id)));
    }

    Reply create(Request request) {
        noteDuplicateAskedFor(request);
        ObjectNode body = body(request);
        Commitment contract = contract(body);
        ObjectNode sent = payment(body);
        if (!contract.paymentsEnabled()) {
            ObjectNode errors = Json.object();
            errors.putArray("base").add("Payments are switched off for this commitment");
            throw Refusal.fields(errors);
        }
        for (String expected : List.of("date", "payment_method")) {
            if (!sent.hasNonNull(expected)) {
                violations.note(request.line() + " left out " + expected);
            }
        }
        ObjectNode fields = merged(request, Json.object(), sent, contract);
        requireUnusedOriginId(fields, -1);
        return Reply.json(201, json(add(0, contract, Author.INTEGRATION, fields)));
    }

    Reply update(Request request, long id) {
        ObjectNode body = body(request);
        Stored record = located(contract(body), id);
        ObjectNode fields = merged(request, record.fields, payment(body), record.contract);
        requireUnusedOriginId(fields, id);
        record.fields = fields;
        record.updatedAt = company.now();
        return Reply.json(200, json(record));
    }

    Reply delete(Request request, long id) {
        records.remove(locatedByQuery(request, id).id);
        return Reply.empty(200);
    }

    void noteDuplicateAskedFor(Request request) {
        originIdAskedFor(request).filter(originId -> isUsed(originId, -1)).ifPresent(originId ->
                violations.note(request.line() + " asked for a second payment with origin_id " + originId));
    }

    List<PaymentIssued> paymentsIssued() {
        return records.values().stream().map(Stored::paymentIssued).toList();
    }

    Map<Long, Stored> records() {
        return records;
    }

    /** @param id 0 for the next free one */
    Stored add(long id, Commitment contract, Author author, ObjectNode fields) {
        long own = id == 0 ? ++lastId : id;
        lastId = Math.max(lastId, own);
        Stored added = new Stored(own, contract, author, company.now(), fields);
        records.put(own, added);
        return added;
    }

    private boolean isUsed(String originId, long ownId) {
        return records.values().stream()
                .anyMatch(record -> record.id != ownId && record.originId().equals(Optional.of(originId)));
    }

    static Optional<String> originIdAskedFor(Request request) {
        try {
            return Optional.ofNullable(
                    Json.read(request.body()).path("contract_payment").path("origin_id").textValue());
        } catch (Refusal unreadable) {
            return Optional.empty();
        }
    }

    private ObjectNode body(Request request) {
        if (!request.contentType().equals("application/json")) {
            throw Refusal.message(415, "The body must be application/json");
        }
        violations.noteParameters(request, Set.of());
        ObjectNode body = Json.read(request.body());
        body.fieldNames().forEachRemaining(name -> {
            if (!ENVELOPE.contains(name)) {
                violations.note(request.line() + " sent the unknown field " + name);
            }
        });
        return body;
    }

    private static ObjectNode payment(ObjectNode body) {
        if (body.get("contract_payment") instanceof ObjectNode sent) {
            return sent;
        }
        throw Refusal.badRequest("contract_payment is missing");
    }

    private Commitment contract(ObjectNode body) {
        return company.commitment(idIn(body, "project_id"), idIn(body, "contract_id"));
    }

    private static long idIn(ObjectNode body, String name) {
        if (!body.path(name).isIntegralNumber() || !body.path(name).canConvertToLong()) {
            throw Refusal.badRequest(name + " must be a whole number in the body");
        }
        return body.path(name).longValue();
    }

    private Stored locatedByQuery(Request request, long id) {
        violations.noteParameters(request, Set.of("project_id", "contract_id"));
        return located(company.commitment(request.id("project_id"), request.id("contract_id")), id);
    }

    private Stored located(Commitment contract, long id) {
        Stored record = records.get(id);
        if (record == null || record.contract.id() != contract.id()) {
            throw Refusal.notFound("No such payment");
        }
        return record;
    }

    private void requireUnusedOriginId(ObjectNode fields, long ownId) {
        String originId = fields.path("origin_id").textValue();
        if (originId != null && isUsed(originId, ownId)) {
            refuseDuplicate(originId);
        }
    }

    void refuseDuplicate(String originId) {
        throw Refusal.generic(409, "A payment with origin_id " + originId + " exists in this company.",
                "origin_id", "duplicate", "Conflict");
    }

    /** The stored fields with the sent ones over them, all checked; refuses with every complaint at once. */
    ObjectNode merged(Request request, ObjectNode stored, ObjectNode sent, Commitment contract) {
        ObjectNode fields = stored.deepCopy();
        ObjectNode errors = Json.object();
        sent.properties().forEach(field -> {
            String name = field.getKey();
            JsonNode value = field.getValue();
            Optional<String> complaint = switch (name) {
                case "amount" -> complaintOfAmount(request, value);
                case "payment_method" -> complain(value.isNull() || METHODS.contains(value.asText()),
                        "is not among check, credit_card, electronic");
                case "check_number", "invoice_number", "notes", "origin_id", "origin_data" ->
                        complain(value.isNull() || value.isTextual(), "must be text");
                case "payment_number", "draw_request_number" ->
                        complain(value.isNull() || value.isIntegralNumber(), "must be a whole number");
                case "requisition_id" -> complain(value.isNull() || value.isIntegralNumber()
                        && company.hasRequisition(value.longValue(), contract.id()), "does not belong to this contract");
                case "date", "invoice_date", "prostore_file_ids" -> Optional.empty();
                default -> {
                    violations.note(request.line() + " sent the unknown field " + name);
                    yield Optional.empty();
                }
            };
            complaint.ifPresent(text -> errors.putArray(name).add(text));
            fields.set(name, name.endsWith("date") ? date(value) : value);
        });
        if (!fields.hasNonNull("amount") && !errors.has("amount")) {
            errors.putArray("amount").add("is required");
        }
        if (!errors.isEmpty()) {
            throw Refusal.fields(errors);
        }
        return fields;
    }

    private static Optional<String> complain(boolean right, String otherwise) {
        return right ? Optional.empty() : Optional.of(otherwise);
    }

    private Optional<String> complaintOfAmount(Request request, JsonNode value) {
        if (!value.isTextual() || !value.textValue().matches("-?\\d{1,15}(\\.\\d{1,10})?")) {
            return Optional.of("must be a decimal number as text");
        }
        BigDecimal amount = new BigDecimal(value.textValue());
        if (amount.scale() != 2) {
            violations.note(request.line() + " sent the amount " + value.textValue() + " without two decimals");
        }
        return complain(company.takes(amount), amount.signum() < 0 ? "must not be negative" : "must not be zero");
    }

    /** A date that is none becomes null without an error; that is Procore's documented way. */
    private static JsonNode date(JsonNode value) {
        try {
            return value.isTextual() ? Json.textNode(LocalDate.parse(value.textValue()).toString()) : Json.nothing();
        } catch (DateTimeParseException malformed) {
            return Json.nothing();
        }
    }

    ObjectNode json(Stored record) {
        ObjectNode json = Json.object()
                .put("id", record.id)
                .put("amount", record.amount().setScale(Math.max(2, record.amount().stripTrailingZeros().scale())).toPlainString())
                .put("contract_id", record.contract.id())
                .put("project_id", record.contract.projectId())
                .put("created_at", record.createdAt.toString())
                .put("updated_at", record.updatedAt.toString());
        SHOWN.forEach(name -> json.set(name, record.fields.hasNonNull(name) ? record.fields.get(name) : Json.nothing()));
        json.set("attachments", record.fields.hasNonNull("attachments") ? record.fields.get("attachments") : Json.array());
        return json;
    }
}
