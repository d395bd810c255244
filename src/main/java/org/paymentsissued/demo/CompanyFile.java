package org.paymentsissued.demo;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The books themselves: payments, bills, what was deleted. Entries are replaced, never changed. */
final class CompanyFile {

    static final String PAYABLES = "Accounts Payable";
    static final String PAYABLES_LIST_ID = "80000021-1589310001";

    private final Map<PaymentKind, Map<String, BookedPayment>> payments = new EnumMap<>(PaymentKind.class);
    private final Map<String, BookedBill> bills = new LinkedHashMap<>();
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
        enter(payment.copy(), payments.get(payment.kind), now, hostZone);
    }

    void enter(BookedBill bill, Instant now, ZoneId hostZone) {
        enter(bill.copy(), bills, now, hostZone);
    }

    private <T extends BookedTxn<T>> void enter(T entry, Map<String, T> books, Instant now, ZoneId hostZone) {
        if (books.containsKey(entry.txnId)) {
            throw new IllegalArgumentException("already in the books: " + entry.txnId);
        }
        entry.enter(++lastTxnNumber, now, hostZone);
        books.put(entry.txnId, entry);
    }

    void replace(BookedPayment edited) {
        payments.get(edited.kind).put(edited.txnId, edited);
    }

    void deletePayment(PaymentKind kind, String txnId, Instant now) {
        BookedPayment payment = payment(kind, txnId);
        payments.get(kind).remove(txnId);
        deletions.add(new Deletion(kind.txnType, txnId, payment.number, payment.created, now));
    }

    BookedPayment payment(PaymentKind kind, String txnId) {
        return Optional.ofNullable(payments.get(kind).get(txnId)).orElseThrow(() -> unknown(txnId));
    }

    static IllegalArgumentException unknown(String txnId) {
        return new IllegalArgumentException("not in the books: " + txnId);
    }

    Map<String, BookedPayment> payments(PaymentKind kind) {
        return payments.get(kind);
    }

    Map<String, BookedBill> bills() {
        return bills;
    }

    List<Deletion> deletions() {
        return deletions;
    }

    /** The ListID of a vendor, account or job; given out at the first mention. */
    String listId(String fullName) {
        return listIds.computeIfAbsent(fullName,
                name -> String.format("%08X-%d", 0x80000040L + listIds.size(), 1589314800 + 60 * listIds.size()));
    }
}
