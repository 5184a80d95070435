package io.forelog.prefetch.model;

import java.util.Arrays;

/**
 * Variable-order Markov chain of each reader's reads: the keys that followed the last three, two or one keys.
 * Prediction by partial matching (Cleary and Witten 1984; for the web: Palpanas and Mendelzon 1999): the longest
 * context that was seen before is the surest, shorter ones name what it does not.
 *
 * <p>Longer contexts are learnt only while a fetch takes less than a reader's pause: else the guesses from them come
 * too late, and {@link DelayedMarkovSource} has better use for the room.
 */
final class MarkovSource extends CandidateSource {

    private static final int ORDERS = 3;

    private final SuccessorRows rows;
    private final Contexts contexts;
    private final int firstCell;
    /** How often the likeliest successor, of each order and confidence, was the next read indeed. */
    private final float[] rates = new float[ORDERS * Confidence.BUCKETS];

    private double stepProbability;

    MarkovSource(SuccessorRows rows, Contexts contexts, int firstCell) {
        this.rows = rows;
        this.contexts = contexts;
        this.firstCell = firstCell;
        Arrays.fill(rates, 0.5f);
    }

    @Override
    public void observe(Read read) {
        if (read.before1 == KeyTable.NONE) {
            return;
        }
        int top = rows.likeliest(read.before1);
        boolean foreseen = top >= 0 && rows.successor(read.before1, top) == read.id;
        if (top >= 0) {
            rate(rows.bucket(read.before1, top), foreseen);
        }
        rows.add(read.before1, read.id);
        if (read.late > 0 || read.before2 == KeyTable.NONE) {
            return;
        }
        long context = Contexts.hash(read.before1, read.before2);
        int place = contexts.find(context);
        // Three keys are worth a place only where two are known, and fail.
        boolean known = place != ContextTable.NONE;
        foreseen = observe(place, context, 1, read.id, foreseen) || !known;
        if (read.before3 != KeyTable.NONE) {
            long longer = Contexts.longer(context, read.before3);
            observe(contexts.find(longer), longer, 2, read.id, foreseen);
        }
    }

    private boolean observe(int place, long context, int order, int successor, boolean foreseen) {
        int top = place == ContextTable.NONE ? -1 : contexts.rows().likeliest(place);
        boolean came = top >= 0 && contexts.rows().successor(place, top) == successor;
        if (top >= 0) {
            rate(order * Confidence.BUCKETS + contexts.rows().bucket(place, top), came);
        }
        return contexts.learn(place, context, successor, foreseen, came);
    }

    private void rate(int bucket, boolean came) {
        rates[bucket] += ((came ? 1 : 0) - rates[bucket]) / 128;
    }

    @Override
    public void guess(Read read, Guesses guesses) {
        rows.guess(read.id, 1, firstCell, guesses);
        if (read.before1 == KeyTable.NONE) {
            return;
        }
        long context = Contexts.hash(read.id, read.before1);
        contexts.guess(context, firstCell + Confidence.BUCKETS, guesses);
        if (read.before2 != KeyTable.NONE) {
            contexts.guess(Contexts.longer(context, read.before2), firstCell + 2 * Confidence.BUCKETS, guesses);
        }
    }

    /**
     * Returns the number of the key that most likely follows {@code id} after {@code before}, or {@link
     * KeyTable#NONE}; {@link #stepProbability} then tells how likely.
     */
    int step(int id, int before) {
        int best = KeyTable.NONE;
        stepProbability = 0;
        int top = rows.likeliest(id);
        if (top >= 0) {
            best = rows.successor(id, top);
            stepProbability = rates[rows.bucket(id, top)];
        }
        int place = before == KeyTable.NONE ? ContextTable.NONE : contexts.find(Contexts.hash(id, before));
        int contextTop = place == ContextTable.NONE ? -1 : contexts.rows().likeliest(place);
        if (contextTop >= 0) {
            double probability = rates[Confidence.BUCKETS + contexts.rows().bucket(place, contextTop)];
            if (probability > stepProbability) {
                best = contexts.rows().successor(place, contextTop);
                stepProbability = probability;
            }
        }
        return best;
    }

    double stepProbability() {
        return stepProbability;
    }

    @Override
    public int cells() {
        return ORDERS * Confidence.BUCKETS;
    }

    @Override
    public long bytes() {
        return 4L * rates.length;
    }
}
