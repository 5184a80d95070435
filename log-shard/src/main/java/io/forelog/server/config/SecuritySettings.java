package io.forelog.server.config;

import java.util.List;

/** The settings of a node that say whom it believes: callers, and other nodes. */
public final class SecuritySettings {

    public static final Setting<String> TLS_CERTIFICATE = Setting.text(
            "tls.certificate",
            "",
            "File of the API's certificate and those that signed it, PEM; empty serves without TLS.");
    public static final Setting<String> TLS_KEY =
            Setting.text("tls.key", "", "File of the certificate's private key, PEM (PKCS #8).");
    public static final Setting<String> TLS_CLIENT_CA = Setting.text(
            "tls.clientCa",
            "",
            "File of certificates, PEM; if set, a caller must have one that they signed, beside its other"
                    + " credentials.");
    public static final Setting<Boolean> SECURITY_AUTHENTICATION = Setting.flag(
            "security.authentication",
            false,
            "Whether callers must have an API key or a token. Without, whoever reaches the port may do everything.");
    public static final Setting<String> SECURITY_JWT_JWKS = Setting.text(
            "security.jwt.jwks",
            "",
            "Address of the token issuer's public keys (JWKS); empty takes no tokens signed so.");
    public static final Setting<String> SECURITY_JWT_KEY_FILE = Setting.text(
            "security.jwt.keyFile",
            "",
            "File of a key, at least 32 characters, that the token issuer shares with the node, instead of JWKS.");
    public static final Setting<String> SECURITY_JWT_ISSUER = Setting.text(
            "security.jwt.issuer", "", "Who must have issued a token (iss); empty takes any that has the key.");
    public static final Setting<String> SECURITY_JWT_AUDIENCE = Setting.text(
            "security.jwt.audience",
            "",
            "Whom a token must be for (aud); empty takes those for others, which whoever was given one could then use"
                    + " here.");
    public static final Setting<String> SECURITY_JWT_CLAIM = Setting.text(
            "security.jwt.claim",
            "scope",
            "The claim of a token that holds its permissions, such as read:orders-*: a list, or a text with spaces.");
    public static final Setting<List<String>> SECURITY_ANYONE_READS = Setting.list(
            "security.anyoneReads",
            "",
            "Logs, * for any text, that are read without credentials; shared caches on the way may keep their"
                    + " records.");
    public static final Setting<Long> SECURITY_REQUESTS_PER_SECOND = Setting.size(
            "security.requestsPerSecond",
            "0",
            "Requests a second for each caller that has no quota of its own; 0 for any. Too low refuses who works"
                    + " hard.");
    public static final Setting<Long> SECURITY_BYTES_PER_SECOND =
            Setting.size("security.bytesPerSecond", "0", "Likewise for bytes, sent and received.");
    public static final Setting<String> CLUSTER_KEY = Setting.text(
            "cluster.key",
            "",
            "A secret that all nodes share; calls of nodes that lack it are refused. Empty for none: then whoever"
                + " reaches a node's port can call it as a node does, unless callers must authenticate: then no node"
                + " can, but by its certificate (cluster.ca).");
    public static final Setting<String> CLUSTER_CA = Setting.text(
            "cluster.ca",
            "",
            "File of the certificates, PEM, of the authority that signed those of all nodes: with it nodes talk to"
                + " each other over TLS in which both sides prove who they are, each with its tls.certificate, whose"
                + " common name, or a DNS name, is its node.name. Whoever has a certificate that it signed may act as"
                + " a node: take one that signs nothing else. Empty is without TLS: then whoever reaches"
                + " cluster.listen can be a node.");

    static final List<Setting<?>> ALL = List.of(
            TLS_CERTIFICATE,
            TLS_KEY,
            TLS_CLIENT_CA,
            SECURITY_AUTHENTICATION,
            SECURITY_JWT_JWKS,
            SECURITY_JWT_KEY_FILE,
            SECURITY_JWT_ISSUER,
            SECURITY_JWT_AUDIENCE,
            SECURITY_JWT_CLAIM,
            SECURITY_ANYONE_READS,
            SECURITY_REQUESTS_PER_SECOND,
            SECURITY_BYTES_PER_SECOND,
            CLUSTER_KEY,
            CLUSTER_CA);

    private SecuritySettings() {}
}
