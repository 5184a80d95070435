package io.forelog.loadgen.report;

import static io.forelog.loadgen.report.Figures.count;
import static io.forelog.loadgen.report.Figures.latency;
import static io.forelog.loadgen.report.Figures.share;

import io.forelog.loadgen.replay.ReplayResult;
import java.util.Locale;

/** A replay's result as text for people. */
public final class ReplayReport {

    private ReplayReport() {}

    /** Returns several lines, the last one ended. */
    public static String text(ReplayResult result) {
        var table = new TextTable("answered by", "reads");
        table.row("local cache", share(result.localHitRatio()));
        table.row("  of them prefetched", share(result.prefetchedHitRatio()));
        table.row("a fetch under way", share(result.joinedRatio()));
        table.row("regional cache", share(result.regionalHitRatio()));
        table.row("global cache", share(result.globalHitRatio()));
        table.row("the shard", share(result.shardRatio()));
        var latency = result.latencyMicros();
        return String.format(
                        Locale.ROOT,
                        "%s on %s: %s reads of %s keys, %d clients, prefetch %s, %.1f s, %s reads/s%n%n",
                        result.trace(),
                        result.log(),
                        count(result.reads()),
                        count(result.distinctKeys()),
                        result.clients(),
                        result.prefetch() == null ? "as it was" : result.prefetch() ? "on" : "off",
                        result.seconds(),
                        count(result.readsPerSecond()))
                + table
                + String.format(
                        Locale.ROOT,
                        "%nlatency     p50 %s, p90 %s, p99 %s, p99.9 %s, max %s%n",
                        latency(latency.p50()),
                        latency(latency.p90()),
                        latency(latency.p99()),
                        latency(latency.p999()),
                        latency(latency.max()))
                + String.format(
                        Locale.ROOT,
                        "prefetch    %s fetched, %s of them read, waste %s of reads%n",
                        count(result.issued()),
                        count(result.used()),
                        share(result.waste()))
                + String.format(
                        Locale.ROOT,
                        "mismatches  %s   errors %s   retries %s%n",
                        count(result.mismatches()),
                        result.errors().isEmpty() ? "none" : result.errors(),
                        count(result.retries()));
    }
}
