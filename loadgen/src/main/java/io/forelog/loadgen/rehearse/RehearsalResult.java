package io.forelog.loadgen.rehearse;

/**
 * What a rehearsal showed; the fields of the command's JSON.
 *
 * @param violationSeconds sum over shards and nodes of the time above their limit
 * @param splits made
 * @param merges made
 * @param moves made, those of merges not counted
 * @param bytesMoved copied between nodes
 * @param flipFlops splits, merges and moves that undid one of less than an hour before
 * @param decisionMillisMax the slowest round
 * @param policy what decided
 * @param shardViolationSeconds of the violation, that of shards
 * @param nodeViolationSeconds of the violation, that of nodes
 * @param minutes of load
 * @param shardsMax open at a time
 */
public record RehearsalResult(
        long violationSeconds,
        int splits,
        int merges,
        int moves,
        long bytesMoved,
        int flipFlops,
        double decisionMillisMax,
        String policy,
        long shardViolationSeconds,
        long nodeViolationSeconds,
        int minutes,
        int shardsMax) {}
