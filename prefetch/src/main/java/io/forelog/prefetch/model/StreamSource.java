package io.forelog.prefetch.model;

/**
 * Runs of neighbouring keys, upwards and downwards, of many readers at once: a small table of the keys read lately
 * tells, for each, how long a run ended there and how fast it went. The longer the run, the further ahead it
 * guesses, so that a fetch is asked for before the run's end is reached (asynchronous trigger: Gill and Bathen,
 * "AMP", FAST 2007); beyond what a fetch takes at the run's own pace, at distances 1, 2, 4, 8 and 16, so that each
 * key of a long run is guessed several times, ever surer.
 */
final class StreamSource extends CandidateSource {

    private static final int SLOTS_MAX = 1 << 12;
    private static final int KEYS_PER_SLOT = 14;
    /** So that it has more than one for {@value #KEYS_PER_SLOT} keys most of the time. */
    private static final int GROWTH = 4;

    private static final int RUN_MAX = 32;
    private static final int DISTANCE_MAX = 16;
    private static final int LATE_MAX = 64;
    private static final int RUN_BUCKETS = 6;
    private static final int DISTANCE_BUCKETS = 6;

    private final KeyTable known;
    private final int firstCell;
    private long[] keys = new long[1 << 7];
    /** Length of the run that ended here: upwards if above 0, downwards if below; 0 where free. */
    private byte[] runs = new byte[keys.length];

    private int[] ticks = new int[keys.length];
    private int up;
    private int down;
    private int upGap;
    private int downGap;

    /** @param known all keys; it remembers at least one in {@value #KEYS_PER_SLOT}, up to {@value #SLOTS_MAX} */
    StreamSource(KeyTable known, int firstCell) {
        this.known = known;
        this.firstCell = firstCell;
    }

    @Override
    public void observe(Read read) {
        if (known.size() > keys.length * KEYS_PER_SLOT && keys.length < SLOTS_MAX) {
            grow();
        }
        int below = slot(read.key - 1);
        up = holds(below, read.key - 1) ? Math.min(RUN_MAX, Math.max(1, runs[below])) : 0;
        upGap = Math.max(1, (int) read.tick - ticks[below]);
        int above = slot(read.key + 1);
        down = holds(above, read.key + 1) ? Math.min(RUN_MAX, Math.max(1, -runs[above])) : 0;
        downGap = Math.max(1, (int) read.tick - ticks[above]);
        int slot = slot(read.key);
        if (!holds(slot, read.key)) {
            keys[slot] = read.key;
            runs[slot] = (byte) (up >= down ? up + 1 : -(down + 1));
        }
        ticks[slot] = (int) read.tick;
    }

    private void grow() {
        long[] oldKeys = keys;
        byte[] oldRuns = runs;
        int[] oldTicks = ticks;
        keys = new long[Math.min(SLOTS_MAX, oldKeys.length * GROWTH)];
        runs = new byte[keys.length];
        ticks = new int[keys.length];
        for (int old = 0; old < oldKeys.length; old++) {
            int slot = slot(oldKeys[old]);
            keys[slot] = oldKeys[old];
            runs[slot] = oldRuns[old];
            ticks[slot] = oldTicks[old];
        }
    }

    private boolean holds(int slot, long key) {
        return keys[slot] == key && runs[slot] != 0;
    }

    @Override
    public void guess(Read read, Guesses guesses) {
        guess(read, 1, up, upGap, firstCell, guesses);
        if (down > 0) {
            guess(read, -1, down, downGap, firstCell + RUN_BUCKETS * DISTANCE_BUCKETS, guesses);
        }
    }

    private static void guess(Read read, int direction, int run, int gap, int firstCell, Guesses guesses) {
        int late = (int) Math.min(LATE_MAX, read.lateTicks / (run == 0 ? 1 : gap) + 0.5);
        int depth = Math.max(1, Math.min(run, DISTANCE_MAX));
        for (int distance = 1; distance <= depth; distance *= 2) {
            int cell = bucket(run, RUN_BUCKETS) * DISTANCE_BUCKETS + bucket(late + distance, DISTANCE_BUCKETS);
            guesses.addKey(read.key + (long) direction * (late + distance), firstCell + cell);
        }
    }

    private static int bucket(int length, int buckets) {
        return Math.min(buckets - 1, 32 - Integer.numberOfLeadingZeros(length));
    }

    private int slot(long key) {
        return Hashing.spread(key) & keys.length - 1;
    }

    @Override
    public int cells() {
        return 2 * RUN_BUCKETS * DISTANCE_BUCKETS;
    }

    @Override
    public long bytes() {
        return 13L * keys.length;
    }
}
