package io.forelog.server.route;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Group;
import io.forelog.metadata.MetadataStore;
import io.forelog.replication.AppendCommand;
import io.forelog.replication.Appended;
import io.forelog.replication.Groups;
import io.forelog.replication.Replication;
import io.forelog.server.peer.Messages.Append;
import io.forelog.server.peer.Messages.AppendedAt;
import io.forelog.server.peer.PeerCalls;
import io.forelog.server.peer.Peers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Appends to whichever node leads the shard's group: to the replication here if it is this one, else over the network.
 * Tries again, at another node if need be, until a deadline; see {@link RoutedAppend} for what may be tried again.
 *
 * <p>Safe for use by any thread; never blocks.
 */
public final class RoutedReplication implements Replication, AutoCloseable {

    /** How often appends are held against their deadline: one look at all of them is cheaper than a timer for each. */
    private static final Duration SWEEP = Duration.ofMillis(50);

    /**
     * How long an answer is waited for once another node is known to lead. A leader that gave up its office in peace
     * answers what it took before; one that is paused or cut off does not, and its callers should not wait for the
     * deadline.
     */
    private static final Duration SUPERSEDED_GRACE = Duration.ofMillis(500);

    private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
    private static final Duration CLOSE_POLL = Duration.ofMillis(2);

    private final String node;
    private final ShardGroups shards;
    private final Groups groups;
    private final Replication local;
    private final Peers peers;
    private final Duration timeout;
    private volatile boolean closing;
    private final Set<RoutedAppend> underWay = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("append-route").daemon().factory());

    /**
     * @param node this node's name
     * @param local takes appends to shards whose group this node leads
     * @param timeout how long an append may take, from one try to the next
     */
    public RoutedReplication(
            String node,
            MetadataStore metadata,
            ShardGroups shards,
            Groups groups,
            Replication local,
            Peers peers,
            Duration timeout) {
        this.node = node;
        this.shards = shards;
        this.groups = groups;
        this.local = local;
        this.peers = peers;
        this.timeout = timeout;
        metadata.watch(this::changed);
        timer.scheduleWithFixedDelay(this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void append(AppendCommand command) {
        var append = new RoutedAppend(this, command, System.nanoTime() + timeout.toNanos());
        underWay.add(append);
        append.start();
    }

    /** Returns how many appends wait for their outcome. */
    public int pending() {
        return underWay.size();
    }

    /**
     * Begins no further try, waits a moment for the outcome of those under way, and ends the rest as of unknown
     * outcome.
     */
    @Override
    public void close() {
        closing = true;
        long giveUpAt = System.nanoTime() + CLOSE_MAX.toNanos();
        while (!underWay.isEmpty() && System.nanoTime() - giveUpAt < 0) {
            LockSupport.parkNanos(CLOSE_POLL.toNanos());
        }
        timer.shutdownNow();
        underWay.forEach(append -> append.end("the node is closing"));
    }

    boolean isClosing() {
        return closing;
    }

    String node() {
        return node;
    }

    @Nullable
    Group group(AppendCommand command) {
        return shards.of(command.shard());
    }

    boolean leads(Group group) {
        return groups.leads(group.id());
    }

    @Nullable
    String leader(Group group) {
        var heard = groups.leaderSince(group.id(), group.term());
        return heard.isPresent() ? heard.get() : group.leader();
    }

    CompletableFuture<Appended> appendHere(AppendCommand command) {
        var done = new CompletableFuture<Appended>();
        try {
            local.append(new AppendCommand(
                    command.shard(),
                    command.batch(),
                    command.nextOffset(),
                    command.forced(),
                    command.everywhere(),
                    done));
        } catch (RuntimeException e) {
            done.completeExceptionally(e);
        }
        return done;
    }

    CompletableFuture<AppendedAt> appendAt(String leader, AppendCommand command, Duration left) {
        var request = new Append(
                command.shard(), command.batch(), command.nextOffset(), command.forced(), command.everywhere());
        return peers.call(leader, PeerCalls.APPEND, request, left);
    }

    void later(RoutedAppend append, Runnable step, long nanos) {
        try {
            timer.schedule(step, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            append.end("the node is closing");
        }
    }

    void ended(RoutedAppend append) {
        underWay.remove(append);
    }

    private void sweep() {
        long now = System.nanoTime();
        for (var append : underWay) {
            if (now - append.deadline() >= 0) {
                append.end("it took longer than " + timeout);
            }
        }
    }

    private void changed(ClusterState before, ClusterState after) {
        for (var log : after.logs().values()) {
            var known = before.logs().get(log.name());
            if (known != null
                    && known != log
                    && known.shards().version() != log.shards().version()) {
                underWay.forEach(append -> append.mapChanged(log.incarnation()));
            }
        }
        for (int id = 0; id < after.groups().size(); id++) {
            var group = after.groups().get(id);
            if (id >= before.groups().size() || !group.equals(before.groups().get(id))) {
                underWay.forEach(append -> append.led(group, SUPERSEDED_GRACE.toNanos()));
            }
        }
    }
}
