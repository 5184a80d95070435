package io.forelog.simulation.cluster;

import io.forelog.metadata.Shard;
import io.forelog.plan.PlanState;
import io.forelog.raft.GroupStatus;
import io.forelog.record.KeyHash;
import io.forelog.record.LogRecord;
import io.forelog.replication.HostedStatus;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One run: a cluster, its clients and its faults, all of one seed. When the faults end, everything must come to rest:
 * what clients sent is answered, every shard takes appends, and all replicas hold the same, on nodes that stay.
 */
public final class ClusterSimulation {

    private static final int NODES = 3;
    private static final int MORE_NODES = 5;
    /** One seed of so many has more nodes than a group has replicas. */
    private static final int MORE_EACH = 4;
    private static final int CLIENTS = 4;
    private static final int KEYS = 9;
    private static final Duration STEP = Duration.ofMillis(20);
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration REST_MAX = Duration.ofSeconds(150);

    private final long seed;
    private final SimulatedCluster cluster;
    private final Saboteur saboteur;
    private final Timeline timeline;
    private final History history;
    private final Faults faults;
    private final Operator operator;
    private final Readers readers;
    private final MetadataAgreement agreement;
    private final RandomGenerator random;
    private final List<Client> clients = new ArrayList<>();

    private ClusterSimulation(long seed, Sabotage sabotage) {
        this.seed = seed;
        saboteur = new Saboteur(sabotage);
        cluster = new SimulatedCluster(seed, seed % MORE_EACH == 0 ? MORE_NODES : NODES, saboteur);
        timeline = new Timeline(cluster.runtime());
        history = new History(timeline);
        faults = new Faults(cluster, timeline);
        operator = new Operator(cluster, timeline, seed);
        readers = new Readers(cluster, saboteur, history, faults);
        agreement = new MetadataAgreement(cluster);
        random = cluster.runtime().split();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(client(i, i % 4 == 3 ? -1 : i));
        }
    }

    private Client client(int number, long producer) {
        return new Client("c" + number, producer, cluster, saboteur, history);
    }

    /**
     * Runs a seed.
     *
     * @param steps of 20 ms of virtual time in which things go wrong
     * @param sabotage what is broken on purpose
     */
    public static RunResult run(long seed, int steps, Sabotage sabotage) {
        var run = new ClusterSimulation(seed, sabotage);
        try {
            run.run(steps);
            return run.result(null);
        } catch (Violation e) {
            return run.result(e.getMessage());
        } catch (RuntimeException | Error e) {
            var trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            return run.result("the node's code failed: " + trace);
        } finally {
            run.cluster.close();
        }
    }

    private RunResult result(@Nullable String violation) {
        var runtime = cluster.runtime();
        int plans = (int) cluster.newest().plans().all().stream()
                .filter(plan -> plan.state() == PlanState.WATCH || plan.state() == PlanState.DONE)
                .count();
        return new RunResult(
                seed,
                history.acknowledged(),
                history.reads(),
                plans,
                runtime.steps(),
                runtime.traceHash(),
                violation,
                violation == null ? List.of() : timeline.events());
    }

    private void run(int steps) {
        cluster.start(1 + random.nextInt(3));
        for (int step = 0; step < steps; step++) {
            clients.stream()
                    .filter(client -> client.isIdle() && random.nextInt(3) != 0)
                    .forEach(client -> client.append("key-" + random.nextInt(KEYS)));
            readers.step();
            faults.step();
            operator.step();
            cluster.runtime().run(STEP);
            requireKept();
        }
        rest();
        requireKept();
        var contents = contents();
        new HistoryChecker(history, cluster.log()).check(contents);
    }

    private void requireKept() {
        history.requireKept();
        cluster.retention().requireKept();
        agreement.look();
        operator.requireKept();
    }

    /** Ends the faults, and waits until all is answered and equal. */
    private void rest() {
        faults.end();
        operator.end();
        var runtime = cluster.runtime();
        require("every node to be up", () -> cluster.nodes().stream().allMatch(SimulatedNode::isUp));
        require("what the operator asked for", operator::isDone);
        clients.forEach(Client::end);
        require("every append to be answered", () -> clients.stream().allMatch(Client::isIdle));
        // A plan that is under way may still change which shards there are.
        require("every plan to be carried out", () -> cluster.newest().plans().all().stream()
                .allMatch(
                        plan -> plan.state() == PlanState.WATCH || plan.state().isFinal()));
        var last = new ArrayList<Client>();
        for (var shard : cluster.log().shards().open()) {
            var client = client(CLIENTS + last.size(), CLIENTS + last.size());
            client.append(keyIn(shard));
            last.add(client);
        }
        require("every shard to take an append", () -> last.stream().allMatch(Client::isIdle));
        // Of a group with nothing but sealed shards, all replicas may be equally far behind its log.
        require("every group to have applied its log", this::haveApplied);
        runtime.run(STEP);
        // The last: a moment later another node may be a member, and copy.
        require("all replicas to be equal", () -> behind().isEmpty());
    }

    private void require(String what, BooleanSupplier condition) {
        var runtime = cluster.runtime();
        long end = runtime.nanoTime() + REST_MAX.toNanos();
        while (!condition.getAsBoolean()) {
            if (runtime.nanoTime() >= end) {
                throw new Violation("without any fault, after " + REST_MAX.toSeconds() + " s, one still waits for "
                        + what + ": " + standing() + "; behind: " + behind());
            }
            // Damage that was done before may show only now.
            faults.restartStopped();
            operator.takeAway();
            runtime.run(LOOK);
        }
    }

    private static String keyIn(Shard shard) {
        for (int i = 0; ; i++) {
            var key = "last-" + i;
            if (shard.range().contains(KeyHash.of(key.getBytes(StandardCharsets.UTF_8)))) {
                return key;
            }
        }
    }

    private boolean haveApplied() {
        return cluster.newest().groups().stream().allMatch(group -> cluster.leader(group.id())
                .flatMap(leader -> status(leader, group.id()))
                .filter(leading -> leading.commitIndex() == leading.lastIndex())
                .filter(leading -> cluster.nodes().stream()
                        .filter(node -> group.members().contains(node.name()) && !faults.damaged(node))
                        .allMatch(node -> status(node, group.id())
                                .filter(status -> status.appliedIndex() >= leading.commitIndex())
                                .isPresent()))
                .isPresent());
    }

    /** Returns nothing where there is none, or the node was killed for what showed only now. */
    private static Optional<GroupStatus> status(SimulatedNode node, int group) {
        if (!node.isUp()) {
            return Optional.empty();
        }
        return node.replication().status().stream()
                .filter(hosted -> hosted.group() == group)
                .map(HostedStatus::status)
                .findFirst();
    }

    /** Returns the replicas that have not all that others have; those on a damaged disk may never. */
    private List<String> behind() {
        var behind = new ArrayList<String>();
        var state = cluster.newest();
        var log = state.log(SimulatedCluster.LOG);
        for (var shard : log.shards().shards()) {
            var id = new ShardId(log.incarnation(), shard.number());
            long end = 0;
            for (var node : cluster.nodes()) {
                var replica = node.isUp() ? node.replicas().find(id) : null;
                end = Math.max(end, replica == null ? 0 : replica.highWatermark());
            }
            for (var member : state.groups().get(shard.group()).members()) {
                var node = cluster.node(member);
                var replica = node == null || !node.isUp() ? null : node.replicas().find(id);
                if (node != null && !faults.damaged(node) && (replica == null || replica.highWatermark() < end)) {
                    behind.add(member + " has " + (replica == null ? "nothing" : replica.highWatermark()) + " of " + end
                            + " of shard " + shard.number());
                }
            }
        }
        return behind;
    }

    private String standing() {
        var text = new StringBuilder();
        for (var node : cluster.nodes()) {
            if (!node.isUp()) {
                text.append(node.name()).append(" is down, ");
                continue;
            }
            text.append(node.name())
                    .append(" at version ")
                    .append(node.metadata().state().version())
                    .append(", ");
            node.replication().status().forEach(group -> text.append("group ")
                    .append(group.group())
                    .append(' ')
                    .append(group.status())
                    .append("; "));
        }
        return text.append("plans ").append(cluster.newest().plans().all()).toString();
    }

    /** Returns what every shard holds, after a look whether all replicas hold it. */
    private Map<Integer, Kept> contents() {
        var contents = new TreeMap<Integer, Kept>();
        for (var shard : cluster.log().shards().shards()) {
            var replicas = replicas(shard);
            // What any node deleted, be it one with a damaged disk, is gone from the archive for all.
            long start = cluster.retention().begins(new ShardId(cluster.log().incarnation(), shard.number()));
            byte @Nullable [] digest = null;
            for (var replica : replicas.entrySet()) {
                long begins = replica.getValue().startOffset();
                if (begins > start) {
                    throw new Violation("shard " + shard.number() + " begins at " + begins + " on " + replica.getKey()
                            + ", and nobody deleted that");
                }
                byte[] here = replica.getValue()
                        .log()
                        .digest(start, replica.getValue().highWatermark());
                if (digest != null && !Arrays.equals(digest, here)) {
                    throw new Violation("the replica of shard " + shard.number() + " on " + replica.getKey()
                            + " differs from another");
                }
                digest = here;
                contents.computeIfAbsent(shard.number(), unseen -> kept(start, replica.getValue()));
            }
        }
        return contents;
    }

    private Map<String, ShardReplica> replicas(Shard shard) {
        var id = new ShardId(cluster.log().incarnation(), shard.number());
        var replicas = new TreeMap<String, ShardReplica>();
        for (var member : cluster.newest().groups().get(shard.group()).members()) {
            var node = cluster.node(member);
            var replica = node == null ? null : node.replicas().find(id);
            if (node != null && replica != null && !faults.damaged(node)) {
                replicas.put(member, replica);
            }
        }
        return replicas;
    }

    private static Kept kept(long start, ShardReplica replica) {
        var records = new ArrayList<LogRecord>();
        for (long offset = start; offset < replica.highWatermark(); offset++) {
            records.add(replica.log().read(offset));
        }
        return new Kept(start, records);
    }
}
