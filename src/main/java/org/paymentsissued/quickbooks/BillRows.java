package org.paymentsissued.quickbooks;

import java.util.List;
import java.util.stream.Stream;
import org.paymentsissued.ledger.Bills;
import org.paymentsissued.quickbooks.qbxml.BillPaymentRet.Ref;
import org.paymentsissued.quickbooks.qbxml.BillRet;

/** Reads out of a bill's row what helps to find its commitment. */
public final class BillRows {

    /** Null where the bill has no TxnID, and so cannot be identified. */
    public Bills.Facts read(BillRet bill, String companyFile) {
        String txnId = BillPayments.text(bill.txnId);
        if (txnId.isEmpty()) {
            return null;
        }
        Stream<BillRet.Line> nested = bill.groups.stream().flatMap(group -> group.items.stream());
        List<String> jobs = Stream.concat(Stream.concat(bill.expenses.stream(), bill.items.stream()), nested)
                .map(line -> BillPayments.name(line.customer)).filter(job -> !job.isEmpty()).distinct().toList();
        List<BillRet.LinkedTxn> orders = bill.linked.stream()
                .filter(linked -> BillPayments.text(linked.txnType).equals("PurchaseOrder")).toList();
        List<String> fields = bill.customFields.stream().filter(field -> !oneLine(field.value).isEmpty())
                .map(field -> oneLine(field.name) + " = " + oneLine(field.value)).toList();
        return new Bills.Facts(companyFile, txnId, name(bill.vendor), oneLine(bill.refNumber),
                BillPayments.date(bill.txnDate), BillPayments.amount(bill.amountDue), BillPayments.text(bill.memo),
                jobs.stream().map(BillRows::oneLine).toList(), given(orders.stream().map(order -> order.refNumber)),
                given(orders.stream().map(order -> order.txnId)), fields);
    }

    private static List<String> given(Stream<String> texts) {
        return texts.map(BillRows::oneLine).filter(text -> !text.isEmpty()).distinct().toList();
    }

    private static String name(Ref vendor) {
        return oneLine(BillPayments.name(vendor));
    }

    private static String oneLine(String text) {
        return BillPayments.text(text).replaceAll("\\s+", " ");
    }
}
