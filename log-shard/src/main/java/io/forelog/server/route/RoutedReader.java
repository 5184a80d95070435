package io.forelog.server.route;

import io.forelog.cache.Outcome;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import io.forelog.server.peer.Messages.Number;
import io.forelog.server.peer.PeerCall;
import io.forelog.server.peer.PeerCalls;
import io.forelog.server.peer.PeerMessage;
import io.forelog.server.peer.Peers;
import io.forelog.server.peer.ReadMessages.BoundsAnswer;
import io.forelog.server.peer.ReadMessages.Offsets;
import io.forelog.server.peer.ReadMessages.PointAnswers;
import io.forelog.server.peer.ReadMessages.Points;
import io.forelog.server.peer.ReadMessages.Query;
import io.forelog.server.peer.ReadMessages.RunAnswer;
import io.forelog.server.shard.ReplicaReader;
import io.forelog.server.shard.ShardReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A shard wherever it is. On the leader all is read here. A follower reads here what it has, which is committed and
 * never changes, and asks the leader for what it cannot know: whether there is more.
 */
final class RoutedReader implements ShardReader {

    private static final byte[] NO_KEY = {};

    /** A wait that ended without word of the shard, and one that was not taken at all. */
    private static final long UNHEARD = -1;

    private static final long REFUSED = -2;

    /** How long a wait lasts that the leader's node does not take. */
    private static final Duration UNTAKEN_WAIT = Duration.ofMillis(100);

    /** How long a follower that has records to give waits for the leader's word on how far they go on. */
    private static final Duration LEADER_PATIENCE = Duration.ofMillis(250);

    private final ShardId shard;
    private final RoutedCall calls;
    private final Peers peers;
    private final Function<ShardId, @Nullable ShardReplica> replicas;
    private final SpreadKeys spread;

    RoutedReader(
            ShardId shard,
            RoutedCall calls,
            Peers peers,
            Function<ShardId, @Nullable ShardReplica> replicas,
            SpreadKeys spread) {
        this.spread = spread;
        this.shard = shard;
        this.calls = calls;
        this.peers = peers;
        this.replicas = replicas;
    }

    @Override
    public CompletableFuture<Bounds> bounds() {
        return leader(ShardReader::bounds, PeerCalls.BOUNDS, query(NO_KEY, 0, 0), BoundsAnswer::bounds, false);
    }

    @Override
    public CompletableFuture<Run> run(long from, int bytesMax) {
        var replica = replicas.apply(shard);
        if (replica != null && !leads() && replica.holds(from)) {
            var read = here(replica).run(from, bytesMax);
            // What is here is true whoever answers; how far it goes on is the leader's to say, if there is one.
            return bounds().handle((bounds, failure) -> bounds)
                    .completeOnTimeout(null, LEADER_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)
                    .thenCombineAsync(
                            read,
                            (bounds, run) -> bounds == null ? run : new Run(bounds, run.batches()),
                            calls.readers());
        }
        return leader(
                reader -> reader.run(from, bytesMax),
                PeerCalls.RUN,
                query(NO_KEY, from, bytesMax),
                RunAnswer::run,
                true);
    }

    @Override
    public CompletableFuture<Long> newest(byte[] key) {
        return newest(
                key,
                false,
                () -> leader(reader -> reader.newest(key), PeerCalls.NEWEST, query(key, 0, 0), Number::value, false));
    }

    @Override
    public CompletableFuture<Long> newestOfAll(byte[] key) {
        return newest(
                key,
                true,
                () -> leader(
                        reader -> reader.newestOfAll(key),
                        PeerCalls.NEWEST,
                        query(key, LeaderReads.OF_ALL, 0),
                        Number::value,
                        false));
    }

    private CompletableFuture<Long> newest(byte[] key, boolean ofAll, Supplier<CompletableFuture<Long>> asked) {
        return leads() || !spread.isSpread(shard, key) ? asked.get() : spread.newest(shard, key, ofAll, asked);
    }

    /** A replica that has the newest record of a key has all that were acknowledged before. */
    private CompletableFuture<long[]> offsets(
            byte[] key,
            Function<ShardReader, CompletableFuture<long[]>> here,
            Supplier<CompletableFuture<long[]>> asked) {
        var replica = replicas.apply(shard);
        if (replica == null || leads() || !spread.isSpread(shard, key)) {
            return asked.get();
        }
        return newest(key).thenCompose(newest -> {
            if (newest < 0 || !replica.holds(newest)) {
                return asked.get();
            }
            spread.answeredAtReplica();
            return here.apply(here(replica));
        });
    }

    @Override
    public CompletableFuture<long[]> offsetsFrom(byte[] key, long from, int limit) {
        return offsets(
                key,
                reader -> reader.offsetsFrom(key, from, limit),
                () -> leader(
                        reader -> reader.offsetsFrom(key, from, limit),
                        PeerCalls.OFFSETS_FROM,
                        query(key, from, limit),
                        Offsets::offsets,
                        false));
    }

    @Override
    public CompletableFuture<long[]> offsetsBelow(byte[] key, long end, int limit) {
        return offsets(
                key,
                reader -> reader.offsetsBelow(key, end, limit),
                () -> leader(
                        reader -> reader.offsetsBelow(key, end, limit),
                        PeerCalls.OFFSETS_BELOW,
                        query(key, end, limit),
                        Offsets::offsets,
                        false));
    }

    @Override
    public CompletableFuture<Long> offsetAtTime(long timestamp) {
        return leader(
                reader -> reader.offsetAtTime(timestamp),
                PeerCalls.OFFSET_AT_TIME,
                query(NO_KEY, timestamp, 0),
                Number::value,
                false);
    }

    @Override
    public CompletableFuture<List<LogRecord>> records(long[] offsets, int bytesMax) {
        var replica = replicas.apply(shard);
        if (offsets.length == 0) {
            return CompletableFuture.completedFuture(List.of());
        }
        if (replica != null && Arrays.stream(offsets).allMatch(replica::holds)) {
            return here(replica).records(offsets, bytesMax);
        }
        var addresses = Arrays.stream(offsets)
                .mapToObj(offset -> new GlobalAddress(shard.log(), shard.number(), offset))
                .toList();
        return leader(
                reader -> reader.records(offsets, bytesMax),
                PeerCalls.POINTS,
                new Points("", addresses),
                answer -> found(answer, bytesMax),
                true);
    }

    /** Takes what came up to the first that did not. */
    private static List<LogRecord> found(PointAnswers answer, int bytesMax) {
        var records = new ArrayList<LogRecord>();
        long bytes = 0;
        for (var point : answer.points()) {
            if (bytes > bytesMax) {
                return records;
            }
            switch (point.outcome()) {
                case Outcome.Found<LogRecord>(var record) -> {
                    bytes += record.weight();
                    records.add(record);
                }
                case Outcome.Failed<LogRecord>(RuntimeException cause) when records.isEmpty() -> throw cause;
                case Outcome.Failed<LogRecord> later -> {
                    return records;
                }
            }
        }
        return records;
    }

    @Override
    public CompletableFuture<Long> await(long offset, Duration wait, CompletionStage<?> givenUp) {
        var replica = replicas.apply(shard);
        if (replica != null) {
            return here(replica).await(offset, wait, givenUp);
        }
        var group = calls.group(shard);
        var leader = group == null ? null : group.leader();
        if (leader == null || leader.equals(calls.node())) {
            return pause(wait);
        }
        var come = new CompletableFuture<Long>();
        givenUp.whenComplete((gone, failure) -> come.complete(UNHEARD));
        int millis = Math.toIntExact(Math.min(wait.toMillis(), Integer.MAX_VALUE));
        peers.call(leader, PeerCalls.AWAIT, query(NO_KEY, offset, millis), wait.plus(calls.timeout()))
                .whenComplete((answer, failure) -> come.complete(failure == null ? answer.value() : REFUSED));
        return come.thenComposeAsync(
                end -> end == REFUSED ? pause(wait) : CompletableFuture.completedFuture(end), calls.readers());
    }

    /** A node that cannot be asked to wait is not asked again at once. */
    private CompletableFuture<Long> pause(Duration wait) {
        var shorter = wait.compareTo(UNTAKEN_WAIT) < 0 ? wait : UNTAKEN_WAIT;
        return CompletableFuture.supplyAsync(
                () -> UNHEARD,
                CompletableFuture.delayedExecutor(shorter.toNanos(), TimeUnit.NANOSECONDS, calls.readers()));
    }

    private <Q extends PeerMessage, M extends PeerMessage, A> CompletableFuture<A> leader(
            Function<ShardReader, CompletableFuture<A>> here,
            PeerCall<Q, M> call,
            Q query,
            Function<M, A> answer,
            boolean anyReplica) {
        return calls.call(
                shard,
                () -> {
                    var replica = replicas.apply(shard);
                    return replica == null || !calls.owns(shard)
                            ? CompletableFuture.completedFuture(null)
                            : here.apply(here(replica));
                },
                (node, patience) ->
                        peers.call(node, call, query, patience).thenApplyAsync(answer, calls.readers()),
                anyReplica);
    }

    private Query query(byte[] key, long from, int limit) {
        return new Query(shard, key, from, limit);
    }

    private ReplicaReader here(ShardReplica replica) {
        return new ReplicaReader(replica, calls.readers());
    }

    private boolean leads() {
        var group = calls.group(shard);
        return group != null && calls.leads(group);
    }
}
