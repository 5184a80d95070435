package io.forelog.server.control;

import io.forelog.metadata.ClusterState;
import io.forelog.statistics.Period;
import io.forelog.statistics.StatisticsStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The statistics of all nodes together: what each counted of a shard, minute by minute. Every node that may come to
 * decide keeps them, so that whoever does knows the past. Safe for use by any thread, but for {@link #add}, which is
 * one thread's.
 */
final class ClusterStatistics {

    /** How many minutes of another node's are asked for at most, after it or this one was away. */
    static final int MINUTES_MAX = 60;

    private static final Logger LOG = LoggerFactory.getLogger(ClusterStatistics.class);

    /**
     * What a node said of its machine.
     *
     * @param processLoad the share of the machine that the node takes, 0 to 1
     * @param diskUsable bytes
     */
    record Resources(int cores, double processLoad, long diskUsable) {}

    private final StatisticsStore store;
    private final Path file;
    /** By node: the last minute that it told. */
    private final Map<String, Long> until = new ConcurrentHashMap<>();

    private final Map<String, Resources> resources = new ConcurrentHashMap<>();
    /** The last minute that was saved: what a node told before it is in. */
    private final long saved;

    /**
     * Reads what was saved; a damaged file is put aside.
     *
     * @throws IOException if there is a file that can be neither read nor put aside
     */
    ClusterStatistics(Path file, int shardsMax) throws IOException {
        this.file = file;
        this.store = new StatisticsStore(shardsMax);
        try {
            store.load(file);
        } catch (IOException e) {
            var aside = file.resolveSibling(file.getFileName() + ".damaged");
            LOG.error("the statistics of the cluster begin anew, what was there is in {}", aside, e);
            Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        }
        this.saved = latestMinute();
    }

    StatisticsStore store() {
        return store;
    }

    /** Returns what nodes said last of their machines. */
    Map<String, Resources> resources() {
        return Map.copyOf(resources);
    }

    /** Returns the minute after which nodes are to tell what they counted, before {@code minute} ended. */
    long after(Iterable<String> nodes, long minute) {
        long after = minute - 1;
        for (var node : nodes) {
            after = Math.min(after, until(node));
        }
        return Math.max(after, minute - MINUTES_MAX);
    }

    /** Returns the last minute of a node's that is in. */
    long until(String node) {
        return until.getOrDefault(node, saved);
    }

    private long latestMinute() {
        long latest = Long.MIN_VALUE;
        for (var name : store.names()) {
            var minutes = store.minutes(name);
            latest = minutes.isEmpty()
                    ? latest
                    : Math.max(latest, minutes.getLast().minute());
        }
        return latest;
    }

    /**
     * Returns what a node says of itself: its machine, and what it counted of each shard after a minute until another
     * one.
     */
    static byte[] told(Resources machine, StatisticsStore counted, long after, long until) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(machine.cores());
            out.writeDouble(machine.processLoad());
            out.writeLong(machine.diskUsable());
            out.writeLong(until);
            for (var name : counted.names()) {
                for (var minute : counted.minutes(name)) {
                    if (minute.minute() > after && minute.minute() <= until && minute.accesses() > 0) {
                        out.writeUTF(name);
                        minute.write(out);
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /** Adds what a node told; what it told before counts once. */
    void add(String node, byte[] told) {
        try (var in = new DataInputStream(new ByteArrayInputStream(told))) {
            resources.put(node, new Resources(in.readInt(), in.readDouble(), in.readLong()));
            long last = in.readLong();
            long known = until(node);
            while (in.available() > 0) {
                var name = in.readUTF();
                var minute = Period.read(in);
                if (minute.minute() > known) {
                    store.merge(name, minute);
                }
            }
            until.put(node, Math.max(known, last));
        } catch (IOException e) {
            LOG.warn("what {} counted is not understood: of another release, perhaps", node, e);
        } catch (IllegalStateException full) {
            LOG.warn("what {} counted is not kept: {}", node, full.getMessage());
        }
    }

    /** Forgets the shards of logs that are deleted. */
    void retain(ClusterState state) {
        for (var name : store.names()) {
            if (state.find(Long.parseLong(name.substring(0, name.indexOf('/')))) == null) {
                store.forget(name);
            }
        }
    }

    void save() {
        try {
            store.save(file);
        } catch (IOException e) {
            throw new UncheckedIOException("the statistics of the cluster could not be written to " + file, e);
        }
    }
}
