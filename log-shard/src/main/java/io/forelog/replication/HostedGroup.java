package io.forelog.replication;

import io.forelog.error.CommitUnknownException;
import io.forelog.error.ForelogException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.OffsetMismatchException;
import io.forelog.error.ShardSealedException;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Group;
import io.forelog.metadata.MetadataCommand.GroupFormed;
import io.forelog.metadata.MetadataCommand.GroupLed;
import io.forelog.metadata.MetadataCommand.ReplaceReplica;
import io.forelog.metadata.MetadataStore;
import io.forelog.plan.PlanState;
import io.forelog.raft.Committed;
import io.forelog.raft.Durability;
import io.forelog.raft.GroupCommit;
import io.forelog.raft.GroupListener;
import io.forelog.raft.GroupReconciler;
import io.forelog.raft.GroupStatus;
import io.forelog.raft.MemberId;
import io.forelog.raft.RaftRuntime;
import io.forelog.raft.ReconcilerConfig;
import io.forelog.raft.ReplicatedGroup;
import io.forelog.raft.WantedMembers;
import io.forelog.raft.wal.CorruptLogException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replication group on this node. While this node leads it, it also sees to it that the group holds the shards
 * that the metadata gives it, and tells the metadata who leads.
 *
 * <p>Safe for use by any thread.
 */
final class HostedGroup implements GroupListener {

    private static final Logger LOG = LoggerFactory.getLogger(HostedGroup.class);
    private static final int FOLLOWING = -1;
    private static final Duration EVERYWHERE_MAX = Duration.ofSeconds(5);
    private static final Duration CUTOVER_SPARED = Duration.ofSeconds(1);
    private static final Duration TIDY_PAUSE = Duration.ofSeconds(5);

    private final int id;
    private final MemberId member;
    private final String self;
    private final GroupMachine machine;
    private final MetadataStore metadata;
    private final ReplicatedGroup group;
    private final GroupReconciler reconciler;
    private final GroupCommit forced;
    private final GroupCommit buffered;
    private final RaftRuntime runtime;
    private final InstantSource clock;
    private final CutoverTimes times;
    private final PlanSteps plans;
    private final MoveSteps moves;

    /** Shards whose opening or deletion is on its way through the group's log. */
    private final Map<ShardId, Boolean> underWay = new ConcurrentHashMap<>();

    /** When the next checkpoint may be made that does not name what is gone. */
    private volatile long tidyNanos;

    private volatile int leadingTerm = FOLLOWING;
    private volatile @Nullable Throwable stopped;

    /** Opens the group's replica; {@link #start} makes it take part. */
    HostedGroup(
            int id,
            MemberId member,
            GroupMachine machine,
            MetadataStore metadata,
            GroupHost host,
            ReplicationConfig config,
            PlanParts parts,
            GroupOpener opener)
            throws IOException {
        this.id = id;
        this.member = member;
        this.self = member.node();
        this.machine = machine;
        this.metadata = metadata;
        this.runtime = host.runtime();
        this.clock = host.clock();
        this.tidyNanos = runtime.nanoTime();
        this.group = opener.open(machine, this);
        this.reconciler = new GroupReconciler(group, ReconcilerConfig.DEFAULT, runtime::nanoTime);
        this.forced = commits(config, bytes -> group.submit(bytes, Durability.FORCED));
        Function<ShardChange, CompletableFuture<GroupAnswer>> steps = step -> submit(new GroupOperation.Change(step));
        this.times = new CutoverTimes(config.cutoverMax(), runtime::nanoTime);
        this.plans = new PlanSteps(id, metadata, parts, times, this::barrier, steps, clock);
        this.moves = new MoveSteps(id, self, metadata, machine, parts, times, this::barrier, steps, clock);
        this.buffered = commits(config, bytes -> group.submit(bytes, Durability.BUFFERED));
    }

    /** Opens a replica. */
    interface GroupOpener {
        ReplicatedGroup open(GroupMachine machine, GroupListener listener) throws IOException;
    }

    private GroupCommit commits(ReplicationConfig config, Function<ByteBuffer, CompletableFuture<Committed>> submit) {
        return new GroupCommit(
                "g" + id, submit, config.entryBytesMax(), config.entriesUnderWayMax(), config.waitingBytesMax());
    }

    CompletableFuture<Void> start() {
        return group.start();
    }

    int id() {
        return id;
    }

    boolean leads() {
        return leadingTerm != FOLLOWING;
    }

    ReplicatedGroup raft() {
        return group;
    }

    GroupStatus status() {
        return group.status();
    }

    GroupMachine machine() {
        return machine;
    }

    CompletableFuture<Void> barrier() {
        return group.leasedReadBarrier().handle((index, failure) -> {
            if (failure != null) {
                throw Refusals.of(failure);
            }
            return null;
        });
    }

    void append(AppendCommand command) {
        try {
            requireAppendable(command);
        } catch (ForelogException e) {
            command.done().completeExceptionally(e);
            return;
        }
        var operation = new GroupOperation.Append(command.shard(), command.nextOffset(), command.batch());
        (command.forced() ? forced : buffered).add(operation.toBytes()).whenComplete((committed, failure) -> {
            if (failure != null) {
                command.done().completeExceptionally(Refusals.of(failure));
            } else {
                answer(command, committed);
            }
        });
    }

    /** As {@link Groups#fence}. One whose outcome is not known does no harm a second time. */
    CompletableFuture<Void> fence(ShardId shard, long producer, short epoch) {
        if (!leads()) {
            return CompletableFuture.failedFuture(new NoLeaderException(self + " does not lead group " + id));
        }
        return submit(new GroupOperation.Fence(shard, producer, epoch)).handle((answer, failure) -> {
            if (failure != null) {
                var refusal = Refusals.of(failure);
                throw refusal instanceof CommitUnknownException
                        ? new NoLeaderException(String.valueOf(refusal.getMessage()))
                        : refusal;
            }
            if (!(answer instanceof GroupAnswer.Done)) {
                throw answer.refusal(shard);
            }
            return null;
        });
    }

    /** What can be refused before it is in the log: once it is there, every replica must find room for it. */
    private void requireAppendable(AppendCommand command) {
        if (!leads()) {
            throw new NoLeaderException(self + " does not lead group " + id);
        }
        var shard = machine.find(command.shard());
        if (shard == null || shard.replica().isClosed() || shard.standing() instanceof Standing.Released) {
            throw new NoLeaderException("shard " + command.shard().number() + " is being opened, moved or closed");
        }
        // A repeat of what it took is still answered as the first was.
        if (shard.standing() instanceof Standing.Sealed(var children)
                && command.batch().producerId() < 0) {
            throw new ShardSealedException(command.shard().number(), children);
        }
        shard.replica().log().requireRoom(command.batch().sizeBytes());
    }

    private void answer(AppendCommand command, Committed committed) {
        switch (GroupAnswer.read(committed.result())) {
            case GroupAnswer.At(var appended) -> {
                if (command.everywhere()) {
                    awaitEverywhere(command, appended, committed.index());
                } else {
                    command.done().complete(appended);
                }
            }
            case GroupAnswer.Mismatch(var next) ->
                command.done()
                        .completeExceptionally(new OffsetMismatchException(
                                command.shard().number(), AppendCommand.wanted(command.nextOffset()), next));
            case GroupAnswer refused -> command.done().completeExceptionally(refused.refusal(command.shard()));
        }
    }

    private void awaitEverywhere(AppendCommand command, Appended appended, long index) {
        group.everywhere(index, EVERYWHERE_MAX).whenComplete((done, failure) -> {
            if (failure == null) {
                command.done().complete(appended);
            } else {
                command.done().completeExceptionally(Refusals.of(failure));
            }
        });
    }

    @Override
    public void onLeading(int term) {
        LOG.info("{} leads group {} in term {}", self, id, term);
        leadingTerm = term;
        tick(metadata.state());
    }

    @Override
    public void onFollowing(int term, Optional<MemberId> leader) {
        LOG.info("{} leads group {} no more", self, id);
        leadingTerm = FOLLOWING;
        underWay.clear();
        plans.resign();
        moves.resign();
        times.clear();
    }

    @Override
    public void onStopped(Throwable cause) {
        leadingTerm = FOLLOWING;
        stopped = cause;
        LOG.error("the replica of group {} here has stopped: its shards can be read, and not appended to", id, cause);
    }

    /** Returns why the replica stopped for good, or null while it runs. */
    @Nullable
    Throwable stopped() {
        return stopped;
    }

    /**
     * Lets another incarnation take the place of a member that has stopped for good. What this member leads, and
     * commits without having heard of that one, does not depend on it.
     */
    CompletableFuture<Void> replace(MemberId gone) {
        var silenceMax = ReconcilerConfig.DEFAULT.silenceMax();
        boolean isSilent = group.status().followers().stream()
                .filter(follower -> follower.member().equals(gone))
                .allMatch(follower -> follower.silence().compareTo(silenceMax) > 0);
        if (!leads() || !isSilent || gone.equals(member)) {
            return CompletableFuture.failedFuture(
                    new NoLeaderException(self + " does not lead group " + id + " without " + gone));
        }
        return barrier()
                .thenCompose(led -> metadata.submit(new ReplaceReplica(id, gone)))
                .thenAccept(state -> LOG.warn("group {}: {} has stopped for good, and is replaced", id, gone));
    }

    /** Does what is due, as the metadata is now; most of it only for a leader. Never blocks. */
    void tick(ClusterState state) {
        if (stopped == null && machine.namesGone(group.status().checkpointIndex())) {
            tidy(state);
        }
        machine.shortenProducers(state);
        int term = leadingTerm;
        if (term == FOLLOWING || id >= state.groups().size()) {
            return;
        }
        var known = state.groups().get(id);
        if (known.term() < term || known.term() == term && !self.equals(known.leader())) {
            metadata.submit(new GroupLed(id, self, term)).exceptionally(failure -> {
                LOG.info("group {}: could not tell who leads, tried again soon: {}", id, failure.getMessage());
                return state;
            });
        }
        // One that was removed and is wanted again is another member, once the metadata knows that it was removed.
        if (!tellMembers(known)) {
            reconciler.advance(wanted(known, state));
        }
        // What a leader before this one did upon a newer state is in the group's log, and by an older one it would be
        // undone. A state that names this leader is newer than all of those.
        if (known.term() == term && self.equals(known.leader())) {
            advance(state);
        }
    }

    /** Does what is due by a state that is no older than this leadership. */
    private void advance(ClusterState state) {
        var wanted = new HashMap<ShardId, String>();
        for (var log : state.logs().values()) {
            for (var shard : log.shards().shards()) {
                // The children of a plan come with what their parents remember.
                if (shard.group() == id && shard.parents().isEmpty()) {
                    wanted.put(new ShardId(log.incarnation(), shard.number()), log.name());
                }
            }
        }
        var open = machine.shards();
        wanted.forEach((shard, name) -> {
            if (!open.contains(shard)) {
                order(shard, new GroupOperation.Open(shard, name));
            }
        });
        var all = new HashSet<>(open);
        all.addAll(machine.forgotten());
        for (var shard : all) {
            if (state.isDeleted(shard.log())) {
                order(shard, new GroupOperation.Drop(shard));
            }
        }
        times.retain(state);
        plans.advance(state);
        moves.advance(state);
    }

    /**
     * Makes a checkpoint that does not name what is gone, soon. It takes the disk from appends, and these wait for that
     * most while a plan cuts over: not just then, which mostly is over at once, and one for several that have gone.
     */
    private void tidy(ClusterState state) {
        long since = clock.millis() - CUTOVER_SPARED.toMillis();
        long now = runtime.nanoTime();
        boolean isCuttingOver = state.plans()
                        .active(plan -> plan.state() == PlanState.CUTOVER && plan.sinceMillis() > since)
                != null;
        if (!isCuttingOver && now - tidyNanos >= 0) {
            tidyNanos = now + TIDY_PAUSE.toNanos();
            group.checkpoint();
        }
    }

    private CompletableFuture<GroupAnswer> submit(GroupOperation operation) {
        return forced.add(operation.toBytes()).thenApply(committed -> GroupAnswer.read(committed.result()));
    }

    /**
     * Others must know of what the group is made: who has left may let its files go, who has not may not. Returns
     * whether they do not yet.
     */
    private boolean tellMembers(Group known) {
        var membership = group.status().membership();
        boolean news = membership.index() > known.presentIndex()
                && !Set.copyOf(membership.members()).equals(Set.copyOf(known.present()));
        if (news) {
            metadata.submit(new GroupFormed(id, membership.index(), membership.members()))
                    .exceptionally(failure -> {
                        LOG.info(
                                "group {}: could not tell its members, tried again soon: {}", id, failure.getMessage());
                        return metadata.state();
                    });
        }
        return news;
    }

    private static WantedMembers wanted(Group known, ClusterState state) {
        var members = known.replicas();
        var preferred = members.stream()
                .filter(member -> member.node().equals(known.preferred()))
                .filter(member -> state.nodes().get(member.node()).isActive())
                .findFirst();
        return new WantedMembers(members, WantedMembers.oddVoters(members.size(), members.size()), preferred);
    }

    private void order(ShardId shard, GroupOperation operation) {
        if (underWay.putIfAbsent(shard, true) == null) {
            forced.add(operation.toBytes()).whenComplete((committed, failure) -> {
                underWay.remove(shard);
                if (failure != null) {
                    LOG.info("group {}: {} is tried again soon: {}", id, operation, failure.getMessage());
                } else if (operation instanceof GroupOperation.Drop) {
                    machine.deleteArchived(shard);
                }
            });
        }
    }

    /** Lets another member lead, if this one does and there is one that could. */
    CompletableFuture<Void> handOver() {
        var status = group.status();
        return status.successor()
                .map(group::transferLeadership)
                .orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    /**
     * Returns the file of a checkpoint, for another member. If it is damaged this replica stops: who needs it could
     * never begin while this one leads.
     */
    byte[] checkpointFile(long index) throws IOException {
        try {
            return machine.checkpointFile(index);
        } catch (CorruptLogException e) {
            group.fail(e);
            throw e;
        }
    }

    /** Returns which member this replica is. */
    MemberId member() {
        return member;
    }

    /** Ends: the group goes on without this member. */
    CompletableFuture<Void> leave() {
        leadingTerm = FOLLOWING;
        machine.ending();
        return group.stop().whenComplete((done, failure) -> machine.close());
    }

    /** Leaves in order, with a checkpoint, so that the next start has nothing to apply again. */
    CompletableFuture<Void> stop() {
        leadingTerm = FOLLOWING;
        group.checkpoint();
        machine.ending();
        return group.stop().whenComplete((done, failure) -> machine.close());
    }
}
