package org.paymentsissued.procore;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.paymentsissued.ledger.LedgerRow.Field;
import org.paymentsissued.ledger.TwinCandidate;
import org.paymentsissued.ledger.TwinCandidate.Maker;
import org.paymentsissued.payment.Wanted;

/** Finds records on a commitment that look like a payment about to be sent: the same one, typed by a person or made by another program. */
final class Twins {

    private static final long MOST_DAYS_APART = 10;

    private Twins() {
    }

    /**
     * What is about to be sent, and what else of the same payment goes to this commitment.
     *
     * @param whole the sum of all bills of the payment on the commitment
     */
    record Sending(Wanted wanted, BigDecimal whole) {

        private boolean hasOtherBills() {
            return whole.compareTo(wanted.amount()) != 0;
        }
    }

    /** How alike a record and a payment are, the closest first. */
    enum Likeness {
        /** Amount and date are the same, and the check number, where the record has one. */
        EXACT,
        /** The amount is the same, and the check number or the invoice, within ten days. */
        LIKELY,
        /** It is the sum of all bills of the payment on the commitment. */
        LUMP
    }

    /** A record that looks like the payment. */
    record Candidate(ContractPayment record, Likeness likeness) {

        /** Whether it may become the payment's: a person typed it, for this bill alone, and all of it can be read. */
        boolean isAdoptable() {
            return record.isTyped() && record.isReadStrictly() && likeness != Likeness.LUMP;
        }

        TwinCandidate shown() {
            return new TwinCandidate(record.id(), maker(), isAdoptable(), record.amount(), record.day(), record.text(Field.CHECK_NUMBER),
                    record.text(Field.INVOICE_NUMBER), record.text(Field.NOTES));
        }

        private Maker maker() {
            return record.isOfProcorePay() ? Maker.PROCORE_PAY : record.isTyped() ? Maker.PERSON : Maker.PROGRAM;
        }
    }

    /** What was found. */
    sealed interface Found {

        /** Nothing like it. */
        record None() implements Found { }

        /** The very record that a person typed for it, and no other payment or record fits. */
        record Same(ContractPayment record) implements Found { }

        /** A person has to say. @param candidates the closest first; never empty */
        record Doubtful(List<Candidate> candidates) implements Found { }
    }

    /**
     * The records that look like a payment, the closest first.
     *
     * @param records those on the commitment that carry no key of ours
     */
    static List<Candidate> candidates(Sending sending, List<ContractPayment> records) {
        return records.stream().flatMap(record -> likeness(sending, record).map(likeness -> new Candidate(record, likeness)).stream())
                .sorted(Comparator.comparing((Candidate candidate) -> !candidate.isAdoptable()).thenComparing(Candidate::likeness)
                        .thenComparing(candidate -> candidate.record().id())).toList();
    }

    /** @param rivals other payments on the commitment that Procore does not hold yet */
    static Found of(List<Candidate> candidates, List<Sending> rivals) {
        if (candidates.isEmpty()) {
            return new Found.None();
        }
        Candidate first = candidates.get(0);
        boolean certain = candidates.size() == 1 && first.likeness() == Likeness.EXACT && first.isAdoptable()
                && rivals.stream().allMatch(rival -> likeness(rival, first.record()).isEmpty());
        return certain ? new Found.Same(first.record()) : new Found.Doubtful(candidates);
    }

    static Optional<Likeness> likeness(Sending sending, ContractPayment record) {
        if (record.amount() == null) {
            return Optional.empty();
        }
        Wanted wanted = sending.wanted();
        String typed = plain(record.text(Field.CHECK_NUMBER));
        String number = plain(wanted.checkNumber());
        boolean sameNumber = !number.isEmpty() && typed.equals(number);
        boolean sameDay = record.day().equals(Optional.of(wanted.date()));
        boolean near = record.day().map(day -> isNear(day, wanted.date())).orElse(true);
        boolean exact = sameDay && (sameNumber || typed.isEmpty());
        boolean likely = near && sameNumber || sameDay && number.isEmpty();
        if (record.amount().compareTo(wanted.amount()) == 0) {
            return exact ? Optional.of(Likeness.EXACT)
                    : Optional.of(Likeness.LIKELY).filter(is -> likely || near && isSameInvoice(wanted, record));
        }
        boolean lump = sending.hasOtherBills() && record.amount().compareTo(sending.whole()) == 0;
        return Optional.of(Likeness.LUMP).filter(is -> lump && (exact || likely));
    }

    private static boolean isNear(LocalDate one, LocalDate other) {
        return Math.abs(ChronoUnit.DAYS.between(one, other)) <= MOST_DAYS_APART;
    }

    private static boolean isSameInvoice(Wanted wanted, ContractPayment record) {
        String number = plain(wanted.fields().invoiceNumber());
        return !number.isEmpty() && number.equals(plain(record.text(Field.INVOICE_NUMBER)))
                || wanted.requisitionId().isPresent() && wanted.requisitionId().equals(Optional.ofNullable(record.requisitionId()));
    }

    /** People type numbers in other case, with blanks and leading zeros. */
    private static String plain(String number) {
        return number.replaceAll("[\\s\\p{Z}]+", "").toUpperCase(Locale.ROOT).replaceFirst("^0+(?=.)", "");
    }
}
