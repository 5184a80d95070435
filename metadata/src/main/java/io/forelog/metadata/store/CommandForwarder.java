package io.forelog.metadata.store;

import java.util.concurrent.CompletableFuture;

/** Carries a command to the node that leads the metadata group. Called on threads of the group: must not block. */
@FunctionalInterface
public interface CommandForwarder {

    /**
     * Hands {@code command} to {@link RaftMetadataStore#execute} of another node.
     *
     * @param node name of that node
     * @return what {@code execute} answered there. After a failure, whatever it is, the command may have been applied
     *     or not; the store sends it again
     */
    CompletableFuture<byte[]> forward(String node, byte[] command);
}
