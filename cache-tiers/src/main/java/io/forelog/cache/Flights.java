package io.forelog.cache;

import io.forelog.error.NoLeaderException;
import io.forelog.error.OverloadedException;
import io.forelog.record.GlobalAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The fetches under way, at most one for each record and {@code max} in all. Safe for use by any thread. */
final class Flights {

    private static final Duration RETRY_AFTER = Duration.ofMillis(100);

    final LongAdder refused = new LongAdder();
    private final ConcurrentHashMap<GlobalAddress, Flight> underWay = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final int max;
    private final PathTime time;

    Flights(int max, PathTime time) {
        this.max = max;
        this.time = time;
    }

    /**
     * A place in a flight.
     *
     * @param first whether the flight is new, so that whoever boards must carry it out and land it
     */
    record Boarding(Flight flight, boolean first) {}

    /**
     * Joins the fetch of {@code address} that is under way, or begins one.
     *
     * @throws OverloadedException if one would have to begin and too many are under way
     */
    Boarding board(GlobalAddress address, boolean prefetch) {
        var there = underWay.get(address);
        if (there == null) {
            // Prefetches leave half of the room to readers.
            if (count.incrementAndGet() > (prefetch ? max / 2 : max)) {
                count.decrementAndGet();
                refused.increment();
                throw new OverloadedException("more than " + max + " fetches are under way", RETRY_AFTER);
            }
            var mine = new Flight(address, prefetch, time.nanoTime());
            there = underWay.putIfAbsent(address, mine);
            if (there == null) {
                return new Boarding(mine, true);
            }
            count.decrementAndGet();
        }
        if (!prefetch) {
            there.demanded = true;
        }
        return new Boarding(there, false);
    }

    /** Ends a flight: whoever boards from now on begins another. */
    void leave(Flight flight) {
        if (underWay.remove(flight.address, flight)) {
            count.decrementAndGet();
        }
    }

    /** Fails those that began longer ago than {@code nanos}, lest their readers and their room be lost for good. */
    void failOlderThan(long nanos) {
        long now = time.nanoTime();
        for (var flight : underWay.values()) {
            if (now - flight.startedAt > nanos) {
                leave(flight);
                flight.completeExceptionally(new NoLeaderException("no replica of shard " + flight.address.shard()
                        + " answered within " + Duration.ofNanos(nanos)));
            }
        }
    }

    int count() {
        return count.get();
    }
}
