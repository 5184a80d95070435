package io.forelog.server.cluster;

import io.forelog.error.ForelogException;
import io.forelog.error.NoLeaderException;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.metadata.MetadataCommand.MoveNode;
import io.forelog.metadata.store.LeaderDuties;
import io.forelog.metadata.store.RaftMetadataStore;
import io.forelog.metadata.store.StoreConfig;
import io.forelog.raft.ReconcilerConfig;
import io.forelog.raft.ThreadedRuntime;
import io.forelog.raft.transport.SocketSecurity;
import io.forelog.raft.transport.TcpNetwork;
import io.forelog.raft.wal.FileWalStorage;
import io.forelog.server.peer.ControlCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What makes a node part of its cluster: the network and the threads of its groups, and its replica of the metadata.
 * Started before all that needs the metadata, closed after it.
 */
public final class ClusterParts implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterParts.class);
    private static final Duration DUTIES = Duration.ofMillis(100);
    /** How often a node that hears of no leader asks whether it is still who it was. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private static final Duration COMMAND_MAX = Duration.ofSeconds(2);
    private static final Duration HAND_OVER_MAX = Duration.ofSeconds(3);

    private final ClusterConfig config;
    private final Path data;
    private final AddressBook addresses;
    private final ControlCalls calls;
    private final SocketSecurity security;
    private final JoinDesk desk;
    private final IdentityCheck check;
    private final CompletableFuture<Boolean> superseded = new CompletableFuture<>();
    private final ThreadedRuntime runtime;
    private final ScheduledExecutorService background = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("cluster").daemon().factory());
    private volatile Identity identity;
    private volatile @Nullable String trouble;
    private @Nullable TcpNetwork network;
    private volatile @Nullable RaftMetadataStore store;

    /**
     * Opens who the node is; {@link #start} makes it part of its cluster.
     *
     * @param data the node's data directory, which nobody else holds
     * @param addresses where {@code calls} finds other nodes; filled from here
     * @param security what goes between the groups of different nodes
     * @throws IOException if the directory is another node's, or damaged
     */
    public ClusterParts(
            ClusterConfig config, Path data, AddressBook addresses, ControlCalls calls, SocketSecurity security)
            throws IOException {
        this.config = config;
        this.data = data;
        this.addresses = addresses;
        this.calls = calls;
        this.security = security;
        this.identity = Identity.open(data, config.node());
        this.desk = new JoinDesk(identity, calls);
        this.check = new IdentityCheck(calls, addresses);
        this.runtime = new ThreadedRuntime(config.raftThreads(), config.applyThreads());
        addresses.learn(identity.peers());
    }

    /** Returns what answers nodes that join or look for this one; takes and returns bytes. */
    public JoinDesk desk() {
        return desk;
    }

    /**
     * Makes the node known in its cluster, founding or joining one if it belongs to none, and returns when the
     * metadata here has it.
     *
     * @param http HOST:PORT where the node's API is reached, which answers other nodes by now
     * @throws IOException if no node takes this one, or the cluster does not answer in time; the message says why
     */
    public void start(String http) throws IOException {
        boolean isNew = identity.cluster() == null;
        var entry = new Entry(config.join(), config.startTimeout(), calls);
        var known = isNew ? entry.find(identity) : identity;
        addresses.learn(known.peers());
        if (!isNew) {
            known = known.as(required(check.of(known).join()));
        }
        var listening = listen(known);
        network = listening;
        var raft = host() + ":" + listening.address().getPort();
        if (isNew) {
            known = entry.join(known, config.region(), http, raft);
        }
        keep(known.at(listening.address().getPort()));
        boolean founds = isNew && config.join().isEmpty();
        MetadataCommand introduction = founds
                ? new JoinNode(config.node(), identity.disk(), config.region(), http, raft)
                : new MoveNode(config.node(), identity.disk(), config.region(), http, raft);
        var opened = opened(listening);
        while (!isKnown(opened, introduction)) {
            opened.close();
            opened = opened(listening);
        }
        learn(opened.state());
        var duties = new LeaderDuties(opened, ReconcilerConfig.DEFAULT, config.placement(), runtime::nanoTime);
        background.scheduleWithFixedDelay(
                () -> guarded(duties::tick), DUTIES.toMillis(), DUTIES.toMillis(), TimeUnit.MILLISECONDS);
        background.scheduleWithFixedDelay(
                () -> guarded(this::lookWhoThisIs), LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private RaftMetadataStore opened(TcpNetwork listening) throws IOException {
        var opened = RaftMetadataStore.open(
                new StoreConfig(
                        identity.member(),
                        identity.founders(),
                        config.timing(),
                        StoreConfig.SUBMIT_TIMEOUT,
                        StoreConfig.PENDING_MAX),
                new FileWalStorage(data.resolve("metadata-" + identity.incarnation())),
                listening,
                runtime,
                (node, command) -> calls.metadata(node, command, COMMAND_MAX));
        store = opened;
        opened.watch((before, after) -> learn(after));
        opened.stopped()
                .thenAccept(cause -> trouble = "its replica of the metadata has stopped: " + cause.getMessage());
        join(opened.start());
        desk.open(identity, opened);
        return opened;
    }

    /** Returns what completes when the node must end: with whether it may start again, as its next incarnation. */
    public CompletableFuture<Boolean> superseded() {
        return superseded.copy();
    }

    /** A member that was left out hears of no leader. */
    private void lookWhoThisIs() {
        var status = metadata().group().status();
        if (status.leader().isEmpty() || trouble != null) {
            check.of(identity).thenAccept(incarnation -> {
                if (incarnation == JoinAnswer.REMOVED) {
                    end("it was removed from the cluster for ever", false);
                } else if (incarnation > identity.incarnation()) {
                    end("another votes in its place by now", true);
                }
            });
        }
    }

    private void end(String why, boolean mayStartAgain) {
        trouble = why;
        if (superseded.complete(mayStartAgain)) {
            LOG.warn("node {} must {}: {}", config.node(), mayStartAgain ? "start again" : "end", why);
        }
    }

    private int required(int incarnation) throws IOException {
        if (incarnation == JoinAnswer.REMOVED) {
            throw new IOException("node '" + config.node() + "' was removed from the cluster for ever: give a new node"
                    + " another name and an empty data directory");
        }
        return incarnation;
    }

    /** Takes a command for the metadata that another node has handed over. */
    public CompletableFuture<byte[]> execute(byte[] command) {
        var opened = store;
        return opened == null
                ? CompletableFuture.failedFuture(new NoLeaderException("node '" + config.node() + "' is starting"))
                : opened.execute(command);
    }

    /** Returns the metadata of the cluster. */
    public RaftMetadataStore metadata() {
        return Objects.requireNonNull(store, "not started");
    }

    /** Returns the network over which all groups of the node talk. */
    public TcpNetwork network() {
        return Objects.requireNonNull(network, "not started");
    }

    /** Returns the threads on which all groups of the node run. */
    public ThreadedRuntime runtime() {
        return runtime;
    }

    /** Returns who the node is. */
    public Identity identity() {
        return identity;
    }

    /** Returns why the node cannot go on, in words, or null. */
    public @Nullable String trouble() {
        return trouble;
    }

    private TcpNetwork listen(Identity known) throws IOException {
        var cluster = Objects.requireNonNull(known.cluster());
        int port = config.listenPort() == 0 ? known.raftPort() : config.listenPort();
        try {
            return listen(cluster, port);
        } catch (BindException e) {
            if (config.listenPort() != 0 || port == 0) {
                throw new IOException(
                        "groups cannot listen on " + config.listenHost() + ":" + port + ": " + e.getMessage(), e);
            }
            LOG.warn("port {} of the last time is taken; another one is used", port);
            return listen(cluster, 0);
        }
    }

    private TcpNetwork listen(String cluster, int port) throws IOException {
        return TcpNetwork.start(config.transport().in(cluster, port), security, addresses::raft);
    }

    private String host() {
        return config.advertise().isEmpty() ? config.listenHost() : config.advertise();
    }

    /**
     * Waits until there is a leader, which there may not be before other nodes have started too.
     *
     * @return false if the node must come as another incarnation, which it is from here on
     */
    private boolean isKnown(RaftMetadataStore opened, MetadataCommand command) throws IOException {
        long began = System.nanoTime();
        while (true) {
            try {
                opened.submit(command).join();
                return true;
            } catch (CompletionException e) {
                int incarnation = required(check.of(identity).join());
                if (incarnation > identity.incarnation()) {
                    LOG.info("node {} comes as incarnation {}: it was away for long", config.node(), incarnation);
                    keep(identity.as(incarnation));
                    return false;
                }
                if (!(e.getCause() instanceof ForelogException)) {
                    throw new IOException(
                            "the cluster refuses this node: " + e.getCause().getMessage(), e.getCause());
                }
                if (trouble != null
                        || System.nanoTime() - began > config.startTimeout().toNanos()) {
                    throw new IOException(
                            "the cluster did not answer within " + config.startTimeout() + ": "
                                    + (trouble == null ? e.getCause().getMessage() : trouble)
                                    + "; a majority of its nodes that vote must run",
                            e.getCause());
                }
                LOG.info("the cluster does not answer yet: {}", e.getCause().getMessage());
            }
        }
    }

    /** Called by the thread that applies. */
    private void learn(ClusterState state) {
        var self = state.nodes().get(config.node());
        if (state.removed().contains(config.node())) {
            end("it was removed from the cluster for ever", false);
        } else if (self != null && self.incarnation() > identity.incarnation()) {
            // A lower one is history, which a node that lost its disk hears as it catches up.
            if (self.disk().equals(identity.disk())) {
                end("another votes in its place by now", true);
            } else {
                end("another data directory has taken the place of node '" + config.node() + "'", false);
            }
        }
        if (addresses.learn(state)) {
            background.execute(() -> guarded(() -> keep(identity.among(addresses.all()))));
        }
    }

    private synchronized void keep(Identity next) {
        try {
            next.save(data);
            identity = next;
        } catch (IOException e) {
            throw new UncheckedIOException("who the node is could not be written to " + data, e);
        }
    }

    /** A schedule that throws is never run again, without a word. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a duty of the cluster failed", e);
        }
    }

    /** Leaves in order: another node leads the metadata from here on, if one can. */
    @Override
    public void close() {
        background.shutdown();
        var opened = store;
        if (opened != null) {
            handOver(opened);
            opened.close();
        }
        if (network != null) {
            network.close();
        }
        runtime.close();
    }

    private static void handOver(RaftMetadataStore opened) {
        opened.group().status().successor().ifPresent(member -> {
            try {
                opened.group().transferLeadership(member).get(HAND_OVER_MAX.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException e) {
                LOG.info("leadership of the metadata could not be handed to {}: {}", member, e.toString());
            }
        });
    }

    private static void join(CompletableFuture<?> started) throws IOException {
        try {
            started.join();
        } catch (CompletionException e) {
            throw new IOException(
                    "the replica of the metadata cannot start: " + e.getCause().getMessage(), e);
        }
    }
}
