package io.forelog.prefetch.model;

/**
 * Keys that are read within a window of each other, in either order and with others in between, whoever reads them:
 * what interleaving hides from a Markov chain (MITHRIL: Yang, Karimi, Sæmundsson, Wildani and Vigfusson, SoCC 2017).
 */
final class CoAccessSource implements CandidateSource {

    private static final int WIDTH = 4;
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
    }

    @Override
    public void observe(Read read) {
        // One earlier read of the window in turn, not each: the same pairs are seen, at an eighth of the cost.
        int earlier = window[(int) ((Hashing.mix(read.tick) & 0x7fffffff) % WINDOW)];
        if (earlier != KeyTable.NONE && earlier != read.id) {
            table.count(table.findOrAdd(Hashing.mix(earlier + 1L)), read.id);
        }
        window[next] = read.id;
        next = (next + 1) % WINDOW;
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
                guesses.add(keys.key(table.successor(row, i)), firstCell + Confidence.bucket(count, table.total(row)));
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
