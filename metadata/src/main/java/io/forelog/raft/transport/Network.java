package io.forelog.raft.transport;

import java.nio.ByteBuffer;

/**
 * Carries messages between nodes. A message may be lost; it is never altered. Two messages to the same node on the same
 * channel arrive in order if both arrive. Safe for use by several threads.
 */
public interface Network extends AutoCloseable {

    /** Takes messages of a channel, on a thread of the network, which it must not block for long. */
    @FunctionalInterface
    interface Receiver {
        /** Takes a message; the bytes belong to the receiver from here on. */
        void receive(String fromNode, ByteBuffer bytes);

        /** A node that was connected has ended, as far as its machine says; on a thread of the network. */
        default void ended(String node) {}
    }

    /** Returns the name of this node. */
    String localNode();

    /** Hands messages that arrive on {@code channel} to {@code receiver}; others are dropped. */
    void register(String channel, Receiver receiver);

    /** Drops what arrives on {@code channel} from here on. */
    void unregister(String channel);

    /** Begins to connect to {@code node}, as the first message to it does. */
    void reach(String node);

    /** Sends {@code message} to {@code node}, or drops it if the node is not connected or its queue is full. */
    void send(String node, String channel, OutboundMessage message);

    /** Returns whether messages to {@code node} have a chance at present. */
    boolean isConnected(String node);

    @Override
    void close();
}
