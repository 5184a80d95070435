package io.forelog.server.control;

import io.forelog.metadata.MetadataStore;
import io.forelog.statistics.Period;
import io.forelog.statistics.StatisticsStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statistics of shards on this node, minute by minute, and the file that they survive a restart in. Safe for use by
 * any thread, but for {@link #roll} and {@link #save}, which are one thread's.
 */
public final class ShardStatistics implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ShardStatistics.class);
    private static final long MINUTE_MILLIS = 60_000;
    /** About what a shard takes that is hardly used; a busy one takes up to three times as much. */
    private static final long SHARD_BYTES = 1 << 20;
    /** The share of the heap that they may take, at a shard's lowest. */
    private static final int HEAP_SHARE = 8;

    private static final int SHARDS_MIN = 64;
    private static final int SHARDS_MAX = 4096;

    private final StatisticsStore store = new StatisticsStore(shardsMax());
    private final ClusterStatistics cluster;
    private final Path file;
    private final Clock clock;
    private volatile @Nullable Accesses accesses;
    private long rolledAt;

    /**
     * Reads what was saved. A damaged file is put aside and history begins anew: it is worth less than a node that
     * serves.
     *
     * @throws IOException if there is a file that can be neither read nor put aside
     */
    public ShardStatistics(Path file, Clock clock) throws IOException {
        this.file = file;
        this.clock = clock;
        this.rolledAt = minute();
        this.cluster = new ClusterStatistics(file.resolveSibling(file.getFileName() + "-cluster"), shardsMax());
        try {
            store.load(file);
        } catch (IOException e) {
            var aside = file.resolveSibling(file.getFileName() + ".damaged");
            LOG.error("the statistics begin anew, what was there is in {}", aside, e);
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static int shardsMax() {
        return Math.clamp(Runtime.getRuntime().maxMemory() / HEAP_SHARE / SHARD_BYTES, SHARDS_MIN, SHARDS_MAX);
    }

    /** Returns what counts for these statistics, if it {@code counts} at all. */
    public Accesses accesses(MetadataStore metadata, boolean counts) {
        accesses = new Accesses(metadata, store, counts);
        return accesses;
    }

    StatisticsStore store() {
        return store;
    }

    /** Returns what all nodes counted together; empty where there is but one. */
    ClusterStatistics cluster() {
        return cluster;
    }

    /** Returns the running minute, since the epoch. */
    long minute() {
        return Math.floorDiv(clock.millis(), MINUTE_MILLIS);
    }

    /** A minute that is over, and what was counted on this node in it. */
    record Minute(long minute, Map<String, Period> counted) {}

    /** Closes the minutes that are over; none most of the times that it is called. */
    List<Minute> roll() {
        var closed = new ArrayList<Minute>();
        if (minute() - rolledAt > 1) {
            LOG.warn("statistics of {} minutes come at once: the node or its clock was stopped", minute() - rolledAt);
        }
        // What was counted meanwhile is of the last of them; the rest of a long stop is not made up.
        long now = minute();
        if (now > rolledAt) {
            closed.add(new Minute(now - 1, store.roll(now - 1)));
            var counting = accesses;
            if (counting != null) {
                counting.refresh();
            }
        }
        rolledAt = now;
        return closed;
    }

    /** Returns the minutes of a shard, at most {@code count}, the running one last. */
    public List<Period> minutes(String name, int count) {
        var minutes = new ArrayList<>(store.minutes(name));
        var running = store.running(name, minute());
        if (running != null) {
            // After a restart the running minute has a part in the file already.
            boolean begun = !minutes.isEmpty() && minutes.getLast().minute() == running.minute();
            minutes.add(begun ? minutes.removeLast().plus(running) : running);
        }
        return List.copyOf(minutes.subList(Math.max(0, minutes.size() - count), minutes.size()));
    }

    /** Returns a shard by ten minutes for two days, oldest first. */
    public List<Period> tenMinutes(String name) {
        return store.tenMinutes(name);
    }

    void save() {
        try {
            store.save(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the statistics could not be written to " + file, e);
        }
        cluster.save();
    }

    /** Keeps the running minute too, as far as it has come. */
    @Override
    public void close() {
        store.roll(minute());
        save();
    }
}
