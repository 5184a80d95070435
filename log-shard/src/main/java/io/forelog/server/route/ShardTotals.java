package io.forelog.server.route;

import io.forelog.metadata.Group;
import io.forelog.replication.Groups;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import io.forelog.server.peer.PeerCalls;
import io.forelog.server.peer.Peers;
import io.forelog.server.peer.ReadMessages.ShardList;
import io.forelog.server.peer.ReadMessages.Totals;
import io.forelog.server.shard.ReplicaReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What shards hold, wherever they are: each as its leader has it, one call to each node. A node that does not answer is
 * made up for by the replicas here; a shard that is nowhere to be had is left out. Safe for use by any thread.
 */
public final class ShardTotals {

    private static final Duration DEADLINE = Duration.ofSeconds(2);

    private final ShardGroups shards;
    private final Groups groups;
    private final Function<ShardId, @Nullable ShardReplica> replicas;
    private final Peers peers;

    public ShardTotals(
            ShardGroups shards, Groups groups, Function<ShardId, @Nullable ShardReplica> replicas, Peers peers) {
        this.shards = shards;
        this.groups = groups;
        this.replicas = replicas;
        this.peers = peers;
    }

    /** Returns what is known of each shard; does not fail. Done at once if all are led by this node. */
    public CompletableFuture<Map<ShardId, Totals>> of(Collection<ShardId> asked) {
        var here = new ArrayList<ShardId>();
        var elsewhere = new HashMap<String, List<ShardId>>();
        for (var shard : asked) {
            var leader = leaderElsewhere(shards.of(shard));
            if (leader == null) {
                here.add(shard);
            } else {
                elsewhere.computeIfAbsent(leader, unseen -> new ArrayList<>()).add(shard);
            }
        }
        var found = CompletableFuture.completedFuture(byShard(held(here, replicas)));
        for (var entry : elsewhere.entrySet()) {
            var told = peers.call(entry.getKey(), PeerCalls.TOTALS, new ShardList(entry.getValue()), DEADLINE)
                    .handle((answer, failure) -> answer == null ? List.<Totals>of() : answer.totals());
            found = found.thenCombine(told, (all, totals) -> {
                // What the leader did not tell is as this node has it; the leader's word goes before that.
                var more = byShard(held(entry.getValue(), replicas));
                more.putAll(byShard(totals));
                all.putAll(more);
                return all;
            });
        }
        return found;
    }

    private @Nullable String leaderElsewhere(@Nullable Group group) {
        return group == null || groups.leads(group.id()) ? null : group.leader();
    }

    private static Map<ShardId, Totals> byShard(List<Totals> totals) {
        var map = new HashMap<ShardId, Totals>();
        totals.forEach(each -> map.put(each.shard(), each));
        return map;
    }

    static List<Totals> held(Collection<ShardId> asked, Function<ShardId, @Nullable ShardReplica> replicas) {
        var totals = new ArrayList<Totals>();
        for (var shard : asked) {
            var replica = replicas.apply(shard);
            if (replica != null) {
                totals.add(new Totals(
                        shard,
                        ReplicaReader.bounds(replica),
                        replica.log().bytes(),
                        replica.appendedRecords(),
                        replica.reads()));
            }
        }
        return totals;
    }
}
