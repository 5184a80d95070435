package io.forelog.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forelog.server.config.Config;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages under {@code docs} that are written from the code. A page that differs fails; with
 * {@code -Ddocs.write=true} it is written instead.
 */
class ReferencePagesTest {

    private static final Path DOCS = Path.of(System.getProperty("basedir", "."))
            .toAbsolutePath()
            .getParent()
            .resolve("docs");
    private static final String AGAIN = "mvn -pl log-shard -am test -Dtest=ReferencePagesTest -Ddocs.write=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false";
    private static final String NOTE = "\n\n<!-- Written by `" + AGAIN + "`: change the code, not this page. -->\n\n";

    private static final Pattern SAMPLE = Pattern.compile("([a-z_0-9]+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");
    /** Of the Java machine and the process: Micrometer's names, which its own documentation explains. */
    private static final List<String> NOT_OURS = List.of("jvm_", "process_", "system_");

    @Test
    void everySettingIsInTheConfigurationReference() throws IOException {
        var page = new StringBuilder("# Settings of a node")
                .append(NOTE)
                .append("Settings come from a YAML file (`--config`, nested or with dotted keys), over it the"
                        + " environment, over ")
                .append("that the flags (`--set key=value`). An unknown setting is an error. Sizes are bytes, or have"
                        + " a unit ")
                .append("(`64MiB`); durations are ISO 8601 (`PT0.5S`, `P7D`). `./forelog node --help-settings` shows"
                        + " the same.\n");
        var section = "";
        for (var setting : Config.catalogue()) {
            var own = setting.key().split("\\.")[0];
            if (!own.equals(section)) {
                section = own;
                page.append("\n## ")
                        .append(section)
                        .append("\n\n| setting | default | what it does |\n|---|---|---|\n");
            }
            page.append("| `")
                    .append(setting.key())
                    .append("`<br>`")
                    .append(setting.environmentName())
                    .append("` | ")
                    .append(setting.initial().isEmpty() ? "" : "`" + setting.initial() + "`")
                    .append("<br>")
                    .append(setting.type())
                    .append(" | ")
                    .append(cell(setting.doc()))
                    .append(" |\n");
        }

        hold("configuration.md", page.toString());
    }

    /** Two nodes, so that there are calls between them and replicas that lag. */
    @Test
    void everyMetricIsInTheMetricsReference(@TempDir Path folder) throws IOException {
        try (var one = NodeFixture.start(folder.resolve("1"));
                var two = NodeFixture.start(
                        folder.resolve("2"),
                        "node.name=node-2",
                        "cluster.join=" + URI.create(one.url()).getAuthority())) {
            one.put("/v1/logs/orders", "{\"shards\":4}");
            for (int i = 0; i < 8; i++) {
                two.append("orders", "{\"key\":\"" + i + "\",\"value\":1}");
            }
            for (int shard = 0; shard < 4; shard++) {
                two.get("/v1/logs/orders/shards/" + shard + "/records/0");
                one.get("/v1/logs/orders/shards/" + shard + "/records/0");
            }
            // What groups, shards and peers have is metered from the next look at them on.
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(scrape(one) + scrape(two))
                    .contains(
                            "forelog_group_lag{",
                            "forelog_group_installing{",
                            "forelog_peer_calls_seconds_count{",
                            "forelog_shard_reads_total{",
                            "forelog_prefetch_shard_queue{",
                            "http_server_requests_seconds_count{"));

            hold("metrics.md", metrics(scrape(one) + scrape(two)));
        }
    }

    private static String scrape(NodeFixture node) {
        return NodeFixture.text(node.get("/metrics"));
    }

    private record Metric(String type, String help, TreeSet<String> labels) {}

    private static String metrics(String exposition) {
        var metrics = new TreeMap<String, Metric>();
        exposition
                .lines()
                .filter(line -> line.startsWith("# HELP "))
                .map(line -> line.split(" ", 4))
                .forEach(words ->
                        metrics.put(words[2], new Metric("", words.length > 3 ? words[3] : "", new TreeSet<>())));
        exposition
                .lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", 4))
                .forEach(words -> metrics.computeIfPresent(
                        words[2], (name, metric) -> new Metric(words[3], metric.help(), metric.labels())));
        exposition
                .lines()
                .map(SAMPLE::matcher)
                .filter(found -> found.matches() && found.group(2) != null)
                .forEach(found -> {
                    var metric = metrics.get(found.group(1).replaceFirst("_(count|sum|bucket)$", ""));
                    if (metric != null) {
                        LABEL.matcher(found.group(2))
                                .results()
                                .map(label -> label.group(1))
                                .filter(label -> !label.equals("le"))
                                .forEach(metric.labels()::add);
                    }
                });
        var page = new StringBuilder("# Metrics of a node")
                .append(NOTE)
                .append("`GET /metrics` answers in Prometheus' text format. Totals only rise; times are seconds, sizes"
                        + " bytes. A ")
                .append("summary has `_count` and `_sum`, a histogram also `_bucket`. Beside these there are those of"
                        + " the Java ")
                .append("machine and the process under Micrometer's own names (`jvm_…`, `process_…`, `system_…`). A"
                        + " dashboard for ")
                .append("Grafana and alerts for Prometheus are in `log-shard/src/main/resources/monitoring`.\n\n")
                .append("| metric | type | labels | what it tells |\n|---|---|---|---|\n");
        metrics.forEach((name, metric) -> {
            if (NOT_OURS.stream().noneMatch(name::startsWith)) {
                page.append("| `")
                        .append(name)
                        .append("` | ")
                        .append(metric.type())
                        .append(" | ")
                        .append(metric.labels().stream()
                                .map(label -> "`" + label + "`")
                                .collect(Collectors.joining(", ")))
                        .append(" | ")
                        .append(cell(metric.help()))
                        .append(" |\n");
            }
        });
        return page.toString();
    }

    private static String cell(String text) {
        return text.strip().replace("|", "\\|").replace("<", "&lt;");
    }

    private static void hold(String file, String page) throws IOException {
        var path = DOCS.resolve(file);
        if (Boolean.getBoolean("docs.write")) {
            Files.createDirectories(DOCS);
            Files.writeString(path, page);
        }
        assertThat(path).as("written by: " + AGAIN).exists();
        assertThat(Files.readString(path))
                .as("docs/%s differs from the code; to write it anew: %s", file, AGAIN)
                .isEqualTo(page);
    }
}
