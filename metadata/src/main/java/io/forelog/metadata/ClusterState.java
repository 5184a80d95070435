package io.forelog.metadata;

import io.forelog.error.NoSuchLogException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that the metadata store holds, at one version.
 *
 * @param version raised by each command that changed something
 * @param nextIncarnation what the next log gets
 * @param logs by name
 */
public record ClusterState(long version, long nextIncarnation, Map<String, Log> logs) {

    public static final ClusterState EMPTY = new ClusterState(0, 1, Map.of());

    public ClusterState {
        logs = Map.copyOf(logs);
    }

    /** Returns the log, or null. */
    public @Nullable Log find(String name) {
        return logs.get(name);
    }

    /** @throws NoSuchLogException if there is none */
    public Log log(String name) {
        var log = logs.get(name);
        if (log == null) {
            throw new NoSuchLogException(name);
        }
        return log;
    }

    ClusterState with(Log log) {
        var next = new TreeMap<>(logs);
        next.put(log.name(), log);
        return new ClusterState(version + 1, Math.max(nextIncarnation, log.incarnation() + 1), next);
    }

    ClusterState without(String name) {
        var next = new TreeMap<>(logs);
        next.remove(name);
        return new ClusterState(version + 1, nextIncarnation, next);
    }
}
