package io.forelog.loadgen.torture.load;

import io.forelog.loadgen.client.RecordRun.StoredRecord;
import io.forelog.record.RecordAddress;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one reader of a whole log was given so far: of each shard everything, once, and each key's records in order. */
final class Arrivals {

    private final String reader;
    private final Ledger ledger;
    private final Map<Integer, Long> nextOffsets = new HashMap<>();
    private final int[] lastOfKey;

    Arrivals(String reader, Ledger ledger) {
        this.reader = reader;
        this.ledger = ledger;
        this.lastOfKey = new int[ledger.keys()];
        Arrays.fill(lastOfKey, -1);
    }

    /** Continues as if what came after another moment had not come. */
    Arrivals(Arrivals earlier) {
        this.reader = earlier.reader;
        this.ledger = earlier.ledger;
        this.nextOffsets.putAll(earlier.nextOffsets);
        this.lastOfKey = earlier.lastOfKey.clone();
    }

    /** Takes the next record. */
    synchronized void take(StoredRecord arrived) {
        var address = arrived.address();
        int number = ledger.read(reader, address, arrived.key(), arrived.value());
        long due = nextOffsets.getOrDefault(address.shard(), 0L);
        if (address.offset() != due) {
            ledger.violate(
                    "no gap, no repeat",
                    reader + " was given " + address + " where " + address.shard() + ":" + due + " was due",
                    number < 0 ? List.of() : List.of(number));
        }
        nextOffsets.put(address.shard(), address.offset() + 1);
        if (number >= 0 && arrived.key() != null) {
            int key = Integer.parseInt(arrived.key().substring(arrived.key().indexOf('-') + 1));
            if (number <= lastOfKey[key]) {
                ledger.violate(
                        "order of a key",
                        reader + " was given record " + number + " of " + arrived.key()
                                + " at " + address
                                + " after record " + lastOfKey[key],
                        List.of(lastOfKey[key], number));
            }
            lastOfKey[key] = number;
        }
    }

    /** Returns whether all of each shard has come, up to these ends. */
    synchronized boolean reached(Map<Integer, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> nextOffsets.getOrDefault(end.getKey(), 0L) >= end.getValue());
    }

    /** Returns the first address that has not come. */
    synchronized RecordAddress missing(Map<Integer, Long> ends) {
        return ends.entrySet().stream()
                .filter(end -> nextOffsets.getOrDefault(end.getKey(), 0L) < end.getValue())
                .map(end -> new RecordAddress(end.getKey(), nextOffsets.getOrDefault(end.getKey(), 0L)))
                .findFirst()
                .orElseThrow();
    }
}
