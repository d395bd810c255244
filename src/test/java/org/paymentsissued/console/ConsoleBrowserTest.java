package org.paymentsissued.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.paymentsissued.demo.SimulatedQuickBooks.check;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.Select;
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

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path PICTURES = Path.of("target/console");
    private static final Duration SOON = Duration.ofSeconds(90);
    private static Rig rig;
    private static Installation product;
    private static ChromeDriver browser;
    private static Path profile;
    private static String url;

    @BeforeAll
    static void aBrowserAndTheDemoWithSomeTrouble() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
                "SKIPPED: the console was not tested in a browser. Install chromium and chromium-driver.");
        Files.createDirectories(PICTURES);
        TestProcore procore = TestProcore.ofDemoData();
        rig = new Rig(TestQuickBooks.ofDemoData(), procore).with("console.password", "correct horse")
                .with("procore.company-id", Long.toString(SimulatedProcore.DEMO_COMPANY_ID));
        rig.drop("commitments", "lookup.csv", Files.readAllBytes(Path.of("demo/data/lookup.csv")));
        product = rig.serve();
        url = new ConsoleClient(rig.settings()).url();
        profile = Files.createTempDirectory("chromium");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toString());
        options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--user-data-dir=" + profile);
        browser = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(), options);
        browser.manage().window().setSize(new Dimension(1280, 900));
        browser.manage().timeouts().implicitlyWait(Duration.ofSeconds(10));
    }

    @AfterAll
    static void stop() throws IOException {
        if (browser != null) {
            browser.quit();
        }
        if (product != null) {
            product.close();
            rig.close();
        }
        if (profile != null) {
            try (var files = Files.walk(profile)) {
                files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
            }
        }
    }

    private static void open(String path) {
        browser.get(url + path);
    }

    private static String text() {
        return browser.findElement(By.tagName("body")).getText();
    }

    /** Waits for the next page to show these words. */
    private static void shows(String... words) {
        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> assertThat(text()).contains(words));
    }

    private static WebElement button(String words) {
        return browser.findElement(By.xpath("//button[normalize-space()='" + words + "']"));
    }

    private static void look(String name) {
        List<Rule> found = new AxeBuilder().withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa"))
                .analyze(browser).getViolations();
        assertThat(found).as("axe-core on %s: %s", name, found.stream().map(rule -> rule.getId() + " "
                + rule.getHelp() + " " + rule.getNodes().stream().map(node -> node.getHtml()).toList()).toList()).isEmpty();
        assertThat(browser.manage().logs().get("browser").getAll()).as("the browser's complaints on %s", name).isEmpty();
        try {
            Files.write(PICTURES.resolve(name + ".png"), browser.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void untilPage(String path, String words) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(500)).ignoreExceptions().untilAsserted(() -> {
            open(path);
            assertThat(text()).contains(words);
        });
    }

    @Test
    @Order(1)
    void someone_logs_in_and_syncs() {
        open("/console/runs");
        look("login");
        browser.findElement(By.id("username")).sendKeys("ops");
        browser.findElement(By.id("password")).sendKeys("wrong");
        button("Log in").click();
        shows("Wrong user name or password.");
        browser.manage().logs().get("browser").getAll();
        browser.findElement(By.id("username")).sendKeys("ops");
        browser.findElement(By.id("password")).sendKeys("correct horse");
        button("Log in").click();
        await().atMost(SOON).until(() -> browser.getCurrentUrl().endsWith("/console/runs"));

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
        browser.findElement(By.cssSelector("tbody a")).click();
        shows("Dead letters ›", "Check 20001");
        look("dead-letter");

        button("Retry").click();
        shows("It failed again", "ops: retry");

        browser.findElement(By.id("discard-reason")).sendKeys("typed in by hand");
        button("Discard").click();
        shows("Discarded.", "typed in by hand");
        assertThat(text()).contains("discarded");
    }

    @Test
    @Order(3)
    void all_that_match_are_retried_after_a_question_that_counts() {
        open("/console/dead-letters");
        browser.findElement(By.name("q")).sendKeys("20002");
        button("Show").click();
        await().atMost(SOON).until(() -> browser.getCurrentUrl().contains("q=20002"));
        browser.findElement(By.partialLinkText("Retry all 1")).click();
        shows("Retry one dead letter?", "20002");
        look("retry-all");
        button("Retry one dead letter").click();
        shows("1 of 1 retried.");
    }

    @Test
    @Order(4)
    void a_waiting_bill_gets_its_commitment_and_goes() {
        open("/console/waiting");
        look("waiting");
        browser.findElement(By.linkText("Assign a commitment")).click();
        String row = browser.getCurrentUrl().replaceFirst("#.*", "").substring(url.length());
        look("payment");
        PlaceOfDemo place = new PlaceOfDemo(598134325630090L, 598134325741450L);
        rig.procore.commitment(place.project(), place.commitment(), SimulatedProcore.CommitmentType.WORK_ORDER_CONTRACT,
                "SC-021", "Salt Flat Survey Group");
        browser.findElement(By.id("projectId")).sendKeys(Long.toString(place.project()));
        browser.findElement(By.id("commitmentId")).sendKeys(Long.toString(place.commitment()));
        new Select(browser.findElement(By.id("commitmentType"))).selectByVisibleText("Subcontract");
        button("Save and send").click();
        shows("will be sent within seconds");

        untilPage(row, "delivered");
    }

    private record PlaceOfDemo(long project, long commitment) { }

    @Test
    @Order(5)
    void payments_are_found_by_number_vendor_and_amount_and_downloaded() {
        open("/console/payments");
        look("payments");
        browser.findElement(By.name("q")).sendKeys("harlan 9,000.00");
        button("Show").click();
        shows("Harlan Drywall LLC", "9,000.00");
        assertThat(browser.findElement(By.linkText("Download CSV")).getDomAttribute("href"))
                .isEqualTo("/console/payments.csv?q=harlan+9%2C000.00");
        assertThat(new ConsoleClient(rig.settings()).as("ops", "correct horse")
                .get("/console/payments.csv?q=harlan+9%2C000.00").text()).startsWith("state,company_file,payment,")
                .contains("9000.00");
    }

    @Test
    @Order(6)
    void delivery_is_paused_and_resumed_and_the_phone_shows_it() {
        open("/");
        browser.findElement(By.id("pause-reason")).sendKeys("month-end close");
        button("Pause").click();
        shows("Paused by ops", "month-end close");
        browser.manage().window().setSize(new Dimension(390, 844));
        open("/");
        Object overflow = browser.executeScript("return document.documentElement.scrollWidth - window.innerWidth");
        assertThat(((Number) overflow).intValue()).isLessThanOrEqualTo(0);
        look("overview-phone");
        open("/console/dead-letters");
        assertThat(((Number) browser.executeScript("return document.documentElement.scrollWidth - window.innerWidth"))
                .intValue()).isLessThanOrEqualTo(0);
        open("/");
        button("Resume delivery").click();
        shows("Delivery has resumed.");
        browser.manage().window().setSize(new Dimension(1280, 900));
        browser.findElement(By.xpath("//button[.='Log out']")).click();
        await().atMost(SOON).until(() -> browser.getCurrentUrl().endsWith("/console/login"));
    }

    @Test
    @Order(7)
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
        open("/console/login");
        browser.findElement(By.id("username")).sendKeys("ops");
        browser.findElement(By.id("password")).sendKeys("correct horse");
        button("Log in").click();

        untilPage("/", "The Web Connector's last session for west failed.");
        shows("Company file east", "Company file west", "read up to");
        browser.manage().window().setSize(new Dimension(1280, 1500));
        look("overview-web-connector");
        browser.manage().window().setSize(new Dimension(390, 2200));
        open("/");
        assertThat(((Number) browser.executeScript("return document.documentElement.scrollWidth - window.innerWidth"))
                .intValue()).isLessThanOrEqualTo(0);
        look("overview-web-connector-phone");
        browser.manage().window().setSize(new Dimension(1280, 900));
    }
}
