package io.forelog.simulation.cluster;

import io.forelog.cache.Answer;
import io.forelog.cache.AnsweredBy;
import io.forelog.metadata.Log;
import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.ReadOutcome;
import io.forelog.record.CorruptBatchException;
import io.forelog.record.GlobalAddress;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import io.forelog.storage.archive.ArchiveException;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Reads: what replicas hold, on any node; addresses by the path that a node's readers take, over the caches and with
 * the prefetcher looking on; and where shards end, of who leads them.
 */
final class Readers {

    private static final int READERS = 3;

    private final SimulatedCluster cluster;
    private final Saboteur saboteur;
    private final History history;
    private final Faults faults;
    private final RandomGenerator random;
    /** Where each reader is: every other read follows the one before. */
    private final @Nullable GlobalAddress[] cursors = new GlobalAddress[READERS];

    Readers(SimulatedCluster cluster, Saboteur saboteur, History history, Faults faults) {
        this.cluster = cluster;
        this.saboteur = saboteur;
        this.history = history;
        this.faults = faults;
        this.random = cluster.runtime().split();
    }

    void step() {
        var awake = cluster.nodes().stream().filter(SimulatedNode::isAwake).toList();
        var log = cluster.newest().logs().get(SimulatedCluster.LOG);
        if (awake.isEmpty() || log == null) {
            return;
        }
        readReplicas(awake.get(random.nextInt(awake.size())));
        for (int reader = 0; reader < READERS; reader++) {
            read(reader, awake.get(random.nextInt(awake.size())), next(reader, log));
        }
        if (random.nextBoolean()) {
            askForEnd(awake, log);
        }
    }

    private void readReplicas(SimulatedNode node) {
        var replicas = node.replicas().all().stream()
                .sorted(Comparator.comparing(ShardReplica::id))
                .toList();
        for (var replica : replicas) {
            long end = replica.highWatermark();
            if (end > replica.startOffset()) {
                long back = random.nextBoolean() ? random.nextLong(Math.min(4, end)) : random.nextLong(end);
                read(node, replica, end - 1 - back);
            }
            var early = saboteur.uncommitted(node, replica.id(), end);
            if (early != null) {
                history.read(node.name(), replica.number(), end, early);
            }
        }
    }

    private void read(SimulatedNode node, ShardReplica replica, long offset) {
        if (!replica.holds(offset) || replica.isClosed()) {
            return;
        }
        try {
            history.read(node.name(), replica.number(), offset, replica.log().read(offset));
        } catch (CorruptBatchException e) {
            if (!faults.damaged(node)) {
                throw e;
            }
        } catch (ArchiveException e) {
            // What another node has let go of is not in the archive any more either.
            if (!cluster.archive().isDead() && offset >= cluster.retention().begins(replica.number())) {
                throw e;
            }
        }
    }

    /** Returns what a reader wants next: the next record, or any; now and then one more than there are. */
    private GlobalAddress next(int reader, Log log) {
        var last = cursors[reader];
        boolean follows =
                last != null && random.nextInt(4) != 0 && last.offset() < history.acknowledgedEnd(last.shard());
        GlobalAddress next;
        if (last != null && follows) {
            next = new GlobalAddress(last.log(), last.shard(), last.offset() + 1);
        } else {
            int shard = random.nextInt(log.shards().shards().size());
            long end = history.acknowledgedEnd(shard);
            long offset = Math.max(0, end - random.nextLong(random.nextBoolean() ? 6 : end + 1));
            next = new GlobalAddress(log.incarnation(), shard, offset);
        }
        cursors[reader] = next;
        return next;
    }

    private void read(int reader, SimulatedNode node, GlobalAddress address) {
        long before = history.acknowledgedEnd(address.shard());
        var prefetcher = node.prefetcher();
        node.reads().read(address).whenComplete((answer, failure) -> {
            if (answer != null) {
                history.read(node.name() + ", from " + answer.by(), address.shard(), address.offset(), answer.record());
                prefetcher.onRead(reader, ModelKey.of(address), outcome(answer));
            } else {
                history.notFound(
                        node.name(),
                        address.shard(),
                        address.offset(),
                        before,
                        cluster.retention().begins(address.shard()),
                        failure);
            }
        });
    }

    private static ReadOutcome outcome(Answer answer) {
        return switch (answer.detail()) {
            case PREFETCHED -> ReadOutcome.PREFETCHED_HIT;
            case JOINED -> ReadOutcome.JOINED;
            case NONE -> answer.by() == AnsweredBy.LOCAL ? ReadOutcome.HIT : ReadOutcome.MISS;
        };
    }

    private void askForEnd(List<SimulatedNode> awake, Log log) {
        var open = log.shards().open();
        var shard = open.get(random.nextInt(open.size()));
        var id = new ShardId(log.incarnation(), shard.number());
        for (var node : awake) {
            long before = history.acknowledgedEnd(shard.number());
            if (saboteur.guessesEnds()) {
                tell(node, node.replicas().find(id), before);
            } else if (node.replication().leads(shard.group())) {
                askForEnd(node, shard.group(), id, before);
            }
        }
    }

    private void askForEnd(SimulatedNode node, int group, ShardId shard, long before) {
        var replication = node.replication();
        var replicas = node.replicas();
        replication.barrier(group).whenComplete((done, failure) -> {
            if (failure == null && replication.owns(group, shard)) {
                tell(node, replicas.find(shard), before);
            }
        });
    }

    private void tell(SimulatedNode node, @Nullable ShardReplica replica, long before) {
        if (replica != null) {
            history.ended(node.name(), replica.number(), replica.highWatermark(), before);
        }
    }
}
