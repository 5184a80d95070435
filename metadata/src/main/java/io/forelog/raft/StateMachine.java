package io.forelog.raft;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * What a group replicates. Every member applies the same operations in the same order, so the result may depend on
 * nothing but them: no clock, no chance, no iteration order of a hash table.
 *
 * <p>All methods but {@link #fetch} and {@link #isQuick} are called by one thread at a time, which is not the Raft
 * thread: they may take their time. An exception from any of them stops the replica.
 */
public interface StateMachine {

    /**
     * Applies a committed operation and returns the answer for whoever submitted it.
     *
     * <p>After a crash the operations since the last checkpoint are applied again, though some of their effects may
     * have reached the disk: that must change nothing.
     *
     * @param index place in the log, rising, with gaps where the group keeps entries of its own
     * @param term term of the leader that submitted it
     * @param operation its bytes; valid only during the call
     */
    ByteBuffer apply(long index, int term, ByteBuffer operation);

    /**
     * Returns whether to apply an operation now would take microseconds, whatever the disk does: then the Raft thread
     * may do so itself, if nothing else is being applied. Called on the Raft thread; what it answers while something is
     * applied does not matter.
     *
     * @param operation its bytes; valid only during the call
     */
    default boolean isQuick(ByteBuffer operation) {
        return false;
    }

    /**
     * Begins to make all that was applied up to {@code index}, the last applied, durable. Later operations may be
     * applied meanwhile, and may be covered too.
     *
     * @return completed, on any thread, with the manifest from which {@link #install} can bring the state back; at most
     *     {@link GroupConfig#manifestBytesMax()}. A failure is logged, and a checkpoint is tried again later
     */
    CompletableFuture<ByteBuffer> checkpoint(long index);

    /**
     * Brings to this node what a manifest of another member names, before it is installed. May take minutes; called on
     * any thread, while operations are still applied; must not touch the present state.
     *
     * @return completed when {@link #install} needs nothing from the network any more. After a failure it is called
     *     again, with this manifest or a later one; what was fetched already should be kept
     */
    CompletableFuture<Void> fetch(MemberId from, long index, ByteBuffer manifest);

    /**
     * Makes the state that of a manifest. Called at each start if there is a checkpoint, then before all else; and
     * after {@link #fetch}, when this member has fallen behind the log of the others.
     */
    void install(long index, ByteBuffer manifest);
}
