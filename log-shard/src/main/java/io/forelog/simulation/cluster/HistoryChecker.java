package io.forelog.simulation.cluster;

import io.forelog.metadata.Log;
import io.forelog.metadata.Shard;
import io.forelog.record.GlobalAddress;
import io.forelog.record.KeyHash;
import io.forelog.replication.ShardId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges a history by what the shards hold in the end: an acknowledged record is where it was acknowledged, unaltered;
 * no record is there twice, or came from nowhere; one that was refused is not there; a batch is there whole or not at
 * all; what was read at an address is what it holds; records of a key follow each other, through all parents and
 * children, as they were acknowledged. What retention let go of was judged then, by {@link RetentionWatch}; of logs
 * that were deleted, nothing is there.
 */
final class HistoryChecker {

    private final History history;
    private final Log log;
    /** Where each value is. */
    private final Map<String, Place> places = new HashMap<>();

    /** @param log as it is in the end */
    HistoryChecker(History history, Log log) {
        this.history = history;
        this.log = log;
    }

    /** @param contents the records of each shard, by number */
    void check(Map<Integer, Kept> contents) {
        contents.forEach(this::place);
        for (var operation : history.operations()) {
            check(operation, contents);
        }
        history.known().forEach((address, value) -> checkKnown(address, value, contents));
        var submitted = new HashMap<String, Operation>();
        history.operations().stream()
                .filter(operation -> operation.sentTo.contains(log.incarnation()))
                .forEach(operation -> operation.values.forEach(value -> submitted.put(value, operation)));
        for (var value : places.keySet()) {
            if (!submitted.containsKey(value)) {
                throw new Violation(
                        "'" + Operation.shown(value) + "' is at " + places.get(value) + ", and nobody appended it");
            }
        }
    }

    private void place(int shard, Kept kept) {
        for (long offset = kept.start(); offset < kept.end(); offset++) {
            var value = Saboteur.text(kept.at(offset));
            var place = new Place(new ShardId(log.incarnation(), shard), offset, 1);
            var before = places.putIfAbsent(value, place);
            if (before != null) {
                throw new Violation(
                        "'" + Operation.shown(value) + "' is there twice: at " + before + " and at " + place);
            }
        }
    }

    private void check(Operation operation, Map<Integer, Kept> contents) {
        var at = operation.acknowledged;
        if (at != null) {
            if (isHere(at)) {
                for (int i = 0; i < at.count(); i++) {
                    checkThere(operation, at.shard(), at.offset() + i, operation.values.get(i), contents);
                }
                checkKeyOrder(operation, at);
            }
            return;
        }
        var first = places.get(operation.values.getFirst());
        if (first != null && !operation.mayBeIn.contains(log.incarnation())) {
            throw new Violation(operation + " was refused, and is there: " + first);
        }
        for (int i = 0; i < operation.values.size(); i++) {
            var place = places.get(operation.values.get(i));
            boolean whole = first == null
                    ? place == null
                    : place != null && place.shard().equals(first.shard()) && place.offset() == first.offset() + i;
            if (!whole) {
                throw new Violation(operation + " is there in part: " + first + ", " + place);
            }
        }
    }

    private boolean isHere(Place place) {
        return place.shard().log() == log.incarnation();
    }

    private static void checkThere(
            Operation operation, ShardId shard, long offset, String value, Map<Integer, Kept> contents) {
        var kept = contents.getOrDefault(shard.number(), Kept.NOTHING);
        var address = History.address(shard, offset);
        if (offset >= kept.end()) {
            throw new Violation(operation + " was acknowledged at " + address + ", and is lost: shard " + shard
                    + " ends at " + kept.end());
        }
        if (offset < kept.start()) {
            return;
        }
        var record = kept.at(offset);
        if (!Saboteur.text(record).equals(value)) {
            throw new Violation(operation + " was acknowledged at " + address + ", which holds '"
                    + Operation.shown(Saboteur.text(record)) + "'");
        }
        var key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        if (!key.equals(operation.key)) {
            throw new Violation(operation + " at " + address + " has the key '" + key + "'");
        }
    }

    private void checkKeyOrder(Operation operation, Place at) {
        var lineage = log.shards().lineageOf(KeyHash.of(operation.key.getBytes(StandardCharsets.UTF_8)));
        int rank = rank(lineage, at.shard().number());
        if (rank < 0) {
            throw new Violation(operation + " is in shard " + at.shard() + ", which its key does not belong to");
        }
        var before = operation.keyBefore;
        if (before != null
                && isHere(before)
                && !before.shard().equals(at.shard())
                && rank(lineage, before.shard().number()) > rank) {
            throw new Violation(operation + " is in shard " + at.shard()
                    + ", though an earlier record of its key is in shard " + before.shard() + ", which came after it");
        }
    }

    private static int rank(List<Shard> lineage, int shard) {
        for (int i = 0; i < lineage.size(); i++) {
            if (lineage.get(i).number() == shard) {
                return i;
            }
        }
        return -1;
    }

    private void checkKnown(GlobalAddress address, String value, Map<Integer, Kept> contents) {
        if (address.log() != log.incarnation()) {
            return;
        }
        long offset = address.offset();
        var kept = contents.getOrDefault(address.shard(), Kept.NOTHING);
        var there = offset >= kept.start() && offset < kept.end() ? Saboteur.text(kept.at(offset)) : "nothing";
        if (offset >= kept.start() && !there.equals(value)) {
            throw new Violation("address " + History.address(History.shard(address), offset) + " was read as '"
                    + Operation.shown(value) + "', and holds " + Operation.shown(there));
        }
    }
}
