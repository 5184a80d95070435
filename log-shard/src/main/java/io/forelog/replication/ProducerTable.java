package io.forelog.replication;

import io.forelog.record.RecordBatch;
import io.forelog.storage.Producers;
import io.forelog.storage.ShardLog.ProducerState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a batch of an idempotent producer is a repeat, from what the producers of one shard appended last, to
 * it and to the shards that it came from. Part of the state that every replica builds alike from the batches it
 * applies; how much it remembers {@link Producers} says. Safe for use by any thread.
 */
final class ProducerTable {

    /** Of what an epoch began with, if it was told before the producer's first append in it. */
    static final int NO_SEQUENCE = -1;

    private record Ancestor(int shard, Producers producers) {}

    private final int shard;
    private final Producers producers = new Producers();
    /** The eldest first. */
    private volatile List<Ancestor> ancestors;
    /** The shard's own and those of all ancestors. */
    private volatile List<Producers> tables;

    /**
     * @param shard number of the shard
     * @param origins what its ancestors remembered when they were sealed, the eldest first
     */
    ProducerTable(int shard, List<ProducerState> recovered, List<Origin> origins) {
        this.shard = shard;
        this.ancestors = origins.stream().map(ProducerTable::ancestor).toList();
        this.tables = tables();
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
        if (mayHaveForgotten(id, epoch, batch.baseSequence())) {
            var highest = last(id);
            return new GroupAnswer.Gap(id, batch.baseSequence(), highest == null ? 0 : highest.sequence() + 1L);
        }
        return null;
    }

    /** Returns whether some table may have, or all together: of an ancestor's little may be left. */
    private boolean mayHaveForgotten(long id, short epoch, int sequence) {
        boolean isBeforeAll = true;
        int batches = 0;
        for (var table : tables) {
            if (table.epochOf(id) == epoch) {
                if (table.mayHaveForgotten(id, sequence)) {
                    return true;
                }
                isBeforeAll &= table.remembersOnlyAfter(id, sequence);
                batches += table.batchesOf(id);
            }
        }
        return isBeforeAll && batches >= Producers.WINDOW_KEPT_MIN;
    }

    /** Returns the newest epoch of a producer, or -1 if nothing is remembered of it. */
    short epochOf(long id) {
        short epoch = -1;
        for (var table : tables) {
            epoch = (short) Math.max(epoch, table.epochOf(id));
        }
        return epoch;
    }

    /**
     * Keeps as much as a child begins with: the shard is sealed. Not less, for whoever repeats a request that was
     * divided over several ancestors asks one after the other up to those that took a part.
     */
    void shorten() {
        var all = new ArrayList<>(origins());
        all.add(new Origin(shard, all()));
        var kept = new ArrayList<>(Inheritance.bounded(all));
        boolean hasOwn = !kept.isEmpty() && kept.getLast().shard() == shard;
        producers.replaceBy(hasOwn ? kept.removeLast().appended() : List.of());
        ancestors = kept.stream().map(ProducerTable::ancestor).toList();
        tables = tables();
    }

    /** Returns whether {@link #shorten} would leave it as it is. */
    boolean isShort() {
        return tables.stream().mapToInt(Producers::batches).sum() <= Inheritance.BATCHES_MAX;
    }

    private List<Producers> tables() {
        return Stream.concat(Stream.of(producers), ancestors.stream().map(Ancestor::producers))
                .toList();
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

    /**
     * Returns what a child of shards remembers of them; an ancestor of several counts once.
     *
     * @param elder what it remembers of other parents
     */
    static List<Origin> inherited(List<Origin> elder, List<ProducerTable> parents) {
        var origins = new ArrayList<>(elder);
        parents.forEach(parent -> origins.addAll(parent.origins()));
        parents.forEach(parent -> origins.add(new Origin(parent.shard, parent.all())));
        return Inheritance.bounded(origins);
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
        ProducerState last = null;
        for (var table : tables) {
            last = later(last, table.highest(producerId));
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
