package org.paymentsissued.demo;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/**
 * What bills and bill payments in the simulated company file share. Described with the fluent methods, then handed in;
 * the company file keeps its own copy and replaces it on every change, so a running iterator still sees the old one.
 */
abstract sealed class BookedTxn<T extends BookedTxn<T>> permits BookedPayment, BookedBill {

    final String txnId;
    String number = "";
    LocalDate date = LocalDate.of(2026, 1, 15);
    String memo = "";
    String editSequence;
    int txnNumber;
    Instant created;
    Instant modified;
    /** Host clock text a test or a CSV line asked for; null means the host clock at entry. */
    LocalDateTime modifiedOnHostClock;

    BookedTxn(String txnId) {
        this.txnId = txnId;
    }

    BookedTxn(BookedTxn<?> other) {
        this(other.txnId);
        number = other.number;
        date = other.date;
        memo = other.memo;
        editSequence = other.editSequence;
        txnNumber = other.txnNumber;
        created = other.created;
        modified = other.modified;
        modifiedOnHostClock = other.modifiedOnHostClock;
    }

    abstract T self();

    abstract T copy();

    /** The RefNumber, which is the vendor's invoice number on a bill; empty for none. */
    public T number(String refNumber) {
        number = refNumber;
        return self();
    }

    /** @param isoDate the TxnDate, such as 2026-01-15 */
    public T dated(String isoDate) {
        date = LocalDate.parse(isoDate);
        return self();
    }

    public T memo(String text) {
        memo = text;
        return self();
    }

    /** @param hostClock TimeModified as local clock text without offset, such as 2026-01-15T14:02:33 */
    public T modified(String hostClock) {
        modifiedOnHostClock = LocalDateTime.parse(hostClock);
        return self();
    }

    public T editSequence(String text) {
        editSequence = text;
        return self();
    }

    /** Stamps a first entry. */
    void enter(int txnNumber, Instant now, ZoneId hostZone) {
        this.txnNumber = txnNumber;
        modified = modifiedOnHostClock == null
                ? now.truncatedTo(ChronoUnit.SECONDS)
                : modifiedOnHostClock.atZone(hostZone).toInstant();
        created = modified;
        if (editSequence == null) {
            editSequence = String.valueOf(modified.getEpochSecond());
        }
    }

    /** Stamps a change: the EditSequence differs from every earlier one, even within a second. */
    void change(Instant now) {
        modified = now.truncatedTo(ChronoUnit.SECONDS);
        long next = modified.getEpochSecond();
        if (editSequence.matches("[0-9]{1,15}")) {
            next = Math.max(next, Long.parseLong(editSequence) + 1);
        }
        editSequence = String.valueOf(next);
    }
}
