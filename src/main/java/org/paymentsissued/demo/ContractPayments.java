package org.paymentsissued.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.paymentsissued.demo.Company.Commitment;
import org.paymentsissued.demo.PaymentIssued.Author;
import org.paymentsissued.demo.ProcoreBehaviour.AmountRendering;
import org.paymentsissued.demo.ProcoreBehaviour.Answer;
import org.paymentsissued.demo.ProcoreBehaviour.DuplicateOriginIds;
import org.paymentsissued.demo.ProcoreBehaviour.Locking;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;

/** The endpoint {@code /rest/v1.0/contract_payments} and what it stores. */
final class ContractPayments {
    /** A record: what the client may set stands in {@code fields} as it was sent, under Procore's names. */
    private static final class Stored {
        final long id;
        final Commitment contract;
        final Author author;
        final Instant createdAt;
        final List<String> attachments = new ArrayList<>();
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

        String textOf(String field) {
            return fields.path(field).isTextual() ? fields.path(field).textValue() : null;
        }

        Long numberOf(String field) {
            return fields.path(field).isIntegralNumber() ? fields.path(field).longValue() : null;
        }

        LocalDate dateOf(String field) {
            return textOf(field) == null ? null : LocalDate.parse(textOf(field));
        }

        PaymentIssued paymentIssued() {
            return new PaymentIssued(id, contract.projectId(), contract.id(), numberOf("requisition_id"), amount(),
                    dateOf("date"), textOf("payment_method"), textOf("check_number"), textOf("invoice_number"),
                    dateOf("invoice_date"), textOf("notes"), numberOf("payment_number"),
                    numberOf("draw_request_number"), textOf("origin_id"), textOf("origin_data"),
                    textOf("external_payment_id"), attachments, author, createdAt, updatedAt);
        }
    }

    private static final Set<String> ENVELOPE =
            Set.of("project_id", "contract_id", "contract_payment", "attachments");
    private static final Set<String> NEVER_LOCKED = Set.of("attachments", "origin_id", "origin_data");
    private static final Set<String> METHODS = Set.of("check", "credit_card", "electronic");
    private static final Set<String> IN_SUMMARY = Set.of("id", "amount", "check_number", "created_at", "date",
            "draw_request_number", "invoice_number", "notes", "payment_number", "attachments", "origin_id",
            "origin_data");

    private final Company company;
    private final ProcoreBehaviour behaviour;
    private final Violations violations;
    private final Map<Long, Stored> records = new LinkedHashMap<>();
    // Far beyond 32 bits, so that a client that keeps ids in an int fails at once.
    private long lastId = 598134325990000L;
    private boolean shortAmountNext;

    ContractPayments(Company company, ProcoreBehaviour behaviour, Violations violations) {
        this.company = company;
        this.behaviour = behaviour;
        this.violations = violations;
    }

    Reply list(Request request) {
        violations.noteParameters(request, Set.of("project_id", "contract_id", "page", "per_page"));
        Commitment contract = company.commitment(request.id("project_id"), request.id("contract_id"));
        Instant visible = now().minus(behaviour.listLag);
        List<ObjectNode> rows = new ArrayList<>(of(contract.id())
                .filter(record -> !record.createdAt.isAfter(visible))
                .map(record -> answer(Answer.LIST, record))
                .toList());
        if (behaviour.newestFirst) {
            Collections.reverse(rows);
        }
        return Pages.answer(request, rows, 100, behaviour.largestPage);
    }

    Reply show(Request request, long id) {
        return Reply.json(200, answer(Answer.SHOW, locatedByQuery(request, id)));
    }

    Reply create(Request request) {
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
        Stored created = new Stored(++lastId, contract, Author.INTEGRATION, now(), fields);
        records.put(created.id, created);
        return Reply.json(201, written(created, sent));
    }

    Reply update(Request request, long id) {
        ObjectNode body = body(request);
        Stored record = located(contract(body), id);
        ObjectNode sent = payment(body);
        noteTouch(request, record);
        Set<String> locked = namesOf(sent);
        locked.removeAll(NEVER_LOCKED);
        if (behaviour.locking != Locking.LOCKS_NOTHING && record.originId().isPresent() && !locked.isEmpty()) {
            throw locked("changed", String.join(",", locked));
        }
        ObjectNode fields = merged(request, record.fields, sent, record.contract);
        requireUnusedOriginId(fields, id);
        record.fields = fields;
        record.updatedAt = now();
        return Reply.json(200, written(record, sent));
    }

    Reply delete(Request request, long id) {
        Stored record = locatedByQuery(request, id);
        noteTouch(request, record);
        if (behaviour.locking == Locking.LOCKS_UPDATES_AND_DELETES && record.originId().isPresent()) {
            throw locked("deleted", null);
        }
        records.remove(id);
        return Reply.empty(200);
    }

    /** What the record is called while a call for it is under way; a new one goes by its {@code origin_id}. */
    Set<String> recordsMeant(Request request, Optional<Long> id) {
        Set<String> meant = new HashSet<>();
        Stored record = id.map(records::get).orElse(null);
        if (record != null) {
            meant.add("payment " + record.id);
            record.originId().ifPresent(meant::add);
        } else if (request.method().equals("POST")) {
            originIdAskedFor(request).ifPresent(meant::add);
        }
        return meant;
    }

    void noteDuplicateAskedFor(Request request) {
        originIdAskedFor(request).filter(this::isUsed).ifPresent(originId ->
                violations.note(request.line() + " asked for a second payment with origin_id " + originId));
    }

    BigDecimal total(long contractId) {
        return of(contractId).map(Stored::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    List<ObjectNode> summaries(long contractId) {
        return of(contractId).map(record -> json(record).retain(IN_SUMMARY)).toList();
    }

    List<PaymentIssued> paymentsIssued() {
        return records.values().stream().map(Stored::paymentIssued).toList();
    }

    long add(Author author, Commitment contract, ObjectNode fields) {
        Stored added = new Stored(++lastId, contract, author, now(), fields);
        records.put(added.id, added);
        return added.id;
    }

    /** @param id 0 for the next free one */
    void add(long id, Commitment contract, ObjectNode fields) {
        long own = id == 0 ? ++lastId : id;
        lastId = Math.max(lastId, own);
        records.put(own, new Stored(own, contract, Author.INTEGRATION, now(), fields));
    }

    void edit(long id, String field, JsonNode value) {
        Stored record = existing(id);
        record.fields.set(field, value);
        record.updatedAt = now();
    }

    void attach(long id, String filename) {
        Stored record = existing(id);
        record.attachments.add(filename);
        record.updatedAt = now();
    }

    void remove(long id) {
        records.remove(existing(id).id);
    }

    private Stored existing(long id) {
        Stored record = records.get(id);
        if (record == null) {
            throw new IllegalArgumentException("there is no payment " + id);
        }
        return record;
    }

    private Stream<Stored> of(long contractId) {
        return records.values().stream().filter(record -> record.contract.id() == contractId);
    }

    private boolean isUsed(String originId) {
        return records.values().stream().anyMatch(record -> record.originId().equals(Optional.of(originId)));
    }

    private static Optional<String> originIdAskedFor(Request request) {
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

    private void noteTouch(Request request, Stored record) {
        String owner = switch (record.author) {
            case INTEGRATION -> null;
            case PERSON -> "that a person entered";
            case PROCORE_PAY -> "of Procore Pay";
            case FOREIGN -> "of another integration";
        };
        if (owner != null) {
            violations.note(request.line() + " touched a payment " + owner);
        }
    }

    private static Refusal locked(String verb, String fields) {
        return Refusal.generic(422, "The payment cannot be " + verb + " because it is linked to an accounting record.",
                fields, "locked", "Unprocessable Entity");
    }

    private void requireUnusedOriginId(ObjectNode fields, long ownId) {
        String originId = fields.path("origin_id").textValue();
        boolean used = originId != null && records.values().stream()
                .anyMatch(record -> record.id != ownId && record.originId().equals(Optional.of(originId)));
        if (!used || behaviour.duplicateOriginIds == DuplicateOriginIds.ACCEPTED) {
            return;
        }
        if (behaviour.duplicateOriginIds == DuplicateOriginIds.REFUSED_WITH_409) {
            throw Refusal.generic(409, "A payment with origin_id " + originId + " exists in this company.",
                    "origin_id", "duplicate", "Conflict");
        }
        ObjectNode errors = Json.object();
        errors.putArray("origin_id").add("is already used by another payment");
        throw Refusal.fields(errors);
    }

    /** The stored fields with the sent ones over them, all checked; refuses with every complaint at once. */
    private ObjectNode merged(Request request, ObjectNode stored, ObjectNode sent, Commitment contract) {
        ObjectNode fields = stored.deepCopy();
        ObjectNode errors = Json.object();
        sent.properties().forEach(field -> {
            String name = field.getKey();
            JsonNode value = field.getValue();
            switch (name) {
                case "amount" -> fields.set(name, amount(request, value, errors));
                case "date", "invoice_date" -> fields.set(name, date(value));
                case "payment_method" -> {
                    if (!value.isNull() && !METHODS.contains(value.asText())) {
                        errors.putArray(name).add("is not among check, credit_card, electronic");
                    }
                    fields.set(name, value);
                }
                case "check_number", "invoice_number", "notes", "origin_id", "origin_data" -> {
                    if (!value.isNull() && !value.isTextual()) {
                        errors.putArray(name).add("must be text");
                    }
                    fields.set(name, value.isTextual()
                            ? Json.textNode(behaviour.stored(name, value.textValue())) : value);
                }
                case "payment_number", "draw_request_number" -> {
                    if (!value.isNull() && !value.isIntegralNumber()) {
                        errors.putArray(name).add("must be a whole number");
                    }
                    fields.set(name, value);
                }
                case "requisition_id" -> {
                    if (!value.isNull() && !(value.isIntegralNumber() && (behaviour.anyRequisition
                            || company.hasRequisition(value.longValue(), contract.id())))) {
                        errors.putArray(name).add("does not belong to this contract");
                    }
                    fields.set(name, value);
                }
                case "prostore_file_ids" -> fields.set(name, value);
                default -> violations.note(request.line() + " sent the unknown field " + name);
            }
        });
        if (!fields.hasNonNull("amount") && !errors.has("amount")) {
            errors.putArray("amount").add("is required");
        }
        if (!errors.isEmpty()) {
            throw Refusal.fields(errors);
        }
        return fields;
    }

    private JsonNode amount(Request request, JsonNode value, ObjectNode errors) {
        if (!value.isTextual() || !value.textValue().matches("-?\\d{1,15}(\\.\\d{1,10})?")) {
            errors.putArray("amount").add("must be a decimal number as text");
            return value;
        }
        BigDecimal amount = new BigDecimal(value.textValue());
        if (amount.signum() < 0 && !behaviour.negativeAmountsAccepted) {
            errors.putArray("amount").add("must not be negative");
        } else if (amount.signum() == 0 && !behaviour.zeroAmountsAccepted) {
            errors.putArray("amount").add("must not be zero");
        }
        if (amount.scale() != 2) {
            violations.note(request.line() + " sent the amount " + value.textValue() + " without two decimals");
        }
        return value;
    }

    /** A date that is none becomes null and nobody is told; that is Procore's documented way. */
    private JsonNode date(JsonNode value) {
        try {
            if (!behaviour.datesLost && value.isTextual()) {
                return Json.textNode(LocalDate.parse(value.textValue()).toString());
            }
        } catch (DateTimeParseException malformed) {
            return Json.nothing();
        }
        return Json.nothing();
    }

    private ObjectNode written(Stored record, ObjectNode sent) {
        ObjectNode shown = answer(Answer.WRITE, record);
        if (behaviour.echoesTexts) {
            sent.properties().stream()
                    .filter(field -> ProcoreBehaviour.TEXTS.contains(field.getKey()) && shown.has(field.getKey()))
                    .forEach(field -> shown.set(field.getKey(), field.getValue()));
        }
        return shown;
    }

    private ObjectNode answer(Answer kind, Stored record) {
        return json(record).remove(behaviour.omitted.getOrDefault(kind, Set.of()));
    }

    private ObjectNode json(Stored record) {
        ObjectNode json = Json.object().put("id", record.id);
        renderAmount(json, record.amount());
        json.put("check_number", record.textOf("check_number"))
                .put("contract_id", record.contract.id())
                .put("created_at", record.createdAt.toString())
                .put("updated_at", record.updatedAt.toString())
                .put("date", record.textOf("date"))
                .put("date_payment_settled", record.textOf("date_payment_settled"))
                .put("date_payment_initiated", record.textOf("date_payment_initiated"))
                .put("draw_request_number", record.numberOf("draw_request_number"))
                .put("external_payment_id", record.textOf("external_payment_id"))
                .put("invoice_number", record.textOf("invoice_number"))
                .put("notes", record.textOf("notes"))
                .put("payment_number", record.numberOf("payment_number"))
                .put("project_id", record.contract.projectId())
                .put("requisition_id", record.numberOf("requisition_id"))
                .put("origin_id", record.textOf("origin_id"))
                .put("origin_code", (String) null)
                .put("origin_data", record.textOf("origin_data"))
                .put("status", record.textOf("status"));
        var attachments = json.putArray("attachments");
        for (int i = 0; i < record.attachments.size(); i++) {
            String filename = record.attachments.get(i);
            attachments.addObject()
                    .put("id", record.id * 100 + i)
                    .put("url", "https://files.example.test/" + filename)
                    .put("filename", filename);
        }
        return json;
    }

    private void renderAmount(ObjectNode json, BigDecimal amount) {
        AmountRendering rendering = behaviour.amountRendering;
        if (rendering == AmountRendering.VARIOUS) {
            rendering = shortAmountNext ? AmountRendering.ONE_DECIMAL : AmountRendering.TWO_DECIMALS;
            shortAmountNext = !shortAmountNext;
        }
        switch (rendering) {
            case ONE_DECIMAL -> json.put("amount", Amounts.oneDecimal(amount));
            case JSON_NUMBER -> json.put("amount", amount);
            default -> json.put("amount", Amounts.twoDecimals(amount));
        }
    }

    private static Set<String> namesOf(ObjectNode sent) {
        Set<String> names = new TreeSet<>();
        sent.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private Instant now() {
        return behaviour.now().truncatedTo(ChronoUnit.SECONDS);
    }
}
