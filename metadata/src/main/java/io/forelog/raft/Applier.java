package io.forelog.raft;

import io.forelog.raft.wal.EntryGoneException;
import io.forelog.raft.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Runs the state machine, by its own serial executor, in the order in which the Raft thread hands things over. What
 * waits here is bounded by MicroRaft's log, which lets no entry go before a checkpoint has it.
 */
final class Applier {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final String group;
    private final SerialTasks serial;
    private final StateMachine stateMachine;
    private final WriteAheadLog log;
    private final FailStop failStop;
    private final AppliedListener listener;
    private final Progress progress;
    /**
     * Of the thread that applies: entries handed over are gone from the log, because a leader's checkpoint took their
     * place. It is on its way here, behind them.
     */
    private boolean superseded;

    /** Told, by the thread that applies, of what was applied. */
    interface AppliedListener {

        /** An entry was applied; its payload had {@code bytes}. */
        void applied(long index, int bytes);

        /** A leader of {@code term} began, and all entries of earlier terms are applied. */
        void newTerm(int term);
    }

    Applier(
            String group,
            SerialTasks serial,
            StateMachine stateMachine,
            WriteAheadLog log,
            FailStop failStop,
            AppliedListener listener) {
        this.group = group;
        this.serial = serial;
        this.stateMachine = stateMachine;
        this.log = log;
        this.failStop = failStop;
        this.listener = listener;
        this.progress = new Progress(group);
    }

    /** Returns the last index applied. */
    long appliedIndex() {
        return progress.applied();
    }

    Progress progress() {
        return progress;
    }

    /** Hands over a committed operation. One that is quick is applied at once: to wake another thread takes as long. */
    void apply(long index, LogOperation operation) {
        FailStopTask task = () -> {
            switch (operation.kind()) {
                case FORCED, BUFFERED -> applyOperation(index, operation);
                case NEW_TERM -> {
                    advance(index, 0);
                    listener.newTerm(operation.term());
                }
                case NONE, MEMBERSHIP -> throw new IOException("operation of kind " + operation.kind());
            }
        };
        if (isQuick(operation)) {
            serial.executeHere(guarded(task));
        } else {
            execute(task);
        }
    }

    private boolean isQuick(LogOperation operation) {
        return switch (operation.kind()) {
            case FORCED, BUFFERED ->
                operation.inMemory().map(stateMachine::isQuick).orElse(false);
            case NEW_TERM, NONE, MEMBERSHIP -> false;
        };
    }

    /** Hands over an entry that does not concern the state machine. */
    void skip(long index) {
        execute(() -> advance(index, 0));
    }

    void install(long index, ByteBuffer manifest) {
        execute(() -> {
            stateMachine.install(index, manifest.asReadOnlyBuffer());
            superseded = false;
            progress.applied(index);
        });
    }

    /** Runs {@code task} once all that was handed over before is applied. */
    void afterwards(Consumer<Long> task) {
        execute(() -> task.accept(appliedIndex()));
    }

    private void applyOperation(long index, LogOperation operation) throws IOException {
        ByteBuffer payload;
        try {
            payload = operation.payload(log);
        } catch (EntryGoneException e) {
            superseded = true;
            payload = NOTHING;
        }
        if (superseded) {
            operation
                    .answer()
                    .ifPresent(answer -> answer.completeExceptionally(
                            new SubmitException.OutcomeUnknown(group, "a leader's checkpoint came before its result")));
            return;
        }
        var result = stateMachine.apply(index, operation.term(), payload);
        advance(index, operation.bytes());
        operation.answer().ifPresent(answer -> answer.complete(new Committed(index, result)));
    }

    private void advance(long index, int bytes) {
        if (superseded) {
            return;
        }
        progress.applied(index);
        listener.applied(index, bytes);
    }

    private void execute(FailStopTask task) {
        serial.execute(guarded(task));
    }

    private Runnable guarded(FailStopTask task) {
        return () -> {
            if (failStop.isStopped()) {
                return;
            }
            try {
                task.run();
            } catch (IOException | RuntimeException | Error e) {
                failStop.stop(e);
            }
        };
    }

    private interface FailStopTask {
        void run() throws IOException;
    }
}
