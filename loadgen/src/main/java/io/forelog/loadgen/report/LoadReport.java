package io.forelog.loadgen.report;

import static io.forelog.loadgen.report.Figures.bytes;
import static io.forelog.loadgen.report.Figures.count;
import static io.forelog.loadgen.report.Figures.latency;
import static io.forelog.loadgen.report.Figures.share;

import io.forelog.loadgen.load.LoadResult;
import io.forelog.loadgen.load.LoadResult.Verification;
import io.forelog.loadgen.load.LoadResults;
import io.forelog.loadgen.load.MemoryTrend;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A load's result as text for people. */
public final class LoadReport {

    private LoadReport() {}

    /** Returns several lines, the last one ended: each load, and how the nodes' memory changed meanwhile. */
    public static String text(LoadResults result) {
        return result.loads().stream().map(LoadReport::text).collect(Collectors.joining("\n")) + memory(result);
    }

    private static String memory(LoadResults result) {
        var lines = new StringBuilder();
        result.memory().forEach((node, points) -> {
            if (points.size() >= MemoryTrend.POINTS_MIN) {
                var trend = MemoryTrend.of(points);
                lines.append(String.format(
                        Locale.ROOT,
                        "memory       %s: resident %s, %s at the end; heap that stays in use %s, %s at the end%n",
                        node,
                        bytes(trend.residentBefore()),
                        bytes(trend.residentAfter()),
                        bytes(trend.heapBefore()),
                        bytes(trend.heapAfter())));
            }
        });
        return lines.toString();
    }

    /**
     * Returns a page with the same, and the plots that {@link Plots} wrote beside it.
     *
     * @param command that did all this
     */
    public static String markdown(LoadResults result, String command) {
        var page = new StringBuilder("# Load\n\n```\n").append(command).append("\n```\n");
        boolean several = result.loads().size() > 1;
        for (var load : result.loads()) {
            var name = load.settings().workload().toString();
            page.append("\n## ").append(name).append("\n\n```text\n").append(text(load)).append("```\n");
            var folder = several ? name + "/" : "";
            pictures(load).forEach((title, file) -> page.append(picture(title, folder + file)));
        }
        var memory = memory(result);
        if (!memory.isEmpty()) {
            page.append("\n## The nodes' memory\n\nThe second quarter of the time beside the last. ")
                    .append("Resident memory has the files in it that are mapped.\n\n```text\n")
                    .append(memory)
                    .append("```\n")
                    .append(picture("Memory", Plots.MEMORY + ".png"));
        }
        return page.toString();
    }

    private static Map<String, String> pictures(LoadResult load) {
        var pictures = new LinkedHashMap<String, String>();
        pictures.put("Latency by percentile", "latency.png");
        if (load.series().size() > 1) {
            pictures.put("Throughput", "throughput.png");
            pictures.put("Latency over time", "latency-over-time.png");
            if (load.series().stream().anyMatch(point -> point.readsPerSecond() > 0)) {
                pictures.put("Hit ratio", "hit-ratio.png");
            }
        }
        return pictures;
    }

    private static String picture(String title, String file) {
        return "\n![" + title + "](" + file + ")\n";
    }

    /** Returns several lines, the last one ended. */
    public static String text(LoadResult result) {
        var text = new StringBuilder(headline(result))
                .append("\n\n")
                .append(table(result))
                .append('\n');
        if (!result.answeredBy().isEmpty()) {
            text.append("answered by  ").append(shares(result.answeredBy())).append('\n');
        }
        text.append("errors       ").append(counts(result.errors())).append('\n');
        text.append("retries      ").append(count(result.retries())).append('\n');
        if (result.neverStarted() > 0) {
            text.append("never started, though due: ")
                    .append(count(result.neverStarted()))
                    .append('\n');
        }
        if (result.endedEarly()) {
            text.append("ended early: no more records fit into the history that --verify needs\n");
        }
        if (result.wrongReads() > 0) {
            text.append("WRONG READS  (other bytes, or an acknowledged record denied): ")
                    .append(count(result.wrongReads()))
                    .append('\n');
        }
        if (result.undelivered() > 0) {
            text.append("UNDELIVERED  to tails: ")
                    .append(count(result.undelivered()))
                    .append(" records\n");
        }
        var verification = result.verify();
        if (verification != null) {
            text.append(verification(verification));
        }
        return text.toString();
    }

    private static String headline(LoadResult result) {
        var settings = result.settings();
        var loop = settings.rate() > 0
                ? String.format(Locale.ROOT, "open loop, %,.0f/s intended", settings.rate())
                : "closed loop, " + settings.clients() + " clients";
        return String.format(
                Locale.ROOT,
                "%s on %s: %s, %d-byte values, batch %d, %s keys %s, measured %.0f s after %.0f s of warm-up",
                settings.workload(),
                settings.log(),
                loop,
                settings.valueBytes(),
                settings.batch(),
                count(settings.keys()),
                settings.distribution(),
                result.measuredSeconds(),
                settings.warmup().toNanos() / 1e9);
    }

    private static TextTable table(LoadResult result) {
        var table = new TextTable("", "per s", "records/s", "MB/s", "p50", "p90", "p99", "p99.9", "p99.99", "max");
        result.kinds().forEach((kind, figures) -> {
            var latency = figures.latencyMicros();
            table.row(
                    kind.toString(),
                    count(figures.perSecond()),
                    count(figures.recordsPerSecond()),
                    String.format(Locale.ROOT, "%.1f", figures.megabytesPerSecond()),
                    latency(latency.p50()),
                    latency(latency.p90()),
                    latency(latency.p99()),
                    latency(latency.p999()),
                    latency(latency.p9999()),
                    latency(latency.max()));
        });
        return table;
    }

    private static String shares(Map<String, Long> counts) {
        double total = counts.values().stream().mapToLong(Long::longValue).sum();
        return counts.entrySet().stream()
                .map(entry -> entry.getKey() + " " + share(entry.getValue() / total))
                .collect(Collectors.joining(", "));
    }

    private static String counts(Map<String, Long> counts) {
        return counts.isEmpty()
                ? "none"
                : counts.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + count(entry.getValue()))
                        .collect(Collectors.joining(", "));
    }

    private static String verification(Verification verification) {
        var verdict = verification.verdict();
        var text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "verified     %s: %,d sent, %,d acknowledged, %,d unknown (%,d of them there)%n",
                verification.isFaultless() ? "OK" : "FAILED",
                verdict.sent(),
                verdict.acknowledged(),
                verdict.unknown(),
                verdict.unknownPresent()));
        text.append(String.format(
                Locale.ROOT,
                "             lost %,d, doubled %,d, reordered %,d, altered %,d, refused yet there %,d, "
                        + "gaps %,d; point reads %,d, of them wrong %,d%n",
                verdict.lost(),
                verdict.doubled(),
                verdict.reordered(),
                verdict.altered(),
                verdict.phantoms(),
                verdict.gaps(),
                verification.pointReads(),
                verification.pointReadFaults()));
        verdict.findings()
                .forEach(finding -> text.append("             ").append(finding).append('\n'));
        return text.toString();
    }
}
