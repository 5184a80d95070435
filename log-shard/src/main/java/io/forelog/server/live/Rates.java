package io.forelog.server.live;

import io.forelog.replication.ShardReplica;
import io.forelog.server.shard.ShardVerticle;
import io.forelog.server.shard.Shards;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads and appends per second of each shard, from counters looked at once a second, smoothed over about ten.
 *
 * <p>{@link #tick} is called by one thread; the rest may be called by any.
 */
public final class Rates {

    /** Weight of the newest second in the moving average. */
    private static final double NEWEST = 0.2;

    /** Per second. */
    public record Rate(double readsPerSecond, double appendsPerSecond, double bytesPerSecond) {

        static final Rate NONE = new Rate(0, 0, 0);

        private Rate toward(double reads, double appends, double bytes) {
            return new Rate(
                    readsPerSecond + NEWEST * (reads - readsPerSecond),
                    appendsPerSecond + NEWEST * (appends - appendsPerSecond),
                    bytesPerSecond + NEWEST * (bytes - bytesPerSecond));
        }
    }

    private record Key(long log, int shard) {}

    private record Seen(long reads, long appends, long bytes, Rate rate) {}

    private final Shards shards;
    private volatile Map<Key, Seen> seen = Map.of();
    private long lastNanos = System.nanoTime();

    public Rates(Shards shards) {
        this.shards = shards;
    }

    /** Looks at the counters. */
    public void tick() {
        long now = System.nanoTime();
        double seconds = Math.max(1e-3, (now - lastNanos) / 1e9);
        lastNanos = now;
        var next = new HashMap<Key, Seen>();
        for (ShardVerticle verticle : shards.all()) {
            ShardReplica replica = verticle.replica();
            var key = new Key(replica.incarnation(), replica.number());
            var before = seen.getOrDefault(key, new Seen(0, 0, 0, Rate.NONE));
            long reads = replica.reads();
            long appends = replica.appendedRecords();
            long bytes = replica.appendedBytes();
            next.put(
                    key,
                    new Seen(
                            reads,
                            appends,
                            bytes,
                            before.rate()
                                    .toward(
                                            (reads - before.reads()) / seconds,
                                            (appends - before.appends()) / seconds,
                                            (bytes - before.bytes()) / seconds)));
        }
        seen = next;
    }

    /** Returns the rates of a shard by its log's incarnation. */
    public Rate of(long log, int shard) {
        var known = seen.get(new Key(log, shard));
        return known == null ? Rate.NONE : known.rate();
    }
}
