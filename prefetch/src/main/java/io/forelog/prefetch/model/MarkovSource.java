package io.forelog.prefetch.model;

/**
 * Variable-order Markov chain: the keys that followed the last three, two or one keys, of the reader or of all
 * readers mixed. Prediction by partial matching with escape (Cleary and Witten 1984; for the web: Palpanas and
 * Mendelzon 1999): the longest context that was seen before speaks first, shorter ones add what it did not name.
 *
 * <p>A context of two or three keys gets a row only on its second sighting, which a one-bit filter remembers: most
 * long contexts never recur.
 */
final class MarkovSource implements CandidateSource {

    private static final int WIDTH = 4;
    private static final int FILTER_BITS = 1 << 18;

    private final KeyTable keys;
    private final int firstCell;
    private final boolean global;
    private final int orders;
    private final SuccessorTable[] tables;
    private final long[] filter;
    private int filterLoad;

    MarkovSource(KeyTable keys, int firstCell, boolean global, int orders, int rowsMax) {
        this.keys = keys;
        this.firstCell = firstCell;
        this.global = global;
        this.orders = orders;
        tables = new SuccessorTable[orders];
        for (int order = 1; order <= orders; order++) {
            tables[order - 1] = new SuccessorTable(order == 1 ? WIDTH : 3, rowsMax);
        }
        filter = new long[orders > 1 ? FILTER_BITS / Long.SIZE : 0];
    }

    @Override
    public void observe(Read read) {
        int first = global ? read.global1 : read.before1;
        if (first == KeyTable.NONE) {
            return;
        }
        tables[0].count(tables[0].findOrAdd(context(first)), read.id);
        int second = global ? read.global2 : read.before2;
        if (orders > 1 && second != KeyTable.NONE) {
            learn(tables[1], context(first, second), read.id);
            if (orders > 2 && read.before3 != KeyTable.NONE) {
                learn(tables[2], context(first, second, read.before3), read.id);
            }
        }
    }

    private void learn(SuccessorTable table, long context, int successor) {
        int row = table.find(context);
        if (row == SuccessorTable.NONE && !seenBefore(Hashing.mix(context, successor))) {
            return;
        }
        if (row == SuccessorTable.NONE) {
            row = table.findOrAdd(context);
            table.count(row, successor);
        }
        table.count(row, successor);
    }

    private boolean seenBefore(long hash) {
        int bit = (int) hash & FILTER_BITS - 1;
        boolean seen = (filter[bit >>> 6] & 1L << bit) != 0;
        filter[bit >>> 6] |= 1L << bit;
        if (!seen && ++filterLoad > FILTER_BITS / 2) {
            java.util.Arrays.fill(filter, 0);
            filterLoad = 0;
        }
        return seen;
    }

    @Override
    public void guess(Read read, Guesses guesses) {
        int before = global ? read.global1 : read.before1;
        add(tables[0], context(read.id), 0, guesses);
        if (orders > 1 && before != KeyTable.NONE) {
            add(tables[1], context(read.id, before), 1, guesses);
            if (orders > 2 && read.before2 != KeyTable.NONE) {
                add(tables[2], context(read.id, before, read.before2), 2, guesses);
            }
        }
    }

    private void add(SuccessorTable table, long context, int order, Guesses guesses) {
        int row = table.find(context);
        if (row == SuccessorTable.NONE) {
            return;
        }
        int total = table.total(row);
        for (int i = 0; i < table.width(); i++) {
            int count = table.countAt(row, i);
            if (count > 0) {
                guesses.add(keys.key(table.successor(row, i)),
                        firstCell + order * Confidence.BUCKETS + Confidence.bucket(count, total));
            }
        }
    }

    /** Returns the most likely key number after the context, with its probability in {@code probability[0]}. */
    int best(int id, int before, double[] probability) {
        int row = before == KeyTable.NONE || orders < 2 ? SuccessorTable.NONE : tables[1].find(context(id, before));
        var table = tables[1];
        if (row == SuccessorTable.NONE) {
            table = tables[0];
            row = table.find(context(id));
        }
        if (row == SuccessorTable.NONE) {
            return KeyTable.NONE;
        }
        int best = 0;
        for (int i = 1; i < table.width(); i++) {
            if (table.countAt(row, i) > table.countAt(row, best)) {
                best = i;
            }
        }
        int count = table.countAt(row, best);
        probability[0] = (double) count / (table.total(row) + 1);
        return count == 0 ? KeyTable.NONE : table.successor(row, best);
    }

    private static long context(int first) {
        return Hashing.mix(first + 1L);
    }

    private static long context(int first, int second) {
        return Hashing.mix(first + 1L, second);
    }

    private static long context(int first, int second, int third) {
        return Hashing.mix(context(first, second), third);
    }

    @Override
    public int cells() {
        return orders * Confidence.BUCKETS;
    }

    @Override
    public long bytes() {
        long bytes = 8L * filter.length;
        for (var table : tables) {
            bytes += table.bytes();
        }
        return bytes;
    }
}
