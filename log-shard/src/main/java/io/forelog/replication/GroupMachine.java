package io.forelog.replication;

import io.forelog.error.DiskFullException;
import io.forelog.metadata.ClusterState;
import io.forelog.raft.GroupCommit;
import io.forelog.raft.MemberId;
import io.forelog.raft.RaftRuntime;
import io.forelog.raft.StateMachine;
import io.forelog.storage.ShardLogs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
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
    /** Whether no other replica of the group was on this node before. */
    private final boolean isFirst;

    private final ShardLogs logs;
    private final CheckpointFiles checkpoints;
    private final ShardCopy copy;
    private final Executor background;
    private final RaftRuntime runtime;
    private final GroupShards shards;
    private final ShardSteps steps;
    private final Runnable stepped;
    /** Shards whose files stayed when the group let go of them, and which the last checkpoint may name. */
    private final Map<ShardId, Gone> letGo = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /**
     * A shard that is held no more.
     *
     * @param index of the operation that let it go: checkpoints from there on do not name it
     * @param deleted whether its log is deleted, so that nobody needs its files then
     */
    private record Gone(long index, boolean deleted) {}

    /** @param stepped is run after each step of a plan that was applied; it must not block */
    GroupMachine(
            MemberId member,
            int group,
            GroupHost host,
            GroupShards shards,
            CheckpointFiles checkpoints,
            ShardCopy copy,
            Runnable stepped) {
        this.group = group;
        this.isFirst = member.incarnation() == 0;
        this.logs = host.logs();
        this.checkpoints = checkpoints;
        this.copy = copy;
        this.background = host.background();
        this.runtime = host.runtime();
        this.shards = shards;
        this.steps = new ShardSteps(member.node(), shards, copy, () -> closed);
        this.stepped = stepped;
    }

    /** Returns the shards that the group holds here now. */
    Set<ShardId> shards() {
        return shards.ids();
    }

    /** Returns the shards that other groups took over. */
    Set<ShardId> forgotten() {
        return shards.forgotten().keySet();
    }

    /** Returns whether the group, started again from its last checkpoint, would look for the shard's files. */
    boolean mayNeed(ShardId shard) {
        return letGo.containsKey(shard);
    }

    /**
     * Takes note of which checkpoint the group's log begins from, and deletes what none names any more. Does not block.
     *
     * @return whether it still may name what is gone. This replica, started again, would look for that; and a member
     *     that is to begin from there would ask for what nobody has any more. So another one should be made soon
     */
    boolean namesGone(long checkpoint) {
        letGo.forEach((shard, gone) -> {
            if (gone.index() <= checkpoint && letGo.remove(shard, gone) && gone.deleted()) {
                background.execute(() -> delete(shard));
            }
        });
        return !letGo.isEmpty();
    }

    /** Lets go of most of what sealed shards remember of producers, where others have it by now. Does not block. */
    void shortenProducers(ClusterState state) {
        for (var shard : shards.all()) {
            var log = shard.remembersTooMuch() ? state.find(shard.replica().id().log()) : null;
            if (log != null) {
                shard.shortenProducers(log.shards());
            }
        }
    }

    private void delete(ShardId shard) {
        try {
            shards.delete(shard);
        } catch (RuntimeException e) {
            LOG.error("the files of shard {}, whose log is deleted, stay for now", shard, e);
        }
    }

    /** Returns a shard as it was applied here, or null. */
    @Nullable
    AppliedShard find(ShardId shard) {
        return shards.find(shard);
    }

    /**
     * Returns whether the group orders a shard's appends, as far as its log was applied here, or did until it was
     * sealed.
     */
    boolean owns(ShardId shard) {
        var applied = shards.find(shard);
        return applied != null && !(applied.standing() instanceof Standing.Released);
    }

    @Override
    public ByteBuffer apply(long index, int term, ByteBuffer operation) {
        var answers = new ArrayList<ByteBuffer>();
        for (var part : GroupCommit.split(operation)) {
            answers.add(apply(index, term, GroupOperation.read(part)).toBytes());
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
            var shard = shards.find(append.shard());
            if (shard == null || !shard.replica().log().isReadyFor(bytes)) {
                return false;
            }
        }
        return true;
    }

    private GroupAnswer apply(long index, int term, GroupOperation operation) {
        return switch (operation) {
            case GroupOperation.Append append -> append(append, term);
            case GroupOperation.Fence fence -> {
                var shard = shards.find(fence.shard());
                yield shard == null ? new GroupAnswer.NotOpen() : shard.fence(fence.producer(), fence.epoch());
            }
            case GroupOperation.Change(ShardChange.Forget forget) -> {
                letGo.put(forget.shard(), new Gone(index, false));
                yield steps.apply(forget, term);
            }
            case GroupOperation.Open open -> {
                if (shards.find(open.shard()) == null && !shards.isForgotten(open.shard())) {
                    if (!isFirst) {
                        clear(open.shard(), open.logName());
                    }
                    shards.hold(fresh(open.shard(), open.logName()));
                }
                yield new GroupAnswer.Done();
            }
            case GroupOperation.Drop drop -> {
                letGo.put(drop.shard(), new Gone(index, true));
                shards.close(drop.shard());
                yield new GroupAnswer.Done();
            }
            case GroupOperation.Change change -> {
                var answer = steps.apply(change.step(), term);
                stepped.run();
                yield answer;
            }
        };
    }

    private GroupAnswer append(GroupOperation.Append append, int term) {
        var shard = shards.find(append.shard());
        if (shard == null) {
            return new GroupAnswer.NotOpen();
        }
        boolean told = false;
        while (true) {
            try {
                return shard.apply(append.batch(), append.nextOffset(), term);
            } catch (DiskFullException e) {
                // It is committed: it waits for room. The leader refuses appends before its own disk comes to this.
                if (closed) {
                    throw e;
                }
                if (!told) {
                    LOG.error("shard {} waits for room to apply what is committed: {}", append.shard(), e.getMessage());
                    told = true;
                }
                runtime.pause(FULL_DISK_PAUSE);
            }
        }
    }

    /**
     * Deletes what an earlier replica left here of a shard whose records all come again by the group's log; not what
     * another group went on with since, whose log has nothing of them: they are compared as they come.
     */
    private void clear(ShardId shard, String logName) {
        if (shards.staged(shard, logName).log().endOffset() > 0 && !shards.isOfAnother(shard)) {
            LOG.info("group {}: what an earlier replica left of shard {} here is written anew", group, shard);
            shards.unstage(shard);
        }
    }

    private static ShardImage fresh(ShardId shard, String logName) {
        return new ShardImage(shard, logName, 0, 0, 0, Standing.OPEN, List.of(), List.of());
    }

    /** Deletes what the archive, which all replicas share, has of a dropped shard; in the background. */
    void deleteArchived(ShardId shard) {
        background.execute(() -> {
            try {
                logs.deleteArchived(shard.log(), shard.number());
            } catch (RuntimeException e) {
                LOG.error("the archive keeps records of shard {}, whose log is deleted: delete them by hand", shard, e);
            }
        });
    }

    @Override
    public CompletableFuture<ByteBuffer> checkpoint(long index) {
        var held = shards.all();
        var images = held.stream().map(AppliedShard::image).toList();
        var checkpoint = new GroupCheckpoint(index, images, shards.forgotten());
        return CompletableFuture.supplyAsync(() -> written(checkpoint, held), background);
    }

    private ByteBuffer written(GroupCheckpoint checkpoint, Collection<AppliedShard> held) {
        for (var shard : held) {
            if (!shard.replica().isClosed()) {
                shard.replica().log().force();
            }
        }
        try {
            byte[] bytes = checkpoint.toBytes();
            checkpoints.write(checkpoint.index(), bytes);
            return CheckpointFiles.manifest(checkpoint.index(), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "checkpoint " + checkpoint.index() + " of group " + group + " was not written", e);
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
                // Also what is held already: the group's log has nothing of what is copied, so a crash would lose it.
                var nodes = copy.withHolders(image.id(), List.of(from));
                var replica = trusted(image, nodes);
                copy.fillNow(replica, image.end(), nodes);
                replica.log().force();
            }
            checkpoints.write(checkpoint.index(), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("the checkpoint of " + from + " cannot be used", e);
        }
    }

    /** Returns the replica to be filled, without what an earlier one left here if that is not what others have. */
    private ShardReplica trusted(ShardImage image, Collection<String> nodes) {
        var replica = shards.staged(image.id(), image.logName());
        if (shards.find(image.id()) == null && !copy.agrees(replica, image.end(), nodes)) {
            LOG.error("shard {} is not what other replicas have: it is copied anew", image.id());
            shards.unstage(image.id());
            return shards.staged(image.id(), image.logName());
        }
        return replica;
    }

    @Override
    public void install(long index, ByteBuffer manifest) {
        try {
            byte[] bytes = checkpoints.read(CheckpointFiles.index(manifest));
            CheckpointFiles.verify(manifest, bytes);
            checkpoints.begunFrom(index, manifest);
            install(GroupCheckpoint.read(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "checkpoint " + index + " of group " + group + " cannot be read; replace this replica", e);
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
        shards.retain(named, checkpoint.forgotten());
        if (failed != null) {
            throw failed;
        }
    }

    private void install(ShardImage image) {
        var replica = shards.claimed(image.id(), image.logName());
        copy.fillFromAny(replica, image.end(), () -> closed);
        shards.hold(image);
    }

    /**
     * Copies what is missing below {@code end} of a shard that comes to the group, or whose copy it keeps; returns
     * where it ends here. Blocks.
     *
     * @param nodes that have it, in the order in which they are asked
     * @param copiedBytes is told of each run how many bytes it had
     */
    long feed(ShardId shard, String logName, long end, List<String> nodes, LongConsumer copiedBytes) {
        var replica = shards.staged(shard, logName);
        copy.fillNow(replica, end, nodes, copiedBytes);
        return replica.log().endOffset();
    }

    /** Opens a shard that the group is about to hold, so that its first append waits for no file. Blocks. */
    void prepare(ShardId shard, String logName) {
        shards.staged(shard, logName).log().prepare();
    }

    /** Returns the replica that is fed, or held. */
    ShardReplica fed(ShardId shard, String logName) {
        return shards.staged(shard, logName);
    }

    /** Deletes a copy that the group does not come to need, and will not look for after a crash. */
    void unfeed(ShardId shard) {
        shards.unstageUnclaimed(shard, mayNeed(shard));
    }

    /** Returns the file of a checkpoint, for another member. */
    byte[] checkpointFile(long index) throws IOException {
        return checkpoints.readForOther(index);
    }

    /** Waits for nothing any more: the group is about to stop. */
    void ending() {
        closed = true;
    }

    /** Closes the shards; the group has stopped. */
    void close() {
        shards.close();
    }
}
