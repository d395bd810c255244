package org.paymentsissued.procore;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.paymentsissued.ledger.LedgerRow.Field;
import org.paymentsissued.payment.Wanted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A payment issued as Procore returns it (reference, Contract Payments). Any field may be null; payment_method and
 * invoice_date are never returned.
 *
 * <p>A record that carries a key like ours is read strictly or not at all. Of the records of people and of other integrations
 * only the id is needed: whatever else has an unexpected shape is left out.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record ContractPayment(Long id, BigDecimal amount, String date, String checkNumber, String invoiceNumber, String notes,
        Long contractId, Long projectId, @JsonProperty("requisition_id") JsonNode requisition,
        @JsonProperty("origin_id") JsonNode origin, @JsonProperty("origin_data") JsonNode data,
        @JsonProperty("external_payment_id") JsonNode external, String createdAt, Set<String> fieldsTold) {

    private static final Logger LOG = LoggerFactory.getLogger(ContractPayment.class);
    private static final int DATE_LENGTH = 10;
    private static final Pattern KEY = Pattern.compile("[^|]+\\|[^|]+(\\|r\\d+)?");
    private static final Pattern WITH_COMMAS = Pattern.compile("-?\\d{1,3}(,\\d{3})+(\\.\\d{1,8})?");
    private static final Pattern PLAIN = Pattern.compile("-?\\d{1,18}(\\.\\d{1,8})?");
    private static final List<String> TEXTS = List.of("date", "check_number", "invoice_number", "notes", "created_at");
    private static final List<String> IDS = List.of("contract_id", "project_id");

    /** Reads a record that one of our own calls was about; empty where anything in it cannot be read for certain. */
    static Optional<ContractPayment> readStrictly(ObjectMapper json, JsonNode record) {
        try {
            return record.isObject() && isId(record.path("id"))
                    ? Optional.of(json.treeToValue(record, ContractPayment.class).telling(namesIn(record)))
                            .filter(ContractPayment::hasCredibleAmount)
                    : Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Reads a record of a list, no matter who made it.
     *
     * @return empty where it has no id, or where it carries a key like ours and anything in it cannot be read for certain
     */
    static Optional<ContractPayment> read(ObjectMapper json, JsonNode record) {
        Optional<ContractPayment> strictly = readStrictly(json, record);
        if (strictly.isPresent() || !record.isObject() || !isId(record.path("id"))) {
            return strictly;
        }
        Optional<ContractPayment> readable = readStrictly(json, readablePartOf(record.deepCopy()));
        if (readable.map(ContractPayment::looksOurs).orElse(true)) {
            return Optional.empty();
        }
        if (readable.get().amount() == null && !readable.get().hasOriginId() && !readable.get().isOfProcorePay()) {
            LOG.info("The amount of record {} in Procore cannot be read, so it is not compared with payments from QuickBooks.",
                    readable.get().id());
        }
        return readable.map(told -> told.telling(Set.of()));
    }

    /** Whether all of it could be read, and not only what is needed of records that are not ours. */
    boolean isReadStrictly() {
        return fieldsTold.contains("id");
    }

    private ContractPayment telling(Set<String> fields) {
        return new ContractPayment(id, amount, date, checkNumber, invoiceNumber, notes, contractId, projectId, requisition, origin,
                data, external, createdAt, fields);
    }

    private static Set<String> namesIn(JsonNode record) {
        Set<String> names = new HashSet<>();
        record.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Whether the answer mentions a field, even if only as empty. */
    boolean tells(Field field) {
        return switch (field) {
            case AMOUNT, DATE, CHECK_NUMBER, INVOICE_NUMBER, NOTES -> fieldsTold.contains(field.name().toLowerCase(Locale.ROOT));
            case REQUISITION -> requisition != null;
            case PLACE, METHOD, INVOICE_DATE -> false;
        };
    }

    /** One of its texts, if present. */
    String text(Field field) {
        return Objects.requireNonNullElse(switch (field) {
            case CHECK_NUMBER -> checkNumber;
            case INVOICE_NUMBER -> invoiceNumber;
            case NOTES -> notes;
            default -> throw new IllegalArgumentException(field.name());
        }, "");
    }

    private static ObjectNode readablePartOf(ObjectNode record) {
        TEXTS.stream().filter(name -> record.path(name).isContainerNode()).forEach(record::remove);
        IDS.stream().filter(name -> !isId(record.path(name))).forEach(record::remove);
        Optional<BigDecimal> amount = amountOf(record.path("amount").asText().strip());
        amount.ifPresentOrElse(value -> record.put("amount", value), () -> record.remove("amount"));
        return record;
    }

    /** "1,500.00" is 1500.00; no other form is guessed. */
    private static Optional<BigDecimal> amountOf(String text) {
        String plain = WITH_COMMAS.matcher(text).matches() ? text.replace(",", "") : text;
        return PLAIN.matcher(plain).matches() ? Optional.of(new BigDecimal(plain)) : Optional.empty();
    }

    private static boolean isId(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong() || node.isTextual() && node.asText().strip().matches("\\d{1,18}");
    }

    /** Numbers such as 1e999999999 are valid JSON, and adding one would use up all memory. */
    private boolean hasCredibleAmount() {
        return amount == null || Math.abs(amount.scale()) <= 18 && amount.precision() <= 30;
    }

    /** Whether one of the three places for a key holds a text in the form of our keys, with any prefix. */
    private boolean looksOurs() {
        return KEY.matcher(text(origin)).matches() || text(data).contains("edit_sequence")
                || PaymentJson.tree(text(data)).map(json -> KEY.matcher(json.path("origin_id").asText("")).matches()
                        || KEY.matcher(json.path("key").asText("")).matches()).orElse(false)
                || RecordKey.isMarked(notes);
    }

    /** The calendar date, whether it came as a date or as a timestamp; empty where Procore stored none. */
    Optional<LocalDate> day() {
        try {
            return date == null || date.length() < DATE_LENGTH ? Optional.empty()
                    : Optional.of(LocalDate.parse(date.substring(0, DATE_LENGTH)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Whether a person who types this payment would type the same check, date and amount. */
    boolean isAlike(Wanted wanted) {
        return !wanted.checkNumber().isEmpty() && wanted.checkNumber().equals(checkNumber)
                && day().equals(Optional.of(wanted.date())) && amount != null && amount.compareTo(wanted.amount()) == 0;
    }

    /** The same record without our origin_id, as an answer shows it. */
    ContractPayment withKeyOf(ContractPayment answer) {
        return new ContractPayment(id, amount, date, checkNumber, invoiceNumber, notes, contractId, projectId, requisition,
                answer.origin, answer.data, external, createdAt, fieldsTold);
    }

    ContractPayment withoutOriginId() {
        return new ContractPayment(id, amount, date, checkNumber, invoiceNumber, notes, contractId, projectId, requisition,
                null, null, external, createdAt, fieldsTold);
    }

    /** Also false if Procore does not say when it was created. */
    boolean isCreatedBefore(Instant moment) {
        return createdAt != null && !createdAt.isEmpty() && !isCreatedSince(moment) && isCreatedSince(Instant.MIN);
    }

    /** Also false if Procore does not say when it was created. */
    boolean isCreatedSince(Instant moment) {
        try {
            return createdAt != null && !Instant.parse(createdAt).isBefore(moment);
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** Made by Procore Pay: never ours to touch. */
    boolean isOfProcorePay() {
        return !externalPaymentId().isEmpty();
    }

    /** The linked subcontractor invoice; null where there is none, or where the answer does not say. */
    Long requisitionId() {
        return requisition == null || requisition.isNull() || requisition.asLong() == 0 ? null : requisition.asLong();
    }

    String originId() {
        return origin == null || origin.isNull() ? null : text(origin);
    }

    /** Empty where there is none; some integrations keep JSON there, which Procore may give as such. */
    String originData() {
        return text(data);
    }

    String externalPaymentId() {
        return text(external);
    }

    private static String text(JsonNode node) {
        return node == null || node.isNull() ? "" : node.isContainerNode() ? node.toString() : node.asText();
    }

    /** Whether it has no key and no data of another system: a person entered it. */
    boolean isTyped() {
        String data = originData().strip();
        return !hasOriginId() && !isOfProcorePay() && (data.isEmpty() || data.equals("{}"));
    }

    boolean tellsOriginData() {
        return data != null;
    }

    boolean tellsOriginId() {
        return origin != null;
    }

    boolean hasOriginId() {
        return originId() != null && !originId().isEmpty();
    }
}
