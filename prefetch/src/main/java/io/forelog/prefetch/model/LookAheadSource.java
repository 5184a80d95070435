package io.forelog.prefetch.model;

/**
 * Walks along the most confident path of the reader's chain, as many steps as a fetch takes in that reader's reads
 * and a few more: what lies nearer would arrive after it was asked for. It needs nothing but the chain, so it is
 * right at once when the latency changes, where {@link DelayedMarkovSource} must learn anew. Silent while a fetch
 * takes less than a reader's pause: the chain's own guesses are then in time.
 */
final class LookAheadSource extends CandidateSource {

    private static final int STEPS_MAX = 24;
    private static final int STEPS_BEYOND = 2;
    private static final int STEP_BUCKETS = 5;
    private static final int PATH_BUCKETS = 6;
    private static final double PROBABILITY_MIN = 0.05;

    private final int firstCell;
    private final MarkovSource chain;
    private final boolean teaches;

    /** @param teaches whether the chain learns here, and not as a source of its own */
    LookAheadSource(MarkovSource chain, boolean teaches, int firstCell) {
        this.firstCell = firstCell;
        this.chain = chain;
        this.teaches = teaches;
    }

    @Override
    public void observe(Read read) {
        if (teaches) {
            chain.observe(read);
        }
    }

    @Override
    public void guess(Read read, Guesses guesses) {
        if (read.late == 0) {
            return;
        }
        int before = read.before1;
        int at = read.id;
        double path = 1;
        int steps = Math.min(STEPS_MAX, read.late + 1 + STEPS_BEYOND);
        for (int step = 1; step <= steps; step++) {
            int next = chain.step(at, before);
            path *= chain.stepProbability();
            if (next == KeyTable.NONE || path < PROBABILITY_MIN) {
                return;
            }
            if (step > read.late) {
                guesses.add(next, firstCell + cell(step, path));
            }
            before = at;
            at = next;
        }
    }

    private static int cell(int step, double path) {
        int stepBucket = Math.min(STEP_BUCKETS - 1, 31 - Integer.numberOfLeadingZeros(step));
        return stepBucket * PATH_BUCKETS + Math.min(PATH_BUCKETS - 1, (int) (path * PATH_BUCKETS));
    }

    @Override
    public int cells() {
        return STEP_BUCKETS * PATH_BUCKETS;
    }

    @Override
    public long bytes() {
        return 0;
    }
}
