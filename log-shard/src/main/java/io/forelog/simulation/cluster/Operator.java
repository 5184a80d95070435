package io.forelog.simulation.cluster;

import io.forelog.metadata.ClusterNode;
import io.forelog.metadata.Group;
import io.forelog.metadata.MetadataCommand.DeleteLog;
import io.forelog.metadata.MetadataCommand.DrainNode;
import io.forelog.metadata.MetadataCommand.RemoveNode;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * What an operator does while things go wrong: deletes the log and creates it anew under its name; drains nodes,
 * removes them for ever, and adds others. Some seeds have the one, some the other, some both, and some neither.
 */
final class Operator {

    private static final Set<Long> DELETING = Set.of(1L, 3L, 4L);
    private static final Set<Long> RESIZING = Set.of(2L, 3L, 5L);
    private static final long SEEDS = 7;
    private static final int RARELY = 240;
    private static final int DELETED_EACH = 60;
    private static final int CREATED_EACH = 8;
    private static final int MORE_MAX = 3;
    private static final int SHARDS_MAX = 3;
    /** Fewer that are active, and a log would have fewer replicas than the faults of this simulation take away. */
    private static final int ACTIVE_MIN = 3;

    /** After this, nothing that was asked of a node is done any more. */
    private static final Duration LATE = Duration.ofSeconds(8);

    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final SimulatedCluster cluster;
    private final Timeline timeline;
    private final RandomGenerator random;
    private final boolean isDeleting;
    private final boolean isResizing;
    private final boolean takesTooSoon;
    /** Nodes that were told to drain or to leave; they may come to know of it late. */
    private final Set<String> told = new TreeSet<>();

    private int deletions;
    private int added;
    private long createdNanos;

    Operator(SimulatedCluster cluster, Timeline timeline, long seed) {
        this.cluster = cluster;
        this.timeline = timeline;
        this.random = new Random(~seed);
        this.isDeleting = DELETING.contains(Math.floorMod(seed, SEEDS));
        this.isResizing = RESIZING.contains(Math.floorMod(seed, SEEDS));
        this.takesTooSoon = cluster.saboteur().takesTooSoon();
    }

    /** Perhaps does something; called every few milliseconds. */
    void step() {
        takeAway();
        if (isDeleting) {
            stepLog();
        }
        if (isResizing) {
            stepNodes();
        }
    }

    private void stepLog() {
        if (cluster.find().isEmpty()) {
            if (random.nextInt(CREATED_EACH) == 0) {
                create();
            }
        } else if (random.nextInt(DELETED_EACH) == 0) {
            deletions++;
            timeline.add("the log is deleted");
            cluster.submit(new DeleteLog(SimulatedCluster.LOG));
            if (random.nextBoolean()) {
                create();
            }
        }
    }

    private void create() {
        timeline.add("the log is created anew");
        createdNanos = cluster.runtime().nanoTime();
        cluster.createLog(1 + random.nextInt(SHARDS_MAX));
    }

    private void stepNodes() {
        switch (random.nextInt(RARELY)) {
            case 0, 1, 2 -> add();
            case 3, 4, 5, 6 -> remove();
            case 7, 8 -> drain();
            case 9, 10 -> undrain();
            default -> {}
        }
    }

    private void add() {
        if (added < MORE_MAX) {
            added++;
            timeline.add(cluster.add().name() + " is added");
        }
    }

    /** Of a node that is up, others copy what it holds; so it may go. */
    private void remove() {
        var may = cluster.nodes().stream()
                .filter(node -> node.isAwake() && mayGo(node.name()))
                .map(SimulatedNode::name)
                .toList();
        if (!may.isEmpty()) {
            remove(may.get(random.nextInt(may.size())));
            if (takesTooSoon && may.size() > 1) {
                may.stream().filter(name -> !told.contains(name)).findFirst().ifPresent(this::remove);
            }
        }
    }

    private boolean mayGo(String name) {
        var known = cluster.newest().nodes().get(name);
        if (known == null || known.leaving()) {
            return false;
        }
        return told.contains(name) ? known.draining() : active().contains(name) && active().size() > ACTIVE_MIN;
    }

    private void remove(String name) {
        told.add(name);
        timeline.add(name + " is to be removed for ever");
        cluster.submit(new RemoveNode(name));
    }

    private void drain() {
        var may = active();
        if (may.size() > ACTIVE_MIN) {
            var name = may.get(random.nextInt(may.size()));
            told.add(name);
            timeline.add(name + " is drained");
            cluster.submit(new DrainNode(name, true));
        }
    }

    private void undrain() {
        cluster.newest().nodes().values().stream()
                .filter(node -> node.draining() && !node.leaving())
                .map(ClusterNode::name)
                .sorted()
                .findFirst()
                .ifPresent(name -> {
                    timeline.add(name + " is drained no more");
                    cluster.submit(new DrainNode(name, false));
                });
    }

    /** Returns the nodes that are active, and stay so as far as anybody told them. */
    private List<String> active() {
        return cluster.newest().nodes().values().stream()
                .filter(ClusterNode::isActive)
                .map(ClusterNode::name)
                .filter(name -> !told.contains(name))
                .sorted()
                .toList();
    }

    /** Takes the machines away that the cluster needs no more. */
    void takeAway() {
        for (var node : cluster.nodes()) {
            var known = cluster.newest().nodes().get(node.name());
            boolean isLeaving = known != null && known.leaving();
            if (cluster.newest().removed().contains(node.name()) || takesTooSoon && isLeaving) {
                timeline.add(node.name() + " is taken away");
                cluster.takeAway(node.name());
            }
        }
    }

    /** Does nothing more but what is left to do; time passes until nothing comes late. */
    void end() {
        if (deletions > 0) {
            cluster.runtime().run(LATE);
        }
    }

    /** Returns whether all was done as it should be; to be asked again and again once the faults have ended. */
    boolean isDone() {
        if (cluster.find().isEmpty()
                && cluster.runtime().nanoTime() - createdNanos > AGAIN.toNanos()) {
            create();
        }
        return cluster.find().isPresent()
                && (!isDeleting || isForgotten())
                && (!isResizing || cluster.newest().groups().stream().allMatch(this::isPlaced))
                && cluster.newest().nodes().values().stream().noneMatch(ClusterNode::leaving);
    }

    /** Returns whether no node knows of a log that is deleted, or has it open. */
    private boolean isForgotten() {
        long log = cluster.log().incarnation();
        return cluster.nodes().stream().allMatch(node -> {
            if (!node.isUp()) {
                return false;
            }
            var known = node.metadata().state().logs().get(SimulatedCluster.LOG);
            return known != null
                    && known.incarnation() == log
                    && node.replicas().all().stream()
                            .allMatch(replica -> replica.id().log() == log);
        });
    }

    private boolean isPlaced(Group group) {
        boolean isWhole = group.members().size() >= Math.min(ACTIVE_MIN, group.founders().size());
        return isWhole
                && !group.isMoving()
                && group.members().stream().allMatch(name -> cluster.node(name) != null);
    }

    /** @throws Violation if a log is gone that nobody deleted */
    void requireKept() {
        long created = cluster.newest().nextIncarnation() - 1;
        long gone = created - cluster.newest().logs().size();
        if (gone > deletions) {
            throw new Violation(gone + " logs were deleted, and only " + deletions + " times somebody asked for that");
        }
    }
}
