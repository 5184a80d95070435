package io.forelog.loadgen.torture.fault;

/** Faults that exclude each other. */
public enum Lane {
    /** One node, its disk or its network. */
    NODES,
    /** The shared caches, the regional and the global one. */
    CACHES,
    /** The shard map, changed through the API: nothing that anybody should notice. */
    PLANS
}
