package io.forelog.server.http;

import io.forelog.error.ShardSealedException;
import io.forelog.metadata.KeyRange;
import io.forelog.metadata.Log;
import io.forelog.metadata.Shard;
import io.forelog.record.KeyHash;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordAddress;
import io.forelog.record.RecordBatch;
import io.forelog.replication.Appended;
import io.forelog.server.shard.Part;
import io.forelog.server.shard.Part.Producer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which shard each record of a request goes to, and at which place among the records that go there.
 *
 * <p>Filled on the request's event loop; changed only while none of its parts is under way.
 */
final class AppendPlan {

    /** How every part of a request is appended. */
    record Manner(@Nullable Producer producer, long nextOffset, boolean forced, boolean everywhere) {}

    /**
     * A run of records that go to one shard together.
     *
     * @param producer as whose append they go, or null
     * @param asksAncestor whether the shard takes no more, and is only asked whether it took them
     * @param records their places in the request, ascending
     */
    record Target(int shard, Part part, @Nullable Producer producer, boolean asksAncestor, int[] records) {

        int count() {
            return records.length;
        }

        Appended appended() {
            return part.done().join();
        }

        boolean failed() {
            return part.done().isCompletedExceptionally();
        }

        @Nullable
        Throwable failure() {
            return failed() ? part.done().exceptionNow() : null;
        }

        boolean isSealed() {
            return failure() instanceof ShardSealedException;
        }

        /** Returns whether an ancestor of the shard had taken the records, or some of them. */
        boolean isAncestors() {
            return !failed() && appended().shard() != shard;
        }
    }

    private final List<LogRecord> sent;
    private final long[] hashes;
    private final Manner manner;
    private final List<Target> targets = new ArrayList<>();

    /** By the record's place in the request: its target, and its place among that target's records. */
    private final Target[] targetOf;

    private final int[] placeOf;

    private AppendPlan(List<LogRecord> sent, long[] hashes, int count, Manner manner) {
        this.sent = sent;
        this.hashes = hashes;
        this.manner = manner;
        this.targetOf = new Target[count];
        this.placeOf = new int[count];
    }

    /**
     * Plans records one by one.
     *
     * @param hashes where each record lies in the hash space, by its place
     * @param shardOf the shard of each record, by its place
     */
    static AppendPlan of(List<LogRecord> records, long[] hashes, int[] shardOf, Manner manner) {
        var plan = new AppendPlan(records, hashes, records.size(), manner);
        var all = new int[shardOf.length];
        Arrays.setAll(all, place -> place);
        plan.add(all, shardOf, manner.producer(), false);
        return plan;
    }

    /** Plans a whole batch that goes to one shard as it is. */
    static AppendPlan of(RecordBatch batch, int shard, Manner manner) {
        var plan = new AppendPlan(List.of(), new long[0], batch.count(), manner);
        var all = new int[batch.count()];
        Arrays.setAll(all, place -> place);
        plan.add(new Target(
                shard, Part.of(batch, manner.nextOffset(), manner.forced(), manner.everywhere()), null, false, all));
        return plan;
    }

    private List<Target> add(int[] places, int[] shardOf, @Nullable Producer producer, boolean asksAncestor) {
        var byShard = new TreeMap<Integer, IntStream.Builder>();
        for (int place : places) {
            byShard.computeIfAbsent(shardOf[place], unseen -> IntStream.builder())
                    .add(place);
        }
        var added = new ArrayList<Target>();
        byShard.forEach((shard, run) -> {
            int[] taken = run.build().toArray();
            var records = Arrays.stream(taken).mapToObj(sent::get).toList();
            added.add(new Target(
                    shard,
                    Part.of(records, producer, manner.nextOffset(), manner.forced(), manner.everywhere()),
                    producer,
                    asksAncestor,
                    taken));
        });
        added.forEach(this::add);
        targets.sort(Comparator.comparingInt(Target::shard));
        return added;
    }

    private void add(Target target) {
        targets.add(target);
        for (int i = 0; i < target.records().length; i++) {
            targetOf[target.records()[i]] = target;
            placeOf[target.records()[i]] = i;
        }
    }

    /**
     * Plans the records of targets whose shards are sealed anew; returns the targets that take their place. What an
     * ancestor was asked for and had not taken goes under a number of its own: under the producer's the other records
     * of the request would count as all of them.
     */
    List<Target> reroute(Log log) {
        var places = new LinkedHashMap<@Nullable Producer, IntStream.Builder>();
        for (var target : targets) {
            if (target.isSealed()) {
                var producer = target.producer();
                var by = target.asksAncestor() && producer != null ? rest(producer, target.shard()) : producer;
                var all = places.computeIfAbsent(by, unseen -> IntStream.builder());
                Arrays.stream(target.records()).forEach(all);
            }
        }
        targets.removeIf(Target::isSealed);
        var shardOf = AppendRouting.shards(log, hashes);
        var added = new ArrayList<Target>();
        places.forEach((producer, all) -> added.addAll(add(all.build().sorted().toArray(), shardOf, producer, false)));
        return added;
    }

    /** The same for each repeat, whichever shards there are by then. */
    private static Producer rest(Producer producer, int refusedBy) {
        long id = KeyHash.of((producer.id() + "/" + refusedBy).getBytes(StandardCharsets.US_ASCII)) & Long.MAX_VALUE;
        return new Producer(id, producer.epoch(), producer.sequence());
    }

    /**
     * Divides targets of which an ancestor had taken some records only: a merge has several. The others' takers are
     * looked for further up. Returns the targets that ask there.
     */
    List<Target> unanswered(Log log) {
        var added = new ArrayList<Target>();
        for (var target : List.copyOf(targets)) {
            if (target.isAncestors() && hashes.length > 0) {
                var range = log.shards().shards().get(target.appended().shard()).range();
                var taken = Arrays.stream(target.records())
                        .filter(place -> range.contains(hashes[place]))
                        .toArray();
                var rest = Arrays.stream(target.records())
                        .filter(place -> !range.contains(hashes[place]))
                        .toArray();
                var parents = log.shards().shards().get(target.shard()).parents();
                if (rest.length > 0 && !parents.isEmpty()) {
                    targets.remove(target);
                    if (taken.length > 0) {
                        add(new Target(target.shard(), target.part(), target.producer(), target.asksAncestor(), taken));
                    }
                    added.addAll(add(rest, parentsOf(rest, parents, log), target.producer(), true));
                }
            }
        }
        return added;
    }

    private int[] parentsOf(int[] places, List<Integer> parents, Log log) {
        var shardOf = new int[hashes.length];
        for (int place : places) {
            shardOf[place] = parents.stream()
                    .filter(parent -> log.shards().shards().get(parent).range().contains(hashes[place]))
                    .findFirst()
                    .orElse(parents.getFirst());
        }
        return shardOf;
    }

    /** Lets targets whose shards are sealed have failed for another reason. */
    void refuse(Throwable failure) {
        for (var target : List.copyOf(targets)) {
            if (target.isSealed()) {
                var part = Part.of(List.of(), manner.producer(), manner.nextOffset(), false, false);
                part.done().completeExceptionally(failure);
                targets.removeIf(each -> each == target);
                add(new Target(target.shard(), part, target.producer(), false, target.records()));
            }
        }
    }

    /** Returns how many of the records a shard takes, or took while it was open. */
    int countFor(Shard shard) {
        for (var target : targets) {
            if (target.shard() == shard.number()) {
                return target.count();
            }
        }
        return (int) Arrays.stream(hashes).filter(shard.range()::contains).count();
    }

    int records() {
        return targetOf.length;
    }

    List<Target> targets() {
        return targets;
    }

    /** Returns the sealed shards that refused their parts. */
    List<Integer> sealed() {
        return targets.stream().filter(Target::isSealed).map(Target::shard).toList();
    }

    /** Returns what completes, never exceptionally, when every target has been appended or refused. */
    CompletableFuture<Void> settled() {
        return CompletableFuture.allOf(targets.stream()
                .map(target -> target.part().done().handle((appended, failure) -> null))
                .toArray(CompletableFuture[]::new));
    }

    Target target(int record) {
        return targetOf[record];
    }

    /**
     * Returns where a record is; only if its target was appended. One that an ancestor took is at the place that it had
     * among all records of the request which fall into that one's range.
     *
     * @throws ProblemException if the ancestor took other records with the sequence
     */
    RecordAddress address(int record, Log log) {
        var target = target(record);
        var appended = target.appended();
        boolean isWhole = !target.isAncestors() && (!target.asksAncestor() || target.count() == appended.count());
        if (isWhole || hashes.length == 0) {
            return new RecordAddress(appended.shard(), appended.baseOffset() + placeOf[record]);
        }
        var ancestor = log.shards().shards().get(appended.shard()).range();
        boolean isSame =
                ancestor.contains(hashes[record]) && together(target, ancestor, hashes.length) == appended.count();
        if (!isSame) {
            throw ProblemException.badRequest("the sequence was used for an append of other records to shard "
                    + appended.shard() + "; a repeat sends the same ones");
        }
        return new RecordAddress(appended.shard(), appended.baseOffset() + together(target, ancestor, record));
    }

    /** Returns how many of the first records fell into a range under the same producer's number. */
    private int together(Target target, KeyRange range, int first) {
        int count = 0;
        for (int i = 0; i < first; i++) {
            boolean isOf = Objects.equals(target.producer(), manner.producer())
                    || Objects.equals(target.producer(), targetOf[i].producer());
            count += isOf && range.contains(hashes[i]) ? 1 : 0;
        }
        return count;
    }
}
