package io.forelog.loadgen.report;

import static io.forelog.loadgen.report.Figures.count;
import static io.forelog.loadgen.report.Figures.latency;
import static io.forelog.loadgen.report.Figures.share;

import io.forelog.loadgen.demo.DemoResult;
import io.forelog.loadgen.replay.ReplayResult;
import java.util.Locale;
import java.util.function.Function;

/** The demonstration's table. */
public final class DemoReport {

    private DemoReport() {}

    /** Returns several lines, the last one ended. */
    public static String text(DemoResult result) {
        var on = result.on();
        var table = new TextTable("", "prefetch off", "prefetch on");
        row(table, "local cache", result, replay -> share(replay.localHitRatio()));
        row(table, "  of them prefetched", result, replay -> share(replay.prefetchedHitRatio()));
        row(table, "a fetch under way", result, replay -> share(replay.joinedRatio()));
        row(table, "regional cache", result, replay -> share(replay.regionalHitRatio()));
        row(table, "global cache", result, replay -> share(replay.globalHitRatio()));
        row(table, "the shard", result, replay -> share(replay.shardRatio()));
        row(
                table,
                "latency p50",
                result,
                replay -> latency(replay.latencyMicros().p50()));
        row(
                table,
                "latency p99",
                result,
                replay -> latency(replay.latencyMicros().p99()));
        table.row("coverage", "", share(result.coverage()));
        table.row("waste", "", share(result.waste()));
        return String.format(
                        Locale.ROOT,
                        "%s: %s reads of %s records, each compared with what was appended (%s differ);%n"
                                + "the local cache holds %s of the records; who answered, of all reads:%n%n",
                        on.trace(),
                        count(on.reads()),
                        count(on.distinctKeys()),
                        count(result.off().mismatches() + on.mismatches()),
                        share(result.capacity()))
                + table
                + "\n"
                + "coverage: local misses that prefetching prevented; waste: prefetched and never read, for each"
                + " read\n"
                + (result.isPaceKept()
                        ? ""
                        : "This machine did not keep up with " + count(result.rate())
                                + " reads/s, so latencies include waiting; --rate asks for fewer.\n");
    }

    private static void row(TextTable table, String name, DemoResult result, Function<ReplayResult, String> figure) {
        table.row(name, figure.apply(result.off()), figure.apply(result.on()));
    }
}
