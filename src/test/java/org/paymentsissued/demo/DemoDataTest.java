package org.paymentsissued.demo;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;

class DemoDataTest {

    private final Map<String, CSVRecord> projects = byId("projects.csv", "project_id");
    private final Map<String, CSVRecord> commitments = byId("commitments.csv", "commitment_id");
    private final Map<String, CSVRecord> bills = byId("bills.csv", "bill_txn_id");
    private final Map<String, CSVRecord> payments = byId("payments.csv", "txn_id");
    private final Map<String, CSVRecord> lookup = byId("lookup.csv", "bill_txn_id");
    private final List<CSVRecord> applied = DemoBooks.rows("applied.csv");

    /** Fails where an id stands twice. */
    private static Map<String, CSVRecord> byId(String file, String column) {
        return DemoBooks.rows(file).stream().collect(toMap(row -> row.get(column), Function.identity()));
    }

    private static BigDecimal money(CSVRecord row, String column) {
        return row.get(column).isEmpty() ? BigDecimal.ZERO : new BigDecimal(row.get(column));
    }

    private List<CSVRecord> linesOf(String paymentTxnId) {
        return applied.stream().filter(line -> line.get("payment_txn_id").equals(paymentTxnId)).toList();
    }

    private static List<CSVRecord> onBills(List<CSVRecord> lines) {
        return lines.stream().filter(line -> line.get("txn_type").equals("Bill")).toList();
    }

    @Test
    void the_year_is_of_the_size_of_a_contractor() {
        assertThat(projects).hasSize(5);
        assertThat(commitments).hasSize(14);
        assertThat(bills).hasSizeBetween(120, 140);
        assertThat(payments).hasSizeBetween(135, 160);
        assertThat(payments.values()).extracting(payment -> payment.get("kind")).contains("check", "credit_card");
        assertThat(payments.values()).extracting(payment -> LocalDate.parse(payment.get("txn_date")))
                .allMatch(day -> !day.isBefore(LocalDate.of(2025, 3, 1)) && day.isBefore(LocalDate.of(2026, 4, 1)));
    }

    @Test
    void every_reference_leads_somewhere() {
        assertThat(commitments.values()).allMatch(row -> projects.containsKey(row.get("project_id")));
        assertThat(bills.values()).filteredOn(row -> !row.get("commitment_id").isEmpty()).allSatisfy(row -> {
            CSVRecord commitment = commitments.get(row.get("commitment_id"));
            assertThat(commitment.get("vendor")).isEqualTo(row.get("vendor"));
            assertThat(projects.get(commitment.get("project_id")).get("job")).isEqualTo(row.get("job"));
        });
        assertThat(applied).allMatch(line -> payments.containsKey(line.get("payment_txn_id")));
        assertThat(onBills(applied)).allSatisfy(line -> assertThat(
                bills.get(line.get("applied_txn_id")).get("vendor"))
                .isEqualTo(payments.get(line.get("payment_txn_id")).get("payee")));
    }

    @Test
    void the_lines_of_a_payment_add_up_to_it() {
        assertThat(payments.values()).allSatisfy(payment -> assertThat(linesOf(payment.get("txn_id")).stream()
                .map(line -> money(line, "amount")).reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(payment.get("amount")));
    }

    @Test
    void no_bill_is_paid_beyond_its_amount_or_before_its_date() {
        onBills(applied).stream().collect(groupingBy(line -> line.get("applied_txn_id"))).forEach((bill, lines) -> {
            assertThat(lines.stream().map(line -> money(line, "amount").add(money(line, "discount_amount")))
                    .reduce(BigDecimal.ZERO, BigDecimal::add)).isLessThanOrEqualTo(money(bills.get(bill), "amount"));
            assertThat(lines).allMatch(line -> !LocalDate.parse(payments.get(line.get("payment_txn_id"))
                    .get("txn_date")).isBefore(LocalDate.parse(bills.get(bill).get("bill_date"))));
        });
    }

    @Test
    void the_lookup_knows_every_bill_but_the_one_without_commitment() {
        assertThat(bills.values()).filteredOn(bill -> !lookup.containsKey(bill.get("bill_txn_id")))
                .singleElement().satisfies(bill -> {
                    assertThat(bill.get("commitment_id")).isEmpty();
                    assertThat(onBills(applied)).anyMatch(
                            line -> line.get("applied_txn_id").equals(bill.get("bill_txn_id")));
                });
        assertThat(lookup.values()).allSatisfy(row -> {
            CSVRecord bill = bills.get(row.get("bill_txn_id"));
            CSVRecord commitment = commitments.get(bill.get("commitment_id"));
            assertThat(row.get("commitment_id")).isEqualTo(bill.get("commitment_id"));
            assertThat(row.get("commitment_type")).isEqualTo(commitment.get("type"));
            assertThat(row.get("project_id")).isEqualTo(commitment.get("project_id"));
            assertThat(row.get("requisition_id")).isEqualTo(bill.get("requisition_id"));
        });
        assertThat(lookup.values()).extracting(row -> row.get("requisition_id")).contains("");
    }

    @Test
    void exactly_one_payment_goes_to_the_commitment_that_takes_no_payments() {
        List<CSVRecord> closed = commitments.values().stream()
                .filter(row -> row.get("payments_enabled").equals("false")).toList();
        assertThat(closed).hasSize(1);
        assertThat(onBills(applied)).filteredOn(line -> bills.get(line.get("applied_txn_id")).get("commitment_id")
                .equals(closed.get(0).get("commitment_id"))).hasSize(1);
    }

    @Test
    void the_year_holds_the_cases_people_meet() {
        Map<String, List<CSVRecord>> lines = applied.stream()
                .collect(groupingBy(line -> line.get("payment_txn_id")));
        assertThat(lines.values()).anyMatch(of -> of.size() == 1).anyMatch(of -> of.size() == 6);
        assertThat(lines.values()).as("several projects").anyMatch(of -> jobs(of).size() > 1);
        assertThat(lines.values()).as("two lines on one bill").anyMatch(of -> of.size() > onBills(of).stream()
                .map(line -> line.get("applied_txn_id")).distinct().count() && onBills(of).size() == of.size());
        assertThat(applied).filteredOn(line -> line.get("txn_type").equals("JournalEntry")).hasSize(1);
        assertThat(applied).anyMatch(line -> !line.get("discount_amount").isEmpty());
        assertThat(payments.values()).filteredOn(row -> row.get("memo").startsWith("VOID:")).singleElement()
                .satisfies(row -> assertThat(row.get("amount")).isEqualTo("0.00"));
        assertThat(payments.values()).anyMatch(
                row -> row.get("kind").equals("credit_card") && row.get("ref_number").isEmpty());
        assertThat(bills.values()).anyMatch(row -> row.get("bill_number").isEmpty());
        assertThat(payments.values()).extracting(row -> row.get("payee")).anyMatch(name -> name.contains("&"))
                .anyMatch(name -> name.contains("\"")).anyMatch(name -> !name.matches("\\p{ASCII}*"));
    }

    private Set<String> jobs(List<CSVRecord> lines) {
        return onBills(lines).stream().map(line -> bills.get(line.get("applied_txn_id")).get("job")).collect(toSet());
    }

    @Test
    void the_texts_fit_into_quickbooks() {
        assertThat(payments.values()).allMatch(row -> row.get("ref_number").length() <= 11);
        assertThat(bills.values()).allMatch(row -> row.get("bill_number").length() <= 20)
                .allMatch(row -> row.get("vendor").length() <= 41);
        assertThat(projects.values()).allMatch(row -> row.get("job").length() <= 209);
        assertThat(projects.keySet()).allMatch(id -> Long.parseLong(id) > Integer.MAX_VALUE);
    }

    @Test
    void the_demo_company_file_answers_with_all_of_it() {
        TestQuickBooks quickBooks = TestQuickBooks.ofDemoData();

        QbxmlAnswer answer = QbxmlAnswer.of(quickBooks.answer(QbxmlRequest.of(
                QbxmlRequest.query("BillPaymentCheck", "", "<IncludeLineItems>1</IncludeLineItems>")
                        + QbxmlRequest.query("BillPaymentCreditCard", "", "<IncludeLineItems>1</IncludeLineItems>")
                        + QbxmlRequest.query("Bill", "", ""))));

        assertThat(answer.all("//BillPaymentCheckRet | //BillPaymentCreditCardRet")).hasSameSizeAs(payments.values());
        assertThat(answer.all("//AppliedToTxnRet")).hasSameSizeAs(applied);
        assertThat(answer.all("//BillRet")).hasSameSizeAs(bills.values());
        String check = "//BillPaymentCheckRet[TxnID='3C4D0-1774396800']";
        assertThat(answer.the(check + "/Amount")).isEqualTo("15000.00");
        assertThat(answer.the(check + "/EditSequence")).isEqualTo("1774396800");
        assertThat(answer.the(check + "/TimeModified")).isEqualTo("2026-03-24T18:00:00-06:00");
        assertThat(answer.all(check + "/AppliedToTxnRet/RefNumber")).containsExactly("HD-0431", "HD-0440");
        assertThat(answer.all(check + "/AppliedToTxnRet/Amount")).containsExactly("9000.00", "6000.00");
        assertThat(answer.the("//BillPaymentCheckRet[TxnID='3C1F7-1773273600']/AppliedToTxnRet/TxnID"))
                .isEqualTo("2F0A1-1770912000");
        assertThat(answer.the("//BillPaymentCreditCardRet[TxnID='3C511-1774483200']/RefNumber"))
                .isEqualTo("AMEX-0326");
    }

    @Test
    void the_demo_host_clock_stands_after_the_last_payment() {
        TestQuickBooks quickBooks = TestQuickBooks.ofDemoData();
        quickBooks.edit(PaymentKind.CHECK, "3C4D0-1774396800", payment -> payment.paysNothing()
                .pays("2F3B8-1772208000", "", "9150.00").pays("2F48C-1772553600", "", "6000.00"));
        QbxmlAnswer answer = QbxmlAnswer.of(quickBooks.answer(
                QbxmlRequest.checks("", "<TxnID>3C4D0-1774396800</TxnID>")));
        assertThat(answer.the("//TimeModified")).startsWith("2026-03-31T17:0");
        assertThat(answer.the("//Amount")).isEqualTo("15150.00");
    }
}
