package io.forelog.prefetch;

/** Who answered a read, as far as it matters to prefetching. */
public enum ReadOutcome {
    /** The cache, with what had been read before. */
    HIT,
    /** The cache, with what had been prefetched: the first hit of that entry. */
    PREFETCHED_HIT,
    /** A fetch that was under way already, waited for. */
    JOINED,
    /** None of these: it had to be fetched. */
    MISS
}
