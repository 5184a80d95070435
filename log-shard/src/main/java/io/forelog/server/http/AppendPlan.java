package io.forelog.server.http;

import io.forelog.record.LogRecord;
import io.forelog.record.RecordAddress;
import io.forelog.record.RecordBatch;
import io.forelog.replication.Appended;
import io.forelog.server.shard.Part;
import io.forelog.server.shard.Part.Producer;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Which shard each record of a request goes to, and at which place among the records that go there.
 *
 * <p>Filled on the request's event loop, then read only.
 */
final class AppendPlan {

    /**
     * A run of records that go to one shard together.
     *
     * @param count of its records
     */
    record Target(int shard, Part part, int count) {
        Appended appended() {
            return part.done().join();
        }

        boolean failed() {
            return part.done().isCompletedExceptionally();
        }

        @Nullable Throwable failure() {
            return failed() ? part.done().exceptionNow() : null;
        }
    }

    private final List<Target> targets = new ArrayList<>();

    /** By the record's place in the request: its target, and its place among that target's records. */
    private final int[] targetOf;

    private final int[] placeOf;

    private AppendPlan(int records) {
        this.targetOf = new int[records];
        this.placeOf = new int[records];
    }

    /**
     * Plans records one by one.
     *
     * @param shardOf the shard of each record, by its place
     */
    static AppendPlan of(
            List<LogRecord> records, int[] shardOf, @Nullable Producer producer, long nextOffset, boolean forced) {
        var plan = new AppendPlan(records.size());
        var byShard = new TreeMap<Integer, List<LogRecord>>();
        for (int i = 0; i < shardOf.length; i++) {
            var run = byShard.computeIfAbsent(shardOf[i], unseen -> new ArrayList<>());
            plan.placeOf[i] = run.size();
            run.add(records.get(i));
        }
        var order = List.copyOf(byShard.keySet());
        byShard.forEach((shard, run) ->
                plan.targets.add(new Target(shard, Part.of(run, producer, nextOffset, forced), run.size())));
        for (int i = 0; i < shardOf.length; i++) {
            plan.targetOf[i] = order.indexOf(shardOf[i]);
        }
        return plan;
    }

    /** Plans a whole batch that goes to one shard as it is. */
    static AppendPlan of(RecordBatch batch, int shard, long nextOffset, boolean forced) {
        var plan = new AppendPlan(batch.count());
        for (int place = 0; place < batch.count(); place++) {
            plan.placeOf[place] = place;
        }
        plan.targets.add(new Target(shard, Part.of(batch, nextOffset, forced), batch.count()));
        return plan;
    }

    /** Returns how many of the records go to a shard. */
    int countFor(int shard) {
        return targets.stream()
                .filter(target -> target.shard() == shard)
                .mapToInt(Target::count)
                .sum();
    }

    int records() {
        return targetOf.length;
    }

    List<Target> targets() {
        return targets;
    }

    /** Returns what completes, never exceptionally, when every target has been appended or refused. */
    CompletableFuture<Void> settled() {
        return CompletableFuture.allOf(targets.stream()
                .map(target -> target.part().done().handle((appended, failure) -> null))
                .toArray(CompletableFuture[]::new));
    }

    Target target(int record) {
        return targets.get(targetOf[record]);
    }

    /** Returns where a record is; only if its target was appended. */
    RecordAddress address(int record) {
        var target = target(record);
        return new RecordAddress(target.shard(), target.appended().baseOffset() + placeOf[record]);
    }
}
