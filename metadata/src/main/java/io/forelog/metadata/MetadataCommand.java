package io.forelog.metadata;

import io.forelog.error.ForelogException;
import io.forelog.error.LogExistsException;
import java.util.List;

/** A change of the cluster's state: a pure function from one state to the next, so that every replica agrees. */
public sealed interface MetadataCommand {

    /**
     * Returns the state after this command; the same state if it changes nothing.
     *
     * @throws ForelogException if it is refused; nothing changes
     */
    ClusterState apply(ClusterState state);

    /**
     * Creates a log with shards on the given nodes; does nothing if it exists with the same settings.
     *
     * @param createdAt milliseconds since 1970
     */
    record CreateLog(String name, LogSettings settings, List<String> nodes, long createdAt)
            implements MetadataCommand {

        public CreateLog {
            Log.requireName(name);
            nodes = List.copyOf(nodes);
        }

        @Override
        public ClusterState apply(ClusterState state) {
            var existing = state.find(name);
            if (existing == null) {
                var shards = ShardMap.initial(settings.shards(), nodes);
                return state.with(new Log(name, state.nextIncarnation(), settings, shards, createdAt));
            }
            if (!existing.settings().equals(settings)) {
                throw new LogExistsException("log '" + name + "' exists with other settings; GET /v1/logs/" + name + " shows them");
            }
            return state;
        }
    }

    /** Replaces the settings of a log that may change. */
    record UpdateLog(String name, LogSettings settings) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            var log = state.log(name);
            return log.settings().equals(settings) ? state : state.with(log.with(settings));
        }
    }

    /** Deletes a log with all its records. */
    record DeleteLog(String name) implements MetadataCommand {
        @Override
        public ClusterState apply(ClusterState state) {
            state.log(name);
            return state.without(name);
        }
    }
}
