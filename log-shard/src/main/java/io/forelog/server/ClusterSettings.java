package io.forelog.server;

import io.forelog.metadata.PlacementRules;
import io.forelog.raft.RaftTiming;
import io.forelog.raft.transport.TransportConfig;
import io.forelog.server.cluster.ClusterConfig;
import io.forelog.server.config.Config;
import io.forelog.server.config.GroupSettings;
import io.forelog.server.config.Settings;
import java.net.InetSocketAddress;

/** What the configuration says of the cluster. */
final class ClusterSettings {

    private ClusterSettings() {}

    static ClusterConfig of(Config config) {
        return new ClusterConfig(
                config.get(Settings.NODE_REGION),
                transport(config),
                config.get(Settings.CLUSTER_ADVERTISE),
                config.get(Settings.CLUSTER_JOIN),
                config.get(Settings.CLUSTER_START_TIMEOUT),
                timing(config),
                new PlacementRules(
                        config.get(Settings.CLUSTER_DEAD_AFTER),
                        config.get(Settings.CLUSTER_SLACK_PERCENT) / 100.0,
                        config.get(Settings.CLUSTER_MOVING_GROUPS_MAX)),
                config.get(Settings.RAFT_THREADS),
                config.get(Settings.APPLY_THREADS));
    }

    private static TransportConfig transport(Config config) {
        var listen = config.get(Settings.CLUSTER_LISTEN);
        int colon = listen.lastIndexOf(':');
        int port = Integer.parseInt(listen.substring(colon + 1));
        return new TransportConfig(
                config.get(Settings.CLUSTER_NAME),
                config.get(Settings.NODE_NAME),
                new InetSocketAddress(listen.substring(0, colon), port),
                Math.toIntExact(config.get(GroupSettings.FRAME_BYTES_MAX)),
                Math.toIntExact(config.get(GroupSettings.QUEUE_BYTES_MAX)),
                config.get(GroupSettings.RECONNECT_MIN),
                config.get(GroupSettings.RECONNECT_MAX),
                config.get(GroupSettings.PING_INTERVAL),
                config.get(GroupSettings.GREET_TIMEOUT),
                config.get(GroupSettings.SILENCE_MAX));
    }

    /** Returns the times of all groups. */
    static RaftTiming timing(Config config) {
        var known = RaftTiming.DEFAULT;
        return new RaftTiming(
                known.scale(),
                config.get(Settings.HEARTBEAT_PERIOD),
                config.get(Settings.HEARTBEAT_TIMEOUT),
                config.get(Settings.ELECTION_TIMEOUT),
                config.get(GroupSettings.ENDED_TIMEOUT),
                config.get(Settings.FORCE_INTERVAL),
                config.get(Settings.STALL_TIMEOUT),
                config.get(Settings.TRANSFER_QUIET_TIMEOUT),
                known.noticePause());
    }
}
