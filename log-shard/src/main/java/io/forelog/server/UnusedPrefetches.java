package io.forelog.server;

import io.forelog.cache.local.LocalCacheListener;
import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.Prefetcher;
import io.forelog.record.GlobalAddress;
import org.jspecify.annotations.Nullable;

/**
 * Tells the prefetcher what was fetched for nothing. The cache must be there before the prefetcher that fills it,
 * and tells from its first entry on: hence the prefetcher comes later.
 */
final class UnusedPrefetches implements LocalCacheListener<GlobalAddress> {

    private volatile @Nullable Prefetcher prefetcher;

    void tell(Prefetcher told) {
        prefetcher = told;
    }

    @Override
    public void prefetchedUnused(GlobalAddress address) {
        var told = prefetcher;
        if (told != null) {
            told.onUnused(ModelKey.of(address));
        }
    }
}
