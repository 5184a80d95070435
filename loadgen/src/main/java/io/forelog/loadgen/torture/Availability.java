package io.forelog.loadgen.torture;

import io.forelog.loadgen.torture.load.AppendListener;
import io.forelog.record.RecordAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * In which seconds each shard was asked for an append, in which it took one, and for how long it took none that it was
 * asked for. An append asks the shard that takes it in the end, from when it was first sent: a second in which nobody
 * asks says nothing about a shard. Safe for use by any thread.
 */
final class Availability implements AppendListener {

    private static final long SECOND = 1_000_000_000;

    private final LongSupplier nanoTime;
    private final long beganNanos;
    private final Map<Integer, Taken> shards = new TreeMap<>();
    private @Nullable Outage longest;
    private boolean isOver;

    /** A time in which a shard took no append although one was on its way to it, by {@link System#nanoTime}. */
    record Outage(int shard, long fromNanos, long endNanos) {

        Duration length() {
            return Duration.ofNanos(endNanos - fromNanos);
        }
    }

    /** What one shard was asked for, and took: a bit for each second, and each time, in order. */
    private static final class Taken {

        private final BitSet asked = new BitSet();
        private final BitSet taken = new BitSet();
        private long[] nanos = new long[16];
        private int count;

        private void add(long now) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = now;
        }
    }

    Availability(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.beganNanos = nanoTime.getAsLong();
    }

    @Override
    public synchronized void appended(List<RecordAddress> addresses, long sentNanos) {
        if (isOver) {
            return;
        }
        long now = nanoTime.getAsLong();
        addresses.stream().mapToInt(RecordAddress::shard).distinct().forEach(shard -> {
            var taken = shards.computeIfAbsent(shard, unseen -> new Taken());
            taken.asked.set(second(sentNanos), second(now) + 1);
            taken.taken.set(second(now));
            look(shard, taken, sentNanos, now);
            taken.add(now);
        });
    }

    private int second(long nanos) {
        return Math.toIntExact((nanos - beganNanos) / SECOND);
    }

    /** Finds the longest time between two appends that were taken while this one was on its way. */
    private void look(int shard, Taken taken, long sentNanos, long now) {
        long end = now;
        for (int i = taken.count - 1; i >= 0 && taken.nanos[i] > sentNanos; i--) {
            keep(new Outage(shard, taken.nanos[i], end));
            end = taken.nanos[i];
        }
        keep(new Outage(shard, sentNanos, end));
    }

    private void keep(Outage outage) {
        if (longest == null || outage.length().compareTo(longest.length()) > 0) {
            longest = outage;
        }
    }

    /** Counts nothing from here on. */
    synchronized void end() {
        isOver = true;
    }

    /** Returns of each shard, of the seconds in which it was asked, the share in which it took an append; up to 1. */
    synchronized Map<Integer, Double> shares() {
        var shares = new TreeMap<Integer, Double>();
        shards.forEach((shard, taken) ->
                shares.put(shard, (double) taken.taken.cardinality() / taken.asked.cardinality()));
        return shares;
    }

    /** Returns the longest time in which a shard that was asked took nothing. */
    synchronized Optional<Outage> longestOutage() {
        return Optional.ofNullable(longest);
    }
}
