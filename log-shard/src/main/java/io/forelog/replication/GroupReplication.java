package io.forelog.replication;

import io.forelog.error.CommitUnknownException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.NoSuchLogException;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Group;
import io.forelog.metadata.MetadataStore;
import io.forelog.raft.GroupConfig;
import io.forelog.raft.MemberId;
import io.forelog.raft.RaftRuntime;
import io.forelog.raft.ReplicatedGroup;
import io.forelog.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replication groups that this node is a member of: opened as the metadata names them, and closed as it takes
 * them away.
 *
 * <p>Safe for use by any thread.
 */
public final class GroupReplication implements Replication, Groups, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GroupReplication.class);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration LEADERS_MAX = Duration.ofSeconds(5);
    private static final Duration LEADERS_POLL = Duration.ofMillis(5);
    private static final Duration HAND_OVER_MAX = Duration.ofSeconds(3);
    private static final Duration STOP_MAX = Duration.ofSeconds(20);
    private static final Duration BACKGROUND_END_MAX = Duration.ofSeconds(2);

    private final String self;
    private final GroupHost host;
    private final ShardReplicas replicas;
    private final MetadataStore metadata;
    private final RaftRuntime runtime;
    private final ReplicationConfig config;
    private final Map<Integer, HostedGroup> hosted = new ConcurrentHashMap<>();
    /** Groups that this node has left and that are not closed yet. */
    private final Map<Integer, CompletableFuture<Void>> leaving = new ConcurrentHashMap<>();

    private final BiConsumer<ClusterState, ClusterState> watcher = (before, after) -> followSoon();

    private final CopyProgress copies = new CopyProgress();
    private final StoppedReplicas stopped;
    private final PlanParts parts;
    private final ArchiveSteps archives;
    private final AtomicBoolean isToFollow = new AtomicBoolean();
    private volatile boolean closed;

    /** @param self this node's name */
    public GroupReplication(
            String self, GroupHost host, ShardReplicas replicas, MetadataStore metadata, ReplicationConfig config) {
        this.self = self;
        this.host = host;
        this.replicas = replicas;
        this.metadata = metadata;
        this.runtime = host.runtime();
        this.config = config;
        this.stopped = new StoppedReplicas(
                self,
                host.peers(),
                runtime::nanoTime,
                () -> host.diskWorks(config.wal().fileBytes()));
        this.parts = new PlanParts(
                new ShardImages(self, metadata, host.peers(), hosted::get, runtime, this::followSoon),
                new ShardFeeds(self, host.peers(), replicas, host.background(), this::machine, runtime::nanoTime),
                new ReadyChildren(self, host.peers(), runtime, host.background(), this::machine),
                new CutoverPauses(metadata, runtime),
                runtime,
                this::followSoon);
        this.archives = new ArchiveSteps(metadata, replicas, this::leads, config.copyBytesPerSecond(), host);
    }

    /**
     * Opens the groups of this node and follows the metadata; completes when those that it names now have a leader, or
     * when a few seconds have passed: others may have to start first.
     */
    public CompletableFuture<Void> start() {
        metadata.watch(watcher);
        var led = new CompletableFuture<Void>();
        execute(() -> {
            follow(metadata.state());
            awaitLeaders(led, runtime.nanoTime());
        });
        runtime.schedule(TICK, this::tick);
        return led;
    }

    /** Follows what the metadata says by then: whoever acts upon an older state does what is done already. */
    private void followSoon() {
        if (isToFollow.compareAndSet(false, true)) {
            execute(() -> {
                isToFollow.set(false);
                follow(metadata.state());
            });
        }
    }

    private void tick() {
        if (!closed) {
            followSoon();
            runtime.schedule(TICK, this::tick);
        }
    }

    private void awaitLeaders(CompletableFuture<Void> led, long sinceNanos) {
        boolean all = hosted.values().stream()
                .map(HostedGroup::status)
                .allMatch(status -> status.leading()
                        || status.leader()
                                .filter(leader -> !leader.equals(status.self()))
                                .isPresent());
        if (all || runtime.nanoTime() - sinceNanos > LEADERS_MAX.toNanos()) {
            led.complete(null);
        } else {
            runtime.schedule(LEADERS_POLL, () -> awaitLeaders(led, sinceNanos));
        }
    }

    private void execute(Runnable task) {
        if (closed) {
            return;
        }
        try {
            host.control().execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("the groups here could not be looked after; tried again soon", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("a task of the groups after their end is dropped");
        }
    }

    private void follow(ClusterState state) {
        for (var group : state.groups()) {
            try {
                follow(group);
            } catch (RuntimeException e) {
                LOG.error("group {} could not be looked after", group.id(), e);
            }
        }
        stopped.tick(state, hosted::get);
        parts.feeds().tick(state);
        parts.ready().tick(state);
        archives.tick(state);
        for (var group : hosted.values()) {
            try {
                group.tick(state);
            } catch (RuntimeException e) {
                // What is due stays due: the next tick finds it again. The other groups want theirs now.
                LOG.error("group {} could not be looked after", group.id(), e);
            }
        }
    }

    /** A replica stays open until the group has left it out: before, it may be needed for a majority. */
    private void follow(Group group) {
        var wanted = group.replicaOn(self);
        var here = hosted.get(group.id());
        if (here == null) {
            if (wanted.isPresent()
                    && !leaving.containsKey(group.id())
                    && stopped.mayOpen(group.id(), wanted.get())) {
                open(group, wanted.get());
            }
        } else if (!wanted.equals(Optional.of(here.member()))
                && (here.stopped() != null || !group.present().contains(here.member()))) {
            leave(here);
        }
    }

    private void leave(HostedGroup group) {
        LOG.info("{} leaves group {}", group.member(), group.id());
        hosted.remove(group.id());
        var left = group.leave();
        leaving.put(group.id(), left);
        left.whenComplete((done, failure) -> {
            leaving.remove(group.id());
            if (failure != null) {
                LOG.error("group {} did not close", group.id(), failure);
            }
        });
    }

    private void open(Group group, MemberId member) {
        try {
            var opened = opened(group, member);
            stopped.opened(group.id(), member);
            hosted.put(group.id(), opened);
            opened.start().exceptionally(failure -> {
                LOG.error("group {} cannot take part", group.id(), failure);
                return null;
            });
        } catch (IOException | RuntimeException e) {
            stopped.unopened(group.id(), member, e);
        }
    }

    private HostedGroup opened(Group group, MemberId member) throws IOException {
        var home = group.channel() + "-" + member.incarnation();
        var copy = ShardCopy.of(
                group.id(), self, metadata, host, config.copyBytesPerSecond(), copies.of(group.id()));
        var checkpoints = new CheckpointFiles(host.disks().directory(home));
        var shards = new GroupShards(
                host.logs(),
                replicas,
                shard -> ShardGroups.isOfAnother(group.id(), self, shard, metadata.state()));
        var machine = new GroupMachine(member, group.id(), host, shards, checkpoints, copy, parts.images()::look);
        var wal = host.disks().directory(home + "/wal");
        var founded = new GroupConfig(
                group.channel(), member, group.founders(), config.timing(), config.limits(), config.wal());
        return new HostedGroup(
                group.id(),
                member,
                machine,
                metadata,
                host,
                config,
                parts,
                (stateMachine, listener) ->
                        ReplicatedGroup.open(founded, wal, host.network(), runtime, stateMachine, listener));
    }

    /** A group that goes on from its last checkpoint after a crash meets again what it has let go of since. */
    private boolean mayNeed(ShardId shard) {
        boolean needed = false;
        for (var group : hosted.values()) {
            if (group.machine().mayNeed(shard)) {
                group.raft().checkpoint();
                needed = true;
            }
        }
        return needed;
    }

    private @Nullable GroupMachine machine(int group) {
        var known = hosted.get(group);
        return known == null ? null : known.machine();
    }

    @Override
    public void append(AppendCommand command) {
        var group = groupOf(command.shard());
        if (group == null) {
            command.done()
                    .completeExceptionally(
                            metadata.state().find(command.shard().log()) == null
                                    ? new NoSuchLogException(
                                            "of incarnation " + command.shard().log())
                                    : new NoLeaderException(self + " holds no replica of shard " + command.shard()));
            return;
        }
        try {
            group.append(command);
        } catch (RuntimeException e) {
            command.done().completeExceptionally(new CommitUnknownException("the append failed: " + e, e));
        }
    }

    private @Nullable HostedGroup groupOf(ShardId id) {
        var log = metadata.state().find(id.log());
        var shard = log == null ? null : log.shards().shard(id.number());
        var named = shard == null ? null : hosted.get(shard.group());
        if (named != null && named.machine().owns(id)) {
            return named;
        }
        for (var group : hosted.values()) {
            if (group.machine().owns(id)) {
                return group;
            }
        }
        return named;
    }

    @Override
    public boolean leads(int group) {
        var known = hosted.get(group);
        return known != null && known.leads();
    }

    @Override
    public Optional<String> leaderSince(int group, int term) {
        var known = hosted.get(group);
        return known == null ? Optional.empty() : known.raft().leaderSince(term).map(MemberId::node);
    }

    @Override
    public boolean owns(int group, ShardId shard) {
        var known = hosted.get(group);
        return known != null && known.machine().owns(shard);
    }

    @Override
    public CompletableFuture<Void> barrier(int group) {
        return at(group, known -> known.barrier());
    }

    @Override
    public CompletableFuture<Void> fence(int group, ShardId shard, long producer, short epoch) {
        return at(group, known -> known.fence(shard, producer, epoch));
    }

    private CompletableFuture<Void> at(int group, Function<HostedGroup, CompletableFuture<Void>> call) {
        var known = hosted.get(group);
        return known == null
                ? CompletableFuture.failedFuture(new NoLeaderException(self + " is no member of group " + group))
                : call.apply(known);
    }

    /**
     * Hands what this node leads to others, where one is there to lead it, so that nobody has to find out that it is
     * gone. Blocks, for some seconds at most.
     */
    public void handOver() {
        var transfers = hosted.values().stream().map(HostedGroup::handOver).toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(transfers).get(HAND_OVER_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.info("not all that is led here could be handed over: {}", e.toString());
        }
    }

    /** Tells {@code listener} of each pause of a cutover that is measured here, and of its parts. */
    public void onPause(PauseListener listener) {
        parts.pauses().onMeasured(listener);
    }

    /**
     * Returns what looks over a plan after its cutover.
     *
     * @param appends to wherever a shard's leader is
     */
    public PlanChecks checks(Replication appends) {
        return new PlanChecks(self, metadata, replicas, host.peers(), parts.images(), appends, host.background());
    }

    /** Completes with a shard as a plan sealed or released it, if that is applied here soon; for another node. */
    public CompletableFuture<byte[]> image(int group, ShardId shard, long plan) {
        return parts.images().soonHere(group, shard, plan).thenApply(ShardImage::toBytes);
    }

    /** Completes once what a plan opens on this node is open; for another node, before its shards end. */
    public CompletableFuture<Void> prepared(long plan) {
        return parts.ready().of(plan, metadata.state());
    }

    /**
     * Takes the moves that are announced, all of them, so that this node copies ahead what it will need; what was
     * announced before and is not now is deleted. Returns those for which this node is ready. Never blocks.
     */
    public Set<CopyAhead> announced(Collection<CopyAhead> moves) {
        return parts.feeds().ahead().tell(moves, metadata.state());
    }

    /** Returns the groups that this node is a member of. */
    public Collection<HostedStatus> status() {
        return hosted.values().stream()
                .map(group -> new HostedStatus(group.id(), group.status()))
                .toList();
    }

    /**
     * Returns what deletes the files of shards and groups that left this node for long enough, to be run now and then
     * by one thread; it may wait for the disk.
     *
     * @param directory of the groups
     */
    public Runnable leftovers(Path directory, Storage storage) {
        var leftovers = new Leftovers(
                self, directory, storage, replicas, this::mayNeed, config.leftoversGrace(), runtime::nanoTime);
        return () -> leftovers.tick(metadata.state());
    }

    /**
     * Lets another incarnation take the place of a group's replica, on another node, that has stopped for good; fails
     * unless this node leads the group, and that without it.
     */
    public CompletableFuture<Void> replace(int group, MemberId member) {
        return at(group, known -> known.replace(member));
    }

    /** Returns how many replicas here that had stopped for good were replaced, since the node was started. */
    public long replacedReplicas() {
        return stopped.replaced();
    }

    /** Returns how many replicas should run here and do not. */
    public int stoppedReplicas() {
        return stopped.count();
    }

    /** Returns what is copied to this node, and how much was. */
    public CopyProgress copies() {
        return copies;
    }

    /** Returns the file of a checkpoint that this node holds, for another member. */
    public byte[] checkpointFile(int group, long index) throws IOException {
        var known = hosted.get(group);
        if (known == null) {
            throw new NoLeaderException(self + " is no member of group " + group);
        }
        return known.checkpointFile(index);
    }

    @Override
    public void close() {
        closed = true;
        metadata.unwatch(watcher);
        // Who is interrupted closes what is open all the same.
        if (!GroupHost.end(host.control(), STOP_MAX) && !Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("a group's opening did not end within " + STOP_MAX);
        }
        var ends = Stream.concat(
                leaving.values().stream(), hosted.values().stream().map(HostedGroup::stop));
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
                .orTimeout(STOP_MAX.toSeconds(), TimeUnit.SECONDS)
                .join();
        // Files that are made ahead are made to the end; a peer that is copied from may keep one waiting for longer.
        if (!GroupHost.end(host.background(), BACKGROUND_END_MAX)) {
            LOG.info("what still runs in the background after {} is left to end by itself", BACKGROUND_END_MAX);
        }
    }
}
