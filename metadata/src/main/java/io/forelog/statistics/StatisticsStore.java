package io.forelog.statistics;

import io.forelog.metadata.KeyRange;
import io.forelog.statistics.PeriodHistory.Resolution;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The statistics of all shards that a node leads or hears of, by a name that the caller gives each, such as {@code
 * log:3}. Safe for use by several threads; a call on the store takes its lock, an access counted through a recorder
 * does not.
 */
public final class StatisticsStore {

    /** With less, by weight, a shard gives way to another: it has been quiet for some minutes. */
    private static final double WEIGHT_KEPT = 1;

    private static final class Subject {
        private final PeriodHistory history = new PeriodHistory();
        private @Nullable AccessRecorder recorder;
        /** Its accesses, each worth half as much after a minute; a new one is not to give way at once. */
        private double weight = WEIGHT_KEPT;

        private long weighedAt;

        private Subject(long minute) {
            weighedAt = minute;
        }

        private double weight(long minute) {
            return Math.scalb(weight, (int) Math.max(-1000, Math.min(0, weighedAt - minute)));
        }

        private void counted(long minute, long accesses) {
            weight = weight(minute) + accesses;
            weighedAt = Math.max(weighedAt, minute);
        }
    }

    private final Map<String, Subject> subjects = new TreeMap<>();
    private final int subjectsMax;
    /** The last minute that is known to be over. */
    private long minute;

    /**
     * Creates an empty store.
     *
     * @param subjectsMax shards that it keeps at most: of more, the quietest gives way, if it has been quiet for some
     *     minutes, and else the new one is refused. One takes up to some three megabytes
     */
    public StatisticsStore(int subjectsMax) {
        this.subjectsMax = subjectsMax;
    }

    /**
     * Returns the recorder of a shard, which lives as long as the store keeps the shard, see {@link #keeps}.
     *
     * @throws IllegalStateException if there is no room for another
     */
    public synchronized AccessRecorder recorder(String name, KeyRange range) {
        var subject = subject(name);
        if (subject.recorder == null) {
            subject.recorder = new AccessRecorder(range);
        }
        return subject.recorder;
    }

    /** Returns whether what is counted by a shard's recorder still comes here. */
    public synchronized boolean keeps(String name, AccessRecorder recorder) {
        var subject = subjects.get(name);
        return subject != null && subject.recorder == recorder;
    }

    private Subject subject(String name) {
        var subject = subjects.get(name);
        if (subject == null) {
            if (subjects.size() >= subjectsMax) {
                forgetQuietest(name);
            }
            subject = new Subject(minute);
            subjects.put(name, subject);
        }
        return subject;
    }

    private void forgetQuietest(String newcomer) {
        var quietest = Collections.min(
                subjects.entrySet(),
                Comparator.comparingDouble(subject -> subject.getValue().weight(minute)));
        if (quietest.getValue().weight(minute) >= WEIGHT_KEPT) {
            throw new IllegalStateException(
                    "statistics of " + subjectsMax + " shards are kept, no room for " + newcomer);
        }
        subjects.remove(quietest.getKey());
    }

    /**
     * Closes a minute: what was counted in it becomes history. Called once each minute, {@code minute} ascending.
     *
     * @return what was counted here in that minute, by name; without shards that nobody asked for
     */
    public synchronized Map<String, Period> roll(long minute) {
        var counted = new TreeMap<String, Period>();
        this.minute = Math.max(this.minute, minute);
        subjects.forEach((name, subject) -> {
            if (subject.recorder != null) {
                var period = subject.recorder.drain(minute);
                subject.history.add(period);
                subject.counted(minute, period.accesses());
                if (period.accesses() > 0) {
                    counted.put(name, period);
                }
            }
        });
        return counted;
    }

    /** Returns what was counted here for a shard since the last roll, as the period of {@code minute}, or null. */
    public synchronized @Nullable Period running(String name, long minute) {
        var subject = subjects.get(name);
        return subject == null || subject.recorder == null ? null : subject.recorder.peek(minute);
    }

    /** Adds what another node counted for a shard in a minute. */
    public synchronized void merge(String name, Period minute) {
        this.minute = Math.max(this.minute, minute.minute());
        var subject = subject(name);
        subject.history.add(minute);
        subject.counted(minute.minute(), minute.accesses());
    }

    /** Gives a child of a split the part of its parent's past that fell into its range. */
    public synchronized void inherit(String parent, KeyRange whole, String child, KeyRange range) {
        var past = subjects.get(parent);
        if (past != null) {
            copy(past.history, subject(child).history, period -> period.part(whole, range));
        }
    }

    private static void copy(PeriodHistory from, PeriodHistory to, UnaryOperator<Period> change) {
        for (var resolution : Resolution.values()) {
            from.at(resolution).forEach(period -> to.restore(resolution, change.apply(period)));
        }
    }

    /** Forgets a shard. */
    public synchronized void forget(String name) {
        subjects.remove(name);
    }

    public synchronized List<String> names() {
        return List.copyOf(subjects.keySet());
    }

    /** Returns the last three hours of a shard minute by minute, oldest first; empty if it is unknown. */
    public List<Period> minutes(String name) {
        return at(name, Resolution.MINUTE);
    }

    /** Returns two days of a shard by ten minutes, oldest first. */
    public List<Period> tenMinutes(String name) {
        return at(name, Resolution.TEN_MINUTES);
    }

    /** Returns fourteen days of a shard by the hour, oldest first. */
    public List<Period> hours(String name) {
        return at(name, Resolution.HOUR);
    }

    private synchronized List<Period> at(String name, Resolution resolution) {
        var subject = subjects.get(name);
        return subject == null ? List.of() : subject.history.at(resolution);
    }

    /** Writes all history to {@code file}, whole or not at all, and forces it. */
    public void save(Path file) throws IOException {
        var snapshot = new StatisticsSnapshot();
        synchronized (this) {
            subjects.forEach((name, subject) -> snapshot.put(name, subject.history));
        }
        snapshot.write(file);
    }

    /**
     * Reads what {@link #save} wrote into this store, before anything was counted; no file is no history. Recorders are
     * made anew when they are asked for.
     *
     * @throws IOException if the file cannot be read or was damaged; the store is as it was
     */
    public void load(Path file) throws IOException {
        var snapshot = StatisticsSnapshot.read(file);
        synchronized (this) {
            snapshot.histories().forEach((name, history) -> copy(history, subject(name).history, period -> period));
        }
    }
}
