package io.forelog.loadgen.replay;

import io.forelog.loadgen.client.AnsweredBy;
import io.forelog.loadgen.client.ForelogClientException;
import io.forelog.loadgen.load.LatencySummary;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts a replay's reads. Confined to its context. */
final class ReplayFigures {

    private static final long LATENCY_NANOS_MAX = 3_600_000_000_000L;
    /** When there are as many points, every second one is dropped. */
    private static final int POINTS_MAX = 1_200;

    private final Map<AnsweredBy, Long> answers = new EnumMap<>(AnsweredBy.class);
    private final Map<String, Long> errors = new TreeMap<>();
    private final Histogram latency = new Histogram(LATENCY_NANOS_MAX, 3);
    private final Histogram sinceSample = new Histogram(LATENCY_NANOS_MAX, 3);
    private final List<ReplayResult.Point> points = new ArrayList<>();
    private long reads;
    private long mismatches;
    private long fromNanos;
    private long sampledNanos;
    private long localSinceSample;
    private String words = "";

    void begin(long nanos) {
        fromNanos = nanos;
        sampledNanos = nanos;
    }

    void read(AnsweredBy by, long nanos, boolean right) {
        reads++;
        answers.merge(by, 1L, Long::sum);
        mismatches += right ? 0 : 1;
        localSinceSample += isLocal(by) ? 1 : 0;
        long recorded = Math.clamp(nanos, 1, LATENCY_NANOS_MAX);
        latency.recordValue(recorded);
        sinceSample.recordValue(recorded);
    }

    void failed(Throwable failure) {
        var slug = failure instanceof ForelogClientException known
                ? known.slug()
                : failure.getClass().getSimpleName();
        errors.merge(slug, 1L, Long::sum);
    }

    /** Takes a point of the series. */
    void sample(long nanos) {
        double seconds = (nanos - sampledNanos) / 1e9;
        long count = sinceSample.getTotalCount();
        if (count == 0 || seconds <= 0) {
            return;
        }
        var summary = LatencySummary.of(sinceSample);
        double hitRatio = (double) localSinceSample / count;
        points.add(new ReplayResult.Point((nanos - fromNanos) / 1e9, count / seconds, hitRatio, summary.p99()));
        words = String.format(
                Locale.ROOT,
                "%,.0f read/s, local hits %.1f %%, p50 %.2f ms, p99 %.2f ms%s",
                count / seconds,
                hitRatio * 100,
                summary.p50() / 1e3,
                summary.p99() / 1e3,
                errors.isEmpty() ? "" : ", errors " + errors);
        sampledNanos = nanos;
        localSinceSample = 0;
        sinceSample.reset();
        thinOut();
    }

    /** Returns the last sample in words. */
    String words() {
        return words;
    }

    private void thinOut() {
        if (points.size() < POINTS_MAX) {
            return;
        }
        for (int i = points.size() - 1; i > 0; i -= 2) {
            points.remove(i);
        }
    }

    ReplayResult result(
            String trace, ReplaySettings settings, int keys, double seconds, long retries, long issued, long used) {
        var answeredBy = new TreeMap<String, Long>();
        answers.forEach((by, count) -> answeredBy.put(by.toString(), count));
        return new ReplayResult(
                trace,
                settings.log(),
                settings.prefetch(),
                reads,
                keys,
                settings.clients(),
                seconds,
                reads / seconds,
                answeredBy,
                share(AnsweredBy.LOCAL) + share(AnsweredBy.PREFETCHED),
                share(AnsweredBy.PREFETCHED),
                share(AnsweredBy.JOINED),
                share(AnsweredBy.REGIONAL),
                share(AnsweredBy.GLOBAL),
                share(AnsweredBy.SHARD),
                LatencySummary.of(latency),
                mismatches,
                errors,
                retries,
                issued,
                used,
                reads == 0 ? 0 : (double) (issued - used) / reads,
                List.copyOf(points));
    }

    private double share(AnsweredBy by) {
        return reads == 0 ? 0 : (double) answers.getOrDefault(by, 0L) / reads;
    }

    private static boolean isLocal(AnsweredBy by) {
        return by == AnsweredBy.LOCAL || by == AnsweredBy.PREFETCHED;
    }
}
