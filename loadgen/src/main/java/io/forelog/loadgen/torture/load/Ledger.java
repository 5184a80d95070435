package io.forelog.loadgen.torture.load;

import io.forelog.loadgen.verify.AppendHistory;
import io.forelog.loadgen.verify.AppendHistory.Outcome;
import io.forelog.loadgen.verify.HistoryChecker;
import io.forelog.loadgen.verify.KeyNames;
import io.forelog.loadgen.verify.RunValues;
import io.forelog.loadgen.verify.Verdict;
import io.forelog.record.RecordAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of one log: what was sent, what became of it, and which record was seen at which address. Whatever
 * anybody reads is held against it at once. Safe for use by any thread.
 */
public final class Ledger {

    /** Enough for an hour of some thousand appends a second. */
    private static final int RECORDS_MAX = 10_000_000;

    private final String log;
    private final Violations violations;
    private final RunValues values;
    private final AppendHistory history = new AppendHistory(RECORDS_MAX);
    private final SeenRecords seen = new SeenRecords();
    private final List<Long> sentNanos = new ArrayList<>();
    private final List<Long> knownNanos = new ArrayList<>();
    private final int[] newestOfKey;
    private final List<Integer> acknowledged = new ArrayList<>();

    /**
     * @param run tells the values of runs apart
     * @param keys how many keys there are
     */
    public Ledger(String log, int run, int valueBytes, int keys, Violations violations) {
        this.log = log;
        this.violations = violations;
        this.values = new RunValues(run, valueBytes);
        this.newestOfKey = new int[keys];
        java.util.Arrays.fill(newestOfKey, -1);
    }

    public String log() {
        return log;
    }

    /** Returns how many keys there are. */
    int keys() {
        return newestOfKey.length;
    }

    static String key(int key) {
        return KeyNames.PADDED.name(key);
    }

    byte[] value(int number) {
        return values.value(number);
    }

    /**
     * Notes one record for each of these keys, of one request that is about to be sent; returns the first one's
     * number.
     */
    synchronized int sending(int... keys) {
        int first = history.records();
        history.request();
        for (int key : keys) {
            history.sending(key);
            sentNanos.add(System.nanoTime());
            knownNanos.add(0L);
        }
        return first;
    }

    synchronized boolean isFull() {
        return history.isFull(100);
    }

    /** Notes that a record was acknowledged. */
    synchronized void acknowledged(int number, RecordAddress address) {
        history.acknowledged(number, address);
        knownNanos.set(number, System.nanoTime());
        acknowledged.add(number);
        newestOfKey[history.key(number)] = Math.max(newestOfKey[history.key(number)], number);
        hold("acknowledged", address, number);
    }

    /** Notes that a record is known not to be there. */
    synchronized void refused(int number) {
        history.refused(number);
        knownNanos.set(number, System.nanoTime());
    }

    /** Returns the newest acknowledged record of a key, or -1. */
    synchronized int newest(int key) {
        return newestOfKey[key];
    }

    /** Returns any acknowledged record's number; empty if there is none yet. */
    synchronized Optional<Integer> anyAcknowledged(RandomGenerator random) {
        return acknowledged.isEmpty()
                ? Optional.empty()
                : Optional.of(acknowledged.get(random.nextInt(acknowledged.size())));
    }

    /** Returns where an acknowledged record is. */
    synchronized RecordAddress address(int number) {
        return new RecordAddress(history.shard(number), history.offset(number));
    }

    /** Returns the number of the record that was read, or -1 if it is none of this log's, which is a violation. */
    synchronized int read(String how, RecordAddress address, @Nullable String key, byte[] value) {
        int number = values.number(value);
        boolean isOurs = number >= 0 && number < history.records();
        if (!isOurs
                || !java.util.Arrays.equals(values.value(number), value)
                || key != null && !key.equals(key(history.key(number)))) {
            violate(
                    "altered",
                    how + " gave bytes at " + address + " that nobody sent there, as of record " + number,
                    isOurs ? List.of(number) : List.of());
            return -1;
        }
        if (history.outcome(number) == Outcome.REFUSED) {
            violate("refused and yet there", how + " gave record " + number + " at " + address, List.of(number));
        }
        hold(how, address, number);
        return number;
    }

    private void hold(String how, RecordAddress address, int number) {
        int before = seen.at(address);
        if (before < 0) {
            seen.put(address, number);
        } else if (before != number) {
            violate(
                    "an address means one record",
                    how + " gave record " + number + " at " + address + ", where record " + before + " was",
                    List.of(before, number));
        }
    }

    void violate(String promise, String detail, List<Integer> records) {
        violations.add(promise, log, detail, records);
    }

    /** Returns what happened to a record, a line for each moment. */
    public synchronized List<Moment> moments(int number) {
        var moments = new ArrayList<Moment>();
        var key = key(history.key(number));
        moments.add(new Moment(sentNanos.get(number), "record " + number + " of " + key + " is sent to " + log));
        if (knownNanos.get(number) != 0) {
            var fate =
                    history.outcome(number) == Outcome.ACKNOWLEDGED ? "acknowledged at " + address(number) : "refused";
            moments.add(new Moment(knownNanos.get(number), "record " + number + " is " + fate));
        }
        return moments;
    }

    /** Something that happened, by {@link System#nanoTime}. */
    public record Moment(long nanoTime, String text) {}

    /** Returns how many records were sent, and how many acknowledged. */
    public synchronized String figures() {
        return history.records() + " sent, " + history.acknowledgedCount() + " acknowledged, " + history.unknownCount()
                + " unknown";
    }

    synchronized int acknowledgedCount() {
        return history.acknowledgedCount();
    }

    /** Returns what takes each record of the log at the end, once nobody sends any more. */
    synchronized HistoryChecker checker() {
        return new HistoryChecker(history, values, KeyNames.PADDED);
    }

    /** Notes what the check of the whole log found, and whether anything was read that is not there. */
    synchronized void concluded(Verdict verdict, SeenAtEnd there) {
        if (!verdict.isFaultless()) {
            verdict.findings().forEach(finding -> violate("history", finding, numbers(finding)));
        }
        seen.forEach((address, number) -> {
            if (!there.isThere(address)) {
                violate(
                        "only what is committed is read",
                        "record " + number + " was seen at " + address + ", where nothing is at the end",
                        List.of(number));
            }
        });
    }

    /** Which addresses hold a record at the end. */
    @FunctionalInterface
    interface SeenAtEnd {
        boolean isThere(RecordAddress address);
    }

    private List<Integer> numbers(String finding) {
        var matcher = java.util.regex.Pattern.compile("record (\\d+)").matcher(finding);
        var numbers = new ArrayList<Integer>();
        while (matcher.find()) {
            int number = Integer.parseInt(matcher.group(1));
            if (number < history.records()) {
                numbers.add(number);
            }
        }
        return numbers;
    }
}
