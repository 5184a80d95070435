package io.forelog.replication;

import io.forelog.error.ProducerFencedException;
import io.forelog.error.ProducerGapException;
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

    /**
     * Returns what the same producer, epoch and sequence appended before, or null if this batch is new.
     *
     * @throws ProducerFencedException if a newer epoch of the producer has appended
     * @throws ProducerGapException if the sequence is older than all that is remembered: it may have been appended
     */
    @Nullable ProducerState duplicateOf(RecordBatch batch) {
        long id = batch.producerId();
        short epoch = producers.epochOf(id);
        if (batch.producerEpoch() > epoch) {
            return null;
        }
        if (batch.producerEpoch() < epoch) {
            throw new ProducerFencedException(Long.toString(id), batch.producerEpoch(), epoch);
        }
        var earlier = producers.find(id, epoch, batch.baseSequence());
        if (earlier == null && producers.mayHaveForgotten(id, batch.baseSequence())) {
            var highest = producers.highest(id);
            throw new ProducerGapException(
                    Long.toString(id), batch.baseSequence(), highest == null ? 0 : highest.sequence() + 1L);
        }
        return earlier;
    }

    void applied(ProducerState state) {
        producers.put(state);
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
