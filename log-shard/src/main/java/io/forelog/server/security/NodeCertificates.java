package io.forelog.server.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificates by which nodes of a cluster know each other: this node's own, and those of the authority that signed
 * them all. A certificate speaks for the node that is its common name or one of its DNS names.
 *
 * <p>Whoever has a certificate of the authority may call as a node does: it signs nothing but nodes. Files are read
 * once; new ones are taken at the next start. Safe for use by any thread.
 */
public final class NodeCertificates {

    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "Ed25519");
    private static final int DNS_NAME = 2;

    /** What the JDK itself passes for TLS 1.3, where the certificate does not say how keys are agreed on. */
    private static final String ANY_KEY_EXCHANGE = "UNKNOWN";

    private static final String NODE = "io.forelog.node";

    private final Path certificate;
    private final Path key;
    private final Path authority;
    private final SSLContext context;
    private final X509TrustManager trust;

    /**
     * Reads the files, each PEM.
     *
     * @param certificate the node's and those that signed it
     * @param key its private key, PKCS #8
     * @param authority certificates of whoever signs nodes
     * @param node the name for which {@code certificate} must speak
     * @throws IOException if a file cannot be read, or other nodes would not believe the certificate; the message says
     *     why
     */
    public NodeCertificates(Path certificate, Path key, Path authority, String node) throws IOException {
        this.certificate = certificate;
        this.key = key;
        this.authority = authority;
        try {
            var chain = read(certificate);
            var anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            for (var anchor : read(authority)) {
                anchors.setCertificateEntry("ca-" + anchors.size(), anchor);
            }
            var trusting = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusting.init(anchors);
            trust = Arrays.stream(trusting.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
            requireGood(chain, node);
            context = context(chain, readKey(key), trusting);
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    certificate + ", " + key + " and " + authority + " cannot be used: " + e.getMessage(), e);
        }
    }

    public Path certificate() {
        return certificate;
    }

    public Path key() {
        return key;
    }

    public Path authority() {
        return authority;
    }

    /** Returns what TLS between nodes needs: this node's key, and trust in nodes alone. */
    public SSLContext context() {
        return context;
    }

    /** Returns whether the other end of a session, whose certificate was verified, may speak for a node. */
    public boolean speaksFor(SSLSession session, String node) {
        try {
            return session.getPeerCertificates()[0] instanceof X509Certificate peer && speaksFor(peer, node);
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    /** Returns whether the other end of a session has shown the certificate of a node; checked once a session. */
    public boolean isNode(@Nullable SSLSession session) {
        if (session == null) {
            return false;
        }
        if (session.getValue(NODE) instanceof Boolean known) {
            return known;
        }
        boolean isNode = isNodes(session);
        session.putValue(NODE, isNode);
        return isNode;
    }

    private boolean isNodes(SSLSession session) {
        try {
            var chain = Arrays.copyOf(
                    session.getPeerCertificates(), session.getPeerCertificates().length, X509Certificate[].class);
            // The same port may take certificates of callers too, which another authority signed.
            trust.checkClientTrusted(chain, ANY_KEY_EXCHANGE);
            return true;
        } catch (SSLPeerUnverifiedException | CertificateException e) {
            return false;
        }
    }

    /** What others will check is checked here, where it can be put right. */
    private void requireGood(X509Certificate[] chain, String node) throws IOException {
        try {
            trust.checkClientTrusted(chain, ANY_KEY_EXCHANGE);
            trust.checkServerTrusted(chain, ANY_KEY_EXCHANGE);
        } catch (CertificateException e) {
            throw new IOException(
                    "other nodes would not believe " + certificate + ", which must be signed by " + authority
                            + " and good both to serve and to call with: " + e.getMessage(),
                    e);
        }
        if (!speaksFor(chain[0], node)) {
            throw new IOException(certificate + " is of '"
                    + chain[0].getSubjectX500Principal().getName() + "' and does not speak" + " for node '" + node
                    + "': its common name, or a DNS name of it, must be the node's");
        }
    }

    private static boolean speaksFor(X509Certificate certificate, String node) {
        return hasCommonName(certificate, node) || hasDnsName(certificate, node);
    }

    private static boolean hasCommonName(X509Certificate certificate, String node) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName())
                    .getRdns().stream()
                            .anyMatch(part -> part.getType().equalsIgnoreCase("CN")
                                    && part.getValue().equals(node));
        } catch (InvalidNameException e) {
            return false;
        }
    }

    private static boolean hasDnsName(X509Certificate certificate, String node) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            return names != null
                    && names.stream().anyMatch(name -> name.get(0).equals(DNS_NAME) && node.equals(name.get(1)));
        } catch (CertificateException e) {
            return false;
        }
    }

    private static SSLContext context(Certificate[] chain, PrivateKey key, TrustManagerFactory trusting)
            throws GeneralSecurityException, IOException {
        var password = new char[0];
        var own = KeyStore.getInstance("PKCS12");
        own.load(null, password);
        own.setKeyEntry("node", key, password, chain);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, password);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusting.getTrustManagers(), null);
        return context;
    }

    private static X509Certificate[] read(Path file) throws IOException, CertificateException {
        var all = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
                .toArray(X509Certificate[]::new);
        if (all.length == 0) {
            throw new IOException(file + " holds no certificate");
        }
        return all;
    }

    private static PrivateKey readKey(Path file) throws IOException, GeneralSecurityException {
        var text = Files.readString(file);
        int begin = text.indexOf("-----BEGIN PRIVATE KEY-----");
        int end = text.indexOf("-----END PRIVATE KEY-----");
        if (begin < 0 || end < begin) {
            throw new IOException(file + " holds no private key in PKCS #8 (BEGIN PRIVATE KEY)");
        }
        var encoded =
                Base64.getMimeDecoder().decode(text.substring(begin + "-----BEGIN PRIVATE KEY-----".length(), end));
        for (var algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException e) {
                // Of another algorithm: its number is inside, where only the factories look.
                continue;
            }
        }
        throw new IOException(file + " holds a key of none of " + KEY_ALGORITHMS);
    }
}
