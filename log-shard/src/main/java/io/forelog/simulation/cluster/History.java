package io.forelog.simulation.cluster;

import io.forelog.error.ForelogException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.RecordExpiredException;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.replication.Appended;
import io.forelog.replication.ShardId;
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
 * record, and a log that was created anew under a name has nothing of the deleted one. The rest is judged at the end,
 * by {@link HistoryChecker}.
 */
final class History {

    private final Timeline timeline;
    private final List<Operation> operations = new ArrayList<>();
    private final Map<String, Operation> byValue = new HashMap<>();
    private final Map<GlobalAddress, String> known = new HashMap<>();
    private final Map<ShardId, Long> ends = new TreeMap<>();
    private final Map<String, Place> lastOfKey = new HashMap<>();
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
    Map<GlobalAddress, String> known() {
        return known;
    }

    long acknowledged() {
        return acknowledged;
    }

    long reads() {
        return reads;
    }

    static String address(ShardId shard, long offset) {
        return shard + "-" + offset;
    }

    static ShardId shard(GlobalAddress address) {
        return new ShardId(address.log(), address.shard());
    }

    private static String shown(GlobalAddress address) {
        return address(shard(address), address.offset());
    }

    /** An append is sent for the first time. */
    Operation begun(String client, String key, List<String> values, long onlyAt) {
        var operation = new Operation(client, key, values, onlyAt, ends, lastOfKey.get(key));
        operations.add(operation);
        values.forEach(value -> byValue.put(value, operation));
        timeline.add("appends " + operation + (onlyAt >= 0 ? " at " + onlyAt + " only" : ""));
        return operation;
    }

    /** @param log the incarnation that it was sent to */
    void acknowledged(Operation operation, long log, Appended at) {
        var place = new Place(new ShardId(log, at.shard()), at.baseOffset(), at.count());
        timeline.add(operation + " is acknowledged at " + place + (at.duplicate() ? ", a repeat" : ""));
        acknowledged++;
        operation.acknowledged = place;
        if (at.count() != operation.values.size()) {
            throw broken(operation + " is acknowledged as " + at.count() + " records");
        }
        if (operation.onlyAt >= 0 && operation.onlyAt != at.baseOffset()) {
            throw broken(operation + " was to be at " + operation.onlyAt + " only, and is at " + at);
        }
        long endBefore = operation.endsBefore.getOrDefault(place.shard(), 0L);
        if (place.offset() < endBefore) {
            throw broken(operation + " is at " + place + ", before " + address(place.shard(), endBefore - 1)
                    + ", which was acknowledged before it was sent");
        }
        for (int i = 0; i < at.count(); i++) {
            holds(
                    new GlobalAddress(log, at.shard(), at.baseOffset() + i),
                    operation.values.get(i),
                    "an acknowledgement");
        }
        ends.merge(place.shard(), place.end(), Math::max);
        lastOfKey.put(operation.key, place);
    }

    /** @param log the incarnation that it was sent to */
    void failed(Operation operation, long log, boolean mayBeThere, String why) {
        if (mayBeThere) {
            operation.mayBeIn.add(log);
        }
        timeline.add(operation + (mayBeThere ? " may be there: " : " is refused: ") + why);
    }

    void read(String node, GlobalAddress address, LogRecord record) {
        reads++;
        holds(address, Saboteur.text(record), "a read at " + node);
    }

    /**
     * A read failed: it may not say that what was acknowledged before it began is not there, nor that retention let it
     * go, if that has not.
     */
    void notFound(String node, GlobalAddress address, long acknowledgedBefore, long begins, Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RecordExpiredException && address.offset() >= begins) {
            throw broken(node + " says that " + shown(address) + " is deleted, and nobody deleted it");
        }
        if (cause instanceof NoSuchRecordException && address.offset() < acknowledgedBefore) {
            throw broken(node + " says that nothing is at " + shown(address)
                    + ", which was acknowledged before it was asked");
        }
    }

    /**
     * A read failed at a node that has the record itself; it may have joined one that began before that node had it,
     * and so been refused as that one was.
     */
    void refused(String node, GlobalAddress address, Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof ForelogException)) {
            throw broken(node + " has " + shown(address) + " and does not give it: " + cause);
        }
    }

    private void holds(GlobalAddress address, String value, String source) {
        var appended = byValue.get(value);
        if (appended != null && !appended.sentTo.contains(address.log())) {
            throw broken(source + " says that '" + Operation.shown(value) + "' is at " + shown(address)
                    + ", but it was appended to logs " + appended.sentTo + " of that name");
        }
        var before = known.putIfAbsent(address, value);
        if (before != null && !before.equals(value)) {
            throw broken("address " + shown(address) + " held '" + Operation.shown(before) + "', and now "
                    + source + " says '" + Operation.shown(value) + "'");
        }
    }

    /** Returns where a shard ends at least: what was acknowledged by now. */
    long acknowledgedEnd(ShardId shard) {
        return ends.getOrDefault(shard, 0L);
    }

    /** A node that leads a shard said where it ends, by a read that is to be linearizable. */
    void ended(String node, ShardId shard, long end, long acknowledgedBefore) {
        reads++;
        timeline.add(node + " says that shard " + shard + " ends at " + end);
        if (end < acknowledgedBefore) {
            throw broken(node + " says that shard " + shard + " ends at " + end + ", but "
                    + address(shard, acknowledgedBefore - 1) + " had been acknowledged before it was asked");
        }
    }
}
