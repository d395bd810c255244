package org.paymentsissued.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.paymentsissued.demo.SimulatedQuickBooks.bill;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.paymentsissued.demo.SimulatedProcore.CommitmentType;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

/** A bookkeeper maps what waits: by proposals, by name, and by a spreadsheet; no id is typed. */
@DisplayNameGeneration(ReplaceUnderscores.class)
class WaitingBrowserTest {

    private final Rig rig = new Rig().with("console.password", "correct horse").with("procore.request-timeout", "60s");
    private Installation product;
    private Browser browser;

    @BeforeEach
    void twentyBillsWait() {
        rig.procore.project(1001, "Riverside Clinic").project(2002, "Depot Street Garage");
        for (int i = 1; i <= 8; i++) {
            rig.procore.commitment(1001, 10 + i, CommitmentType.WORK_ORDER_CONTRACT, "SC-01" + i, "Harlan Drywall LLC");
            paid(i, "Harlan Drywall", "Riverside Health:Riverside Clinic", "SC-01" + i);
        }
        rig.procore.commitment(2002, 31, CommitmentType.PURCHASE_ORDER_CONTRACT, "PO-031", "Mesa Steel Supply Inc.");
        for (int i = 9; i <= 13; i++) {
            paid(i, "Mesa Steel Supply", "City:Depot Street Garage", "QB-77");
        }
        rig.procore.commitment(2002, 41, CommitmentType.WORK_ORDER_CONTRACT, "SC-041", "Night Shift Paving");
        for (int i = 14; i <= 20; i++) {
            paid(i, "NSP Holdings", "City:Yard", "QB-90");
        }
        product = rig.serve();
        browser = new Browser(new ConsoleClient(rig.settings()).url());
        product.template().sendBody("direct:sync", "test");
        browser.logIn("ops", "correct horse");
        browser.shows("Log out");
    }

    @AfterEach
    void close() {
        browser.close();
        product.close();
        rig.close();
    }

    private void paid(int number, String vendor, String job, String order) {
        rig.quickBooks.hasBill(bill("B" + number).number("INV-" + number).dated("2026-03-01").of(vendor).line(job, "100.00")
                .purchaseOrder("P-" + order, order));
        rig.quickBooks.has(check("K" + number).number(String.valueOf(10_900 + number)).dated("2026-03-25").to(vendor)
                .pays("B" + number, "INV-" + number, "100.00"));
    }

    private void showsInProcore(int records) {
        await().atMost(Browser.SOON).untilAsserted(() -> assertThat(rig.paymentsIssued()).hasSize(records));
    }

    @Test
    void twenty_waiting_bills_are_mapped_in_at_most_ten_clicks_and_without_a_typed_id() {
        browser.open("/console/waiting");
        browser.shows("20 bills wait, 2,000.00 in all.", "8 bills, 800.00");
        browser.look("waiting");

        browser.click(browser.button("Use all certain proposals"));
        browser.shows("8 bills are assigned. 8 payments will be sent within seconds.");
        browser.click(browser.button("Use for all 5 bills"));
        browser.shows("5 bills are assigned to PO-031 of Depot Street Garage.");
        browser.click(browser.button("Choose for all 7 bills"));
        browser.shows("Which commitment does bill INV-14 of NSP Holdings belong to?", "No commitment matches.");
        WebElement search = browser.find("main input[type=search]");
        search.clear();
        search.sendKeys("paving", Keys.ENTER);
        browser.shows("SC-041", "Depot Street Garage");
        browser.look("choose");
        browser.click(browser.button("Use"));
        browser.shows("7 bills are assigned to SC-041 of Depot Street Garage.", "No bills are waiting.");

        assertThat(browser.clicks()).isEqualTo(4).isLessThanOrEqualTo(10);
        showsInProcore(20);
        assertThat(rig.paymentsIssued().stream().filter(record -> record.contractId() == 41)).hasSize(7);
        assertThat(rig.paymentsIssued().stream().filter(record -> record.contractId() == 31)).hasSize(5);
    }

    @Test
    void what_was_assigned_wrongly_is_taken_back_on_the_same_page() {
        browser.open("/console/waiting?q=inv-9");
        browser.click(browser.button("Use"));
        browser.shows("1 bill is assigned to PO-031");
        showsInProcore(1);

        browser.click(browser.button("Take back"));
        browser.shows("Taken back. 1 payment waits again");

        showsInProcore(0);
        browser.open("/console/waiting");
        browser.shows("20 bills wait");
    }

    @Test
    void the_downloaded_spreadsheet_is_uploaded_and_nothing_is_applied_before_the_verdict_is_seen() throws IOException {
        String csv = new ConsoleClient(rig.settings()).as("ops", "correct horse").get("/console/waiting.csv").text();
        Path file = rig.folder.resolve("mine.csv");
        Files.writeString(file, csv + "default,B99,1001,0,,,\r\n");
        browser.open("/console/waiting");
        browser.find("#upload-file").sendKeys(file.toString());

        browser.click(browser.button("Check the file"));
        browser.shows("13 bills get a commitment, 7 are left waiting, 1 lines are refused.", "Line 22 is refused: has 7 fields",
                "Line 2: bill B1 goes to SC-011 of Riverside Clinic");
        assertThat(rig.paymentsIssued()).isEmpty();
        browser.picture("waiting-verdict");
        browser.click(browser.button("Assign these 13 bills"));

        browser.shows("7 bills wait");
        showsInProcore(13);
        assertThat(List.copyOf(browser.driver.findElements(By.cssSelector(".group")))).hasSize(1);
    }
}
