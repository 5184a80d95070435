package io.forelog.prefetch.model;

/**
 * The chain of {@link MarkovSource} with a gap as long as a fetch takes: it learns which keys followed two or three
 * keys not at once but so many of the reader's reads later, and so guesses what can still arrive in time. Where the
 * way there has many branches, the sum over all of them is learnt directly, instead of the one likeliest path.
 *
 * <p>Silent while a fetch takes less than a reader's pause. Contexts of one key are {@link CoAccessSource}'s.
 */
final class DelayedMarkovSource extends CandidateSource {

    /** Keeps delayed contexts apart from those of the chain without delay, in the same table. */
    private static final int SALT = 0x5bd1e995;

    private final SuccessorRows rows;
    private final Contexts contexts;
    private final int firstCell;

    DelayedMarkovSource(SuccessorRows rows, Contexts contexts, int firstCell) {
        this.rows = rows;
        this.contexts = contexts;
        this.firstCell = firstCell;
    }

    @Override
    public void observe(Read read) {
        if (read.late == 0 || read.delayed2 == KeyTable.NONE) {
            return;
        }
        boolean foreseen = rows.topIs(read.delayed1, read.id);
        long context = Contexts.hash(read.delayed1 ^ SALT, read.delayed2);
        foreseen = learn(context, read.id, foreseen);
        if (read.delayed3 != KeyTable.NONE) {
            learn(Contexts.longer(context, read.delayed3), read.id, foreseen);
        }
    }

    private boolean learn(long context, int successor, boolean foreseen) {
        int place = contexts.find(context);
        boolean came = place != ContextTable.NONE && contexts.rows().topIs(place, successor);
        return contexts.learn(place, context, successor, foreseen, came);
    }

    @Override
    public void guess(Read read, Guesses guesses) {
        if (read.late == 0 || read.before1 == KeyTable.NONE) {
            return;
        }
        long context = Contexts.hash(read.id ^ SALT, read.before1);
        contexts.guess(context, firstCell, guesses);
        if (read.before2 != KeyTable.NONE) {
            contexts.guess(Contexts.longer(context, read.before2), firstCell + Confidence.BUCKETS, guesses);
        }
    }

    @Override
    public int cells() {
        return 2 * Confidence.BUCKETS;
    }

    @Override
    public long bytes() {
        return 0;
    }
}
