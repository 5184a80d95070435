package io.forelog.server.dashboard;

import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.dashboard.Browser.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.server.NodeFixture;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The shard manager's page in a real browser, of a real node: what it shows, and what is done from it by hand. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManagerPageTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private Browser browser;
    private NodeFixture node;

    @BeforeAll
    void start(@TempDir Path data, @TempDir Path profile) throws Exception {
        browser = Browser.start(profile);
        node = NodeFixture.start(data);
        node.put("/v1/logs/orders", "{\"shards\":2}");
        for (int i = 0; i < 20; i++) {
            node.append("orders", "{\"key\":\"key-" + i + "\",\"value\":" + i + "}");
        }
        browser.resize(1440, 900);
    }

    @AfterAll
    void end() throws Exception {
        if (node != null) {
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
    void aPlanIsShownDryBegunFollowedAndRolledBack() {
        browser.open(node.url() + "/dashboard/manager.html");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(count("#lineage .shard-bar")).isEqualTo(2));

        browser.click("#plan-form button[type=submit]");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(browser.text("#dry-run")).contains("split of orders:0"));
        assertThat(json(node.get("/v1/plans")).findValuesAsText("log")).doesNotContain("orders");

        browser.click("#begin");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(browser.text("#plan-table")).contains("orders:0 → 2, 3"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(count("#lineage .shard-bar")).isEqualTo(4));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(browser.text("#plan-table")).contains("4 passed"));
        assertThat(count("#heat-map .heat-cell")).isPositive();
        assertThat(count("#forecast-chart .expected")).isEqualTo(1);

        browser.click("#plan-table td:last-child button");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(browser.text("#plan-table")).contains("ROLLED_BACK"));
    }

    @Test
    void aHotKeyIsShownWithThoseThatAnswerForIt() {
        node.put("/v1/logs/stars", "{\"shards\":1}");
        node.append("stars", "{\"key\":\"sirius\",\"value\":1}");
        for (int i = 0; i < 5; i++) {
            node.get("/v1/logs/stars/keys/sirius");
        }
        browser.open(node.url() + "/dashboard/manager.html");
        await().atMost(SOON).until(() -> count("#log option[value=stars]") == 1);
        browser.focus("#log");
        browser.type("stars");
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(browser.text("#hot-key-table")).contains("sirius").contains("its leader"));

        var plan = json(node.send(
                "POST",
                "/v1/logs/stars/shards/0/pin",
                "{\"key\":\"sirius\"}".getBytes(UTF_8),
                "Content-Type",
                "application/json"));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(browser.text("#hot-key-table"))
                        .contains("(plan " + plan.get("id").asLong() + ")"));
    }

    private int count(String selector) {
        return (int) browser.number("document.querySelectorAll('" + selector + "').length");
    }
}
