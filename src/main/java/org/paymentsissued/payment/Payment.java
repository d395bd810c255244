package org.paymentsissued.payment;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * A bill payment as QuickBooks holds it now, whole: what it no longer contains no longer applies.
 *
 * @param editSequence changes with every edit; compared for equality only; empty where QuickBooks gave none
 * @param modified     empty where absent or unreadable
 * @param date         the accounting date on the check; empty where absent
 * @param number       number on the check, for people; empty for cards and checks still to be printed
 * @param amount       header amount; empty where absent
 * @param applied      what it was applied to, one entry a transaction
 * @param qbxml        its element as read, for the operator
 * @param method       Procore's payment_method: check, credit_card or electronic
 * @param created      when it was entered in QuickBooks; empty where absent or unreadable
 */
public record Payment(PaymentKey key, String editSequence, Optional<HostTime> modified, Optional<LocalDate> date,
        String number, String payee, String account, String memo, Optional<BigDecimal> amount, Verdict verdict,
        List<Applied> applied, String qbxml, String method, Optional<HostTime> created) {

    /** As long as the ledger keeps each text, so that one read again equals what was kept. */
    public Payment {
        editSequence = Cut.to(100, editSequence);
        number = Cut.to(100, number);
        payee = Cut.to(250, payee);
        account = Cut.to(200, account);
        memo = Cut.to(4_200, memo);
        applied = List.copyOf(applied);
    }

    /** A payment with the method of its kind. */
    public Payment(PaymentKey key, String editSequence, Optional<HostTime> modified, Optional<LocalDate> date,
            String number, String payee, String account, String memo, Optional<BigDecimal> amount, Verdict verdict,
            List<Applied> applied, String qbxml) {
        this(key, editSequence, modified, date, number, payee, account, memo, amount, verdict, applied, qbxml,
                key.kind().method(), Optional.empty());
    }

    /** The same payment under another judgement. */
    public Payment judged(Verdict other) {
        return new Payment(key, editSequence, modified, date, number, payee, account, memo, amount, other, applied, qbxml,
                method, created);
    }

    /** The same payment with another number, memo and method for Procore. */
    public Payment mapped(String otherNumber, String otherMemo, String otherMethod) {
        return new Payment(key, editSequence, modified, date, otherNumber, payee, account, otherMemo, amount, verdict,
                applied, qbxml, otherMethod, created);
    }

    /** The same payment, entered in QuickBooks at that time. */
    public Payment createdAt(Optional<HostTime> stamp) {
        return new Payment(key, editSequence, modified, date, number, payee, account, memo, amount, verdict, applied, qbxml,
                method, stamp);
    }

    /** One for each transaction it was applied to, not placed yet. */
    public List<Invoice> invoices() {
        return applied.stream().map(part -> new Invoice(this, part, Optional.empty())).toList();
    }

    /** As an operator knows it, such as {@code Check 10902 of 2026-03-25 to Harlan Drywall LLC}. */
    public String words() {
        StringBuilder words = new StringBuilder(key.kind().words());
        words.append(number.isEmpty() ? " without number (" + key.txnId() + ")" : " " + number);
        date.ifPresent(day -> words.append(" of ").append(day));
        if (!payee.isEmpty()) {
            words.append(" to ").append(payee);
        }
        return words.toString();
    }

    /** For a log line: never the whole payment. */
    @Override
    public String toString() {
        return words();
    }
}
