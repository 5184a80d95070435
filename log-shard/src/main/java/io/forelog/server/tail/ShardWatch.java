package io.forelog.server.tail;

import io.forelog.server.shard.ShardReader.Bounds;
import io.forelog.server.tail.ShardFeed.Extent;
import io.forelog.server.tail.ShardFeed.Waiting;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** What is known here of one shard, and who waits to know more. Safe for use by any thread. */
final class ShardWatch {

    /** Told apart by being another object: two may wait for the same. */
    private static final class Waiter {
        final long offset;
        final Runnable come;

        Waiter(long offset, Runnable come) {
            this.offset = offset;
            this.come = come;
        }
    }

    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private volatile Extent extent = Extent.UNKNOWN;
    private volatile boolean isKnown;
    private volatile CompletableFuture<Void> change = new CompletableFuture<>();

    Extent extent() {
        return extent;
    }

    boolean isKnown() {
        return isKnown;
    }

    boolean isAwaited() {
        return !waiters.isEmpty();
    }

    /** Takes what a replica or the leader said; it may be older than what is known. */
    void learned(Bounds bounds, boolean isFinal) {
        Extent next;
        boolean ended;
        synchronized (this) {
            var last = extent;
            next = new Extent(
                    Math.max(last.start(), bounds.start()),
                    Math.max(last.highWatermark(), bounds.highWatermark()),
                    last.isFinal() || isFinal);
            ended = next.isFinal() && !last.isFinal();
            extent = next;
            isKnown = true;
        }
        for (var waiter : waiters) {
            if (ended || waiter.offset < next.highWatermark()) {
                waiter.come.run();
            }
        }
    }

    /** Takes the word of a replica on how far it goes. */
    void reached(long highWatermark) {
        if (highWatermark > extent.highWatermark()) {
            learned(new Bounds(0, highWatermark), false);
        }
    }

    /** Takes it that what is below an offset is deleted. */
    void expired(long start) {
        learned(new Bounds(start, 0), false);
    }

    Waiting await(long offset, Runnable come) {
        var waiter = new Waiter(offset, come);
        waiters.add(waiter);
        // It may have been learned between the caller's look and now.
        if (offset < extent.highWatermark()) {
            come.run();
        }
        return () -> waiters.remove(waiter);
    }

    /** Returns what completes when the log's map changes, after which another node may have to be waited with. */
    CompletableFuture<Void> change() {
        var next = new CompletableFuture<Void>();
        change = next;
        return next;
    }

    /** Lets all look again: the log's map has changed. */
    void changed() {
        change.complete(null);
        waiters.forEach(waiter -> waiter.come.run());
    }
}
