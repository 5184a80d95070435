package io.forelog.loadgen.report;

import io.forelog.loadgen.load.LoadListener;
import io.forelog.loadgen.load.OperationKind;
import java.io.IOException;
import java.nio.file.Path;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/**
 * Writes each second's latencies, in nanoseconds and tagged with the kind of operation, as a histogram log that
 * HdrHistogram's own tools read. Warm-up is in it too. Confined to the run's context until closed.
 */
public final class HistogramLog implements LoadListener, AutoCloseable {

    private final HistogramLogWriter writer;
    private final long startMillis;

    /** @throws IOException if the file cannot be written */
    public HistogramLog(Path file) throws IOException {
        writer = new HistogramLogWriter(file.toFile());
        startMillis = System.currentTimeMillis();
        writer.outputComment("[latencies in nanoseconds, from the intended start of each operation]");
        writer.outputLogFormatVersion();
        writer.outputStartTime(startMillis);
        writer.setBaseTime(startMillis);
        writer.outputLegend();
    }

    @Override
    public void interval(OperationKind kind, Histogram latencies) {
        if (latencies.getTotalCount() == 0) {
            return;
        }
        var copy = latencies.copy();
        copy.setTag(kind.toString());
        copy.setStartTimeStamp(System.currentTimeMillis() - 1_000);
        copy.setEndTimeStamp(System.currentTimeMillis());
        writer.outputIntervalHistogram(copy);
    }

    @Override
    public void close() {
        writer.close();
    }
}
