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

    private static final int WIDTH = Integer.getInteger("mw",4);
    private static final int FILTER_BITS = 1 << 18;

    private final KeyTable keys;
    private final int firstCell;
    private final boolean global;
    private final boolean delayed;
    private final int orders;
    private final SuccessorTable[] tables;
    private final float[] rates;
    private final long[] filter;
    private int filterLoad;

    MarkovSource(KeyTable keys, int firstCell, boolean global, int orders, int rowsMax, boolean delayed) {
        this.delayed = delayed;
        this.keys = keys;
        this.firstCell = firstCell;
        this.global = global;
        this.orders = orders;
        tables = new SuccessorTable[orders];
        for (int order = 1; order <= orders; order++) {
            tables[order - 1] = new SuccessorTable(order == 1 ? WIDTH : Integer.getInteger("ow",3), rowsMax);
        }
        rates = new float[orders * Confidence.BUCKETS];
        java.util.Arrays.fill(rates, 0.5f);
        filter = new long[orders > 1 ? FILTER_BITS / Long.SIZE : 0];
    }

    @Override
    public void observe(Read read) {
        if (delayed && read.delay == 0) {
            return;
        }
        int first = delayed ? read.delayed1 : global ? read.global1 : read.before1;
        if (first == KeyTable.NONE) {
            return;
        }
        if (!delayed || !D1) {
        int row = tables[0].findOrAdd(context(first));
        trial(tables[0], row, 0, read.id);
        tables[0].count(row, read.id);
        }
        int second = delayed ? read.delayed2 : global ? read.global2 : read.before2;
        int third = delayed ? read.delayed3 : read.before3;
        if (orders > 1 && second != KeyTable.NONE) {
            learn(tables[1], context(first, second), 1, read.id);
            if (orders > 2 && third != KeyTable.NONE) {
                learn(tables[2], context(first, second, third), 2, read.id);
            }
        }
    }

    private void trial(SuccessorTable table, int row, int order, int successor) {
        int best = top(table, row);
        int count = table.countAt(row, best);
        if (count > 0) {
            int bucket = order * Confidence.BUCKETS + Confidence.bucket(count, table.total(row));
            rates[bucket] += ((table.successor(row, best) == successor ? 1 : 0) - rates[bucket]) / 128;
        }
    }

    private static int top(SuccessorTable table, int row) {
        int best = 0;
        for (int i = 1; i < table.width(); i++) {
            if (table.countAt(row, i) > table.countAt(row, best)) {
                best = i;
            }
        }
        return best;
    }

    private void learn(SuccessorTable table, long context, int order, int successor) {
        int row = table.find(context);
        if (row != SuccessorTable.NONE) {
            trial(table, row, order, successor);
        }
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
        if (delayed && read.delay == 0) {
            return;
        }
        int before = global && !delayed ? read.global1 : read.before1;
        if (!delayed || !D1) add(tables[0], context(read.id), 0, guesses);

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
                guesses.add(keys.key(table.successor(row, i)), table.successor(row, i),
                        firstCell + order * Confidence.BUCKETS + Confidence.bucket(count, total));
            }
        }
    }

    /** Returns the most likely key number after the contexts, with its probability in {@code probability[0]}. */
    int best(int id, int before, int before2, double[] probability) {
        int found = KeyTable.NONE;
        probability[0] = 0;
        for (int order = orders - 1; order >= 0; order--) {
            if (order == 2 && before2 == KeyTable.NONE || order == 1 && before == KeyTable.NONE) {
                continue;
            }
            var table = tables[order];
            int row = table.find(order == 2 ? context(id, before, before2) : order == 1 ? context(id, before) : context(id));
            if (row == SuccessorTable.NONE) {
                continue;
            }
            int best = top(table, row);
            int count = table.countAt(row, best);
            if (count > 0) {
                double rate = rates[order * Confidence.BUCKETS + Confidence.bucket(count, table.total(row))];
                if (rate > probability[0]) {
                    probability[0] = rate;
                    found = table.successor(row, best);
                }
            }
        }
        return found;
    }

    static final boolean D1 = Boolean.getBoolean("d1");
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
