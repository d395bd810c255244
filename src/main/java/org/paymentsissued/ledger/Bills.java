package org.paymentsissued.ledger;

import java.math.BigDecimal;
import java.sql.Types;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.paymentsissued.payment.Cut;

/** What QuickBooks says about bills without a known commitment: for a person, and for a match by vendor and number. */
public final class Bills {

    private static final int LONGEST_LIST = 4000;

    private final LedgerDatabase database;
    private final Clock clock;

    public Bills(LedgerDatabase database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * A bill.
     *
     * @param vendor         full name; may be empty
     * @param number         the vendor's invoice number; may be empty
     * @param amountDue      empty where QuickBooks gave none
     * @param jobs           of its lines, as {@code Customer:Job}; several or none are possible
     * @param purchaseOrders numbers of the orders it was made from
     * @param orderIds       QuickBooks' ids of those orders
     * @param customFields   as {@code Name = value}
     */
    public record Facts(String companyFile, String txnId, String vendor, String number, Optional<LocalDate> date,
            Optional<BigDecimal> amountDue, String memo, List<String> jobs, List<String> purchaseOrders,
            List<String> orderIds, List<String> customFields) {

        /** For a line to an operator; empty if nothing useful is known. */
        public String words() {
            StringBuilder words = new StringBuilder();
            part(words, jobs.size() == 1 ? "job " : "jobs ", jobs);
            part(words, purchaseOrders.size() == 1 ? "order " : "orders ", purchaseOrders);
            part(words, "vendor ", vendor.isEmpty() ? List.of() : List.of(vendor));
            part(words, "", customFields);
            return words.toString();
        }

        private static void part(StringBuilder words, String what, List<String> values) {
            if (!values.isEmpty()) {
                words.append(words.length() == 0 ? "" : "; ").append(what).append(String.join(", ", values));
            }
        }
    }

    /** Bills that payments wait for and that QuickBooks was not asked about yet, oldest first. */
    public List<String> notAskedYet(String companyFile, int most) {
        return database.jdbc().sql("select r.bill_txn_id from ledger_row r where " + Rows.OF_FILES + """
                 and r.state = 'waiting' and r.txn_type = 'Bill' and r.bill_txn_id <> ''
                and not exists (select 1 from bill_facts b
                  where b.company_file in (:files) and b.bill_txn_id = r.bill_txn_id)
                group by r.bill_txn_id order by min(r.id) limit :most""")
                .param("files", List.of(companyFile)).param("most", most).query(String.class).list();
    }

    public void record(Facts bill) {
        put(bill, true);
    }

    /** QuickBooks was asked and knows no such bill. */
    public void unknown(String companyFile, String txnId) {
        put(new Facts(companyFile, txnId, "", "", Optional.empty(), Optional.empty(), "", List.of(), List.of(),
                List.of(), List.of()), false);
    }

    private void put(Facts bill, boolean found) {
        database.transactions().executeWithoutResult(status -> {
            database.jdbc().sql("delete from bill_facts where company_file = :file and bill_txn_id = :bill")
                    .param("file", bill.companyFile()).param("bill", bill.txnId()).update();
            database.jdbc().sql("""
                    insert into bill_facts (company_file, bill_txn_id, found, vendor, bill_number, bill_date, amount_due,
                      memo, jobs, purchase_orders, purchase_order_ids, custom_fields, asked_at)
                    values (:file, :bill, :found, :vendor, :number, :date, :due, :memo, :jobs, :orders, :orderIds, :fields,
                      :now)""")
                    .param("file", bill.companyFile()).param("bill", bill.txnId()).param("found", found)
                    .param("vendor", Cut.to(250, bill.vendor())).param("number", Cut.to(255, bill.number()))
                    .param("date", bill.date().orElse(null), Types.DATE)
                    .param("due", bill.amountDue().orElse(null), Types.DECIMAL).param("memo", Cut.to(4200, bill.memo()))
                    .param("jobs", lines(bill.jobs())).param("orders", lines(bill.purchaseOrders()))
                    .param("orderIds", lines(bill.orderIds()))
                    .param("fields", lines(bill.customFields())).param("now", Rows.stamp(clock.instant())).update();
        });
    }

    /** Empty where QuickBooks was not asked, or knows no such bill. */
    public Optional<Facts> of(String companyFile, String txnId) {
        return database.jdbc().sql("""
                select * from bill_facts where company_file = :file and bill_txn_id = :bill and found""")
                .param("file", companyFile).param("bill", txnId)
                .query((row, number) -> new Facts(companyFile, txnId, Rows.text(row, "vendor"),
                        Rows.text(row, "bill_number"), Rows.date(row, "bill_date"), Rows.money(row, "amount_due"),
                        Rows.text(row, "memo"), list(Rows.text(row, "jobs")), list(Rows.text(row, "purchase_orders")),
                        list(Rows.text(row, "purchase_order_ids")), list(Rows.text(row, "custom_fields")))).optional();
    }

    private static String lines(List<String> values) {
        return Cut.to(LONGEST_LIST, String.join("\n", values));
    }

    static List<String> list(String lines) {
        return lines.isEmpty() ? List.of() : List.of(lines.split("\n"));
    }
}
