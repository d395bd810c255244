package org.paymentsissued.console;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.paymentsissued.ledger.PaymentSearch;
import org.paymentsissued.payment.RowState;

/**
 * A payment and a bill as page and API show it. The components are the API's JSON, the other methods are for pages.
 *
 * @param amount of this bill; the payment's own is the whole check
 */
record PaymentView(long id, String state, String reason, String companyFile, Optional<BigDecimal> amount, Payment payment, Bill bill,
        Optional<Place> place, Optional<Long> procoreId, boolean outcomeUnknown, Optional<Long> behindDeadLetter, int attempts,
        Optional<Instant> nextAttemptAt, Instant changedAt) {

    /** The whole payment in QuickBooks. */
    record Payment(String kind, String txnId, String number, Optional<LocalDate> date, String payee, Optional<BigDecimal> amount) { }

    /** What it pays. */
    record Bill(String txnId, String type, String number, Optional<LocalDate> date) {

        String words() {
            String kind = type.equals("Bill") ? "bill" : type;
            return txnId.isEmpty() ? "no bill" : number.isEmpty() ? kind + " without number (" + txnId + ")" : kind + " " + number;
        }
    }

    /** Where it goes in Procore. */
    record Place(long projectId, long commitmentId, String commitmentType, Optional<Long> requisitionId, Optional<String> commitment) {

        String words() {
            String ids = "commitment " + commitmentId + " of project " + projectId;
            return commitment.map(known -> known + " (" + ids + ")").orElse(ids)
                    + requisitionId.map(invoice -> ", subcontractor invoice " + invoice).orElse("");
        }
    }

    static PaymentView of(PaymentSearch.Found row, UnaryOperator<String> withoutSecrets) {
        return new PaymentView(row.id(), row.state().word(), withoutSecrets.apply(row.reason()), row.companyFile(), row.amount(),
                new Payment(row.kind().method(), row.paymentTxnId(), row.number(), row.date(), row.payee(), row.paymentAmount()),
                new Bill(row.billTxnId(), row.billType(), row.billNumber(), row.billDate()),
                row.commitmentId().map(id -> new Place(row.projectId().orElse(0L), id, row.commitmentType(), row.requisitionId(),
                        Optional.of(row.commitmentName()).filter(name -> !name.isEmpty()))),
                row.procoreId(), row.outcomeUnknown(), row.behindLetter(), row.attempts(),
                row.state() == RowState.PENDING && row.behindLetter().isEmpty() ? Optional.of(row.nextAttemptAt()) : Optional.empty(),
                row.changedAt());
    }

    String name() {
        return (payment.kind().equals("check") ? "Check" : "Card payment")
                + (payment.number().isEmpty() ? " (" + payment.txnId() + ")" : " " + payment.number());
    }

    String words() {
        return name() + payment.date().map(date -> " of " + date).orElse("") + (payment.payee().isEmpty() ? "" : " to " + payment.payee());
    }

    boolean waiting() {
        return state.equals(RowState.WAITING.word());
    }

    /** Which job and order a bill belongs to, where QuickBooks was asked; it helps to find the commitment. */
    static String job(PaymentSearch.Found row) {
        return String.join(", ", Stream.concat(row.jobs().stream(), row.purchaseOrders().stream().map(order -> "order " + order)).toList());
    }

    /** As a table shows it. */
    record Line(PaymentView view, String job) {
        static List<Line> of(List<PaymentSearch.Found> rows, UnaryOperator<String> withoutSecrets) {
            return rows.stream().map(row -> new Line(PaymentView.of(row, withoutSecrets), PaymentView.job(row))).toList();
        }
    }
}
