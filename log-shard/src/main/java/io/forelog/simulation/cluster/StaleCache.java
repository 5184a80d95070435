package io.forelog.simulation.cluster;

import io.forelog.cache.local.LocalCache;
import io.forelog.cache.local.LocalCacheStatistics;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A cache that answers with another record than the one asked for, where it has that.
 *
 * @param instead whose record is given for an address
 */
record StaleCache(LocalCache<GlobalAddress, LogRecord> cache, UnaryOperator<GlobalAddress> instead)
        implements LocalCache<GlobalAddress, LogRecord> {

    private static final int NOW_AND_THEN = 8;

    /** Returns the address before one, now and then. */
    static GlobalAddress before(GlobalAddress address) {
        return address.offset() % NOW_AND_THEN == 1
                ? new GlobalAddress(address.log(), address.shard(), address.offset() - 1)
                : address;
    }

    /** Returns the same address in the log that had the name before. */
    static GlobalAddress inDeleted(GlobalAddress address) {
        return new GlobalAddress(address.log() - 1, address.shard(), address.offset());
    }

    @Override
    public @Nullable Entry<LogRecord> get(GlobalAddress key) {
        var other = cache.get(instead.apply(key));
        return other == null ? cache.get(key) : other;
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
