package io.forelog.server.route;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand;
import io.forelog.metadata.MetadataStore;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** Metadata in memory, changed on the caller's thread; each node of a test may have an older state than the others. */
public final class TestMetadata implements MetadataStore {

    private final List<BiConsumer<ClusterState, ClusterState>> watchers = new CopyOnWriteArrayList<>();
    private volatile ClusterState state = ClusterState.EMPTY;

    @Override
    public ClusterState state() {
        return state;
    }

    @Override
    public synchronized CompletableFuture<ClusterState> submit(MetadataCommand command) {
        return CompletableFuture.completedFuture(become(command.apply(state)));
    }

    public synchronized ClusterState become(ClusterState after) {
        var before = state;
        state = after;
        watchers.forEach(watcher -> watcher.accept(before, after));
        return after;
    }

    @Override
    public void watch(BiConsumer<ClusterState, ClusterState> watcher) {
        watchers.add(watcher);
    }

    @Override
    public void unwatch(BiConsumer<ClusterState, ClusterState> watcher) {
        watchers.remove(watcher);
    }

    @Override
    public void close() {}
}
