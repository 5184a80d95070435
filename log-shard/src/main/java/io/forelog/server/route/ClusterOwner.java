package io.forelog.server.route;

import io.forelog.cache.Outcome;
import io.forelog.cache.Owner;
import io.forelog.error.NoLeaderException;
import io.forelog.error.OverloadedException;
import io.forelog.metadata.Group;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import io.forelog.server.peer.PeerCalls;
import io.forelog.server.peer.Peers;
import io.forelog.server.peer.ReadMessages.Points;
import io.forelog.server.shard.LocalOwner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads records where they are: a replica here that has them, whether it leads or not, else one in this region, else
 * the leader's node, else any other that holds a replica. Only the leader's word is taken for that a record is not
 * there.
 */
public final class ClusterOwner implements Owner {

    private final String region;
    private final RoutedCall calls;
    private final Peers peers;
    private final Function<ShardId, @Nullable ShardReplica> replicas;
    private final LocalOwner here;
    private final Function<String, String> regionOf;

    /**
     * @param region this node's
     * @param regionOf the region of a node, by its name
     */
    public ClusterOwner(
            String region,
            ShardReaders readers,
            Peers peers,
            Function<ShardId, @Nullable ShardReplica> replicas,
            LocalOwner here,
            Function<String, String> regionOf) {
        this.region = region;
        this.calls = readers.calls();
        this.peers = peers;
        this.replicas = replicas;
        this.here = here;
        this.regionOf = regionOf;
    }

    @Override
    public boolean isLocal(GlobalAddress address) {
        var replica = replicas.apply(shard(address));
        return replica != null && replica.holds(address.offset());
    }

    @Override
    public CompletionStage<LogRecord> read(GlobalAddress address) {
        return isLocal(address) ? here.read(address) : readRemote(address);
    }

    private CompletableFuture<LogRecord> readRemote(GlobalAddress address) {
        return calls.call(
                shard(address),
                () -> here.read(address).toCompletableFuture(),
                (node, patience) -> readAt(node, address, patience),
                true,
                nearest(calls.group(shard(address))));
    }

    @Override
    public String place(GlobalAddress address) {
        var node = nearest(calls.group(shard(address)));
        return node == null ? "" : node;
    }

    /**
     * Returns the node to ask first: the leader's, but for one in this region where that is in another; null if none.
     */
    private @Nullable String nearest(@Nullable Group group) {
        if (group == null) {
            return null;
        }
        var leader = group.leader();
        if (leader != null && isNear(leader)) {
            return leader;
        }
        return group.holders().stream().filter(this::isNear).findFirst().orElse(leader);
    }

    private boolean isNear(String node) {
        return !node.equals(calls.node()) && regionOf.apply(node).equals(region);
    }

    @Override
    public CompletionStage<Map<GlobalAddress, Outcome<LogRecord>>> readAll(Collection<GlobalAddress> addresses) {
        var atHand = new ArrayList<GlobalAddress>();
        var single = new ArrayList<GlobalAddress>();
        var byNode = new HashMap<String, List<GlobalAddress>>();
        for (var address : addresses) {
            if (isLocal(address)) {
                atHand.add(address);
            } else {
                var group = calls.group(shard(address));
                var asked = group == null || calls.leads(group) ? null : nearest(group);
                if (asked == null || asked.equals(calls.node())) {
                    single.add(address);
                } else {
                    byNode.computeIfAbsent(asked, unseen -> new ArrayList<>()).add(address);
                }
            }
        }
        var parts = new ArrayList<CompletableFuture<Map<GlobalAddress, Outcome<LogRecord>>>>();
        if (!atHand.isEmpty()) {
            parts.add(here.readAll(atHand).toCompletableFuture());
        }
        byNode.forEach((node, wanted) -> parts.add(readAt(node, wanted).thenCompose(told -> again(node, told))));
        single.forEach(address -> parts.add(alone(address)));
        return merged(parts);
    }

    /** Asks again for what was too much for one answer, and elsewhere, one by one, for what the node could not say. */
    private CompletableFuture<Map<GlobalAddress, Outcome<LogRecord>>> again(
            String node, Map<GlobalAddress, Outcome<LogRecord>> told) {
        var more = new ArrayList<GlobalAddress>();
        var parts = new ArrayList<CompletableFuture<Map<GlobalAddress, Outcome<LogRecord>>>>();
        told.forEach((address, outcome) -> {
            switch (outcome) {
                case Outcome.Failed<LogRecord>(OverloadedException e) -> more.add(address);
                case Outcome.Failed<LogRecord>(NoLeaderException e) -> parts.add(alone(address));
                default -> {}
            }
        });
        if (!more.isEmpty()) {
            parts.add(
                    more.size() < told.size()
                            ? readAt(node, more).thenCompose(next -> again(node, next))
                            : CompletableFuture.completedFuture(Map.of()));
        }
        return merged(parts).thenApply(later -> {
            var all = new HashMap<>(told);
            all.putAll(later);
            return all;
        });
    }

    private static CompletableFuture<Map<GlobalAddress, Outcome<LogRecord>>> merged(
            List<CompletableFuture<Map<GlobalAddress, Outcome<LogRecord>>>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).thenApply(done -> {
            var all = new HashMap<GlobalAddress, Outcome<LogRecord>>();
            parts.forEach(part -> all.putAll(part.join()));
            return all;
        });
    }

    private CompletableFuture<Map<GlobalAddress, Outcome<LogRecord>>> alone(GlobalAddress address) {
        return readRemote(address).handle((record, failure) -> Map.of(address, outcome(record, failure)));
    }

    private static Outcome<LogRecord> outcome(@Nullable LogRecord record, @Nullable Throwable failure) {
        return record == null ? new Outcome.Failed<>(RoutedCall.cause(failure)) : new Outcome.Found<>(record);
    }

    @Override
    public @Nullable CompletionStage<LogRecord> readElsewhere(GlobalAddress address) {
        var group = calls.group(shard(address));
        if (group == null) {
            return null;
        }
        var first = nearest(group);
        return group.holders().stream()
                .filter(node -> !node.equals(first) && !node.equals(calls.node()))
                .min(Comparator.comparing(node -> !isNear(node)))
                .map(node -> readAt(node, address, calls.tryTimeout()))
                .orElse(null);
    }

    private CompletableFuture<LogRecord> readAt(String node, GlobalAddress address, Duration patience) {
        return peers.call(node, PeerCalls.POINTS, new Points(region, List.of(address)), patience)
                .thenApply(answer -> switch (answer.points().getFirst().outcome()) {
                    case Outcome.Found<LogRecord>(var record) -> record;
                    case Outcome.Failed<LogRecord>(RuntimeException cause) -> throw cause;
                    case Outcome.Failed<LogRecord>(var cause) -> throw new IllegalStateException(cause);
                });
    }

    /** Completes with an outcome for each address; does not fail. */
    private CompletableFuture<Map<GlobalAddress, Outcome<LogRecord>>> readAt(
            String node, List<GlobalAddress> addresses) {
        return peers.call(node, PeerCalls.POINTS, new Points(region, addresses), calls.tryTimeout())
                .handle((answer, failure) -> {
                    var outcomes = HashMap.<GlobalAddress, Outcome<LogRecord>>newHashMap(addresses.size());
                    // What the answer lacks is asked for again, elsewhere.
                    var lacking = new NoLeaderException(node + " did not answer: " + RoutedCall.cause(failure));
                    addresses.forEach(address -> outcomes.put(address, new Outcome.Failed<>(lacking)));
                    if (answer != null) {
                        answer.points().forEach(point -> outcomes.replace(point.address(), point.outcome()));
                    }
                    return outcomes;
                });
    }

    private static ShardId shard(GlobalAddress address) {
        return new ShardId(address.log(), address.shard());
    }
}
