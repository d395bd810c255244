package org.paymentsissued.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.Rig;

/** Payments as QuickBooks really writes them where credits, discounts and voids are involved, and what the summary says of them. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class OddPaymentsTest {

    private static final String STUB = "<Memo>QuickBooks generated zero amount transaction for bill payment stub</Memo>";

    private final Rig rig = new Rig().with("quickbooks.transport", "file").with("quickbooks.url", "");
    private int files;

    @BeforeEach
    void billsOfOneCommitment() {
        rig.procore.project(1001, "Riverside Clinic");
        rig.procore.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Ridge & Sons");
        rig.lookup("B1,1001,11,work_order_contract,,", "B2,1001,11,work_order_contract,,", "B3,1001,11,work_order_contract,,",
                "B4,1001,11,work_order_contract,,");
    }

    @AfterEach
    void aPoliteClientWasSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        rig.close();
    }

    private static String check(String txnId, int version, String children) {
        return "<BillPaymentCheckRet><TxnID>" + txnId + "</TxnID><TimeCreated>2026-01-09T10:00:00-07:00</TimeCreated>"
                + "<TimeModified>2026-03-0" + version + "T10:00:00-07:00</TimeModified>"
                + "<EditSequence>" + version + "</EditSequence><PayeeEntityRef><FullName>Ridge &amp; Sons</FullName></PayeeEntityRef>"
                + "<TxnDate>2026-01-09</TxnDate>" + children + "</BillPaymentCheckRet>";
    }

    private static String number(String number, String amount) {
        return "<Amount>" + amount + "</Amount><RefNumber>" + number + "</RefNumber>";
    }

    /** @param inside amounts and what else is in the line */
    private static String bill(String txnId, String inside) {
        return "<AppliedToTxnRet><TxnID>" + txnId + "</TxnID><TxnType>Bill</TxnType><TxnDate>2025-12-09</TxnDate><RefNumber>I-" + txnId
                + "</RefNumber>" + inside + "</AppliedToTxnRet>";
    }

    private static String amount(String amount) {
        return "<Amount>" + amount + "</Amount>";
    }

    private static String linked(String type, String amount) {
        return "<LinkedTxn><TxnID>L-1</TxnID><TxnType>" + type + "</TxnType><TxnDate>2025-12-20</TxnDate><Amount>" + amount
                + "</Amount></LinkedTxn>";
    }

    private static String answer(String... payments) {
        return "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs><BillPaymentCheckQueryRs statusCode=\"0\">" + String.join("", payments)
                + "</BillPaymentCheckQueryRs></QBXMLMsgsRs></QBXML>";
    }

    private int once(String... payments) {
        rig.drop("inbox", "answer-" + ++files + ".xml", answer(payments));
        return rig.once();
    }

    private long summary(String row) {
        Matcher found = Pattern.compile("(?m)^" + row + " +([\\d,]+) +[\\d,]+$").matcher(rig.printed());
        assertThat(found.find()).as(rig.printed()).isTrue();
        return Long.parseLong(found.group(1).replace(",", ""));
    }

    private List<String> records() {
        return rig.paymentsIssued().stream().map(record -> record.originId() + " " + record.amount()).sorted().toList();
    }

    @Test
    void bills_that_a_credit_or_a_discount_settled_are_skipped_and_the_bills_that_were_paid_go() {
        int exit = once(check("S1", 1, STUB + bill("B1", "")), check("S2", 1, STUB),
                check("C1", 1, number("506", "100.00") + bill("B1", amount("100.00")) + bill("B2", linked("VendorCredit", "-40.00"))),
                check("C2", 1, number("504", "100.00") + bill("B1", amount("100.00"))
                        + bill("B2", "<DiscountAmount>25.00</DiscountAmount>")),
                check("C3", 1, amount("0.00") + bill("B4", amount("0.00") + linked("JournalEntry", "-3000.00"))));

        assertThat(exit).isZero();
        assertThat(records()).containsExactly("C1|B1 100.00", "C2|B1 100.00");
        assertThat(rig.printed()).contains("I-B2, 0.00: This bill was settled by a credit or journal entry, no money moved.",
                "I-B2, 0.00: This bill was settled by a discount of 25.00, no money moved.",
                "I-B4, 0.00: This bill was settled by a credit or journal entry, no money moved.");
        assertThat(List.of(summary("read"), summary("delivered"), summary("skipped"), summary("dead"))).containsExactly(5L, 2L, 5L, 0L);

        exit = once(check("C1", 2, number("506", "100.00") + bill("B1", linked("VendorCredit", "-40.00")) + bill("B2", amount("100.00"))));

        assertThat(exit).isZero();
        assertThat(records()).as("the bill that is settled by a credit now has no record anymore")
                .containsExactly("C1|B2 100.00", "C2|B1 100.00");
        assertThat(List.of(summary("read"), summary("removed"), summary("delivered"))).containsExactly(1L, 1L, 1L);
    }

    @Test
    void a_void_that_has_neither_amount_nor_lines_removes_one_record_and_counts_as_one() {
        assertThat(once(check("V1", 1, number("903", "100.00") + bill("B3", amount("100.00")) + "<AppliedToTxnRet><TxnID>J1</TxnID>"
                + "<TxnType>JournalEntry</TxnType><Amount>0.00</Amount></AppliedToTxnRet>"))).isZero();
        assertThat(records()).containsExactly("V1|B3 100.00");

        assertThat(once(check("V1", 2, "<RefNumber>903</RefNumber><Memo>VOID: lost</Memo>"))).isZero();

        assertThat(records()).isEmpty();
        assertThat(List.of(summary("read"), summary("removed"), summary("dead"))).containsExactly(1L, 1L, 0L);
    }

    @Test
    void what_is_held_says_what_procore_shows_and_counts_once() {
        assertThat(once(check("H1", 1, number("903", "100.00") + bill("B3", amount("100.00"))),
                check("H2", 1, number("904", "50.00") + bill("B1", amount("50.00"))))).isZero();

        int exit = once(check("H1", 2, "<RefNumber>903</RefNumber>"), check("H2", 2, number("904", "40.00") + bill("B1", amount("50.00"))),
                check("H3", 2, number("505", "7.00") + bill("B4", amount("8.00") + "<DiscountAmount>1.00</DiscountAmount>")),
                // The same payment on a second page, as windows of time give it.
                check("H3", 2, number("505", "7.00") + bill("B4", amount("8.00") + "<DiscountAmount>1.00</DiscountAmount>")));

        assertThat(exit).isEqualTo(ExitCode.DEAD_LETTERS);
        assertThat(records()).containsExactly("H1|B3 100.00", "H2|B1 50.00");
        assertThat(rig.deadLetters()).hasSize(3)
                .anySatisfy(sentence -> assertThat(sentence).startsWith("Check 903 of 2026-01-09 to Ridge & Sons")
                        .contains("gives no amount").endsWith("Procore still shows 100.00 for it."))
                .anySatisfy(sentence -> assertThat(sentence).startsWith("Check 904 of").contains("A discount or a credit may explain")
                        .endsWith("Procore still shows 50.00 for it."))
                .anySatisfy(sentence -> assertThat(sentence).startsWith("Check 505 of").contains("the difference is the discount taken")
                        .endsWith("Nothing was sent."));
        assertThat(List.of(summary("read"), summary("dead"), summary("removed"))).containsExactly(3L, 3L, 0L);

        assertThat(rig.once()).as("nothing new was read").isEqualTo(ExitCode.DEAD_LETTERS);
        assertThat(records()).containsExactly("H1|B3 100.00", "H2|B1 50.00");

        assertThat(once(check("H1", 3, "<RefNumber>903</RefNumber><Memo>VOID</Memo><Amount>0.00</Amount>"))).isEqualTo(1);
        assertThat(records()).containsExactly("H2|B1 50.00");
        assertThat(summary("removed")).isEqualTo(1);
    }

    @Test
    void files_that_cannot_be_taken_say_what_to_do_and_are_never_dead_0() {
        rig.drop("inbox", "two.xml", answer(check("K1", 1, number("1", "10.00") + bill("B1", amount("10.00"))))
                + answer(check("K2", 1, number("2", "10.00") + bill("B1", amount("10.00")))));
        rig.drop("inbox", "filter.xml", refused(3120, "Object &quot;8000-1&quot; specified in the request cannot be found."));
        rig.drop("inbox", "control.xml", answer(check("F2", 1, number("2", "10.00") + bill("B2", amount("10.00"))),
                check("F3", 1, number("3", "10.00") + "<Memo>a&#x10;b</Memo>" + bill("B3", amount("10.00"))),
                check("F4", 1, number("4", "10.00") + bill("B4", amount("10.00")))));

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(records()).containsExactly("F2|B2 10.00", "F4|B4 10.00");
        assertThat(rig.deadLetters()).hasSize(3)
                .anySatisfy(sentence -> assertThat(sentence).startsWith("File two.xml was refused").contains("two answers")
                        .endsWith("Drop each answer as its own file.").doesNotContain("next run"))
                .anySatisfy(sentence -> assertThat(sentence).startsWith("File filter.xml was refused").contains("3120")
                        .contains("does not have").doesNotContain("qbxml-version"))
                .anySatisfy(sentence -> assertThat(sentence).startsWith("Check 3 of 2026-01-09 to Ridge & Sons"));
        assertThat(List.of(summary("read"), summary("delivered"), summary("dead"))).containsExactly(3L, 2L, 3L);
    }

    @Test
    void a_quickbooks_that_grants_no_access_is_a_matter_of_configuration_however_it_says_so() {
        rig.drop("inbox", "denied.xml", refused(3263, "The application has been granted read-only access."));

        assertThat(rig.once()).isEqualTo(ExitCode.MISCONFIGURED);

        assertThat(rig.deadLetters()).singleElement().asString().contains("3263", "Integrated Applications", "IsReadOnly");
    }

    private static String refused(int code, String message) {
        return "<?xml version=\"1.0\" ?><QBXML><QBXMLMsgsRs><BillPaymentCheckQueryRs statusCode=\"" + code
                + "\" statusSeverity=\"Error\" statusMessage=\"" + message + "\"/></QBXMLMsgsRs></QBXML>";
    }
}
