package io.forelog.manager;

/**
 * When the shard manager acts.
 *
 * @param shardLimit requests a second that one shard shall not exceed; too low makes many shards, too high lets one
 *     shard's queue grow
 * @param splitAt the share of the limit that a forecast must pass for a split ahead; too low splits what would have
 *     held, too high leaves no time
 * @param mergeAt the share of the limit below which two neighbours together are merged; must be well below
 *     {@code splitAt}, or the two follow each other
 * @param nodeAt the share of a node's capacity that a forecast must pass for a move ahead
 * @param gainSecondsMin least expected gain of a plan made ahead
 * @param leadMinutes a plan ahead is carried out this long before its hour, what is copied first not counted
 * @param sustainMinutes a passed limit counts only after so many minutes in a row
 * @param idleMinutes neighbours are merged only after so many minutes of low load
 * @param settleMinutes a shard is not merged or moved so soon after its last change: hysteresis in time
 * @param bytesPerSecond of each copy
 * @param bytesPerHour all plans together; half of it is kept for passed limits
 * @param copiesPerNode at a time
 * @param shardsMin open shards of a log, which merges keep
 * @param diskFreeAt the share of what a node's shards hold and its disk has free that must be expected to stay free:
 *     below it sealed shards are archived; too low leaves too little time before appends are refused, too high archives
 *     what had room; 0 archives nothing
 * @param adjusts whether thresholds follow what earlier plans really gained
 */
public record Policy(
        Mode mode,
        double shardLimit,
        double splitAt,
        double mergeAt,
        double nodeAt,
        double gainSecondsMin,
        int leadMinutes,
        int sustainMinutes,
        int idleMinutes,
        int settleMinutes,
        double bytesPerSecond,
        long bytesPerHour,
        int copiesPerNode,
        int shardsMin,
        double diskFreeAt,
        boolean adjusts) {

    public Policy {
        if (!(shardLimit > 0) || !(bytesPerSecond > 0)) {
            throw new IllegalArgumentException(
                    "shardLimit and bytesPerSecond are above 0, not " + shardLimit + " and " + bytesPerSecond);
        }
        if (!(mergeAt > 0 && mergeAt < splitAt && splitAt <= 1)) {
            throw new IllegalArgumentException(
                    "0 < mergeAt < splitAt <= 1 does not hold for " + mergeAt + ", " + splitAt);
        }
        if (!(nodeAt > 0 && nodeAt <= 1)) {
            throw new IllegalArgumentException("nodeAt is above 0 and at most 1, not " + nodeAt);
        }
        if (!(diskFreeAt >= 0 && diskFreeAt < 1)) {
            throw new IllegalArgumentException("diskFreeAt is at least 0 and below 1, not " + diskFreeAt);
        }
        if (leadMinutes < 1 || sustainMinutes < 1 || idleMinutes < 1 || settleMinutes < 0) {
            throw new IllegalArgumentException("minutes must be positive");
        }
        if (bytesPerHour < 0 || copiesPerNode < 1 || shardsMin < 1) {
            throw new IllegalArgumentException("bytesPerHour, copiesPerNode or shardsMin is too low");
        }
    }

    /** Returns the defaults. */
    public static Policy of(Mode mode, double shardLimit) {
        return new Policy(mode, shardLimit, 0.85, 0.4, 0.95, 20, 5, 3, 30, 60, 100e6, 2L << 40, 2, 1, 0.15, true);
    }

    /** Returns this policy in another mode. */
    public Policy in(Mode other) {
        return new Policy(
                other,
                shardLimit,
                splitAt,
                mergeAt,
                nodeAt,
                gainSecondsMin,
                leadMinutes,
                sustainMinutes,
                idleMinutes,
                settleMinutes,
                bytesPerSecond,
                bytesPerHour,
                copiesPerNode,
                shardsMin,
                diskFreeAt,
                adjusts);
    }

    /** Returns this policy with at least {@code shards} open shards of each log. */
    public Policy keepingShards(int shards) {
        return new Policy(
                mode,
                shardLimit,
                splitAt,
                mergeAt,
                nodeAt,
                gainSecondsMin,
                leadMinutes,
                sustainMinutes,
                idleMinutes,
                settleMinutes,
                bytesPerSecond,
                bytesPerHour,
                copiesPerNode,
                shards,
                diskFreeAt,
                adjusts);
    }
}
