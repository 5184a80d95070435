package io.forelog.loadgen.report;

import io.forelog.loadgen.load.LatencySummary;
import io.forelog.loadgen.load.LoadResult;
import io.forelog.loadgen.load.MemoryWatch;
import io.forelog.loadgen.load.TimeSeries;
import io.forelog.loadgen.replay.ReplayResult;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Pictures of a load: {@code latency.png} by percentile, {@code throughput.png}, {@code hit-ratio.png} if it
 * read, and {@code latency-over-time.png}; of the nodes meanwhile: {@code memory.png}; and of a replay:
 * {@code hit-ratio.png}, {@code throughput.png}.
 */
public final class Plots {

    static final String MEMORY = "memory";

    private static final int WIDTH = 1_000;
    private static final int HEIGHT = 500;
    private static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9, 99.99);

    private Plots() {}

    /**
     * Writes the pictures.
     *
     * @param folder must exist
     * @throws IOException if a file cannot be written
     */
    public static void write(LoadResult result, Path folder) throws IOException {
        save(percentiles(result), folder, "latency");
        if (result.series().size() < 2) {
            return;
        }
        var throughput = chart("Throughput", "seconds", "per second");
        add(
                throughput,
                "records appended",
                result.series(),
                TimeSeries.Point::second,
                TimeSeries.Point::recordsPerSecond);
        add(throughput, "point reads", result.series(), TimeSeries.Point::second, TimeSeries.Point::readsPerSecond);
        save(throughput, folder, "throughput");
        var reading = result.series().stream()
                .filter(point -> point.readsPerSecond() > 0)
                .toList();
        if (!reading.isEmpty()) {
            var hits = chart("Point reads that a cache answered", "seconds", "share of reads");
            hits.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
            add(hits, "caches", reading, TimeSeries.Point::second, TimeSeries.Point::hitRatio);
            save(hits, folder, "hit-ratio");
        }
        var latency = chart("Latency from the intended start", "seconds", "milliseconds");
        latency.getStyler().setYAxisLogarithmic(true);
        // A second in which nothing ended has no latency.
        var answered = result.series().stream().filter(point -> point.p99() > 0).toList();
        if (answered.isEmpty()) {
            return;
        }
        add(latency, "p50", answered, TimeSeries.Point::second, point -> positive(point.p50()));
        add(latency, "p99", answered, TimeSeries.Point::second, point -> positive(point.p99()));
        save(latency, folder, "latency-over-time");
    }

    /**
     * Writes the picture of nodes' memory, if there is anything to see.
     *
     * @param memory of each node, by its name
     * @param folder must exist
     * @throws IOException if the file cannot be written
     */
    public static void write(Map<String, List<MemoryWatch.Point>> memory, Path folder) throws IOException {
        var chart = chart("Memory of the nodes", "seconds", "MiB");
        chart.getStyler().setYAxisMin(0.0);
        memory.forEach((node, points) -> {
            if (points.size() > 1) {
                add(chart, node + ", resident", points, MemoryWatch.Point::second, point -> mib(point.residentBytes()));
                add(chart, node + ", heap in use", points, MemoryWatch.Point::second, point -> mib(point.heapBytes()));
            }
        });
        if (!chart.getSeriesMap().isEmpty()) {
            save(chart, folder, MEMORY);
        }
    }

    private static double mib(long bytes) {
        return bytes / 1024.0 / 1024;
    }

    /**
     * Writes the pictures of a replay that lasted for at least two points of its series.
     *
     * @param folder must exist
     * @throws IOException if a file cannot be written
     */
    public static void write(ReplayResult result, Path folder) throws IOException {
        var points = result.series();
        if (points.size() < 2) {
            return;
        }
        var hits = chart("Local hit ratio, " + result.trace(), "seconds", "share of reads");
        hits.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
        add(hits, "local cache", points, ReplayResult.Point::second, ReplayResult.Point::localHitRatio);
        save(hits, folder, "hit-ratio");
        var reads = chart("Throughput, " + result.trace(), "seconds", "reads per second");
        add(reads, "reads", points, ReplayResult.Point::second, ReplayResult.Point::readsPerSecond);
        save(reads, folder, "throughput");
    }

    /** The usual scale for percentiles: each step to the right leaves a tenth as many operations above. */
    private static XYChart percentiles(LoadResult result) {
        var chart = chart("Latency from the intended start", "percentile", "milliseconds");
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler()
                .setxAxisTickLabelsFormattingFunction(
                        nines -> String.format(Locale.ROOT, "%.5g", 100 - Math.pow(10, 2 - nines)));
        result.kinds()
                .forEach((kind, figures) -> chart.addSeries(
                        kind.toString(),
                        PERCENTILES.stream()
                                .mapToDouble(percentile -> 2 - Math.log10(100 - percentile))
                                .toArray(),
                        millis(figures.latencyMicros())));
        return chart;
    }

    private static double[] millis(LatencySummary latency) {
        return DoubleStream.of(latency.p50(), latency.p90(), latency.p99(), latency.p999(), latency.p9999())
                .map(Plots::positive)
                .toArray();
    }

    /** A logarithmic axis has no zero. */
    private static double positive(double micros) {
        return Math.max(micros, 1) / 1e3;
    }

    private static XYChart chart(String title, String horizontal, String vertical) {
        var chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(horizontal)
                .yAxisTitle(vertical)
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        return chart;
    }

    private static <P> void add(
            XYChart chart, String name, List<P> points, ToDoubleFunction<P> second, ToDoubleFunction<P> figure) {
        var seconds = points.stream().mapToDouble(second).toArray();
        var figures = points.stream().mapToDouble(figure).toArray();
        chart.addSeries(name, seconds, figures).setMarker(SeriesMarkers.NONE);
    }

    private static void save(XYChart chart, Path folder, String name) throws IOException {
        BitmapEncoder.saveBitmap(chart, folder.resolve(name).toString(), BitmapFormat.PNG);
    }
}
