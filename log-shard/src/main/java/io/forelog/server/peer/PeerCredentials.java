package io.forelog.server.peer;

import io.forelog.server.security.NodeCertificates;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes may call this one: those that name the same cluster, know its key if there is one, and show a node's
 * certificate if nodes have such.
 */
public final class PeerCredentials {

    public static final String CLUSTER_HEADER = "Forelog-Cluster";
    public static final String KEY_HEADER = "Forelog-Cluster-Key";

    private final byte[] cluster;
    private final byte[] key;
    private final boolean isKeyNeeded;
    private final @Nullable NodeCertificates certificates;

    /** @param key empty if the nodes share none; then whoever knows the cluster's name is taken for a node */
    public PeerCredentials(String cluster, String key) {
        this(cluster, key, false, null);
    }

    /**
     * @param isAsked whether callers must say who they are; then nobody is admitted while nodes have neither a key nor
     *     certificates
     * @param certificates by which nodes are known, or null if they call without TLS
     */
    public PeerCredentials(String cluster, String key, boolean isAsked, @Nullable NodeCertificates certificates) {
        this.cluster = cluster.getBytes(StandardCharsets.UTF_8);
        this.key = key.getBytes(StandardCharsets.UTF_8);
        this.isKeyNeeded = isAsked && certificates == null;
        this.certificates = certificates;
    }

    /**
     * Takes as long for a key that is almost right as for one that is wrong from its first character.
     *
     * @param session of the TLS by which the caller came, or null if it came without
     */
    public boolean admits(@Nullable String namedCluster, @Nullable String namedKey, @Nullable SSLSession session) {
        boolean sameCluster = isEqual(cluster, namedCluster);
        boolean sameKey = key.length == 0 ? !isKeyNeeded : isEqual(key, namedKey);
        return sameCluster && sameKey && (certificates == null || certificates.isNode(session));
    }

    private static boolean isEqual(byte[] known, @Nullable String named) {
        return MessageDigest.isEqual(known, (named == null ? "" : named).getBytes(StandardCharsets.UTF_8));
    }
}
