package io.forelog.prefetch.model;

/**
 * Runs of neighbouring keys, upwards and downwards, of many readers at once: a small table of the keys read lately
 * tells, for each, how long a run ended there. The longer the run, the further ahead it guesses, so that a fetch is
 * asked for before the run's end is reached (asynchronous trigger: Gill and Bathen, AMP, FAST 2007).
 */
final class StreamSource implements CandidateSource {

    private static final int SLOTS = 1 << 12;
    private static final int RUN_MAX = 32;
    private static final int RUN_BUCKETS = 6;
    private static final int DISTANCE_BUCKETS = 6;

    private final int firstCell;
    private final long[] keys = new long[SLOTS];
    private final byte[] runs = new byte[SLOTS];
    private final int[] ticks = new int[SLOTS];
    private int upGap;
    private int downGap;
    private int gap;
    private int up;
    private int down;

    StreamSource(int firstCell) {
        this.firstCell = firstCell;
    }

    @Override
    public void observe(Read read) {
        up = run(read.key - 1, true, read.tick);
        upGap = gap;
        down = run(read.key + 1, false, read.tick);
        downGap = gap;
        int slot = slot(read.key);
        ticks[slot] = (int) read.tick;
        if (keys[slot] != read.key || runs[slot] == 0) {
            keys[slot] = read.key;
            runs[slot] = (byte) (up >= down ? up + 1 : -(down + 1));
        }
    }

    private int run(long neighbour, boolean upwards, long tick) {
        gap = 1;
        int slot = slot(neighbour);
        if (keys[slot] != neighbour || runs[slot] == 0) {
            return 0;
        }
        gap = Math.max(1, (int) tick - ticks[slot]);
        int length = upwards ? Math.max(1, runs[slot]) : Math.max(1, -runs[slot]);
        return Math.min(RUN_MAX, length);
    }

    @Override
    public void guess(Read read, Guesses guesses) {
        guess(read, 1, up, late(read, upGap), 0, guesses);
        if (down > 0) {
            guess(read, -1, down, late(read, downGap), RUN_BUCKETS * DISTANCE_BUCKETS, guesses);
        }
    }

    private static int late(Read read, int gap) {
        return (int) Math.min(64, Math.round(read.latencyTicks / gap));
    }

    private void guess(Read read, int step, int run, int late, int offset, Guesses guesses) {
        int depth = late + Math.max(1, Math.min(run, 16));
        for (int distance = 1 + late; distance <= depth; distance++) {
            int cell = bucket(run) * DISTANCE_BUCKETS + Math.min(bucket(distance), DISTANCE_BUCKETS - 1);
            guesses.add(read.key + (long) step * distance, KeyTable.NONE, firstCell + offset + cell);
        }
    }

    private static int bucket(int length) {
        return length == 0 ? 0 : Math.min(RUN_BUCKETS - 1, 32 - Integer.numberOfLeadingZeros(length));
    }

    private static int slot(long key) {
        return (int) Hashing.mix(key) & SLOTS - 1;
    }

    @Override
    public int cells() {
        return 2 * RUN_BUCKETS * DISTANCE_BUCKETS;
    }

    @Override
    public long bytes() {
        return 13L * SLOTS;
    }
}
