package io.forelog.loadgen.torture.load;

import io.forelog.record.RecordAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Which record was seen, or acknowledged, at which address: four bytes for each offset of a shard. Offsets are dense,
 * so this grows with what is appended. Confined to its ledger's lock.
 */
final class SeenRecords {

    private static final int NONE = -1;
    private static final int FIRST = 1 << 10;

    private final Map<Integer, int[]> numbers = new HashMap<>();

    /** Returns the number of the record seen there, or -1. */
    int at(RecordAddress address) {
        var shard = numbers.get(address.shard());
        return shard == null || address.offset() >= shard.length ? NONE : shard[(int) address.offset()];
    }

    void put(RecordAddress address, int number) {
        int offset = Math.toIntExact(address.offset());
        var shard = numbers.computeIfAbsent(address.shard(), unseen -> filled(new int[FIRST], 0));
        if (offset >= shard.length) {
            int old = shard.length;
            shard = filled(Arrays.copyOf(shard, Math.max(2 * old, offset + 1)), old);
            numbers.put(address.shard(), shard);
        }
        shard[offset] = number;
    }

    private static int[] filled(int[] shard, int from) {
        Arrays.fill(shard, from, shard.length, NONE);
        return shard;
    }

    /** Tells each address at which a record was seen. */
    void forEach(BiConsumer<RecordAddress, Integer> action) {
        List<Integer> shards = new ArrayList<>(numbers.keySet());
        for (int shard : shards) {
            var at = numbers.get(shard);
            for (int offset = 0; offset < at.length; offset++) {
                if (at[offset] != NONE) {
                    action.accept(new RecordAddress(shard, offset), at[offset]);
                }
            }
        }
    }
}
