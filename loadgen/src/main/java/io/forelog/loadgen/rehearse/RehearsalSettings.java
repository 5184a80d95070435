package io.forelog.loadgen.rehearse;

import io.forelog.manager.Policy;

/**
 * The cluster that a load is rehearsed on.
 *
 * @param nodes how many
 * @param nodeCapacity requests a second that a node serves
 * @param policy with its limit for a shard
 * @param recordBytes that an append adds to its shard
 * @param storedBytes that lie in the log at the start, evenly over the hash space
 * @param pravega whether Pravega's rule decides instead of the policy
 */
public record RehearsalSettings(
        int nodes, double nodeCapacity, Policy policy, long recordBytes, long storedBytes, boolean pravega) {}
