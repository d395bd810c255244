package org.paymentsissued.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
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
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.paymentsissued.rig.ConsoleClient;
import org.paymentsissued.rig.Rig;
import org.paymentsissued.setup.Installation;

/** 5,000 dead letters of 12 causes, and one person who fixes them all. Delivery is paused, so that what is due stays where it is. */
@DisplayNameGeneration(ReplaceUnderscores.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CausesBrowserTest {

    private static final int LETTERS = 5_000;
    private static final int MOST_CLICKS = 40;
    /** What Procore says of them. */
    private static final String CAUSES = "array['Payments are switched off for this commitment', 'The commitment is not approved',"
            + " 'The commitment is closed', 'The invoice is still a draft', 'The invoice is not the latest one',"
            + " 'The payment date is before the commitment date', 'The payment is more than the commitment',"
            + " 'The payment method is not allowed here', 'The vendor is inactive', 'The project is archived',"
            + " 'The budget is locked', 'The accounting period is closed']";
    private static Rig rig;
    private static Installation product;
    private static Browser browser;
    private static ConsoleClient ops;

    @BeforeAll
    static void fiveThousandPaymentsThatDoNotGo() throws SQLException {
        Assumptions.assumeTrue(Browser.isThere(),
                "SKIPPED: the console was not tested in a browser. Install chromium and chromium-driver.");
        rig = new Rig().with("console.password", "correct horse");
        product = rig.serve();
        ops = new ConsoleClient(rig.settings()).as("ops", "correct horse");
        ops.post("/api/delivery/pause", "{\"reason\":\"month-end close\"}");
        try (Connection connection = product.database().dataSource().getConnection();
                Statement sql = connection.createStatement()) {
            sql.executeUpdate("""
                    insert into payment (company_file, payment_kind, payment_txn_id, txn_date, ref_number, payee, amount, verdict, qbxml,
                      first_read_at, last_read_at)
                    select 'default', 'CHECK', 'T' || x, date '2026-03-25', 10000 + x, 'Vendor ' || mod(x, 40), x, 'PAYS_BILLS',
                      '<BillPaymentCheckRet><TxnID>T' || x || '</TxnID></BillPaymentCheckRet>', current_timestamp, current_timestamp
                    from system_range(1, %d)""".formatted(LETTERS));
            sql.executeUpdate("""
                    insert into ledger_row (payment_id, bill_txn_id, txn_type, bill_number, amount, state, state_since, reason, wanted,
                      wanted_amount, wanted_date, wanted_method, wanted_project_id, wanted_contract_id, wanted_commitment_type,
                      next_attempt_at, changed_at)
                    select id, 'B' || id, 'Bill', 'INV-' || id, amount, 'dead', current_timestamp, 'Procore refuses it.', true, amount,
                      txn_date, 'check', 1001, 11, 'work_order_contract', current_timestamp, current_timestamp from payment""");
            sql.executeUpdate("""
                    insert into dead_letter (company_file, stage, status, trouble_key, open_key, payment_id, ledger_row_id, sentence,
                      happened, advice, cause_key, vendor, paid_on, amount, search, qbxml, request, http_status, http_answer, attempts,
                      first_failed_at, last_failed_at)
                    select 'default', 'deliver', 'open', 'key ' || r.id, 'key ' || r.id, p.id, r.id,
                      'Check ' || p.ref_number || ' of 2026-03-25 to ' || p.payee || ': Procore refused it (HTTP 422): '
                        || array_get(%1$s, cast(mod(p.id, 12) + 1 as integer)) || '. Fix this in Procore, then retry.',
                      'Procore refused it (HTTP 422): ' || array_get(%1$s, cast(mod(p.id, 12) + 1 as integer)) || '.',
                      'Fix this in Procore, then retry.', 'deliver-422-' || mod(p.id, 12), p.payee, p.txn_date, p.amount,
                      lower(p.payee) || ' ' || p.ref_number, p.qbxml, 'POST /rest' || chr(10) || '{"payment":{"amount":"5.00"}}', 422,
                      '{"errors":["is not valid"]}', 1, current_timestamp, current_timestamp
                    from payment p join ledger_row r on r.payment_id = p.id""".formatted(CAUSES));
        }
        browser = new Browser(ops.url());
        browser.logIn("ops", "correct horse");
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
            product.close();
            rig.close();
        }
    }

    private static List<WebElement> causes() {
        return browser.driver.findElements(By.cssSelector(".causes li"));
    }

    @Test
    @Order(1)
    void twelve_causes_are_twelve_lines_and_fit_a_phone() {
        browser.open("/console/dead-letters");
        assertThat(causes()).hasSize(12);
        browser.shows("What to do: Fix this in Procore, then retry.");
        browser.look("causes");
        browser.open("/");
        browser.shows("5,000 payments need attention.", "12,502,500.00");
    }

    @Test
    @Order(2)
    void a_list_refreshes_by_itself_and_never_under_someones_hands() {
        browser.open("/console/dead-letters?cause=deliver-422-11&sort=oldest&vendor=Vendor+11");
        WebElement first = browser.find("tbody a");
        String number = first.getText();
        WebElement reason = browser.find("input[name=reason]");
        reason.sendKeys("half a rea");
        assertThat(ops.post("/api/dead-letters/" + number + "/discard", "{\"reason\":\"by a script\"}").status()).isEqualTo(200);

        browser.driver.executeScript("document.dispatchEvent(new Event('visibilitychange'))");
        assertThat(reason.getDomProperty("value")).isEqualTo("half a rea");
        reason.clear();
        browser.find("h1").click();
        await().atMost(Browser.SOON).ignoreExceptions().until(() -> {
            browser.driver.executeScript("document.dispatchEvent(new Event('visibilitychange'))");
            return browser.driver.findElements(By.linkText(number)).isEmpty();
        });
        await().atMost(Browser.SOON).ignoreExceptions().untilAsserted(() ->
                assertThat(browser.find("tbody time.day").getText()).as("as the reader writes a date").isEqualTo("Mar 25, 2026"));
        assertThat(browser.driver.getCurrentUrl()).as("the filter stays in the address").contains("vendor=Vendor+11", "sort=oldest");
        browser.look("dead-letters-of-a-cause");
    }

    @Test
    @Order(3)
    void the_keyboard_moves_through_a_list_ticks_and_opens() {
        browser.open("/console/dead-letters?cause=deliver-422-11");
        browser.find("body").sendKeys("j");
        browser.driver.switchTo().activeElement().sendKeys("x");
        assertThat(browser.find("tbody input[name=id]").isSelected()).isTrue();
        browser.driver.switchTo().activeElement().sendKeys(Keys.ENTER);
        browser.shows("What to do:", "Payment from QuickBooks", "\"amount\" : \"5.00\"", "open in Procore");
        browser.look("dead-letter-refused");
    }

    @Test
    @Order(4)
    void all_twelve_causes_are_fixed_with_forty_clicks() {
        browser.open("/console/dead-letters");
        browser.click(browser.find(".causes h2 a"));
        for (int i = 0; i < 3; i++) {
            browser.click(browser.driver.findElements(By.cssSelector("tbody input[name=id]")).get(i));
        }
        browser.click(browser.button("Retry ticked"));
        browser.shows("3 of 3 retried.");
        browser.find("input[name=reason]").sendKeys("typed in by hand");
        browser.click(browser.driver.findElement(By.xpath("//button[starts-with(normalize-space(), 'Discard all')]")));
        browser.shows("discarded.");
        for (int i = 0; i < MOST_CLICKS && ops.get("/api/dead-letters?size=1").json().path("total").asInt() > 0; i++) {
            browser.open("/console/dead-letters");
            browser.click(browser.button("Retry"));
            browser.shows("retried.");
        }

        browser.open("/console/dead-letters");
        browser.shows("Nothing needs attention.");
        System.out.printf("All causes were fixed with %d clicks.%n", browser.clicks());
        assertThat(browser.clicks()).isLessThanOrEqualTo(MOST_CLICKS);
        browser.open("/console/activity");
        browser.shows("typed in by hand", "retry dead letters: cause", "ops");
        browser.look("activity");
        browser.open("/console/help#deliver");
        browser.shows("Runbook", "deliver");
        browser.look("help");
    }
}
