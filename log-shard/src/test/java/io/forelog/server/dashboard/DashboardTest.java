package io.forelog.server.dashboard;

import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.dashboard.Browser.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.forelog.ports.LocalPorts;
import io.forelog.server.NodeFixture;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The dashboard in a real browser, of a real node with all of its tiers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardTest {

    private static final String LOG = "orders";
    private static final int RECORDS_PER_SHARD = 400;

    private Browser browser;
    private NodeFixture node;
    private Traffic traffic;

    @BeforeAll
    void start(@TempDir Path data, @TempDir Path profile) throws Exception {
        browser = Browser.start(profile);
        node = NodeFixture.start(data, "cache.regional.enabled=true", "cache.global.address=embedded");
        traffic = Traffic.start(node, LOG, RECORDS_PER_SHARD);
        browser.resize(1440, 900);
        browser.open(node.url());
    }

    @AfterAll
    void end() throws Exception {
        if (traffic != null) {
            traffic.close();
            node.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void theConsoleIsQuiet() {
        assertThat(browser.consoleErrors()).isEmpty();
    }

    @Test
    void countsAgreeWithTheNodes() {
        browser.open(node.url());
        traffic.pause();

        await().untilAsserted(() -> {
            var watermarks = watermarks();
            for (int shard = 0; shard < watermarks.length; shard++) {
                assertThat(number(".log[data-log=orders] tr[data-shard='" + shard + "'] td:nth-child(5)"))
                        .as("the high watermark of shard %d", shard)
                        .isEqualTo(watermarks[shard]);
            }
            assertThat(number("#tile-stored"))
                    .isEqualTo(LongStream.of(watermarks).sum());
            assertThat(number(".tier[data-tier=local] [data-figure=entries]"))
                    .isEqualTo(tier("local").get("entries").longValue());
            assertThat(number("#prefetch [data-figure=issued]"))
                    .isEqualTo(json(node.get("/v1/prefetch")).get("issued").longValue());
        });
        assertThat(browser.text("#node")).contains("node-1", "region local", "0.1.0");
        traffic.resume();
    }

    @Test
    void ratesAgreeWithWhatIsRead() {
        browser.open(node.url());

        // Measured anew at each try: readers that were held up catch up, and the page's figure is a moving average.
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            int readsBefore = traffic.reads();
            long before = System.nanoTime();
            await().until(() -> traffic.reads() - readsBefore > 2 * Traffic.READS_PER_SECOND);
            double measured = (traffic.reads() - readsBefore) / ((System.nanoTime() - before) / 1e9);
            assertThat(number("#tile-reads")).isCloseTo(measured, within(measured / 4));
        });
    }

    @Test
    void theSharesOfTheTiersMakeAWhole() {
        browser.open(node.url());

        await().untilAsserted(() ->
                assertThat(browser.text(".hop[data-tier=local] .answered")).endsWith("%"));
        assertThat(browser.number("[...document.querySelectorAll('.hop .answered')]"
                        + ".reduce((sum, share) => sum + parseFloat(share.textContent), 0)"))
                .isCloseTo(100, within(0.3));
    }

    @Test
    void aShardIsSelectedByKeyboardAndByAddress() {
        browser.open(node.url());
        await().untilAsserted(
                        () -> assertThat(browser.number("document.querySelectorAll('.space [role=option]').length"))
                                .isEqualTo(4));

        browser.focus(".space [tabindex='0']");
        browser.type(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);

        assertThat(browser.evaluate("location.hash")).isEqualTo("#shards/orders/2");
        assertThat(browser.evaluate("document.activeElement.dataset.shard")).isEqualTo("2");
        assertThat(browser.text(".log tr[aria-current=true] th")).isEqualTo("2");
        assertThat(browser.text(".log .detail")).startsWith("Shard 2").contains("25.0");

        browser.open(node.url() + "/?again#shards/orders/3");
        await().untilAsserted(() ->
                assertThat(browser.text(".log tr[aria-current=true] th")).isEqualTo("3"));
    }

    @Test
    void aPausedPageStandsStillAndLosesNothing() {
        browser.open(node.url());
        browser.click("#pause");
        var paused = browser.text("#node");
        int reads = traffic.reads();

        await().until(() -> traffic.reads() - reads > 2 * Traffic.READS_PER_SECOND);
        assertThat(browser.text("#connection")).isEqualTo("Paused");
        assertThat(browser.text("#node")).isEqualTo(paused);

        browser.click("#pause");
        await().until(() -> !browser.text("#node").equals(paused));
        assertThat(browser.text("#connection")).isEqualTo("Live");
    }

    @Test
    void textIsReadableInBothThemes() throws Exception {
        browser.open(node.url());
        browser.click(".space [data-shard='2']");
        int reads = traffic.reads();
        await().until(() -> traffic.reads() - reads > 2 * Traffic.READS_PER_SECOND);

        for (var theme : List.of("light", "dark")) {
            browser.prefer(theme);
            assertReadable();
            browser.screenshot("dashboard-" + theme, 1440);
        }
    }

    private void assertReadable() {
        assertThat(contrast(".what", ".tier")).as("quiet text on a card").isGreaterThan(4.5);
        assertThat(contrast(".tile h2", ".tile")).as("quiet text on a tile").isGreaterThan(4.5);
        assertThat(contrast(".big b", ".tier")).as("the local tier's figure").isGreaterThan(3);
        // Its colour changes over some tenths of a second.
        await().untilAsserted(() -> assertThat(contrast(".space [aria-selected=true] b", ".space [aria-selected=true]"))
                .as("a shard")
                .isGreaterThan(4.5));
    }

    @Test
    void aPhoneScrollsInOneDirectionOnly() throws Exception {
        browser.resize(390, 844);
        browser.open(node.url());

        assertThat(browser.number("document.documentElement.scrollWidth")).isEqualTo(390);
        assertThat(browser.number("document.querySelector('.scroll').scrollWidth"))
                .as("the table scrolls inside")
                .isGreaterThan(browser.number("document.querySelector('.scroll').clientWidth"));
        assertThat(browser.number("Math.min(...[...document.querySelectorAll('.controls button, .controls label')]"
                        + ".map(control => control.getBoundingClientRect().height))"))
                .as("the height of what is touched")
                .isGreaterThanOrEqualTo(32);
        browser.screenshot("dashboard-phone", 390);
        browser.resize(1440, 900);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/dashboard/manager.html"})
    void nothingIsScrolledSidewaysAtTwiceTheSize(String page) {
        // To a page 1,280 pixels at 200 % are 640.
        browser.resize(640, 450);
        browser.open(node.url() + page);

        assertThat(browser.number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(640);
        browser.resize(1440, 900);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/dashboard/manager.html"})
    void theTabKeyReachesEveryControlAndShowsWhereItIs(String page) {
        browser.open(node.url() + page);
        browser.evaluate("document.querySelector('#pause')?.click()");
        // Of buttons of which one is chosen the arrow keys reach the others.
        int controls = (int) browser.number("""
            (() => {
                window.controls = [...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex]')]
                    .filter(one => one.tabIndex >= 0 && !one.disabled && one.checkVisibility()
                        && (one.type !== 'radio' || one.checked));
                window.reached = new Set();
                window.unseen = new Set();
                document.addEventListener('focusin', ({ target }) => {
                    const shown = [target, target.nextElementSibling ?? target].map(one => getComputedStyle(one));
                    window.reached.add(target);
                    if (!shown.some(style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0)) {
                        window.unseen.add(target);
                    }
                });
                return window.controls.length;
            })()
            """.strip());

        browser.type(Stream.generate(() -> Keys.TAB).limit(controls + 10L).toArray(Keys[]::new));

        assertThat(controls).isGreaterThan(5);
        assertThat(browser.evaluate("window.controls.filter(one => one.isConnected && !window.reached.has(one))"
                        + ".map(one => one.outerHTML.slice(0, 100)).join('\\n')"))
                .as("what the Tab key does not reach")
                .isEmpty();
        assertThat(browser.evaluate("[...window.unseen].map(one => one.outerHTML.slice(0, 100)).join('\\n')"))
                .as("what does not show that it has the focus")
                .isEmpty();
    }

    @Test
    void aButtonIsPressedByTheSpaceAndTheEnterKey() {
        browser.open(node.url());

        browser.focus("#pause");
        browser.type(" ");
        await().untilAsserted(() -> assertThat(browser.text("#connection")).isEqualTo("Paused"));
        browser.type(Keys.ENTER);
        await().untilAsserted(() -> assertThat(browser.text("#connection")).isEqualTo("Live"));
    }

    @Test
    void allOfItIsSmallAndComesFromTheNode() {
        browser.open(node.url());

        double requests = browser.number("performance.getEntriesByType('resource').length");
        System.out.printf(
                "the dashboard: %.0f requests, first painted after %s ms, loaded after %s ms%n",
                requests,
                browser.evaluate("Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime)"),
                browser.evaluate("Math.round(performance.getEntriesByType('navigation')[0].loadEventEnd)"));
        assertThat(requests).isLessThan(50);
        assertThat(browser.number("performance.getEntriesByType('navigation')[0].decodedBodySize +"
                        + " performance.getEntriesByType('resource').reduce((sum, part) => sum +"
                        + " part.decodedBodySize, 0)"))
                .isBetween(200_000.0, 500_000.0);
        assertThat(browser.evaluate("performance.getEntriesByType('resource')"
                        + ".filter(part => !part.name.startsWith(location.origin)).length"))
                .isEqualTo("0");
    }

    @Test
    void aNodeWithoutALogShowsTwoCommandsThatWork(@TempDir Path data) throws Exception {
        try (var empty = NodeFixture.start(data)) {
            browser.open(empty.url());
            await().until(() -> browser.isVisible("#start"));

            var commands = new ProcessBuilder("sh", "-c", browser.text("#start-commands"))
                    .redirectError(Redirect.DISCARD)
                    .redirectOutput(Redirect.DISCARD)
                    .start();

            assertThat(commands.waitFor()).isZero();
            await().until(() -> !browser.isVisible("#start"));
            await().untilAsserted(() -> assertThat(number("#tile-stored")).isEqualTo(1));
            browser.open(node.url());
        }
    }

    @Test
    void aLostConnectionIsSaidAndComesBackByItself(@TempDir Path data) throws Exception {
        int port = LocalPorts.free();
        try (var restarted = NodeFixture.start(data, "http.port=" + port)) {
            browser.open(restarted.url());
            await().untilAsserted(() -> assertThat(number("#tile-stored")).isZero());

            restarted.stop();
            try (var refusing = Refusing.on(port)) {
                await().until(() -> browser.isVisible("#banner"));
                await().until(() -> refusing.refused() > 0);
                assertThat(browser.text("#connection")).isNotEqualTo("Live");
            }
            restarted.restart();

            await().untilAsserted(() -> assertThat(browser.text("#announcer")).isEqualTo("Connected again"));
            assertThat(browser.isVisible("#banner")).isFalse();
            assertThat(browser.text("#connection")).isEqualTo("Live");
            // What the browser itself says of the refused connections is expected here.
            assertThat(browser.consoleErrors()).allMatch(line -> line.contains("/v1/"));
            browser.open(node.url());
        }
    }

    private long[] watermarks() {
        return json(node.get("/v1/logs/" + LOG + "/shards"))
                .get("shards")
                .valueStream()
                .mapToLong(shard -> shard.get("highWatermark").longValue())
                .toArray();
    }

    private JsonNode tier(String name) {
        return json(node.get("/v1/caches"))
                .get("tiers")
                .valueStream()
                .filter(tier -> tier.get("tier").textValue().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private double number(String selector) {
        var shown = browser.text(selector);
        assertThat(shown).matches("[0-9,]+(\\.[0-9]+)?");
        return Double.parseDouble(shown.replace(",", ""));
    }

    /** Returns the contrast of an element's text with another's background, 1 to 21, as WCAG 2.2 defines it. */
    private double contrast(String text, String background) {
        double one = luminance(text, "color");
        double other = luminance(background, "backgroundColor");
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    }

    /** A canvas turns whatever notation the style has into red, green and blue. */
    private double luminance(String selector, String property) {
        return browser.number("""
            (() => {
                const canvas = document.createElement('canvas').getContext('2d');
                canvas.fillStyle = getComputedStyle(document.querySelector("%s")).%s;
                canvas.fillRect(0, 0, 1, 1);
                const [red, green, blue] = [...canvas.getImageData(0, 0, 1, 1).data]
                    .map(value => value / 255)
                    .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
                return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
            })()
            """.strip().formatted(selector, property));
    }
}
