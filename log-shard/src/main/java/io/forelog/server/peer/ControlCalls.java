package io.forelog.server.peer;

import io.forelog.server.peer.Messages.Opaque;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Calls whose bytes are those of the metadata store: its commands, and nodes that join. */
public final class ControlCalls {

    /** Answers one of them; called on an event loop, and must not block. */
    public interface Handler {
        CompletionStage<byte[]> handle(byte[] request);
    }

    private final Peers peers;

    public ControlCalls(Peers peers) {
        this.peers = peers;
    }

    /** Lets this node answer commands for the metadata store that others forward. */
    public static void metadata(PeerServer server, Handler handler) {
        server.on(PeerCalls.METADATA, request -> handler.handle(request.bytes()).thenApply(Opaque::new));
    }

    /** Lets this node answer nodes that want to join. */
    public static void join(PeerServer server, Handler handler) {
        server.on(PeerCalls.JOIN, request -> handler.handle(request.bytes()).thenApply(Opaque::new));
    }

    /** Forwards a command to a node by its name; fails as {@link Peers#call} does. */
    public CompletableFuture<byte[]> metadata(String node, byte[] command, Duration deadline) {
        return peers.call(node, PeerCalls.METADATA, new Opaque(command), deadline).thenApply(Opaque::bytes);
    }

    /** Forwards a command to whichever node is at HOST:PORT. */
    public CompletableFuture<byte[]> metadataAt(String address, byte[] command, Duration deadline) {
        return peers.callAt(address, PeerCalls.METADATA, new Opaque(command), deadline).thenApply(Opaque::bytes);
    }

    /** Asks whichever node is at HOST:PORT to let this one join. */
    public CompletableFuture<byte[]> join(String address, byte[] request, Duration deadline) {
        return peers.callAt(address, PeerCalls.JOIN, new Opaque(request), deadline).thenApply(Opaque::bytes);
    }
}
