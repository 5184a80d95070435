package io.forelog.simulation.cluster;

import io.forelog.raft.wal.WalStorage;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.replication.GroupHost;
import io.forelog.replication.ShardId;
import io.forelog.simulation.SimulatedStorage;
import io.forelog.storage.ShardLog;
import io.forelog.storage.ShardLogs;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * All that a node has on disk: directories with the logs of its groups, and the shards. What happens to one happens to
 * all.
 */
final class SimulatedDisk implements ShardLogs, GroupHost.Disks {

    private final Map<String, SimulatedStorage> directories = new TreeMap<>();
    private final Map<String, SimulatedShardLog.ShardFile> shards = new TreeMap<>();
    private final Map<String, SimulatedShardLog> open = new TreeMap<>();
    private final UnaryOperator<RecordBatch> stored;
    private final UnaryOperator<LogRecord> read;
    private final boolean ignoresForces;
    private boolean full;
    private boolean failing;
    private long incarnation;

    /**
     * @param stored what becomes of a batch that is written
     * @param read what becomes of a record that is read
     * @param ignoresForces whether forces do nothing
     */
    SimulatedDisk(UnaryOperator<RecordBatch> stored, UnaryOperator<LogRecord> read, boolean ignoresForces) {
        this.stored = stored;
        this.read = read;
        this.ignoresForces = ignoresForces;
    }

    long incarnation() {
        return incarnation;
    }

    boolean isFull() {
        return full;
    }

    boolean ignoresForces() {
        return ignoresForces;
    }

    RecordBatch stored(RecordBatch batch) {
        return stored.apply(batch);
    }

    LogRecord read(LogRecord record) {
        return read.apply(record);
    }

    /** Loses what was not forced, or some of it, and closes everything: the machine crashed. */
    void crash(RandomGenerator random) {
        directories.values().forEach(directory -> directory.crash(random));
        shards.values().forEach(file -> file.crash(random.nextInt(file.unforced() + 1)));
        closeAll();
    }

    /** Closes everything, and loses nothing: the process was killed. */
    void kill() {
        directories.values().forEach(SimulatedStorage::kill);
        closeAll();
    }

    private void closeAll() {
        incarnation++;
        open.clear();
    }

    /** Lets the disk be full, or not any more. */
    void full(boolean now) {
        full = now;
        directories.values().forEach(directory -> directory.capacity(now ? 0 : Long.MAX_VALUE));
    }

    /** Lets every force fail, or not any more. */
    void failForces(boolean now) {
        failing = now;
        directories.values().forEach(directory -> directory.failForces(now));
    }

    /** Lets forces fail in the log of one group that is used, until {@link #mend}; returns which, or an empty text. */
    String failGroup(RandomGenerator random) {
        var groups = groups();
        if (groups.isEmpty()) {
            return "";
        }
        var group = groups.get(random.nextInt(groups.size()));
        group.getValue().failForces(true);
        return group.getKey();
    }

    /** Lets no group's log fail any more. */
    void mend() {
        directories.values().forEach(directory -> directory.failForces(failing));
    }

    private List<Map.Entry<String, SimulatedStorage>> groups() {
        return directories.entrySet().stream()
                .filter(directory -> directory.getKey().endsWith("/wal"))
                .toList();
    }

    boolean failsForces() {
        return failing;
    }

    /** Flips a bit of a group's log; returns where, or an empty text if there are none. */
    String flipLog(RandomGenerator random) {
        var groups = groups();
        if (groups.isEmpty()) {
            return "";
        }
        var group = groups.get(random.nextInt(groups.size()));
        return group.getKey() + ", " + group.getValue().flipSomewhere(random);
    }

    /** Flips a bit of a shard's records; returns where, or an empty text if there are none. */
    String flipRecord(RandomGenerator random) {
        var written = shards.entrySet().stream()
                .filter(shard -> shard.getValue().count() > 0)
                .toList();
        if (written.isEmpty()) {
            return "";
        }
        var shard = written.get(random.nextInt(written.size()));
        int batch = random.nextInt(shard.getValue().count());
        shard.getValue().flip(batch, random.nextInt(1 << 20));
        return "batch " + batch + " of shard " + shard.getKey();
    }

    @Override
    public WalStorage directory(String name) {
        return directories.computeIfAbsent(name, unseen -> {
            var made = new SimulatedStorage();
            made.ignoreForces(ignoresForces);
            made.capacity(full ? 0 : Long.MAX_VALUE);
            made.failForces(failing);
            return made;
        });
    }

    private static String name(long logIncarnation, int shard) {
        return new ShardId(logIncarnation, shard).toString();
    }

    @Override
    public ShardLog open(long logIncarnation, int shard) {
        var name = name(logIncarnation, shard);
        if (open.containsKey(name)) {
            throw new IllegalStateException("shard " + name + " is open already");
        }
        var log =
                new SimulatedShardLog(this, shards.computeIfAbsent(name, unseen -> new SimulatedShardLog.ShardFile()));
        open.put(name, log);
        return log;
    }

    @Override
    public void close(long logIncarnation, int shard) {
        var log = open.remove(name(logIncarnation, shard));
        if (log != null) {
            log.close();
        }
    }

    @Override
    public void delete(long logIncarnation, int shard) {
        close(logIncarnation, shard);
        shards.remove(name(logIncarnation, shard));
    }

    /** There is no archive. */
    @Override
    public void deleteArchived(long logIncarnation, int shard) {}
}
