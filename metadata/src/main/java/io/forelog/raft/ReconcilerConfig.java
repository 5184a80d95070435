package io.forelog.raft;

import java.time.Duration;

/**
 * When a {@link GroupReconciler} takes its steps.
 *
 * @param lagMax entries that a member may lack and still count as caught up. Too small: under load it never does; too
 *     large: commits wait for a new voter
 * @param silenceMax after which a member counts as gone, and is neither promoted nor given leadership
 * @param settle how long the preferred leader must have been caught up before it leads again. Too short: a node that
 *     comes and goes takes leadership with it each time; too long: load stays uneven after a restart
 * @param backoffMin first pause after a step that failed
 * @param backoffMax longest pause, reached by doubling
 */
public record ReconcilerConfig(
        long lagMax, Duration silenceMax, Duration settle, Duration backoffMin, Duration backoffMax) {

    public static final ReconcilerConfig DEFAULT = new ReconcilerConfig(
            200, Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofMillis(200), Duration.ofSeconds(10));
}
