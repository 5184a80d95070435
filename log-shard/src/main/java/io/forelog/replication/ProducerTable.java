package io.forelog.replication;

import io.forelog.record.RecordBatch;
import io.forelog.storage.Producers;
import io.forelog.storage.ShardLog.ProducerState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a batch of an idempotent producer is a repeat, from what the producers of one shard appended last, to
 * it and to the shards that it came from. Part of the state that every replica builds alike from the batches it
 * applies; how much it remembers {@link Producers} says. Safe for use by any thread.
 */
final class ProducerTable {

    /** Of all ancestors together, 22 bytes each, to fit into an entry; of the eldest the oldest are forgotten. */
    static final int INHERITED_MAX = 1 << 15;

    /** Of what an epoch began with, if it was told before the producer's first append in it. */
    static final int NO_SEQUENCE = -1;

    private record Ancestor(int shard, Producers producers) {}

    private final int shard;
    private final Producers producers = new Producers();
    /** The eldest first. */
    private final List<Ancestor> ancestors;

    /**
     * @param shard number of the shard
     * @param origins what its ancestors remembered when they were sealed, the eldest first
     */
    ProducerTable(int shard, List<ProducerState> recovered, List<Origin> origins) {
        this.shard = shard;
        this.ancestors = origins.stream().map(ProducerTable::ancestor).toList();
        recovered.forEach(this::applied);
    }

    private static Ancestor ancestor(Origin origin) {
        var producers = new Producers();
        origin.appended().forEach(producers::put);
        return new Ancestor(origin.shard(), producers);
    }

    /** Returns the answer to a batch that must not be appended, or null if it is new. */
    @Nullable
    GroupAnswer check(RecordBatch batch) {
        long id = batch.producerId();
        short epoch = epochOf(id);
        if (batch.producerEpoch() > epoch) {
            return null;
        }
        if (batch.producerEpoch() < epoch) {
            return new GroupAnswer.Fenced(id, batch.producerEpoch(), epoch);
        }
        var earlier = find(id, epoch, batch.baseSequence());
        if (earlier != null) {
            return new GroupAnswer.At(earlier);
        }
        boolean forgotten = producers.mayHaveForgotten(id, batch.baseSequence())
                || ancestors.stream()
                        .map(Ancestor::producers)
                        .anyMatch(each -> each.epochOf(id) == epoch && each.mayHaveForgotten(id, batch.baseSequence()));
        if (forgotten) {
            var highest = last(id);
            return new GroupAnswer.Gap(id, batch.baseSequence(), highest == null ? 0 : highest.sequence() + 1L);
        }
        return null;
    }

    /** Returns the newest epoch of a producer, or -1 if nothing is remembered of it. */
    short epochOf(long id) {
        short epoch = producers.epochOf(id);
        for (var ancestor : ancestors) {
            epoch = (short) Math.max(epoch, ancestor.producers().epochOf(id));
        }
        return epoch;
    }

    void applied(ProducerState state) {
        producers.put(state);
    }

    /** Returns all that is remembered of this shard, in an order from which another table comes to be the same. */
    List<ProducerState> all() {
        return producers.all();
    }

    /** Returns all that is remembered of its ancestors. */
    List<Origin> origins() {
        return ancestors.stream()
                .map(ancestor ->
                        new Origin(ancestor.shard(), ancestor.producers().all()))
                .toList();
    }

    /** Returns what a child of this shard and others remembers of them; an ancestor of several counts once. */
    static List<Origin> inherited(List<ProducerTable> parents) {
        var origins = new ArrayList<Origin>();
        parents.forEach(parent -> origins.addAll(parent.origins()));
        parents.forEach(parent -> origins.add(new Origin(parent.shard, parent.all())));
        return bounded(origins);
    }

    /** Returns the newest of them, an ancestor once. */
    static List<Origin> bounded(List<Origin> origins) {
        var kept = new ArrayList<Origin>();
        var seen = new HashSet<Integer>();
        int room = INHERITED_MAX;
        for (var origin : origins.reversed()) {
            int count = origin.appended().size();
            if (count > 0 && room > 0 && seen.add(origin.shard())) {
                var newest = origin.appended().subList(Math.max(0, count - room), count);
                kept.addFirst(new Origin(origin.shard(), newest));
                room -= newest.size();
            }
        }
        return kept;
    }

    /** Returns the batch that the producer appended with this epoch and sequence, or null if it is not remembered. */
    @Nullable
    Appended find(long producerId, short epoch, int sequence) {
        var own = producers.find(producerId, epoch, sequence);
        if (own != null) {
            return new Appended(shard, own.baseOffset(), own.count(), true);
        }
        for (var ancestor : ancestors) {
            var earlier = ancestor.producers().find(producerId, epoch, sequence);
            if (earlier != null) {
                return new Appended(ancestor.shard(), earlier.baseOffset(), earlier.count(), true);
            }
        }
        return null;
    }

    /** Returns what the producer appended with its highest sequence, or null if nothing is remembered of it. */
    @Nullable
    ProducerState last(long producerId) {
        var last = producers.highest(producerId);
        for (var ancestor : ancestors) {
            last = later(last, ancestor.producers().highest(producerId));
        }
        return last;
    }

    private static @Nullable ProducerState later(@Nullable ProducerState one, @Nullable ProducerState other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        boolean newer = other.producerEpoch() > one.producerEpoch()
                || other.producerEpoch() == one.producerEpoch() && other.sequence() > one.sequence();
        return newer ? other : one;
    }
}
