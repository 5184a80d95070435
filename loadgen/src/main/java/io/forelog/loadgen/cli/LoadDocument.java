package io.forelog.loadgen.cli;

import io.forelog.loadgen.load.LoadResult;
import io.forelog.loadgen.load.LoadResult.KindResult;
import io.forelog.loadgen.load.LoadResult.Verification;
import io.forelog.loadgen.load.TimeSeries;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What {@code load --json} writes. Latencies are microseconds from the intended start, sizes bytes. */
record LoadDocument(
        String workload,
        String log,
        String loop,
        double rate,
        int clients,
        double warmupSeconds,
        double durationSeconds,
        int valueBytes,
        int batch,
        int keys,
        String distribution,
        String format,
        long seed,
        Map<String, KindResult> operations,
        long warmupOperations,
        Map<String, Long> answeredBy,
        Map<String, Long> errors,
        long retries,
        long neverStarted,
        long wrongReads,
        long undelivered,
        boolean endedEarly,
        @Nullable Verification verify,
        List<TimeSeries.Point> series) {

    static LoadDocument of(LoadResult result) {
        var settings = result.settings();
        var operations = new TreeMap<String, KindResult>();
        result.kinds().forEach((kind, figures) -> operations.put(kind.toString(), figures));
        return new LoadDocument(
                settings.workload().toString(),
                settings.log(),
                settings.rate() > 0 ? "open" : "closed",
                settings.rate(),
                settings.clients(),
                settings.warmup().toNanos() / 1e9,
                result.measuredSeconds(),
                settings.valueBytes(),
                settings.batch(),
                settings.keys(),
                settings.distribution(),
                settings.format().toString(),
                settings.seed(),
                operations,
                result.warmupOperations(),
                result.answeredBy(),
                result.errors(),
                result.retries(),
                result.neverStarted(),
                result.wrongReads(),
                result.undelivered(),
                result.endedEarly(),
                result.verify(),
                result.series());
    }
}
