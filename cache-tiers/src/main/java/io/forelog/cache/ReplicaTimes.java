package io.forelog.cache;

import org.jspecify.annotations.Nullable;

/**
 * Whoever times the replicas that a read asks, one after another or several at a time: what the last of them took says
 * nothing of those before it. Called by any thread; does not block.
 */
@FunctionalInterface
public interface ReplicaTimes {

    /**
     * Notes that a replica is asked now.
     *
     * @param place where it is, as {@link Owner#place} says, or null for this node
     * @param records that it is asked for
     * @return to be run once it has answered them; not at all if it fails, which may be fast
     */
    Runnable asked(@Nullable String place, int records);
}
