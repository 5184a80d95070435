package io.forelog.loadgen.bench;

import io.forelog.loadgen.bench.BenchResult.CaseResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Pictures of a comparison: for each case every turn's throughput, and latency by percentile. */
public final class BenchPlots {

    private static final int WIDTH = 900;
    private static final int HEIGHT = 420;
    private static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9);

    private BenchPlots() {}

    static String throughputFile(BenchCase work) {
        return work.slug() + "-throughput.png";
    }

    static String latencyFile(BenchCase work) {
        return work.slug() + "-latency.png";
    }

    /**
     * Writes the pictures that {@link BenchReport#markdown} shows.
     *
     * @param folder must exist
     * @throws IOException if a file cannot be written
     */
    public static void write(BenchResult result, Path folder) throws IOException {
        for (var each : result.cases()) {
            save(throughput(each), folder.resolve(throughputFile(each.work())));
            if (each.work().operation().hasLatency()) {
                save(latency(each), folder.resolve(latencyFile(each.work())));
            }
        }
    }

    private static Chart<?, ?> throughput(CaseResult result) {
        var chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(result.work().toString())
                .xAxisTitle("round")
                .yAxisTitle("records a second")
                .build();
        chart.getStyler().setYAxisMin(0.0).setYAxisDecimalPattern("#,##0").setLegendPosition(LegendPosition.OutsideS);
        for (var peer : result.peers()) {
            var rounds = IntStream.rangeClosed(1, peer.turns().size()).boxed().toList();
            chart.addSeries(
                    peer.peer(),
                    rounds,
                    peer.turns().stream().map(Turn::perSecond).toList());
        }
        return chart;
    }

    /** The usual scale for percentiles: each step to the right leaves a tenth as many operations above. */
    private static Chart<?, ?> latency(CaseResult result) {
        var chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(result.work() + ": median of the rounds")
                .xAxisTitle("percentile")
                .yAxisTitle("milliseconds")
                .build();
        chart.getStyler().setYAxisLogarithmic(true).setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler()
                .setxAxisTickLabelsFormattingFunction(
                        nines -> String.format(Locale.ROOT, "%.5g", 100 - Math.pow(10, 2 - nines)));
        var nines = PERCENTILES.stream()
                .mapToDouble(percentile -> 2 - Math.log10(100 - percentile))
                .toArray();
        for (var peer : result.peers()) {
            var millis = new double[] {
                millis(peer.spread(turn -> turn.latencyMicros().p50())),
                        millis(peer.spread(turn -> turn.latencyMicros().p90())),
                millis(peer.spread(turn -> turn.latencyMicros().p99())),
                        millis(peer.spread(turn -> turn.latencyMicros().p999()))
            };
            chart.addSeries(peer.peer(), nines, millis);
        }
        return chart;
    }

    /** A logarithmic axis has no zero. */
    private static double millis(Spread micros) {
        return Math.max(1, micros.median()) / 1e3;
    }

    private static void save(Chart<?, ?> chart, Path file) throws IOException {
        var name = file.toString();
        BitmapEncoder.saveBitmap(chart, name.substring(0, name.length() - ".png".length()), BitmapFormat.PNG);
    }
}
