package io.forelog.prefetch;

/** How a prefetch ended. */
public enum FetchOutcome {
    /** It is in the cache now, as prefetched. */
    FETCHED,
    /** It was there, or being fetched for a read, before the prefetch arrived. */
    PRESENT,
    /** Nothing is at that key: a guess past the end, or a record that retention deleted. */
    ABSENT,
    /** Whoever should have fetched it did not, for now: no room, no connection, a failure. */
    FAILED
}
