package io.forelog.metadata.store;

import io.forelog.error.CommitUnknownException;
import io.forelog.error.DiskFullException;
import io.forelog.error.ForelogException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.NoQuorumException;
import io.forelog.error.OverloadedException;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The commands that were submitted here and whose outcome is not known yet, by their number in this node's session.
 * Told by the state machine what came of them. Safe for use by several threads.
 */
final class PendingCommands {

    private final long session;
    private final int max;
    private final TreeMap<Long, Pending> commands = new TreeMap<>();
    private Consumer<Pending> again = pending -> {};
    private long next;

    /** A command under way. */
    static final class Pending {

        private final long sequence;
        private final MetadataCommand command;
        private final byte[] bytes;
        private final CompletableFuture<ClusterState> result;
        private volatile Reply.Kind last = Reply.Kind.NOT_LEADER;
        /** Some attempt may have appended it. */
        private volatile boolean appended;

        private Pending(long sequence, MetadataCommand command, byte[] bytes, CompletableFuture<ClusterState> result) {
            this.sequence = sequence;
            this.command = command;
            this.bytes = bytes;
            this.result = result;
        }

        byte[] bytes() {
            return bytes;
        }

        CompletableFuture<ClusterState> result() {
            return result;
        }

        void answered(Reply.Kind kind) {
            last = kind;
            appended |= kind == Reply.Kind.COMMITTED || kind == Reply.Kind.UNKNOWN;
        }

        /** Ends the wait, and says as much as is known. */
        void giveUp(Duration waited) {
            result.completeExceptionally(failure(waited));
        }

        private ForelogException failure(Duration waited) {
            var what = command.getClass().getSimpleName() + " of the cluster's metadata";
            if (appended) {
                return new CommitUnknownException(
                        what + " was sent and may yet be applied; its outcome was not seen within " + waited);
            }
            return switch (last) {
                case NO_QUORUM ->
                    new NoQuorumException(what + " could not be committed within " + waited
                            + ": too few nodes that vote are reachable");
                case OVERLOADED ->
                    new OverloadedException(
                            what + " was refused for " + waited + ": too many are pending", Duration.ofSeconds(1));
                case FULL -> new DiskFullException(what + " was refused: the disk of the node that leads it is full");
                default -> new NoLeaderException(what + " found no node that leads it within " + waited);
            };
        }
    }

    PendingCommands(long session, int max) {
        this.session = session;
        this.max = max;
    }

    /** Names whoever sends a command; called before anything is submitted. */
    void onAgain(Consumer<Pending> sender) {
        again = sender;
    }

    /**
     * @throws OverloadedException if too many are under way
     * @throws IllegalArgumentException if the command is too large
     */
    Pending begin(MetadataCommand command) {
        return begin(command, new CompletableFuture<>());
    }

    private Pending begin(MetadataCommand command, CompletableFuture<ClusterState> result) {
        Pending pending;
        // Numbered and listed in one step: a later command must not say that this one is not waited for.
        synchronized (this) {
            if (commands.size() >= max) {
                throw new OverloadedException(
                        commands.size() + " commands of the metadata are pending", Duration.ofSeconds(1));
            }
            long sequence = next++;
            long pendingFrom = commands.isEmpty() ? sequence : commands.firstKey();
            var bytes = new Submission(session, sequence, pendingFrom, command).toBytes();
            if (bytes.length > StoreConfig.COMMAND_BYTES_MAX) {
                throw new IllegalArgumentException(command.getClass().getSimpleName() + " has " + bytes.length
                        + " bytes; at most " + StoreConfig.COMMAND_BYTES_MAX + " are taken");
            }
            pending = new Pending(sequence, command, bytes, result);
            commands.put(sequence, pending);
        }
        result.whenComplete((state, failure) -> forget(pending.sequence));
        return pending;
    }

    void applied(Submission submission, ClusterState after) {
        var pending = find(submission);
        if (pending != null) {
            pending.result.complete(after);
        }
    }

    void refused(Submission submission, RuntimeException refusal) {
        var pending = find(submission);
        if (pending != null) {
            pending.result.completeExceptionally(refusal);
        }
    }

    /** The replica's state was replaced by a later one: commands may have been applied without a word. */
    void installed(Sessions sessions, ClusterState state) {
        for (var pending : all()) {
            switch (sessions.outcome(session, pending.sequence)) {
                case APPLIED -> pending.result.complete(state);
                case REFUSED -> tellRefusal(pending, state);
                case null -> {}
            }
        }
    }

    /** What it was refused with is gone. Most likely it still would be; else it is a command as any other. */
    private void tellRefusal(Pending pending, ClusterState state) {
        try {
            pending.command.apply(state);
        } catch (RuntimeException refusal) {
            pending.result.completeExceptionally(refusal);
            return;
        }
        forget(pending.sequence);
        try {
            again.accept(begin(pending.command, pending.result));
        } catch (OverloadedException e) {
            pending.result.completeExceptionally(e);
        }
    }

    void abort(ForelogException failure) {
        all().forEach(pending -> pending.result.completeExceptionally(failure));
    }

    private @Nullable Pending find(Submission submission) {
        if (submission.session() != session) {
            return null;
        }
        synchronized (this) {
            return commands.get(submission.sequence());
        }
    }

    private synchronized void forget(long sequence) {
        commands.remove(sequence);
    }

    private synchronized List<Pending> all() {
        return List.copyOf(commands.values());
    }
}
