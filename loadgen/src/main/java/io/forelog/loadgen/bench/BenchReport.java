package io.forelog.loadgen.bench;

import static io.forelog.loadgen.report.Figures.count;
import static io.forelog.loadgen.report.Figures.latency;

import io.forelog.loadgen.bench.BenchResult.CaseResult;
import io.forelog.loadgen.bench.BenchResult.Comparison;
import io.forelog.loadgen.report.TextTable;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A comparison in words: a table for a terminal, and a page in Markdown beside whose file the plots lie. */
public final class BenchReport {

    private BenchReport() {}

    /** Returns the ratios as a table and where Forelog loses; the last line ended. */
    public static String text(BenchResult result) {
        var table = new TextTable("Forelog / peer: median (least to most)", "peer", "throughput", "p99", "server CPU");
        for (var comparison : result.comparisons()) {
            table.row(
                    comparison.work().toString(),
                    comparison.peer(),
                    ratio(comparison.throughput()),
                    p99(comparison),
                    ratio(comparison.serverTime()));
        }
        var text = new StringBuilder(table.toString())
                .append(
                        result.machine().isBusy()
                                ? "\nothers used this machine when it began: the figures are worth little\n"
                                : "")
                .append("\nwhere Forelog loses:\n");
        losses(result).forEach(loss -> text.append("  ").append(loss).append('\n'));
        return text.toString();
    }

    /**
     * Returns a whole page.
     *
     * @param command what repeats it
     */
    public static String markdown(BenchResult result, String command) {
        var page = new StringBuilder("# Forelog beside its neighbours\n\n");
        page.append("Measured ")
                .append(result.began().truncatedTo(ChronoUnit.SECONDS))
                .append(" with\n\n```\n")
                .append(command)
                .append("\n```\n\n")
                .append("which also repeats it. Ratios are Forelog's figure divided by the peer's of the same round:"
                        + " the median")
                .append(" of the rounds, and the least and the most of them. Figures of other machines, or of this one"
                        + " while it")
                .append(" does something else, will differ; ratios differ less.\n\n");
        if (result.machine().isBusy()) {
            page.append("**Others used this machine when it began: take this as a trial of how it is measured.**\n\n");
        }
        ratios(page, result);
        page.append("\n## Where Forelog loses\n\n");
        losses(result).forEach(loss -> page.append("* ").append(loss).append('\n'));
        page.append("\n## Figures\n");
        result.cases().forEach(each -> figures(page, each));
        conditions(page, result);
        return page.toString();
    }

    private static void ratios(StringBuilder page, BenchResult result) {
        page.append("## Ratios\n\n");
        row(
                page,
                "work",
                "beside",
                "throughput (more is better)",
                "p99 (less is better)",
                "server CPU for a record (less is better)");
        row(page, "---", "---", "--:", "--:", "--:");
        for (var comparison : result.comparisons()) {
            row(
                    page,
                    comparison.work().toString(),
                    comparison.peer(),
                    ratio(comparison.throughput()),
                    p99(comparison),
                    ratio(comparison.serverTime()));
        }
    }

    private static void figures(StringBuilder page, CaseResult result) {
        var work = result.work();
        page.append("\n### ").append(work).append("\n\n");
        row(page, "", "records/s: median (least to most)", "p50", "p99", "p99.9", "server CPU", "client CPU");
        row(page, "---", "--:", "--:", "--:", "--:", "--:", "--:");
        for (var peer : result.peers()) {
            var throughput = peer.spread(Turn::perSecond);
            row(
                    page,
                    peer.peer(),
                    count(throughput.median()) + " (" + count(throughput.least()) + " to " + count(throughput.most())
                            + ")",
                    micros(work, peer.spread(turn -> turn.latencyMicros().p50())),
                    micros(work, peer.spread(turn -> turn.latencyMicros().p99())),
                    micros(work, peer.spread(turn -> turn.latencyMicros().p999())),
                    latency(peer.spread(Turn::serverMicros).median()),
                    latency(peer.spread(Turn::clientMicros).median()));
        }
        page.append("\n![records a second, by round](")
                .append(BenchPlots.throughputFile(work))
                .append(")\n");
        if (work.operation().hasLatency()) {
            page.append("\n![latency by percentile](")
                    .append(BenchPlots.latencyFile(work))
                    .append(")\n");
        }
    }

    private static void conditions(StringBuilder page, BenchResult result) {
        var machine = result.machine();
        var settings = result.settings();
        var force = machine.forceMicros();
        page.append("\n## What was measured, and where\n\n");
        page.append(String.format(
                Locale.ROOT,
                "* %s, %d processors, %.0f GiB of memory, %s, %s, %s; load average before: %.1f%n",
                machine.processor(),
                machine.processors(),
                machine.memoryGibibytes(),
                machine.system(),
                machine.java(),
                machine.fileSystem(),
                machine.loadAverage()));
        page.append(String.format(
                Locale.ROOT,
                "* writing 4 KiB and forcing them takes %.0f µs here (%.0f to %.0f)%n",
                force.median(),
                force.least(),
                force.most()));
        page.append("* servers, clients and the measuring process share this machine, and with three nodes one disk; ")
                .append("all servers run all the time and one of them works at a time\n");
        page.append(String.format(
                Locale.ROOT,
                "* each case: warm-up, as long for each of them (%.0f s before the first case of an operation, %.0f s"
                        + " before its others), then %d rounds of %.0f s for each in turn; closed loop, a thread for"
                        + " each client; reads are of %s records at random positions, each compared%n",
                settings.warmUp().toMillis() / 1e3,
                settings.warmUp().dividedBy(BenchRun.WARM_SHARE).toMillis() / 1e3,
                settings.rounds(),
                settings.duration().toMillis() / 1e3,
                count(settings.records())));
        page.append("* bulk counts until the last record is acknowledged\n");
        for (var peer : result.peers()) {
            page.append("\n**")
                    .append(peer.name())
                    .append(' ')
                    .append(peer.version())
                    .append("**\n\n");
            peer.settings().forEach(line -> page.append("* ").append(line).append('\n'));
        }
    }

    /** Returns a sentence for each figure that is worse than a peer's in the median. */
    static List<String> losses(BenchResult result) {
        var losses = new ArrayList<String>();
        for (var comparison : result.comparisons()) {
            var where = comparison.work() + ", beside " + comparison.peer() + ": ";
            if (comparison.throughput().median() < 1) {
                losses.add(where + share(1 / comparison.throughput().median()) + " as many records/s there"
                        + doubt(comparison.throughput()));
            }
            if (comparison.work().operation().hasLatency() && comparison.p99().median() > 1) {
                losses.add(where + "p99 is " + share(comparison.p99().median()) + " as long here"
                        + doubt(comparison.p99()));
            }
            if (comparison.serverTime().median() > 1) {
                losses.add(where + "a record takes "
                        + share(comparison.serverTime().median()) + " as much of the servers' processors here"
                        + doubt(comparison.serverTime()));
            }
        }
        return losses.isEmpty() ? List.of("nowhere in what was measured") : losses;
    }

    private static String doubt(Ratio ratio) {
        return ratio.isAgreed() ? "" : " (the rounds disagree)";
    }

    private static String share(double times) {
        return String.format(Locale.ROOT, times < 9.95 ? "%.2f times" : "%.0f times", times);
    }

    private static String p99(Comparison comparison) {
        return comparison.work().operation().hasLatency() ? ratio(comparison.p99()) : "";
    }

    private static String ratio(Ratio ratio) {
        return String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", ratio.median(), ratio.least(), ratio.most());
    }

    private static String micros(BenchCase work, Spread spread) {
        return work.operation().hasLatency() ? latency(spread.median()) : "";
    }

    private static void row(StringBuilder page, String... cells) {
        page.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
