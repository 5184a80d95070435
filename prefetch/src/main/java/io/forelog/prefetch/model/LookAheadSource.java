package io.forelog.prefetch.model;

/**
 * Walks along the most confident path of the reader's Markov chain, at least as many steps as a fetch takes in that
 * reader's reads: what lies nearer would arrive after it was asked for.
 */
final class LookAheadSource implements CandidateSource {

    private static final int STEPS_MAX = 24;
    private static final int STEPS_BEYOND = 2;
    private static final int STEP_BUCKETS = 5;
    private static final double PROBABILITY_MIN = 0.05;

    private final KeyTable keys;
    private final int firstCell;
    private final MarkovSource chain;
    private final double[] probability = new double[1];

    LookAheadSource(KeyTable keys, int firstCell, MarkovSource chain) {
        this.keys = keys;
        this.firstCell = firstCell;
        this.chain = chain;
    }

    @Override
    public void observe(Read read) {}

    @Override
    public void guess(Read read, Guesses guesses) {
        if (read.stepsLate == 0) {
            return;
        }
        int before = read.before1;
        int before2 = read.before2;
        int at = read.id;
        double path = 1;
        int steps = Math.min(STEPS_MAX, read.stepsLate + 1 + STEPS_BEYOND);
        for (int step = 1; step <= steps; step++) {
            int next = chain.best(at, before, before2, probability);
            path *= probability[0];
            if (next == KeyTable.NONE || path < PROBABILITY_MIN) {
                return;
            }
            if (step > read.stepsLate) {
                int stepBucket = Math.min(STEP_BUCKETS - 1, 31 - Integer.numberOfLeadingZeros(step));
                guesses.add(keys.key(next), next, firstCell + stepBucket * 6 + Confidence.ofProbability(path));
            }
            before2 = before;
            before = at;
            at = next;
        }
    }

    @Override
    public int cells() {
        return STEP_BUCKETS * 6;
    }

    @Override
    public long bytes() {
        return 0;
    }
}
