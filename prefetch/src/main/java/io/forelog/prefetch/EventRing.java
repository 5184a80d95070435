package io.forelog.prefetch;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Events on their way from many threads to the one that learns: bounded, without locks, allocating nothing. The
 * queue of Vyukov, with one consumer: a slot's sequence tells whose turn it is.
 */
final class EventRing {

    /** Takes an event out of the ring. */
    interface Handler {
        void handle(int kind, long first, long second);
    }

    private final int mask;
    private final AtomicLongArray sequences;
    private final int[] kinds;
    private final long[] firsts;
    private final long[] seconds;
    private final AtomicLong tail = new AtomicLong();
    /** Written by one thread at a time, of which each sees what the one before wrote; others see it late at worst. */
    private final AtomicLong head = new AtomicLong();

    EventRing(int capacityMin) {
        int capacity = Integer.highestOneBit(Math.max(2, capacityMin - 1)) * 2;
        mask = capacity - 1;
        sequences = new AtomicLongArray(capacity);
        kinds = new int[capacity];
        firsts = new long[capacity];
        seconds = new long[capacity];
        for (int i = 0; i < capacity; i++) {
            sequences.setPlain(i, i);
        }
    }

    /** Returns false, and does nothing, if the ring is full. */
    boolean offer(int kind, long first, long second) {
        while (true) {
            long at = tail.get();
            int slot = (int) at & mask;
            long sequence = sequences.getAcquire(slot);
            if (sequence < at) {
                return false;
            }
            if (sequence == at && tail.weakCompareAndSetVolatile(at, at + 1)) {
                kinds[slot] = kind;
                firsts[slot] = first;
                seconds[slot] = second;
                // Not later than what the caller then reads of whether someone takes it out: else nobody might.
                sequences.set(slot, at + 1);
                return true;
            }
        }
    }

    /** Hands the next event, if there is one, to {@code handler}. Called by one thread at a time. */
    boolean poll(Handler handler) {
        long at = head.getPlain();
        int slot = (int) at & mask;
        if (sequences.getAcquire(slot) != at + 1) {
            return false;
        }
        int kind = kinds[slot];
        long first = firsts[slot];
        long second = seconds[slot];
        head.setRelease(at + 1);
        sequences.setRelease(slot, at + mask + 1);
        handler.handle(kind, first, second);
        return true;
    }

    boolean isEmpty() {
        long at = head.getAcquire();
        return sequences.get((int) at & mask) != at + 1;
    }
}
