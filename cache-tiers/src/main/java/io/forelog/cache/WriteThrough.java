package io.forelog.cache;

import java.util.Map;

/** What each shared tier did with the records of an append. */
public record WriteThrough(Map<AnsweredBy, Result> byTier) {

    public WriteThrough {
        byTier = Map.copyOf(byTier);
    }

    /** Returns whether every tier that is meant to have the records has them. */
    public boolean complete() {
        return byTier.values().stream().allMatch(result -> result == Result.TOOK || result == Result.NOT_ADMITTED);
    }

    /** What one tier did. */
    public enum Result {

        /** Every record is in the tier. */
        TOOK,

        /** The log's policy keeps its records out of this tier. */
        NOT_ADMITTED,

        /** The tier is starting, down or cut off; it was not asked. */
        UNAVAILABLE,

        /** The tier refused, failed or did not answer within its deadline; some of the records may be there. */
        FAILED
    }
}
