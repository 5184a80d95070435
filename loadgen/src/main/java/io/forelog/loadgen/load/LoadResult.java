package io.forelog.loadgen.load;

import io.forelog.loadgen.verify.Verdict;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a load came to.
 *
 * @param settings what was asked
 * @param measuredSeconds length of the measured window
 * @param warmupOperations operations outside it that succeeded
 * @param kinds figures by kind of operation
 * @param answeredBy point reads by who answered them
 * @param errors operations that failed for good, by kind of failure
 * @param retries requests sent again
 * @param neverStarted operations of an open loop that were due and could not be started in time
 * @param wrongReads point reads that gave other bytes than were appended, or denied a record that was acknowledged
 * @param undelivered acknowledged records that no tail reader got within the grace period
 * @param endedEarly whether the run stopped because the history of records was full, or on demand
 * @param series figures over time
 * @param verify what reading everything back came to; null if that was not asked for
 */
public record LoadResult(
        LoadSettings settings,
        double measuredSeconds,
        long warmupOperations,
        Map<OperationKind, KindResult> kinds,
        Map<String, Long> answeredBy,
        Map<String, Long> errors,
        long retries,
        long neverStarted,
        long wrongReads,
        long undelivered,
        boolean endedEarly,
        List<TimeSeries.Point> series,
        @Nullable Verification verify) {

    /** The figures of one kind of operation; throughput over the measured window. */
    public record KindResult(
            long completed,
            double perSecond,
            double recordsPerSecond,
            double megabytesPerSecond,
            LatencySummary latencyMicros) {}

    /** A verdict, and point reads of a sample. */
    public record Verification(Verdict verdict, int pointReads, int pointReadFaults) {

        public boolean isFaultless() {
            return verdict.isFaultless() && pointReadFaults == 0;
        }
    }

    /** Returns whether something was measured, all that was read was right, and all that was verified was there. */
    public boolean isSuccess() {
        boolean measured =
                kinds.values().stream().anyMatch(kind -> kind.latencyMicros().count() > 0);
        return measured && wrongReads == 0 && undelivered == 0 && (verify == null || verify.isFaultless());
    }
}
