package io.forelog.loadgen.report;

import static io.forelog.loadgen.report.Figures.count;
import static io.forelog.loadgen.report.Figures.latency;
import static io.forelog.loadgen.report.Figures.share;

import io.forelog.loadgen.load.LoadResult;
import io.forelog.loadgen.load.LoadResult.Verification;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A load's result as text for people. */
public final class LoadReport {

    private LoadReport() {}

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
