package io.forelog.metadata.store;

import io.forelog.error.NoLeaderException;
import io.forelog.error.OverloadedException;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.store.PendingCommands.Pending;
import io.forelog.raft.Durability;
import io.forelog.raft.GroupListener;
import io.forelog.raft.RaftRuntime;
import io.forelog.raft.ReplicatedGroup;
import io.forelog.raft.transport.Network;
import io.forelog.raft.wal.WalStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's replica of the cluster's state, and the way to change it from any node.
 *
 * <p>A command goes into the group if this node leads it, else to the node that does. It is sent again after each
 * change of leaders until it is seen in the state here, or refused, or {@link StoreConfig#submitTimeout()} is over;
 * however often it is sent, it is applied once.
 */
public final class RaftMetadataStore implements MetadataStore {

    private static final Logger LOG = LoggerFactory.getLogger(RaftMetadataStore.class);
    private static final Duration PAUSE_MIN = Duration.ofMillis(10);
    private static final Duration PAUSE_MAX = Duration.ofMillis(200);

    private final StoreConfig config;
    private final RaftRuntime runtime;
    private final CommandForwarder forwarder;
    private final PendingCommands pending;
    private final MetadataStateMachine stateMachine;
    private final ReplicatedGroup group;
    private final CompletableFuture<Throwable> stopped = new CompletableFuture<>();

    private RaftMetadataStore(
            StoreConfig config, WalStorage storage, Network network, RaftRuntime runtime, CommandForwarder forwarder)
            throws IOException {
        this.config = config;
        this.runtime = runtime;
        this.forwarder = forwarder;
        this.pending = new PendingCommands(runtime.random().nextLong(), config.pendingMax());
        this.stateMachine = new MetadataStateMachine(runtime.backgroundExecutor(), pending);
        pending.onAgain(this::send);
        this.group = ReplicatedGroup.open(config.group(), storage, network, runtime, stateMachine, new Listener());
    }

    /**
     * Opens the replica in {@code storage}, or makes it; {@link #start()} makes it take part. What was checkpointed is
     * in the state at once, what was committed since follows when the group has a leader.
     *
     * @throws IOException if what is there is damaged, or of a newer release
     */
    public static RaftMetadataStore open(
            StoreConfig config, WalStorage storage, Network network, RaftRuntime runtime, CommandForwarder forwarder)
            throws IOException {
        return new RaftMetadataStore(config, storage, network, runtime, forwarder);
    }

    /** Takes part in the group from here on. */
    public CompletableFuture<Void> start() {
        return group.start();
    }

    @Override
    public ClusterState state() {
        return stateMachine.state();
    }

    /** Completes on a thread of the group: what hangs on it must be short, or go elsewhere. */
    @Override
    public CompletableFuture<ClusterState> submit(MetadataCommand command) {
        Pending begun;
        try {
            begun = pending.begin(command);
        } catch (OverloadedException | IllegalArgumentException e) {
            return CompletableFuture.failedFuture(e);
        }
        runtime.schedule(config.submitTimeout(), () -> begun.giveUp(config.submitTimeout()));
        send(begun);
        return begun.result();
    }

    @Override
    public CompletableFuture<ClusterState> refreshed() {
        return group.leasedReadBarrier()
                .thenApply(index -> state())
                .exceptionallyCompose(failure -> MetadataStore.super.refreshed());
    }

    @Override
    public void watch(BiConsumer<ClusterState, ClusterState> watcher) {
        stateMachine.watch(watcher);
    }

    @Override
    public void unwatch(BiConsumer<ClusterState, ClusterState> watcher) {
        stateMachine.unwatch(watcher);
    }

    /**
     * Takes a command that another node has handed over, see {@link CommandForwarder}.
     *
     * @throws IllegalArgumentException if it is none, or of a newer release
     */
    public CompletableFuture<byte[]> execute(byte[] command) {
        try {
            Submission.of(ByteBuffer.wrap(command));
        } catch (IOException e) {
            throw new IllegalArgumentException("not a command: " + e.getMessage(), e);
        }
        return append(command).thenApply(Reply::toBytes);
    }

    /** Returns the group, for whoever looks after its members or measures it. */
    public ReplicatedGroup group() {
        return group;
    }

    /** Returns what completes, with the cause, when the replica has stopped for good other than by {@link #close}. */
    public CompletableFuture<Throwable> stopped() {
        return stopped.copy();
    }

    @Override
    public void close() {
        group.stop().join();
        pending.abort(new NoLeaderException("the node is ending"));
    }

    private void send(Pending command) {
        send(command, PAUSE_MIN);
    }

    private void send(Pending command, Duration pause) {
        if (command.result().isDone()) {
            return;
        }
        append(command.bytes()).thenAccept(reply -> {
            command.answered(reply.kind());
            var leader = reply.leader();
            if (leader.isEmpty() || leader.equals(config.self().node())) {
                waitOrRepeat(command, reply, pause);
            } else {
                forward(command, leader, pause);
            }
        });
    }

    private void forward(Pending command, String leader, Duration pause) {
        // A paused leader says nothing; by then there may be another.
        var patience = config.timing().heartbeatTimeout().multipliedBy(2);
        var answer = handOver(leader, command.bytes());
        runtime.schedule(patience, () -> answer.completeExceptionally(new TimeoutException(leader + " is silent")));
        answer.handle((bytes, failure) -> {
                    if (failure != null) {
                        LOG.debug("a command could not be handed to {}", leader, failure);
                    }
                    return failure == null ? Reply.of(bytes) : new Reply(Reply.Kind.UNKNOWN);
                })
                .thenAccept(reply -> {
                    command.answered(reply.kind());
                    waitOrRepeat(command, reply, pause);
                });
    }

    private CompletableFuture<byte[]> handOver(String leader, byte[] command) {
        try {
            return forwarder.forward(leader, command);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void waitOrRepeat(Pending command, Reply reply, Duration pause) {
        // What is committed comes here by itself.
        if (reply.kind() != Reply.Kind.COMMITTED) {
            var longer = pause.multipliedBy(2);
            runtime.schedule(pause, () -> send(command, longer.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : longer));
        }
    }

    private CompletableFuture<Reply> append(byte[] command) {
        return group.submit(ByteBuffer.wrap(command), Durability.FORCED)
                .handle((committed, failure) -> failure == null ? new Reply(Reply.Kind.COMMITTED) : Reply.of(failure));
    }

    private final class Listener implements GroupListener {

        @Override
        public void onStopped(Throwable cause) {
            pending.abort(new NoLeaderException("this node's replica of the metadata has stopped"));
            stopped.complete(cause);
        }
    }
}
