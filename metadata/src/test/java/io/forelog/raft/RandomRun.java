package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Clients and failures at random, from one seed, and what must hold whatever happens:
 * <ul>
 *   <li>no two members apply different operations at an index;
 *   <li>an acknowledged operation is there in the end, once, at the index that was told;
 *   <li>an operation that was refused is not there;
 *   <li>one submitted after another was acknowledged comes after it (real-time order, hence linearizable);
 *   <li>a read behind a barrier sees all that was acknowledged before the barrier was asked for;
 *   <li>when the failures end, the members become equal.
 * </ul>
 */
final class RandomRun {

    private static final Duration STEP = Duration.ofMillis(20);

    private final long seed;
    private final SimulatedCluster cluster;
    private final RandomGenerator random;
    private final List<Operation> operations = new ArrayList<>();
    private final List<Read> reads = new ArrayList<>();
    private final Map<Long, String> appliedAt = new HashMap<>();
    private long highestAcknowledged;

    private static final class Operation {

        private final String text;
        private final long submittedAfter;
        private final CompletableFuture<Committed> answer;

        Operation(String text, long submittedAfter, CompletableFuture<Committed> answer) {
            this.text = text;
            this.submittedAfter = submittedAfter;
            this.answer = answer;
        }
    }

    private record Read(long acknowledgedBefore, CompletableFuture<Long> barrier, boolean leased) {}

    RandomRun(long seed) {
        this.seed = seed;
        this.cluster = SimulatedCluster.started(seed, 3 + 2 * (int) (seed % 2));
        this.random = cluster.runtime().split();
    }

    /** Runs for {@code steps} of 20 ms, ends all failures, and checks. Returns operations acknowledged. */
    int run(int steps) {
        for (var step = 0; step < steps; step++) {
            clients(step);
            fail();
            cluster.runtime().run(STEP);
            if (step % 10 == 0) {
                observe();
            }
        }
        cluster.network().heal();
        cluster.network().loss(0);
        for (var member : cluster.members()) {
            if (!member.isUp()) {
                member.start();
            }
        }
        var finalState = cluster.awaitEqual();
        observe();
        return check(finalState);
    }

    private void clients(int step) {
        var count = random.nextInt(6);
        for (var i = 0; i < count; i++) {
            var member = random.nextBoolean() ? any() : cluster.leader().orElseGet(this::any);
            if (member.isUp() && !member.process().isFrozen()) {
                var text = step + "." + i + "-" + "x".repeat(random.nextInt(400));
                var answer = member.group()
                        .submit(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), Durability.FORCED);
                var operation = new Operation(text, highestAcknowledged, answer);
                operations.add(operation);
                answer.thenAccept(committed -> highestAcknowledged = Math.max(highestAcknowledged, committed.index()));
            }
        }
        if (random.nextInt(3) == 0) {
            var member = any();
            if (member.isUp() && !member.process().isFrozen()) {
                var leased = random.nextBoolean();
                var before = highestAcknowledged;
                reads.add(new Read(
                        before,
                        leased
                                ? member.group().leasedReadBarrier()
                                : member.group().readBarrier(),
                        leased));
            }
        }
    }

    private void fail() {
        switch (random.nextInt(200)) {
            case 0 -> crash(any());
            case 1 -> cluster.leader().ifPresent(this::crash);
            case 2 -> cluster.network().isolate(any().id().node());
            case 3 ->
                cluster.leader().ifPresent(leader -> cluster.network()
                        .isolate(leader.id().node()));
            case 4 -> cluster.network().cut(any().id().node(), any().id().node());
            case 5, 6, 7, 8, 29, 30, 31, 32, 33 -> cluster.network().heal();
            case 9 -> cluster.network().loss(random.nextDouble() * 0.3);
            case 10, 11, 34 -> cluster.network().loss(0);
            case 12 -> transfer();
            case 13 ->
                cluster.members().stream().filter(SimulatedCluster.Member::isUp).forEach(member -> member.group()
                        .checkpoint());
            case 21, 22 -> any().process().freeze(Duration.ofMillis(random.nextInt(100, 3000)));
            case 23 ->
                cluster.leader()
                        .ifPresent(leader -> leader.process().freeze(Duration.ofMillis(random.nextInt(500, 2000))));
            case 14 -> {
                // Power fails everywhere.
                cluster.members().forEach(this::crash);
                cluster.members().forEach(SimulatedCluster.Member::start);
            }
            case 15, 16, 17, 18, 19, 20, 24, 25, 26, 27, 28 ->
                cluster.members().stream()
                        .filter(member -> !member.isUp())
                        .findFirst()
                        .ifPresent(SimulatedCluster.Member::start);
            default -> {}
        }
    }

    private void crash(SimulatedCluster.Member member) {
        if (member.isUp()) {
            if (random.nextBoolean()) {
                member.crash();
            } else {
                member.kill();
            }
        }
    }

    private void transfer() {
        cluster.leader().ifPresent(leader -> leader.group()
                .transferLeadership(any().id())
                // Whether it succeeds is chance; that nothing breaks is what counts.
                .exceptionally(failure -> null));
    }

    private SimulatedCluster.Member any() {
        var members = cluster.members();
        return members.get(random.nextInt(members.size()));
    }

    /** No two members ever apply different operations at an index, nor one member two. */
    private void observe() {
        for (var member : cluster.members()) {
            for (var applied : member.stateMachine().operations()) {
                var known = appliedAt.putIfAbsent(applied.index(), applied.operation());
                assertThat(Optional.ofNullable(known).orElse(applied.operation()))
                        .as("seed %d, index %d at %s", seed, applied.index(), member.id())
                        .isEqualTo(applied.operation());
            }
        }
    }

    private int check(List<String> finalState) {
        var byIndex = RecordingStateMachine.byIndex(
                cluster.awaitLeader().stateMachine().operations());
        var present = new HashMap<String, Integer>();
        finalState.forEach(text -> present.merge(text, 1, Integer::sum));
        Set<String> twice = new HashSet<>();
        present.forEach((text, count) -> {
            if (count > 1) {
                twice.add(text);
            }
        });
        assertThat(twice).as("seed %d: applied twice", seed).isEmpty();
        var acknowledged = 0;
        for (var operation : operations) {
            if (!operation.answer.isDone()) {
                throw new AssertionError("seed " + seed + ": no answer for " + operation.text);
            }
            if (operation.answer.isCompletedExceptionally()) {
                if (!(operation.answer.exceptionNow() instanceof SubmitException.OutcomeUnknown)) {
                    assertThat(present)
                            .as("seed %d: refused with %s", seed, operation.answer.exceptionNow())
                            .doesNotContainKey(operation.text);
                }
                continue;
            }
            acknowledged++;
            var index = operation.answer.join().index();
            assertThat(byIndex.get(index))
                    .as("seed %d: acknowledged at %d", seed, index)
                    .isEqualTo(operation.text);
            assertThat(index).as("seed %d: real-time order", seed).isGreaterThan(operation.submittedAfter);
        }
        for (var read : reads) {
            if (read.barrier().isDone() && !read.barrier().isCompletedExceptionally()) {
                assertThat(read.barrier().join())
                        .as("seed %d: read, leased: %s", seed, read.leased())
                        .isGreaterThanOrEqualTo(read.acknowledgedBefore());
            }
        }
        return acknowledged;
    }
}
