package io.forelog.loadgen.simulate;

/**
 * What a simulation showed; the fields of the command's JSON.
 *
 * @param capacity the cache's entries as a share of the trace's distinct keys
 * @param lag reads between a prefetch's issue and its arrival
 * @param hitRatio hits / requests
 * @param lruHitRatio the same of plain LRU without prefetch, at the same capacity
 * @param coverage (LRU misses - misses) / LRU misses
 * @param accuracy prefetched and used / prefetched
 * @param waste prefetched and never used / requests; one that came too late is wasted too
 * @param late reads of what a prefetch was under way for, / requests
 * @param nsPerRequest processor time of the simulating thread, of cache, model and trace together: wall time where it
 *     has a core to itself; of a warmed JVM if the command warmed it
 * @param modelBytes memory of the model at the end
 */
public record SimulationResult(
        String trace,
        double capacity,
        int lag,
        int requests,
        double hitRatio,
        double lruHitRatio,
        double coverage,
        double accuracy,
        double waste,
        double late,
        double nsPerRequest,
        long modelBytes) {}
