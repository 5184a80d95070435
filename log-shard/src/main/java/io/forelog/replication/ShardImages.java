package io.forelog.replication;

import io.forelog.error.NoLeaderException;
import io.forelog.metadata.MetadataStore;
import io.forelog.raft.RaftRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a group remembers of a shard whose appends it has ended: from the replica here if the end was applied to it, or
 * else from another member. It may be asked for before that end, and comes with it: nobody's appends should wait
 * until a third one has heard of it. Safe for use by any thread; what waits is bounded by the plans under way.
 */
final class ShardImages implements PlanSteps.Images {

    /** Above what an entry takes to be committed, below what a caller takes for silence. */
    private static final Duration SOON = Duration.ofMillis(500);

    private final String self;
    private final MetadataStore metadata;
    private final PeerShards peers;
    private final IntFunction<@Nullable HostedGroup> hosted;
    private final RaftRuntime runtime;
    /** In the order in which they came: a simulated run must repeat. */
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();

    private record Asked(int group, ShardId shard, long plan) {}

    private record Waiting(Asked asked, CompletableFuture<ShardImage> come) {}

    ShardImages(
            String self,
            MetadataStore metadata,
            PeerShards peers,
            IntFunction<@Nullable HostedGroup> hosted,
            RaftRuntime runtime) {
        this.self = self;
        this.metadata = metadata;
        this.peers = peers;
        this.hosted = hosted;
        this.runtime = runtime;
    }

    private @Nullable ShardImage find(Asked asked) {
        var known = hosted.apply(asked.group());
        var applied = known == null ? null : known.machine().find(asked.shard());
        if (applied == null || applied.standing() instanceof Standing.Open || !isOf(applied.standing(), asked.plan())) {
            return null;
        }
        return applied.image();
    }

    private static boolean isOf(Standing standing, long plan) {
        return !(standing instanceof Standing.Released(var by, var epoch)) || by == plan;
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
        runtime.schedule(SOON, () -> come.completeExceptionally(unknown(asked)));
        return come.whenComplete((image, failure) -> waiting.remove(each));
    }

    private NoLeaderException unknown(Asked asked) {
        return new NoLeaderException(
                self + " does not know shard " + asked.shard() + " as plan " + asked.plan() + " left it");
    }

    @Override
    public CompletableFuture<ShardImage> of(int group, ShardId shard, long plan) {
        var known = metadata.state().groups().get(group);
        var leader = known.leader() == null ? known.preferred() : known.leader();
        var others = Stream.concat(Stream.of(leader), known.holders().stream())
                .distinct()
                .filter(node -> !node.equals(self))
                .iterator();
        return soonHere(group, shard, plan)
                .exceptionallyCompose(failure -> next(others, group, shard, plan, failure));
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
