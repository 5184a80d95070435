package io.forelog.prefetch.model;

/**
 * Keys that are read within a window of each other, in either order and with others in between, whoever reads them:
 * what interleaving hides from a Markov chain (MITHRIL: Yang, Karimi, Sæmundsson, Wildani and Vigfusson, SoCC 2017).
 */
final class CoAccessSource implements CandidateSource {

    private static final int WIDTH = Integer.getInteger("cw",4);
    private static final int WINDOW = 8;

    private final KeyTable keys;
    private final int firstCell;
    private final SuccessorTable table;
    private final int[] window = new int[WINDOW];
    private int next;

    CoAccessSource(KeyTable keys, int firstCell, int rowsMax) {
        this.keys = keys;
        this.firstCell = firstCell;
        table = new SuccessorTable(WIDTH, rowsMax);
        java.util.Arrays.fill(window, KeyTable.NONE);
        java.util.Arrays.fill(ringIds, KeyTable.NONE);
    }

    @Override
    public void observe(Read read) {
        // One earlier read of the window in turn, not each: the same pairs are seen, at an eighth of the cost.
        if (MODE == 0) {
        int earlier = window[(int) ((Hashing.mix(read.tick) & 0x7fffffff) % WINDOW)];
        if (earlier != KeyTable.NONE && earlier != read.id) {
            table.count(table.findOrAdd(Hashing.mix(earlier + 1L)), read.id);
        }
        window[next] = read.id;
        next = (next + 1) % WINDOW;
        } else {
            int late = (int) Math.min(64, Math.round(read.latencyTicks));
            if (read.stepsLate == 0 || JUMP == 0) {
                pair(read.before1, read.id, MODE);
                pair(read.before2, read.id, MODE);
                if (GP && read.global1 != read.before1) {
                    pair(read.global1, read.id, 1);
                }
            } else {
                pair(read.delayed1, read.id, 1);
                for (int k = 0; k < JUMP; k++) {
                    int distance = late + 1 + (int) ((Hashing.mix(read.tick * 8 + k) & 0x7fffffff) % JW);
                    int at = next - distance & RING - 1;
                    if (ringReaders[at] == read.reader && ringIds[at] != KeyTable.NONE) {
                        pair(ringIds[at], read.id, 1);
                    }
                }
            }
            ringIds[next & RING - 1] = read.id;
            ringReaders[next & RING - 1] = read.reader;
            next = next + 1 & RING - 1;
        }
    }

    static final boolean GP = Boolean.getBoolean("gp");
    static final int JUMP = Integer.getInteger("jump", 4), JW = Integer.getInteger("jw", 6);
    private static final int RING = 256;
    private final int[] ringIds = new int[RING];
    private final long[] ringReaders = new long[RING];
    static final int MODE = Integer.getInteger("cm", 2);
    private void pair(int a, int b, int mode) {
        if (a != KeyTable.NONE && a != b) {
            table.count(table.findOrAdd(Hashing.mix(a + 1L)), b);
            if ((mode & 1) == 0) table.count(table.findOrAdd(Hashing.mix(b + 1L)), a);
        }
    }

    @Override
    public void guess(Read read, Guesses guesses) {
        int row = table.find(Hashing.mix(read.id + 1L));
        if (row == SuccessorTable.NONE) {
            return;
        }
        for (int i = 0; i < WIDTH; i++) {
            int count = table.countAt(row, i);
            if (count > 1) {
                guesses.add(keys.key(table.successor(row, i)), table.successor(row, i), firstCell + Confidence.bucket(count, table.total(row)));
            }
        }
    }

    @Override
    public int cells() {
        return Confidence.BUCKETS;
    }

    @Override
    public long bytes() {
        return table.bytes() + 4L * WINDOW;
    }
}
