package io.forelog.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.server.Node;
import io.forelog.server.config.Config;
import io.forelog.server.http.SocketTransport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From the first certificate to a key in use: the commands, and a node on TLS that they made ready. */
class TlsTest {

    @ParameterizedTest
    @MethodSource("io.forelog.server.TransportTest#available")
    void aNodeWithItsOwnCertificatesServesWhoHasAKeyOverHttp2(SocketTransport transport, @TempDir Path directory)
            throws Exception {
        var certs = directory.resolve("certs");
        assertThat(Commands.of(new CertsMain(), "certs").execute("init", "--dir", certs.toString()))
                .isZero();
        var config = Config.of(
                null,
                Map.of(),
                Map.of(
                        "data", directory.resolve("data").toString(),
                        "http.host", "0.0.0.0",
                        "http.port", "0",
                        "http.transport", transport.choice(),
                        "cache.regional.enabled", "false",
                        "cache.global.address", "off",
                        "security.authentication", "true",
                        "tls.certificate", certs.resolve("node.crt").toString(),
                        "tls.key", certs.resolve("node.key").toString()));

        try (var node = new Node(config)) {
            node.start();
            var url = "https://localhost:" + URI.create(node.url()).getPort();
            String[] access = {
                "--url",
                url,
                "--ca",
                certs.resolve("ca.crt").toString(),
                "--key-file",
                directory.resolve("data/root.key").toString()
            };

            var key = printed(
                            new KeysMain(),
                            access,
                            "create",
                            "--name",
                            "ci",
                            "--allow",
                            "read:*,append:orders",
                            "--expires",
                            "P1D")
                    .strip();
            try (var client = client(certs.resolve("ca.crt"));
                    var stranger = HttpClient.newHttpClient()) {
                var request = HttpRequest.newBuilder(URI.create(url + "/v1/logs"))
                        .header("Authorization", "Bearer " + key)
                        .build();
                var answer = client.send(request, BodyHandlers.ofString());

                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(printed(new KeysMain(), access, "list"))
                        .contains("ci", "read:*,append:orders")
                        .doesNotContain(key.split("_", 3)[2]);
                assertThat(printed(new KeysMain(), access, "revoke", key.split("_")[1]))
                        .startsWith("revoked");
                assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(401);
                assertThatThrownBy(() -> stranger.send(request, BodyHandlers.ofString()))
                        .isInstanceOf(SSLHandshakeException.class);
            }
        }
    }

    @Test
    void anAuthorityIsMadeOnceAndNoFileIsOverwritten(@TempDir Path directory) throws Exception {
        var line = Commands.of(new CertsMain(), "certs");
        assertThat(line.execute("init", "--dir", directory.toString())).isZero();
        var authority = Files.readString(directory.resolve("ca.crt"));

        assertThat(line.execute("init", "--dir", directory.toString(), "--name", "second", "--host", "10.0.0.2,node-2"))
                .isZero();
        assertThat(line.execute("init", "--dir", directory.toString())).isEqualTo(1);

        assertThat(directory.resolve("ca.crt")).hasContent(authority);
        assertThat(directory.resolve("second.crt")).exists();
        assertThat(Files.getPosixFilePermissions(directory.resolve("second.key")))
                .hasSize(2);
    }

    @Test
    void wrongUseIsToldApartFromFailure() {
        assertThat(Commands.of(new KeysMain(), "keys").execute()).isEqualTo(2);
        assertThat(Commands.of(new KeysMain(), "keys").execute("create", "--colour", "red"))
                .isEqualTo(2);
        assertThat(Commands.of(new KeysMain(), "keys").execute("list", "--url", "http://127.0.0.1:1"))
                .isEqualTo(1);
    }

    private static String printed(Object command, String[] access, String... arguments) {
        var out = System.out;
        var bytes = new ByteArrayOutputStream();
        var all = new java.util.ArrayList<>(java.util.List.of(arguments));
        all.addAll(java.util.List.of(access));
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(Commands.of(command, "keys").execute(all.toArray(String[]::new)))
                    .isZero();
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static HttpClient client(Path ca) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(ca)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }
}
