package io.forelog.simulation.cluster;

import io.forelog.metadata.Bounds;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Log;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.MetadataCommand;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.raft.GroupLimits;
import io.forelog.raft.MemberId;
import io.forelog.raft.wal.WalConfig;
import io.forelog.replication.ReplicationConfig;
import io.forelog.simulation.SimulatedClock;
import io.forelog.simulation.SimulatedNetwork;
import io.forelog.simulation.SimulatedRuntime;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The nodes of one cluster in a simulated world, with one log at a time, always of the same name. */
final class SimulatedCluster implements AutoCloseable {

    static final String LOG = "history";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int REPLICAS = 3;

    /** Small, so that checkpoints, files that are used again, and followers behind them come in seconds. */
    private static final ReplicationConfig REPLICATION = new ReplicationConfig(
            ReplicationConfig.DEFAULT.timing(),
            new GroupLimits(8 << 10, 1_000, 1 << 20, 4_000, 40, 1 << 20, 8, 1 << 20, 16, 32 << 10, 16 << 10, 64 << 10),
            new WalConfig(32 << 10, 2, 64),
            4 << 10,
            4,
            1 << 20,
            Long.MAX_VALUE,
            Duration.ofSeconds(5),
            ReplicationConfig.DEFAULT.leftoversGrace());

    private final SimulatedRuntime runtime;
    private final SimulatedNetwork network;
    private final Clock clock;
    private final Map<String, SimulatedNode> nodes = new TreeMap<>();
    private final List<MemberId> founders;
    private final SimulatedTier.Server regional = new SimulatedTier.Server();
    private final SimulatedTier.Server global = new SimulatedTier.Server();
    private final Saboteur saboteur;
    private final SimulatedArchive archive;
    private final RetentionWatch retention = new RetentionWatch(this);
    private final LogSettings settings;
    private ClusterState newest = ClusterState.EMPTY;
    private int named;

    /** @param saboteur what is broken on purpose */
    SimulatedCluster(long seed, int size, Saboteur saboteur) {
        this.saboteur = saboteur;
        runtime = new SimulatedRuntime(seed);
        network = new SimulatedNetwork(runtime);
        clock = new SimulatedClock(runtime);
        archive = new SimulatedArchive(saboteur.archived());
        settings = settings(seed);
        IntStream.range(0, size).forEach(unused -> newNode());
        founders = SimulatedNode.members(List.copyOf(nodes.keySet()));
    }

    private SimulatedNode newNode() {
        var name = "n" + ++named;
        var node = new SimulatedNode(name, this, new SimulatedDisk(name, archive, retention, saboteur));
        nodes.put(name, node);
        return node;
    }

    /** One log of five lets records go by their age, one by bytes; one of three archives them meanwhile. */
    private static LogSettings settings(long seed) {
        var usual = LogSettings.defaults(REPLICAS);
        var retention =
                switch ((int) (seed % 5)) {
                    case 1 -> new Bounds(Duration.ofMillis(1_500), null);
                    case 2 -> new Bounds(null, 16L << 10);
                    default -> Bounds.NONE;
                };
        var archive =
                switch ((int) (seed % 3)) {
                    case 1 -> new Bounds(Duration.ofMillis(500), 6L << 10);
                    default -> Bounds.NONE;
                };
        return new LogSettings(
                usual.shards(),
                usual.replicas(),
                usual.ack(),
                usual.fsync(),
                usual.keyDelimiter(),
                retention,
                archive,
                usual.critical(),
                usual.valueBytesMax(),
                usual.compression());
    }

    SimulatedRuntime runtime() {
        return runtime;
    }

    SimulatedNetwork network() {
        return network;
    }

    Clock clock() {
        return clock;
    }

    Saboteur saboteur() {
        return saboteur;
    }

    SimulatedTier.Server regional() {
        return regional;
    }

    SimulatedArchive archive() {
        return archive;
    }

    RetentionWatch retention() {
        return retention;
    }

    SimulatedTier.Server global() {
        return global;
    }

    ReplicationConfig replicationConfig() {
        return REPLICATION;
    }

    List<MemberId> founders() {
        return founders;
    }

    /** Returns a node that was not there before; it starts once the others know it. */
    SimulatedNode add() {
        var node = newNode();
        node.enter();
        return node;
    }

    /** Returns whether a node was removed for ever, or is to be and has another disk than it had then. */
    boolean isRefused(String name, String disk) {
        var known = newest().nodes().get(name);
        return newest().removed().contains(name)
                || known != null && known.leaving() && !known.disk().equals(disk);
    }

    /** Ends a node for ever, if it is there; its disk goes with it. */
    void takeAway(String name) {
        var node = nodes.remove(name);
        if (node != null && node.isUp()) {
            node.kill();
        }
    }

    List<SimulatedNode> nodes() {
        return List.copyOf(nodes.values());
    }

    @Nullable
    SimulatedNode node(String name) {
        return nodes.get(name);
    }

    /** Starts all nodes and creates the log. */
    void start(int shards) {
        nodes.values().forEach(SimulatedNode::start);
        runtime.runUntil("all nodes known", SOON, () -> nodes.values().stream()
                .allMatch(node -> node.metadata().state().nodes().size() == nodes.size()));
        createLog(shards);
        runtime.runUntil(
                "a log with leaders",
                SOON,
                () -> newest().logs().containsKey(LOG)
                        && newest().groups().stream()
                                .allMatch(group -> leader(group.id()).isPresent()));
    }

    /** Asks for a log; if there is one, that stays. */
    void createLog(int shards) {
        submit(new CreateLog(LOG, settings.withShards(shards), clock.millis()));
    }

    /** Submits a command through a node that runs; what becomes of it is seen in the state. */
    void submit(MetadataCommand command) {
        var awake = nodes.values().stream().filter(SimulatedNode::isAwake).toList();
        if (!awake.isEmpty()) {
            CompletableFuture<ClusterState> done =
                    awake.get(runtime.random().nextInt(awake.size())).metadata().submit(command);
            done.exceptionally(failure -> newest());
        }
    }

    /** Returns the newest state that any node ever knew. */
    ClusterState newest() {
        for (var node : nodes.values()) {
            if (node.isUp() && node.metadata().state().version() > newest.version()) {
                newest = node.metadata().state();
            }
        }
        return newest;
    }

    Log log() {
        return newest().log(LOG);
    }

    /** Returns the log, unless it is deleted at present. */
    Optional<Log> find() {
        return Optional.ofNullable(newest().logs().get(LOG));
    }

    /** Returns who leads a group, if somebody says so; by the highest term. */
    Optional<SimulatedNode> leader(int group) {
        return nodes.values().stream()
                .filter(SimulatedNode::isUp)
                .filter(node -> node.replication().leads(group))
                .max(Comparator.comparingInt(node -> node.replication().status().stream()
                        .filter(status -> status.group() == group)
                        .mapToInt(status -> status.status().term())
                        .findFirst()
                        .orElse(0)));
    }

    @Override
    public void close() {
        runtime.close();
    }
}
