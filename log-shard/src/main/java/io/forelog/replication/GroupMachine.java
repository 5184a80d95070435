package io.forelog.replication;

import io.forelog.error.DiskFullException;
import io.forelog.raft.GroupCommit;
import io.forelog.raft.MemberId;
import io.forelog.raft.StateMachine;
import io.forelog.replication.GroupCheckpoint.ShardImage;
import io.forelog.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards of one group, as every replica of it comes to hold them: applies the group's log to them. Their records
 * are written and not forced, for the group's log has them, forced; a checkpoint forces them and lets that log go.
 */
final class GroupMachine implements StateMachine {

    private static final Logger LOG = LoggerFactory.getLogger(GroupMachine.class);
    /** Applied in less time than another thread is woken in, or not much more. */
    private static final int QUICK_BYTES_MAX = 16 << 10;
    private static final Duration FULL_DISK_PAUSE = Duration.ofMillis(100);

    private final int group;
    private final Storage storage;
    private final ShardReplicas replicas;
    private final CheckpointFiles checkpoints;
    private final ShardCopy copy;
    private final Executor background;
    private final Map<ShardId, ShardReplica> shards = new ConcurrentSkipListMap<>();

    /** Shards that a checkpoint of another member names and that are being copied, to be installed with it. */
    private final Map<ShardId, ShardReplica> staged = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /** @param background where shards are forced and copied: threads that may wait */
    GroupMachine(
            int group,
            Storage storage,
            ShardReplicas replicas,
            CheckpointFiles checkpoints,
            ShardCopy copy,
            Executor background) {
        this.group = group;
        this.storage = storage;
        this.replicas = replicas;
        this.checkpoints = checkpoints;
        this.copy = copy;
        this.background = background;
    }

    /** Returns the shards that are open here now. */
    Set<ShardId> shards() {
        return Set.copyOf(shards.keySet());
    }

    /** Returns whether a shard is open here now. */
    boolean holds(ShardId shard) {
        return shards.containsKey(shard);
    }

    @Override
    public ByteBuffer apply(long index, int term, ByteBuffer operation) {
        var answers = new ArrayList<ByteBuffer>();
        for (var part : GroupCommit.split(operation)) {
            answers.add(apply(term, GroupOperation.read(part)).toBytes());
        }
        return GroupCommit.join(answers);
    }

    /** Quick is what goes into segments as they are: a shard to open, or a segment to begin, waits for the disk. */
    @Override
    public boolean isQuick(ByteBuffer operation) {
        int bytes = operation.remaining();
        if (bytes > QUICK_BYTES_MAX) {
            return false;
        }
        for (var part : GroupCommit.split(operation)) {
            if (!GroupOperation.isAppend(part)) {
                return false;
            }
            var append = (GroupOperation.Append) GroupOperation.read(part);
            var replica = shards.get(append.shard());
            if (replica == null || !replica.log().isReadyFor(bytes)) {
                return false;
            }
        }
        return true;
    }

    private GroupAnswer apply(int term, GroupOperation operation) {
        return switch (operation) {
            case GroupOperation.Append append -> append(append, term);
            case GroupOperation.Open open -> {
                if (!shards.containsKey(open.shard())) {
                    hold(opened(open.shard(), open.logName()));
                }
                yield new GroupAnswer.Done();
            }
            case GroupOperation.Drop drop -> {
                drop(drop.shard());
                yield new GroupAnswer.Done();
            }
        };
    }

    private GroupAnswer append(GroupOperation.Append append, int term) {
        var replica = shards.get(append.shard());
        if (replica == null) {
            return new GroupAnswer.NotOpen();
        }
        boolean told = false;
        while (true) {
            try {
                return replica.apply(append.batch(), append.nextOffset(), term);
            } catch (DiskFullException e) {
                // It is committed: it waits for room. The leader refuses appends before its own disk comes to this.
                if (closed) {
                    throw e;
                }
                if (!told) {
                    LOG.error("shard {} waits for room to apply what is committed: {}", append.shard(), e.getMessage());
                    told = true;
                }
                LockSupport.parkNanos(FULL_DISK_PAUSE.toNanos());
            }
        }
    }

    private ShardReplica opened(ShardId shard, String logName) {
        return new ShardReplica(shard, logName, storage.open(shard.log(), shard.number()));
    }

    private void hold(ShardReplica replica) {
        shards.put(replica.id(), replica);
        replicas.add(replica);
    }

    private void drop(ShardId shard) {
        var replica = shards.remove(shard);
        if (replica != null) {
            replicas.remove(shard);
            replica.close();
            storage.delete(shard.log(), shard.number());
        }
    }

    /** Deletes what the archive, which all replicas share, has of a dropped shard; in the background. */
    void deleteArchived(ShardId shard) {
        background.execute(() -> {
            try {
                storage.deleteArchived(shard.log(), shard.number());
            } catch (RuntimeException e) {
                LOG.error("the archive keeps records of shard {}, whose log is deleted: delete them by hand", shard, e);
            }
        });
    }

    @Override
    public CompletableFuture<ByteBuffer> checkpoint(long index) {
        var held = List.copyOf(shards.values());
        var images = held.stream()
                .map(replica -> new ShardImage(
                        replica.id(), replica.logName(), replica.highWatermark(), replica.producers()))
                .toList();
        return CompletableFuture.supplyAsync(() -> written(new GroupCheckpoint(index, images), held), background);
    }

    private ByteBuffer written(GroupCheckpoint checkpoint, List<ShardReplica> held) {
        for (var replica : held) {
            if (!replica.isClosed()) {
                replica.log().force();
            }
        }
        try {
            byte[] bytes = checkpoint.toBytes();
            checkpoints.write(checkpoint.index(), bytes);
            return CheckpointFiles.manifest(checkpoint.index(), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint " + checkpoint.index() + " of group " + group
                    + " was not written", e);
        }
    }

    @Override
    public CompletableFuture<Void> fetch(MemberId from, long index, ByteBuffer manifest) {
        return copy.checkpoint(from.node(), group, CheckpointFiles.index(manifest))
                .thenAcceptAsync(bytes -> fetched(from.node(), manifest, bytes), background);
    }

    private void fetched(String from, ByteBuffer manifest, byte[] bytes) {
        try {
            CheckpointFiles.verify(manifest, bytes);
            var checkpoint = GroupCheckpoint.read(bytes);
            for (var image : checkpoint.shards()) {
                var replica = shards.get(image.id());
                copy.fill(
                        replica == null
                                ? staged.computeIfAbsent(image.id(), id -> opened(id, image.logName()))
                                : replica,
                        image.end(),
                        from);
            }
            for (var image : checkpoint.shards()) {
                var replica = staged.get(image.id());
                if (replica != null) {
                    replica.log().force();
                }
            }
            checkpoints.write(checkpoint.index(), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("the checkpoint of " + from + " cannot be used", e);
        }
    }

    @Override
    public void install(long index, ByteBuffer manifest) {
        try {
            byte[] bytes = checkpoints.read(CheckpointFiles.index(manifest));
            CheckpointFiles.verify(manifest, bytes);
            install(GroupCheckpoint.read(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("checkpoint " + index + " of group " + group
                    + " cannot be read; replace this replica", e);
        }
    }

    private void install(GroupCheckpoint checkpoint) {
        var named = new HashSet<ShardId>();
        RuntimeException failed = null;
        for (var image : checkpoint.shards()) {
            named.add(image.id());
            try {
                install(image);
            } catch (RuntimeException e) {
                // The others can still be read here, whatever becomes of this replica.
                LOG.error("shard {} of '{}' cannot go on here", image.id(), image.logName(), e);
                failed = e;
            }
        }
        shards.keySet().stream().filter(shard -> !named.contains(shard)).forEach(this::drop);
        if (failed != null) {
            throw failed;
        }
    }

    private void install(ShardImage image) {
        var replica = shards.get(image.id());
        if (replica == null) {
            var ready = staged.remove(image.id());
            replica = ready == null ? opened(image.id(), image.logName()) : ready;
            hold(replica);
        }
        if (replica.log().endOffset() < image.end()) {
            copy.fillFromAny(replica, image.end());
        }
        replica.restore(image.end(), image.producers());
    }

    /** Returns the file of a checkpoint, for another member. */
    byte[] checkpointFile(long index) throws IOException {
        return checkpoints.read(index);
    }

    /** Closes the shards; the group has stopped. */
    void close() {
        closed = true;
        for (var replica : shards.values()) {
            replicas.remove(replica.id());
            replica.close();
        }
        staged.values().forEach(ShardReplica::close);
    }
}
