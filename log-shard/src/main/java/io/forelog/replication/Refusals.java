package io.forelog.replication;

import io.forelog.error.CommitUnknownException;
import io.forelog.error.DiskFullException;
import io.forelog.error.ForelogException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.NoQuorumException;
import io.forelog.error.OverloadedException;
import io.forelog.raft.SubmitException;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** What the failure of an operation on a group means to whoever asked for it. */
final class Refusals {

    private static final Duration OVERLOADED_PAUSE = Duration.ofMillis(200);

    private Refusals() {}

    /** Returns what a caller is told of an operation that failed. */
    static ForelogException of(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return switch (cause) {
            case SubmitException.NotLeader e -> new NoLeaderException(String.valueOf(e.getMessage()));
            case SubmitException.NoQuorum e -> new NoQuorumException(String.valueOf(e.getMessage()));
            case SubmitException.OutcomeUnknown e -> new CommitUnknownException(String.valueOf(e.getMessage()));
            case SubmitException.Overloaded e ->
                new OverloadedException(String.valueOf(e.getMessage()), OVERLOADED_PAUSE);
            case SubmitException.StorageFull e -> new DiskFullException(String.valueOf(e.getMessage()));
            case SubmitException.Stopped e -> new NoLeaderException(String.valueOf(e.getMessage()));
            case ForelogException e -> e;
            default -> new CommitUnknownException("the append failed: " + cause, cause);
        };
    }
}
