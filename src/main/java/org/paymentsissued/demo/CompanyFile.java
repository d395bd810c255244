package org.paymentsissued.demo;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The books themselves: payments, bills, what was deleted. Entries are replaced, never changed. */
final class CompanyFile {

    static final String PAYABLES = "Accounts Payable";
    static final String PAYABLES_LIST_ID = "80000021-1589310001";

    private final Map<PaymentKind, Map<String, BookedPayment>> payments = new EnumMap<>(PaymentKind.class);
    private final Map<String, BookedBill> bills = new LinkedHashMap<>();
    /** Payments by the id of what they pay, so that a big company file answers as fast as a small one. */
    private final Map<String, List<BookedPayment>> paymentsOf = new HashMap<>();
    private final List<Deletion> deletions = new ArrayList<>();
    private final Map<String, String> listIds = new HashMap<>();
    private int lastTxnNumber = 48000;

    record Deletion(String type, String txnId, String number, Instant created, Instant deleted) {
    }

    CompanyFile() {
        for (PaymentKind kind : PaymentKind.values()) {
            payments.put(kind, new LinkedHashMap<>());
        }
    }

    void enter(BookedPayment payment, Instant now, ZoneId hostZone) {
        BookedPayment entry = new BookedPayment(payment);
        entry.modifiedOnHostClock = payment.modifiedOnHostClock;
        enter(entry, payments.get(entry.kind), now, hostZone);
        index(entry);
    }

    void enter(BookedBill bill, Instant now, ZoneId hostZone) {
        BookedBill entry = new BookedBill(bill);
        entry.modifiedOnHostClock = bill.modifiedOnHostClock;
        enter(entry, bills, now, hostZone);
    }

    private <T extends BookedTxn> void enter(T entry, Map<String, T> books, Instant now, ZoneId hostZone) {
        if (books.containsKey(entry.txnId)) {
            throw new IllegalArgumentException("already in the books: " + entry.txnId);
        }
        entry.enter(++lastTxnNumber, now, hostZone);
        books.put(entry.txnId, entry);
    }

    void replace(BookedPayment edited) {
        dropFromIndex(payments.get(edited.kind).put(edited.txnId, edited));
        index(edited);
    }

    private void index(BookedPayment payment) {
        payment.applied.stream().map(BookedPayment.Applied::txnId).distinct()
                .forEach(id -> paymentsOf.computeIfAbsent(id, first -> new ArrayList<>()).add(payment));
    }

    private void dropFromIndex(BookedPayment payment) {
        payment.applied.forEach(line -> paymentsOf.getOrDefault(line.txnId(), new ArrayList<>()).remove(payment));
    }

    void deletePayment(PaymentKind kind, String txnId, Instant now) {
        BookedPayment payment = payment(kind, txnId);
        payments.get(kind).remove(txnId);
        dropFromIndex(payment);
        deletions.add(new Deletion(kind.txnType, txnId, payment.number, payment.created, now));
    }

    /** The payment is gone as if it had never been. */
    void forgetPayment(PaymentKind kind, String txnId) {
        dropFromIndex(payments.get(kind).remove(txnId));
    }

    void deleteBill(String txnId, Instant now) {
        BookedBill bill = Optional.ofNullable(bills.remove(txnId)).orElseThrow(() -> unknown(txnId));
        deletions.add(new Deletion("Bill", txnId, bill.number, bill.created, now));
        for (BookedPayment payment : paymentsOf(txnId)) {
            BookedPayment without = new BookedPayment(payment).amount(payment.amount().toPlainString());
            without.applied.removeIf(line -> line.txnId().equals(txnId));
            replace(without);
        }
    }

    BookedPayment payment(PaymentKind kind, String txnId) {
        return Optional.ofNullable(payments.get(kind).get(txnId)).orElseThrow(() -> unknown(txnId));
    }

    private static IllegalArgumentException unknown(String txnId) {
        return new IllegalArgumentException("not in the books: " + txnId);
    }

    Collection<BookedPayment> payments(PaymentKind kind) {
        return payments.get(kind).values();
    }

    List<BookedPayment> paymentsOf(String billTxnId) {
        return List.copyOf(paymentsOf.getOrDefault(billTxnId, List.of()));
    }

    Collection<BookedBill> bills() {
        return bills.values();
    }

    Optional<BookedBill> bill(String txnId) {
        return Optional.ofNullable(bills.get(txnId));
    }

    List<Deletion> deletions() {
        return deletions;
    }

    boolean isPaid(BookedBill bill) {
        return openAmount(bill).signum() == 0;
    }

    BigDecimal openAmount(BookedBill bill) {
        return paymentsOf(bill.txnId).stream().map(payment -> payment.settles(bill.txnId))
                .reduce(bill.amountDue(), BigDecimal::subtract);
    }

    /** The ListID of a vendor, account or job; given out at the first mention. */
    String listId(String fullName) {
        return listIds.computeIfAbsent(fullName,
                name -> String.format("%08X-%d", 0x80000040L + listIds.size(), 1589314800 + 60 * listIds.size()));
    }

    boolean knowsVendor(String listIdOrName) {
        Stream<BookedPayment> everyPayment = payments.values().stream().flatMap(ofKind -> ofKind.values().stream());
        return Stream.concat(bills.values().stream(), everyPayment).map(BookedTxn::vendor)
                .anyMatch(name -> name.equalsIgnoreCase(listIdOrName) || listId(name).equals(listIdOrName));
    }

    static boolean isPayablesAccount(String listIdOrName) {
        return listIdOrName.equals(PAYABLES_LIST_ID) || listIdOrName.equalsIgnoreCase(PAYABLES);
    }
}
