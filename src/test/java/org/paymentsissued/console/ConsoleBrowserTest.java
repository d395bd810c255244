package org.paymentsissued.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.paymentsissued.demo.SimulatedProcore;
import org.paymentsissued.demo.TestProcore;
import org.paymentsissued.demo.TestQuickBooks;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.rig.WebConnectorClient;
import org.paymentsissued.setup.Installation;

/**
 * An operator's day on the demo data, in a browser: each action once, each page looked at by axe-core and photographed into
 * target/console (the README's pictures are copies of these).
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleBrowserTest {

    private static final Duration SOON = Browser.SOON;
    private static Rig rig;
    private static Installation product;
    private static Browser browser;

    @BeforeAll
    static void aBrowserAndTheDemoWithSomeTrouble() throws IOException {
        Assumptions.assumeTrue(Browser.isThere(),
                "SKIPPED: the console was not tested in a browser. Install chromium and chromium-driver.");
        TestProcore procore = TestProcore.ofDemoData();
        rig = new Rig(TestQuickBooks.ofDemoData(), procore).with("console.password", "correct horse")
                .with("procore.company-id", Long.toString(SimulatedProcore.DEMO_COMPANY_ID));
        rig.drop("commitments", "lookup.csv", Files.readAllBytes(Path.of("demo/data/lookup.csv")));
        product = rig.serve();
        browser = new Browser(new ConsoleClient(rig.settings()).url());
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (product != null) {
            product.close();
            rig.close();
        }
    }

    private static void open(String path) {
        browser.open(path);
    }

    private static String text() {
        return browser.text();
    }

    private static void shows(String... words) {
        browser.shows(words);
    }

    private static WebElement button(String words) {
        return browser.button(words);
    }

    private static void look(String name) {
        browser.look(name);
    }

    private static void untilPage(String path, String words) {
        browser.untilPage(path, words);
    }

    private static WebElement field(By by) {
        return browser.driver.findElement(by);
    }

    @Test
    @Order(1)
    void someone_logs_in_and_syncs() {
        open("/console/runs");
        look("login");
        field(By.id("username")).sendKeys("ops");
        field(By.id("password")).sendKeys("wrong");
        button("Log in").click();
        shows("Wrong user name or password.");
        browser.driver.manage().logs().get("browser").getAll();
        field(By.id("username")).sendKeys("ops");
        field(By.id("password")).sendKeys("correct horse");
        button("Log in").click();
        await().atMost(SOON).until(() -> browser.driver.getCurrentUrl().endsWith("/console/runs"));

        open("/");
        shows("Ready. No sync has run yet.");
        button("Sync now").click();
        shows("A sync has started.");

        await().atMost(SOON).until(() -> product.runs().latest().flatMap(run -> run.endedAt()).isPresent()
                && product.deliveries().pendingCount() == 0);
        open("/");
        shows("payments read");
        look("overview");
        open("/console/runs");
        shows("ops");
        look("runs");
    }

    @Test
    @Order(2)
    void a_dead_letter_says_what_to_do_and_is_retried_and_discarded() {
        rig.quickBooks.has(check("AAA").number("20001").dated("2026-03-26").to("Harlan Drywall LLC").amount("50.00")
                .pays("2F3B8-1772208000", "HD-0431", "75.00"));
        rig.quickBooks.has(check("AAB").number("20002").dated("2026-03-26").to("Harlan Drywall LLC").amount("60.00")
                .pays("2F3B8-1772208000", "HD-0431", "85.00"));
        product.template().sendBody("direct:sync", "test");
        open("/console/dead-letters");
        look("dead-letters");
        open("/console/dead-letters?q=20001");
        field(By.cssSelector(".causes h2 a")).click();
        shows("Dead letters ›", "Check 20001");
        look("dead-letter");

        button("Retry").click();
        shows("It failed again", "ops: retry");

        field(By.id("discard-reason")).sendKeys("typed in by hand");
        button("Discard").click();
        shows("Discarded.", "typed in by hand");
        assertThat(text()).contains("discarded");
    }

    @Test
    @Order(3)
    void all_of_one_cause_are_retried_with_one_click_and_a_discard_is_taken_back() {
        open("/console/dead-letters?q=20002");
        button("Retry").click();
        shows("0 of 1 retried. 1 left: ");
        open("/console/dead-letters?status=discarded&view=list");
        field(By.cssSelector("tbody a")).click();
        button("Reopen").click();
        shows("It is open again.", "ops: reopen");
    }

    @Test
    @Order(4)
    void a_waiting_bill_gets_its_commitment_and_goes() {
        open("/console/waiting");
        look("waiting");
        field(By.cssSelector("tbody a")).click();
        shows("Salt Flat Survey Group");
        field(By.cssSelector("tbody a")).click();
        String row = browser.driver.getCurrentUrl().replaceFirst("#.*", "").replaceFirst("^https?://[^/]+", "");
        look("payment");
        button("Choose a commitment").click();
        shows("Which commitment does bill");
        field(By.name("q")).clear();
        field(By.name("q")).sendKeys("roof joists");
        button("Search").click();
        shows("Roof joists and deck");
        look("choose");
        button("Use").click();
        shows("1 bill is assigned to PO-011 Roof joists and deck of Warehouse Retrofit.");

        untilPage(row, "delivered");
        shows("its commitment, tab Payments Issued");
        look("payment-delivered");
        assertThat(field(By.linkText("open in Procore")).getDomAttribute("href"))
                .contains("/project/commitments/purchase_order_contracts/");
        assertThat(field(By.cssSelector("h1 data.money")).getText()).matches("[\\d,]+\\.\\d\\d");
    }

    @Test
    @Order(5)
    void payments_are_found_by_number_vendor_and_amount_and_downloaded() {
        open("/console/payments");
        look("payments");
        field(By.name("q")).sendKeys("harlan 9,000.00");
        button("Show").click();
        shows("Harlan Drywall LLC", "9,000.00");
        assertThat(field(By.linkText("Download CSV")).getDomAttribute("href"))
                .isEqualTo("/console/payments.csv?q=harlan+9%2C000.00");
        assertThat(new ConsoleClient(rig.settings()).as("ops", "correct horse")
                .get("/console/payments.csv?q=harlan+9%2C000.00").text()).startsWith("state,company_file,payment,")
                .contains("9000.00");
    }

    @Test
    @Order(6)
    void of_two_typed_records_that_may_be_a_payment_the_right_one_is_chosen() {
        long first = rig.procore.addByHand(598134325741231L, "310.00", "2026-03-25", "20003");
        long second = rig.procore.addByHand(598134325741231L, "310.00", "2026-03-28", "20003");
        rig.quickBooks.has(check("AAC").number("20003").dated("2026-03-26").to("Northpoint Paving").pays("2B1DB-1744581885", "NP-5516",
                "310.00"));
        product.template().sendBody("direct:sync", "test");
        open("/console/dead-letters?stage=twin&view=list");
        field(By.cssSelector("tbody a")).click();
        shows("QuickBooks: this payment", "Procore: record " + first + ", typed by a person", "Procore: record " + second);
        look("twin");

        field(By.cssSelector("button[aria-label='It is the same as record " + second + "']")).click();
        shows("Record " + second + " becomes this payment's");
        shows("Closed (resolved)");
        assertThat(rig.procore.paymentsIssued()).filteredOn(record -> record.amount().intValue() == 310 && record.originId() != null)
                .singleElement().satisfies(record -> assertThat(record.id()).isEqualTo(second));
    }

    @Test
    @Order(7)
    void a_backfill_is_previewed_and_started() {
        rig.quickBooks.has(check("AAD").number("20004").dated("2024-07-01").to("Northpoint Paving").pays("2B1DB-1744581885", "NP-5516",
                "410.00"));
        open("/console/runs");
        field(By.linkText("Backfill older payments")).click();
        field(By.id("backfill-from")).sendKeys("07012024");
        field(By.id("backfill-to")).sendKeys("07312024");
        button("Preview a backfill").click();
        shows("The preview has started.");
        shows("Nothing was written", "410.00", "Start the backfill");
        look("backfill");
        assertThat(rig.procore.paymentsIssued()).noneMatch(record -> record.amount().intValue() == 410);

        button("Start the backfill").click();
        shows("The backfill has started.");
        await().atMost(SOON).until(() -> rig.procore.paymentsIssued().stream().filter(record -> record.amount().intValue() == 410)
                .count() == 1);
    }

    @Test
    @Order(9)
    void delivery_is_paused_and_resumed() {
        open("/");
        field(By.id("pause-reason")).sendKeys("month-end close");
        button("Pause").click();
        shows("Paused by ops", "month-end close");
        open("/");
        button("Resume delivery").click();
        shows("Delivery has resumed.");
        field(By.xpath("//button[.='Log out']")).click();
        await().atMost(SOON).until(() -> browser.driver.getCurrentUrl().endsWith("/console/login"));
    }

    @Test
    @Order(10)
    void two_company_files_and_their_web_connectors_are_seen_on_a_desk_and_on_a_phone() {
        product.close();
        rig.with("quickbooks.transport", "web-connector").with("quickbooks.company-files", "east,west")
                .with("quickbooks.east.username", "east-sync").with("quickbooks.west.username", "west-sync")
                .with("quickbooks.password", WebConnectorClient.PASSWORD);
        product = rig.serve();
        String calls = rig.consoleUrl("/qbwc");
        assertThat(new WebConnectorClient(calls, "east-sync", "C:\\Books\\East.qbw").session(rig.quickBooks)).startsWith("Read:");
        WebConnectorClient west = new WebConnectorClient(calls, "west-sync", "C:\\Books\\West.qbw");
        west.connectionError(west.authenticate().get(0), "0x80040408", "QuickBooks could not be started.");
        await().atMost(SOON).until(() -> product.deliveries().pendingCount() == 0);
        browser.logIn("ops", "correct horse");

        untilPage("/", "The Web Connector's last session for west failed.");
        shows("QuickBooks company Builder & Söhne (east)", "QuickBooks company west", "read up to");
        look("overview-web-connector");
    }
}
