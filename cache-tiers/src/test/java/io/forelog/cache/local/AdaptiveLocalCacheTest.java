package io.forelog.cache.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdaptiveLocalCacheTest {

    private final List<Integer> unused = new ArrayList<>();
    private final AdaptiveLocalCache<Integer, String> cache =
            new AdaptiveLocalCache<>(LocalCacheConfig.ofBytes(100), String::length, unused::add);

    @Test
    void firstHitOfAPrefetchedEntrySaysSoAndLaterOnesDoNot() {
        cache.putPrefetched(1, "a");

        assertThat(cache.get(1)).isEqualTo(new LocalCache.Entry<>("a", true));
        assertThat(cache.get(1)).isEqualTo(new LocalCache.Entry<>("a", false));
        assertThat(cache.statistics().prefetchedUsed()).isEqualTo(1);
    }

    @Test
    void prefetchedEntriesThatLeaveUnreadAreReported() {
        for (int i = 0; i < 1000; i++) {
            cache.putPrefetched(i, "a");
        }

        assertThat(unused).contains(0).doesNotContain(999);
        assertThat(cache.statistics().prefetchedUnused()).isEqualTo(unused.size());
    }

    @Test
    void weightStaysWithinTheBound() {
        for (int i = 0; i < 1000; i++) {
            cache.put(i, "abc");
            cache.putPrefetched(-i, "defg");
        }

        assertThat(cache.statistics().bytes()).isBetween(50L, 100L);
    }

    @Test
    void shrinkingEvictsWhatNoLongerFits() {
        for (int i = 0; i < 100; i++) {
            cache.put(i, "a");
        }

        cache.resize(10);

        assertThat(cache.statistics().bytes()).isLessThanOrEqualTo(10);
    }
}
