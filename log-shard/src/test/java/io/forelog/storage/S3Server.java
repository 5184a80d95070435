package io.forelog.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/** A real server that speaks S3 (Adobe's S3Mock) with one bucket, as a process of its own. */
public final class S3Server implements AutoCloseable {

    private static final Pattern HTTP_PORT = Pattern.compile("Tomcat started on ports? .*?(\\d+) \\(http\\)");

    private final Process process;
    private final URI endpoint;

    private S3Server(Process process) throws IOException {
        this.process = process;
        this.endpoint = endpoint(process);
    }

    /** Starts one; the test is skipped where its jar is not on the class path. */
    public static S3Server start(String bucket) throws IOException, InterruptedException {
        var jar = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .filter(path -> path.endsWith("-exec.jar") && path.contains("s3mock"))
                .findFirst();
        Assumptions.assumeTrue(jar.isPresent(), "skipped: the S3 server's jar is not on the class path");
        var server = new S3Server(new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-jar",
                        jar.get(),
                        "--server.port=0",
                        "--http.port=0"))
                .redirectErrorStream(true)
                .start());
        server.create(bucket);
        return server;
    }

    public URI endpoint() {
        return endpoint;
    }

    private static URI endpoint(Process server) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            var port = HTTP_PORT.matcher(line);
            if (port.find()) {
                Thread.ofVirtual().start(() -> drain(lines));
                return URI.create("http://127.0.0.1:" + port.group(1));
            }
        }
        throw new AssertionError("the S3 server did not start");
    }

    private static void drain(Reader lines) {
        try (lines) {
            lines.transferTo(Writer.nullWriter());
        } catch (IOException ended) {
            // With the server.
        }
    }

    private void create(String bucket) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(endpoint.resolve("/" + bucket + "/"))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build();
            int status = client.send(request, HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            if (status != 200) {
                throw new AssertionError("the bucket was answered with " + status);
            }
        }
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
