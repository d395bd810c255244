package org.paymentsissued.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/** Reads the contractor's year in demo/data into a company file. */
final class DemoBooks {

    private DemoBooks() {
    }

    static void enterInto(SimulatedQuickBooks quickBooks) {
        Map<String, CSVRecord> commitments = new HashMap<>();
        rows("commitments.csv").forEach(row -> commitments.put(row.get("commitment_id"), row));
        for (CSVRecord row : rows("bills.csv")) {
            BookedBill bill = SimulatedQuickBooks.bill(row.get("bill_txn_id")).number(row.get("bill_number"))
                    .dated(row.get("bill_date")).of(row.get("vendor")).line(row.get("job"), row.get("amount"))
                    .modified(row.get("bill_date") + "T12:00:00");
            CSVRecord commitment = commitments.get(row.get("commitment_id"));
            if (commitment != null) {
                bill.purchaseOrder(purchaseOrderTxnId(commitment), commitment.get("number"));
            }
            quickBooks.hasBill(bill);
        }
        Map<String, BookedPayment> payments = new HashMap<>();
        List<CSVRecord> paymentRows = rows("payments.csv");
        for (CSVRecord row : paymentRows) {
            payments.put(row.get("txn_id"), new BookedPayment(PaymentKind.ofCsv(row.get("kind")), row.get("txn_id"))
                    .number(row.get("ref_number")).dated(row.get("txn_date")).to(row.get("payee"))
                    .from(row.get("account")).memo(row.get("memo")).amount(row.get("amount"))
                    .modified(row.get("time_modified")).editSequence(row.get("edit_sequence")));
        }
        for (CSVRecord row : rows("applied.csv")) {
            BigDecimal discount = row.get("discount_amount").isEmpty() ? null
                    : new BigDecimal(row.get("discount_amount"));
            payments.get(row.get("payment_txn_id")).applied.add(new BookedPayment.Applied(row.get("applied_txn_id"),
                    row.get("txn_type"), "", new BigDecimal(row.get("amount")), discount));
        }
        paymentRows.forEach(row -> quickBooks.has(payments.get(row.get("txn_id")).amountOfLinesIfEqual()));
    }

    /** The purchase order a commitment was exported as; any id will do, as nothing ever asks for it. */
    private static String purchaseOrderTxnId(CSVRecord commitment) {
        long commitmentId = Long.parseLong(commitment.get("commitment_id"));
        return String.format("%X-1740000000", commitmentId % 1_000_000);
    }

    static List<CSVRecord> rows(String file) {
        CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
        try (InputStream stream = DemoBooks.class.getResourceAsStream("/demo/data/" + file);
                Reader reader = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
            return format.parse(reader).getRecords();
        } catch (IOException e) {
            throw new UncheckedIOException("the demo's " + file + " cannot be read", e);
        }
    }
}
