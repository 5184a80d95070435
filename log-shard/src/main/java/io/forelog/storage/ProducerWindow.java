package io.forelog.storage;

import io.forelog.storage.ShardLog.ProducerState;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one producer appended to one shard in one epoch: the last batches, 16 bytes each, in the order appended. Not for
 * use by several threads.
 */
final class ProducerWindow {

    private static final int CAPACITY_INITIAL = 4;

    private final long producerId;
    private final short epoch;
    private final int capacityMax;

    /** A ring, the oldest batch at {@code first}: sequence and base offset, and how many records. */
    private int[] sequences = new int[CAPACITY_INITIAL];

    private long[] offsets = new long[CAPACITY_INITIAL];
    private int[] counts = new int[CAPACITY_INITIAL];
    private int first;
    private int size;
    private int highest = -1;

    ProducerWindow(long producerId, short epoch, int capacityMax) {
        this.producerId = producerId;
        this.epoch = epoch;
        this.capacityMax = capacityMax;
    }

    short epoch() {
        return epoch;
    }

    int size() {
        return size;
    }

    /** Adds a batch; drops the oldest if there is no more room. */
    void add(ProducerState state) {
        if (size == capacityMax) {
            dropOldest();
        }
        if (size == sequences.length) {
            grow();
        }
        int at = (first + size) % sequences.length;
        sequences[at] = state.sequence();
        offsets[at] = state.baseOffset();
        counts[at] = state.count();
        size++;
        highest = Math.max(highest, state.sequence());
    }

    void dropOldest() {
        first = (first + 1) % sequences.length;
        size--;
    }

    private void grow() {
        int capacity = Math.min(capacityMax, sequences.length * 2);
        int[] order = IntStream.range(0, size)
                .map(i -> (first + i) % sequences.length)
                .toArray();
        sequences = Arrays.copyOf(IntStream.of(order).map(i -> sequences[i]).toArray(), capacity);
        offsets = Arrays.copyOf(IntStream.of(order).mapToLong(i -> offsets[i]).toArray(), capacity);
        counts = Arrays.copyOf(IntStream.of(order).map(i -> counts[i]).toArray(), capacity);
        first = 0;
    }

    /**
     * Returns the batch of this sequence, or null. A sequence above all seen, as nearly every one is, is not searched
     * for.
     */
    @Nullable
    ProducerState find(int sequence) {
        if (sequence > highest) {
            return null;
        }
        for (int i = size - 1; i >= 0; i--) {
            int at = (first + i) % sequences.length;
            if (sequences[at] == sequence) {
                return state(at);
            }
        }
        return null;
    }

    /** Returns the highest sequence that was appended. */
    int highest() {
        return highest;
    }

    /** Returns whether the sequence is below all that are remembered. */
    boolean isBefore(int sequence) {
        for (int i = 0; i < size; i++) {
            if (sequences[(first + i) % sequences.length] <= sequence) {
                return false;
            }
        }
        return true;
    }

    /** Returns the batches, the newest one last. */
    List<ProducerState> all() {
        return IntStream.range(0, size)
                .mapToObj(i -> state((first + i) % sequences.length))
                .toList();
    }

    private ProducerState state(int at) {
        return new ProducerState(producerId, epoch, sequences[at], offsets[at], counts[at]);
    }
}
