package io.forelog.server.route;

import io.forelog.error.ForelogException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.NoSuchLogException;
import io.forelog.error.OverloadedException;
import io.forelog.metadata.Group;
import io.forelog.record.CorruptBatchException;
import io.forelog.replication.Groups;
import io.forelog.replication.ShardId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads that only the leader of a shard's group can answer, or that it can answer best: sent to it, and again, to
 * whoever leads by then, until a deadline. A read may be repeated at will. Safe for use by any thread.
 */
final class RoutedCall {

    private static final long PAUSE_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long PAUSE_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LEFT_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final String node;
    private final ShardGroups shards;
    private final Groups groups;
    private final Executor readers;
    private final Duration timeout;

    RoutedCall(String node, ShardGroups shards, Groups groups, Executor readers, Duration timeout) {
        this.node = node;
        this.shards = shards;
        this.groups = groups;
        this.readers = readers;
        this.timeout = timeout;
    }

    String node() {
        return node;
    }

    Duration timeout() {
        return timeout;
    }

    /** Returns how long one node is waited for: short enough that another can still be asked. */
    Duration tryTimeout() {
        return timeout.dividedBy(2);
    }

    Executor readers() {
        return readers;
    }

    @Nullable
    Group group(ShardId shard) {
        return shards.of(shard);
    }

    boolean leads(Group group) {
        return groups.leads(group.id());
    }

    /** Returns whether the group that has a shard, by what is known here, has not released it to another. */
    boolean owns(ShardId shard) {
        var group = shards.of(shard);
        return group != null && groups.owns(group.id(), shard);
    }

    /**
     * Calls a shard's leader.
     *
     * @param here answers if this node leads, after it made sure that it does; null means that it cannot after all
     * @param there asks another node, which is waited for no longer than this: less with each try
     * @param anyReplica whether a replica that does not lead may have the answer, should the leader be gone
     */
    <A> CompletableFuture<A> call(
            ShardId shard,
            Supplier<CompletableFuture<A>> here,
            BiFunction<String, Duration, CompletableFuture<A>> there,
            boolean anyReplica) {
        return call(shard, here, there, anyReplica, null, timeout);
    }

    /**
     * As above.
     *
     * @param first the node to ask first, should this one not lead; null for the leader's
     * @param within how long it may take
     */
    <A> CompletableFuture<A> call(
            ShardId shard,
            Supplier<CompletableFuture<A>> here,
            BiFunction<String, Duration, CompletableFuture<A>> there,
            boolean anyReplica,
            @Nullable String first,
            Duration within) {
        var call = new Tries<>(shard, here, there, anyReplica, System.nanoTime() + within.toNanos());
        call.next(first, 0);
        return call.answer;
    }

    /** Returns what is left of a read's time for one try. */
    Duration patience(long deadline) {
        long left = Math.max(LEFT_MIN_NANOS, deadline - System.nanoTime());
        return Duration.ofNanos(Math.min(left, tryTimeout().toNanos()));
    }

    /** Returns how long to wait after a try that failed, of which there were {@code tried} before. */
    static long pauseNanos(int tried, boolean anyReplica) {
        long longest = Math.min(PAUSE_MAX_NANOS, PAUSE_MIN_NANOS << Math.min(tried, 10));
        // Another replica is asked at once: it is not the one that just failed.
        return anyReplica && tried == 0 ? 0 : ThreadLocalRandom.current().nextLong(longest / 2, longest);
    }

    /**
     * Returns which node may have what any replica can answer: the leader and each other one by turns.
     *
     * @param asked the node asked last, or null
     */
    @Nullable
    String target(Group group, @Nullable String asked, int tried) {
        var leader = group.leader();
        if (leader != null && !leader.equals(asked)) {
            return leader;
        }
        var others = group.holders().stream()
                .filter(holder -> !holder.equals(node) && !holder.equals(leader))
                .toList();
        return others.isEmpty() ? leader : others.get(tried / 2 % others.size());
    }

    static Throwable cause(@Nullable Throwable failure) {
        if (failure == null) {
            return new IllegalStateException("neither an answer nor a failure");
        }
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private final class Tries<A> {

        private final ShardId shard;
        private final Supplier<CompletableFuture<A>> here;
        private final BiFunction<String, Duration, CompletableFuture<A>> there;
        private final boolean anyReplica;
        private final long deadline;
        private final CompletableFuture<A> answer = new CompletableFuture<>();
        private @Nullable String asked;

        Tries(
                ShardId shard,
                Supplier<CompletableFuture<A>> here,
                BiFunction<String, Duration, CompletableFuture<A>> there,
                boolean anyReplica,
                long deadline) {
            this.shard = shard;
            this.here = here;
            this.there = there;
            this.anyReplica = anyReplica;
            this.deadline = deadline;
        }

        void next(@Nullable String hint, int tried) {
            var group = shards.of(shard);
            if (group == null) {
                answer.completeExceptionally(new NoSuchLogException("of incarnation " + shard.log()));
                return;
            }
            if (leads(group)) {
                groups.barrier(group.id())
                        .thenCompose(ready -> here.get())
                        .whenComplete((value, failure) -> ended(value, failure, tried));
                return;
            }
            var target = hint != null ? hint : anyReplica ? target(group, asked, tried) : group.leader();
            asked = target;
            if (target == null || target.equals(node)) {
                again(new NoLeaderException("group " + group.id() + " has no leader at present"), tried);
            } else {
                there.apply(target, patience(deadline)).whenComplete((value, failure) -> ended(value, failure, tried));
            }
        }

        private void ended(@Nullable A value, @Nullable Throwable failure, int tried) {
            if (value != null) {
                answer.complete(value);
                return;
            }
            if (failure == null) {
                again(new NoLeaderException("shard " + shard + " is being opened or closed"), tried);
                return;
            }
            var cause = cause(failure);
            switch (cause) {
                case NoLeaderException e when e.leader() != null && tried % 2 == 0 -> next(e.leader(), tried + 1);
                case NoLeaderException e -> again(e, tried);
                case OverloadedException e -> answer.completeExceptionally(e);
                case ForelogException e -> answer.completeExceptionally(e);
                case CorruptBatchException e when !anyReplica -> answer.completeExceptionally(e);
                default -> again(cause, tried);
            }
        }

        private void again(Throwable failure, int tried) {
            long pause = pauseNanos(tried, anyReplica);
            if (System.nanoTime() + pause - deadline >= 0) {
                answer.completeExceptionally(
                        failure instanceof ForelogException || failure instanceof CorruptBatchException
                                ? failure
                                : new NoLeaderException("shard " + shard + " cannot be read: " + failure.getMessage()));
            } else {
                CompletableFuture.delayedExecutor(pause, TimeUnit.NANOSECONDS, readers)
                        .execute(() -> next(null, tried + 1));
            }
        }
    }
}
