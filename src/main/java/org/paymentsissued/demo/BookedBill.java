package org.paymentsissued.demo;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A vendor's bill, described for {@link SimulatedQuickBooks#hasBill(BookedBill)}. */
public final class BookedBill extends BookedTxn<BookedBill> {

    String vendor = "Northfork Steel Erectors LLC";
    final List<Line> lines = new ArrayList<>();
    final List<PurchaseOrder> purchaseOrders = new ArrayList<>();
    final Map<String, String> customFields = new LinkedHashMap<>();

    /** One expense line; job is Customer:Job, empty for none. */
    record Line(String job, BigDecimal amount) {
    }

    record PurchaseOrder(String txnId, String number) {
    }

    BookedBill(String txnId) {
        super(txnId);
    }

    private BookedBill(BookedBill other) {
        super(other);
        vendor = other.vendor;
        lines.addAll(other.lines);
        purchaseOrders.addAll(other.purchaseOrders);
        customFields.putAll(other.customFields);
    }

    @Override
    BookedBill self() {
        return this;
    }

    @Override
    BookedBill copy() {
        return new BookedBill(this);
    }

    public BookedBill of(String vendorName) {
        vendor = vendorName;
        return this;
    }

    /** Adds an expense line; the bill's AmountDue is the sum of its lines. */
    public BookedBill line(String job, String amount) {
        lines.add(new Line(job, new BigDecimal(amount)));
        return this;
    }

    public BookedBill purchaseOrder(String poTxnId, String poNumber) {
        purchaseOrders.add(new PurchaseOrder(poTxnId, poNumber));
        return this;
    }

    /** A custom field a user can see; answered only when OwnerID 0 is asked for. */
    public BookedBill customField(String name, String value) {
        customFields.put(name, value);
        return this;
    }

    BigDecimal amountDue() {
        return lines.stream().map(Line::amount).reduce(BigDecimal.ZERO.setScale(2), BigDecimal::add);
    }
}
