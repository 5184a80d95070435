package io.forelog.server.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SharedCallsTest {

    private final SharedCalls<String, Integer> calls = new SharedCalls<>();
    private final List<CompletableFuture<Integer>> made = new ArrayList<>();

    private CompletableFuture<Integer> call(String key) {
        return calls.call(key, () -> {
            made.add(new CompletableFuture<>());
            return made.getLast();
        });
    }

    /** What is under way began before they came: it may not know what was acknowledged since. */
    @Test
    void whoComesWhileACallIsUnderWayIsAnsweredByTheNextOneAndNotByThat() {
        var first = call("star");
        var second = call("star");
        var third = call("star");
        assertThat(made).hasSize(1);

        made.getFirst().complete(1);

        assertThat(first).isCompletedWithValue(1);
        assertThat(second).isNotDone();
        assertThat(made).hasSize(2);
        made.get(1).complete(2);
        assertThat(second).isCompletedWithValue(2);
        assertThat(third).isCompletedWithValue(2);
        assertThat(calls.shared.sum()).isEqualTo(1);
        call("star");
        assertThat(made).hasSize(3);
    }

    @Test
    void aCallThatFailsFailsForThoseWhoSharedItAndTheNextIsMadeAllTheSame() {
        var first = call("star");
        var second = call("star");

        made.getFirst().completeExceptionally(new IllegalStateException("gone"));

        assertThatThrownBy(first::join).hasRootCauseMessage("gone");
        made.get(1).complete(2);
        assertThat(second).isCompletedWithValue(2);
    }

    @Test
    void callsForDifferentKeysDoNotWaitForEachOther() {
        call("star");
        call("moon");

        assertThat(made).hasSize(2);
    }
}
