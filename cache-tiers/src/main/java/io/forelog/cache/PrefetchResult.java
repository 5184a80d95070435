package io.forelog.cache;

/** What became of a prefetch that did not fail. */
public enum PrefetchResult {

    /** The record was fetched and is in the local cache. */
    FETCHED,

    /** The record was in the local cache already. */
    PRESENT,

    /** A fetch of the record was under way already; the result came before that fetch ended. */
    UNDER_WAY
}
