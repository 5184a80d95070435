package io.forelog.metadata;

import java.time.Duration;

/**
 * When groups go to other nodes.
 *
 * @param deadAfter how long a node must be silent before its replicas are placed anew. Too short: a restart or a cut
 *     network moves data that is soon back; too long: the groups stay a copy short, and the next loss stops them
 * @param slack share of the mean by which a node's replicas may exceed it before some go elsewhere. Too small: data
 *     moves for little; too large: a node that was added stays idle
 * @param movingMax groups that move at once. Too many: their copies take disk and network from appends and reads; too
 *     few: a node takes long to be drained, filled or replaced
 */
public record PlacementRules(Duration deadAfter, double slack, int movingMax) {

    public static final PlacementRules DEFAULT = new PlacementRules(Duration.ofMinutes(10), 0.2, 2);

    public PlacementRules {
        if (deadAfter.isNegative() || deadAfter.isZero() || slack < 0 || movingMax < 1) {
            throw new IllegalArgumentException(
                    "dead after " + deadAfter + ", slack " + slack + ", " + movingMax + " groups at once");
        }
    }
}
