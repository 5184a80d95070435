package io.forelog.server.peer;

import io.forelog.server.peer.Messages.Opaque;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The calls of the control plane, whose bytes mean something only to those who send and take them. */
public final class ControlCalls {

    private final Peers peers;

    public ControlCalls(Peers peers) {
        this.peers = peers;
    }

    /**
     * Lets this node answer them.
     *
     * @param metadata takes a command for the metadata store
     * @param join answers a node that joins, or asks who is here
     */
    public static void serve(
            PeerServer server,
            Function<byte[], CompletionStage<byte[]>> metadata,
            Function<byte[], CompletionStage<byte[]>> join) {
        server.on(PeerCalls.METADATA, command -> metadata.apply(command.bytes()).thenApply(Opaque::new));
        server.on(PeerCalls.JOIN, request -> join.apply(request.bytes()).thenApply(Opaque::new));
    }

    /** Hands a command for the metadata store to a node. */
    public CompletableFuture<byte[]> metadata(String node, byte[] command, Duration deadline) {
        return peers.call(node, PeerCalls.METADATA, new Opaque(command), deadline)
                .thenApply(Opaque::bytes);
    }

    /** Asks whichever node is at an address. */
    public CompletableFuture<byte[]> join(String address, byte[] request, Duration deadline) {
        return peers.callAt(address, PeerCalls.JOIN, new Opaque(request), deadline)
                .thenApply(Opaque::bytes);
    }
}
