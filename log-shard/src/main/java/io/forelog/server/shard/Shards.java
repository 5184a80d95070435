package io.forelog.server.shard;

import io.forelog.error.NoLeaderException;
import io.forelog.error.NoSuchShardException;
import io.forelog.metadata.Log;
import io.forelog.replication.Replication;
import io.forelog.replication.ShardReplica;
import io.forelog.storage.Storage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The shards that are open on this node, a verticle each.
 *
 * <p>Safe for use by any thread; only the event loops may not wait for what {@link #open} and {@link #drop} return.
 */
public final class Shards {

    private record Deployed(String id, ShardVerticle verticle) {}

    private final Vertx vertx;
    private final Storage storage;
    private final Replication replication;
    private final Executor disk;
    private final int batchBytesMax;
    private final long pendingBytesMax;

    /** By the log's incarnation, then by number: numbers are dense. */
    private final Map<Long, List<Deployed>> open = new ConcurrentHashMap<>();

    /** What opens or has opened each log, so that several calls for one open it once and a drop waits for it. */
    private final Map<Long, Future<Void>> openings = new ConcurrentHashMap<>();

    /** @param disk where queues are opened and closed */
    public Shards(
            Vertx vertx,
            Storage storage,
            Replication replication,
            Executor disk,
            int batchBytesMax,
            long pendingBytesMax) {
        this.vertx = vertx;
        this.storage = storage;
        this.replication = replication;
        this.disk = disk;
        this.batchBytesMax = batchBytesMax;
        this.pendingBytesMax = pendingBytesMax;
    }

    /** Opens the shards of a log; does nothing if they are open. */
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
        var deployments = new ArrayList<Future<Deployed>>();
        for (var shard : log.shards().shards()) {
            deployments.add(onDisk(() -> new ShardReplica(
                            log,
                            shard.number(),
                            shard.epoch(),
                            storage.open(log.incarnation(), shard.number())))
                    .compose(replica -> deploy(log, replica)));
        }
        return Future.join(deployments)
                .<Void>map(all -> {
                    open.put(log.incarnation(), List.copyOf(all.list()));
                    return null;
                })
                .recover(failure -> closeAll(deployments.stream()
                                .filter(Future::succeeded)
                                .map(Future::result)
                                .toList())
                        .transform(closed -> Future.failedFuture(failure)));
    }

    /** Closes the shards of a deleted log and removes their records. */
    public Future<Void> drop(Log log) {
        var opening = openings.remove(log.incarnation());
        return opening == null ? Future.succeededFuture() : opening.transform(opened -> dropOpen(log));
    }

    private Future<Void> dropOpen(Log log) {
        var deployed = open.remove(log.incarnation());
        if (deployed == null) {
            return Future.succeededFuture();
        }
        return closeAll(deployed).compose(closed -> onDisk(() -> {
            for (var shard : deployed) {
                storage.delete(log.incarnation(), shard.verticle().replica().number());
            }
            storage.deleteArchived(log.incarnation());
            return null;
        }));
    }

    /** Closes all shards, after what they took is committed. */
    public Future<Void> close() {
        var all = open.values().stream().flatMap(List::stream).toList();
        open.clear();
        return closeAll(all);
    }

    private Future<Void> closeAll(List<Deployed> deployed) {
        var closing = new ArrayList<Future<Void>>();
        for (var shard : deployed) {
            closing.add(vertx.undeploy(shard.id())
                    .compose(gone -> Future.fromCompletionStage(replication.release(shard.verticle().replica()))));
        }
        return Future.join(closing).mapEmpty();
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
        if (deployed == null) {
            throw new NoLeaderException("the shards of '" + log.name() + "' are being opened or closed");
        }
        return deployed.get(number).verticle();
    }

    public ShardReplica replica(Log log, int number) {
        return verticle(log, number).replica();
    }

    /** Returns the replica of a shard by its log's incarnation, or null if it is not open here. */
    public @Nullable ShardReplica find(long incarnation, int number) {
        var deployed = open.get(incarnation);
        return deployed == null || number >= deployed.size()
                ? null
                : deployed.get(number).verticle().replica();
    }

    /** Returns every shard that is open here. */
    public Collection<ShardVerticle> all() {
        return open.values().stream()
                .flatMap(List::stream)
                .map(Deployed::verticle)
                .toList();
    }

    private Future<Deployed> deploy(Log log, ShardReplica replica) {
        var verticle = new ShardVerticle(
                replica, replication, log.settings().compression(), batchBytesMax, pendingBytesMax);
        return vertx.deployVerticle(verticle).map(id -> new Deployed(id, verticle));
    }

    private interface DiskStep<T> {
        T run() throws Exception;
    }

    private <T> Future<T> onDisk(DiskStep<T> step) {
        var promise = Promise.<T>promise();
        disk.execute(() -> {
            try {
                promise.complete(step.run());
            } catch (Exception e) {
                promise.fail(e);
            }
        });
        return promise.future();
    }
}
