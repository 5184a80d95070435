package io.forelog.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.server.LoadLoop.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten times what a node can do is asked of it: it does most of what it can, and all of it as soon as that is over. */
class OverloadTest {

    private static final int VALUE_BYTES = 1024;
    private static final int TIMES = 10;

    /** So many at once are more than the node lets in below, so that it must refuse. */
    private static final int CALLERS = 4_000;

    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("overload.warmUp", 20));
    private static final Duration OVERLOAD = Duration.ofSeconds(Integer.getInteger("overload.seconds", 120));

    @Test
    @Tag("long")
    void aNodeAskedForTenTimesWhatItCanServesOnAndRecovers(@TempDir Path data) throws Exception {
        try (var node = ChildNode.start(
                data, "http.requestsMax=2000", "cache.regional.enabled=false", "cache.global.address=off")) {
            create(node);
            var url = URI.create(node.url());
            double best = 0;
            try (var load = load(url)) {
                told("warm-up", load.run(64, 0, WARM_UP));
            }
            for (int callers : new int[] {16, 64, 256}) {
                try (var load = load(url)) {
                    var outcome = told(callers + " callers", load.run(callers, 0, Duration.ofSeconds(5)));
                    best = Math.max(best, outcome.perSecond());
                }
            }

            Outcome under;
            try (var load = load(url)) {
                under = told("overload", load.run(CALLERS, TIMES * best, OVERLOAD));
            }
            double recovered = 0;
            try (var load = load(url)) {
                for (int second = 1; second <= 5; second++) {
                    recovered = told("second " + second, load.run(64, 0, Duration.ofSeconds(1)))
                            .perSecond();
                }
            }

            System.out.printf(
                    "best %.0f/s, overloaded %.0f %%, then %.0f %%%n",
                    best, 100 * under.perSecond() / best, 100 * recovered / best);
            assertThat(under.otherwise()).isZero();
            assertThat(under.perSecond()).isGreaterThan(0.7 * best);
            assertThat(recovered).isGreaterThan(0.7 * best);
        }
    }

    private static LoadLoop load(URI url) throws IOException {
        return new LoadLoop(url.getHost(), url.getPort(), "/v1/logs/busy/records", VALUE_BYTES);
    }

    private static Outcome told(String when, Outcome outcome) {
        System.out.println(when + ": " + outcome);
        return outcome;
    }

    private static void create(ChildNode node) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(node.url() + "/v1/logs/busy"))
                    .header("Content-Type", "application/json")
                    .PUT(BodyPublishers.ofString("{\"shards\":4}"))
                    .build();
            assertThat(client.send(request, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(201);
        }
    }
}
