package io.forelog.metadata.store;

import com.github.luben.zstd.Zstd;
import io.forelog.error.ForelogException;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.StateCodec;
import io.forelog.metadata.store.Sessions.Outcome;
import io.forelog.raft.MemberId;
import io.forelog.raft.StateMachine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's state as a replica applies it. A checkpoint is all of it: the state is immutable, so it is encoded
 * beside the commands that follow.
 */
final class MetadataStateMachine implements StateMachine {

    private static final Logger LOG = LoggerFactory.getLogger(MetadataStateMachine.class);
    private static final int MANIFEST_VERSION = 1;
    private static final int COMPRESSION_LEVEL = 3;
    private static final int STATE_BYTES_MAX = 256 << 20;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Executor background;
    private final PendingCommands pending;
    private final Sessions sessions = new Sessions();
    private final List<BiConsumer<ClusterState, ClusterState>> watchers = new CopyOnWriteArrayList<>();
    private volatile ClusterState state = ClusterState.EMPTY;

    MetadataStateMachine(Executor background, PendingCommands pending) {
        this.background = background;
        this.pending = pending;
    }

    ClusterState state() {
        return state;
    }

    void watch(BiConsumer<ClusterState, ClusterState> watcher) {
        watchers.add(watcher);
    }

    void unwatch(BiConsumer<ClusterState, ClusterState> watcher) {
        watchers.remove(watcher);
    }

    /** A command that this release does not know stops the replica: it would differ from the others from here on. */
    @Override
    public ByteBuffer apply(long index, int term, ByteBuffer operation) {
        Submission submission;
        try {
            submission = Submission.of(operation);
        } catch (IOException e) {
            throw new UncheckedIOException("entry " + index + " of the metadata cannot be read", e);
        }
        if (sessions.isNew(submission)) {
            apply(submission);
        }
        return NOTHING;
    }

    private void apply(Submission submission) {
        ClusterState after;
        try {
            after = submission.command().apply(state);
        } catch (RuntimeException refusal) {
            // A pure function fails alike everywhere. A defect in one command must not stop the cluster's metadata.
            if (!(refusal instanceof ForelogException || refusal instanceof IllegalArgumentException)) {
                LOG.error("{} failed", submission.command(), refusal);
            }
            sessions.record(submission, Outcome.REFUSED);
            pending.refused(submission, refusal);
            return;
        }
        sessions.record(submission, Outcome.APPLIED);
        become(after);
        pending.applied(submission, after);
    }

    private void become(ClusterState after) {
        var before = state;
        if (after == before) {
            return;
        }
        state = after;
        for (var watcher : watchers) {
            try {
                watcher.accept(before, after);
            } catch (RuntimeException e) {
                // The state has changed whatever a watcher makes of it, and the next one must hear of it too.
                LOG.error("a watcher of the metadata failed at version {}", after.version(), e);
            }
        }
    }

    @Override
    public CompletableFuture<ByteBuffer> checkpoint(long index) {
        var frozen = state;
        var remembered = new ByteArrayOutputStream();
        try {
            sessions.write(new DataOutputStream(remembered));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        return CompletableFuture.supplyAsync(() -> encode(frozen, remembered.toByteArray()), background);
    }

    @Override
    public CompletableFuture<Void> fetch(MemberId from, long index, ByteBuffer manifest) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void install(long index, ByteBuffer manifest) {
        try {
            become(decode(manifest));
        } catch (IOException e) {
            throw new UncheckedIOException("the metadata's checkpoint at " + index + " cannot be read", e);
        }
        pending.installed(sessions, state);
    }

    static ByteBuffer encode(ClusterState state, byte[] sessions) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.write(sessions);
            StateCodec.write(state, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var compressed = Zstd.compress(bytes.toByteArray(), COMPRESSION_LEVEL);
        return ByteBuffer.allocate(8 + compressed.length)
                .putInt(MANIFEST_VERSION)
                .putInt(bytes.size())
                .put(compressed)
                .flip();
    }

    private ClusterState decode(ByteBuffer manifest) throws IOException {
        int version = manifest.getInt();
        if (version != MANIFEST_VERSION) {
            throw new IOException("layout " + version + " is not known here; this release knows " + MANIFEST_VERSION);
        }
        int size = manifest.getInt();
        if (size < 0 || size > STATE_BYTES_MAX) {
            throw new IOException("a state of " + size + " bytes; at most " + STATE_BYTES_MAX + " are held");
        }
        var compressed = new byte[manifest.remaining()];
        manifest.get(compressed);
        try (var in = new DataInputStream(new ByteArrayInputStream(Zstd.decompress(compressed, size)))) {
            sessions.read(in);
            return StateCodec.read(in);
        }
    }
}
