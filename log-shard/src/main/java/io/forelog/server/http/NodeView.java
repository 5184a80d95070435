package io.forelog.server.http;

import io.forelog.metadata.ClusterNode;

/** What this node sees of the others. Called on event loops: must not block. */
public interface NodeView {

    /** Returns whether a node is there, as far as this one can tell. */
    boolean isUp(String node);

    /** Returns what a node is to the metadata: {@code leader}, {@code voter}, {@code learner} or {@code none}. */
    String role(ClusterNode node);
}
