package io.forelog.loadgen.report;

import io.forelog.loadgen.load.LatencySummary;
import io.forelog.loadgen.load.LoadResult;
import io.forelog.loadgen.load.TimeSeries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Pictures of a load: {@code latency.png} by percentile, {@code throughput.png} and {@code latency-over-time.png}. */
public final class Plots {

    private static final int WIDTH = 1_000;
    private static final int HEIGHT = 500;
    private static final List<String> PERCENTILES = List.of("50", "90", "99", "99.9", "99.99", "max");

    private Plots() {}

    /**
     * Writes the pictures.
     *
     * @param folder must exist
     * @throws IOException if a file cannot be written
     */
    public static void write(LoadResult result, Path folder) throws IOException {
        BitmapEncoder.saveBitmap(percentiles(result), folder.resolve("latency").toString(), BitmapFormat.PNG);
        if (result.series().size() < 2) {
            return;
        }
        var throughput = overTime("Throughput", "per second");
        add(throughput, "records appended", result.series(), TimeSeries.Point::recordsPerSecond);
        add(throughput, "point reads", result.series(), TimeSeries.Point::readsPerSecond);
        BitmapEncoder.saveBitmap(throughput, folder.resolve("throughput").toString(), BitmapFormat.PNG);
        var latency = overTime("Latency from the intended start", "milliseconds");
        latency.getStyler().setYAxisLogarithmic(true);
        add(latency, "p50", result.series(), point -> positive(point.p50()));
        add(latency, "p99", result.series(), point -> positive(point.p99()));
        BitmapEncoder.saveBitmap(latency, folder.resolve("latency-over-time").toString(), BitmapFormat.PNG);
    }

    private static CategoryChart percentiles(LoadResult result) {
        var chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Latency from the intended start, " + result.settings().workload())
                .xAxisTitle("percentile")
                .yAxisTitle("milliseconds")
                .build();
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNW);
        result.kinds().forEach((kind, figures) ->
                chart.addSeries(kind.toString(), PERCENTILES, millis(figures.latencyMicros())));
        return chart;
    }

    private static List<Double> millis(LatencySummary latency) {
        return List.of(
                positive(latency.p50()),
                positive(latency.p90()),
                positive(latency.p99()),
                positive(latency.p999()),
                positive(latency.p9999()),
                positive(latency.max()));
    }

    /** A logarithmic axis has no zero. */
    private static double positive(double micros) {
        return Math.max(micros, 1) / 1e3;
    }

    private static XYChart overTime(String title, String unit) {
        var chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle("seconds")
                .yAxisTitle(unit)
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        return chart;
    }

    private static void add(
            XYChart chart, String name, List<TimeSeries.Point> points, ToDoubleFunction<TimeSeries.Point> figure) {
        var seconds = points.stream().mapToDouble(TimeSeries.Point::second).toArray();
        var figures = points.stream().mapToDouble(figure).toArray();
        chart.addSeries(name, seconds, figures).setMarker(SeriesMarkers.NONE);
    }
}
