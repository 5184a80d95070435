package io.forelog.loadgen.load;

import java.util.random.RandomGenerator;

/**
 * Readers that walk: each of a few has read some key and goes on to one of that key's four successors, most often to
 * the same one, as people follow links and programs follow references. Now and then one leaves off and begins anew at a
 * key drawn by Zipf's law. A first-order Markov chain whose successors follow from the key alone, so that it takes no
 * memory and is the same in each run.
 */
final class CorrelatedWalks implements KeyDistribution {

    private static final int WALKERS = 16;
    /** How likely each successor is; what is left begins anew. */
    private static final double[] SUCCESSORS = {0.55, 0.2, 0.12, 0.05};

    private static final double SKEW = 0.9;
    /** That of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014). */
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final int keys;
    private final Zipf starts;
    private final int[] at = new int[WALKERS];
    private int walker;

    CorrelatedWalks(int keys) {
        this.keys = keys;
        this.starts = new Zipf(keys, SKEW);
        for (int i = 0; i < WALKERS; i++) {
            at[i] = successor(i, SUCCESSORS.length);
        }
    }

    @Override
    public int next(RandomGenerator random, double elapsedSeconds) {
        walker = random.nextInt(WALKERS);
        double left = random.nextDouble();
        for (int choice = 0; choice < SUCCESSORS.length; choice++) {
            left -= SUCCESSORS[choice];
            if (left < 0) {
                return at[walker] = successor(at[walker], choice);
            }
        }
        return at[walker] = starts.next(random, elapsedSeconds);
    }

    @Override
    public String reader() {
        return "walker-" + walker;
    }

    private int successor(int key, int choice) {
        long mixed = (key * (SUCCESSORS.length + 1L) + choice + 1) * GOLDEN;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return (int) Long.remainderUnsigned(mixed ^ (mixed >>> 31), keys);
    }
}
