package io.forelog.loadgen.load;

import io.forelog.loadgen.client.AnsweredBy;
import io.forelog.loadgen.client.ForelogClientException;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run's operations came to. Latency counts for those meant to start within the measured window, throughput
 * for those that end within it; errors count always.
 *
 * <p>Confined to the run's context.
 */
final class Measurements {

    private static final Logger LOG = LoggerFactory.getLogger(Measurements.class);
    private static final long LATENCY_NANOS_MAX = 3_600_000_000_000L;
    private static final int DIGITS = 3;
    /** Distinct kinds of errors; any further kind counts as other. */
    private static final int ERROR_KINDS_MAX = 50;

    private final Window window;
    private final Map<OperationKind, Kind> kinds = new EnumMap<>(OperationKind.class);
    private final Map<AnsweredBy, Long> answers = new EnumMap<>(AnsweredBy.class);
    private final Map<String, Long> errors = new TreeMap<>();
    private long warmupOperations;
    private long wrongReads;
    private long acknowledgedRecords;
    private long cachedReads;

    Measurements(Window window) {
        this.window = window;
    }

    /** The figures of one kind of operation. */
    static final class Kind {
        final Histogram latency = histogram();
        final Histogram sinceSample = histogram();
        long completed;
        long records;
        long bytes;
        long completedSinceSample;
        long recordsSinceSample;

        void resetSample() {
            sinceSample.reset();
            completedSinceSample = 0;
            recordsSinceSample = 0;
        }

        static Histogram histogram() {
            return new Histogram(LATENCY_NANOS_MAX, DIGITS);
        }
    }

    /**
     * Notes an operation that got what it asked for, now.
     *
     * @param bytes of values carried
     */
    void completed(OperationKind kind, long intendedNanos, int records, long bytes) {
        long now = System.nanoTime();
        var figures = kinds.computeIfAbsent(kind, first -> new Kind());
        long latency = Math.clamp(now - intendedNanos, 1, LATENCY_NANOS_MAX);
        figures.completedSinceSample++;
        figures.recordsSinceSample += records;
        figures.sinceSample.recordValue(latency);
        acknowledgedRecords += kind == OperationKind.APPEND ? records : 0;
        if (window.isMeasured(intendedNanos)) {
            figures.latency.recordValue(latency);
        } else {
            warmupOperations++;
        }
        if (window.isMeasured(now)) {
            figures.completed++;
            figures.records += records;
            figures.bytes += bytes;
        }
    }

    void answeredBy(AnsweredBy tier) {
        answers.merge(tier, 1L, Long::sum);
        cachedReads += tier.isCache() ? 1 : 0;
    }

    /** Returns how many point reads a cache answered, in the measured window or not. */
    long cachedReads() {
        return cachedReads;
    }

    /** Notes an operation that failed for good. */
    void failed(Throwable failure) {
        LOG.debug("an operation failed for good", failure);
        var slug = failure instanceof ForelogClientException known
                ? known.slug()
                : failure.getClass().getSimpleName();
        errors.merge(errors.size() < ERROR_KINDS_MAX || errors.containsKey(slug) ? slug : "other", 1L, Long::sum);
    }

    /** Notes a read that gave other bytes than were appended, or denied what was. */
    void wrongRead() {
        wrongReads++;
    }

    Window window() {
        return window;
    }

    Map<OperationKind, Kind> kinds() {
        return kinds;
    }

    Map<AnsweredBy, Long> answers() {
        return answers;
    }

    Map<String, Long> errors() {
        return errors;
    }

    long errorCount() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }

    long warmupOperations() {
        return warmupOperations;
    }

    /** Returns how many records were acknowledged, in the measured window or not. */
    long acknowledgedRecords() {
        return acknowledgedRecords;
    }

    long wrongReads() {
        return wrongReads;
    }
}
