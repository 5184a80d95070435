package io.forelog.simulation.cluster;

import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.PlanCommand;
import io.forelog.metadata.Shard;
import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Change;
import io.forelog.plan.Cost;
import io.forelog.plan.Expected;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.plan.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/** Lets things go wrong at random, and shards be split, merged and moved meanwhile. */
final class Faults {

    /** Whose disk flips bits, and fails in parts: one of three, so that the others have every record. */
    private static final String FLIPPING = "n3";

    private static final int RARELY = 260;

    /** Enough for a majority to elect a leader and to decide something. */
    private static final Duration TURN = Duration.ofMillis(500);

    /** More would be answered with longer and longer pauses. */
    private static final int STOPPED_MAX = 2;

    private final SimulatedCluster cluster;
    private final Timeline timeline;
    private final RandomGenerator random;
    private final SimulatedManager manager;
    private boolean flipped;
    private boolean illDiskFails;
    private boolean othersFailed;
    private boolean ended;
    private int stopped;

    Faults(SimulatedCluster cluster, Timeline timeline) {
        this.cluster = cluster;
        this.timeline = timeline;
        this.random = cluster.runtime().split();
        this.manager = new SimulatedManager(cluster, timeline);
    }

    /**
     * Returns whether a node's disk altered records: nothing repairs those in the simulation. A group's log that was
     * altered is no reason to be behind: its replica is made anew.
     */
    boolean damaged(SimulatedNode node) {
        return flipped && node.name().equals(FLIPPING);
    }

    /** Perhaps does something; called every few milliseconds. */
    void step() {
        switch (random.nextInt(RARELY)) {
            case 0, 1, 2 -> crash(any());
            case 3, 4 -> leader().ifPresent(this::crash);
            case 5 -> isolate(any());
            case 6 -> leader().ifPresent(this::isolate);
            case 7 -> cut(any(), any());
            case 8, 9, 10, 11, 12, 13 -> heal();
            case 14 -> loss(random.nextDouble() * 0.3);
            case 15 -> repeat(random.nextDouble() * 0.3);
            case 16 -> delay(random.nextInt(50));
            case 17, 18, 19 -> calm();
            case 20, 21 -> freeze(any());
            case 22 -> leader().ifPresent(this::freeze);
            case 23 -> powerFailure();
            case 24, 25 -> full(any());
            case 26, 27, 28 -> cluster.nodes().forEach(this::empty);
            case 29 -> flip();
            case 30, 31, 32, 33, 34, 35, 36, 37, 38, 39 -> startOne();
            case 40, 41 -> plan(PlanKind.SPLIT);
            case 42 -> plan(PlanKind.MERGE);
            case 43, 44 -> plan(PlanKind.MOVE);
            case 45 -> rollBack();
            case 46, 47, 48, 49 -> cache(SimulatedTier.Health.values()[random.nextInt(4)]);
            case 50, 51 -> cache(SimulatedTier.Health.WELL);
            case 52, 53 -> manager.decide();
            case 54 -> reorder(random.nextDouble() * 0.2);
            case 55 -> failForces(any());
            case 56, 57 -> stopReplica();
            case 58, 59 -> archive(true);
            case 60, 61, 62 -> archive(false);
            case 63 -> plan(PlanKind.ARCHIVE);
            case 64, 65 -> flipMetadata();
            case 66 -> loseDisk();
            case 67 -> takeTurns();
            default -> {}
        }
    }

    /** Ends all faults, and starts what is down. */
    void end() {
        timeline.add("all faults end");
        ended = true;
        cluster.network().heal();
        calm();
        archive(false);
        cluster.nodes().forEach(node -> {
            empty(node);
            node.disk().mend();
            if (node.disk().failsForces()) {
                repair(node);
            }
            startIfDown(node);
        });
        restartStopped();
    }

    /** Starts again whose replica of the metadata has stopped for good: that node says so, and serves no more. */
    void restartStopped() {
        for (var node : cluster.nodes()) {
            if (node.isUp() && node.hasStopped()) {
                crash(node);
                start(node);
            }
        }
    }

    private SimulatedNode any() {
        var nodes = cluster.nodes();
        return nodes.get(random.nextInt(nodes.size()));
    }

    private Optional<SimulatedNode> leader() {
        var groups = cluster.newest().groups();
        return groups.isEmpty() ? Optional.empty() : cluster.leader(random.nextInt(groups.size()));
    }

    private void crash(SimulatedNode node) {
        if (!node.isUp()) {
            return;
        }
        if (random.nextBoolean()) {
            timeline.add(node.name() + " crashes: what was not forced is lost or torn");
            node.crash();
        } else {
            timeline.add(node.name() + " is killed");
            node.kill();
        }
    }

    private void powerFailure() {
        timeline.add("power fails everywhere");
        cluster.nodes().stream().filter(SimulatedNode::isUp).forEach(SimulatedNode::crash);
        cluster.nodes().forEach(this::start);
    }

    private void start(SimulatedNode node) {
        if (node.disk().failsForces()) {
            repair(node);
        } else if (!node.start()) {
            isNew(node);
        }
    }

    private void isNew(SimulatedNode node) {
        flipped &= !node.name().equals(FLIPPING);
        timeline.add(node.name() + " has another, empty disk");
    }

    private void startOne() {
        cluster.nodes().stream().filter(node -> !node.isUp()).findFirst().ifPresent(node -> {
            timeline.add(node.name() + " starts");
            start(node);
        });
    }

    private void isolate(SimulatedNode node) {
        timeline.add(node.name() + " is isolated");
        cluster.network().isolate(node.name());
    }

    private void cut(SimulatedNode from, SimulatedNode to) {
        timeline.add("nothing goes from " + from.name() + " to " + to.name());
        cluster.network().cut(from.name(), to.name());
    }

    private void heal() {
        timeline.add("the network is whole");
        cluster.network().heal();
    }

    /**
     * One majority decides something, then another one has to know of it: they share one node alone, which crashed in
     * between. So it all depends on what that node has kept.
     */
    private void takeTurns() {
        var names = new ArrayList<>(
                cluster.nodes().stream().map(SimulatedNode::name).toList());
        Collections.shuffle(names, random);
        var shared = names.removeFirst();
        var first = List.copyOf(names.subList(0, names.size() / 2));
        var second = List.copyOf(names.subList(names.size() / 2, names.size()));
        timeline.add("from now on " + shared + " is with " + first + " alone, and then with " + second);
        cluster.nodes().forEach(this::startIfDown);
        cluster.network().heal();
        second.forEach(cluster.network()::isolate);
        plan(PlanKind.SPLIT);
        var runtime = cluster.runtime();
        runtime.after(TURN.plusMillis(random.nextInt(500)), () -> {
            var node = cluster.node(shared);
            if (!ended && node != null) {
                timeline.add(shared + " is with " + second + " alone, after a crash");
                crash(node);
                startIfDown(node);
                cluster.network().heal();
                first.forEach(cluster.network()::isolate);
                runtime.after(TURN.multipliedBy(2), this::healAfterTurns);
            }
        });
    }

    private void startIfDown(SimulatedNode node) {
        if (!node.isUp()) {
            start(node);
        }
    }

    private void healAfterTurns() {
        if (!ended) {
            heal();
        }
    }

    private void loss(double share) {
        timeline.add("messages are lost: " + share);
        cluster.network().loss(share);
    }

    private void repeat(double share) {
        timeline.add("messages come twice: " + share);
        cluster.network().repetition(share);
    }

    private void delay(int millis) {
        timeline.add("messages take " + millis + " ms longer");
        cluster.network().delay(Duration.ofMillis(millis));
    }

    private void calm() {
        timeline.add("messages are neither lost nor late");
        cluster.network().loss(0);
        cluster.network().repetition(0);
        cluster.network().reordering(0);
        cluster.network().delay(Duration.ZERO);
    }

    private void freeze(SimulatedNode node) {
        if (node.isUp()) {
            int millis = random.nextInt(100, 2_000);
            timeline.add(node.name() + " stands still for " + millis + " ms");
            node.process().freeze(Duration.ofMillis(millis));
        }
    }

    private void full(SimulatedNode node) {
        timeline.add("the disk of " + node.name() + " is full");
        node.disk().full(true);
    }

    private void empty(SimulatedNode node) {
        if (node.disk().isFull()) {
            timeline.add("the disk of " + node.name() + " has room");
            node.disk().full(false);
        }
    }

    private void cache(SimulatedTier.Health health) {
        boolean regional = random.nextBoolean();
        timeline.add("the " + (regional ? "regional" : "global") + " cache is " + health);
        var server = regional ? cluster.regional() : cluster.global();
        server.become(health);
        if (random.nextInt(4) == 0) {
            server.clear();
        }
    }

    private void reorder(double share) {
        timeline.add("messages come in another order: " + share);
        cluster.network().reordering(share);
    }

    /**
     * Replicas stop for good when a force fails: what was to be forced may be lost. In one run that happens to the ill
     * disk, or to those of others: a group that loses a replica by each has lost two of three.
     */
    private void failForces(SimulatedNode node) {
        boolean isOther = !node.name().equals(FLIPPING);
        if (node.disk().failsForces()) {
            repair(node);
        } else if (!(isOther && illDiskFails)
                && cluster.nodes().stream().noneMatch(other -> other.disk().failsForces())) {
            othersFailed |= isOther;
            timeline.add("forces fail on the disk of " + node.name());
            node.disk().failForces(true);
        }
    }

    private void repair(SimulatedNode node) {
        timeline.add("the disk of " + node.name() + " is well, and the node starts again");
        if (node.isUp()) {
            node.crash();
        }
        node.disk().failForces(false);
        start(node);
    }

    /** Returns whether the ill disk may cost replicas in this run, which those of others do not from then on. */
    private boolean mayCostReplicas() {
        illDiskFails |= !othersFailed;
        return illDiskFails;
    }

    private void flip() {
        var node = cluster.node(FLIPPING);
        if (node != null) {
            boolean inLog = random.nextInt(3) == 0 && mayCostReplicas();
            var where = inLog ? node.disk().flipLog(random) : node.disk().flipRecord(random);
            if (!where.isEmpty()) {
                flipped |= !inLog;
                timeline.add("a bit flips on the disk of " + FLIPPING + ", in " + where);
            }
        }
    }

    private void flipMetadata() {
        var node = cluster.node(FLIPPING);
        var where = node == null || !mayCostReplicas() ? "" : node.disk().flipMetadata(random);
        if (!where.isEmpty()) {
            timeline.add("a bit flips on the disk of " + FLIPPING + ", in the metadata, " + where);
        }
    }

    /** All that was acknowledged is on the others, or will be before this one counts again. */
    private void loseDisk() {
        var node = cluster.node(FLIPPING);
        if (node != null && node.isUp() && mayCostReplicas()) {
            timeline.add(FLIPPING + " loses its disk");
            node.crash();
            node.replaceDisk();
            isNew(node);
        }
    }

    private void archive(boolean dead) {
        if (cluster.archive().isDead() != dead) {
            timeline.add("the archive is " + (dead ? "dead" : "back"));
            cluster.archive().dead(dead);
        }
    }

    /** A part of a disk is ill, for good as far as the group is concerned whose log is there. */
    private void stopReplica() {
        var node = cluster.node(FLIPPING);
        if (node != null && stopped < STOPPED_MAX && mayCostReplicas()) {
            var where = node.disk().failGroup(random);
            if (!where.isEmpty()) {
                stopped++;
                timeline.add("forces fail on the disk of " + FLIPPING + ", in " + where);
            }
        }
    }

    private void plan(PlanKind kind) {
        var log = cluster.newest().logs().get(SimulatedCluster.LOG);
        if (log == null) {
            return;
        }
        var open = log.shards().open();
        var shard = open.get(random.nextInt(open.size()));
        switch (kind) {
            case SPLIT -> begin(kind, List.of(shard), middle(shard), elsewhere(shard));
            case MOVE -> begin(kind, List.of(shard), OptionalLong.empty(), elsewhere(shard));
            case ARCHIVE -> {
                var any = log.shards().shards();
                begin(kind, List.of(any.get(random.nextInt(any.size()))), OptionalLong.empty(), Route.NONE);
            }
            case MERGE -> {
                int lower = random.nextInt(open.size());
                if (lower + 1 < open.size()) {
                    begin(kind, open.subList(lower, lower + 2), OptionalLong.empty(), Route.NONE);
                }
            }
        }
    }

    private static OptionalLong middle(Shard shard) {
        var range = shard.range();
        return OptionalLong.of(range.from() + Long.divideUnsigned(range.last() - range.from(), 2) + 1);
    }

    private Route elsewhere(Shard shard) {
        int groups = cluster.newest().groups().size();
        return new Route("", shard.group(), "", (shard.group() + random.nextInt(groups)) % groups);
    }

    private void begin(PlanKind kind, List<Shard> shards, OptionalLong at, Route route) {
        var numbers = shards.stream().map(Shard::number).toList();
        timeline.add("plan: " + kind + " of " + numbers + " to group " + route.targetGroup());
        var log = cluster.log();
        var change = new Change(log.name(), log.incarnation(), numbers, at, List.of());
        cluster.submit(new ChangePlan(new PlanCommand.Begin(Plan.of(
                kind,
                Cause.BY_HAND,
                change,
                route,
                new Expected("", Cost.NONE, Benefit.NONE),
                cluster.clock().millis()))));
    }

    private void rollBack() {
        for (var plan : List.copyOf(cluster.newest().plans().all()).reversed()) {
            if (plan.state() == PlanState.WATCH && plan.undoes() == 0) {
                timeline.add("plan " + plan.id() + " is taken back");
                cluster.submit(new ChangePlan(new PlanCommand.RollBack(
                        plan.id(), Cause.BY_HAND, cluster.clock().millis())));
                return;
            }
        }
    }
}
