package org.paymentsissued.payment;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Optional;

/**
 * What a payment issued says, whether wanted or held.
 *
 * @param date         empty only where Procore stored none
 * @param editSequence QuickBooks' version of the payment that this was taken from; never a difference by itself
 */
public record PaymentFields(BigDecimal amount, Optional<LocalDate> date, String method, String checkNumber,
        String invoiceNumber, Optional<LocalDate> invoiceDate, String notes, String editSequence) {

    /** No longer than the ledger keeps them; Procore may answer with longer texts than were sent. */
    public PaymentFields {
        method = Cut.to(20, method);
        checkNumber = Cut.to(100, checkNumber);
        invoiceNumber = Cut.to(255, invoiceNumber);
        notes = Cut.to(4_200, notes);
        editSequence = Cut.to(100, editSequence);
    }

    public PaymentFields withAmount(BigDecimal other) {
        return new PaymentFields(other, date, method, checkNumber, invoiceNumber, invoiceDate, notes, editSequence);
    }

    public PaymentFields withDate(Optional<LocalDate> other) {
        return new PaymentFields(amount, other, method, checkNumber, invoiceNumber, invoiceDate, notes, editSequence);
    }

    public PaymentFields withCheckNumber(String other) {
        return new PaymentFields(amount, date, method, other, invoiceNumber, invoiceDate, notes, editSequence);
    }

    public PaymentFields withInvoiceNumber(String other) {
        return new PaymentFields(amount, date, method, checkNumber, other, invoiceDate, notes, editSequence);
    }

    public PaymentFields withNotes(String other) {
        return new PaymentFields(amount, date, method, checkNumber, invoiceNumber, invoiceDate, other, editSequence);
    }

    public PaymentFields withEditSequence(String other) {
        return new PaymentFields(amount, date, method, checkNumber, invoiceNumber, invoiceDate, notes, other);
    }
}
