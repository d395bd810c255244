package org.paymentsissued.demo;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A bill payment by check or credit card, described for {@link SimulatedQuickBooks#has(BookedPayment)}. */
public final class BookedPayment extends BookedTxn {

    final PaymentKind kind;
    String payee = "Northfork Steel Erectors LLC";
    String account;
    boolean toBePrinted;
    List<Applied> applied = new ArrayList<>();
    private BigDecimal amount;

    /** One applied line; discount is null where none was taken. */
    record Applied(String txnId, String txnType, String number, BigDecimal amount, BigDecimal discount) {
    }

    BookedPayment(PaymentKind kind, String txnId) {
        super(txnId);
        this.kind = kind;
        this.account = kind.usualAccount;
    }

    BookedPayment(BookedPayment other) {
        super(other);
        kind = other.kind;
        payee = other.payee;
        account = other.account;
        toBePrinted = other.toBePrinted;
        applied = new ArrayList<>(other.applied);
        amount = other.amount;
    }

    /** The RefNumber; empty for none. */
    public BookedPayment number(String refNumber) {
        number = refNumber;
        return this;
    }

    /** @param isoDate the TxnDate, such as 2026-01-15 */
    public BookedPayment dated(String isoDate) {
        date = LocalDate.parse(isoDate);
        return this;
    }

    public BookedPayment to(String vendor) {
        payee = vendor;
        return this;
    }

    /** @param fullName of the bank or credit card account */
    public BookedPayment from(String fullName) {
        account = fullName;
        return this;
    }

    public BookedPayment memo(String text) {
        memo = text;
        return this;
    }

    public BookedPayment toBePrinted() {
        toBePrinted = true;
        return this;
    }

    /** Overrides the header amount, which is otherwise the sum of the applied lines. */
    public BookedPayment amount(String header) {
        amount = new BigDecimal(header);
        return this;
    }

    /** @param hostClock TimeModified as local clock text without offset, such as 2026-01-15T14:02:33 */
    public BookedPayment modified(String hostClock) {
        modifiedOnHostClock = LocalDateTime.parse(hostClock);
        return this;
    }

    public BookedPayment editSequence(String text) {
        editSequence = text;
        return this;
    }

    /** @param number the bill's RefNumber, used where the company file does not hold the bill; may be empty */
    public BookedPayment pays(String billTxnId, String number, String amount) {
        return applies("Bill", billTxnId, number, amount);
    }

    public BookedPayment pays(String billTxnId, String number, String amount, String discount) {
        applied.add(new Applied(billTxnId, "Bill", number, new BigDecimal(amount), new BigDecimal(discount)));
        return this;
    }

    /** A line on something that need not be a bill, such as a JournalEntry. */
    public BookedPayment applies(String txnType, String txnId, String number, String amount) {
        applied.add(new Applied(txnId, txnType, number, new BigDecimal(amount), null));
        return this;
    }

    /** Drops the applied lines, so that an edit can name new ones. */
    public BookedPayment paysNothing() {
        applied.clear();
        return this;
    }

    /** Lets the header follow the lines again, so that an edit of the lines need not name a sum. */
    BookedPayment amountOfLinesIfEqual() {
        BigDecimal header = amount;
        amount = null;
        if (header != null && header.compareTo(amount()) != 0) {
            amount = header;
        }
        return this;
    }

    BigDecimal amount() {
        return amount != null ? amount
                : applied.stream().map(Applied::amount).reduce(BigDecimal.ZERO.setScale(2), BigDecimal::add);
    }

    /** What the bill lost by this payment: money and discounts. */
    BigDecimal settles(String billTxnId) {
        if (amount().signum() == 0 && memo.startsWith("VOID:")) {
            return BigDecimal.ZERO;
        }
        return applied.stream().filter(line -> line.txnId().equals(billTxnId))
                .map(line -> line.amount().add(Objects.requireNonNullElse(line.discount(), BigDecimal.ZERO)))
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Override
    String vendor() {
        return payee;
    }
}
