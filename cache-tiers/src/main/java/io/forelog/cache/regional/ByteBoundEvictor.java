package io.forelog.cache.regional;

import com.hazelcast.internal.eviction.impl.comparator.LRUEvictionPolicyComparator;
import com.hazelcast.internal.serialization.Data;
import com.hazelcast.internal.util.RuntimeMemoryInfoAccessor;
import com.hazelcast.map.impl.MapServiceContext;
import com.hazelcast.map.impl.eviction.EvictionChecker;
import com.hazelcast.map.impl.eviction.EvictorImpl;
import com.hazelcast.map.impl.recordstore.RecordStore;

/**
 * Evicts until the map is within its bound again. Hazelcast's own evictor puts out a fixed number of entries for each
 * that comes in, which does not bound bytes: when values of 50 KB followed values of 100 bytes it let a map of 16 MiB
 * grow to 80, at 16 entries each time, and would have filled the heap with more of them.
 *
 * <p>Uses inner classes of Hazelcast 5.7; a test notices should they change their ways.
 */
final class ByteBoundEvictor extends EvictorImpl {

    /** Of one put; the bound is reached by the next ones then. Keeps a partition's thread from being held for long. */
    private static final int EVICTIONS_MAX = 2_000;

    ByteBoundEvictor(MapServiceContext maps) {
        super(
                LRUEvictionPolicyComparator.INSTANCE,
                new EvictionChecker(new RuntimeMemoryInfoAccessor(), maps),
                1,
                maps.getNodeEngine().getPartitionService());
    }

    @Override
    @SuppressWarnings("rawtypes") // as it is declared
    public void evict(RecordStore partition, Data excludedKey) {
        for (int i = 0; i < EVICTIONS_MAX; i++) {
            int before = partition.size();
            super.evict(partition, excludedKey);
            if (partition.size() == before || !checkEvictable(partition)) {
                return;
            }
        }
    }
}
