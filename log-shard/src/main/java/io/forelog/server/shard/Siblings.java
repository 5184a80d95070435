package io.forelog.server.shard;

/**
 * Decides whether a batch waits for callers that are about to come back. Callers that append one record after another
 * return soon after they are answered; a batch that leaves a moment later, with all of them, costs the disks and the
 * network what one with half of them does. PostgreSQL waits so for its {@code commit_siblings}; here whoever was
 * answered last is expected, for no longer than a commit takes, and only while they do come.
 *
 * <p>Not thread-safe.
 */
final class Siblings {

    /** The longest wait, however long commits take. */
    static final long WAIT_NANOS_MAX = 5_000_000;

    /** Batches that leave at once after several have waited in vain, at most. */
    private static final int REST_MAX = 256;

    /** One commit counts for this part of the mean. */
    private static final int WEIGHT = 8;

    private long commitNanos;
    private int expected;
    private long untilNanos;
    private int rest;
    private int restNext = 1;

    /**
     * A batch with {@code answered} callers was committed within {@code tookNanos}, while {@code waiting} others wait.
     */
    void committed(int answered, int waiting, long tookNanos, long nowNanos) {
        commitNanos += (tookNanos - commitNanos) / WEIGHT;
        if (rest > 0) {
            rest--;
            expected = 0;
            return;
        }
        expected = answered + waiting;
        untilNanos = nowNanos + Math.min(WAIT_NANOS_MAX, commitNanos);
    }

    /**
     * Returns for how long the batch still waits, with {@code waiting} callers in it; 0 if it leaves now.
     *
     * @param nowNanos of the clock of {@link #committed}
     */
    long waitNanos(int waiting, long nowNanos) {
        if (waiting >= expected) {
            if (expected > 1) {
                restNext = 1;
            }
            expected = 0;
            return 0;
        }
        long left = untilNanos - nowNanos;
        if (left > 0) {
            return left;
        }
        // They went away, or take their time: the next batches leave at once.
        rest = restNext;
        restNext = Math.min(REST_MAX, 2 * restNext);
        expected = 0;
        return 0;
    }
}
