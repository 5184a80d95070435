package io.forelog.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.prefetch.model.Hashing;
import java.util.LinkedHashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShadowCacheTest {

    private static final long SEED = 3;
    private static final int CAPACITY = 100;

    private final Random random = new Random(SEED);

    private static int tag(long key) {
        return (int) (Hashing.mix(key) >>> 32);
    }

    @Test
    void lruHitsWhatALinkedMapInOrderOfAccessHits() {
        var shadow = new ShadowCache(CAPACITY, false);
        var entries = new LinkedHashMap<Integer, Boolean>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(java.util.Map.Entry<Integer, Boolean> eldest) {
                return size() > CAPACITY;
            }
        };

        for (int i = 0; i < 20_000; i++) {
            int tag = tag((long) (random.nextDouble() * random.nextDouble() * 500));
            assertThat(shadow.read(tag)).as("read %s, seed %s", i, SEED).isEqualTo(entries.put(tag, true) != null);
        }
    }

    @Test
    void tinyLfuKeepsWhatIsReadOftenThroughAScanAndLruDoesNot() {
        assertThat(hits(new ShadowCache(CAPACITY, true))).isGreaterThan(0.9);
        assertThat(hits(new ShadowCache(CAPACITY, false))).isLessThan(0.1);
    }

    /** Returns the hit ratio of keys that are read again and again, with two of a scan between any two of them. */
    private static double hits(ShadowCache cache) {
        int hits = 0;
        for (int i = 0; i < 10_000; i++) {
            hits += cache.read(tag(i % 60)) ? 1 : 0;
            cache.read(tag(1_000_000 + 2L * i));
            cache.read(tag(1_000_000 + 2L * i + 1));
        }
        return hits / 10_000.0;
    }

    @Test
    void oneEntryIsEnough() {
        for (boolean tinyLfu : new boolean[] {false, true}) {
            var shadow = new ShadowCache(1, tinyLfu);

            assertThat(shadow.read(7)).isFalse();
            assertThat(shadow.read(7)).isTrue();
            assertThat(shadow.read(8)).isFalse();
        }
    }
}
