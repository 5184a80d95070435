package io.forelog.storage;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/**
 * Which logs have their Chronicle queue open, the least recently used first: beyond a bound that one's is closed.
 *
 * <p>Safe for use by any thread.
 */
final class OpenQueues {

    private final int max;
    private final SequencedSet<ChronicleShardLog> logs = new LinkedHashSet<>();

    OpenQueues(int max) {
        this.max = max;
    }

    /** Takes note that {@code log} appended; its queue is open. */
    void used(ChronicleShardLog log) {
        for (var victim : touch(log)) {
            victim.closeQueue();
        }
    }

    private synchronized List<ChronicleShardLog> touch(ChronicleShardLog log) {
        if (!logs.isEmpty() && logs.getLast() == log) {
            return List.of();
        }
        logs.remove(log);
        logs.add(log);
        var victims = new ArrayList<ChronicleShardLog>();
        while (logs.size() > max) {
            victims.add(logs.removeFirst());
        }
        return victims;
    }

    synchronized void forget(ChronicleShardLog log) {
        logs.remove(log);
    }
}
