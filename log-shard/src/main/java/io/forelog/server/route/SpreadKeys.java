package io.forelog.server.route;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.PlanBook;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.record.KeyHash;
import io.forelog.replication.ShardId;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * The keys whose reads more nodes serve than the leader's of their shard: those that a plan pins, while it is watched.
 * A replica reads for itself what it has of them, once the leader has said which record is the newest; and those who
 * ask a node for that at the same time ask the leader once. Nodes without a replica go to each of the replicas by
 * turns.
 *
 * <p>Safe for use by any thread.
 */
public final class SpreadKeys {

    /** Hashes of keys by the shards that take them now, of one state of the plans. */
    private record Index(PlanBook plans, Map<ShardId, Set<Long>> hashes) {

        static Index of(ClusterState state) {
            var hashes = new HashMap<ShardId, Set<Long>>();
            for (var plan : state.plans().plans().values()) {
                var log = plan.kind() == PlanKind.PIN && plan.state() == PlanState.WATCH
                        ? state.find(plan.change().incarnation())
                        : null;
                if (log != null) {
                    long hash = plan.change().at().orElseThrow();
                    var shard = new ShardId(
                            log.incarnation(), log.shards().shardOf(hash).number());
                    hashes.computeIfAbsent(shard, unseen -> new HashSet<>()).add(hash);
                }
            }
            return new Index(state.plans(), hashes);
        }
    }

    private record Lookup(ShardId shard, ByteBuffer key, boolean ofAll) {}

    private final MetadataStore metadata;
    private final SharedCalls<Lookup, Long> lookups = new SharedCalls<>();
    private final LongAdder atReplica = new LongAdder();
    private volatile Index index;

    public SpreadKeys(MetadataStore metadata) {
        this.metadata = metadata;
        index = Index.of(metadata.state());
    }

    /** Returns whether a shard has such a key. */
    boolean has(ShardId shard) {
        return newest().hashes().containsKey(shard);
    }

    boolean isSpread(ShardId shard, byte[] key) {
        var hashes = newest().hashes().get(shard);
        var log = hashes == null ? null : metadata.state().find(shard.log());
        return log != null && hashes.contains(KeyHash.of(key, log.settings().keyDelimiter()));
    }

    private Index newest() {
        var known = index;
        var state = metadata.state();
        if (known.plans() != state.plans()) {
            known = Index.of(state);
            index = known;
        }
        return known;
    }

    /** Asks where the newest record with a key is, once for all who want to know. */
    CompletableFuture<Long> newest(
            ShardId shard, byte[] key, boolean ofAll, Supplier<CompletableFuture<Long>> asked) {
        return lookups.call(new Lookup(shard, ByteBuffer.wrap(key), ofAll), asked);
    }

    /** Counts a read that a replica here answered, and not the leader. */
    void answeredAtReplica() {
        atReplica.increment();
    }

    /** Returns how many reads of such keys, or of their shards' records, a replica here answered that does not lead. */
    public long atReplica() {
        return atReplica.sum();
    }

    /** Returns how many questions for the newest record were answered with another's answer. */
    public long shared() {
        return lookups.shared.sum();
    }
}
