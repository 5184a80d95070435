package io.forelog.server.cluster;

/**
 * What a node asks of another.
 *
 * @param kind what it wants
 * @param node its name
 * @param disk identity of its data directory
 * @param cluster identity of the cluster that it takes this for, empty if it does not know yet
 * @param http where its API is, if it joins
 * @param raft where its groups are, if it joins
 */
record JoinRequest(Kind kind, String node, String disk, String cluster, String region, String http, String raft) {

    enum Kind {
        /** Only who is there, and what cluster it is. */
        ASK,
        /** To become known. */
        JOIN
    }
}
