package io.forelog.loadgen.verify;

import io.forelog.loadgen.verify.AppendHistory.Outcome;
import io.forelog.record.RecordAddress;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a log holds with what it acknowledged. Give it every record of every shard, shards by ascending number
 * (so parents before children) and each shard's records in the order read; then ask for the verdict.
 *
 * <p>Each acknowledged record must be there once, at its address, with its key and each byte of its value; a refused
 * one must not be there; one of unknown outcome may be there, once. In each shard, and for each key over all of them, a
 * record that was acknowledged before another was sent must come first, and records of one request keep its order. This
 * is linearizability under unique values, checked without search because the log itself tells the order (Gibbons and
 * Korach, "Testing shared memories", SIAM J. Comput. 1997).
 *
 * <p>Records of other runs on the same log are counted and otherwise ignored. Confined to one thread.
 */
public final class HistoryChecker {

    private static final int FINDINGS_MAX = 20;

    private final AppendHistory history;
    private final RunValues values;
    private final KeyNames keys;
    private final AddressIndex acknowledgedAt;
    private final BitSet inPlace = new BitSet();
    private final BitSet elsewhere = new BitSet();
    private final BitSet altered = new BitSet();
    private final int[] newestSentOfKey;
    private final int[] previousOfKey;
    private final Map<Integer, Integer> newestSentOfShard = new HashMap<>();
    private final Map<Integer, Long> nextOffsets = new HashMap<>();
    private final Findings findings = new Findings(FINDINGS_MAX);
    private int doubled;
    private int reordered;
    private int phantoms;
    private long foreign;
    private long gaps;

    public HistoryChecker(AppendHistory history, RunValues values, KeyNames keys) {
        this.history = history;
        this.values = values;
        this.keys = keys;
        this.acknowledgedAt = new AddressIndex(history);
        this.newestSentOfKey = new int[history.keyEnd()];
        this.previousOfKey = new int[history.keyEnd()];
        Arrays.fill(previousOfKey, -1);
    }

    /** Takes the next record that was read. */
    public void accept(RecordAddress address, @Nullable String key, byte[] value) {
        checkDense(address);
        int expected = acknowledgedAt.number(address.shard(), address.offset());
        int found = values.number(value);
        if (found >= history.records()) {
            found = -1;
        }
        if (found >= 0 && !isWhole(found, key, value)) {
            altered(expected >= 0 ? expected : found, address);
        } else if (expected >= 0 && found < 0) {
            altered(expected, address);
        } else if (found < 0) {
            foreign++;
        } else {
            sort(address, expected, found);
            checkOrder(address, found);
        }
    }

    private boolean isWhole(int number, @Nullable String key, byte[] value) {
        return keys.name(history.key(number)).equals(key) && Arrays.equals(values.value(number), value);
    }

    private void altered(int number, RecordAddress address) {
        altered.set(number);
        findings.add("altered: record " + number + " at " + address);
    }

    private void sort(RecordAddress address, int expected, int found) {
        if (expected == found) {
            if (inPlace.get(found)) {
                doubled(found, address);
            }
            inPlace.set(found);
            return;
        }
        switch (history.outcome(found)) {
            case REFUSED -> {
                phantoms++;
                findings.add("refused and yet there: record " + found + " at " + address);
            }
            case UNKNOWN, ACKNOWLEDGED -> {
                if (elsewhere.get(found)) {
                    doubled(found, address);
                }
            }
        }
        elsewhere.set(found);
    }

    private void doubled(int number, RecordAddress address) {
        doubled++;
        findings.add("doubled: record " + number + " again at " + address);
    }

    private void checkOrder(RecordAddress address, int found) {
        int key = history.key(found);
        int sentAt = history.sentAt(found);
        // Records of one request and key lie side by side, so only the previous one can be out of their order.
        boolean beforeItsElder = previousOfKey[key] > found && history.sentAt(previousOfKey[key]) == sentAt;
        boolean isInOrderOfKey = history.acknowledgedAt(found) >= newestSentOfKey[key] && !beforeItsElder;
        if (!isInOrderOfKey) {
            reordered++;
            findings.add("reordered: record " + found + " of " + keys.name(key) + " at " + address
                    + " lies behind one that was sent after it");
        }
        previousOfKey[key] = found;
        newestSentOfKey[key] = Math.max(newestSentOfKey[key], sentAt);
        int newestSent = newestSentOfShard.merge(address.shard(), sentAt, Math::max);
        if (isInOrderOfKey && history.acknowledgedAt(found) < newestSent) {
            reordered++;
            findings.add("reordered: record " + found + " at " + address
                    + " lies behind one that was sent after it was acknowledged");
        }
    }

    private void checkDense(RecordAddress address) {
        var next = nextOffsets.put(address.shard(), address.offset() + 1);
        if (next != null && next != address.offset()) {
            gaps++;
            findings.add("gap: " + address + " was read where " + address.shard() + ":" + next + " was due");
        }
    }

    /** Returns what came out; call it once, after the last record. */
    public Verdict verdict() {
        int lost = 0;
        int moved = 0;
        int unknownPresent = 0;
        for (int number = 0; number < history.records(); number++) {
            if (history.outcome(number) == Outcome.UNKNOWN && elsewhere.get(number)) {
                unknownPresent++;
            }
            if (history.outcome(number) != Outcome.ACKNOWLEDGED) {
                continue;
            }
            if (inPlace.get(number)) {
                if (elsewhere.get(number)) {
                    doubled(number, address(number));
                }
            } else if (elsewhere.get(number)) {
                moved++;
                findings.add("not at its address " + address(number) + " but elsewhere: record " + number);
            } else if (!altered.get(number)) {
                lost++;
                findings.add("lost: record " + number + ", acknowledged at " + address(number));
            }
        }
        return new Verdict(
                history.records(),
                history.acknowledgedCount(),
                history.unknownCount(),
                unknownPresent,
                foreign,
                lost,
                doubled + acknowledgedAt.claimedTwice(),
                reordered + moved,
                altered.cardinality(),
                phantoms,
                gaps,
                findings.list());
    }

    private RecordAddress address(int number) {
        return new RecordAddress(history.shard(number), history.offset(number));
    }
}
