package io.forelog.loadgen.torture.load;

import io.forelog.loadgen.client.ForelogClientException;
import io.forelog.loadgen.client.OutcomeUnknownException;
import io.forelog.loadgen.client.RefusedException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often each kind of call was answered, and with what it failed. Safe for use by any thread. */
public final class Answers {

    /** What a caller may be told while something is wrong with a node, its disk or its network. */
    private static final Set<String> HONEST = Set.of(
            "no-answer",
            "not-connected",
            "commit-unknown",
            "no-leader",
            "no-quorum",
            "partially-appended",
            "overloaded",
            "disk-full",
            "starting",
            "offset-mismatch",
            "internal",
            "http-503");

    private final Map<String, LongAdder> done = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> failed = new ConcurrentHashMap<>();

    void done(String kind) {
        done.computeIfAbsent(kind, unseen -> new LongAdder()).increment();
    }

    /** Notes a failure; returns whether it is one that callers may be told. */
    boolean failed(String kind, ForelogClientException failure) {
        failed.computeIfAbsent(kind + ": " + failure.slug(), unseen -> new LongAdder())
                .increment();
        return HONEST.contains(failure.slug());
    }

    /** Returns whether an append that failed so may be there all the same. */
    static boolean mayHaveHappened(ForelogClientException failure) {
        return switch (failure) {
            case OutcomeUnknownException unknown -> true;
            case RefusedException refused -> refused.problem().appendMayHaveHappened();
            default -> false;
        };
    }

    /** Returns how many calls of each kind were answered. */
    public Map<String, Long> done() {
        return counts(done);
    }

    /** Returns how many calls failed, by kind and reason. */
    public Map<String, Long> failed() {
        return counts(failed);
    }

    private static Map<String, Long> counts(Map<String, LongAdder> counters) {
        var counts = new TreeMap<String, Long>();
        counters.forEach((name, counter) -> counts.put(name, counter.sum()));
        return counts;
    }
}
