package org.paymentsissued.demo;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** A bill payment by check or credit card, described for {@link SimulatedQuickBooks#has(BookedPayment)}. */
public final class BookedPayment extends BookedTxn<BookedPayment> {

    final PaymentKind kind;
    String payee = "Northfork Steel Erectors LLC";
    String account;
    boolean toBePrinted;
    final List<Applied> applied = new ArrayList<>();
    private BigDecimal amount;

    /** One applied line; discount is null where none was taken. */
    record Applied(String txnId, String txnType, String number, BigDecimal amount, BigDecimal discount) {
    }

    BookedPayment(PaymentKind kind, String txnId) {
        super(txnId);
        this.kind = kind;
        this.account = kind.usualAccount;
    }

    private BookedPayment(BookedPayment other) {
        super(other);
        kind = other.kind;
        payee = other.payee;
        account = other.account;
        toBePrinted = other.toBePrinted;
        applied.addAll(other.applied);
        amount = other.amount;
    }

    @Override
    BookedPayment self() {
        return this;
    }

    @Override
    BookedPayment copy() {
        return new BookedPayment(this);
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

    public BookedPayment toBePrinted() {
        toBePrinted = true;
        return this;
    }

    /** Overrides the header amount, which is otherwise the sum of the applied lines. */
    public BookedPayment amount(String header) {
        amount = new BigDecimal(header);
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
}
