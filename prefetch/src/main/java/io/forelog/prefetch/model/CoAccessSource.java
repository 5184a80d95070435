package io.forelog.prefetch.model;

/**
 * Keys that are read within a window of each other, with others in between: what interleaving hides from a chain
 * (MITHRIL: Yang, Karimi, Sæmundsson, Wildani and Vigfusson, SoCC 2017). While a fetch takes less than a reader's
 * pause, the window is the reader's last two reads, in either order; else it begins where a guess would have been
 * in time, and a sample of its pairs is learnt.
 */
final class CoAccessSource extends CandidateSource {

    private static final int WINDOW = 3;
    static final int SAMPLES = 4;
    private static final int COUNT_MIN = 2;

    private final SuccessorRows rows;
    private final History history;
    private final int firstCell;

    CoAccessSource(SuccessorRows rows, History history, int firstCell) {
        this.rows = rows;
        this.history = history;
        this.firstCell = firstCell;
    }

    @Override
    public void observe(Read read) {
        if (read.late == 0) {
            pair(read.before1, read.id);
            pair(read.id, read.before1);
            pair(read.before2, read.id);
            pair(read.id, read.before2);
            return;
        }
        pair(read.delayed1, read.id);
        int nearest = (int) (read.lateTicks + 0.5) + 1;
        long random = Hashing.mix(read.tick);
        for (int i = 0; i < SAMPLES; i++) {
            int distance = nearest + (int) (random >>> 15 * i & 0x7fff) % WINDOW;
            pair(history.id(read.reader, distance), read.id);
        }
    }

    private void pair(int earlier, int later) {
        if (earlier != KeyTable.NONE && later != KeyTable.NONE && earlier != later) {
            rows.add(earlier, later);
        }
    }

    @Override
    public void guess(Read read, Guesses guesses) {
        rows.guess(read.id, COUNT_MIN, firstCell, guesses);
    }

    @Override
    public int cells() {
        return Confidence.BUCKETS;
    }

    @Override
    public long bytes() {
        return 0;
    }
}
