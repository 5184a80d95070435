package io.forelog.server.route;

import io.forelog.cache.Outcome;
import io.forelog.error.ForelogException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.OverloadedException;
import io.forelog.metadata.Group;
import io.forelog.record.CorruptBatchException;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.replication.Groups;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import io.forelog.server.peer.Messages.Number;
import io.forelog.server.peer.PeerCalls;
import io.forelog.server.peer.PeerServer;
import io.forelog.server.peer.ReadMessages.BoundsAnswer;
import io.forelog.server.peer.ReadMessages.Offsets;
import io.forelog.server.peer.ReadMessages.Point;
import io.forelog.server.peer.ReadMessages.PointAnswers;
import io.forelog.server.peer.ReadMessages.Points;
import io.forelog.server.peer.ReadMessages.Query;
import io.forelog.server.peer.ReadMessages.RunAnswer;
import io.forelog.server.peer.ReadMessages.TotalsAnswer;
import io.forelog.server.shard.LocalOwner;
import io.forelog.server.shard.ReplicaReader;
import io.forelog.server.shard.ShardReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers the reads that other nodes were asked for, of shards that this node leads or holds. */
public final class LeaderReads {

    /** Of one answer; the rest is refused, to be asked for again. */
    private static final int RUN_BYTES_MAX = 16 << 20;

    /** Where a question for the newest of a key has an offset: asked of the shard that takes its appends. */
    static final long OF_ALL = 1;

    /** Little enough to be taken apart on the event loop of the node that asked. */
    private static final int POINT_BYTES_MAX = 4 << 20;

    private static final Duration WAIT_MAX = Duration.ofMinutes(2);
    private static final CompletableFuture<Void> NEVER = new CompletableFuture<>();

    /** Learns of a record that was read for a node of a region. */
    public interface Served {
        void served(String region, GlobalAddress address, LogRecord record);
    }

    private final String node;
    private final ShardGroups shards;
    private final Groups groups;
    private final Function<ShardId, @Nullable ShardReplica> replicas;
    private final Served served;
    private final Executor readers;
    private final SpreadKeys spread;

    /**
     * @param node this node's name
     * @param readers threads that may wait for the disk
     * @param spread keys that more nodes than their leader's answer for
     */
    public LeaderReads(
            String node,
            ShardGroups shards,
            Groups groups,
            Function<ShardId, @Nullable ShardReplica> replicas,
            Served served,
            Executor readers,
            SpreadKeys spread) {
        this.node = node;
        this.shards = shards;
        this.groups = groups;
        this.replicas = replicas;
        this.served = served;
        this.readers = readers;
        this.spread = spread;
    }

    public void register(PeerServer server) {
        server.on(PeerCalls.BOUNDS, query -> leading(query, ShardReader::bounds).thenApply(BoundsAnswer::new));
        server.on(PeerCalls.RUN, query -> run(query).thenApply(RunAnswer::new));
        server.on(PeerCalls.NEWEST, query -> leading(
                        query,
                        shard -> query.from() == OF_ALL ? shard.newestOfAll(query.key()) : shard.newest(query.key()))
                .thenApply(Number::new));
        server.on(PeerCalls.OFFSETS_FROM, query -> leading(
                        query, shard -> shard.offsetsFrom(query.key(), query.from(), query.limit()))
                .thenApply(Offsets::new));
        server.on(PeerCalls.OFFSETS_BELOW, query -> leading(
                        query, shard -> shard.offsetsBelow(query.key(), query.from(), query.limit()))
                .thenApply(Offsets::new));
        server.on(PeerCalls.OFFSET_AT_TIME, query -> leading(query, shard -> shard.offsetAtTime(query.from()))
                .thenApply(Number::new));
        server.on(PeerCalls.AWAIT, this::await);
        server.on(PeerCalls.POINTS, this::points);
        server.on(
                PeerCalls.TOTALS,
                list -> CompletableFuture.supplyAsync(
                        () -> new TotalsAnswer(ShardTotals.held(list.shards(), replicas)), readers));
    }

    private <A> CompletableFuture<A> leading(Query query, Function<ShardReader, CompletableFuture<A>> read) {
        var group = group(query.shard());
        if (!groups.leads(group.id())) {
            throw notLeading(group);
        }
        return groups.barrier(group.id()).thenCompose(ready -> {
            if (!groups.owns(group.id(), query.shard())) {
                throw notLeading(group);
            }
            return read.apply(new ReplicaReader(replica(query.shard()), readers));
        });
    }

    private CompletableFuture<ShardReader.Run> run(Query query) {
        int bytesMax = Math.min(query.limit(), RUN_BYTES_MAX);
        if (groups.leads(group(query.shard()).id())) {
            return leading(query, shard -> shard.run(query.from(), bytesMax));
        }
        var replica = replica(query.shard());
        if (!replica.holds(query.from())) {
            throw notLeading(group(query.shard()));
        }
        return new ReplicaReader(replica, readers).run(query.from(), bytesMax);
    }

    private CompletableFuture<Number> await(Query query) {
        var replica = replica(query.shard());
        var asked = Duration.ofMillis(query.limit());
        return new ReplicaReader(replica, readers)
                .await(query.from(), asked.compareTo(WAIT_MAX) < 0 ? asked : WAIT_MAX, NEVER)
                .thenApply(Number::new);
    }

    private CompletableFuture<PointAnswers> points(Points points) {
        var barriers = new HashMap<Integer, CompletableFuture<Boolean>>();
        for (var address : points.addresses()) {
            var group = shards.of(shard(address));
            if (group != null && groups.leads(group.id()) && !isHere(address)) {
                barriers.computeIfAbsent(
                        group.id(), id -> groups.barrier(id).handle((ready, failure) -> failure == null));
            }
        }
        return all(barriers.values()).thenApplyAsync(ready -> answer(points, barriers), readers);
    }

    private static CompletableFuture<Void> all(Collection<CompletableFuture<Boolean>> futures) {
        return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new));
    }

    private PointAnswers answer(Points points, Map<Integer, CompletableFuture<Boolean>> barriers) {
        var answers = new ArrayList<Point>(points.addresses().size());
        long bytes = 0;
        for (var address : points.addresses()) {
            var outcome = bytes > POINT_BYTES_MAX
                    ? new Outcome.Failed<LogRecord>(new OverloadedException(
                            "one answer holds at most " + POINT_BYTES_MAX + " bytes; ask for this record again",
                            Duration.ZERO))
                    : outcome(address, barriers);
            if (outcome instanceof Outcome.Found<LogRecord>(var record)) {
                bytes += record.weight();
                if (!points.region().isEmpty()) {
                    served.served(points.region(), address, record);
                }
            }
            answers.add(new Point(address, outcome));
        }
        return new PointAnswers(answers);
    }

    private Outcome<LogRecord> outcome(GlobalAddress address, Map<Integer, CompletableFuture<Boolean>> barriers) {
        try {
            var replica = replica(shard(address));
            if (!isHere(address)) {
                var group = group(shard(address));
                if (!barriers.getOrDefault(group.id(), CompletableFuture.completedFuture(false))
                        .join()) {
                    return new Outcome.Failed<>(notLeading(group));
                }
            }
            LocalOwner.requireReadable(replica, address.offset());
            replica.countRead();
            if (spread.has(shard(address)) && !groups.leads(group(shard(address)).id())) {
                spread.answeredAtReplica();
            }
            return new Outcome.Found<>(replica.log().read(address.offset()));
        } catch (ForelogException | CorruptBatchException e) {
            return new Outcome.Failed<>(e);
        }
    }

    private boolean isHere(GlobalAddress address) {
        var replica = replicas.apply(shard(address));
        return replica != null && replica.holds(address.offset());
    }

    private static ShardId shard(GlobalAddress address) {
        return new ShardId(address.log(), address.shard());
    }

    private ShardReplica replica(ShardId shard) {
        var replica = replicas.apply(shard);
        if (replica == null) {
            throw notLeading(group(shard));
        }
        return replica;
    }

    private Group group(ShardId shard) {
        var group = shards.of(shard);
        if (group == null) {
            throw new NoLeaderException(node + " does not know shard " + shard);
        }
        return group;
    }

    private NoLeaderException notLeading(Group group) {
        var leader = Objects.equals(group.leader(), node) ? null : group.leader();
        return new NoLeaderException(node + " does not lead group " + group.id(), leader);
    }
}
