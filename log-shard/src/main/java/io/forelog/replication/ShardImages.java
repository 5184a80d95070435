package io.forelog.replication;

import io.forelog.error.NoLeaderException;
import io.forelog.metadata.MetadataStore;
import io.forelog.raft.RaftRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a group remembers of a shard whose appends it has ended: from the replica here if the end was applied to it, or
 * else from another member. It may be asked for before that end, and comes with it: nobody's appends should wait
 * until a third one has heard of it. Safe for use by any thread; what waits is bounded by the plans under way.
 */
final class ShardImages {

    /** Above what an entry takes to be committed, below what a caller takes for silence. */
    private static final Duration SOON = Duration.ofMillis(500);

    private final String self;
    private final MetadataStore metadata;
    private final PeerShards peers;
    private final IntFunction<@Nullable HostedGroup> hosted;
    private final RaftRuntime runtime;
    /** In the order in which they came: a simulated run must repeat. */
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

    private final Runnable asked;

    private record Asked(int group, ShardId shard, long plan) {}

    private record Waiting(Asked asked, CompletableFuture<ShardImage> come) {}

    /** @param asked is run when somebody waits for what is not here yet; it must not block */
    ShardImages(
            String self,
            MetadataStore metadata,
            PeerShards peers,
            IntFunction<@Nullable HostedGroup> hosted,
            RaftRuntime runtime,
            Runnable asked) {
        this.self = self;
        this.metadata = metadata;
        this.peers = peers;
        this.hosted = hosted;
        this.runtime = runtime;
        this.asked = asked;
    }

    private @Nullable ShardImage find(Asked asked) {
        var known = hosted.apply(asked.group());
        var applied = known == null ? null : known.machine().find(asked.shard());
        return applied != null && isEndedBy(asked.plan(), applied) ? applied.image() : null;
    }

    private static boolean isEndedBy(long plan, AppliedShard shard) {
        return switch (shard.standing()) {
            case Standing.Open() -> false;
            case Standing.Sealed(var children) -> shard.plan() == plan;
            case Standing.Released(var by, var epoch) -> by == plan;
        };
    }

    /** Looks again for what is waited for: a group has come further. */
    void look() {
        for (var each : waiting) {
            var image = find(each.asked());
            if (image != null) {
                each.come().complete(image);
            }
        }
    }

    /** Completes once it is applied here; fails with a {@link NoLeaderException} if that is not soon. */
    CompletableFuture<ShardImage> soonHere(int group, ShardId shard, long plan) {
        var asked = new Asked(group, shard, plan);
        var known = find(asked);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        if (hosted.apply(group) == null) {
            return CompletableFuture.failedFuture(unknown(asked));
        }
        var come = new CompletableFuture<ShardImage>();
        var each = new Waiting(asked, come);
        waiting.add(each);
        look();
        this.asked.run();
        runtime.schedule(SOON, () -> come.completeExceptionally(unknown(asked)));
        return come.whenComplete((image, failure) -> waiting.remove(each));
    }

    /** Returns whether somebody asks this node for that now. */
    boolean isAwaited(int group, ShardId shard, long plan) {
        var wanted = new Asked(group, shard, plan);
        return waiting.stream().anyMatch(each -> each.asked().equals(wanted));
    }

    /** Returns whether that is known here: the end was applied. */
    boolean isEnded(int group, ShardId shard, long plan) {
        var known = hosted.apply(group);
        var applied = known == null ? null : known.machine().find(shard);
        return applied != null && isEndedBy(plan, applied);
    }

    private NoLeaderException unknown(Asked asked) {
        return new NoLeaderException(
                self + " does not know shard " + asked.shard() + " as plan " + asked.plan() + " left it");
    }

    /** Asks all members: which of them leads may have changed, and whoever leads has it first. */
    CompletableFuture<ShardImage> of(int group, ShardId shard, long plan) {
        var first = soonHere(group, shard, plan);
        for (var node : metadata.state().groups().get(group).holders()) {
            if (!node.equals(self)) {
                first = either(
                        first,
                        peers.image(node, group, shard.log(), shard.number(), plan)
                                .thenApply(ShardImages::read));
            }
        }
        return first;
    }

    /** Fails if both do. */
    private static <T> CompletableFuture<T> either(CompletableFuture<T> one, CompletableFuture<T> other) {
        var first = new CompletableFuture<T>();
        one.thenAccept(first::complete);
        other.thenAccept(first::complete);
        one.exceptionallyCompose(failure -> other).whenComplete((come, failure) -> {
            if (failure != null) {
                first.completeExceptionally(failure);
            }
        });
        return first;
    }

    private static ShardImage read(byte[] bytes) {
        try {
            return ShardImage.read(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("an image of a shard cannot be read", e);
        }
    }
}
