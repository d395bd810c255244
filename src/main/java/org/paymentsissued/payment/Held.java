package org.paymentsissued.payment;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Optional;

/**
 * What Procore holds for one payment and one bill, as far as we know.
 *
 * @param fields      as we sent them where Procore took them, else as Procore shows them; the amount is that of all records of
 *                    the key together
 * @param stored      what Procore made of texts that we sent
 * @param link        whether our key has its place in the record
 * @param corrections how many further records of the key correct the first
 */
public record Held(long procoreId, CommitmentRef place, Optional<Long> requisitionId, PaymentFields fields, StoredTexts stored,
        Link link, int corrections) {

    /** Whether our key is on a record. */
    public enum Link {
        ON,
        /** Taken off in the middle of a change. */
        OFF,
        /** A person typed the record, and our key is yet to be written: nothing else of it changes before. */
        NOT_YET
    }

    /**
     * Texts that Procore keeps its own way, as it answered when we sent them: in other case, with other white space, cut off.
     * Empty where it stored what was sent.
     */
    public record StoredTexts(Optional<String> checkNumber, Optional<String> invoiceNumber, Optional<String> notes) {

        public static final StoredTexts AS_SENT = new StoredTexts(Optional.empty(), Optional.empty(), Optional.empty());

        public StoredTexts withCheckNumber(Optional<String> text) {
            return new StoredTexts(text, invoiceNumber, notes);
        }

        public StoredTexts withInvoiceNumber(Optional<String> text) {
            return new StoredTexts(checkNumber, text, notes);
        }

        public StoredTexts withNotes(Optional<String> text) {
            return new StoredTexts(checkNumber, invoiceNumber, text);
        }
    }

    /** One record, stored as it was sent. */
    public static Held of(long procoreId, CommitmentRef place, Optional<Long> requisitionId, PaymentFields fields) {
        return new Held(procoreId, place, requisitionId, fields, StoredTexts.AS_SENT, Link.ON, 0);
    }

    public BigDecimal amount() {
        return fields.amount();
    }

    public Optional<LocalDate> date() {
        return fields.date();
    }

    /** A record that a person typed for what is wanted: it counts as equal, since only our key is written into it. */
    public static Held typed(long procoreId, CommitmentRef place, Wanted wanted, StoredTexts stored) {
        return new Held(procoreId, place, wanted.requisitionId(), wanted.fields(), stored, Link.NOT_YET, 0);
    }

    public boolean linked() {
        return link == Link.ON;
    }

    public boolean isTyped() {
        return link == Link.NOT_YET;
    }

    public Held withFields(PaymentFields other, StoredTexts texts) {
        return new Held(procoreId, place, requisitionId, other, texts, link, corrections);
    }

    public Held withRequisition(Optional<Long> other) {
        return new Held(procoreId, place, other, fields, stored, link, corrections);
    }

    public Held withLink(Link other) {
        return new Held(procoreId, place, requisitionId, fields, stored, other, corrections);
    }

    public Held withAmount(BigDecimal amount) {
        return withFields(fields.withAmount(amount), stored);
    }

    /** With this many correcting records in addition to the first, which together have the given amount. */
    public Held corrected(BigDecimal total, String editSequence, int newCorrections) {
        return new Held(procoreId, place, requisitionId, fields.withAmount(total).withEditSequence(editSequence), stored, link,
                newCorrections);
    }
}
