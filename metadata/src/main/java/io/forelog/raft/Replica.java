package io.forelog.raft;

import io.forelog.raft.transport.Network;
import io.forelog.raft.wal.WalStorage;
import io.forelog.raft.wal.WriteAheadLog;
import io.microraft.RaftNode;
import io.microraft.RaftNodeStatus;
import io.microraft.RaftRole;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.persistence.RestoredRaftState;
import io.microraft.report.RaftNodeReport;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of one replica, and how they hang together. */
final class Replica {

    private static final Logger LOGGER = LoggerFactory.getLogger(Replica.class);

    private final GroupConfig config;
    private final Network network;
    private final RaftRuntime runtime;
    private final GroupListener listener;
    private final FailStop failStop = new FailStop();
    private final ReplicaFiles files;
    private final WriteAheadLog log;
    private final WalRaftStore store;
    private final NodeExecutor executor;
    private final Applier applier;
    private final GroupMonitor monitor;
    private final RaftNodeImpl node;
    private final Checkpointer checkpointer;
    private final Submissions submissions;
    private final ReadBarriers barriers;
    private final LeadershipTransfer transfer;
    private final MembershipChanges changes;
    private final LiveReplicas live;
    private final Inbox inbox;
    private volatile boolean stopping;

    private Replica(
            GroupConfig config,
            ReplicaFiles files,
            Network network,
            RaftRuntime runtime,
            StateMachine stateMachine,
            GroupListener listener)
            throws IOException {
        this.config = config;
        this.files = files;
        this.log = files.log();
        this.network = network;
        this.runtime = runtime;
        this.listener = listener;
        var name = config.group() + "/" + config.self();
        var time = new ScaledTime(runtime::nanoTime, config.timing().scale());
        var elections = new ElectionPause();
        executor = new NodeExecutor(runtime.raftExecutor(name), runtime, time, failStop, elections, this::isRemoved);
        var cache = new PayloadCache(config.limits().cachedPayloadBytes());
        var member = MemberState.open(files.member());
        store = new WalRaftStore(log, member, files.manifest(), cache, failStop, this::forceLater);
        var restored = store.restore();
        var candidacy = new Candidacy(config, restored.isPresent(), runtime::nanoTime);
        applier = new Applier(
                config.group(), runtime.applyExecutor(name), stateMachine, log, failStop, new AppliedEvents());
        var watch = new FollowerWatch(runtime::nanoTime, time, config.timing(), this::stalled);
        monitor = new GroupMonitor(
                listener, task -> applier.afterwards(applied -> task.run()), watch, this::removed, elections);
        var codec = new MessageCodec(config.group(), config.self(), log);
        var transport = new GroupTransport(
                config.group(),
                network,
                codec,
                config.limits(),
                config.timing().noticePause(),
                runtime,
                executor::execute,
                failStop,
                candidacy,
                watch::offered,
                applier.progress()::committed);
        var adapter = new StateMachineAdapter(applier, stateMachine, this::membershipCommitted);
        node = build(restored, time, transport, adapter);
        checkpointer = new Checkpointer(stateMachine, store, config.limits(), failStop, executor::execute, node);
        var failures = new Failures(config.group(), node, network, failStop);
        submissions =
                new Submissions(config.group(), node, log, config.limits(), failStop, failures, runtime::nanoTime);
        barriers = new ReadBarriers(
                config.group(),
                node,
                applier,
                failures,
                runtime::nanoTime,
                config.timing().endedTimeout(),
                monitor::leadingTerm);
        transfer = new LeadershipTransfer(
                node,
                executor::execute,
                monitor::followers,
                submissions,
                barriers,
                runtime,
                config.timing().transferQuietTimeout(),
                failures);
        changes = new MembershipChanges(node, executor::execute, failures);
        var gate = new SnapshotGate(node, stateMachine, executor::execute, runtime.backgroundExecutor());
        live = new LiveReplicas(
                config.group(),
                node,
                executor::execute,
                runtime,
                time,
                config.timing().heartbeatTimeout());
        var loss = new LeaderLoss(node, time, config.timing(), runtime, executor);
        inbox = new Inbox(node, codec, log, gate, executor::executeHere, failStop, candidacy, loss, live::look);
        failStop.onStop(this::failed);
    }

    static Replica open(
            GroupConfig config,
            WalStorage storage,
            Network network,
            RaftRuntime runtime,
            StateMachine stateMachine,
            GroupListener listener)
            throws IOException {
        var files = ReplicaFiles.open(config, storage, runtime.backgroundExecutor());
        try {
            return new Replica(config, files, network, runtime, stateMachine, listener);
        } catch (IOException | RuntimeException e) {
            files.close(false);
            throw e;
        }
    }

    GroupConfig config() {
        return config;
    }

    Submissions submissions() {
        return submissions;
    }

    ReadBarriers barriers() {
        return barriers;
    }

    LeadershipTransfer transfer() {
        return transfer;
    }

    CompletableFuture<Void> start() {
        network.register(config.group(), inbox);
        node.getEffectiveMembers().getMembers().stream()
                .map(Endpoint::idOf)
                .filter(member -> !member.equals(config.self()))
                .forEach(member -> network.reach(member.node()));
        var started = new CompletableFuture<Void>();
        failStop.onStop(() -> started.completeExceptionally(failStop.cause().orElseThrow()));
        node.start().whenComplete((answer, failure) -> {
            if (failure == null) {
                started.complete(null);
            } else {
                started.completeExceptionally(failure);
            }
        });
        return started;
    }

    LiveReplicas live() {
        return live;
    }

    MembershipChanges changes() {
        return changes;
    }

    Optional<MemberId> leaderSince(int term) {
        var known = node.getTerm();
        return known.getTerm() > term
                ? Optional.ofNullable(known.getLeaderEndpoint()).map(Endpoint::idOf)
                : Optional.empty();
    }

    GroupStatus status() {
        var report = monitor.report();
        var stats = report.map(RaftNodeReport::getLog);
        return new GroupStatus(
                config.self(),
                report.map(known -> role(known.getRole())).orElse(Role.FOLLOWER),
                node.getTerm().getTerm(),
                Optional.ofNullable(node.getTerm().getLeaderEndpoint()).map(Endpoint::idOf),
                monitor.leadingTerm() != GroupMonitor.NONE,
                stats.map(known -> known.getLastLogOrSnapshotIndex()).orElse(log.endIndex() - 1),
                stats.map(known -> known.getCommitIndex()).orElse(0L),
                applier.appliedIndex(),
                checkpointer.checkpointIndex(),
                report.map(known -> GroupMonitor.membership(known.getCommittedMembers()))
                        .orElse(new Membership(0, config.initialMembers(), config.initialMembers())),
                monitor.followers(),
                submissions.pendingEntries(),
                inbox.storageFull(),
                submissions.committed(),
                submissions.commitNanos());
    }

    void checkpoint() {
        applier.afterwards(applied -> {
            if (applied > 0 && !checkpointer.isUnderWay()) {
                checkpointer.begin(applied);
            }
        });
    }

    void fail(Throwable cause) {
        failStop.stop(cause);
    }

    CompletableFuture<Void> stop() {
        stopping = true;
        network.unregister(config.group());
        var stopped = new CompletableFuture<Void>();
        var terminated = new AtomicBoolean();
        // After an error no task of the node runs any more, nor the one that would terminate it.
        failStop.onStop(() -> {
            if (!terminated.get()) {
                close(false);
                stopped.complete(null);
            }
        });
        if (failStop.isStopped()) {
            stopped.complete(null);
            return stopped;
        }
        node.terminate().whenComplete((done, failure) -> {
            terminated.set(true);
            if (!failStop.isStopped()) {
                failStop.stop(new IOException("the replica was stopped"));
                close(true);
            }
            stopped.complete(null);
        });
        return stopped;
    }

    void crash() {
        stopping = true;
        failStop.stop(new IOException("the replica was crashed"));
        close(false);
    }

    private RaftNodeImpl build(
            Optional<RestoredRaftState> restored,
            ScaledTime time,
            GroupTransport transport,
            StateMachineAdapter adapter) {
        var builder = RaftNode.newBuilder()
                .setGroupId(config.group())
                .setConfig(RaftSettings.of(config.timing(), config.limits()))
                .setExecutor(executor)
                .setTransport(transport)
                .setStateMachine(adapter)
                .setModelFactory(EntryCodec.MODELS)
                .setStore(store)
                .setRaftNodeReportListener(monitor)
                .setRandom(new ElectionNoise(runtime.random(), config.timing()))
                .setClock(time);
        if (restored.isPresent()) {
            builder.setRestoredState(restored.get());
        } else {
            builder.setLocalEndpoint(new Endpoint(config.self()))
                    .setInitialGroupMembers(Endpoint.of(config.initialMembers()));
        }
        return (RaftNodeImpl) builder.build();
    }

    private void forceLater() {
        runtime.schedule(
                config.timing().lazyForceInterval(),
                () -> executor.execute(() -> {
                    try {
                        store.force();
                    } catch (IOException e) {
                        LOGGER.error("{} failed to force its log", config.self(), e);
                    }
                }));
    }

    private void membershipCommitted(long index) {
        checkpointer.membership(index);
    }

    private void stalled(FollowerProgress follower) {
        LOGGER.warn("{}: a follower makes no progress: {}", config.group(), follower);
        applier.afterwards(applied -> listener.onStalled(follower));
    }

    private boolean isRemoved() {
        return RaftNodeStatus.isTerminal(node.getStatus());
    }

    private void removed() {
        if (!stopping) {
            applier.afterwards(applied -> failStop.stop(new IOException(config.self() + " was removed")));
        }
    }

    /** Runs once, on whichever thread met the error. */
    private void failed() {
        submissions.abort();
        barriers.abort();
        applier.progress().abort();
        live.abort();
        if (!stopping) {
            var cause = failStop.cause().orElseThrow();
            LOGGER.error("{} of {} has stopped for good", config.self(), config.group(), cause);
            network.unregister(config.group());
            close(false);
            runtime.backgroundExecutor().execute(() -> listener.onStopped(cause));
        }
    }

    private void close(boolean inOrder) {
        try {
            files.close(inOrder);
        } catch (IOException e) {
            LOGGER.warn("{} of {} failed to close its files", config.self(), config.group(), e);
        }
    }

    private static Role role(RaftRole role) {
        return switch (role) {
            case LEADER -> Role.LEADER;
            case FOLLOWER -> Role.FOLLOWER;
            case CANDIDATE -> Role.CANDIDATE;
            case LEARNER -> Role.LEARNER;
        };
    }

    private final class AppliedEvents implements Applier.AppliedListener {

        @Override
        public void applied(long index, int bytes) {
            checkpointer.applied(index, bytes);
        }

        @Override
        public void newTerm(int term) {
            monitor.newTerm(term, executor::execute);
        }
    }
}
