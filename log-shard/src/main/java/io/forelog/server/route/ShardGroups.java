package io.forelog.server.route;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Group;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.replication.ShardId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The group of each shard, as the newest metadata known here has it. Safe for use by any thread. */
public final class ShardGroups {

    /** A state and its logs by incarnation: made once for each state, since appends ask by it. */
    private record Index(ClusterState state, Map<Long, Log> logs) {

        static Index of(ClusterState state) {
            var logs = new HashMap<Long, Log>();
            state.logs().values().forEach(log -> logs.put(log.incarnation(), log));
            return new Index(state, logs);
        }
    }

    private final MetadataStore metadata;
    private volatile Index index;

    public ShardGroups(MetadataStore metadata) {
        this.metadata = metadata;
        this.index = Index.of(metadata.state());
    }

    /** Returns the group, or null if the shard's log is deleted, or not known here yet. */
    public @Nullable Group of(ShardId shard) {
        var known = newest();
        var log = known.logs().get(shard.log());
        var found = log == null ? null : log.shards().shard(shard.number());
        return found == null ? null : known.state().group(found);
    }

    /** Returns the log of an incarnation, or null. */
    public @Nullable Log log(long incarnation) {
        return newest().logs().get(incarnation);
    }

    private Index newest() {
        var known = index;
        var state = metadata.state();
        if (known.state() != state) {
            known = Index.of(state);
            index = known;
        }
        return known;
    }
}
