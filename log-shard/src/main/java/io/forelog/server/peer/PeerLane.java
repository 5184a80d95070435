package io.forelog.server.peer;

import io.vertx.core.VerticleBase;
import java.util.HashMap;
import java.util.Map;

/** The connections to all peers for one kind of calls, on one event loop, to which all they hold is confined. */
final class PeerLane extends VerticleBase {

    /** Links beyond this that carry nothing are closed: those to addresses that nodes had before. */
    private static final int LINKS_MAX = 64;

    private final PeerConfig config;
    private final PeerMeters meters;
    private final Map<String, PeerLink> links = new HashMap<>();

    PeerLane(PeerConfig config, PeerMeters meters) {
        this.config = config;
        this.meters = meters;
    }

    boolean isStarted() {
        return context != null;
    }

    void send(String address, Pending<?> pending) {
        context.runOnContext(ignored -> {
            try {
                link(address).send(pending);
            } catch (RuntimeException e) {
                var name = pending.call().name();
                pending.broken("'" + name + "' could not be sent to " + address + ": " + e.getMessage());
            }
        });
    }

    private PeerLink link(String address) {
        if (links.size() >= LINKS_MAX && !links.containsKey(address)) {
            links.values().removeIf(PeerLink::closeIfIdle);
        }
        return links.computeIfAbsent(address, unseen -> new PeerLink(vertx, config, address, meters));
    }
}
