package io.forelog.simulation.cluster;

import io.forelog.cache.local.LocalCache;
import io.forelog.cache.local.LocalCacheStatistics;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import org.jspecify.annotations.Nullable;

/** A cache that now and then answers with the record before the one asked for. */
record StaleCache(LocalCache<GlobalAddress, LogRecord> cache) implements LocalCache<GlobalAddress, LogRecord> {

    private static final int NOW_AND_THEN = 8;

    @Override
    public @Nullable Entry<LogRecord> get(GlobalAddress key) {
        var before = key.offset() % NOW_AND_THEN == 1
                ? cache.get(new GlobalAddress(key.log(), key.shard(), key.offset() - 1))
                : null;
        return before == null ? cache.get(key) : before;
    }

    @Override
    public boolean contains(GlobalAddress key) {
        return cache.contains(key);
    }

    @Override
    public void put(GlobalAddress key, LogRecord value) {
        cache.put(key, value);
    }

    @Override
    public boolean putPrefetched(GlobalAddress key, LogRecord value) {
        return cache.putPrefetched(key, value);
    }

    @Override
    public boolean touch(GlobalAddress key) {
        return cache.touch(key);
    }

    @Override
    public void remove(GlobalAddress key) {
        cache.remove(key);
    }

    @Override
    public void resize(long bytesMax) {
        cache.resize(bytesMax);
    }

    @Override
    public LocalCacheStatistics statistics() {
        return cache.statistics();
    }
}
