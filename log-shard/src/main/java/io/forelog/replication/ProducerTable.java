package io.forelog.replication;

import io.forelog.error.ProducerFencedException;
import io.forelog.error.ProducerGapException;
import io.forelog.record.RecordBatch;
import io.forelog.storage.ShardLog.ProducerState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the idempotent producers of one shard appended last, so that a repeat is known for one. Part of the
 * state that every replica builds alike from the batches it applies.
 *
 * <p>Remembers the last {@value #BATCHES_MAX} batches of a producer, as Kafka does, and the {@value
 * #PRODUCERS_MAX} producers that appended most recently; an older producer starts anew. Guarded by itself.
 */
final class ProducerTable {

    private static final int BATCHES_MAX = 5;
    private static final int PRODUCERS_MAX = 10_000;

    private record Producer(short epoch, Deque<ProducerState> batches) {}

    private final Map<Long, Producer> producers = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Producer> eldest) {
            return size() > PRODUCERS_MAX;
        }
    };

    ProducerTable(List<ProducerState> recovered) {
        recovered.forEach(this::applied);
    }

    /**
     * Returns what the same producer, epoch and sequence appended before, or null if this batch is new.
     *
     * @throws ProducerFencedException if a newer epoch of the producer has appended
     * @throws ProducerGapException if the sequence is older than all that is remembered: it may have been appended
     */
    synchronized @Nullable ProducerState duplicateOf(RecordBatch batch) {
        var producer = producers.get(batch.producerId());
        if (producer == null || batch.producerEpoch() > producer.epoch()) {
            return null;
        }
        if (batch.producerEpoch() < producer.epoch()) {
            throw new ProducerFencedException(
                    Long.toString(batch.producerId()), batch.producerEpoch(), producer.epoch());
        }
        for (var earlier : producer.batches()) {
            if (earlier.sequence() == batch.baseSequence()) {
                return earlier;
            }
        }
        var batches = producer.batches();
        if (batches.size() == BATCHES_MAX && batch.baseSequence() < batches.getLast().sequence()) {
            throw new ProducerGapException(
                    Long.toString(batch.producerId()),
                    batch.baseSequence(),
                    batches.getFirst().sequence() + 1L);
        }
        return null;
    }

    synchronized void applied(ProducerState state) {
        var producer = producers.get(state.producerId());
        if (producer == null || producer.epoch() != state.producerEpoch()) {
            producer = new Producer(state.producerEpoch(), new ArrayDeque<>());
            producers.put(state.producerId(), producer);
        }
        producer.batches().addFirst(state);
        if (producer.batches().size() > BATCHES_MAX) {
            producer.batches().removeLast();
        }
    }

    /** Returns the batch that the producer appended with this epoch and sequence, or null if it is not remembered. */
    synchronized @Nullable ProducerState find(long producerId, short epoch, int sequence) {
        var producer = producers.get(producerId);
        if (producer == null || producer.epoch() != epoch) {
            return null;
        }
        return producer.batches().stream()
                .filter(batch -> batch.sequence() == sequence)
                .findFirst()
                .orElse(null);
    }

    /** Returns what the producer appended last, or null if nothing is remembered of it. */
    synchronized @Nullable ProducerState last(long producerId) {
        var producer = producers.get(producerId);
        return producer == null ? null : producer.batches().peekFirst();
    }
}
