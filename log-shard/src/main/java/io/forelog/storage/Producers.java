package io.forelog.storage;

import io.forelog.record.RecordBatch;
import io.forelog.storage.ShardLog.ProducerState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What idempotent producers appended to a shard, so that a repeat is known for one and answered as the first was: of
 * the {@value #PRODUCERS_MAX} producers that appended most recently the last {@value #WINDOW_MAX} batches each, and
 * {@value #BATCHES_MAX} batches in all, 16 bytes each. Beyond that a producer with many batches loses its oldest one,
 * and else the producer that has been quiet for longest is forgotten.
 *
 * <p>Closed with each segment and kept in its index, so that a restart forgets nothing. Safe for use by any thread.
 */
public final class Producers {

    static final int PRODUCERS_MAX = 4096;
    static final int WINDOW_MAX = 8192;
    static final int BATCHES_MAX = 1 << 16;

    /** A window of at least so many batches may have lost older ones; a smaller one never has. */
    public static final int WINDOW_KEPT_MIN = 64;

    /** The one that appended last is last: in an order that looking does not change, for replicas must agree on it. */
    private final Map<Long, ProducerWindow> byId = new LinkedHashMap<>();

    private int batches;

    synchronized void appended(RecordBatch batch, long baseOffset) {
        if (batch.producerId() >= 0) {
            put(new ProducerState(
                    batch.producerId(), batch.producerEpoch(), batch.baseSequence(), baseOffset, batch.count()));
        }
    }

    /** Takes note of a batch; a higher epoch makes the batches of the lower one forgotten. */
    public synchronized void put(ProducerState state) {
        var window = byId.remove(state.producerId());
        if (window == null || window.epoch() != state.producerEpoch()) {
            batches -= window == null ? 0 : window.size();
            window = new ProducerWindow(state.producerId(), state.producerEpoch(), WINDOW_MAX);
        }
        byId.put(state.producerId(), window);
        int before = window.size();
        window.add(state);
        batches += window.size() - before;
        if (batches > BATCHES_MAX && window.size() > WINDOW_KEPT_MIN) {
            window.dropOldest();
            batches--;
        }
        while (byId.size() > PRODUCERS_MAX || batches > BATCHES_MAX && byId.size() > 1) {
            var eldest = byId.entrySet().iterator().next();
            batches -= eldest.getValue().size();
            byId.remove(eldest.getKey());
        }
    }

    /** Remembers what {@link #all} returned once, and nothing else. */
    public synchronized void replaceBy(List<ProducerState> all) {
        byId.clear();
        batches = 0;
        all.forEach(this::put);
    }

    /** Returns how many batches are remembered. */
    public synchronized int batches() {
        return batches;
    }

    /** Returns the epoch in which a producer appended last, or -1 if nothing is remembered of it. */
    public synchronized short epochOf(long producerId) {
        var window = byId.get(producerId);
        return window == null ? -1 : window.epoch();
    }

    /** Returns the batch that a producer appended with this epoch and sequence, or null if it is not remembered. */
    public synchronized @Nullable ProducerState find(long producerId, short epoch, int sequence) {
        var window = byId.get(producerId);
        return window == null || window.epoch() != epoch ? null : window.find(sequence);
    }

    /** Returns the batch of the highest sequence that a producer appended in its last epoch, or null. */
    public synchronized @Nullable ProducerState highest(long producerId) {
        var window = byId.get(producerId);
        return window == null ? null : window.find(window.highest());
    }

    /** Returns whether a batch of this sequence may have been appended and forgotten since. */
    public synchronized boolean mayHaveForgotten(long producerId, int sequence) {
        var window = byId.get(producerId);
        return window != null && window.size() >= WINDOW_KEPT_MIN && window.isBefore(sequence);
    }

    /** Returns how many batches of a producer are remembered. */
    public synchronized int batchesOf(long producerId) {
        var window = byId.get(producerId);
        return window == null ? 0 : window.size();
    }

    /** Returns whether the sequence is below all that are remembered of a producer. */
    public synchronized boolean remembersOnlyAfter(long producerId, int sequence) {
        var window = byId.get(producerId);
        return window == null || window.isBefore(sequence);
    }

    /** Returns what is remembered: the most recent producer last, and of each the newest batch last. */
    public synchronized List<ProducerState> all() {
        var all = new ArrayList<ProducerState>(batches);
        byId.values().forEach(window -> all.addAll(window.all()));
        return List.copyOf(all);
    }
}
