package io.forelog.cache.regional;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a node takes part in its region's cache.
 *
 * @param cluster the cluster's name; members of different clusters do not meet
 * @param region the region's name; nor do those of different regions
 * @param bind the address of the one interface to listen on. Hazelcast's protocol is neither encrypted nor
 *     authenticated: it must be a private one
 * @param port the first port to try
 * @param portCount how many ports to try from there; 1 for just that one
 * @param publicAddress the {@code HOST:PORT} at which others reach this member, if not where it listens
 * @param members {@code HOST} or {@code HOST:PORT} of any members of the region, this node may be among them
 * @param bytesMax bound of what this member holds, backups included, at least a mebibyte and rounded down to one
 * @param backups copies of each entry on other members: 0 or 1. With none a member that dies takes its share along
 */
public record RegionalConfig(
        String cluster,
        String region,
        String bind,
        int port,
        int portCount,
        @Nullable String publicAddress,
        List<String> members,
        long bytesMax,
        int backups) {

    public RegionalConfig {
        members = List.copyOf(members);
        if (port < 1 || port > 65_535 || portCount < 1) {
            throw new IllegalArgumentException(
                    "port must be in 1..65535 and portCount at least 1, not " + port + " and " + portCount);
        }
        if (bytesMax < 1 << 20) {
            throw new IllegalArgumentException("bytesMax must be at least 1 MiB, not " + bytesMax);
        }
        if (backups < 0 || backups > 1) {
            throw new IllegalArgumentException("backups must be 0 or 1, not " + backups);
        }
    }

    /** Returns the settings of a member that is alone, on the loopback interface. */
    public static RegionalConfig alone(String cluster, String region, int port, long bytesMax) {
        return new RegionalConfig(cluster, region, "127.0.0.1", port, 100, null, List.of(), bytesMax, 1);
    }
}
