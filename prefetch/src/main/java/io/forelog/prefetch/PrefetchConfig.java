package io.forelog.prefetch;

import io.forelog.prefetch.model.Source;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * How a prefetcher learns and how much it may fetch. One set of defaults serves every kind of access.
 *
 * @param sources which sources of guesses are used
 * @param modelBytesMax the hard bound on the model's memory; too low and it forgets patterns before they recur
 * @param queueMax guesses that wait in the queue of one shard; beyond it the least likely one is dropped
 * @param inFlightMax prefetches under way at once; too low and guesses grow stale in the queue, too high and they
 *     stand in the way of reads
 * @param staleAfter how long a guess may wait in its queue before it is dropped, in the clock's time
 * @param eventsMax reads that wait to be learnt from; beyond it they are not learnt from
 */
public record PrefetchConfig(
        Set<Source> sources, long modelBytesMax, int queueMax, int inFlightMax, Duration staleAfter, int eventsMax) {

    public static final PrefetchConfig DEFAULT =
            new PrefetchConfig(EnumSet.allOf(Source.class), 64L << 20, 256, 64, Duration.ofSeconds(1), 1 << 13);

    public PrefetchConfig {
        sources = Set.copyOf(sources);
        atLeast("modelBytesMax", modelBytesMax, 1 << 18);
        atLeast("queueMax", queueMax, 1);
        atLeast("inFlightMax", inFlightMax, 1);
        atLeast("eventsMax", eventsMax, 16);
        if (staleAfter.isNegative() || staleAfter.isZero()) {
            throw new IllegalArgumentException("staleAfter must be above 0, not " + staleAfter);
        }
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", not " + value);
        }
    }

    /** Returns these settings with other sources. */
    public PrefetchConfig withSources(Set<Source> sources) {
        return new PrefetchConfig(sources, modelBytesMax, queueMax, inFlightMax, staleAfter, eventsMax);
    }

    /** Returns these settings with another bound on prefetches under way. */
    public PrefetchConfig withInFlightMax(int inFlightMax) {
        return new PrefetchConfig(sources, modelBytesMax, queueMax, inFlightMax, staleAfter, eventsMax);
    }

    /** Returns these settings with another bound on the model's memory. */
    public PrefetchConfig withModelBytesMax(long modelBytesMax) {
        return new PrefetchConfig(sources, modelBytesMax, queueMax, inFlightMax, staleAfter, eventsMax);
    }
}
