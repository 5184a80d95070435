package io.forelog.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.server.Node;
import io.forelog.server.config.Config;
import io.forelog.server.security.Authority;
import io.forelog.server.security.NodeCertificates;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Nodes in this process that know each other by certificates and their callers by keys, and verbs of strangers. */
final class SecureCluster implements AutoCloseable {

    private static final List<String> HOSTS = List.of("localhost", "127.0.0.1");
    private static final int RAFT_MAGIC = 0x464c5246;
    private static final int RAFT_VERSION = 2;

    private final Path directory;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final HttpClient client;

    SecureCluster(Path directory) throws Exception {
        this.directory = directory;
        issue("certs", "n1");
        this.client = HttpClient.newBuilder().sslContext(withoutCertificate()).build();
    }

    /** Starts a node with a certificate of the cluster's own authority. */
    Node start(String name, String... settings) throws Exception {
        var node = node(name, "certs", settings);
        node.start();
        nodes.put(name, node);
        return node;
    }

    /** Makes a node whose certificate an authority of this name signed. */
    Node node(String name, String authority, String... settings) throws Exception {
        var files = issue(authority, name);
        Map<String, String> all = new LinkedHashMap<>();
        all.put("node.name", name);
        all.put("data", directory.resolve(authority + "-" + name).toString());
        all.put("http.port", "0");
        all.put("cache.regional.enabled", "false");
        all.put("cache.global.address", "off");
        all.put("security.authentication", "true");
        // What is tested is not time, and all nodes share one machine with whatever else runs there.
        all.put("replication.heartbeatTimeout", "PT5S");
        all.put("replication.electionTimeout", "PT2S");
        all.put("cluster.startTimeout", "PT4M");
        all.put("tls.certificate", files.certificate().toString());
        all.put("tls.key", files.key().toString());
        all.put(
                "cluster.ca",
                directory.resolve(authority).resolve(Authority.CERTIFICATE).toString());
        nodes.keySet().stream().findFirst().ifPresent(first -> all.put("cluster.join", "127.0.0.1:" + port(first)));
        for (var pair : settings) {
            all.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        return new Node(Config.of(null, Map.of(), all));
    }

    /** Returns the port of a node's API. */
    int port(String node) {
        return URI.create(Objects.requireNonNull(nodes.get(node)).url()).getPort();
    }

    /** Calls with the key that may do everything on that node. */
    HttpResponse<String> call(String node, String method, String path, String body) throws Exception {
        var key = Files.readString(directory.resolve("certs-" + node).resolve("root.key"))
                .strip();
        return send(
                client,
                node,
                HttpRequest.newBuilder()
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body)),
                path);
    }

    HttpResponse<String> send(HttpClient by, String node, HttpRequest.Builder request, String path) throws Exception {
        var url = "https://localhost:" + port(node) + path;
        return by.send(
                request.uri(URI.create(url)).timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
    }

    int nodesKnown(String to) throws Exception {
        return new ObjectMapper()
                .readTree(call(to, "GET", "/v1/nodes", "").body())
                .path("nodes")
                .size();
    }

    /** Returns an address of a node's replication groups. */
    int raftPort(String node) throws IOException {
        return Identity.open(directory.resolve("certs-" + node), node).raftPort();
    }

    String clusterId(String node) throws IOException {
        return Identity.open(directory.resolve("certs-" + node), node).cluster();
    }

    /** Returns certificates that trust the cluster's nodes, signed by an authority of this name. */
    NodeCertificates certificates(String authority, String name) throws Exception {
        var files = issue(authority, name);
        var trusted = directory.resolve(authority + "-trusts.crt");
        Files.writeString(
                trusted,
                Files.readString(directory.resolve("certs").resolve(Authority.CERTIFICATE))
                        + Files.readString(directory.resolve(authority).resolve(Authority.CERTIFICATE)));
        return new NodeCertificates(files.certificate(), files.key(), trusted, name);
    }

    /** Returns what somebody uses who trusts the cluster and shows no certificate. */
    SSLContext withoutCertificate() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(directory.resolve("certs").resolve(Authority.CERTIFICATE))) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private Authority.Issued issue(String authority, String name) throws Exception {
        var at = directory.resolve(authority);
        var certificate = at.resolve(name + ".crt");
        return Files.exists(certificate)
                ? new Authority.Issued(certificate, at.resolve(name + ".key"))
                : Authority.openOrCreate(at).issue(name, HOSTS, 1);
    }

    /**
     * Greets the groups of a node as another node would.
     *
     * @param by what to speak TLS with, or null for none
     * @return whether the node greets back
     */
    boolean isGreeted(@Nullable SSLContext by, String claimed, String node) throws IOException {
        try (var plain = new Socket(InetAddress.getLoopbackAddress(), raftPort(node))) {
            plain.setSoTimeout(20_000);
            var socket =
                    by == null ? plain : by.getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true);
            var out = new DataOutputStream(socket.getOutputStream());
            out.writeInt(RAFT_MAGIC);
            out.writeInt(RAFT_VERSION);
            for (var name : List.of(clusterId(node), claimed, node)) {
                out.writeByte(name.length());
                out.write(name.getBytes(StandardCharsets.US_ASCII));
            }
            out.flush();
            return new DataInputStream(socket.getInputStream()).readInt() == RAFT_MAGIC;
        } catch (IOException e) {
            return false;
        }
    }

    /** Sends bytes to a port and waits until it hangs up, which it does without saying more than an alert. */
    void pelt(int port, byte[] rubbish) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(40_000);
            socket.getOutputStream().write(rubbish);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(100);
        } catch (SocketException e) {
            assertThat(e).hasMessageMatching("Connection reset.*|Broken pipe.*");
        }
    }

    @Override
    public void close() {
        client.close();
        nodes.values().stream().toList().reversed().forEach(Node::close);
    }
}
