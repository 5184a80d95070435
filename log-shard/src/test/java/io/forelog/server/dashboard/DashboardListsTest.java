package io.forelog.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.server.NodeFixture;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;

/** The dashboard's records, nodes, decisions and plans, in a real browser, of a real node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardListsTest {

    private static final byte[] BINARY = {0, 1, 2, (byte) 0xff, 'h', 'i'};

    private Browser browser;
    private NodeFixture node;

    @BeforeAll
    void start(@TempDir Path data, @TempDir Path profile) throws Exception {
        browser = Browser.start(profile);
        node = NodeFixture.start(data);
        node.put("/v1/logs/orders", "{\"shards\":1}");
        node.append("orders", "{\"key\":\"user-42\",\"value\":{\"item\":\"lamp\"},\"headers\":{\"trace\":\"abc\"}}");
        node.append("orders", "{\"key\":\"user-42\",\"value\":{\"item\":\"chair\"}}");
        node.send("POST", "/v1/logs/orders/records?key=bytes", BINARY, "Content-Type", "application/octet-stream");
        browser.resize(1440, 900);
    }

    @AfterAll
    void end() {
        if (node != null) {
            node.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void openAnew() {
        // Another query, or the browser would only go to another part of the same page.
        browser.open(node.url() + "/?" + System.nanoTime());
        await().untilAsserted(() -> assertThat(browser.evaluate("document.querySelector('[name=log]').value"))
                .isEqualTo("orders"));
    }

    @Test
    void theRecordsOfAKeyAreFoundNewestFirstAndTheValueIsShownInEachForm() {
        find("key", "user-42");

        await().untilAsserted(() -> assertThat(browser.text(".record pre")).isEqualTo("{\n  \"item\": \"chair\"\n}"));
        assertThat(browser.text("#records .note")).isEqualTo("2 records");
        assertThat(browser.evaluate("location.hash")).isEqualTo("#records/orders/key/user-42");

        browser.click("#records [value=hex]");
        assertThat(browser.text(".record pre"))
                .startsWith("00000000  7b 22 69 74 65 6d 22 3a")
                .endsWith("{\"item\":\"chair\"}");
        browser.click("#records [value=text]");
        assertThat(browser.text(".record pre")).isEqualTo("{\"item\":\"chair\"}");

        browser.focus(".found [tabindex='0']");
        browser.type(Keys.ARROW_DOWN);
        await().untilAsserted(() -> assertThat(browser.text(".record pre")).contains("lamp"));
        assertThat(browser.text(".record dl")).contains("0:0", "user-42", "trace", "abc", "application/json");
    }

    @Test
    void bytesThatAreNoTextAreShownAsHexAtFirst() {
        find("key", "bytes");

        await().untilAsserted(() -> assertThat(browser.text(".record pre")).startsWith("00000000  00 01 02 ff 68 69"));
        assertThat(browser.text(".record pre")).endsWith("....hi");
        assertThat(browser.evaluate("document.querySelector('#records [value=json]').disabled"))
                .isEqualTo("true");
    }

    @Test
    void aRecordIsReachedByAddressInTheAddressLineAndByTime() {
        browser.open(node.url() + "/?" + System.nanoTime() + "#records/orders/address/0%3A1");
        await().untilAsserted(() -> assertThat(browser.text(".record pre")).contains("chair"));

        find("time", "2001-01-01T00:00:00Z");
        await().untilAsserted(() ->
                assertThat(browser.text(".found li:first-child b")).isEqualTo("0:0"));
    }

    @Test
    void whatIsNotThereAndWhatIsNoAddressIsSaid() {
        find("key", "nobody");
        await().untilAsserted(
                        () -> assertThat(browser.text("#records .note")).contains("no record with this key", "nobody"));

        find("address", "first");
        await().untilAsserted(() -> assertThat(browser.text("#records .note")).contains("shard:offset"));
        assertThat(browser.evaluate("document.querySelector('#records .note').dataset.bad"))
                .isEqualTo("true");
    }

    @Test
    void recordsAppearAsTheyCommit() {
        find("tail", "live-1");
        await().untilAsserted(() -> assertThat(browser.text("#records .note")).startsWith("Following"));

        node.append("orders", "{\"key\":\"live-1\",\"value\":1}");

        await().untilAsserted(() ->
                assertThat(browser.text(".found li:first-child span")).isEqualTo("live-1"));
    }

    @Test
    void nodesPlansAndDecisionsAreListedOrSaidToBeNone() {
        browser.evaluate("document.querySelector('#plans').scrollIntoView()");

        await().untilAsserted(() -> assertThat(browser.text("#nodes tbody tr")).contains("node-1", "up", "local"));
        await().untilAsserted(() ->
                assertThat(browser.text("#plans .note")).isEqualTo("No shard was split, merged or moved."));
        // It may have looked already, and decided not to act.
        await().until(() -> browser.text("#decisions .note").startsWith("The shard manager has decided nothing yet")
                || browser.text("#decisions tbody tr").contains("no"));
    }

    @Test
    void keysLeadToTheSearchAndTellWhatTheyDo() {
        browser.focus("main");
        browser.type("/");
        assertThat(browser.evaluate("document.activeElement.name")).isEqualTo("what");

        browser.focus("main");
        browser.type("?");
        assertThat(browser.isVisible("#help")).isTrue();
        browser.type(Keys.ESCAPE);
        assertThat(browser.isVisible("#help")).isFalse();
    }

    @Test
    void itLooksAsItShouldInBothThemesAndOnAPhone() throws Exception {
        find("key", "user-42");
        await().untilAsserted(() -> assertThat(browser.text(".record pre")).contains("chair"));
        browser.evaluate("document.querySelector('#plans').scrollIntoView()");
        await().untilAsserted(() -> assertThat(browser.text("#nodes tbody tr")).contains("node-1"));
        for (var theme : List.of("light", "dark")) {
            browser.prefer(theme);
            browser.screenshot("lists-" + theme, 1440);
        }
        browser.resize(390, 844);
        assertThat(browser.number("document.documentElement.scrollWidth")).isEqualTo(390);
        browser.screenshot("lists-phone", 390);
        browser.resize(1440, 900);
    }

    /** A list whose first row is not there yet is no failure. */
    private static ConditionFactory await() {
        return Browser.await().ignoreException(NoSuchElementException.class);
    }

    private void find(String by, String what) {
        browser.evaluate("(([by, what]) => {"
                + "document.querySelector('[name=by]').value = by;"
                + "document.querySelector('[name=by]').dispatchEvent(new Event('change'));"
                + "document.querySelector('[name=what]').value = what;"
                + "document.querySelector('form.search').requestSubmit();"
                + "})(['" + by + "', '" + what + "'])");
    }
}
