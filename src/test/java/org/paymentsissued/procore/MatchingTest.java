package org.paymentsissued.procore;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.paymentsissued.ledger.Bills;
import org.paymentsissued.ledger.ProcoreCatalog.Commitment;
import org.paymentsissued.ledger.ProcoreCatalog.Invoice;
import org.paymentsissued.ledger.ProcoreCatalog.Project;
import org.paymentsissued.ledger.ProcoreCatalog.Snapshot;
import org.paymentsissued.ledger.WaitingBills.Bill;
import org.paymentsissued.payment.CommitmentRef;
import org.paymentsissued.procore.Proposal.Certainty;
import org.paymentsissued.procore.Proposal.Doubt;
import org.paymentsissued.procore.Proposal.Evidence;

/** Which commitment is proposed for a bill, and when so surely that its payments may go without a person. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class MatchingTest {

    private static final long CLINIC = 1001;
    private static final long GARAGE = 2002;

    private final List<Project> projects = new ArrayList<>(List.of(new Project(CLINIC, "Riverside Clinic", "24-118"),
            new Project(GARAGE, "Depot Street Garage", "25-006")));
    private final List<Commitment> commitments = new ArrayList<>();
    private final List<Invoice> invoices = new ArrayList<>();

    private MatchingTest commitment(long project, long id, String number, String vendor) {
        return commitment(project, id, number, vendor, "Approved", "");
    }

    private MatchingTest commitment(long project, long id, String number, String vendor, String status, String originId) {
        commitments.add(new Commitment(project, id, "work_order_contract", number, "Title of " + number, vendor, status, originId));
        return this;
    }

    private MatchingTest invoice(long project, long commitment, long id, String number, String amount) {
        invoices.add(new Invoice(id, new CommitmentRef(project, commitment), number, "", Optional.of(new BigDecimal(amount))));
        return this;
    }

    /** A bill of a vendor; what it says more comes as {@code order=SC-014}, {@code job=…}, {@code invoice=…} and so on. */
    private static Bill bill(String vendor, String... facts) {
        return bill(vendor, Set.of(), facts);
    }

    private static Bill bill(String vendor, Set<CommitmentRef> declined, String... facts) {
        return new Bill(new Bills.Facts("default", "B1", vendor, one("invoice", facts), Optional.empty(),
                Optional.of(one("amount", facts)).filter(text -> !text.isEmpty()).map(BigDecimal::new), one("memo", facts),
                all("job", facts), all("order", facts), all("orderId", facts), all("field", facts)), 1, BigDecimal.TEN, declined);
    }

    private static String one(String name, String... facts) {
        return all(name, facts).stream().findFirst().orElse("");
    }

    private static List<String> all(String name, String... facts) {
        return Arrays.stream(facts).filter(fact -> fact.startsWith(name + "=")).map(fact -> fact.substring(name.length() + 1)).toList();
    }

    private List<Proposal> proposals(Bill bill) {
        return new Matching(new Snapshot(projects, commitments, invoices), true).of(bill);
    }

    private Proposal proposal(Bill bill) {
        List<Proposal> all = proposals(bill);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private void isCertain(Bill bill, long commitmentId) {
        assertThat(proposals(bill)).singleElement().satisfies(proposal -> {
            assertThat(proposal.doubts()).as(proposal.why()).isEmpty();
            assertThat(proposal.certainty()).isEqualTo(Certainty.CERTAIN);
            assertThat(proposal.commitment().id()).isEqualTo(commitmentId);
        });
    }

    private void isDoubted(Bill bill, Doubt... doubts) {
        assertThat(proposals(bill)).isNotEmpty().allSatisfy(proposal -> {
            assertThat(proposal.certainty()).isEqualTo(Certainty.LIKELY);
            assertThat(proposal.doubts()).contains(doubts);
        });
    }

    // -------------------------------------------------------------------------------------------------------- orders

    @ParameterizedTest
    @ValueSource(strings = {"order=SC-014", "order= sc-014 ", "field=PO Number = SC-014", "field=Commitment = sc-014"})
    void an_order_number_that_is_the_vendors_commitments_number_is_certain(String order) {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").commitment(GARAGE, 22, "SC-014", "Basin Electric");

        isCertain(bill("Harlan Drywall LLC", order), 11);
    }

    @Test
    void an_order_that_is_the_commitments_name_in_the_accounting_system_is_certain_by_number_and_by_id() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC", "Approved", "1043");
        commitment(CLINIC, 12, "SC-015", "Basin Electric", "Approved", "2F00-1741725411");

        isCertain(bill("Harlan Drywall LLC", "order=1043"), 11);
        isCertain(bill("Basin Electric", "orderId=2F00-1741725411"), 12);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"Harlan Drywall LLC|HARLAN DRYWALL, L.L.C.", "Harlan Drywall|Harlan Drywall Co., Inc.",
        "Nunez Plumbing & Heating|Núñez Plumbing and Heating Corp", "O'Brien Steel|OBrien Steel Ltd.", "McDonald Tile|Mc Donald Tile"})
    void company_suffixes_case_blanks_accents_and_punctuation_in_a_vendors_name_do_not_matter(String here, String there) {
        commitment(CLINIC, 11, "SC-014", there);

        isCertain(bill(here, "order=SC-014"), 11);
    }

    @Test
    void an_order_number_of_another_vendor_is_likely_at_most() {
        commitment(CLINIC, 11, "SC-014", "Basin Electric");

        isDoubted(bill("Harlan Drywall LLC", "order=SC-014"), Doubt.OTHER_VENDOR);
        isDoubted(bill("", "order=SC-014"), Doubt.OTHER_VENDOR);
    }

    @Test
    void an_order_number_that_only_other_vendors_have_in_several_projects_proposes_none_of_them() {
        commitment(CLINIC, 11, "SC-014", "Basin Electric").commitment(GARAGE, 22, "SC-014", "Peak Rentals");

        assertThat(proposals(bill("Harlan Drywall LLC", "order=SC-014"))).isEmpty();
    }

    @Test
    void two_commitments_of_the_vendor_with_one_number_are_never_certain_unless_the_job_tells_them_apart() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").commitment(GARAGE, 22, "SC-014", "Harlan Drywall LLC");

        isDoubted(bill("Harlan Drywall LLC", "order=SC-014"), Doubt.SEVERAL_CANDIDATES);
        isCertain(bill("Harlan Drywall LLC", "order=SC-014", "job=City of Alder Falls:25-006 Depot Street Garage"), 22);
    }

    @Test
    void vendors_that_differ_in_the_suffix_alone_are_never_told_apart_by_it() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").commitment(GARAGE, 22, "SC-014", "Harlan Drywall Inc");

        isDoubted(bill("Harlan Drywall LLC", "order=SC-014"), Doubt.SEVERAL_CANDIDATES);
    }

    @Test
    void a_name_that_two_vendors_share_but_for_the_suffix_is_not_certain_even_where_one_has_the_order() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").commitment(GARAGE, 22, "SC-020", "Harlan Drywall Inc");

        isDoubted(bill("Harlan Drywall", "order=SC-014"), Doubt.VENDOR_UNCLEAR);
        isDoubted(bill("Harlan Drywall Inc", "order=SC-014"), Doubt.VENDOR_UNCLEAR);
    }

    @Test
    void a_number_that_every_project_counts_is_certain_only_with_a_job() {
        projects.add(new Project(3003, "Warehouse Retrofit", ""));
        commitment(CLINIC, 11, "SC-001", "Harlan Drywall LLC").commitment(GARAGE, 22, "SC-001", "Basin Electric")
                .commitment(3003, 33, "SC-001", "Peak Rentals");

        isDoubted(bill("Harlan Drywall LLC", "order=SC-001"), Doubt.NUMBER_IS_COMMON);
        isCertain(bill("Harlan Drywall LLC", "order=SC-001", "job=Riverside Clinic"), 11);
    }

    @Test
    void several_orders_on_one_bill_are_not_certain_unless_all_lead_to_one_commitment() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC", "Approved", "1043").commitment(CLINIC, 12, "SC-015", "Harlan Drywall LLC");

        isDoubted(bill("Harlan Drywall LLC", "order=SC-014", "order=SC-015"), Doubt.SEVERAL_CANDIDATES);
        isDoubted(bill("Harlan Drywall LLC", "order=SC-014", "order=SC-999"), Doubt.ORDER_ELSEWHERE);
        isCertain(bill("Harlan Drywall LLC", "order=SC-014", "order=1043"), 11);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Void", "Terminated", "terminated", "Deleted"})
    void a_commitment_out_of_use_is_never_certain(String status) {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC", status, "");

        isDoubted(bill("Harlan Drywall LLC", "order=SC-014"), Doubt.NOT_IN_USE);
    }

    @Test
    void a_void_commitment_beside_its_successor_is_a_second_candidate_and_comes_last() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC", "Void", "").commitment(CLINIC, 12, "SC-014", "Harlan Drywall LLC");

        assertThat(proposals(bill("Harlan Drywall LLC", "order=SC-014"))).extracting(proposal -> proposal.commitment().id()
                + " " + proposal.certainty()).containsExactly("12 LIKELY", "11 LIKELY");
    }

    @Test
    void nothing_is_certain_before_every_project_was_read() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC");

        assertThat(new Matching(new Snapshot(projects, commitments, invoices), false).of(bill("Harlan Drywall LLC", "order=SC-014")))
                .singleElement().satisfies(proposal -> {
                    assertThat(proposal.doubts()).containsExactly(Doubt.PROCORE_NOT_WHOLLY_READ);
                    assertThat(proposal.why()).contains("Not certain: not every project in Procore has been read yet.");
                });
    }

    // ----------------------------------------------------------------------------------------------------------- jobs

    @ParameterizedTest
    @ValueSource(strings = {"Riverside Clinic", "Riverside Health Partners:24-118 Riverside Clinic", "riverside clinic (24-118)",
        "Riverside Health Partners:Riverside Clinic:Phase 1", "24-118"})
    void a_job_names_its_project_by_name_and_number(String job) {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC");

        isCertain(bill("Harlan Drywall LLC", "order=SC-014", "job=" + job), 11);
    }

    @ParameterizedTest
    @CsvSource({"Depot Street Garage, OTHER_JOB", "25-006, OTHER_JOB", "Shop overhead, JOB_UNCLEAR", "Riverside Clinic 2, JOB_UNCLEAR",
        "Riverside, JOB_UNCLEAR", "Riverside Clinic:Warehouse, JOB_UNCLEAR"})
    void a_job_that_is_another_project_or_none_leaves_the_order_number_likely(String job, Doubt doubt) {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC");

        isDoubted(bill("Harlan Drywall LLC", "order=SC-014", "job=" + job), doubt);
    }

    @Test
    void a_bill_for_two_projects_is_not_certain_for_either() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC");

        isDoubted(bill("Harlan Drywall LLC", "order=SC-014", "job=Riverside Clinic", "job=Depot Street Garage"), Doubt.OTHER_JOB);
    }

    @Test
    void two_projects_of_one_name_are_not_told_apart() {
        projects.add(new Project(3003, "Riverside Clinic", "26-001"));
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC");

        isDoubted(bill("Harlan Drywall LLC", "order=SC-014", "job=Riverside Clinic"), Doubt.JOB_UNCLEAR);
    }

    // ------------------------------------------------------------------------------------------------------- invoices

    @Test
    void the_vendors_only_invoice_of_this_number_is_certain_if_the_amount_fits_and_likely_if_not() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").commitment(CLINIC, 12, "SC-015", "Basin Electric");
        invoice(CLINIC, 11, 501, "HD-0431", "14400.00").invoice(CLINIC, 12, 502, "HD-0431", "14400.00");

        isCertain(bill("Harlan Drywall LLC", "invoice=hd-0431", "amount=14400"), 11);
        assertThat(proposal(bill("Harlan Drywall LLC", "invoice=HD-0431", "amount=14400")).placement().requisitionId()).contains(501L);
        isDoubted(bill("Harlan Drywall LLC", "invoice=HD-0431", "amount=14400.01"), Doubt.NO_SURE_EVIDENCE);
        isDoubted(bill("Harlan Drywall LLC", "invoice=HD-0431"), Doubt.NO_SURE_EVIDENCE);
        assertThat(proposal(bill("Harlan Drywall LLC", "invoice=HD-0431")).placement().requisitionId()).isEmpty();
    }

    @Test
    void a_repeated_invoice_number_is_never_certain() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").commitment(GARAGE, 22, "SC-020", "Harlan Drywall LLC");
        invoice(CLINIC, 11, 501, "1", "100.00").invoice(GARAGE, 22, 502, "1", "100.00");

        isDoubted(bill("Harlan Drywall LLC", "invoice=1", "amount=100.00"), Doubt.SEVERAL_CANDIDATES);
        invoices.remove(1);
        invoice(CLINIC, 11, 503, "1", "100.00");
        isDoubted(bill("Harlan Drywall LLC", "invoice=1", "amount=100.00"), Doubt.SEVERAL_INVOICES);
    }

    @Test
    void an_invoice_number_that_is_only_a_count_is_certain_only_with_a_job() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").invoice(CLINIC, 11, 501, "3", "100.00");

        isDoubted(bill("Harlan Drywall LLC", "invoice=3", "amount=100.00"), Doubt.NUMBER_IS_COMMON);
        isCertain(bill("Harlan Drywall LLC", "invoice=3", "amount=100.00", "job=Riverside Clinic"), 11);
    }

    @Test
    void an_invoice_that_is_another_bills_is_no_candidate() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC");
        invoices.add(new Invoice(501, new CommitmentRef(CLINIC, 11), "HD-0431", "B77", Optional.of(new BigDecimal("100.00"))));

        assertThat(proposals(bill("Harlan Drywall LLC", "invoice=HD-0431", "amount=100.00"))).isEmpty();
    }

    @Test
    void order_and_invoice_that_lead_to_different_commitments_are_never_certain() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").commitment(CLINIC, 12, "SC-015", "Harlan Drywall LLC");
        invoice(CLINIC, 12, 502, "HD-0431", "100.00");

        isDoubted(bill("Harlan Drywall LLC", "order=SC-014", "invoice=HD-0431", "amount=100.00"), Doubt.SEVERAL_CANDIDATES);
    }

    @Test
    void an_order_that_procore_knows_as_another_vendors_makes_the_invoice_likely() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").commitment(CLINIC, 12, "SC-015", "Basin Electric");
        invoice(CLINIC, 11, 501, "HD-0431", "100.00");

        isDoubted(bill("Harlan Drywall LLC", "order=SC-015", "invoice=HD-0431", "amount=100.00"), Doubt.ORDER_ELSEWHERE);
        isCertain(bill("Harlan Drywall LLC", "order=QB-77", "invoice=HD-0431", "amount=100.00"), 11);
    }

    // ---------------------------------------------------------------------------------------------------------- weaker

    @Test
    void the_vendors_only_open_commitment_in_the_jobs_project_is_likely() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").commitment(CLINIC, 12, "SC-001", "Harlan Drywall LLC", "Complete", "")
                .commitment(GARAGE, 22, "SC-020", "Harlan Drywall LLC");
        Bill bill = bill("Harlan Drywall", "job=Riverside Clinic");

        assertThat(proposal(bill).evidence()).containsExactly(Evidence.ONLY_OPEN_COMMITMENT);
        isDoubted(bill, Doubt.NO_SURE_EVIDENCE);
        commitment(CLINIC, 13, "SC-016", "Harlan Drywall LLC");
        assertThat(proposals(bill)).isEmpty();
    }

    @Test
    void a_commitment_that_the_memo_names_is_likely() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").commitment(GARAGE, 22, "25", "Harlan Drywall LLC");

        assertThat(proposal(bill("Harlan Drywall LLC", "memo=25 sheets, sc-014; draw 3")).evidence()).containsExactly(Evidence.MEMO);
        isDoubted(bill("Harlan Drywall LLC", "memo=25 sheets, sc-014"), Doubt.NO_SURE_EVIDENCE);
    }

    @Test
    void a_commitment_that_a_person_took_back_is_not_proposed_again_and_leaves_no_other_certain() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").commitment(GARAGE, 22, "SC-014", "Harlan Drywall LLC");

        assertThat(proposal(bill("Harlan Drywall LLC", Set.of(new CommitmentRef(CLINIC, 11)), "order=SC-014"))).satisfies(proposal -> {
            assertThat(proposal.commitment().id()).isEqualTo(22);
            assertThat(proposal.doubts()).contains(Doubt.TAKEN_BACK);
        });
    }

    @Test
    void a_bill_that_names_nothing_gets_no_proposal() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").invoice(CLINIC, 11, 501, "", "100.00");
        commitment(CLINIC, 12, "", "", "Approved", "");

        assertThat(Stream.of(bill("Harlan Drywall LLC"), bill(""), bill("", "job=Riverside Clinic"))
                .flatMap(bill -> proposals(bill).stream())).isEmpty();
    }

    @Test
    void a_proposal_says_why_in_one_sentence() {
        commitment(CLINIC, 11, "SC-014", "Harlan Drywall LLC").invoice(CLINIC, 11, 501, "HD-0431", "100.00");

        assertThat(proposal(bill("Harlan Drywall", "order=SC-014", "invoice=HD-0431", "amount=100.00")).why())
                .isEqualTo("Its number is the bill's purchase order, and its subcontractor invoice has the bill's number and amount,"
                        + " and the vendor agrees.");
    }
}
