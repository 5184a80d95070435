package io.forelog.server.cluster;

import io.forelog.metadata.PlacementRules;
import io.forelog.raft.RaftTiming;
import io.forelog.raft.transport.TransportConfig;
import java.time.Duration;
import java.util.List;

/**
 * What a node is told of its cluster.
 *
 * @param region where it stands
 * @param transport the node's name, where its groups listen and how they talk; port 0 is a free one, the same again
 *     after a restart if it is still free. The cluster is known later
 * @param advertise host under which other nodes reach it; empty for the one it listens on
 * @param join HOST:PORT of the API of nodes to join through; empty to found a cluster. Not needed once it belongs to
 *     one
 * @param startTimeout how long it looks for its cluster before it gives up
 * @param timing of the metadata group
 * @param placement when groups go to other nodes
 * @param raftThreads threads that run groups and force their logs
 * @param applyThreads threads that apply what groups commit
 */
public record ClusterConfig(
        String region,
        TransportConfig transport,
        String advertise,
        List<String> join,
        Duration startTimeout,
        RaftTiming timing,
        PlacementRules placement,
        int raftThreads,
        int applyThreads) {

    public ClusterConfig {
        join = List.copyOf(join);
        join.forEach(AddressBook::parse);
    }

    /** Returns the node's name. */
    public String node() {
        return transport.node();
    }

    String listenHost() {
        return transport.bind().getHostString();
    }

    int listenPort() {
        return transport.bind().getPort();
    }
}
