package io.forelog.loadgen.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

/**
 * Where to send the next call: the endpoints in turn, but for those that do not answer or say that they are leaving.
 * These are left alone for a while, unless all are such. Safe for use by several threads.
 */
final class Endpoints {

    /** Above the time that a node gives its callers to leave it. */
    private static final Duration REST = Duration.ofSeconds(3);

    private final List<URI> all;
    private final LongSupplier nanoTime;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLongArray restUntil;

    Endpoints(List<URI> all, LongSupplier nanoTime) {
        this.all = List.copyOf(all);
        this.nanoTime = nanoTime;
        this.restUntil = new AtomicLongArray(all.size());
        long now = nanoTime.getAsLong();
        for (int i = 0; i < all.size(); i++) {
            restUntil.set(i, now);
        }
    }

    URI next() {
        int first = Math.floorMod(turn.getAndIncrement(), all.size());
        long now = nanoTime.getAsLong();
        for (int i = 0; i < all.size(); i++) {
            int at = (first + i) % all.size();
            if (restUntil.get(at) - now <= 0) {
                return all.get(at);
            }
        }
        return all.get(first);
    }

    /** Returns one of the endpoints, or the next where that is left alone. */
    URI nextOr(URI preferred) {
        return restUntil.get(all.indexOf(preferred)) - nanoTime.getAsLong() <= 0 ? preferred : next();
    }

    boolean areSeveral() {
        return all.size() > 1;
    }

    /** Leaves one alone for a while. */
    void rest(URI endpoint) {
        restUntil.set(all.indexOf(endpoint), nanoTime.getAsLong() + REST.toNanos());
    }
}
