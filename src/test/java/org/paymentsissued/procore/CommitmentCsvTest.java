package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.ledger.ProcoreCatalog.Commitment;
import org.paymentsissued.ledger.ProcoreCatalog.Invoice;
import org.paymentsissued.ledger.ProcoreCatalog.Listed;
import org.paymentsissued.ledger.ProcoreCatalog.Project;
import org.paymentsissued.ledger.WaitingBills;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.payment.Placement;
import org.paymentsissued.procore.CommitmentCsv.Assigned;
import org.paymentsissued.procore.CommitmentCsv.Content;
import org.paymentsissued.procore.CommitmentCsv.Refused;

/** The lookup file decides where money goes: what is clear is taken to the letter, all else is refused with its line. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CommitmentCsvTest {

    private static final String HEADER =
            "company_file,bill_txn_id,project_id,commitment_id,commitment_type,requisition_id,invoice_number\n";
    private static final Project CLINIC = new Project(1001, "Riverside Clinic", "24-118");
    private static final Project GARAGE = new Project(2002, "Depot Street Garage", "");
    private static final List<Listed> KNOWN = List.of(
            new Listed(new Commitment(1001, 11, "work_order_contract", "SC-014", "Drywall", "Harlan", "Approved", ""), CLINIC),
            new Listed(new Commitment(2002, 22, "purchase_order_contract", "SC-014", "Steel", "Mesa", "Approved", ""), GARAGE),
            new Listed(new Commitment(2002, 23, "work_order_contract", "PO 7", "Tile", "Mesa", "Approved", ""), GARAGE),
            new Listed(new Commitment(1001, 31, "work_order_contract", "TWIN", "", "", "Approved", ""), CLINIC),
            new Listed(new Commitment(1001, 32, "work_order_contract", "TWIN", "", "", "Approved", ""), CLINIC));
    private static final List<Invoice> INVOICES = List.of(
            new Invoice(501, new CommitmentRef(1001, 11), "HD-1", "", Optional.empty()),
            new Invoice(502, new CommitmentRef(1001, 11), "HD-2", "", Optional.empty()),
            new Invoice(503, new CommitmentRef(1001, 11), "HD-2", "", Optional.empty()),
            new Invoice(504, new CommitmentRef(1001, 11), "", "", Optional.empty()));

    private final CommitmentCsv reader = new CommitmentCsv(new CommitmentCsv.Catalog() {
        @Override
        public Optional<Listed> commitment(String companyFile, Optional<Long> projectId, long commitmentId) {
            List<Listed> found = known(companyFile).filter(one -> one.commitment().id() == commitmentId
                    && projectId.map(id -> id == one.project().id()).orElse(true)).toList();
            return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
        }

        @Override
        public List<Listed> numbered(String companyFile, String number) {
            return known(companyFile)
                    .filter(one -> PlainNames.number(one.commitment().number()).equals(PlainNames.number(number))).toList();
        }

        @Override
        public List<Invoice> invoices(String companyFile, CommitmentRef commitment) {
            return INVOICES.stream().filter(invoice -> invoice.commitment().equals(commitment)).toList();
        }

        private Stream<Listed> known(String companyFile) {
            return companyFile.equals("books") ? KNOWN.stream() : Stream.empty();
        }
    }, List.of("books", "west"));

    private Content read(String text) {
        return reader.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private Content lines(String... lines) {
        return read(HEADER + String.join("\n", lines));
    }

    private void isTaken(Content content, WaitingBills.Id bill, Placement placement) {
        assertThat(content.refused()).isEmpty();
        assertThat(content.assigned()).singleElement().satisfies(line -> {
            assertThat(line.bill()).isEqualTo(bill);
            assertThat(line.placement()).isEqualTo(placement);
        });
    }

    private static WaitingBills.Id bill(String txnId) {
        return new WaitingBills.Id("books", txnId);
    }

    private static Placement place(long project, long commitment, String type) {
        return new Placement(project, commitment, type, Optional.empty(), "");
    }

    private void isRefused(Content content, String reason) {
        assertThat(content.assigned()).isEmpty();
        assertThat(content.refused()).extracting(Refused::reason).singleElement().asString().contains(reason);
    }

    // ------------------------------------------------------------------------------------------------------ whole lines

    @Test
    void every_field_of_a_line_is_taken_as_it_is() {
        isTaken(lines("west,B1,9001,91,purchase_order_contract,777,HD-0431"), new WaitingBills.Id("west", "B1"),
                new Placement(9001, 91, "purchase_order_contract", Optional.of(777L), "HD-0431"));
        isTaken(lines(" , B1 , 1001 , 11 , Work_Order_Contract , , "), bill("B1"), place(1001, 11, "work_order_contract"));
        isTaken(lines(",B1,999999999999999999,1,work_order_contract,999999999999999999,"), bill("B1"),
                new Placement(999_999_999_999_999_999L, 1, "work_order_contract", Optional.of(999_999_999_999_999_999L), ""));
    }

    @Test
    void columns_may_come_in_any_order_and_case_and_optional_ones_may_be_missing() {
        isTaken(read("COMMITMENT_ID,Bill_Txn_Id,project_id\n11,B1,1001\n"), bill("B1"), place(1001, 11, "work_order_contract"));
    }

    @Test
    void what_people_read_has_no_effect() {
        isTaken(read("bill_txn_id,project_id,commitment_id,vendor,job,purchase_order,payments,amount,title,certainty,why\n"
                + "B1,1001,11,Mesa,Garage,SC-999,3,1.00,Steel,certain,\"because, it says so\"\n"), bill("B1"),
                place(1001, 11, "work_order_contract"));
    }

    @Test
    void good_lines_are_taken_beside_bad_ones_which_keep_their_numbers() {
        Content content = read(HEADER + "\n,B1,1001,11,work_order_contract,,\n,B2,x,11,work_order_contract,,\n\n"
                + ",B3,1001,11,\"\",,\"two\nlines\"\n,B4,1001,0,work_order_contract,,\n");

        assertThat(content.assigned()).extracting(Assigned::bill).containsExactly(bill("B1"), bill("B3"));
        assertThat(content.refused()).extracting(Refused::number).containsExactly(4L, 8L);
    }

    @Test
    void a_line_without_a_commitment_is_left_waiting_and_never_refused() {
        Content content = lines(",B1,,,,,", ",B2,,,work_order_contract,,N-1");

        assertThat(content.leftWaiting()).isEqualTo(2);
        assertThat(content.refused()).isEmpty();
        assertThat(content.assigned()).isEmpty();
        assertThat(read("bill_txn_id,project,commitment\nB1,,\n").leftWaiting()).isEqualTo(1);
    }

    // -------------------------------------------------------------------------------------------------------- bad lines

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        ",B1,0,11,work_order_contract,,|project_id \"0\" is not a Procore id; enter digits only",
        ",B1,1001,0,work_order_contract,,|commitment_id \"0\" is not a Procore id",
        ",B1,1001,-11,work_order_contract,,|commitment_id \"-11\" is not a Procore id",
        ",B1,1001,011,work_order_contract,,|commitment_id \"011\" is not a Procore id",
        ",B1,1001,1e,work_order_contract,,|commitment_id \"1e\" is not a Procore id",
        ",B1,1001,11.0,work_order_contract,,|commitment_id \"11.0\" is not a Procore id",
        ",B1,1001,1000000000000000000,work_order_contract,,|commitment_id \"1000000000000000000\" is not a Procore id",
        ",B1,1001,11,work_order_contract,0,|requisition_id \"0\" is not a Procore id",
        ",B1,1001,11,contract,,|commitment_type \"contract\" is neither work_order_contract nor purchase_order_contract",
        ",B1,9001,91,,,|commitment_type is empty, and Procore has not shown commitment 91 of project 9001",
        ",B1,1001,,work_order_contract,,|commitment_id is empty", ",B1,,77,work_order_contract,,|project_id is empty",
        ",B1,,,work_order_contract,5,|commitment_id is empty", ",,1001,11,work_order_contract,,|bill_txn_id is empty"})
    void an_id_that_is_none_and_a_field_that_is_missing_refuse_the_line(String line, String reason) {
        isRefused(lines(line), reason);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {",B1,1001,11,work_order_contract,|has 6 fields instead of 7",
        "B1|has 1 fields instead of 7", ",B1,1001,11,work_order_contract,,,|has 8 fields instead of 7"})
    void too_few_and_too_many_fields_refuse_the_line(String line, String reason) {
        isRefused(lines(line), reason);
    }

    @Test
    void ids_and_names_have_the_length_that_the_ledger_stores() {
        assertThat(lines("," + "B".repeat(36) + ",1,1,work_order_contract,,").assigned()).hasSize(1);
        isRefused(lines("," + "B".repeat(37) + ",1001,11,work_order_contract,,"), "is longer than 36 characters");
    }

    @Test
    void a_quote_that_never_ends_refuses_its_line_and_all_after_it_and_keeps_those_before() {
        Content content = lines(",B1,1001,11,work_order_contract,,", ",B2,1001,11,\"work_order_contract,,", ",B3,1001,11,,,");

        assertThat(content.assigned()).extracting(Assigned::bill).containsExactly(bill("B1"));
        assertThat(content.refused()).singleElement().satisfies(line -> {
            assertThat(line.number()).isEqualTo(3);
            assertThat(line.reason()).startsWith("this line and all after it: (startline 3)");
        });
    }

    @Test
    void a_bill_with_two_commitments_in_one_file_gets_neither_and_a_repeated_line_is_no_contradiction() {
        Content content = lines(",B1,1001,11,work_order_contract,,", ",B2,1001,11,work_order_contract,,", ",B1,2002,22,,,",
                ",B2,1001,11,,,", "west,B1,1001,11,work_order_contract,,", ",B1,2002,23,,,");

        assertThat(content.assigned()).extracting(Assigned::number).containsExactly(3L, 5L, 6L);
        assertThat(content.refused()).extracting(line -> line.number() + " " + line.reason()).containsExactly(
                "2 bill B1 has different commitments on lines 2 and 4 and 7", "4 bill B1 has different commitments on lines 2 and 4 and 7",
                "7 bill B1 has different commitments on lines 2 and 4 and 7");
    }

    // ------------------------------------------------------------------------------------------------------------ names

    @ParameterizedTest
    @CsvSource({"SC-014, Riverside Clinic, 11", "sc-014, 24-118, 11", "SC-014, 1001, 11", "SC - 014, RIVERSIDE  CLINIC, 11",
        "SC-014, Depot Street Garage, 22", "po7, depot street garage, 23"})
    void a_commitments_number_with_its_project_stands_in_for_the_ids(String number, String project, long commitment) {
        Content content = read("bill_txn_id,commitment,project\nB1," + number + "," + project + "\n");

        assertThat(content.refused()).isEmpty();
        assertThat(content.assigned()).singleElement().satisfies(line ->
                assertThat(line.placement().contractId()).isEqualTo(commitment));
    }

    @Test
    void the_number_goes_with_the_project_s_id_too_and_the_kind_comes_from_procore() {
        isTaken(read("bill_txn_id,commitment,project_id\nB1,SC-014,2002\n"), bill("B1"), place(2002, 22, "purchase_order_contract"));
        isTaken(read("bill_txn_id,commitment,project,commitment_type\nB1,SC-014,24-118,purchase_order_contract\n"), bill("B1"),
                place(1001, 11, "purchase_order_contract"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"SC-014|Warehouse|no commitment \"SC-014\" in project \"Warehouse\" is known",
        "SC-999|Riverside Clinic|no commitment \"SC-999\" in project \"Riverside Clinic\" is known",
        "TWIN|Riverside Clinic|2 commitments \"TWIN\" in project \"Riverside Clinic\" is known", "SC-014|''|has no project",
        "''|Riverside Clinic|commitment_id is empty", "SC-014|-|no commitment \"SC-014\" in project \"-\" is known"})
    void a_name_that_leads_to_no_or_several_commitments_refuses_the_line(String number, String project, String reason) {
        isRefused(read("bill_txn_id,commitment,project\nB1," + number + "," + project + "\n"), reason);
    }

    @Test
    void names_and_ids_on_one_line_have_to_agree() {
        String header = "bill_txn_id,project_id,commitment_id,commitment,project\n";

        isTaken(read(header + "B1,1001,11,SC-014,Riverside Clinic\n"), bill("B1"), place(1001, 11, "work_order_contract"));
        isTaken(read(header + "B1,1001,32,TWIN,Riverside Clinic\n"), bill("B1"), place(1001, 32, "work_order_contract"));
        isRefused(read(header + "B1,1001,12,SC-014,Riverside Clinic\n"), "commitment_id 12 is not that of commitment \"SC-014\" (11)");
        isRefused(read(header + "B1,2002,11,SC-014,Riverside Clinic\n"), "project_id 2002 is not that of commitment \"SC-014\" (1001)");
        isRefused(read(header + "B1,1001,x,SC-014,Riverside Clinic\n"), "commitment_id \"x\" is not a Procore id");
    }

    @Test
    void a_commitment_id_that_procore_has_shown_in_one_project_needs_no_project() {
        isTaken(lines(",B1,,22,,,"), bill("B1"), place(2002, 22, "purchase_order_contract"));
    }

    /** Its bills would go on waiting, and the file would count as taken. */
    @ParameterizedTest
    @ValueSource(strings = {"Books", "east", "book"})
    void a_company_file_that_is_not_set_up_is_refused_with_those_that_are(String file) {
        isRefused(lines(file + ",B1,1001,11,work_order_contract,,"), "company_file \"" + file + "\" is not one of books, west");
        isRefused(lines(file + ",B1,,,,,"), "company_file \"" + file + "\" is not one of books, west");
        isTaken(lines("books,B1,1001,11,work_order_contract,,"), bill("B1"), place(1001, 11, "work_order_contract"));
    }

    @Test
    void another_company_files_commitments_are_not_known() {
        isRefused(read("company_file,bill_txn_id,commitment,project\nwest,B1,SC-014,Riverside Clinic\n"), "is known");
    }

    // ----------------------------------------------------------------------------------------------------- spreadsheets

    @ParameterizedTest
    @ValueSource(strings = {"5.98E+14", "5,98E+14", "6E+14", "5.98134e14"})
    void an_id_that_a_spreadsheet_has_rounded_is_never_taken_for_an_id(String rounded) {
        String header = "bill_txn_id;project_id;commitment_id;commitment;project;requisition_id;invoice_number\n";

        isRefused(read(header + "B1;1001;" + rounded + ";;;;\n"), "commitment_id \"" + rounded + "\" was rounded by a spreadsheet");
        isRefused(read(header + "B1;" + rounded + ";11;;;;\n"), "project_id \"" + rounded + "\" was rounded by a spreadsheet");
        isTaken(read(header + "B1;" + rounded + ";" + rounded + ";SC-014;Riverside Clinic;;\n"), bill("B1"),
                place(1001, 11, "work_order_contract"));
        isTaken(read(header + "B1;;;SC-014;Riverside Clinic;" + rounded + ";hd-1\n"), bill("B1"),
                new Placement(1001, 11, "work_order_contract", Optional.of(501L), "hd-1"));
        isRefused(read(header + "B1;;;SC-014;Riverside Clinic;" + rounded + ";HD-2\n"), "requisition_id \"" + rounded + "\" was rounded");
        isRefused(read(header + "B1;;;SC-014;Riverside Clinic;" + rounded + ";\n"), "requisition_id \"" + rounded + "\" was rounded");
    }

    @ParameterizedTest
    @ValueSource(strings = {",", ";", "\t"})
    void commas_semicolons_and_tabs_separate_fields_with_and_without_a_byte_order_mark(String separator) {
        String file = HEADER.replace(",", separator) + String.join(separator, "", "B1", "1001", "11", "work_order_contract", "", "a,b;c")
                .replace("a,b;c", "\"a,b;c\"") + "\r\n";

        for (String text : List.of(file, "\uFEFF" + file)) {
            isTaken(read(text), bill("B1"), new Placement(1001, 11, "work_order_contract", Optional.empty(), "a,b;c"));
        }
    }

    @Test
    void the_apostrophe_that_the_download_puts_before_a_formula_is_taken_off_again() {
        isTaken(lines(",B1,1001,11,work_order_contract,,'=1+1"), bill("B1"),
                new Placement(1001, 11, "work_order_contract", Optional.empty(), "=1+1"));
        isTaken(lines(",B1,1001,11,work_order_contract,,'tis"), bill("B1"),
                new Placement(1001, 11, "work_order_contract", Optional.empty(), "'tis"));
    }

    // ------------------------------------------------------------------------------------------------------ whole files

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"project_id,commitment_id|the header is missing bill_txn_id",
        "bill_txn_id,project_id|the header is missing commitment_id", "bill_txn_id,commitment|the header is missing project_id",
        "bill_txn_id,project_id,commitment_id,color,Size|the header has unknown columns: [color, size]"})
    void a_header_that_does_not_say_enough_or_says_too_much_refuses_the_file(String header, String reason) {
        isRefused(read(header + "\nB1,1001,11\n"), reason);
        assertThat(read(header + "\nB1,1001,11\n").refused()).extracting(Refused::number).containsExactly(1L);
    }

    @Test
    void a_column_that_comes_twice_refuses_the_file() {
        isRefused(read("bill_txn_id,project_id,commitment_id,commitment_id\nB1,1001,11,12\n"), "commitment_id");
    }

    @Test
    void a_file_in_another_encoding_is_refused_and_utf_8_is_read_as_it_is() {
        String file = HEADER + ",B1,1001,11,work_order_contract,,Núñez\n";

        isRefused(reader.read(file.getBytes(Charset.forName("windows-1252"))), "the file is not UTF-8; save it as CSV UTF-8");
        isRefused(reader.read(file.getBytes(StandardCharsets.UTF_16)), "the file is not UTF-8");
        assertThat(read(file).assigned().get(0).placement().invoiceNumber()).isEqualTo("Núñez");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\uFEFF"})
    void an_empty_file_is_refused(String text) {
        assertThat(read(text).refused()).hasSize(1);
    }

    @Test
    void refused_lines_make_a_file_of_their_own_that_can_be_read_again() {
        Content content = lines(",B1,1001,11,work_order_contract,,", ",B2,1001,0,,,\"a, \"\"b\"\"\"", ",B3,1001,11,,,", ",B3,2002,22,,,");

        assertThat(content.refusedLines()).isEqualToNormalizingNewlines(HEADER + "\"\",B2,1001,0,,,\"a, \"\"b\"\"\"\n"
                + "\"\",B3,1001,11,,,\n\"\",B3,2002,22,,,\n");
        assertThat(read(content.refusedLines()).refused()).hasSize(3);
        assertThat(lines(",B1,1001,11,,,").refusedLines()).isEmpty();
        assertThat(lines(",B1,1001,0,,,", ",B2,1001,11,\"x").refusedLines()).isEmpty();
        assertThat(read("nothing\n").refusedLines()).isEmpty();
    }
}
