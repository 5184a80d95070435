package io.forelog.simulation.cluster;

import io.forelog.metadata.Shard;
import io.forelog.metadata.ShardMap;
import io.forelog.record.KeyHash;
import io.forelog.replication.Appended;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges a history by what the shards hold in the end: an acknowledged record is where it was acknowledged, unaltered;
 * no record is there twice, or came from nowhere; one that was refused is not there; a batch is there whole or not at
 * all; what was read at an address is what it holds; records of a key follow each other, through all parents and
 * children, as they were acknowledged. What retention let go of was judged then, by {@link RetentionWatch}.
 */
final class HistoryChecker {

    private final History history;
    private final ShardMap map;
    /** Where each value is. */
    private final Map<String, Appended> places = new HashMap<>();

    HistoryChecker(History history, ShardMap map) {
        this.history = history;
        this.map = map;
    }

    /** @param contents the records of each shard, by number */
    void check(Map<Integer, Kept> contents) {
        contents.forEach(this::place);
        for (var operation : history.operations()) {
            check(operation, contents);
        }
        history.known().forEach((address, value) -> checkKnown(address, value, contents));
        var submitted = new HashMap<String, Operation>();
        history.operations().forEach(operation -> operation.values.forEach(value -> submitted.put(value, operation)));
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
            var before = places.putIfAbsent(value, new Appended(shard, offset, 1, false));
            if (before != null) {
                throw new Violation("'" + Operation.shown(value) + "' is there twice: at "
                        + History.address(before.shard(), before.baseOffset()) + " and at "
                        + History.address(shard, offset));
            }
        }
    }

    private void check(Operation operation, Map<Integer, Kept> contents) {
        var at = operation.acknowledged;
        if (at != null) {
            for (int i = 0; i < at.count(); i++) {
                checkThere(operation, at.shard(), at.baseOffset() + i, operation.values.get(i), contents);
            }
            checkKeyOrder(operation, at);
            return;
        }
        var first = places.get(operation.values.getFirst());
        if (first != null && !operation.mayBeThere) {
            throw new Violation(operation + " was refused, and is there: " + first);
        }
        for (int i = 0; i < operation.values.size(); i++) {
            var place = places.get(operation.values.get(i));
            boolean whole = first == null
                    ? place == null
                    : place != null && place.shard() == first.shard() && place.baseOffset() == first.baseOffset() + i;
            if (!whole) {
                throw new Violation(operation + " is there in part: " + first + ", " + place);
            }
        }
    }

    private static void checkThere(
            Operation operation, int shard, long offset, String value, Map<Integer, Kept> contents) {
        var kept = contents.getOrDefault(shard, Kept.NOTHING);
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

    private void checkKeyOrder(Operation operation, Appended at) {
        var lineage = map.lineageOf(KeyHash.of(operation.key.getBytes(StandardCharsets.UTF_8)));
        int rank = rank(lineage, at.shard());
        if (rank < 0) {
            throw new Violation(operation + " is in shard " + at.shard() + ", which its key does not belong to");
        }
        var before = operation.keyBefore;
        if (before != null && before.shard() != at.shard() && rank(lineage, before.shard()) > rank) {
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

    private static void checkKnown(String address, String value, Map<Integer, Kept> contents) {
        int dash = address.indexOf('-');
        int shard = Integer.parseInt(address.substring(0, dash));
        long offset = Long.parseLong(address.substring(dash + 1));
        var kept = contents.getOrDefault(shard, Kept.NOTHING);
        var there = offset >= kept.start() && offset < kept.end() ? Saboteur.text(kept.at(offset)) : "nothing";
        if (offset >= kept.start() && !there.equals(value)) {
            throw new Violation("address " + address + " was read as '" + Operation.shown(value) + "', and holds "
                    + Operation.shown(there));
        }
    }
}
