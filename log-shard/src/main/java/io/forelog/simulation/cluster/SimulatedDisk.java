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

    static final String METADATA = "metadata";

    private final Map<String, SimulatedStorage> directories = new TreeMap<>();
    private final Map<String, ShardFile> shards = new TreeMap<>();
    private final Map<String, SimulatedShardLog> open = new TreeMap<>();
    private final Saboteur saboteur;
    private final String node;
    private final SimulatedArchive archive;
    private final RetentionWatch retention;
    private final UnaryOperator<RecordBatch> stored;
    private final UnaryOperator<LogRecord> read;
    private boolean full;
    private boolean failing;
    private boolean voteDamaged;
    private long incarnation;
    private int number;

    /**
     * @param node whose it is
     * @param archive what all nodes share
     * @param retention told of what is deleted
     * @param saboteur breaks some of it
     */
    SimulatedDisk(String node, SimulatedArchive archive, RetentionWatch retention, Saboteur saboteur) {
        this.node = node;
        this.archive = archive;
        this.retention = retention;
        this.saboteur = saboteur;
        this.stored = saboteur.stored(node);
        this.read = saboteur.read(node);
    }

    /** Returns what tells this disk from those that the node had before. */
    String name() {
        return "disk-" + node + "-" + number;
    }

    /** Returns whether what the node votes by was altered. */
    boolean isVoteDamaged() {
        return voteDamaged;
    }

    long incarnation() {
        return incarnation;
    }

    boolean isFull() {
        return full;
    }

    boolean ignoresForces() {
        return saboteur.dropsForces();
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

    /** Another, empty disk takes its place. */
    void replace() {
        directories.values().forEach(SimulatedStorage::clear);
        directories.clear();
        shards.clear();
        number++;
        voteDamaged = false;
        failing = false;
        full = false;
        closeAll();
    }

    /** Loses what the node knows of the metadata. */
    void forgetMetadata() {
        directories.getOrDefault(METADATA, new SimulatedStorage()).clear();
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

    /** Returns the logs of groups and, beside them, their checkpoints. */
    private List<Map.Entry<String, SimulatedStorage>> ofGroups() {
        return directories.entrySet().stream()
                .filter(directory -> !directory.getKey().equals(METADATA))
                .toList();
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

    /** Flips a bit of what the node has of the metadata; returns where, or an empty text if there is nothing. */
    String flipMetadata(RandomGenerator random) {
        var metadata = directories.get(METADATA);
        var where = metadata == null ? "" : metadata.flipSomewhere(random);
        voteDamaged |= !where.isEmpty();
        return where;
    }

    /** Flips a bit of a group's log or checkpoint; returns where, or an empty text if there are none. */
    String flipLog(RandomGenerator random) {
        var groups = ofGroups();
        if (groups.isEmpty()) {
            return "";
        }
        var group = groups.get(random.nextInt(groups.size()));
        var where = group.getValue().flipSomewhere(random);
        return where.isEmpty() ? "" : group.getKey() + ", " + where;
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
            made.ignoreForces(ignoresForces());
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
        var id = new ShardId(logIncarnation, shard);
        var name = id.toString();
        if (open.containsKey(name)) {
            throw new IllegalStateException("shard " + name + " is open already");
        }
        var log = new SimulatedShardLog(
                this, id, shards.computeIfAbsent(name, unseen -> new ShardFile(name, archive)));
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

    @Override
    public void deleteArchived(long logIncarnation, int shard) {
        archive.deleteAll(name(logIncarnation, shard) + "/");
    }

    /** Returns below which offset a shard that ends there may be deleted, given what its segments say. */
    long expired(long below, long end) {
        return saboteur.expired(below, end);
    }

    /** Takes note of what retention deleted, see {@link RetentionWatch#deleted}. */
    void deleted(ShardId shard, List<ShardFile.Segment> before, long start) {
        retention.deleted(shard, before, start);
    }
}
