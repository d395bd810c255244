package org.paymentsissued.procore;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.paymentsissued.ledger.LedgerRow.Field;
import org.paymentsissued.payment.Wanted;

/** Contract payments as JSON (reference, Contract Payments): amounts as text with two decimals, dates as days. */
final class PaymentJson {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private PaymentJson() {
    }

    static String create(long projectId, long contractId, Wanted wanted, RecordKey keys, String key) {
        ObjectNode payment = JSON.createObjectNode();
        for (Field field : Field.values()) {
            if (field != Field.NOTES) {
                put(payment, field, wanted);
            }
        }
        String notes = keys.notes(wanted.notes(), key);
        if (!notes.isEmpty()) {
            payment.put("notes", notes);
        }
        if (keys.isInOriginId()) {
            payment.put("origin_id", key);
            payment.put("origin_data", originData(wanted.editSequence()));
        }
        dropNulls(payment);
        return request(projectId, contractId, payment);
    }

    /** A record beside the first that makes up the difference. */
    static String correction(long projectId, long contractId, Wanted like, BigDecimal difference, String notes,
            RecordKey keys, String key) {
        return create(projectId, contractId, new Wanted(like.placement(), difference, like.date(), like.method(),
                like.checkNumber(), like.invoiceNumber(), like.invoiceDate(), notes, like.editSequence()), keys, key);
    }

    /**
     * Only what has changed: fields left out stay as they are in Procore.
     *
     * @param linked whether origin_id carries the key; where it was taken off, origin_data has to keep it
     */
    static String update(long projectId, long contractId, Wanted wanted, Set<Field> changed, RecordKey keys,
            String key, boolean linked) {
        ObjectNode payment = JSON.createObjectNode();
        for (Field field : changed) {
            if (field == Field.NOTES) {
                payment.put("notes", keys.notes(wanted.notes(), key));
            } else {
                put(payment, field, wanted);
            }
        }
        if (keys.isInOriginId() && linked) {
            payment.put("origin_data", originData(wanted.editSequence()));
        }
        return request(projectId, contractId, payment);
    }

    static String amountOnly(long projectId, long contractId, BigDecimal amount) {
        ObjectNode payment = JSON.createObjectNode();
        payment.put("amount", amount.setScale(2).toPlainString());
        return request(projectId, contractId, payment);
    }

    /** Takes our origin_id off; the key stays in origin_data, so that the record is known while it is unlinked. */
    static String unlink(long projectId, long contractId, String key) {
        ObjectNode payment = JSON.createObjectNode();
        payment.putNull("origin_id");
        payment.put("origin_data", JSON.createObjectNode().put("origin_id", key).toString());
        return request(projectId, contractId, payment);
    }

    static String relink(long projectId, long contractId, String key, String editSequence) {
        ObjectNode payment = JSON.createObjectNode();
        payment.put("origin_id", key);
        payment.put("origin_data", originData(editSequence));
        return request(projectId, contractId, payment);
    }

    /** Text as JSON; empty where it is none. */
    static Optional<JsonNode> tree(String text) {
        try {
            return Optional.ofNullable(JSON.readTree(text));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** One record; empty where the text is none. */
    static Optional<ContractPayment> read(String body) {
        try {
            JsonNode json = JSON.readTree(body);
            return json == null ? Optional.empty() : ContractPayment.readStrictly(JSON, json);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A page of a list; empty where the text is none, or a record that may be ours cannot be read. */
    static Optional<List<ContractPayment>> readList(String body) {
        try {
            JsonNode json = JSON.readTree(body);
            if (json == null || !json.isArray()) {
                return Optional.empty();
            }
            List<ContractPayment> records = new ArrayList<>();
            for (JsonNode element : json) {
                Optional<ContractPayment> record = ContractPayment.read(JSON, element);
                if (record.isEmpty()) {
                    return Optional.empty();
                }
                records.add(record.get());
            }
            return Optional.of(records);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static void put(ObjectNode payment, Field field, Wanted wanted) {
        switch (field) {
            case PLACE, NOTES -> { }
            case AMOUNT -> payment.put("amount", wanted.amount().setScale(2).toPlainString());
            case DATE -> payment.put("date", wanted.date().toString());
            case METHOD -> payment.put("payment_method", wanted.method());
            case CHECK_NUMBER -> payment.put("check_number", emptyAsNull(wanted.checkNumber()));
            case INVOICE_NUMBER -> payment.put("invoice_number", emptyAsNull(wanted.invoiceNumber()));
            case INVOICE_DATE -> payment.put("invoice_date", wanted.invoiceDate().map(Object::toString).orElse(null));
            case REQUISITION -> payment.put("requisition_id", wanted.requisitionId().orElse(null));
        }
    }

    private static String emptyAsNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private static void dropNulls(ObjectNode payment) {
        List<String> names = new ArrayList<>();
        payment.fieldNames().forEachRemaining(names::add);
        names.stream().filter(name -> payment.get(name).isNull()).forEach(payment::remove);
    }

    private static String originData(String editSequence) {
        return JSON.createObjectNode().put("edit_sequence", editSequence).toString();
    }

    private static String request(long projectId, long contractId, ObjectNode payment) {
        ObjectNode request = JSON.createObjectNode();
        request.put("project_id", projectId);
        request.put("contract_id", contractId);
        request.set("contract_payment", payment);
        return request.toString();
    }
}
