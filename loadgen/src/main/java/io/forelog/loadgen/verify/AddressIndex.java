package io.forelog.loadgen.verify;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Which record was acknowledged at which address: four bytes for each offset of a shard between the first and the last
 * acknowledged one, since offsets are dense.
 */
final class AddressIndex {

    private static final int NONE = -1;

    private final Map<Integer, Shard> shards = new HashMap<>();
    private int claimedTwice;

    private static final class Shard {
        private long from = Long.MAX_VALUE;
        private long end;
        private int[] numbers = new int[0];
    }

    AddressIndex(AppendHistory history) {
        for (int number = 0; number < history.records(); number++) {
            if (history.outcome(number) == AppendHistory.Outcome.ACKNOWLEDGED) {
                var shard = shards.computeIfAbsent(history.shard(number), unseen -> new Shard());
                shard.from = Math.min(shard.from, history.offset(number));
                shard.end = Math.max(shard.end, history.offset(number) + 1);
            }
        }
        for (var shard : shards.values()) {
            shard.numbers = new int[Math.toIntExact(shard.end - shard.from)];
            Arrays.fill(shard.numbers, NONE);
        }
        for (int number = 0; number < history.records(); number++) {
            if (history.outcome(number) == AppendHistory.Outcome.ACKNOWLEDGED) {
                place(shards.get(history.shard(number)), history.offset(number), number);
            }
        }
    }

    private void place(Shard shard, long offset, int number) {
        int at = (int) (offset - shard.from);
        if (shard.numbers[at] != NONE) {
            claimedTwice++;
        }
        shard.numbers[at] = number;
    }

    /** Returns the number of the record acknowledged there, or -1. */
    int number(int shardNumber, long offset) {
        var shard = shards.get(shardNumber);
        return shard == null || offset < shard.from || offset >= shard.end
                ? NONE
                : shard.numbers[(int) (offset - shard.from)];
    }

    /** Returns how many acknowledgements gave an address that another one had given before. */
    int claimedTwice() {
        return claimedTwice;
    }
}
