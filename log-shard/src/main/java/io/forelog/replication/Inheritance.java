package io.forelog.replication;

import io.forelog.storage.Producers;
import io.forelog.storage.ShardLog.ProducerState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a shard remembers of the producers of its ancestors, small enough for one entry of a group's log. Where it is
 * too much, each producer keeps as many of its newest batches as the others, and never loses the newest while an older
 * one of another is kept; of very many producers those are forgotten whose last batch is in the eldest ancestors.
 *
 * <p>A pure function of its input: every replica must come to the same.
 */
final class Inheritance {

    /** Of all ancestors together, 22 bytes each; every shard of a log that is split and merged has so many. */
    static final int BATCHES_MAX = 1 << 13;

    /** What one producer appended in its newest epoch, over all ancestors. */
    private static final class Known {

        private short epoch;
        private int[] sequences = new int[8];
        private int count;
        private long from = Long.MAX_VALUE;

        private Known(short epoch) {
            this.epoch = epoch;
        }

        private void add(ProducerState state) {
            if (state.producerEpoch() < epoch) {
                return;
            }
            if (state.producerEpoch() > epoch) {
                epoch = state.producerEpoch();
                count = 0;
            }
            if (count == sequences.length) {
                sequences = Arrays.copyOf(sequences, 2 * count);
            }
            sequences[count++] = state.sequence();
        }

        /** Keeps so many of the highest sequences; of one that several ancestors took a part of, all parts or none. */
        private void keep(int most) {
            Arrays.sort(sequences, 0, count);
            int lowest = count - most;
            boolean isDivided = lowest > 0
                    && sequences[lowest] == sequences[lowest - 1]
                    && sequences[lowest] != sequences[count - 1];
            from = isDivided ? sequences[lowest] + 1L : sequences[lowest];
        }

        private boolean isKept(ProducerState state) {
            return state.producerEpoch() == epoch && state.sequence() >= from;
        }
    }

    private Inheritance() {}

    /**
     * Returns an ancestor once, and those of which something is remembered.
     *
     * @param origins the eldest first
     */
    static List<Origin> bounded(List<Origin> origins) {
        var kept = new ArrayList<Origin>();
        var seen = new HashSet<Integer>();
        int batches = 0;
        for (var origin : origins.reversed()) {
            if (!origin.appended().isEmpty() && seen.add(origin.shard())) {
                kept.addFirst(origin);
                batches += origin.appended().size();
            }
        }
        return batches <= BATCHES_MAX ? kept : shortened(kept);
    }

    private static List<Origin> shortened(List<Origin> origins) {
        var known = known(origins);
        int each = Math.max(Producers.WINDOW_KEPT_MIN, share(known.values()));
        int room = BATCHES_MAX;
        for (var producer : known.values()) {
            int most = Math.min(each, producer.count);
            if (most > room) {
                break;
            }
            producer.keep(most);
            room -= most;
        }
        return origins.stream()
                .map(origin -> new Origin(
                        origin.shard(),
                        origin.appended().stream()
                                .filter(state ->
                                        known.get(state.producerId()).isKept(state))
                                .toList()))
                .filter(origin -> !origin.appended().isEmpty())
                .toList();
    }

    /** Returns what is known of each producer, the one that appended last first. */
    private static Map<Long, Known> known(List<Origin> origins) {
        var known = new LinkedHashMap<Long, Known>();
        for (var origin : origins.reversed()) {
            for (var state : origin.appended().reversed()) {
                known.computeIfAbsent(state.producerId(), unseen -> new Known(state.producerEpoch()))
                        .add(state);
            }
        }
        return known;
    }

    /** Returns the most that each may keep if all are to keep as much, as far as they have it. */
    private static int share(Iterable<Known> producers) {
        var counts = new ArrayList<Integer>();
        producers.forEach(producer -> counts.add(producer.count));
        counts.sort(null);
        int room = BATCHES_MAX;
        for (int i = 0; i < counts.size(); i++) {
            int share = room / (counts.size() - i);
            if (counts.get(i) > share) {
                return share;
            }
            room -= counts.get(i);
        }
        return BATCHES_MAX;
    }
}
