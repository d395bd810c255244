package org.paymentsissued.procore;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import org.paymentsissued.payment.Wanted;

/**
 * A payment issued as Procore returns it (reference, Contract Payments). Any field may be null; payment_method and
 * invoice_date are never returned.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record ContractPayment(Long id, BigDecimal amount, String date, String checkNumber, String invoiceNumber, String notes,
        Long contractId, Long projectId, @JsonProperty("requisition_id") JsonNode requisition,
        @JsonProperty("origin_id") JsonNode origin, String originData, String externalPaymentId, String createdAt) {

    private static final int DATE_LENGTH = 10;

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

    /** False too where Procore does not tell when it was created. */
    boolean isCreatedSince(Instant moment) {
        try {
            return createdAt != null && !Instant.parse(createdAt).isBefore(moment);
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** Made by Procore Pay: never ours to touch. */
    boolean isOfProcorePay() {
        return externalPaymentId != null && !externalPaymentId.isEmpty();
    }

    /** The linked subcontractor invoice; null where there is none, or where the answer does not tell. */
    Long requisitionId() {
        return requisition == null || requisition.isNull() || requisition.asLong() == 0 ? null : requisition.asLong();
    }

    /** Older descriptions of the API lack the field; a null in it, however, says that there is no link. */
    boolean tellsRequisition() {
        return requisition != null;
    }

    String originId() {
        return origin == null || origin.isNull() ? null : origin.asText();
    }

    boolean tellsOriginId() {
        return origin != null;
    }

    boolean hasOriginId() {
        return originId() != null && !originId().isEmpty();
    }
}
