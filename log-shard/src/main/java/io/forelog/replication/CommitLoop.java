package io.forelog.replication;

import io.forelog.error.CommitUnknownException;
import io.forelog.error.ForelogException;
import io.forelog.error.NoLeaderException;
import io.forelog.record.CorruptBatchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replication to one: commits the appends of all shards of this node on one thread, in rounds. A round takes all
 * that waits, appends it, forces each shard that got something once, however many appends that serves, and
 * answers (group commit). Appends that arrive meanwhile are the next round.
 *
 * <p>A shard whose force failed is stopped: after a failed force the kernel may have dropped the pages, and a
 * second force would report success for bytes that are gone. Other shards go on.
 */
public final class CommitLoop implements Replication {

    private static final Logger LOG = LoggerFactory.getLogger(CommitLoop.class);

    private record Done(AppendCommand command, Appended appended) {}

    private final BlockingQueue<CommitStep> queue = new LinkedBlockingQueue<>();
    private final Map<ShardReplica, Throwable> stopped = new ConcurrentHashMap<>();
    private final Set<ShardReplica> unforced = new LinkedHashSet<>();
    private final ExecutorService forcers;
    private final long forceIntervalNanos;
    private final LongAdder rounds = new LongAdder();
    private final LongAdder forces = new LongAdder();
    private final Thread thread;
    private volatile boolean closing;
    private long lastForceNanos = System.nanoTime();

    /**
     * @param forceInterval how long an append that need not be forced may stay in memory
     * @param forceThreads how many shards are forced at a time; more than the disk takes at once is no faster
     */
    public CommitLoop(Duration forceInterval, int forceThreads) {
        this.forceIntervalNanos = forceInterval.toNanos();
        this.forcers = Executors.newFixedThreadPool(
                forceThreads, Thread.ofPlatform().name("force-", 0).factory());
        this.thread = Thread.ofPlatform().name("commit").start(this::run);
    }

    @Override
    public void append(AppendCommand command) {
        queue.add(command);
        if (closing && queue.remove(command)) {
            command.done().completeExceptionally(new NoLeaderException("the node is closing"));
        }
    }

    @Override
    public CompletableFuture<Void> release(ShardReplica replica) {
        var command = new ReleaseCommand(replica, new CompletableFuture<>());
        queue.add(command);
        if (closing && queue.remove(command)) {
            command.done().completeExceptionally(new NoLeaderException("the node is closing"));
        }
        return command.done();
    }

    /** Returns how many rounds were committed since the start. */
    public long rounds() {
        return rounds.sum();
    }

    /** Returns how often a shard was forced since the start. */
    public long forces() {
        return forces.sum();
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        forcers.close();
    }

    private void run() {
        var steps = new ArrayList<CommitStep>();
        var round = new ArrayList<AppendCommand>();
        while (!closing || !queue.isEmpty()) {
            steps.clear();
            var first = next();
            if (first != null) {
                steps.add(first);
                queue.drainTo(steps);
            }
            for (var step : steps) {
                switch (step) {
                    case AppendCommand append -> round.add(append);
                    case ReleaseCommand release -> {
                        commitRound(round);
                        end(release);
                    }
                }
            }
            commitRound(round);
            forceByInterval();
        }
        force(unforced);
    }

    private void commitRound(List<AppendCommand> round) {
        if (!round.isEmpty()) {
            commit(round);
            round.clear();
        }
    }

    private void end(ReleaseCommand release) {
        unforced.remove(release.replica());
        stopped.remove(release.replica());
        try {
            release.replica().close();
            release.done().complete(null);
        } catch (RuntimeException e) {
            release.done().completeExceptionally(e);
        }
    }

    private @Nullable CommitStep next() {
        try {
            return queue.poll(unforced.isEmpty() ? 100_000_000 : forceIntervalNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the commit thread", e);
        }
    }

    private void commit(List<AppendCommand> round) {
        rounds.increment();
        var done = new ArrayList<Done>(round.size());
        var dirty = new LinkedHashSet<ShardReplica>();
        for (var command : round) {
            var appended = append1(command);
            if (appended != null) {
                done.add(new Done(command, appended));
                if (command.forced()) {
                    dirty.add(command.replica());
                } else {
                    unforced.add(command.replica());
                }
            }
        }
        unforced.removeAll(dirty);
        var failed = force(dirty);
        var committed = new LinkedHashSet<ShardReplica>();
        done.forEach(each -> committed.add(each.command().replica()));
        committed.stream().filter(replica -> !failed.containsKey(replica)).forEach(ShardReplica::commit);
        for (var each : done) {
            var failure = failed.get(each.command().replica());
            if (failure == null) {
                each.command().done().complete(each.appended());
            } else {
                each.command().done().completeExceptionally(unknown(each.command().replica(), failure));
            }
        }
    }

    /** Returns where the batch was appended, or null if it was refused and the caller told. */
    private @Nullable Appended append1(AppendCommand command) {
        var failure = stopped.get(command.replica());
        if (failure != null) {
            command.done().completeExceptionally(new NoLeaderException(
                    "shard " + command.replica().number() + " of '" + command.replica().logName()
                            + "' was stopped after a failure of its disk: " + failure.getMessage()));
            return null;
        }
        try {
            return command.replica().append(command.batch(), command.nextOffset());
        } catch (ForelogException | CorruptBatchException e) {
            command.done().completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            // Unknown how much was written: the replica must not go on from here.
            stop(command.replica(), e);
            command.done().completeExceptionally(unknown(command.replica(), e));
        }
        return null;
    }

    private void forceByInterval() {
        long now = System.nanoTime();
        if (!unforced.isEmpty() && now - lastForceNanos >= forceIntervalNanos) {
            force(unforced);
            unforced.clear();
            lastForceNanos = now;
        }
    }

    private Map<ShardReplica, Throwable> force(Set<ShardReplica> dirty) {
        Map<ShardReplica, Throwable> failed = new LinkedHashMap<>();
        if (dirty.size() == 1) {
            force(dirty.iterator().next(), failed);
            return failed;
        }
        Map<ShardReplica, Future<?>> forcing = new LinkedHashMap<>();
        for (var replica : dirty) {
            forcing.put(replica, forcers.submit(() -> replica.log().force()));
        }
        forcing.forEach((replica, future) -> {
            try {
                future.get();
                forces.increment();
            } catch (Exception e) {
                failed.put(replica, stop(replica, e.getCause() == null ? e : e.getCause()));
            }
        });
        return failed;
    }

    private void force(ShardReplica replica, Map<ShardReplica, Throwable> failed) {
        try {
            replica.log().force();
            forces.increment();
        } catch (RuntimeException e) {
            failed.put(replica, stop(replica, e));
        }
    }

    private Throwable stop(ShardReplica replica, Throwable cause) {
        if (!replica.isClosed()) {
            LOG.error("shard {} of '{}' stopped: its disk failed", replica.number(), replica.logName(), cause);
        }
        stopped.put(replica, cause);
        return cause;
    }

    private static CommitUnknownException unknown(ShardReplica replica, Throwable cause) {
        return new CommitUnknownException(
                "shard " + replica.number() + " of '" + replica.logName() + "' failed while appending", cause);
    }
}
