package io.forelog.cache;

/**
 * A shared tier's place in the path.
 *
 * @param by what it is called when it answers
 * @param tier started, stopped and closed by the path
 */
public record SharedTier(AnsweredBy by, CacheTier tier, TierConfig config) {

    public SharedTier {
        if (by != AnsweredBy.REGIONAL && by != AnsweredBy.GLOBAL) {
            throw new IllegalArgumentException("a shared tier is REGIONAL or GLOBAL, not " + by);
        }
    }
}
