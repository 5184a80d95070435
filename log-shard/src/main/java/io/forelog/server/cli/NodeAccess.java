package io.forelog.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.forelog.server.backup.NodeApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which node is called, and with which key. */
final class NodeAccess {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Pattern URL = Pattern.compile("https?://[^/\\s]+");

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8420",
            description = "A node (default: ${DEFAULT-VALUE}).")
    private String url = "";

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "File of an API key that may administrate (default: FORELOG_KEY of the environment, else"
                    + " data/root.key, which a node makes when it first asks for authentication).")
    private @Nullable Path keyFile;

    @Option(names = "--ca", paramLabel = "FILE", description = "Certificates to trust beside the usual ones, PEM.")
    private @Nullable Path ca;

    /** Returns the answer as JSON; throws with what the node said if it refused. */
    JsonNode call(String method, String path, @Nullable JsonNode body) {
        var request = HttpRequest.newBuilder(URI.create(requireUrl() + path))
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()));
        var key = key();
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        try (var client = client()) {
            var answer = client.send(request.build(), BodyHandlers.ofByteArray());
            var document = answer.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(answer.body());
            if (answer.statusCode() >= 300) {
                throw new IllegalStateException(
                        answer.statusCode() + " " + document.path("title").asText() + ": "
                                + document.path("detail").asText());
            }
            return document;
        } catch (IOException e) {
            throw new UncheckedIOException("no answer from " + url + ": " + Commands.told(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Returns the calls that a backup makes of the node; whoever asks closes them. */
    NodeApi api() {
        return new NodeApi(client(), requireUrl(), key());
    }

    private String requireUrl() {
        if (URL.matcher(url).matches()) {
            return url;
        }
        throw new ParameterException(
                Objects.requireNonNull(spec).commandLine(),
                "Invalid value for option '--url': '" + url + "' is not http://HOST:PORT");
    }

    private @Nullable String key() {
        try {
            if (keyFile != null) {
                return Files.readString(keyFile).strip();
            }
            var environment = System.getenv("FORELOG_KEY");
            if (environment != null) {
                return environment.strip();
            }
            var root = Path.of("data", "root.key");
            return Files.isReadable(root) ? Files.readString(root).strip() : null;
        } catch (IOException e) {
            throw new UncheckedIOException("the key cannot be read: " + Commands.told(e), e);
        }
    }

    private HttpClient client() {
        var builder = HttpClient.newBuilder().connectTimeout(TIMEOUT);
        if (ca != null) {
            builder.sslContext(trusting(ca));
        }
        return builder.build();
    }

    private static SSLContext trusting(Path certificates) {
        try (var in = Files.newInputStream(certificates)) {
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new UncheckedIOException("the certificates cannot be read: " + Commands.told(e), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(certificates + " holds no certificates: " + e.getMessage(), e);
        }
    }
}
