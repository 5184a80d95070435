package io.forelog.cache.regional;

import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.NetworkConfig;

/** A Hazelcast member cut down to one bounded map on one interface. */
final class HazelcastSettings {

    static final String MAP = "records";
    private static final int MEBIBYTE = 1 << 20;

    private HazelcastSettings() {}

    static Config of(RegionalConfig config) {
        var hazelcast = new Config()
                .setClusterName(config.cluster() + "/" + config.region())
                .setNetworkConfig(network(config))
                .addMapConfig(map(config));
        hazelcast.getRestConfig().setEnabled(false);
        hazelcast.getJetConfig().setEnabled(false);
        hazelcast.getMetricsConfig().setEnabled(false);
        hazelcast.getManagementCenterConfig().setScriptingEnabled(false).setConsoleEnabled(false)
                .setDataAccessEnabled(false);
        hazelcast.getSerializationConfig()
                .setAllowUnsafe(false)
                // Hazelcast itself sends exceptions as Java objects; the filter lets in only its own and the JDK's.
                .setJavaSerializationFilterConfig(new JavaSerializationFilterConfig());
        hazelcast.getIntegrityCheckerConfig().setEnabled(false);
        properties(hazelcast);
        return hazelcast;
    }

    private static NetworkConfig network(RegionalConfig config) {
        var network = new NetworkConfig()
                .setPort(config.port())
                .setPortCount(config.portCount())
                .setPortAutoIncrement(config.portCount() > 1);
        if (config.publicAddress() != null) {
            network.setPublicAddress(config.publicAddress());
        }
        network.getMemcacheProtocolConfig().setEnabled(false);
        network.getInterfaces().setEnabled(true).addInterface(config.bind());
        var join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2).setMembers(config.members());
        return network;
    }

    private static MapConfig map(RegionalConfig config) {
        return new MapConfig(MAP)
                .setInMemoryFormat(InMemoryFormat.BINARY)
                .setBackupCount(config.backups())
                // An entry never changes, so a backup is as good as the entry and may spare a round trip.
                .setReadBackupData(true)
                .setStatisticsEnabled(true)
                .setPerEntryStatsEnabled(false)
                .setEvictionConfig(new EvictionConfig()
                        .setEvictionPolicy(EvictionPolicy.LRU)
                        .setMaxSizePolicy(MaxSizePolicy.USED_HEAP_SIZE)
                        .setSize((int) Math.min(Integer.MAX_VALUE, config.bytesMax() / MEBIBYTE)));
    }

    private static void properties(Config hazelcast) {
        hazelcast
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.socket.server.bind.any", "false")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.discovery.enabled", "false")
                .setProperty("hazelcast.health.monitoring.level", "OFF")
                .setProperty("hazelcast.prefer.ipv4.stack", "false")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.tcp.join.port.try.count", "1")
                // A member that hangs must not hold its share of the map for a minute, as it would by default.
                .setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", "10")
                .setProperty("hazelcast.operation.call.timeout.millis", "5000")
                .setProperty("hazelcast.graceful.shutdown.max.wait", "5")
                // Nor must a cluster that was split stay so for five minutes.
                .setProperty("hazelcast.merge.first.run.delay.seconds", "10")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "10");
    }
}
