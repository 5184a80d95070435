package io.forelog.server.shard;

import io.forelog.error.NoLeaderException;
import io.forelog.error.NoSuchShardException;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.plan.PlanState;
import io.forelog.replication.Replication;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import io.forelog.replication.ShardReplicas;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shards of every log, a verticle each that gathers appends, and the replicas of those that this node holds.
 *
 * <p>Safe for use by any thread; only the event loops may not wait for what {@link #open} and {@link #drop} return.
 */
public final class Shards {

    private static final Logger LOG = LoggerFactory.getLogger(Shards.class);

    private record Deployed(String id, ShardVerticle verticle) {}

    private final Vertx vertx;
    private final String self;
    private final MetadataStore metadata;
    private final ShardReplicas replicas;
    private final Replication replication;
    private final Limits limits;
    private final AppendObserver observer;

    /** By the log's incarnation, then by number. */
    private final Map<Long, Map<Integer, Future<Deployed>>> open = new ConcurrentHashMap<>();

    /** What opens or has opened each log, so that several calls for one open it once and a drop waits for it. */
    private final Map<Long, Future<Void>> openings = new ConcurrentHashMap<>();

    /** What drops each log, so that every caller waits for its end. */
    private final Map<Long, Future<Void>> droppings = new ConcurrentHashMap<>();

    /**
     * Bounds of each shard.
     *
     * @param batchBytesMax appends gathered into one batch
     * @param pendingBytesMax appends that may wait
     * @param openMax how long replicas may take to open; a log whose are not open by then is there all the same, and
     *     its appends wait
     */
    public record Limits(int batchBytesMax, long pendingBytesMax, Duration openMax) {}

    /** @param self this node's name */
    public Shards(
            Vertx vertx,
            String self,
            MetadataStore metadata,
            ShardReplicas replicas,
            Replication replication,
            Limits limits,
            AppendObserver observer) {
        this.vertx = vertx;
        this.self = self;
        this.metadata = metadata;
        this.replicas = replicas;
        this.replication = replication;
        this.limits = limits;
        this.observer = observer;
    }

    /**
     * Follows the metadata: logs that come are opened, logs that go are dropped. Completes when those that are there
     * now are open, or have had their time: without a majority a group's shards come when the others do.
     */
    public Future<Void> follow() {
        metadata.watch(this::changed);
        return Future.join(metadata.state().logs().values().stream()
                        .map(log -> openInBackground(log).otherwiseEmpty())
                        .toList())
                .mapEmpty();
    }

    private void changed(ClusterState before, ClusterState after) {
        if (before.plans() != after.plans()) {
            deployAhead(after);
        }
        if (before.logs().equals(after.logs())) {
            return;
        }
        for (var log : after.logs().values()) {
            var known = before.find(log.incarnation());
            if (known == null) {
                openInBackground(log);
            } else if (known.shards().shards().size() < log.shards().shards().size()) {
                deployed(log)
                        .onFailure(failure -> LOG.warn("shards of '{}' take no appends here", log.name(), failure));
            }
        }
        for (var log : before.logs().values()) {
            if (after.find(log.incarnation()) == null) {
                drop(log)
                        .onFailure(
                                failure -> LOG.warn("log '{}' is deleted, but not yet gone here", log.name(), failure));
            }
        }
    }

    /** Children take appends here once the map names them, and not a moment later. */
    private void deployAhead(ClusterState state) {
        for (var plan : state.plans().all()) {
            var log = state.find(plan.change().incarnation());
            var known = open.get(plan.change().incarnation());
            if (plan.state() == PlanState.CUTOVER && plan.reshapes() && log != null && known != null) {
                plan.change()
                        .children()
                        .forEach(child -> known.computeIfAbsent(child.number(), number -> deploy(log, number)));
            }
        }
    }

    private Future<Void> openInBackground(Log log) {
        return open(log)
                .onFailure(failure -> LOG.warn("log '{}' is not open here yet: {}", log.name(), failure.toString()));
    }

    /**
     * Makes a log's shards take appends here, wherever their replicas are; does nothing if they do. Completes when the
     * replicas that belong on this node are open.
     */
    public Future<Void> open(Log log) {
        var promise = Promise.<Void>promise();
        var opening = openings.putIfAbsent(log.incarnation(), promise.future());
        if (opening != null) {
            return opening;
        }
        openAll(log).onComplete(promise);
        return promise.future().onFailure(failure -> openings.remove(log.incarnation()));
    }

    private Future<Void> openAll(Log log) {
        open.computeIfAbsent(log.incarnation(), unseen -> new ConcurrentHashMap<>());
        return deployed(log).compose(all -> awaitHeld(log));
    }

    /** Completes once every shard of this map takes appends here, also those that came of others just now. */
    public Future<Void> deployed(Log log) {
        var known = open.get(log.incarnation());
        if (known == null) {
            return Future.failedFuture(beingOpened(log));
        }
        return Future.join(log.shards().shards().stream()
                        .map(shard -> known.computeIfAbsent(shard.number(), number -> deploy(log, number)))
                        .toList())
                .mapEmpty();
    }

    private static NoLeaderException beingOpened(Log log) {
        return new NoLeaderException("the shards of '" + log.name() + "' are being opened or closed");
    }

    private Future<Void> awaitHeld(Log log) {
        return Future.fromCompletionStage(
                        replicas.whenHeld(held(log)).orTimeout(limits.openMax().toMillis(), TimeUnit.MILLISECONDS))
                // It goes on; whoever asks again finds it open.
                .recover(failure ->
                        Future.failedFuture(failure instanceof TimeoutException ? beingOpened(log) : failure));
    }

    /** Returns the shards of a log whose replicas belong on this node. */
    private List<ShardId> held(Log log) {
        var groups = metadata.state().groups();
        return log.shards().shards().stream()
                .filter(shard -> groups.get(shard.group()).holders().contains(self))
                .map(shard -> new ShardId(log.incarnation(), shard.number()))
                .toList();
    }

    /** Ends the appends of a deleted log; completes when its replicas on this node are gone. */
    public Future<Void> drop(Log log) {
        var opening = openings.remove(log.incarnation());
        if (opening != null) {
            var gone = opening.transform(opened -> dropOpen(log));
            droppings.put(log.incarnation(), gone);
            gone.onComplete(done -> droppings.remove(log.incarnation()));
            return gone;
        }
        var dropping = droppings.get(log.incarnation());
        return dropping == null ? Future.succeededFuture() : dropping;
    }

    private Future<Void> dropOpen(Log log) {
        var deployed = open.remove(log.incarnation());
        if (deployed == null) {
            return Future.succeededFuture();
        }
        return closeAll(deployed.values())
                .compose(closed -> Future.fromCompletionStage(
                        replicas.whenGone(held(log)).orTimeout(limits.openMax().toMillis(), TimeUnit.MILLISECONDS)));
    }

    /** Ends all appends, after what was taken is on its way. */
    public Future<Void> close() {
        var all = open.values().stream()
                .flatMap(shards -> shards.values().stream())
                .toList();
        open.clear();
        return closeAll(all);
    }

    private Future<Void> closeAll(Collection<Future<Deployed>> deployed) {
        return Future.join(deployed.stream()
                        .map(deployment -> deployment.compose(shard -> vertx.undeploy(shard.id())))
                        .toList())
                .mapEmpty();
    }

    /**
     * @throws NoSuchShardException if the log never had it
     * @throws NoLeaderException if it is not open here at present
     */
    public ShardVerticle verticle(Log log, int number) {
        if (log.shards().shard(number) == null) {
            throw new NoSuchShardException(log.name(), number);
        }
        var deployed = open.get(log.incarnation());
        var deployment = deployed == null ? null : deployed.get(number);
        if (deployment == null || !deployment.succeeded()) {
            throw beingOpened(log);
        }
        return deployment.result().verticle();
    }

    /**
     * @throws NoSuchShardException if the log never had it
     * @throws NoLeaderException if no replica of it is open here
     */
    public ShardReplica replica(Log log, int number) {
        verticle(log, number);
        var replica = find(log.incarnation(), number);
        if (replica == null) {
            throw new NoLeaderException("no replica of shard " + number + " of '" + log.name() + "' is open here");
        }
        return replica;
    }

    /** Returns the replica of a shard by its log's incarnation, or null if it is not open here. */
    public @Nullable ShardReplica find(long incarnation, int number) {
        return replicas.find(new ShardId(incarnation, number));
    }

    /** Returns every replica that is open here. */
    public Collection<ShardReplica> replicas() {
        return replicas.all();
    }

    /** Returns every shard that takes appends here, wherever its replicas are. */
    public Collection<ShardVerticle> all() {
        return open.values().stream()
                .flatMap(shards -> shards.values().stream())
                .filter(Future::succeeded)
                .map(deployment -> deployment.result().verticle())
                .toList();
    }

    private Future<Deployed> deploy(Log log, int number) {
        var verticle = new ShardVerticle(
                new ShardId(log.incarnation(), number),
                log.name(),
                replication,
                log.settings().compression(),
                limits.batchBytesMax(),
                limits.pendingBytesMax(),
                observer);
        return vertx.deployVerticle(verticle).map(id -> new Deployed(id, verticle));
    }
}
