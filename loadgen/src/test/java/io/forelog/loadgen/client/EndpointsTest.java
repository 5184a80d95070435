package io.forelog.loadgen.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointsTest {

    private static final URI A = URI.create("http://a:1");
    private static final URI B = URI.create("http://b:1");
    private static final URI C = URI.create("http://c:1");

    private long now;
    private final Endpoints endpoints = new Endpoints(List.of(A, B, C), () -> now);

    private List<URI> threeCalls() {
        return List.of(endpoints.next(), endpoints.next(), endpoints.next());
    }

    @Test
    void callsGoRound() {
        assertThat(threeCalls()).containsExactly(A, B, C);
        assertThat(threeCalls()).containsExactly(A, B, C);
    }

    @Test
    void oneThatRestsIsPassedOverForAWhile() {
        endpoints.rest(B);

        assertThat(threeCalls()).containsExactly(A, C, C);
        now += Duration.ofSeconds(3).toNanos();
        assertThat(threeCalls()).containsExactly(A, B, C);
    }

    @Test
    void whereAllRestTheyAreTriedAllTheSame() {
        endpoints.rest(A);
        endpoints.rest(B);
        endpoints.rest(C);

        assertThat(threeCalls()).containsExactly(A, B, C);
    }
}
