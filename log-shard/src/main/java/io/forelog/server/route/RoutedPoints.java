package io.forelog.server.route;

import io.forelog.cache.BatchReader;
import io.forelog.cache.Outcome;
import io.forelog.error.ForelogException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.NoSuchLogException;
import io.forelog.error.OverloadedException;
import io.forelog.metadata.Group;
import io.forelog.record.CorruptBatchException;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.replication.ShardId;
import io.forelog.server.peer.PeerCalls;
import io.forelog.server.peer.Peers;
import io.forelog.server.peer.ReadMessages.PointAnswers;
import io.forelog.server.peer.ReadMessages.Points;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads of many records on other nodes, as {@link RoutedCall} reads one: in one call to each node, and what that lacks
 * in one call to the next, until a deadline. Safe for use by any thread.
 */
final class RoutedPoints {

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
    private static final Runnable UNANSWERED = () -> {};

    private final String region;
    private final RoutedCall calls;
    private final Peers peers;

    /** @param region this node's */
    RoutedPoints(String region, RoutedCall calls, Peers peers) {
        this.region = region;
        this.calls = calls;
        this.peers = peers;
    }

    /**
     * Reads many, from one node to the next.
     *
     * @param first the node to ask first
     * @param alone reads a record, within what time is left, whose shard this node turned out to lead
     * @return completes once the reader was told of each
     */
    CompletableFuture<Void> read(
            String first,
            Collection<GlobalAddress> addresses,
            BatchReader reader,
            BiFunction<GlobalAddress, Duration, CompletableFuture<LogRecord>> alone) {
        return new Tries(reader, alone, System.nanoTime() + calls.timeout().toNanos()).ask(first, addresses, 0);
    }

    /** Reads many from one node, and of what it lacks nothing from elsewhere; completes once that is told. */
    CompletableFuture<Void> readAt(String node, Collection<GlobalAddress> addresses, BatchReader reader) {
        long deadline = System.nanoTime() + calls.tryTimeout().toNanos();
        return answersOf(node, addresses, reader, deadline).thenApply(lacking -> null);
    }

    /** Asks one node; completes with what it lacks, and why, and does not fail. */
    private CompletableFuture<Map<GlobalAddress, Throwable>> answersOf(
            String node, Collection<GlobalAddress> addresses, BatchReader reader, long deadline) {
        return answersOf(node, addresses, reader, reader.asked(node, addresses.size()), deadline);
    }

    /**
     * As above, and again for what was too much for one answer.
     *
     * @param answered run at the end if the node had a word on each record
     */
    private CompletableFuture<Map<GlobalAddress, Throwable>> answersOf(
            String node, Collection<GlobalAddress> addresses, BatchReader reader, Runnable answered, long deadline) {
        var wanted = List.copyOf(addresses);
        return peers.call(node, PeerCalls.POINTS, new Points(region, wanted), calls.patience(deadline))
                .handle((answer, failure) -> Sorted.of(node, wanted, answer, failure))
                .thenCompose(sorted -> {
                    reader.told(sorted.told);
                    var more = sorted.more.stream().filter(reader::wants).toList();
                    var ended = sorted.isWhole() ? answered : UNANSWERED;
                    if (more.isEmpty()) {
                        ended.run();
                        return CompletableFuture.completedFuture(sorted.lacking);
                    }
                    return answersOf(node, more, reader, ended, deadline).thenApply(later -> {
                        sorted.lacking.putAll(later);
                        return sorted.lacking;
                    });
                });
    }

    /**
     * An answer.
     *
     * @param told what the reader may take for what became of the record
     * @param lacking what another node may have, and why this one has not
     * @param more what is to be asked for again
     */
    private record Sorted(
            Map<GlobalAddress, Outcome<LogRecord>> told,
            Map<GlobalAddress, Throwable> lacking,
            List<GlobalAddress> more) {

        static Sorted of(
                String node, List<GlobalAddress> wanted, @Nullable PointAnswers answer, @Nullable Throwable failure) {
            var sorted = new Sorted(new HashMap<>(), new HashMap<>(), new ArrayList<>());
            var cause = answer == null ? RoutedCall.cause(failure) : null;
            var lacking = new NoLeaderException(node + " did not answer: " + cause);
            for (var address : wanted) {
                if (cause instanceof OverloadedException) {
                    sorted.told.put(address, new Outcome.Failed<>(cause));
                } else {
                    sorted.lacking.put(address, lacking);
                }
            }
            if (answer != null) {
                answer.points().forEach(point -> sorted.add(point.address(), point.outcome()));
                sorted.requireProgress(wanted.size());
            }
            return sorted;
        }

        private void add(GlobalAddress address, Outcome<LogRecord> outcome) {
            if (lacking.remove(address) == null) {
                return;
            }
            switch (outcome) {
                case Outcome.Failed<LogRecord>(OverloadedException e) -> more.add(address);
                case Outcome.Failed<LogRecord>(NoLeaderException e) -> lacking.put(address, e);
                case Outcome.Failed<LogRecord>(CorruptBatchException e) -> lacking.put(address, e);
                default -> told.put(address, outcome);
            }
        }

        /** Returns whether the node had a word on each record: one that is overloaded has none. */
        boolean isWhole() {
            return lacking.isEmpty()
                    && told.values().stream()
                            .noneMatch(outcome -> outcome instanceof Outcome.Failed<LogRecord>(OverloadedException e));
        }

        private void requireProgress(int wanted) {
            if (more.size() == wanted) {
                more.forEach(address -> lacking.put(address, new NoLeaderException("an answer without a record")));
                more.clear();
            }
        }
    }

    private final class Tries {

        private final BatchReader reader;
        private final BiFunction<GlobalAddress, Duration, CompletableFuture<LogRecord>> alone;
        private final long deadline;

        Tries(
                BatchReader reader,
                BiFunction<GlobalAddress, Duration, CompletableFuture<LogRecord>> alone,
                long deadline) {
            this.reader = reader;
            this.alone = alone;
            this.deadline = deadline;
        }

        CompletableFuture<Void> ask(String node, Collection<GlobalAddress> addresses, int tried) {
            return answersOf(node, addresses, reader, deadline).thenCompose(lacking -> again(node, lacking, tried));
        }

        private CompletableFuture<Void> again(String asked, Map<GlobalAddress, Throwable> lacking, int tried) {
            lacking.keySet().removeIf(address -> !reader.wants(address));
            if (lacking.isEmpty()) {
                return DONE;
            }
            long pause = RoutedCall.pauseNanos(tried, true);
            if (System.nanoTime() + pause - deadline >= 0) {
                fail(lacking);
                return DONE;
            }
            var pausing = new CompletableFuture<Void>();
            CompletableFuture.delayedExecutor(pause, TimeUnit.NANOSECONDS, calls.readers())
                    .execute(() -> pausing.complete(null));
            return pausing.thenCompose(paused -> next(asked, lacking, tried + 1));
        }

        private void fail(Map<GlobalAddress, Throwable> lacking) {
            var failed = new HashMap<GlobalAddress, Outcome<LogRecord>>();
            lacking.forEach((address, cause) -> failed.put(address, new Outcome.Failed<>(explained(address, cause))));
            reader.told(failed);
        }

        private CompletableFuture<Void> next(String asked, Map<GlobalAddress, Throwable> lacking, int tried) {
            var parts = new ArrayList<CompletableFuture<Void>>();
            var byNode = new HashMap<String, List<GlobalAddress>>();
            var nowhere = new HashMap<GlobalAddress, Throwable>();
            lacking.forEach((address, cause) -> {
                var group = calls.group(new ShardId(address.log(), address.shard()));
                var target = group == null ? null : target(group, asked, cause, tried);
                if (group == null) {
                    fail(Map.of(address, new NoSuchLogException("of incarnation " + address.log())));
                } else if (calls.leads(group)) {
                    parts.add(here(address));
                } else if (target == null || target.equals(calls.node())) {
                    nowhere.put(address, cause);
                } else {
                    byNode.computeIfAbsent(target, unseen -> new ArrayList<>()).add(address);
                }
            });
            byNode.forEach((node, part) -> parts.add(ask(node, part, tried)));
            parts.add(again(asked, nowhere, tried));
            return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new));
        }

        private @Nullable String target(Group group, String asked, Throwable cause, int tried) {
            // Not time after time: two nodes may take each other for the leader.
            return cause instanceof NoLeaderException e && e.leader() != null && tried % 2 == 1
                    ? e.leader()
                    : calls.target(group, asked, tried);
        }

        private CompletableFuture<Void> here(GlobalAddress address) {
            return alone.apply(address, Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))
                    .handle((record, failure) -> {
                        reader.told(Map.of(address, ClusterOwner.outcome(record, failure)));
                        return null;
                    });
        }

        private Throwable explained(GlobalAddress address, Throwable cause) {
            return cause instanceof ForelogException || cause instanceof CorruptBatchException
                    ? cause
                    : new NoLeaderException("shard " + address.shard() + " cannot be read: " + cause.getMessage());
        }
    }
}
