package io.forelog.server.live;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys that are read most in each log, by Space-Saving (Metwally, Agrawal and El Abbadi, "Efficient Computation of
 * Frequent and Top-k Elements in Data Streams", ICDT 2005): of {@value #KEYS_MAX} counters each, a new key takes over
 * the lowest one with its count, which is then the most by which it may be too high. Counts are halved every
 * {@value #HALF_LIFE_MILLIS} ms, so that what was hot yesterday does not stay so.
 *
 * <p>Safe for use by any thread.
 */
public final class HotKeys {

    private static final int KEYS_MAX = 512;
    private static final int LOGS_MAX = 1000;
    private static final long HALF_LIFE_MILLIS = 300_000;

    /**
     * A key and how often it was read lately.
     *
     * @param error by how much {@code reads} may be too high
     */
    public record HotKey(byte[] key, int shard, double reads, double error) {}

    private static final class Counter {
        private final byte[] key;
        private final int shard;
        private double reads;
        private final double error;
        private int place;

        private Counter(byte[] key, int shard, double reads) {
            this.key = key;
            this.shard = shard;
            this.reads = reads;
            this.error = reads;
        }
    }

    /**
     * The counters, and a heap of them whose top is the lowest: most reads are of keys that are not among the hottest.
     */
    private static final class Sketch {
        private final Map<ByteBuffer, Counter> counters = new HashMap<>();
        private final Counter[] heap = new Counter[KEYS_MAX];
        private long halvedAt;

        private Sketch(long nowMillis) {
            this.halvedAt = nowMillis;
        }

        private synchronized void count(byte[] key, int shard, long nowMillis) {
            halve(nowMillis);
            var id = ByteBuffer.wrap(key);
            var counter = counters.get(id);
            if (counter == null) {
                counter = counters.size() < KEYS_MAX ? added(key, shard) : inPlaceOfLowest(key, shard);
                counters.put(id, counter);
            }
            counter.reads++;
            sink(counter);
        }

        private Counter added(byte[] key, int shard) {
            var counter = new Counter(key, shard, 0);
            int at = counters.size();
            for (; at > 0; at = (at - 1) / 2) { // Nothing is lower than it.
                put(heap[(at - 1) / 2], at);
            }
            put(counter, 0);
            return counter;
        }

        private Counter inPlaceOfLowest(byte[] key, int shard) {
            var lowest = heap[0];
            counters.remove(ByteBuffer.wrap(lowest.key));
            var counter = new Counter(key, shard, lowest.reads);
            put(counter, 0);
            return counter;
        }

        private void put(Counter counter, int at) {
            heap[at] = counter;
            counter.place = at;
        }

        /** Moves a counter down to below those that are lower. */
        private void sink(Counter counter) {
            int size = counters.size();
            int at = counter.place;
            for (int child = 2 * at + 1; child < size; child = 2 * at + 1) {
                int lower = child + 1 < size && heap[child + 1].reads < heap[child].reads ? child + 1 : child;
                if (heap[lower].reads >= counter.reads) {
                    break;
                }
                put(heap[lower], at);
                at = lower;
            }
            put(counter, at);
        }

        private void halve(long nowMillis) {
            if (nowMillis - halvedAt >= HALF_LIFE_MILLIS) {
                halvedAt = nowMillis;
                counters.values().forEach(counter -> counter.reads /= 2);
                counters.values().removeIf(counter -> counter.reads < 1);
                Arrays.fill(heap, null);
                int at = 0;
                // In ascending order they are a heap.
                for (var counter : counters.values().stream()
                        .sorted(Comparator.comparingDouble(each -> each.reads))
                        .toList()) {
                    put(counter, at++);
                }
            }
        }

        private synchronized List<HotKey> top(int limit) {
            return counters.values().stream()
                    .sorted(Comparator.comparingDouble((Counter counter) -> counter.reads)
                            .reversed())
                    .limit(limit)
                    .map(counter -> new HotKey(counter.key, counter.shard, counter.reads, counter.error))
                    .toList();
        }
    }

    private final Map<Long, Sketch> byLog = new ConcurrentHashMap<>();

    /** Counts a read of a record with a key. */
    public void read(long log, int shard, byte[] key, long nowMillis) {
        var sketch = byLog.get(log);
        if (sketch == null) {
            if (byLog.size() >= LOGS_MAX) {
                return;
            }
            sketch = byLog.computeIfAbsent(log, unseen -> new Sketch(nowMillis));
        }
        sketch.count(key, shard, nowMillis);
    }

    /** Returns the keys of a log that were read most, the hottest first. */
    public List<HotKey> top(long log, int limit) {
        var sketch = byLog.get(log);
        return sketch == null ? List.of() : new ArrayList<>(sketch.top(limit));
    }

    public void forget(long log) {
        byLog.remove(log);
    }
}
