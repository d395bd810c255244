package org.paymentsissued.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.paymentsissued.command.Check;
import org.paymentsissued.command.ExitCode;
import org.paymentsissued.command.Reconcile;
import org.paymentsissued.demo.PaymentIssued;
import org.paymentsissued.demo.PaymentKind;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.demo.SimulatedProcore.Reply;
import org.paymentsissued.demo.SimulatedProcore.Request;
import org.paymentsissued.demo.SimulatedProcoreServer;
import org.paymentsissued.demo.TestProcore;
import org.paymentsissued.demo.TestQuickBooks;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.rig.SimulatedGateway;

/**
 * Two company files, east and west, whose payments and bills have the same ids, on their way into two companies of Procore,
 * whose projects and commitments have the same ids too, or into one.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class CompanyFilesTest {

    private static final long WEST_COMPANY = 598134325510002L;

    private final Rig rig = new Rig();
    private final TestQuickBooks east = rig.quickBooks;
    private final TestQuickBooks west = new TestQuickBooks();
    private final TestProcore westCompany = new TestProcore(WEST_COMPANY);
    private SimulatedGateway westGateway;
    private SimulatedProcoreServer host;
    private String printed = "";

    @BeforeEach
    void twoOfEverything() throws IOException {
        westGateway = new SimulatedGateway(west);
        host = SimulatedProcoreServer.start(this::answer, 0);
        rig.with("quickbooks.company-files", "east,west").with("quickbooks.west.url", westGateway.url())
                .with("procore.url", host.url()).with("procore.login-url", host.url())
                .with("procore.west.company-id", Long.toString(WEST_COMPANY));
        for (TestProcore company : new TestProcore[] {rig.procore, westCompany}) {
            company.project(1001, "Riverside Clinic");
            company.commitment(1001, 11, CommitmentType.WORK_ORDER_CONTRACT, "SC-014", "Harlan Drywall LLC");
        }
        rig.procore.requisition(11, 501, "B1", "E-0431", "14400.00");
        westCompany.requisition(11, 501, "B1", "W-0777", "70.00");
        east.has(check("K1").number("10902").pays("B1", "E-0431", "9000.00"));
        west.has(check("K1").number("20902").pays("B1", "W-0777", "70.00"));
    }

    /** One host, as Procore is: the header of a call says which company is meant, a login is good for all. */
    private Reply answer(Request request) {
        if (request.path().startsWith("/oauth/")) {
            westCompany.handle(request);
            return rig.procore.handle(request);
        }
        return Long.toString(WEST_COMPANY).equals(request.headers().get("Procore-Company-Id"))
                ? westCompany.handle(request) : rig.procore.handle(request);
    }

    @AfterEach
    void politeClientsWereSeen() {
        assertThat(rig.procore.violations()).isEmpty();
        assertThat(westCompany.violations()).isEmpty();
        host.close();
        westGateway.close();
        rig.close();
    }

    private int reconcile() throws IOException, InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
                Installation installation = rig.start()) {
            return new Reconcile(installation, stream, stream).run(Reconcile.Wish.REPORT, Optional.empty());
        } finally {
            printed = out.toString(StandardCharsets.UTF_8);
        }
    }

    private static String shown(PaymentIssued record) {
        return record.originId() + " " + record.amount() + " " + record.checkNumber();
    }

    private void lookup(String companyFile) {
        rig.drop("commitments", companyFile + ".csv", "company_file,bill_txn_id,project_id,commitment_id,commitment_type\n"
                + companyFile + ",B1,1001,11,work_order_contract\n");
    }

    @Test
    void each_goes_into_its_own_company_though_all_ids_are_the_same() throws IOException, InterruptedException {
        westGateway.answersNext(503, "text/plain", "busy");
        assertThat(rig.once()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(rig.paymentsIssued()).extracting(CompanyFilesTest::shown).containsExactly("K1|B1 9000.00 10902");
        assertThat(westCompany.paymentsIssued()).isEmpty();

        // Which commitment a bill is on is read from the company of its own company file.
        assertThat(rig.once()).isZero();
        assertThat(westCompany.paymentsIssued()).extracting(CompanyFilesTest::shown).containsExactly("K1|B1 70.00 20902");

        east.edit(PaymentKind.CHECK, "K1", payment -> payment.paysNothing().pays("B1", "E-0431", "8000.00"));
        west.voidPayment(PaymentKind.CHECK, "K1");
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).extracting(CompanyFilesTest::shown).containsExactly("K1|B1 8000.00 10902");
        assertThat(westCompany.paymentsIssued()).isEmpty();

        long calls = rig.procore.requests().size() + westCompany.requests().size();
        assertThat(rig.once()).isZero();
        assertThat(rig.procore.requests().size() + westCompany.requests().size()).isEqualTo((int) calls);
        assertThat(reconcile()).isZero();
        assertThat(printed).contains("SC-014 of Riverside Clinic, company " + Rig.COMPANY,
                "SC-014 of Riverside Clinic, company " + WEST_COMPANY);
    }

    @Test
    void a_lost_ledger_takes_over_what_each_company_holds() {
        rig.once();
        rig.with("database.url", "jdbc:h2:file:" + rig.path("new-ledger"));
        westCompany.editAmount(westCompany.paymentsIssued().get(0).id(), "71.00");

        assertThat(rig.once()).isZero();

        assertThat(rig.paymentsIssued()).extracting(CompanyFilesTest::shown).containsExactly("K1|B1 9000.00 10902");
        assertThat(westCompany.paymentsIssued()).extracting(CompanyFilesTest::shown).containsExactly("K1|B1 70.00 20902");
        assertThat(rig.writes()).isEqualTo(1);
    }

    @Test
    void a_difference_in_one_company_is_not_looked_for_in_the_other() throws IOException, InterruptedException {
        rig.once();
        westCompany.remove(westCompany.paymentsIssued().get(0).id());

        assertThat(reconcile()).isEqualTo(1);

        assertThat(printed).contains("missing, SC-014 of Riverside Clinic, company " + WEST_COMPANY
                + " (commitment 11 of project 1001), Check 20902").doesNotContain("Check 10902");
    }

    @Test
    void check_asks_for_each_company() {
        rig.once();
        assertThat(checkCommand()).isZero();
        assertThat(printed).contains("company " + Rig.COMPANY + " is visible", "company " + WEST_COMPANY + " is visible");

        rig.with("procore.west.company-id", "77");
        assertThat(checkCommand()).isEqualTo(ExitCode.MISCONFIGURED);
        assertThat(printed).contains("company " + Rig.COMPANY + " is visible", "WRONG").contains("77");
    }

    private int checkCommand() {
        rig.freePorts();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            return new Check(rig.folder, Map.of(), rig.properties(), java.nio.file.Path.of("routes"), stream).run();
        } finally {
            printed = out.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void each_goes_under_its_own_prefix() throws IOException, InterruptedException {
        rig.with("procore.west.company-id", Long.toString(Rig.COMPANY)).with("procore.west.origin-prefix", "west");
        lookup("east");
        lookup("west");
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).extracting(CompanyFilesTest::shown)
                .containsExactlyInAnyOrder("K1|B1 9000.00 10902", "west~K1|B1 70.00 20902");

        assertThat(reconcile()).isZero();
        east.voidPayment(PaymentKind.CHECK, "K1");
        west.edit(PaymentKind.CHECK, "K1", payment -> payment.paysNothing().pays("B1", "W-0777", "60.00"));
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).extracting(CompanyFilesTest::shown).containsExactly("west~K1|B1 60.00 20902");
        assertThat(reconcile()).isZero();
    }

    @Test
    void without_a_prefix_the_record_of_the_one_is_never_taken_for_that_of_the_other() {
        rig.with("procore.west.company-id", Long.toString(Rig.COMPANY));
        lookup("east");
        lookup("west");
        westGateway.answersNext(503, "text/plain", "busy");
        assertThat(rig.once()).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.paymentsIssued()).extracting(CompanyFilesTest::shown).containsExactly("K1|B1 9000.00 10902");
        assertThat(rig.deadLetters()).singleElement().asString().contains("Check 20902", "belongs to Check 10902",
                "of company file east", "procore.west.origin-prefix");
    }

    @Test
    void check_remarks_on_company_files_whose_records_could_be_taken_for_each_others() {
        assertThat(checkCommand()).isZero();
        assertThat(printed).doesNotContain("origin prefix");

        rig.with("procore.west.company-id", Long.toString(Rig.COMPANY));
        assertThat(checkCommand()).isZero();
        assertThat(printed).contains("note   The company files east and west", "Set procore.west.origin-prefix");

        rig.with("procore.west.origin-prefix", "west");
        assertThat(checkCommand()).isZero();
        assertThat(printed).doesNotContain("origin prefix");
    }

    @Test
    void a_mass_of_deletions_in_one_company_file_is_held_back_there_alone() {
        rig.with("procore.west.company-id", Long.toString(Rig.COMPANY)).with("procore.west.origin-prefix", "west");
        lookup("east");
        lookup("west");
        for (int i = 2; i <= 25; i++) {
            west.has(check("K" + i).number("2" + i).pays("B1", "W-0777", "1.00"));
        }
        for (int i = 2; i <= 240; i++) {
            east.has(check("K" + i).number("1" + i).pays("B1", "E-0431", "1.00"));
        }
        rig.once();
        for (int i = 2; i <= 22; i++) {
            west.delete(PaymentKind.CHECK, "K" + i);
        }
        east.delete(PaymentKind.CHECK, "K2");

        assertThat(rig.once()).isEqualTo(ExitCode.DEAD_LETTERS);

        assertThat(rig.deadLetters()).singleElement().asString().startsWith("21 of 25 payments issued are no longer in QuickBooks");
        assertThat(rig.paymentsIssued()).hasSize(240 + 25 - 1);
    }

    @Test
    void the_common_company_may_be_left_out_where_each_file_has_its_own() {
        rig.with("procore.company-id", "").with("procore.east.company-id", Long.toString(Rig.COMPANY));
        assertThat(rig.once()).isZero();
        assertThat(rig.paymentsIssued()).hasSize(1);
        assertThat(westCompany.paymentsIssued()).hasSize(1);
    }
}
