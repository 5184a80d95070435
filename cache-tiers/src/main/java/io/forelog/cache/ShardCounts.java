package io.forelog.cache;

import io.forelog.record.GlobalAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Who answered the reads of each shard. Bounded: shards beyond the first {@value #SHARDS_MAX} are counted together,
 * as shard −1 of log −1.
 */
final class ShardCounts {

    static final int SHARDS_MAX = 8_192;
    private static final AnsweredBy[] TIERS = AnsweredBy.values();
    private static final Shard OTHERS = new Shard(-1, -1);

    private final ConcurrentHashMap<Shard, LongAdder[]> byShard = new ConcurrentHashMap<>();

    private record Shard(long log, int number) {}

    void answered(GlobalAddress address, AnsweredBy by) {
        var shard = new Shard(address.log(), address.shard());
        var counters = byShard.get(shard);
        if (counters == null) {
            counters = byShard.computeIfAbsent(byShard.size() < SHARDS_MAX ? shard : OTHERS, unseen -> adders());
        }
        counters[by.ordinal()].increment();
    }

    private static LongAdder[] adders() {
        var adders = new LongAdder[TIERS.length];
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new LongAdder();
        }
        return adders;
    }

    List<ShardReads> snapshot() {
        var all = new ArrayList<ShardReads>(byShard.size());
        byShard.forEach((shard, counters) -> all.add(new ShardReads(
                shard.log,
                shard.number,
                counters[AnsweredBy.LOCAL.ordinal()].sum(),
                counters[AnsweredBy.REGIONAL.ordinal()].sum(),
                counters[AnsweredBy.GLOBAL.ordinal()].sum(),
                counters[AnsweredBy.SHARD.ordinal()].sum())));
        return all;
    }
}
