package io.forelog.replication;

import io.forelog.metadata.ClusterState;
import io.forelog.plan.Plan;
import io.forelog.plan.Plan.Check;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.record.RecordBatch;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies that moves need on this node: before a cutover those of the target's members, and while it is watched
 * those of the source's, fed back so that nothing is lost by a return. A node that is a member of both has the one copy
 * that there is, and copies nothing. Safe for use by any thread.
 */
final class ShardFeeds {

    private static final Logger LOG = LoggerFactory.getLogger(ShardFeeds.class);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final int SAMPLES = 32;
    /** Before a cutover; each copies what came while the one before copied. */
    private static final int ROUNDS_MAX = 5;

    /** Records that one more round would not make fewer. */
    private static final long NEAR = 16;

    /**
     * How far a copy is.
     *
     * @param end where it ended when last looked at
     * @param lag records of its source that it did not have then
     */
    record Progress(long end, long lag) {}

    /** Fills replicas that the target's group does not hold yet. */
    private final class Ahead implements AheadCopies.Copier {

        @Override
        public void copy(CopyAhead wanted, ClusterState state, LongAdder bytes) {
            var source = state.groups().get(wanted.sourceGroup());
            var machine = machines.apply(wanted.targetGroup());
            if (machine == null || source.leader() == null) {
                throw new IllegalStateException("group " + wanted.sourceGroup() + " has no leader, or group "
                        + wanted.targetGroup() + " is not open here");
            }
            machine.feed(
                    wanted.shard(),
                    wanted.logName(),
                    end(source.leader(), wanted.shard()),
                    first(source.leader(), source.members()),
                    bytes::add);
        }

        @Override
        public void delete(CopyAhead wanted) {
            unfeed(new Fed(wanted.shard(), wanted.targetGroup()));
        }
    }

    private record Fed(ShardId shard, int group) {}

    private final String self;
    private final PeerShards peers;
    private final ShardReplicas replicas;
    private final Executor background;
    private final IntFunction<@Nullable GroupMachine> machines;
    private final Map<Long, Progress> progress = new ConcurrentHashMap<>();
    private final Map<Long, Fed> fed = new ConcurrentHashMap<>();
    private final Map<Long, LongAdder> copied = new ConcurrentHashMap<>();
    private final Set<Long> underWay = ConcurrentHashMap.newKeySet();
    private final AheadCopies ahead;

    /** @param background threads that may wait */
    ShardFeeds(
            String self,
            PeerShards peers,
            ShardReplicas replicas,
            Executor background,
            IntFunction<@Nullable GroupMachine> machines,
            LongSupplier nanoTime) {
        this.self = self;
        this.peers = peers;
        this.replicas = replicas;
        this.background = background;
        this.machines = machines;
        this.ahead = new AheadCopies(self, new Ahead(), background, nanoTime);
    }

    /** Returns the copies that announced moves have here. */
    AheadCopies ahead() {
        return ahead;
    }

    /** Returns how far the copy here is that a plan needs, or null if it was not begun. */
    @Nullable
    Progress of(long plan) {
        return progress.get(plan);
    }

    /** Returns how many bytes were copied here for a plan, since this node was started. */
    long copiedBytes(long plan) {
        var bytes = copied.get(plan);
        return bytes == null ? 0 : bytes.sum();
    }

    /** Begins what is due in this state. Never blocks. */
    void tick(ClusterState state) {
        ahead.tick(state, (plan, bytes) -> copied.computeIfAbsent(plan, unseen -> new LongAdder())
                .add(bytes));
        var wanted = new HashSet<Long>();
        for (var plan : state.plans().all()) {
            if (plan.kind() == PlanKind.MOVE && !plan.state().isFinal()) {
                wanted.add(plan.id());
                tick(plan, state);
            }
        }
        copied.keySet().retainAll(wanted);
        fed.forEach((plan, copy) -> {
            if (!wanted.contains(plan) && fed.remove(plan, copy)) {
                progress.remove(plan);
                background.execute(() -> unfeed(copy));
            }
        });
    }

    private void unfeed(Fed copy) {
        var machine = machines.apply(copy.group());
        if (machine != null) {
            machine.unfeed(copy.shard());
        }
    }

    private void tick(Plan plan, ClusterState state) {
        boolean back = plan.state() == PlanState.WATCH;
        boolean copies = back
                || plan.state() == PlanState.COPY
                || plan.state() == PlanState.CATCH_UP
                || plan.state() == PlanState.VERIFY;
        int from = back ? plan.route().targetGroup() : plan.route().sourceGroup();
        int to = back ? plan.route().sourceGroup() : plan.route().targetGroup();
        var source = state.groups().get(from);
        var leader = source.leader();
        boolean needed = copies
                && leader != null
                && state.groups().get(to).holders().contains(self)
                && !source.holders().contains(self);
        if (needed && underWay.add(plan.id())) {
            background.execute(() -> {
                try {
                    feed(plan, to, leader, source.members());
                } catch (RuntimeException e) {
                    LOG.info(
                            "plan {}: shard {} is copied further soon: {}",
                            plan.id(),
                            plan.change().shards(),
                            e.toString());
                } finally {
                    underWay.remove(plan.id());
                }
            });
        }
    }

    private void feed(Plan plan, int to, String leader, List<String> members) {
        var machine = machines.apply(to);
        if (machine == null) {
            return;
        }
        var change = plan.change();
        var shard = new ShardId(change.incarnation(), change.shards().getFirst());
        long end = end(leader, shard);
        fed.put(plan.id(), new Fed(shard, to));
        long have = machine.feed(shard, change.log(), end, first(leader, members), counted(plan));
        progress.put(plan.id(), new Progress(have, Math.max(0, end(leader, shard) - have)));
    }

    /**
     * Completes once the copy here has nearly all that there is now, and the disk too: little is left to be done when
     * the source has ended. A source that is appended to faster than it is copied is caught up with no further.
     */
    CompletableFuture<Void> catchUp(Plan plan, ClusterState state) {
        var route = plan.route();
        var source = state.groups().get(route.sourceGroup());
        var machine = machines.apply(route.targetGroup());
        var shard = new ShardId(plan.change().incarnation(), plan.change().shards().getFirst());
        boolean shared = source.holders().contains(self);
        var leader = source.leader();
        if (machine == null || !shared && leader == null) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.runAsync(
                () -> {
                    if (!shared) {
                        catchUp(plan, shard, machine, first(leader, source.members()));
                    }
                    var replica = shared ? replicas.find(shard) : machine.fed(shard, plan.change().log());
                    if (replica != null) {
                        replica.log().force();
                    }
                },
                background);
    }

    private void catchUp(Plan plan, ShardId shard, GroupMachine machine, List<String> nodes) {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            long end = end(nodes.getFirst(), shard);
            long before = machine.fed(shard, plan.change().log()).log().endOffset();
            machine.feed(shard, plan.change().log(), end, nodes, counted(plan));
            if (end - before <= NEAR) {
                return;
            }
        }
    }

    /** Completes once the copy here, if this node needs one, ends where the source has released the shard. */
    CompletableFuture<Void> complete(Plan plan, long end, ClusterState state) {
        var source = state.groups().get(plan.route().sourceGroup());
        var machine = machines.apply(plan.route().targetGroup());
        if (machine == null || source.holders().contains(self)) {
            return CompletableFuture.completedFuture(null);
        }
        var node = source.leader() == null ? source.preferred() : source.leader();
        var change = plan.change();
        var shard = new ShardId(change.incarnation(), change.shards().getFirst());
        var nodes = first(node, source.members());
        return CompletableFuture.runAsync(
                () -> machine.feed(shard, change.log(), end, nodes, counted(plan)), background);
    }

    private LongConsumer counted(Plan plan) {
        return copied.computeIfAbsent(plan.id(), unseen -> new LongAdder())::add;
    }

    /**
     * Compares records of the copy here, spread over all of it, with what the source's leader has at their offsets. A
     * node whose copy is the source's own compares with that leader, too; where that is this node there is but one
     * copy.
     */
    CompletableFuture<Check> sampled(Plan plan, ClusterState state) {
        var source = state.groups().get(plan.route().sourceGroup());
        var machine = machines.apply(plan.route().targetGroup());
        var leader = source.leader();
        var change = plan.change();
        var shard = new ShardId(change.incarnation(), change.shards().getFirst());
        if (machine == null || leader == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("nobody leads group " + source.id()));
        }
        if (leader.equals(self)) {
            return CompletableFuture.completedFuture(new Check("samples", true, "source and target share one copy"));
        }
        boolean shares = source.members().contains(self);
        return CompletableFuture.supplyAsync(
                () -> {
                    var replica = shares ? replicas.find(shard) : machine.fed(shard, change.log());
                    return sampled(replica, shares, leader, new Random(plan.id()));
                },
                background);
    }

    private Check sampled(@Nullable ShardReplica replica, boolean shares, String leader, Random random) {
        if (replica == null) {
            throw new IllegalStateException("there is no copy here");
        }
        var log = replica.log();
        // Retention comes to both, and perhaps to one before the other.
        long from = Math.max(log.startOffset(), bounds(leader, replica.id(), log.startOffset())[0]);
        long records = (shares ? replica.highWatermark() : log.endOffset()) - from;
        int compared = (int) Math.max(0, Math.min(SAMPLES, records));
        for (int i = 0; i < compared; i++) {
            // Of each part one.
            long offset = from + records * i / compared + random.nextLong(Math.max(1, records / compared));
            var here = log.readBatches(offset, offset + 1, 1).getFirst();
            var there = peers.batches(
                            leader, replica.id().log(), replica.id().number(), here.baseOffset(), here.endOffset(), 1)
                    .orTimeout(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS)
                    .join();
            if (there.isEmpty()) {
                // A member may apply what is committed before the leader does.
                throw new IllegalStateException(leader + " has not come to offset " + offset + " yet");
            }
            if (!here.buffer().equals(there.getFirst().buffer())) {
                return new Check(
                        "samples",
                        false,
                        "offset " + offset + " here is " + text(here) + ", and " + text(there.getFirst()) + " at "
                                + leader);
            }
        }
        return new Check("samples", true, compared + " records are what " + leader + " has at their offsets");
    }

    /** Returns the members, the one that is sure to have all before the others. */
    private static List<String> first(String node, List<String> members) {
        return Stream.concat(Stream.of(node), members.stream().filter(member -> !member.equals(node)))
                .toList();
    }

    private static String text(RecordBatch batch) {
        return "a batch at " + batch.baseOffset() + " of epoch " + batch.leaderEpoch() + " with CRC "
                + batch.statedCrc();
    }

    private long end(String node, ShardId shard) {
        return bounds(node, shard, PeerShards.AT_ITS_END)[1];
    }

    private long[] bounds(String node, ShardId shard, long from) {
        try {
            return peers.bounds(node, shard.log(), shard.number(), from)
                    .orTimeout(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    node + " did not say what it has of shard " + shard + ": " + e.getCause(), e);
        }
    }
}
