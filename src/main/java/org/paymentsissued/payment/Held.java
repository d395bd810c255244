package org.paymentsissued.payment;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Optional;

/**
 * What Procore holds for one payment and one bill, as far as we know.
 *
 * @param amount      all records of the key together
 * @param date        empty where Procore stored none
 * @param notes       as we sent them; people may have changed them since, and then they are theirs
 * @param linked      whether our origin_id stands in the record; false only in the middle of a change
 * @param corrections how many further records of the key correct the first
 */
public record Held(long procoreId, long projectId, long contractId, Optional<Long> requisitionId, BigDecimal amount,
        Optional<LocalDate> date, String method, String checkNumber, String invoiceNumber,
        Optional<LocalDate> invoiceDate, String notes, String editSequence, boolean linked, int corrections) {

    /** Procore may answer with longer texts than were sent. */
    public Held {
        method = Cut.to(20, method);
        checkNumber = Cut.to(100, checkNumber);
        invoiceNumber = Cut.to(255, invoiceNumber);
        notes = Cut.to(4_200, notes);
        editSequence = Cut.to(100, editSequence);
    }

    public Held unlinked() {
        return new Held(procoreId, projectId, contractId, requisitionId, amount, date, method, checkNumber,
                invoiceNumber, invoiceDate, notes, editSequence, false, corrections);
    }

    public Held relinked() {
        return new Held(procoreId, projectId, contractId, requisitionId, amount, date, method, checkNumber,
                invoiceNumber, invoiceDate, notes, editSequence, true, corrections);
    }

    /** With so many correcting records beside the first, all together making up the given amount. */
    public Held corrected(BigDecimal total, String newEditSequence, int newCorrections) {
        return new Held(procoreId, projectId, contractId, requisitionId, total, date, method, checkNumber,
                invoiceNumber, invoiceDate, notes, newEditSequence, linked, newCorrections);
    }

    public Held withAmount(BigDecimal newAmount) {
        return new Held(procoreId, projectId, contractId, requisitionId, newAmount, date, method, checkNumber,
                invoiceNumber, invoiceDate, notes, editSequence, linked, corrections);
    }
}
