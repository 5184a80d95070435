package io.forelog.replication;

import io.forelog.error.NoLeaderException;
import io.forelog.metadata.MetadataStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a group remembers of a shard whose appends it has ended: from the replica here if the end was applied to it, or
 * else from another member. Safe for use by any thread.
 */
final class ShardImages implements PlanSteps.Images {

    private final String self;
    private final MetadataStore metadata;
    private final PeerShards peers;
    private final IntFunction<@Nullable HostedGroup> hosted;

    ShardImages(String self, MetadataStore metadata, PeerShards peers, IntFunction<@Nullable HostedGroup> hosted) {
        this.self = self;
        this.metadata = metadata;
        this.peers = peers;
        this.hosted = hosted;
    }

    /** @throws NoLeaderException if it was not applied here yet */
    ShardImage here(int group, ShardId shard, long plan) {
        var known = hosted.apply(group);
        var applied = known == null ? null : known.machine().find(shard);
        if (applied == null || applied.standing() instanceof Standing.Open || !isOf(applied.standing(), plan)) {
            throw new NoLeaderException(self + " does not know shard " + shard + " as plan " + plan + " left it");
        }
        return applied.image();
    }

    private static boolean isOf(Standing standing, long plan) {
        return !(standing instanceof Standing.Released(var by, var epoch)) || by == plan;
    }

    @Override
    public CompletableFuture<ShardImage> of(int group, ShardId shard, long plan) {
        try {
            return CompletableFuture.completedFuture(here(group, shard, plan));
        } catch (NoLeaderException e) {
            var others = metadata.state().groups().get(group).holders().stream()
                    .filter(node -> !node.equals(self))
                    .iterator();
            return next(others, group, shard, plan, e);
        }
    }

    private CompletableFuture<ShardImage> next(
            Iterator<String> others, int group, ShardId shard, long plan, Throwable failed) {
        if (!others.hasNext()) {
            return CompletableFuture.failedFuture(failed);
        }
        return peers.image(others.next(), group, shard.log(), shard.number(), plan)
                .thenApply(ShardImages::read)
                .exceptionallyCompose(failure -> next(others, group, shard, plan, failure));
    }

    private static ShardImage read(byte[] bytes) {
        try {
            return ShardImage.read(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("an image of a shard cannot be read", e);
        }
    }
}
