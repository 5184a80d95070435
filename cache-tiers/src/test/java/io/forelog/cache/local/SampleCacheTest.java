package io.forelog.cache.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleCacheTest {

    private static final long SEED = 31;
    private static final int ENTRIES = 50;
    private static final int KEYS = 200;
    private static final int READS = 20_000;

    private final Random random = new Random(SEED);
    private final FrequencySketch sketch = new FrequencySketch();
    private final SampleIndex index = new SampleIndex();

    private SampleCache cache(double windowShare, int entries) {
        var cache = new SampleCache(index, sketch, windowShare);
        cache.entriesMax(entries);
        return cache;
    }

    private boolean read(SampleCache cache, int key) {
        int hash = Node.mix(key);
        sketch.increment(hash);
        int place = index.enter(hash);
        boolean hit = cache.read(place);
        index.leave(place);
        return hit;
    }

    /** Small keys more often than large ones. */
    private int key() {
        return Math.min(random.nextInt(KEYS), random.nextInt(KEYS));
    }

    @Test
    void withAWindowOfEverythingItHitsWhereLruDoes() {
        var lru = new LinkedHashMap<Integer, Boolean>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
                return size() > ENTRIES;
            }
        };
        var cache = cache(1, ENTRIES);

        for (int i = 0; i < READS; i++) {
            int key = key();
            boolean expected = lru.get(key) != null;
            lru.put(key, true);
            assertThat(read(cache, key)).as("read %d, seed %d", i, SEED).isEqualTo(expected);
        }
    }

    /** The very lists of the cache itself, of entries instead of hashes. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 0.6, 0.3, 0.12, 0.03})
    void itHitsWhereTheCacheItselfWould(double windowShare) {
        var cache = cache(windowShare, ENTRIES);
        var segments = new Segments<Integer, String>(ENTRIES, sketch);
        segments.windowShare(windowShare);

        for (int i = 0; i < READS; i++) {
            int key = key();
            boolean hit = read(cache, key);
            var node = segments.find(key);
            assertThat(hit).as("read %d, seed %d", i, SEED).isEqualTo(node != null);
            if (node != null) {
                segments.use(node);
            } else {
                segments.add(new Node<>(key, "", 1), false);
                while (segments.weight() > ENTRIES) {
                    segments.remove(segments.victim());
                }
            }
        }
    }

    @Test
    void cachesOfOneIndexHitWhereEachWouldAlone() {
        var together = new SampleCache[] {cache(1, ENTRIES), cache(0.3, ENTRIES / 2), cache(0.03, ENTRIES)};
        var shares = new double[] {1, 0.3, 0.03};
        var alone = new SampleCache[shares.length];
        var indexes = new SampleIndex[shares.length];
        for (int c = 0; c < alone.length; c++) {
            indexes[c] = new SampleIndex();
            alone[c] = new SampleCache(indexes[c], sketch, shares[c]);
            alone[c].entriesMax(c == 1 ? ENTRIES / 2 : ENTRIES);
        }

        for (int i = 0; i < READS; i++) {
            int hash = Node.mix(key());
            sketch.increment(hash);
            int place = index.enter(hash);
            for (int c = 0; c < alone.length; c++) {
                int own = indexes[c].enter(hash);
                assertThat(together[c].read(place))
                        .as("read %d, cache %d, seed %d", i, c, SEED)
                        .isEqualTo(alone[c].read(own));
                indexes[c].leave(own);
            }
            index.leave(place);
        }
        assertThat(index.places()).isLessThan(SampleIndex.FIRST + 5 * ENTRIES / 2 + 2);
    }

    @Test
    void aScanDoesNotPushOutWhatIsReadOftenWhereTheWindowIsSmall() {
        var cache = cache(0.12, ENTRIES);
        sketch.ensureCapacity(ENTRIES);
        for (int i = 0; i < 10 * ENTRIES / 2; i++) {
            read(cache, i % (ENTRIES / 2));
        }

        for (int i = 0; i < 4 * ENTRIES; i++) {
            read(cache, 1_000 + i);
        }

        int hits = 0;
        for (int key = 0; key < ENTRIES / 2; key++) {
            hits += read(cache, key) ? 1 : 0;
        }
        assertThat(hits).isGreaterThan(ENTRIES / 4);
    }

    @Test
    void whatItHoldsStaysWhenItGrowsAndLeavesOnlyAsRoomIsNeededWhenItShrinks() {
        var cache = cache(1, 10);
        for (int key = 0; key < 10; key++) {
            read(cache, key);
        }

        cache.entriesMax(100);
        assertThat(read(cache, 0)).isTrue();

        cache.entriesMax(5);
        assertThat(read(cache, 50)).isFalse();
        assertThat(read(cache, 0)).isTrue();
        assertThat(read(cache, 1)).isFalse();
    }
}
