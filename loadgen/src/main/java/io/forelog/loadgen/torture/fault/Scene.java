package io.forelog.loadgen.torture.fault;

import io.forelog.loadgen.torture.cluster.LocalCluster;
import io.forelog.loadgen.torture.cluster.RedisProcess;
import io.forelog.loadgen.torture.cluster.SmallDisk;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Whom faults are done to.
 *
 * @param log the log whose shards are split, merged and moved
 * @param redis the global cache; empty where there is none
 * @param disk the small disk of one node; empty where none can be made
 * @param random of one lane
 */
public record Scene(
        LocalCluster cluster, String log, Optional<RedisProcess> redis, Optional<SmallDisk> disk, Random random) {

    /** Returns any node. */
    String anyNode() {
        return any(cluster.names());
    }

    /** Returns any node whose process runs. */
    String anyLiving() {
        var living = cluster.names().stream().filter(cluster::isAlive).toList();
        return living.isEmpty() ? anyNode() : any(living);
    }

    /** Returns any of these. */
    <T> T any(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
