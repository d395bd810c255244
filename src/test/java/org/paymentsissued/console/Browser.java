package org.paymentsissued.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A person in front of the console. */
final class Browser implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(90);
    static final Dimension DESK = new Dimension(1280, 900);
    static final Dimension PHONE = new Dimension(390, 844);

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path PICTURES = Path.of("target/console");

    final ChromeDriver driver;
    private final Path profile;
    private final String url;
    private int clicks;

    Browser(String url) {
        Assumptions.assumeTrue(Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
                "SKIPPED: the console was not tested in a browser. Install chromium and chromium-driver.");
        this.url = url;
        try {
            Files.createDirectories(PICTURES);
            profile = Files.createTempDirectory("chromium");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toString());
        options.addArguments("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--lang=en-US", "--user-data-dir=" + profile);
        driver = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(), options);
        driver.manage().window().setSize(DESK);
        driver.manage().timeouts().implicitlyWait(Duration.ofSeconds(10));
    }

    /** Without a browser, nothing is skipped silently: the test says so. */
    static boolean isThere() {
        return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
    }

    void logIn(String user, String password) {
        open("/console/login");
        driver.findElement(By.id("username")).sendKeys(user);
        driver.findElement(By.id("password")).sendKeys(password);
        button("Log in").click();
    }

    void open(String path) {
        driver.get(url + path);
    }

    String text() {
        return driver.findElement(By.tagName("body")).getText();
    }

    /** Waits for the next page to show these words. */
    void shows(String... words) {
        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> assertThat(text()).contains(words));
    }

    WebElement find(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    WebElement button(String words) {
        return driver.findElement(By.xpath("//button[normalize-space()='" + words + "']"));
    }

    /** Clicks, and counts it. */
    void click(WebElement element) {
        clicks++;
        element.click();
    }

    int clicks() {
        return clicks;
    }

    /** Loads a page until it shows these words. */
    void untilPage(String path, String words) {
        await().atMost(SOON).pollInterval(Duration.ofMillis(500)).ignoreExceptions().untilAsserted(() -> {
            open(path);
            assertThat(text()).contains(words);
        });
    }

    void size(Dimension size) {
        driver.manage().window().setSize(size);
    }

    void dark(boolean dark) {
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features",
                List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** Looks at the page in light and dark, on a desk and on a phone, and takes a picture of each. */
    void look(String name) {
        for (boolean phone : new boolean[] {true, false}) {
            size(phone ? PHONE : DESK);
            for (boolean dark : new boolean[] {true, false}) {
                dark(dark);
                String view = name + (phone ? "-phone" : "") + (dark ? "-dark" : "");
                axe(view);
                assertThat(overflow()).as("pixels beyond the edge of the screen on %s", view).isLessThanOrEqualTo(0);
                picture(view);
            }
        }
    }

    private int overflow() {
        return ((Number) driver.executeScript("return document.documentElement.scrollWidth - window.innerWidth")).intValue();
    }

    private void axe(String name) {
        List<Rule> found = new AxeBuilder().withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa"))
                .analyze(driver).getViolations();
        assertThat(found).as("axe-core on %s: %s", name, found.stream().map(rule -> rule.getId() + " "
                + rule.getHelp() + " " + rule.getNodes().stream().map(node -> node.getHtml()).toList()).toList()).isEmpty();
        assertThat(driver.manage().logs().get("browser").getAll()).as("the browser's complaints on %s", name).isEmpty();
    }

    void picture(String name) {
        try {
            Files.write(PICTURES.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        driver.quit();
        try (var files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
