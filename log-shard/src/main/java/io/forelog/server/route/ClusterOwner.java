package io.forelog.server.route;

import io.forelog.cache.BatchReader;
import io.forelog.cache.Outcome;
import io.forelog.cache.Owner;
import io.forelog.cache.ReplicaTimes;
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
    private final SpreadKeys spread;
    private final Peers peers;
    private final RoutedPoints points;
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
        this.spread = readers.spread();
        this.peers = peers;
        this.points = new RoutedPoints(region, calls, peers);
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
    public CompletionStage<LogRecord> read(GlobalAddress address, ReplicaTimes times) {
        return isLocal(address) ? here.read(address, times) : readRemote(address, calls.timeout(), times);
    }

    private CompletableFuture<LogRecord> readRemote(GlobalAddress address, Duration within, ReplicaTimes times) {
        return calls.call(
                shard(address),
                () -> here.read(address, times).toCompletableFuture(),
                (node, patience) -> readAt(node, address, patience, times),
                true,
                first(address),
                within);
    }

    @Override
    public String place(GlobalAddress address) {
        var node = first(address);
        return node == null ? "" : node;
    }

    /**
     * Returns the node to ask first, or null if there is none. For records of a shard with a key that is spread these
     * are all replicas of this region by turns, each for a part of the records: another part for each node that asks.
     */
    private @Nullable String first(GlobalAddress address) {
        var group = calls.group(shard(address));
        if (group == null || !spread.has(shard(address))) {
            return nearest(group);
        }
        var near = group.holders().stream().filter(this::isNear).sorted().toList();
        int turn = Long.hashCode(address.offset()) + calls.node().hashCode();
        return near.isEmpty() ? nearest(group) : near.get(Math.floorMod(turn, near.size()));
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
    public CompletionStage<?> readAll(Collection<GlobalAddress> addresses, BatchReader reader) {
        var atHand = new ArrayList<GlobalAddress>();
        var parts = new ArrayList<CompletableFuture<?>>();
        var byNode = new HashMap<String, List<GlobalAddress>>();
        for (var address : addresses) {
            if (isLocal(address)) {
                atHand.add(address);
            } else {
                var group = calls.group(shard(address));
                var asked = group == null || calls.leads(group) ? null : first(address);
                if (asked == null || asked.equals(calls.node())) {
                    parts.add(alone(address, reader));
                } else {
                    byNode.computeIfAbsent(asked, unseen -> new ArrayList<>()).add(address);
                }
            }
        }
        if (!atHand.isEmpty()) {
            parts.add(here.readAll(atHand, reader).toCompletableFuture());
        }
        byNode.forEach((node, wanted) ->
                parts.add(points.read(node, wanted, reader, (address, within) -> readRemote(address, within, reader))));
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<?> alone(GlobalAddress address, BatchReader reader) {
        return readRemote(address, calls.timeout(), reader).handle((record, failure) -> {
            reader.told(Map.of(address, outcome(record, failure)));
            return null;
        });
    }

    static Outcome<LogRecord> outcome(@Nullable LogRecord record, @Nullable Throwable failure) {
        return record == null ? new Outcome.Failed<>(RoutedCall.cause(failure)) : new Outcome.Found<>(record);
    }

    @Override
    public @Nullable CompletionStage<LogRecord> readElsewhere(GlobalAddress address, ReplicaTimes times) {
        var node = placeElsewhere(address);
        return node == null ? null : readAt(node, address, calls.tryTimeout(), times);
    }

    @Override
    public @Nullable String placeElsewhere(GlobalAddress address) {
        var group = calls.group(shard(address));
        if (group == null) {
            return null;
        }
        var first = first(address);
        return group.holders().stream()
                .filter(node -> !node.equals(first) && !node.equals(calls.node()))
                .min(Comparator.comparing(node -> !isNear(node)))
                .orElse(null);
    }

    @Override
    public CompletionStage<?> readAllAt(String place, Collection<GlobalAddress> addresses, BatchReader reader) {
        return points.readAt(place, addresses, reader);
    }

    private CompletableFuture<LogRecord> readAt(
            String node, GlobalAddress address, Duration patience, ReplicaTimes times) {
        var answered = times.asked(node, 1);
        return peers.call(node, PeerCalls.POINTS, new Points(region, List.of(address)), patience)
                .thenApply(answer -> switch (answer.points().getFirst().outcome()) {
                    case Outcome.Found<LogRecord>(var record) -> {
                        answered.run();
                        yield record;
                    }
                    case Outcome.Failed<LogRecord>(RuntimeException cause) -> throw cause;
                    case Outcome.Failed<LogRecord>(var cause) -> throw new IllegalStateException(cause);
                });
    }

    private static ShardId shard(GlobalAddress address) {
        return new ShardId(address.log(), address.shard());
    }
}
