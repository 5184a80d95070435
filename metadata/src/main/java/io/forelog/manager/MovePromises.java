package io.forelog.manager;

import io.forelog.manager.NodeLoads.Sums;
import io.forelog.plan.PlanKind;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The moves that earlier rounds announced, as this one goes through them: each is used, kept or withdrawn. The bytes
 * that are copied for them ahead count in the budget for as long as they are announced.
 */
final class MovePromises {

    /** An announced move, and the shard as it is now. */
    record Promised(Descriptor descriptor, ShardView shard) {

        /** Returns whether a node has a copy of it already. */
        boolean isPreparedFor(String target) {
            return descriptor.state() == Descriptor.State.PREPARED
                    && descriptor.target().equals(target);
        }
    }

    private final RoundWork work;
    private final Map<ShardId, Promised> open = new LinkedHashMap<>();

    MovePromises(RoundWork work) {
        this.work = work;
        var announced = new LinkedHashMap<ShardId, Descriptor>();
        for (var descriptor : work.view.announced()) {
            if (descriptor.kind() == PlanKind.MOVE) {
                announced.put(descriptor.parent(), descriptor);
            }
        }
        if (!announced.isEmpty()) {
            for (var shard : work.view.shards()) {
                var descriptor = announced.remove(shard.id());
                if (descriptor != null) {
                    work.reserve(shard.bytes());
                    open.put(shard.id(), new Promised(descriptor, shard));
                }
            }
        }
        // What is left was announced for shards that are gone.
        announced.values().forEach(gone -> work.descriptors.add(gone.in(Descriptor.State.WITHDRAWN)));
    }

    /** Returns one for a shard of this node that is free, or null. */
    @Nullable
    Promised of(Sums node) {
        for (var promised : open.values()) {
            if (promised.shard().node().equals(node.node.name()) && work.isFree(promised.shard())) {
                return promised;
            }
        }
        return null;
    }

    void add(Descriptor descriptor, ShardView shard) {
        var replaced = open.remove(shard.id());
        if (replaced != null) {
            work.descriptors.add(replaced.descriptor().in(Descriptor.State.WITHDRAWN));
        } else {
            work.reserve(shard.bytes());
        }
        work.occupy(shard);
        work.descriptors.add(descriptor);
    }

    void keep(Promised promised, long whenMillis, double confidence) {
        open.remove(promised.shard().id());
        work.occupy(promised.shard());
        var known = promised.descriptor();
        work.descriptors.add(new Descriptor(
                known.kind(),
                known.parent(),
                known.range(),
                known.at(),
                known.target(),
                whenMillis,
                confidence,
                known.state()));
    }

    /** Keeps what was announced for a node's shards as it is. */
    void keepAll(Sums node) {
        for (var promised = of(node); promised != null; promised = of(node)) {
            keep(promised, promised.descriptor().whenMillis(), promised.descriptor().confidence());
        }
    }

    /** A plan takes its place; {@code isCopied} if that one counts the bytes by itself. */
    void take(Promised promised, boolean isCopied) {
        open.remove(promised.shard().id());
        if (isCopied) {
            work.reserve(-promised.shard().bytes());
        }
    }

    void end(Promised promised, Descriptor.State state) {
        work.descriptors.add(promised.descriptor().in(state));
    }

    void withdrawRest() {
        open.values().forEach(promised -> end(promised, Descriptor.State.WITHDRAWN));
        open.clear();
    }
}
