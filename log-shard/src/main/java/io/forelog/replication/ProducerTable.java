package io.forelog.replication;

import io.forelog.record.RecordBatch;
import io.forelog.storage.Producers;
import io.forelog.storage.ShardLog.ProducerState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a batch of an idempotent producer is a repeat, from what the producers of one shard appended last.
 * Part of the state that every replica builds alike from the batches it applies; how much it remembers {@link Producers}
 * says. Safe for use by any thread.
 */
final class ProducerTable {

    private final Producers producers = new Producers();

    ProducerTable(List<ProducerState> recovered) {
        recovered.forEach(this::applied);
    }

    /** Returns the answer to a batch that must not be appended, or null if it is new. */
    @Nullable GroupAnswer check(RecordBatch batch) {
        long id = batch.producerId();
        short epoch = producers.epochOf(id);
        if (batch.producerEpoch() > epoch) {
            return null;
        }
        if (batch.producerEpoch() < epoch) {
            return new GroupAnswer.Fenced(id, batch.producerEpoch(), epoch);
        }
        var earlier = producers.find(id, epoch, batch.baseSequence());
        if (earlier != null) {
            return new GroupAnswer.At(new Appended(earlier.baseOffset(), earlier.count(), true));
        }
        if (producers.mayHaveForgotten(id, batch.baseSequence())) {
            var highest = producers.highest(id);
            return new GroupAnswer.Gap(id, batch.baseSequence(), highest == null ? 0 : highest.sequence() + 1L);
        }
        return null;
    }

    void applied(ProducerState state) {
        producers.put(state);
    }

    /** Returns all that is remembered, in an order from which another table comes to be the same. */
    List<ProducerState> all() {
        return producers.all();
    }

    /** Returns the batch that the producer appended with this epoch and sequence, or null if it is not remembered. */
    @Nullable ProducerState find(long producerId, short epoch, int sequence) {
        return producers.find(producerId, epoch, sequence);
    }

    /** Returns what the producer appended with its highest sequence, or null if nothing is remembered of it. */
    @Nullable ProducerState last(long producerId) {
        return producers.highest(producerId);
    }
}
