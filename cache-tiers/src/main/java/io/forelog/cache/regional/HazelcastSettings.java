package io.forelog.cache.regional;

import com.hazelcast.config.Config;
import com.hazelcast.config.EvictionConfig;
import com.hazelcast.config.EvictionPolicy;
import com.hazelcast.config.InMemoryFormat;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MaxSizePolicy;
import com.hazelcast.config.NetworkConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.map.impl.MapService;
import java.util.concurrent.TimeUnit;

/** A Hazelcast member cut down to one bounded map on one interface. */
final class HazelcastSettings {

    static final String MAP = "records";
    private static final int MEBIBYTE = 1 << 20;

    private HazelcastSettings() {}

    static Config of(RegionalConfig config, long bytesMax) {
        var hazelcast = new Config()
                .setClusterName(config.cluster() + "/" + config.region())
                .setNetworkConfig(network(config))
                .addMapConfig(map(config, bytesMax));
        hazelcast.getRestConfig().setEnabled(false);
        hazelcast.getJetConfig().setEnabled(false);
        hazelcast.getMetricsConfig().setEnabled(false);
        // There are no counters of its to replicate, and it would look for some each second.
        hazelcast.getCRDTReplicationConfig().setReplicationPeriodMillis((int) TimeUnit.DAYS.toMillis(1));
        hazelcast
                .getManagementCenterConfig()
                .setScriptingEnabled(false)
                .setConsoleEnabled(false)
                .setDataAccessEnabled(false);
        hazelcast
                .getSerializationConfig()
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

    private static MapConfig map(RegionalConfig config, long bytesMax) {
        return new MapConfig(MAP)
                .setInMemoryFormat(InMemoryFormat.BINARY)
                .setBackupCount(config.backups())
                // An entry never changes, so a backup is as good as the entry and may spare a round trip.
                .setReadBackupData(true)
                .setStatisticsEnabled(true)
                .setPerEntryStatsEnabled(false)
                .setEvictionConfig(eviction(bytesMax));
    }

    private static EvictionConfig eviction(long bytesMax) {
        return new EvictionConfig()
                .setEvictionPolicy(EvictionPolicy.LRU)
                .setMaxSizePolicy(MaxSizePolicy.USED_HEAP_SIZE)
                .setSize(Math.clamp(bytesMax / MEBIBYTE, 1, Integer.MAX_VALUE));
    }

    /** Bounds the map of records on this member in bytes; the bound is set as Hazelcast's Management Center does it. */
    static void bound(HazelcastInstance hazelcast, long bytesMax) {
        hazelcast.getMap(MAP);
        MapService service = ((HazelcastInstanceProxy) hazelcast)
                .getOriginal()
                .node
                .getNodeEngine()
                .getService(MapService.SERVICE_NAME);
        var maps = service.getMapServiceContext();
        var container = maps.getMapContainer(MAP);
        container.setMapConfig(new MapConfig(container.getMapConfig()).setEvictionConfig(eviction(bytesMax)));
        container.setEvictor(new ByteBoundEvictor(maps));
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
