package io.forelog.server.shard;

import io.forelog.metadata.Bounds;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.Shard;
import io.forelog.metadata.ShardState;
import io.forelog.replication.ShardId;
import io.forelog.replication.ShardReplica;
import io.forelog.replication.ShardReplicas;
import io.forelog.storage.archive.ArchiveException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retention and archive: deletes and archives the segments that their log's bounds say are past. A bound in bytes is
 * the log's, of which each shard has an equal share. One thread runs it.
 */
public final class Housekeeping {

    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final MetadataStore metadata;
    private final ShardReplicas replicas;
    private final Clock clock;
    private final boolean archives;

    /** @param archives whether the node has an archive; without one a log's archive bounds wait */
    public Housekeeping(MetadataStore metadata, ShardReplicas replicas, Clock clock, boolean archives) {
        this.metadata = metadata;
        this.replicas = replicas;
        this.clock = clock;
        this.archives = archives;
    }

    /** Looks at every shard once. */
    public void run() {
        for (var log : metadata.state().logs().values()) {
            for (var shard : log.shards().shards()) {
                var replica = replicas.find(new ShardId(log.incarnation(), shard.number()));
                if (replica != null) {
                    look(log, shard, replica);
                }
            }
        }
    }

    private void look(Log log, Shard shard, ShardReplica replica) {
        try {
            long expired = past(log, replica, log.settings().retention());
            if (expired > replica.startOffset()) {
                long start = replica.log().deleteBelow(expired);
                LOG.info("shard {} of '{}' begins at {} now, by retention", replica.number(), log.name(), start);
            }
            long old = archives ? past(log, replica, log.settings().archive()) : 0;
            if (old > replica.startOffset()) {
                replica.log().archiveBelow(old);
            }
            if (archives
                    && shard.state() == ShardState.ARCHIVED
                    && replica.log().bytes() > 0) {
                // The plan that made it so saw to the leader's replica.
                replica.archive(true, bytes -> {});
            }
        } catch (ArchiveException e) {
            LOG.warn(
                    "shard {} of '{}' is not archived, next try in a while: {}",
                    replica.number(),
                    log.name(),
                    e.getMessage());
        } catch (RuntimeException e) {
            // The other shards still want their turn; this one is tried again.
            LOG.error("shard {} of '{}' could not be tidied", replica.number(), log.name(), e);
        }
    }

    /** Returns the offset below which the bounds let go of records; never above what is committed. */
    private long past(Log log, ShardReplica replica, Bounds bounds) {
        if (bounds.equals(Bounds.NONE)) {
            return 0;
        }
        long oldest = bounds.age() == null
                ? Long.MIN_VALUE
                : clock.millis() - bounds.age().toMillis();
        long bytes = bounds.bytes() == null
                ? Long.MAX_VALUE
                : Math.max(1, bounds.bytes() / log.shards().open().size());
        return Math.min(replica.log().expiredBelow(oldest, bytes), replica.highWatermark());
    }
}
