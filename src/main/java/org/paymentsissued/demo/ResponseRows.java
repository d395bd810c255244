package org.paymentsissued.demo;

import java.time.Instant;
import java.util.function.Function;

/**
 * Writes the rows of an answer, each child in the order of the qbXML schema.
 *
 * @param stamps prints an instant as the host does
 */
record ResponseRows(CompanyFile books, Function<Instant, String> stamps) {

    ResponseElement paymentRet(BookedPayment payment, TxnQuery query) {
        ResponseElement ret = head(new ResponseElement(payment.kind.txnType + "Ret"), payment)
                .reference("PayeeEntityRef", books.listId(payment.payee), payment.payee)
                .reference("APAccountRef", CompanyFile.PAYABLES_LIST_ID, CompanyFile.PAYABLES)
                .field("TxnDate", payment.date.toString())
                .reference(payment.kind.accountElement, books.listId(payment.account), payment.account)
                .amount("Amount", payment.amount())
                .field("RefNumber", payment.number)
                .field("Memo", payment.memo);
        if (payment.kind == PaymentKind.CHECK) {
            ret.field("IsToBePrinted", String.valueOf(payment.toBePrinted));
        }
        if (query.includes("LineItems")) {
            payment.applied.forEach(line -> ret.add(appliedRet(line)));
        }
        return ret;
    }

    private ResponseElement appliedRet(BookedPayment.Applied line) {
        ResponseElement ret = new ResponseElement("AppliedToTxnRet")
                .field("TxnID", line.txnId()).field("TxnType", line.txnType());
        BookedBill bill = books.bills().get(line.txnId());
        ret.field("TxnDate", bill == null ? "" : bill.date.toString())
                .field("RefNumber", bill == null ? line.number() : bill.number);
        ret.amount("Amount", line.amount());
        if (line.discount() != null) {
            ret.amount("DiscountAmount", line.discount())
                    .reference("DiscountAccountRef", books.listId("Purchase Discounts"), "Purchase Discounts");
        }
        return ret;
    }

    ResponseElement billRet(BookedBill bill, TxnQuery query) {
        ResponseElement ret = head(new ResponseElement("BillRet"), bill)
                .reference("VendorRef", books.listId(bill.vendor), bill.vendor)
                .reference("APAccountRef", CompanyFile.PAYABLES_LIST_ID, CompanyFile.PAYABLES)
                .field("TxnDate", bill.date.toString())
                .field("DueDate", bill.date.plusDays(30).toString())
                .amount("AmountDue", bill.amountDue())
                .field("RefNumber", bill.number)
                .field("Memo", bill.memo);
        if (query.includes("LinkedTxns")) {
            bill.purchaseOrders.forEach(order -> ret.add(new ResponseElement("LinkedTxn").field("TxnID", order.txnId())
                    .field("TxnType", "PurchaseOrder").field("TxnDate", bill.date.toString())
                    .field("RefNumber", order.number()).field("LinkType", "AMTTYPE").amount("Amount", bill.amountDue())));
        }
        if (query.includes("LineItems")) {
            int position = 0;
            for (BookedBill.Line line : bill.lines) {
                ret.add(expenseLine(bill.txnId + "-" + ++position, line));
            }
        }
        if (query.includesCustomFields()) {
            bill.customFields.forEach((name, value) -> ret.add(new ResponseElement("DataExtRet")
                    .field("OwnerID", "0").field("DataExtName", name)
                    .field("DataExtType", "STR255TYPE").field("DataExtValue", value)));
        }
        return ret;
    }

    private ResponseElement expenseLine(String lineId, BookedBill.Line line) {
        ResponseElement ret = new ResponseElement("ExpenseLineRet").field("TxnLineID", lineId)
                .reference("AccountRef", books.listId("Job Costs:Subcontractors"), "Job Costs:Subcontractors")
                .amount("Amount", line.amount());
        if (!line.job().isEmpty()) {
            ret.reference("CustomerRef", books.listId(line.job()), line.job()).field("BillableStatus", "NotBillable");
        }
        return ret;
    }

    private ResponseElement head(ResponseElement ret, BookedTxn<?> txn) {
        return ret.field("TxnID", txn.txnId).field("TimeCreated", stamps.apply(txn.created))
                .field("TimeModified", stamps.apply(txn.modified)).field("EditSequence", txn.editSequence)
                .field("TxnNumber", String.valueOf(txn.txnNumber));
    }

    ResponseElement deletedRet(CompanyFile.Deletion deletion) {
        return new ResponseElement("TxnDeletedRet").field("TxnDelType", deletion.type())
                .field("TxnID", deletion.txnId()).field("TimeCreated", stamps.apply(deletion.created()))
                .field("TimeDeleted", stamps.apply(deletion.deleted())).field("RefNumber", deletion.number());
    }

    static ResponseElement hostRet() {
        return new ResponseElement("HostRet").field("ProductName", "Simulated QuickBooks")
                .field("MajorVersion", "34").field("MinorVersion", "0").field("Country", "US")
                .field("SupportedQBXMLVersion", "12.0").field("SupportedQBXMLVersion", "13.0")
                .field("IsAutomaticLogin", "false");
    }
}
