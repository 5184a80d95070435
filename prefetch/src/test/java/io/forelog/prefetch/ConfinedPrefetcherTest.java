package io.forelog.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfinedPrefetcherTest {

    private static final long SEED = 44;
    private static final int READS = 20_000;
    private static final int ENTRIES = 40;

    private long now;

    /** The oldest entry leaves for a new one; what is prefetched comes after so many reads. */
    private final class Cache implements PrefetchTarget {

        private record Arrival(long due, long key, Consumer<FetchOutcome> done) {}

        private final int lag;
        private final Map<Long, Boolean> prefetched = new LinkedHashMap<>();
        private final Queue<Arrival> arrivals = new ArrayDeque<>();
        private final List<Long> fetched = new ArrayList<>();
        private LongConsumer unused = key -> {};

        private Cache(int lag) {
            this.lag = lag;
        }

        private ReadOutcome read(long key) {
            while (!arrivals.isEmpty() && arrivals.peek().due() <= now) {
                var arrival = arrivals.remove();
                arrive(arrival.key(), arrival.done());
            }
            var before = prefetched.replace(key, false);
            if (before == null) {
                add(key, false);
                return ReadOutcome.MISS;
            }
            return before ? ReadOutcome.PREFETCHED_HIT : ReadOutcome.HIT;
        }

        private void add(long key, boolean asPrefetched) {
            prefetched.put(key, asPrefetched);
            if (prefetched.size() > ENTRIES) {
                long oldest = prefetched.keySet().iterator().next();
                if (prefetched.remove(oldest)) {
                    unused.accept(oldest);
                }
            }
        }

        private void arrive(long key, Consumer<FetchOutcome> done) {
            boolean there = prefetched.containsKey(key);
            if (!there) {
                add(key, true);
            }
            done.accept(there ? FetchOutcome.PRESENT : FetchOutcome.FETCHED);
        }

        @Override
        public boolean present(long key) {
            return prefetched.containsKey(key);
        }

        @Override
        public boolean expected(long key) {
            return present(key);
        }

        @Override
        public void fetch(long key, Consumer<FetchOutcome> done) {
            fetched.add(key);
            if (lag == 0) {
                arrive(key, done);
            } else {
                arrivals.add(new Arrival(now + lag, key, done));
            }
        }

        @Override
        public long capacityEntries() {
            return ENTRIES;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4})
    void itFetchesTheSameInTheSameOrderAsOneBehindRings(int lag) {
        var rings = new Cache(lag);
        var behindRings =
                new Prefetcher(PrefetchConfig.DEFAULT, rings, () -> now, () -> now, Runnable::run, key -> key & 1);
        rings.unused = behindRings::onUnused;
        var cache = new Cache(lag);
        var confined = new ConfinedPrefetcher(PrefetchConfig.DEFAULT, cache, () -> now, () -> now, key -> key & 1);
        cache.unused = confined::onUnused;
        var random = new Random(SEED);
        long key = 0;

        for (int i = 0; i < READS; i++) {
            now++;
            key = random.nextInt(8) == 0 ? random.nextInt(400) : (key * 7 + 3) % 400;
            behindRings.onRead(i % 3, key, rings.read(key));
            confined.onRead(i % 3, key, cache.read(key));
        }

        assertThat(cache.fetched)
                .as("seed %d", SEED)
                .hasSizeGreaterThan(READS / 20)
                .isEqualTo(rings.fetched);
        assertThat(confined.statistics()).isEqualTo(behindRings.statistics());
        assertThat(confined.statistics().total().counts().wasted()).isPositive();
    }

    @Test
    void aQueueOfEventsGivesThemBackInOrderWhileItGrows() {
        var queue = new EventQueue();
        long next = 0;
        for (long key = 0; key < 1_000; key++) {
            queue.add(key, (int) key % 5);
            if (key % 3 == 0) {
                assertThat(queue.kind()).isEqualTo((int) next % 5);
                assertThat(queue.remove()).isEqualTo(next++);
            }
        }
        while (!queue.isEmpty()) {
            assertThat(queue.remove()).isEqualTo(next++);
        }
        assertThat(next).isEqualTo(1_000);
    }
}
