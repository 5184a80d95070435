package io.forelog.server.peer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Which nodes may call this one: those that name the same cluster and, if there is a key, know it. */
public final class PeerCredentials {

    public static final String CLUSTER_HEADER = "Forelog-Cluster";
    public static final String KEY_HEADER = "Forelog-Cluster-Key";

    private final byte[] cluster;
    private final byte[] key;
    private final boolean isKeyNeeded;

    /** @param key empty if the nodes share none; then whoever knows the cluster's name is taken for a node */
    public PeerCredentials(String cluster, String key) {
        this(cluster, key, false);
    }

    /** @param isKeyNeeded whether nobody is admitted while there is no key, as where callers must say who they are */
    public PeerCredentials(String cluster, String key, boolean isKeyNeeded) {
        this.cluster = cluster.getBytes(StandardCharsets.UTF_8);
        this.key = key.getBytes(StandardCharsets.UTF_8);
        this.isKeyNeeded = isKeyNeeded;
    }

    /** Takes as long for a key that is almost right as for one that is wrong from its first character. */
    public boolean admits(@Nullable String namedCluster, @Nullable String namedKey) {
        boolean sameCluster = isEqual(cluster, namedCluster);
        boolean sameKey = key.length == 0 ? !isKeyNeeded : isEqual(key, namedKey);
        return sameCluster && sameKey;
    }

    private static boolean isEqual(byte[] known, @Nullable String named) {
        return MessageDigest.isEqual(known, (named == null ? "" : named).getBytes(StandardCharsets.UTF_8));
    }
}
