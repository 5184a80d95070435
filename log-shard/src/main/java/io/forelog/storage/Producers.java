package io.forelog.storage;

import io.forelog.record.RecordBatch;
import io.forelog.storage.ShardLog.ProducerState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What idempotent producers last appended to a shard: the {@value #PRODUCERS_MAX} most recent ones.
 *
 * <p>Safe for use by any thread.
 */
final class Producers {

    static final int PRODUCERS_MAX = 4096;

    private final Map<Long, ProducerState> byId = new LinkedHashMap<>(16, 0.75f, true);

    synchronized void appended(RecordBatch batch, long baseOffset) {
        if (batch.producerId() >= 0) {
            put(new ProducerState(
                    batch.producerId(), batch.producerEpoch(), batch.baseSequence(), baseOffset, batch.count()));
        }
    }

    synchronized void put(ProducerState state) {
        byId.put(state.producerId(), state);
        if (byId.size() > PRODUCERS_MAX) {
            byId.remove(byId.keySet().iterator().next());
        }
    }

    /** Returns the producers, the most recent one last. */
    synchronized List<ProducerState> all() {
        return List.copyOf(byId.values());
    }
}
