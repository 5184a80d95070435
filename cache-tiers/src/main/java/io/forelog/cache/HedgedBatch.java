package io.forelog.cache;

import io.forelog.cache.Outcome.Failed;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A read of many records of one replica and, of those that are late, of others. Each record is told once, as soon as
 * anyone has it. It fails only as the first replica's read of it does, for the reason that {@link HedgedRead} gives;
 * failures that another replica may make up for are told together at the end. Safe for use by any thread.
 */
final class HedgedBatch {

    private final Consumer<Map<GlobalAddress, Outcome<LogRecord>>> reader;
    private final ReplicaTimes times;
    private final LongAdder won;
    private final Set<GlobalAddress> missing;
    private final Map<GlobalAddress, Throwable> failures = new HashMap<>();
    private boolean firstEnded;
    private int othersUnderWay;

    /**
     * @param reader is told of each address once
     * @param times is told of each replica that is asked
     * @param won counts records that another replica had first
     */
    HedgedBatch(
            Collection<GlobalAddress> addresses,
            Consumer<Map<GlobalAddress, Outcome<LogRecord>>> reader,
            ReplicaTimes times,
            LongAdder won) {
        this.reader = reader;
        this.times = times;
        this.won = won;
        missing = new HashSet<>(addresses);
    }

    /** Returns whoever is told by the first replica. */
    BatchReader first() {
        return new Side(this::firstTold);
    }

    /** Returns whoever is told by another replica. */
    BatchReader other() {
        return new Side(this::otherTold);
    }

    private final class Side implements BatchReader {

        private final Consumer<Map<GlobalAddress, Outcome<LogRecord>>> teller;

        Side(Consumer<Map<GlobalAddress, Outcome<LogRecord>>> teller) {
            this.teller = teller;
        }

        @Override
        public void told(Map<GlobalAddress, Outcome<LogRecord>> outcomes) {
            teller.accept(outcomes);
        }

        @Override
        public Runnable asked(@Nullable String place, int records) {
            return times.asked(place, records);
        }

        @Override
        public boolean wants(GlobalAddress address) {
            synchronized (HedgedBatch.this) {
                return missing.contains(address);
            }
        }
    }

    private void firstTold(Map<GlobalAddress, Outcome<LogRecord>> outcomes) {
        var settled = HashMap.<GlobalAddress, Outcome<LogRecord>>newHashMap(outcomes.size());
        synchronized (this) {
            outcomes.forEach((address, outcome) -> {
                if (outcome instanceof Failed<LogRecord>(var cause) && !OwnerReads.isFinal(cause)) {
                    failures.putIfAbsent(address, cause);
                } else if (missing.remove(address)) {
                    settled.put(address, outcome);
                }
            });
        }
        tell(settled);
    }

    private void otherTold(Map<GlobalAddress, Outcome<LogRecord>> outcomes) {
        var settled = HashMap.<GlobalAddress, Outcome<LogRecord>>newHashMap(outcomes.size());
        synchronized (this) {
            outcomes.forEach((address, outcome) -> {
                if (outcome instanceof Outcome.Found && missing.remove(address)) {
                    settled.put(address, outcome);
                }
            });
        }
        won.add(settled.size());
        tell(settled);
    }

    private void tell(Map<GlobalAddress, Outcome<LogRecord>> settled) {
        if (!settled.isEmpty()) {
            reader.accept(settled);
        }
    }

    /** Returns what is still waited for. */
    synchronized List<GlobalAddress> missing() {
        return List.copyOf(missing);
    }

    /** Returns whether another replica's word would still be of use, and notes that it is asked. */
    synchronized boolean otherBegins() {
        boolean isOfUse = !missing.isEmpty() && !firstEnded;
        othersUnderWay += isOfUse ? 1 : 0;
        return isOfUse;
    }

    /** @param failure of the call as a whole */
    void firstEnded(@Nullable Throwable failure) {
        synchronized (this) {
            firstEnded = true;
            missing.forEach(address -> failures.putIfAbsent(address, OwnerReads.explained(address, failure)));
        }
        endIfNobodyIsAsked();
    }

    void otherEnded() {
        synchronized (this) {
            othersUnderWay--;
        }
        endIfNobodyIsAsked();
    }

    private void endIfNobodyIsAsked() {
        var failed = new HashMap<GlobalAddress, Outcome<LogRecord>>();
        synchronized (this) {
            if (!firstEnded || othersUnderWay > 0) {
                return;
            }
            missing.forEach(address -> failed.put(address, new Failed<>(failures.get(address))));
            missing.clear();
        }
        tell(failed);
    }
}
