package io.forelog.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The system's own Chromium, headless, on one page; it downloads nothing. */
final class Browser implements AutoCloseable {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    /** It warns that it lacks typed commands for this Chromium; none is used. Held, or the level would be lost. */
    private static final Logger DEVTOOLS = Logger.getLogger("org.openqa.selenium.devtools");

    private final ChromeDriver driver;

    /** Starts it with an empty profile; without an installed Chromium the test is skipped, except where CI=true. */
    static Browser start(Path profile) {
        boolean isInstalled = Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
        assumeTrue(
                isInstalled || "true".equals(System.getenv("CI")),
                "the dashboard is not tested: install the packages chromium and chromium-driver");
        return new Browser(profile);
    }

    private Browser(Path profile) {
        DEVTOOLS.setLevel(Level.SEVERE);
        var console = new LoggingPreferences();
        console.enable(LogType.BROWSER, Level.ALL);
        var options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile);
        options.setCapability("goog:loggingPrefs", console);
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .usingAnyFreePort()
                        .build(),
                options);
    }

    /** Sets how the page is seen. Below 600 px it is a phone's screen. */
    void resize(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of(
                        "width",
                        width,
                        "height",
                        height,
                        "deviceScaleFactor",
                        width < 600 ? 2 : 1,
                        "mobile",
                        width < 600));
    }

    /** @param scheme what the system prefers: light or dark */
    void prefer(String scheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** Opens a page and waits until it shows a first frame of figures. */
    void open(String url) {
        driver.get(url);
        await().untilAsserted(() -> assertThat(text("#connection")).isEqualTo("Live"));
        await().untilAsserted(() -> assertThat(text("#node")).isNotEmpty());
    }

    static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(100));
    }

    /** Returns the text of the first element that matches, also of one that is scrolled out of sight. */
    String text(String selector) {
        return Objects.requireNonNull(
                driver.findElement(By.cssSelector(selector)).getDomProperty("textContent"), selector);
    }

    boolean isVisible(String selector) {
        return driver.findElement(By.cssSelector(selector)).isDisplayed();
    }

    /** Clicks, whether or not it is in sight. */
    void click(String selector) {
        driver.executeScript("document.querySelector(arguments[0]).click()", selector);
    }

    void focus(String selector) {
        driver.executeScript("document.querySelector(arguments[0]).focus()", selector);
    }

    /** Types text at whatever has the focus. */
    void type(String text) {
        new Actions(driver).sendKeys(text).perform();
    }

    /** Types at whatever has the focus. */
    void type(Keys... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** Returns what a JavaScript expression gives, a number. */
    double number(String expression) {
        return ((Number) Objects.requireNonNull(driver.executeScript("return " + expression), expression))
                .doubleValue();
    }

    /** Returns what a JavaScript expression gives, as text. */
    String evaluate(String expression) {
        return String.valueOf(driver.executeScript("return " + expression));
    }

    /** Returns the console's warnings and errors since the last call, those of loading the page included. */
    List<String> consoleErrors() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /** Writes the whole page, not only what a screen shows of it, to {@code target/screenshots/<name>.png}. */
    void screenshot(String name, int width) throws IOException {
        resize(width, (int) number("document.documentElement.scrollHeight"));
        // A canvas that was resized is painted again with the next second's figures.
        var uptime = text("#node");
        await().until(() -> !text("#node").equals(uptime));
        var taken = driver.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png"));
        Files.createDirectories(SCREENSHOTS);
        Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode((String) taken.get("data")));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
