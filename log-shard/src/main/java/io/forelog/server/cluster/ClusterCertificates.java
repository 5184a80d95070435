package io.forelog.server.cluster;

import io.forelog.server.config.CacheSettings;
import io.forelog.server.config.SecuritySettings;
import io.forelog.server.security.Authority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * The authority of a cluster on one machine, and what its nodes are told of it. There is one if the cluster is secure.
 */
final class ClusterCertificates {

    private static final String DIRECTORY = "certs";
    private static final List<String> HOSTS = List.of("localhost", "127.0.0.1", "::1");
    private static final int DAYS = 397;
    private static final int SEALING_KEY_BYTES = 32;

    private ClusterCertificates() {}

    /** Makes the cluster secure from here on. */
    static void open(Path cluster) throws IOException {
        authority(cluster.resolve(DIRECTORY));
    }

    /** Adds the settings of a node, and makes its certificate if it has none; nothing if the cluster is not secure. */
    static void add(Path cluster, String node, Map<String, String> settings) throws IOException {
        var directory = cluster.resolve(DIRECTORY).toAbsolutePath();
        var ca = directory.resolve(Authority.CERTIFICATE);
        if (!Files.exists(ca)) {
            return;
        }
        var certificate = directory.resolve(node + ".crt");
        if (!Files.exists(certificate)) {
            try {
                authority(directory).issue(node, HOSTS, DAYS);
            } catch (GeneralSecurityException e) {
                throw new IOException("no certificate could be made for node " + node + ": " + e.getMessage(), e);
            }
        }
        settings.put(SecuritySettings.TLS_CERTIFICATE.key(), certificate.toString());
        settings.put(
                SecuritySettings.TLS_KEY.key(), directory.resolve(node + ".key").toString());
        settings.put(SecuritySettings.CLUSTER_CA.key(), ca.toString());
        settings.put(SecuritySettings.SECURITY_AUTHENTICATION.key(), "true");
        settings.putIfAbsent(
                CacheSettings.SEALING_KEY_FILE.key(), sealingKeys(directory).toString());
    }

    /** Returns the file of the key that seals what goes into shared caches, made if there is none. */
    private static Path sealingKeys(Path directory) throws IOException {
        var file = directory.resolve("sealing.keys");
        if (!Files.exists(file)) {
            var key = new byte[SEALING_KEY_BYTES];
            new SecureRandom().nextBytes(key);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, "1 " + HexFormat.of().formatHex(key) + "\n");
        }
        return file;
    }

    private static Authority authority(Path directory) throws IOException {
        try {
            return Authority.openOrCreate(directory);
        } catch (GeneralSecurityException e) {
            throw new IOException("no authority could be made in " + directory + ": " + e.getMessage(), e);
        }
    }
}
