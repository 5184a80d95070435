package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * The batches of one shard as a node holds them, in short.
 *
 * @param bytes of the batches
 * @param sha256 of the batches one after another
 */
record ShardDigest(long bytes, String sha256) {

    private static final Duration ANSWER_MAX = Duration.ofSeconds(20);

    /** Reads the whole shard at a node, which reads what it holds of it from its own disk. */
    static ShardDigest of(HttpClient http, URI node, String log, int shard) throws IOException, InterruptedException {
        var run = node + "/v1/logs/" + log + "/shards/" + shard + "/records?limit=10000&bytes=4194304&from=";
        var sha256 = newSha256();
        long bytes = 0;
        long next = 0;
        while (true) {
            var request = HttpRequest.newBuilder(URI.create(run + next))
                    .header("Accept", "application/vnd.forelog.batch")
                    .timeout(ANSWER_MAX)
                    .build();
            var answer = http.send(request, BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).as("shard %d at %s from %d", shard, node, next).isEqualTo(200);
            sha256.update(answer.body());
            bytes += answer.body().length;
            long after = Long.parseLong(answer.headers().firstValue("Next-Offset").orElseThrow());
            if (after == next) {
                return new ShardDigest(bytes, HexFormat.of().formatHex(sha256.digest()));
            }
            next = after;
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
