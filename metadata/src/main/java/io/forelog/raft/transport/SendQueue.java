package io.forelog.raft.transport;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** What waits to be sent to one peer, bounded in bytes: a message that does not fit is dropped. Not thread-safe. */
final class SendQueue {

    /** A message and the channel that it is for. */
    record Queued(String channel, OutboundMessage message) {}

    private final int bytesMax;
    private final Deque<Queued> waiting = new ArrayDeque<>();
    private long bytes;
    private long dropped;

    SendQueue(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Returns what waits, as estimated. */
    long bytes() {
        return bytes;
    }

    long dropped() {
        return dropped;
    }

    void drop() {
        dropped++;
    }

    void add(String channel, OutboundMessage message) {
        if (bytes + message.bytesEstimate() > bytesMax) {
            drop();
            return;
        }
        waiting.add(new Queued(channel, message));
        bytes += message.bytesEstimate();
    }

    Optional<Queued> poll() {
        var next = Optional.ofNullable(waiting.poll());
        next.ifPresent(queued -> bytes -= queued.message().bytesEstimate());
        return next;
    }

    void clear() {
        waiting.clear();
        bytes = 0;
    }
}
