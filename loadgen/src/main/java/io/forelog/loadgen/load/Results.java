package io.forelog.loadgen.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the result out of a finished run's measurements. */
record Results(LoadSettings settings, Measurements measurements, Sampler sampler, LoadLoop loop) {

    LoadResult result(long retries, long undelivered, LoadResult.@Nullable Verification verification) {
        var kinds = new EnumMap<OperationKind, LoadResult.KindResult>(OperationKind.class);
        measurements.kinds().forEach((kind, figures) -> kinds.put(kind, result(figures)));
        var answeredBy = new TreeMap<String, Long>();
        measurements.answers().forEach((tier, count) -> answeredBy.put(tier.toString(), count));
        return new LoadResult(
                settings,
                measurements.window().measuredSeconds(),
                measurements.warmupOperations(),
                kinds,
                answeredBy,
                Map.copyOf(measurements.errors()),
                retries,
                loop.neverStarted(),
                measurements.wrongReads(),
                undelivered,
                sampler.endedEarly(),
                sampler.points(),
                verification);
    }

    private LoadResult.KindResult result(Measurements.Kind figures) {
        double seconds = measurements.window().measuredSeconds();
        return new LoadResult.KindResult(
                figures.completed,
                figures.completed / seconds,
                figures.records / seconds,
                figures.bytes / seconds / 1e6,
                LatencySummary.of(figures.latency));
    }
}
