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
        if (awake.isEmpty()) {
            return;
        }
        readReplicas(awake.get(random.nextInt(awake.size())));
        for (int reader = 0; reader < READERS; reader++) {
            var node = awake.get(random.nextInt(awake.size()));
            // By the log's name, which means what that node knows.
            var log = node.metadata().state().logs().get(SimulatedCluster.LOG);
            if (log != null) {
                read(reader, node, next(reader, log));
            }
        }
        if (random.nextBoolean()) {
            cluster.find().ifPresent(log -> askForEnd(awake, log));
        }
    }

    private boolean isDeleted(long log) {
        return cluster.newest().find(log) == null;
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
                history.read(node.name(), address(replica.id(), end), early);
            }
        }
    }

    private void read(SimulatedNode node, ShardReplica replica, long offset) {
        if (!replica.holds(offset) || replica.isClosed()) {
            return;
        }
        try {
            history.read(node.name(), address(replica.id(), offset), replica.log().read(offset));
        } catch (CorruptBatchException e) {
            if (!faults.damaged(node)) {
                throw e;
            }
        } catch (ArchiveException e) {
            // What another node has let go of is not in the archive any more either.
            boolean isGone = isDeleted(replica.id().log()) || offset < cluster.retention().begins(replica.id());
            if (!cluster.archive().isDead() && !isGone) {
                throw e;
            }
        }
    }

    private static GlobalAddress address(ShardId shard, long offset) {
        return new GlobalAddress(shard.log(), shard.number(), offset);
    }

    /** Returns what a reader wants next: the next record, or any; now and then one more than there are. */
    private GlobalAddress next(int reader, Log log) {
        var last = cursors[reader];
        boolean follows = last != null
                && last.log() == log.incarnation()
                && random.nextInt(4) != 0
                && last.offset() < history.acknowledgedEnd(History.shard(last));
        GlobalAddress next;
        if (last != null && follows) {
            next = new GlobalAddress(last.log(), last.shard(), last.offset() + 1);
        } else {
            var shard = new ShardId(
                    log.incarnation(), random.nextInt(log.shards().shards().size()));
            long end = history.acknowledgedEnd(shard);
            long offset = Math.max(0, end - random.nextLong(random.nextBoolean() ? 6 : end + 1));
            next = address(shard, offset);
        }
        cursors[reader] = next;
        return next;
    }

    private void read(int reader, SimulatedNode node, GlobalAddress address) {
        long before = history.acknowledgedEnd(History.shard(address));
        var prefetcher = node.prefetcher();
        var replica = node.replicas().find(History.shard(address));
        boolean isHere = holds(node, replica, address);
        saboteur.read(node, address).whenComplete((answer, failure) -> {
            if (answer != null) {
                history.read(node.name() + ", from " + answer.by(), address, answer.record());
                prefetcher.onRead(reader, ModelKey.of(address), outcome(answer));
            } else if (isHere && holds(node, replica, address)) {
                history.refused(node.name(), address, failure);
            } else if (!isDeleted(address.log())) {
                history.notFound(
                        node.name(),
                        address,
                        before,
                        cluster.retention().begins(History.shard(address)),
                        failure);
            }
        });
    }

    /** Returns whether a node has a record on its own disk, unaltered, so that it depends on nobody to give it. */
    private boolean holds(SimulatedNode node, @Nullable ShardReplica replica, GlobalAddress address) {
        return replica != null
                && node.isUp()
                && node.replicas().find(replica.id()) == replica
                && replica.holds(address.offset())
                && !replica.log().isArchived(address.offset())
                && !faults.damaged(node);
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
            long before = history.acknowledgedEnd(id);
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
        if (replica != null && !isDeleted(replica.id().log())) {
            history.ended(node.name(), replica.id(), replica.highWatermark(), before);
        }
    }
}
