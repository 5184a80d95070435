package io.forelog.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What Grafana shows and Prometheus watches, held against the metrics that a node has. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MonitoringTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SELECTOR =
            Pattern.compile("\\b((?:forelog|http|jvm|process|system)_[a-z0-9_]+)(?:\\{((?:\"[^\"]*\"|[^\"}])*)})?");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!=|!~|=)\\s*\"");

    /** A node that is alone has no followers; the name is held by the test of the groups' metrics. */
    private static final Set<String> OF_CLUSTERS = Set.of("forelog_group_lag");

    /** Given by Prometheus itself. */
    private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job", "le");

    private final Set<String> names = new HashSet<>();
    private final Set<String> labels = new HashSet<>();

    @BeforeAll
    void look(@TempDir Path data) throws IOException {
        try (var node = NodeFixture.start(data)) {
            node.put("/v1/logs/orders", "{\"shards\":1}");
            node.append("orders", "{\"value\":1}");
            node.get("/v1/logs/orders/shards/0/records/0");
            // What groups and shards have is metered from the next look at them on.
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> NodeFixture.text(node.get("/metrics")).contains("forelog_group_leading"));
            NodeFixture.text(node.get("/metrics"))
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        var name = line.split("[{ ]", 2)[0];
                        names.add(name);
                        LABEL.matcher(line).results().forEach(label -> labels.add(name + " " + label.group(1)));
                    });
        }
    }

    @Test
    void eachPanelOfTheDashboardShowsMetricsThatExist() throws IOException {
        var dashboard = JSON.readTree(read("grafana-dashboard.json"));
        var expressions = new ArrayList<String>();
        var titles = new ArrayList<String>();
        for (var panel : dashboard.get("panels")) {
            titles.add(panel.get("title").asText());
            panel.path("targets")
                    .forEach(target -> expressions.add(target.get("expr").asText()));
        }
        dashboard
                .get("templating")
                .get("list")
                .forEach(variable -> expressions.add(variable.path("definition").asText()));

        assertThat(titles).doesNotHaveDuplicates();
        assertThat(ids(dashboard)).doesNotHaveDuplicates();
        assertThat(expressions).hasSizeGreaterThan(30);
        assertExist(expressions);
    }

    private static List<Integer> ids(JsonNode dashboard) {
        var ids = new ArrayList<Integer>();
        dashboard.get("panels").forEach(panel -> ids.add(panel.get("id").asInt()));
        return ids;
    }

    @Test
    void eachAlertWatchesMetricsThatExistAndSaysWhatToDo() throws IOException {
        var rules = new YAMLMapper().readTree(read("alerts.yaml"));
        var expressions = new ArrayList<String>();
        for (var rule : rules.at("/groups/0/rules")) {
            expressions.add(rule.get("expr").asText());
            assertThat(rule.get("alert").asText()).startsWith("Forelog");
            assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning");
            assertThat(rule.at("/annotations/summary").asText()).isNotBlank();
            assertThat(rule.at("/annotations/description").asText()).isNotBlank();
        }

        assertThat(expressions).hasSizeGreaterThan(8);
        assertExist(expressions);
    }

    /** Names, and of each the labels that it is chosen by. */
    private void assertExist(List<String> expressions) {
        var missing = new TreeSet<String>();
        for (var expression : expressions) {
            SELECTOR.matcher(expression)
                    .results()
                    .filter(found -> !OF_CLUSTERS.contains(found.group(1)))
                    .forEach(found -> {
                        if (!names.contains(found.group(1))) {
                            missing.add(found.group(1));
                        }
                        LABEL.matcher(String.valueOf(found.group(2)))
                                .results()
                                .map(label -> label.group(1))
                                .forEach(label -> {
                                    if (!OF_PROMETHEUS.contains(label)
                                            && !labels.contains(found.group(1) + " " + label)) {
                                        missing.add(found.group(1) + "{" + label + "}");
                                    }
                                });
                    });
        }
        assertThat(missing).as("in none of %s", new TreeSet<>(names)).isEmpty();
    }

    private static String read(String file) throws IOException {
        try (InputStream in = MonitoringTest.class.getResourceAsStream("/monitoring/" + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
