package org.paymentsissued.demo;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.w3c.dom.Element;

/**
 * The simulated QuickBooks as tests need it: it checks the grammar of each request as QuickBooks does, keeps what it was
 * asked, and has a switch for what is not known about the real one.
 */
public final class TestQuickBooks extends SimulatedQuickBooks {

    /** What is left of the applied lines once a payment is voided; which one is real is not known. */
    public enum VoidedLines { ABSENT, ZERO, KEPT }

    private final Deque<UnaryOperator<String>> interceptions = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private boolean printsStandardOffset;
    private boolean sessionPerRequest;
    private VoidedLines voidedLines = VoidedLines.ZERO;

    /** The company file of the demo. */
    public static TestQuickBooks ofDemoData() {
        TestQuickBooks quickBooks = new TestQuickBooks();
        quickBooks.enterDemoData();
        return quickBooks;
    }

    @Override
    public synchronized TestQuickBooks has(BookedPayment payment) {
        super.has(payment);
        return this;
    }

    @Override
    public synchronized TestQuickBooks hasBill(BookedBill bill) {
        super.hasBill(bill);
        return this;
    }

    @Override
    public synchronized TestQuickBooks hostClock(Clock clock) {
        super.hostClock(clock);
        return this;
    }

    /** As a restored backup does: the payment is gone, and no deletion tells of it. */
    public synchronized void forget(PaymentKind kind, String txnId) {
        books.payments(kind).remove(txnId);
    }

    /** Payments of the bill stay, without their line on it, and are not touched otherwise. */
    public synchronized void deleteBill(String txnId) {
        BookedBill bill = Optional.ofNullable(books.bills().remove(txnId)).orElseThrow(() -> CompanyFile.unknown(txnId));
        books.deletions().add(new CompanyFile.Deletion("Bill", txnId, bill.number, bill.created, now()));
        for (PaymentKind kind : PaymentKind.values()) {
            books.payments(kind).replaceAll((id, payment) -> {
                BookedPayment without = payment.copy().amount(payment.amount().toPlainString());
                return without.applied.removeIf(line -> line.txnId().equals(txnId)) ? without : payment;
            });
        }
    }

    /** Known defect: in summer the local clock is right, but the offset of winter is printed behind it. */
    public synchronized TestQuickBooks printsStandardOffset(boolean defect) {
        printsStandardOffset = defect;
        return this;
    }

    /** As behind a gateway that opens a session for each request: no iterator outlives its first page. */
    public synchronized TestQuickBooks sessionPerRequest(boolean each) {
        sessionPerRequest = each;
        return this;
    }

    public synchronized TestQuickBooks voidedLines(VoidedLines shape) {
        voidedLines = shape;
        return this;
    }

    /** Ends the QuickBooks session and with it every iterator. */
    @Override
    public synchronized void endSession() {
        super.endSession();
    }

    /** The next answer goes through this before it leaves; called twice, the next two do, one each. */
    public synchronized void answerNext(UnaryOperator<String> interception) {
        interceptions.add(interception);
    }

    /** Every request seen, the refused ones too, oldest first. */
    public synchronized List<String> requests() {
        return List.copyOf(requests);
    }

    @Override
    public synchronized String answer(String qbxmlRequest) {
        requests.add(qbxmlRequest);
        String answer = super.answer(qbxmlRequest);
        if (sessionPerRequest) {
            endSession();
        }
        return interceptions.isEmpty() ? answer : interceptions.poll().apply(answer);
    }

    @Override
    List<Element> read(String qbxml) {
        return RequestGrammar.read(qbxml);
    }

    @Override
    void voidLines(BookedPayment payment) {
        switch (voidedLines) {
            case ABSENT -> payment.paysNothing();
            case ZERO -> super.voidLines(payment);
            case KEPT -> { }
        }
    }

    @Override
    ZoneOffset printedOffset(ZoneId zone, Instant instant) {
        return printsStandardOffset ? zone.getRules().getStandardOffset(instant) : super.printedOffset(zone, instant);
    }
}
