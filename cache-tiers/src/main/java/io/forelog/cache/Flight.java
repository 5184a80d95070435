package io.forelog.cache;

import io.forelog.record.GlobalAddress;
import java.util.concurrent.CompletableFuture;

/** A fetch of one record that is under way, and whoever waits for it. */
final class Flight extends CompletableFuture<Answer> {

    final GlobalAddress address;
    final boolean prefetch;
    final long startedAt;

    /** Whether a reader waits. Only ever set, so that a late look at it merely files the record as prefetched. */
    volatile boolean demanded;

    Flight(GlobalAddress address, boolean prefetch, long startedAt) {
        this.address = address;
        this.prefetch = prefetch;
        this.startedAt = startedAt;
        demanded = !prefetch;
    }
}
