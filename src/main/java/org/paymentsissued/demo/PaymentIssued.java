package org.paymentsissued.demo;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * A record of {@link SimulatedProcore} as it is stored, with {@code payment_method} and {@code invoice_date}, which
 * Procore takes and never shows. Everything but the ids, the amount, the author, the attachments and the stamps may be
 * null.
 *
 * @param contractId the commitment
 * @param amount     in the contract's currency
 * @param author     who made the record
 */
public record PaymentIssued(
        long id,
        long projectId,
        long contractId,
        Long requisitionId,
        BigDecimal amount,
        LocalDate date,
        String paymentMethod,
        String checkNumber,
        String invoiceNumber,
        LocalDate invoiceDate,
        String notes,
        Long paymentNumber,
        Long drawRequestNumber,
        String originId,
        String originData,
        String externalPaymentId,
        List<String> attachments,
        Author author,
        Instant createdAt,
        Instant updatedAt) {

    /** Who made a record. */
    public enum Author {
        /** The client under test, through the API. */
        INTEGRATION,
        /** A person, in Procore's pages. */
        PERSON,
        /** Procore's own payment service. */
        PROCORE_PAY,
        /** Another integration. */
        FOREIGN
    }

    public PaymentIssued {
        attachments = List.copyOf(attachments);
    }
}
