package io.forelog.cache.local;

/**
 * Finds the window that suits the reads, from LRU (a window of everything) to nearly pure frequency: small caches,
 * one for each candidate, see a sample of the keys (Waldspurger, Saemundsson, Ahmad and Park, "Cache Modeling and
 * Optimization using Miniature Simulations", USENIX ATC 2017). Their hits are counted with older ones weighing less.
 */
final class WindowChooser {

    /** What W-TinyLFU is at its most usual, for comparisons. */
    static final double TINYLFU_SHARE = 0.1;

    private static final double[] SHARES = {1, 0.6, 0.3, 0.12, 0.03};
    private static final int SAMPLE_ENTRIES = 512;
    /** Hits of so many times the sample's entries ago weigh a third. */
    private static final int MEMORY = 20;
    /** A change must promise so much more of the hits: moving entries to and fro costs hits too. */
    private static final double MARGIN = 0.002;

    private final double[] hits = new double[SHARES.length];
    private final FrequencySketch sketch = new FrequencySketch();
    private final SampleIndex index = new SampleIndex();
    private final SampleCache[] shadows = shadows(index, sketch);
    private long sampleBound;
    private int sampleEntries;
    private double keep;
    private double reads;
    private int sinceChoice;
    private int chosen = 3;

    private static SampleCache[] shadows(SampleIndex index, FrequencySketch sketch) {
        var shadows = new SampleCache[SHARES.length];
        for (int i = 0; i < SHARES.length; i++) {
            shadows[i] = new SampleCache(index, sketch, SHARES[i]);
        }
        return shadows;
    }

    /** Adapts to a cache that holds so many entries when full. */
    void resize(long entries) {
        sampleEntries = (int) Math.max(1, Math.min(SAMPLE_ENTRIES, entries));
        sampleBound = (long) ((double) sampleEntries / Math.max(1, entries) * (1L << 32));
        for (var shadow : shadows) {
            shadow.entriesMax(sampleEntries);
        }
        sketch.ensureCapacity(sampleEntries);
        keep = 1 - 1.0 / (MEMORY * sampleEntries + 200);
    }

    double share() {
        return SHARES[chosen];
    }

    /**
     * Notes a demand.
     *
     * @param hash of the key
     * @param counts whether it would have been a miss but for the main area: false if a prefetch answered it
     * @return whether the choice changed
     */
    boolean read(int hash, boolean counts) {
        if ((mix(hash) & 0xffffffffL) >= sampleBound) {
            return false;
        }
        int mixed = Node.mix(hash);
        sketch.increment(mixed);
        int place = index.enter(mixed);
        for (int i = 0; i < shadows.length; i++) {
            boolean hit = shadows[i].read(place);
            hits[i] = hits[i] * keep + (hit && counts ? 1 : 0);
        }
        index.leave(place);
        reads = reads * keep + 1;
        return ++sinceChoice > sampleEntries / 4 && choose();
    }

    private boolean choose() {
        sinceChoice = 0;
        int best = chosen;
        for (int i = 0; i < hits.length; i++) {
            if (hits[i] > hits[best]) {
                best = i;
            }
        }
        if (best == chosen || hits[best] - hits[chosen] < MARGIN * reads) {
            return false;
        }
        chosen = best;
        return true;
    }

    private static long mix(int hash) {
        long z = (hash + 0x5bd1e995L) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
