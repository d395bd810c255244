package org.paymentsissued.demo;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A vendor's bill, described for {@link SimulatedQuickBooks#hasBill(BookedBill)}. */
public final class BookedBill extends BookedTxn {

    String vendor = "Northfork Steel Erectors LLC";
    List<Line> lines = new ArrayList<>();
    List<PurchaseOrder> purchaseOrders = new ArrayList<>();
    Map<String, String> customFields = new LinkedHashMap<>();

    /** One expense line; job is Customer:Job, empty for none. */
    record Line(String job, BigDecimal amount) {
    }

    record PurchaseOrder(String txnId, String number) {
    }

    BookedBill(String txnId) {
        super(txnId);
    }

    BookedBill(BookedBill other) {
        super(other);
        vendor = other.vendor;
        lines = new ArrayList<>(other.lines);
        purchaseOrders = new ArrayList<>(other.purchaseOrders);
        customFields = new LinkedHashMap<>(other.customFields);
    }

    /** The RefNumber, which is the vendor's invoice number; empty for none. */
    public BookedBill number(String refNumber) {
        number = refNumber;
        return this;
    }

    /** @param isoDate the TxnDate, such as 2025-12-22 */
    public BookedBill dated(String isoDate) {
        date = LocalDate.parse(isoDate);
        return this;
    }

    public BookedBill of(String vendorName) {
        vendor = vendorName;
        return this;
    }

    public BookedBill memo(String text) {
        memo = text;
        return this;
    }

    /** @param hostClock TimeModified as local clock text without offset */
    public BookedBill modified(String hostClock) {
        modifiedOnHostClock = LocalDateTime.parse(hostClock);
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

    @Override
    String vendor() {
        return vendor;
    }
}
