package io.forelog.simulation.cluster;

import io.forelog.error.NoSuchRecordException;
import io.forelog.error.RecordExpiredException;
import io.forelog.record.LogRecord;
import io.forelog.replication.Appended;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What clients of one run did and saw. What can be judged at once is: an address reads the same bytes for ever, an
 * append comes behind what was acknowledged before it was sent, the end of a shard is never before an acknowledged
 * record. The rest is judged at the end, by {@link HistoryChecker}.
 */
final class History {

    private final Timeline timeline;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, String> known = new HashMap<>();
    private final Map<Integer, Long> ends = new TreeMap<>();
    private final Map<String, Appended> lastOfKey = new HashMap<>();
    private long acknowledged;
    private long reads;
    private @Nullable Violation first;

    History(Timeline timeline) {
        this.timeline = timeline;
    }

    private Violation broken(String promise) {
        var violation = new Violation(promise);
        if (first == null) {
            first = violation;
        }
        return violation;
    }

    /** Throws the first violation, which who met it may have taken for a failure of its own. */
    void requireKept() {
        if (first != null) {
            throw first;
        }
    }

    List<Operation> operations() {
        return operations;
    }

    /** Returns what addresses were seen to hold. */
    Map<String, String> known() {
        return known;
    }

    long acknowledged() {
        return acknowledged;
    }

    long reads() {
        return reads;
    }

    static String address(int shard, long offset) {
        return shard + "-" + offset;
    }

    /** An append is sent for the first time. */
    Operation begun(String client, String key, List<String> values, long onlyAt) {
        var operation = new Operation(client, key, values, onlyAt, ends, lastOfKey.get(key));
        operations.add(operation);
        timeline.add("appends " + operation + (onlyAt >= 0 ? " at " + onlyAt + " only" : ""));
        return operation;
    }

    void acknowledged(Operation operation, Appended at) {
        timeline.add(operation + " is acknowledged at " + address(at.shard(), at.baseOffset())
                + (at.duplicate() ? ", a repeat" : ""));
        acknowledged++;
        operation.acknowledged = at;
        if (at.count() != operation.values.size()) {
            throw broken(operation + " is acknowledged as " + at.count() + " records");
        }
        if (operation.onlyAt >= 0 && operation.onlyAt != at.baseOffset()) {
            throw broken(operation + " was to be at " + operation.onlyAt + " only, and is at " + at);
        }
        long endBefore = operation.endsBefore.getOrDefault(at.shard(), 0L);
        if (at.baseOffset() < endBefore) {
            throw broken(operation + " is at " + address(at.shard(), at.baseOffset()) + ", before "
                    + address(at.shard(), endBefore - 1) + ", which was acknowledged before it was sent");
        }
        for (int i = 0; i < at.count(); i++) {
            holds(at.shard(), at.baseOffset() + i, operation.values.get(i), "an acknowledgement");
        }
        ends.merge(at.shard(), at.baseOffset() + at.count(), Math::max);
        lastOfKey.put(operation.key, at);
    }

    void failed(Operation operation, boolean mayBeThere, String why) {
        operation.mayBeThere |= mayBeThere;
        timeline.add(operation + (mayBeThere ? " may be there: " : " is refused: ") + why);
    }

    void read(String node, int shard, long offset, LogRecord record) {
        reads++;
        holds(shard, offset, Saboteur.text(record), "a read at " + node);
    }

    /**
     * A read failed: it may not say that what was acknowledged before it began is not there, nor that retention let it
     * go, if that has not.
     */
    void notFound(String node, int shard, long offset, long acknowledgedBefore, long begins, Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RecordExpiredException && offset >= begins) {
            throw broken(node + " says that " + address(shard, offset) + " is deleted, and nobody deleted it");
        }
        if (cause instanceof NoSuchRecordException && offset < acknowledgedBefore) {
            throw broken(node + " says that nothing is at " + address(shard, offset)
                    + ", which was acknowledged before it was asked");
        }
    }

    private void holds(int shard, long offset, String value, String source) {
        var before = known.putIfAbsent(address(shard, offset), value);
        if (before != null && !before.equals(value)) {
            throw broken("address " + address(shard, offset) + " held '" + Operation.shown(before) + "', and now "
                    + source + " says '" + Operation.shown(value) + "'");
        }
    }

    /** Returns where a shard ends at least: what was acknowledged by now. */
    long acknowledgedEnd(int shard) {
        return ends.getOrDefault(shard, 0L);
    }

    /** A node that leads a shard said where it ends, by a read that is to be linearizable. */
    void ended(String node, int shard, long end, long acknowledgedBefore) {
        reads++;
        timeline.add(node + " says that shard " + shard + " ends at " + end);
        if (end < acknowledgedBefore) {
            throw broken(node + " says that shard " + shard + " ends at " + end + ", but "
                    + address(shard, acknowledgedBefore - 1) + " had been acknowledged before it was asked");
        }
    }
}
