package io.forelog.server.route;

import io.forelog.error.NoLeaderException;
import io.forelog.metadata.Log;
import io.forelog.replication.Groups;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import io.forelog.server.peer.PeerCalls;
import io.forelog.server.peer.PeerServer;
import io.forelog.server.peer.Peers;
import io.forelog.server.peer.ProducerMessages.ProducerAnswer;
import io.forelog.server.peer.ProducerMessages.ProducerQuery;
import io.forelog.server.peer.ProducerMessages.Remembered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the open shards of a log remember of an idempotent producer: one call to each node that leads some of them, and
 * one for each shard whose node could not say. A shard that is asked on behalf of a new epoch takes nothing of lower
 * ones from then on, so that when all have answered, the producer's former self can append nowhere. Safe for use by any
 * thread.
 */
public final class ProducerStates {

    private final ShardGroups shards;
    private final Groups groups;
    private final Function<ShardId, @Nullable ShardReplica> replicas;
    private final Peers peers;
    private final RoutedCall calls;

    public ProducerStates(
            ShardGroups shards,
            Groups groups,
            Function<ShardId, @Nullable ShardReplica> replicas,
            Peers peers,
            ShardReaders readers) {
        this.shards = shards;
        this.groups = groups;
        this.replicas = replicas;
        this.peers = peers;
        this.calls = readers.calls();
    }

    /** Answers other nodes that ask. */
    public void register(PeerServer server) {
        server.on(PeerCalls.PRODUCERS, query -> here(query).thenApply(ProducerAnswer::new));
    }

    /**
     * Asks every open shard of a log.
     *
     * @return fails with a {@link NoLeaderException} if some shard's leader was not found in time, and with a {@link
     *     io.forelog.error.ShardSealedException} if a shard was sealed that is open by what is known here
     */
    public CompletableFuture<List<Remembered>> of(Log log, long producer, short epoch, int sequence) {
        var byNode = new HashMap<String, List<ShardId>>();
        for (var shard : log.shards().open()) {
            var id = new ShardId(log.incarnation(), shard.number());
            byNode.computeIfAbsent(leader(id), unseen -> new ArrayList<>()).add(id);
        }
        var all = CompletableFuture.completedFuture(List.<Remembered>of());
        for (var entry : byNode.entrySet()) {
            var query = new ProducerQuery(entry.getValue(), producer, epoch, sequence);
            all = all.thenCombine(at(entry.getKey(), query), ProducerStates::joined);
        }
        return all;
    }

    private static List<Remembered> joined(List<Remembered> some, List<Remembered> more) {
        var both = new ArrayList<>(some);
        both.addAll(more);
        return both;
    }

    /** Returns this node's name also for a shard that nobody is known to lead. */
    private String leader(ShardId shard) {
        var group = shards.of(shard);
        return group == null || groups.leads(group.id()) || group.leader() == null ? calls.node() : group.leader();
    }

    private CompletableFuture<List<Remembered>> at(String node, ProducerQuery query) {
        CompletableFuture<List<Remembered>> told = node.equals(calls.node())
                ? attempted(query)
                : peers.call(node, PeerCalls.PRODUCERS, query, calls.tryTimeout())
                        .thenApply(ProducerAnswer::shards);
        return told.handle((known, failure) ->
                        failure == null ? CompletableFuture.completedFuture(known) : oneByOne(query))
                .thenCompose(Function.identity());
    }

    private CompletableFuture<List<Remembered>> attempted(ProducerQuery query) {
        try {
            return here(query);
        } catch (NoLeaderException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Asks for each shard by itself, until its leader is found. */
    private CompletableFuture<List<Remembered>> oneByOne(ProducerQuery query) {
        var all = CompletableFuture.completedFuture(List.<Remembered>of());
        for (var shard : query.shards()) {
            var alone = new ProducerQuery(List.of(shard), query.producer(), query.epoch(), query.sequence());
            all = all.thenCombine(
                    calls.call(
                            shard,
                            () -> attempted(alone),
                            (node, patience) -> peers.call(node, PeerCalls.PRODUCERS, alone, patience)
                                    .thenApply(ProducerAnswer::shards),
                            false),
                    ProducerStates::joined);
        }
        return all;
    }

    /** Answers for shards that this node leads, once it made sure that it does. */
    private CompletableFuture<List<Remembered>> here(ProducerQuery query) {
        var barriers = new HashMap<Integer, CompletableFuture<Void>>();
        for (var shard : query.shards()) {
            var group = shards.of(shard);
            if (group == null || !groups.leads(group.id())) {
                var leader = group == null || Objects.equals(group.leader(), calls.node()) ? null : group.leader();
                throw new NoLeaderException(calls.node() + " does not lead shard " + shard, leader);
            }
            barriers.computeIfAbsent(group.id(), groups::barrier);
        }
        return CompletableFuture.allOf(barriers.values().toArray(CompletableFuture[]::new))
                .thenCompose(ready -> fenced(query))
                .thenApply(ready -> query.shards().stream()
                        .map(shard -> remembered(shard, query))
                        .toList());
    }

    /** The first epoch has nobody to be protected from. */
    private CompletableFuture<Void> fenced(ProducerQuery query) {
        if (query.epoch() == 0) {
            return CompletableFuture.completedFuture(null);
        }
        return CompletableFuture.allOf(query.shards().stream()
                .filter(shard -> remembered(shard, query).epoch() < query.epoch())
                .map(shard -> fenced(shard, query))
                .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> fenced(ShardId shard, ProducerQuery query) {
        var group = shards.of(shard);
        return group == null
                ? CompletableFuture.failedFuture(new NoLeaderException("shard " + shard + " is being opened or closed"))
                : groups.fence(group.id(), shard, query.producer(), query.epoch());
    }

    private Remembered remembered(ShardId shard, ProducerQuery query) {
        var replica = replicas.apply(shard);
        if (replica == null) {
            throw new NoLeaderException("shard " + shard + " is being opened or closed");
        }
        var last = replica.lastOf(query.producer());
        var same = replica.appendOf(query.producer(), query.epoch(), query.sequence());
        return new Remembered(
                same == null ? shard : new ShardId(shard.log(), same.shard()),
                last == null ? -1 : last.producerEpoch(),
                last == null ? -1 : last.sequence(),
                same == null ? 0 : same.count());
    }
}
