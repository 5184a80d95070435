package io.forelog.raft;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Keeps all operations in order. Its checkpoints are lists on a "disk" that survives it; a manifest names one by its
 * index, and fetching copies it from the other member's disk.
 */
final class RecordingStateMachine implements StateMachine {

    /** An operation and where in the log it was. */
    record Applied(long index, String operation) {}

    /** What survives a crash, for each member. */
    static final class Disks {

        private final Map<MemberId, Map<Long, List<Applied>>> checkpoints = new ConcurrentHashMap<>();

        private Map<Long, List<Applied>> of(MemberId member) {
            return checkpoints.computeIfAbsent(member, unseen -> new ConcurrentHashMap<>());
        }

        void wipe(MemberId member) {
            checkpoints.remove(member);
        }
    }

    private final MemberId self;
    private final Disks disks;
    private final Executor fetching;
    private final List<Applied> operations = new ArrayList<>();
    private int fetches;
    private int fetchesToFail;
    private int installs;

    RecordingStateMachine(MemberId self, Disks disks, Executor fetching) {
        this.self = self;
        this.disks = disks;
        this.fetching = fetching;
    }

    synchronized List<Applied> operations() {
        return List.copyOf(operations);
    }

    synchronized int size() {
        return operations.size();
    }

    /** Lets the next fetches fail as when the other member is gone. */
    synchronized void failFetches(int count) {
        fetchesToFail = count;
    }

    synchronized int fetches() {
        return fetches;
    }

    synchronized int installs() {
        return installs;
    }

    @Override
    public synchronized ByteBuffer apply(long index, int term, ByteBuffer operation) {
        if (!operations.isEmpty() && operations.getLast().index() >= index) {
            throw new IllegalStateException("entry " + index + " after " + operations.getLast());
        }
        operations.add(
                new Applied(index, StandardCharsets.UTF_8.decode(operation).toString()));
        return ByteBuffer.allocate(Integer.BYTES).putInt(0, operations.size());
    }

    @Override
    public synchronized CompletableFuture<ByteBuffer> checkpoint(long index) {
        var copy = List.copyOf(operations);
        var done = new CompletableFuture<ByteBuffer>();
        fetching.execute(() -> {
            disks.of(self).put(index, copy);
            done.complete(ByteBuffer.allocate(Long.BYTES).putLong(0, index));
        });
        return done;
    }

    @Override
    public synchronized CompletableFuture<Void> fetch(MemberId from, long index, ByteBuffer manifest) {
        fetches++;
        var done = new CompletableFuture<Void>();
        var named = manifest.getLong(0);
        fetching.execute(() -> {
            var found = mayFetch() ? disks.of(from).get(named) : null;
            if (found == null) {
                done.completeExceptionally(new IllegalStateException(from + " has no checkpoint " + named));
            } else {
                disks.of(self).put(named, found);
                done.complete(null);
            }
        });
        return done;
    }

    private synchronized boolean mayFetch() {
        return fetchesToFail-- <= 0;
    }

    @Override
    public synchronized void install(long index, ByteBuffer manifest) {
        installs++;
        operations.clear();
        operations.addAll(disks.of(self).get(manifest.getLong(0)));
    }

    static Map<Long, String> byIndex(List<Applied> applied) {
        var map = new TreeMap<Long, String>();
        applied.forEach(entry -> map.put(entry.index(), entry.operation()));
        return map;
    }
}
