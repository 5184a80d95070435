package io.forelog.server.peer;

import io.forelog.server.peer.PeerCall.Lane;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls other nodes. Each has one connection a lane, made when it is first called, on which calls go beside each other.
 *
 * <p>Safe for use by any thread; no call blocks. What a call returns completes on the event loop of its lane, where
 * nobody may wait or compute for long. It fails with
 * <ul>
 *   <li>what the node failed with: a {@link io.forelog.error.ForelogException}, a
 *       {@link io.forelog.record.CorruptBatchException} or an {@link IllegalArgumentException};
 *   <li>a {@link PeerException}, which says whether the node may have done what it was asked;
 *   <li>an {@link io.forelog.error.OverloadedException} if too much is under way to that node; it was not asked.
 * </ul>
 * A call that was given up, by its deadline or by its caller, may yet be done by the node.
 */
public final class Peers {

    private final Vertx vertx;
    private final Function<String, @Nullable String> addresses;
    private final PeerMeters meters;
    private final Map<Lane, PeerLane> lanes = new EnumMap<>(Lane.class);

    /**
     * @param addresses gives the HOST:PORT of a node by its name, or null if none is known
     * @param registry where calls are counted
     */
    public Peers(Vertx vertx, PeerConfig config, Function<String, @Nullable String> addresses, MeterRegistry registry) {
        this.vertx = vertx;
        this.addresses = addresses;
        this.meters = new PeerMeters(registry);
        for (var lane : Lane.values()) {
            lanes.put(lane, new PeerLane(config, meters));
        }
    }

    /** Starts the lanes; no call may be made before that is done. */
    public Future<Void> start() {
        return Future.all(lanes.values().stream().map(vertx::deployVerticle).toList())
                .mapEmpty();
    }

    /** Closes the connections; calls under way fail as lost. */
    public Future<Void> close() {
        List<Future<Void>> closing = lanes.values().stream()
                .filter(PeerLane::isStarted)
                .map(lane -> vertx.undeploy(lane.deploymentID()))
                .toList();
        return Future.join(closing).mapEmpty();
    }

    /** Calls a node by its name. */
    public <Q extends PeerMessage, A extends PeerMessage> CompletableFuture<A> call(
            String node, PeerCall<Q, A> call, Q request, Duration deadline) {
        var address = addresses.apply(node);
        return address == null
                ? CompletableFuture.failedFuture(PeerException.unsent("no address of node '" + node + "' is known"))
                : callAt(address, call, request, deadline);
    }

    /** Calls whichever node is at an address: for a node that does not know the others' names yet. */
    public <Q extends PeerMessage, A extends PeerMessage> CompletableFuture<A> callAt(
            String address, PeerCall<Q, A> call, Q request, Duration deadline) {
        var out = new WireWriter(request.sizeHint());
        request.write(out);
        var pending = new Pending<>(call, out.end(), deadline);
        long began = System.nanoTime();
        pending.answer()
                .whenComplete((answer, failure) -> meters.ended(call.name(), System.nanoTime() - began, failure));
        lane(call.lane()).send(address, pending);
        return pending.answer();
    }

    private PeerLane lane(Lane lane) {
        var found = lanes.get(lane);
        if (found == null) {
            throw new IllegalStateException("no lane of " + Arrays.toString(Lane.values()) + " is " + lane);
        }
        return found;
    }
}
