package io.forelog.simulation.cluster;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of one seed.
 *
 * @param acknowledged appends that were acknowledged
 * @param reads of records and of ends of shards
 * @param plans splits, merges, moves and rollbacks that were carried out
 * @param events that the simulation ran
 * @param traceHash the same for every repetition of the run
 * @param violation the promise that was broken, or null
 * @param timeline what happened until then, for a violation; else empty
 */
public record RunResult(
        long seed,
        long acknowledged,
        long reads,
        int plans,
        long events,
        long traceHash,
        @Nullable String violation,
        List<String> timeline) {

    public RunResult {
        timeline = List.copyOf(timeline);
    }
}
