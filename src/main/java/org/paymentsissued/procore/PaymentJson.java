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
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Wanted;
import org.paymentsissued.procore.DeliveryPolicy.KeyPlace;

/** Contract payments as JSON (reference, Contract Payments): amounts as text with two decimals, dates as days. */
final class PaymentJson {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

    private PaymentJson() {
    }

    /** A new record with all that is wanted. */
    static String create(CommitmentRef place, Wanted wanted, RecordKey keys, String key) {
        ObjectNode payment = JSON.createObjectNode();
        for (Field field : Field.values()) {
            put(payment, field, wanted);
        }
        Optional<KeyPlace> keyPlace = Optional.of(keys.place());
        payment.put("notes", emptyAsNull(RecordKey.notes(wanted.fields().notes(), key, keyPlace)));
        if (keys.place() == KeyPlace.ORIGIN_ID) {
            payment.put("origin_id", key);
        }
        putOriginData(payment, keyPlace, key, wanted.fields().editSequence());
        dropNulls(payment);
        return request(place, payment);
    }

    /** Only what has changed: fields left out stay as they are in Procore. @param keyPlace where the record has its key */
    static String update(CommitmentRef place, Wanted wanted, Set<Field> changed, String key, Optional<KeyPlace> keyPlace) {
        ObjectNode payment = JSON.createObjectNode();
        for (Field field : changed) {
            if (field == Field.NOTES) {
                payment.put("notes", RecordKey.notes(wanted.fields().notes(), key, keyPlace));
            } else {
                put(payment, field, wanted);
            }
        }
        putOriginData(payment, keyPlace, key, wanted.fields().editSequence());
        return request(place, payment);
    }

    static String amountOnly(CommitmentRef place, BigDecimal amount) {
        ObjectNode payment = JSON.createObjectNode();
        payment.put("amount", amount.setScale(2).toPlainString());
        return request(place, payment);
    }

    /**
     * Takes our origin_id off.
     *
     * @param written where keys are written: where that is origin_id, the key is kept in origin_data until it is put back, so
     *                that the record is known meanwhile
     */
    static String unlink(CommitmentRef place, String key, String editSequence, KeyPlace written) {
        ObjectNode payment = JSON.createObjectNode();
        payment.putNull("origin_id");
        if (written == KeyPlace.ORIGIN_ID) {
            payment.put("origin_data", JSON.createObjectNode().put("origin_id", key).toString());
        } else {
            putOriginData(payment, Optional.of(KeyPlace.ORIGIN_DATA), key, editSequence);
        }
        return request(place, payment);
    }

    static String relink(CommitmentRef place, String key, String editSequence) {
        ObjectNode payment = JSON.createObjectNode();
        payment.put("origin_id", key);
        putOriginData(payment, Optional.of(KeyPlace.ORIGIN_ID), key, editSequence);
        return request(place, payment);
    }

    /** Puts our key on a record that a person typed, and changes nothing else of it. @param notes as they are */
    static String adopt(CommitmentRef place, String key, String editSequence, KeyPlace written, String notes) {
        if (written == KeyPlace.ORIGIN_ID) {
            return relink(place, key, editSequence);
        }
        ObjectNode payment = JSON.createObjectNode();
        if (written == KeyPlace.NOTES) {
            payment.put("notes", RecordKey.notes(notes, key, Optional.of(written)));
        }
        putOriginData(payment, Optional.of(written), key, editSequence);
        return request(place, payment);
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
            case METHOD -> payment.put("payment_method", wanted.fields().method());
            case CHECK_NUMBER -> payment.put("check_number", emptyAsNull(wanted.fields().checkNumber()));
            case INVOICE_NUMBER -> payment.put("invoice_number", emptyAsNull(wanted.fields().invoiceNumber()));
            case INVOICE_DATE -> payment.put("invoice_date",
                    wanted.fields().invoiceDate().map(Object::toString).orElse(null));
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

    private static void putOriginData(ObjectNode payment, Optional<KeyPlace> keyPlace, String key, String editSequence) {
        keyPlace.filter(place -> place != KeyPlace.NOTES).ifPresent(place -> {
            ObjectNode data = JSON.createObjectNode();
            if (place == KeyPlace.ORIGIN_DATA) {
                data.put("key", key);
            }
            payment.put("origin_data", data.put("edit_sequence", editSequence).toString());
        });
    }

    private static String request(CommitmentRef place, ObjectNode payment) {
        ObjectNode request = JSON.createObjectNode();
        request.put("project_id", place.projectId());
        request.put("contract_id", place.commitmentId());
        request.set("contract_payment", payment);
        return request.toString();
    }
}
