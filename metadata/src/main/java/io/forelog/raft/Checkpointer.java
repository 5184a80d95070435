package io.forelog.raft;

import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.log.RaftLog;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes checkpoints without holding anything up. The state machine begins one on its own thread at an index that it
 * has reached; once the manifest is there, the Raft thread records it and lets the log go up to it. MicroRaft's own
 * snapshot does the same in one step on the Raft thread, at the last index handed over, applied or not.
 */
final class Checkpointer {

    private static final Logger LOGGER = LoggerFactory.getLogger(Checkpointer.class);

    private final StateMachine stateMachine;
    private final WalRaftStore store;
    private final GroupLimits limits;
    private final FailStop failStop;
    private final Executor raft;
    private final RaftNodeImpl node;
    /** Members by the index that set them, for the Raft thread. */
    private final NavigableMap<Long, RaftGroupMembersView> views = new TreeMap<>();
    /** Of the thread that applies. */
    private long entries;
    /** Of the thread that applies. */
    private long bytes;

    private volatile boolean underWay;
    private volatile long checkpointIndex;

    Checkpointer(
            StateMachine stateMachine,
            WalRaftStore store,
            GroupLimits limits,
            FailStop failStop,
            Executor raft,
            RaftNodeImpl node) {
        this.stateMachine = stateMachine;
        this.store = store;
        this.limits = limits;
        this.failStop = failStop;
        this.raft = raft;
        this.node = node;
        this.checkpointIndex = node.state().log().snapshotIndex();
    }

    long checkpointIndex() {
        return checkpointIndex;
    }

    boolean isUnderWay() {
        return underWay;
    }

    /** Counts an applied entry and begins a checkpoint when it is time; called by the thread that applies. */
    void applied(long index, int payloadBytes) {
        entries++;
        bytes += payloadBytes;
        if (!underWay && (entries >= limits.checkpointEntries() || bytes >= limits.checkpointBytes())) {
            begin(index);
        }
    }

    /** Remembers who the members are from {@code index} on; called by the Raft thread. */
    void membership(long index) {
        var committed = node.state().committedGroupMembers();
        views.put(index, committed.populate(EntryCodec.MODELS.createRaftGroupMembersViewBuilder()));
    }

    /** Begins a checkpoint of all up to {@code index}, the last applied; called by the thread that applies. */
    void begin(long index) {
        underWay = true;
        entries = 0;
        bytes = 0;
        stateMachine
                .checkpoint(index)
                .whenComplete((manifest, failure) -> raft.execute(() -> finish(index, manifest, failure)));
    }

    private void finish(long index, @Nullable ByteBuffer manifest, @Nullable Throwable failure) {
        try {
            if (manifest == null || failure != null) {
                LOGGER.warn("{} could not checkpoint {}", node.getLocalEndpoint(), index, failure);
            } else if (manifest.remaining() > limits.manifestBytesMax()) {
                LOGGER.error("a manifest of {} bytes exceeds {}", manifest.remaining(), limits.manifestBytesMax());
            } else {
                record(index, manifest);
            }
        } catch (IOException | RuntimeException e) {
            // MicroRaft's log and ours may differ now.
            failStop.stop(e);
        } finally {
            underWay = false;
        }
    }

    private void record(long index, ByteBuffer manifest) throws IOException {
        var log = node.state().log();
        // A later one of the leader's may have been installed meanwhile.
        if (index > log.snapshotIndex()) {
            var term = log.getLogEntry(index).getTerm();
            var chunk = SnapshotRequestFormat.chunk(index, term, viewAt(index), manifest);
            store.persistSnapshotChunk(chunk);
            log.setSnapshot(WalRaftStore.snapshot(chunk), letGo(log, index));
            store.force();
            views.headMap(index).clear();
        }
        checkpointIndex = log.snapshotIndex();
    }

    /** Returns the index up to which entries go: all that are covered but a few, for followers a little behind. */
    private long letGo(RaftLog log, long index) {
        var most = Math.max(0, index - limits.retainedEntries());
        var last = index;
        for (var retained = 0L; last > most && log.containsLogEntry(last); last--) {
            retained += bytes(log.getLogEntry(last));
            if (last < index && retained > limits.retainedBytes()) {
                break;
            }
        }
        return last;
    }

    private static int bytes(LogEntry entry) {
        return entry.getOperation() instanceof LogOperation operation ? operation.bytes() : 0;
    }

    private RaftGroupMembersView viewAt(long index) {
        var committed = node.state().committedGroupMembers();
        if (committed.getLogIndex() <= index) {
            return committed.populate(EntryCodec.MODELS.createRaftGroupMembersViewBuilder());
        }
        var earlier = views.floorEntry(index);
        if (earlier != null) {
            return earlier.getValue();
        }
        var snapshot = node.state().log().snapshotEntry();
        return snapshot.getIndex() > 0
                ? snapshot.getGroupMembersView()
                : node.getInitialMembers().populate(EntryCodec.MODELS.createRaftGroupMembersViewBuilder());
    }
}
