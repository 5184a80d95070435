package io.forelog.server.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.forelog.error.CommitUnknownException;
import io.forelog.error.DiskFullException;
import io.forelog.error.ForelogException;
import io.forelog.error.LastReplicaException;
import io.forelog.error.LogExistsException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.NoQuorumException;
import io.forelog.error.NoSuchLogException;
import io.forelog.error.NoSuchPlanException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.NoSuchShardException;
import io.forelog.error.OffsetMismatchException;
import io.forelog.error.OverloadedException;
import io.forelog.error.PlanConflictException;
import io.forelog.error.ProducerFencedException;
import io.forelog.error.ProducerGapException;
import io.forelog.error.RecordExpiredException;
import io.forelog.error.RecordTooLargeException;
import io.forelog.error.ShardSealedException;
import io.forelog.error.WrongShardException;
import io.forelog.record.CorruptBatchException;
import io.forelog.server.tail.UnknownPositionException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one table from what went wrong to how a caller is told. */
final class Problems {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    /** Returns whether a call names something that this node does not know, and another one may know by now. */
    static boolean isUnknown(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> isUnknown(wrapped.getCause());
            case NoSuchLogException e -> true;
            case NoSuchShardException e -> true;
            case NoSuchPlanException e -> true;
            case UnknownPositionException e -> true;
            default -> false;
        };
    }

    static Problem of(Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
            case ProblemException own -> own.problem();
            case ForelogException refused -> of(refused);
            case RejectedExecutionException full ->
                of(new OverloadedException("more reads wait than the node takes", Duration.ofSeconds(1)));
            case TimeoutException late ->
                Problem.of(
                                503,
                                "no-quorum",
                                "The cluster did not do it in time",
                                "it took longer than the node waits, and may be done all the same: look, or ask again")
                        .asRetryable()
                        .withHeader("Retry-After", "1");
            case IllegalArgumentException bad -> Problem.badRequest(String.valueOf(bad.getMessage()));
            case CorruptBatchException corrupt ->
                internal("stored bytes are damaged; the node repairs or reports them", corrupt);
            default -> internal("the node failed; its log has the cause", failure);
        };
    }

    private static Problem internal(String detail, Throwable failure) {
        LOG.error("a call failed", failure);
        return Problem.of(500, "internal", "The node failed", detail).asRetryable();
    }

    private static Problem of(ForelogException refused) {
        var detail = String.valueOf(refused.getMessage());
        return switch (refused) {
            case NoSuchLogException e -> Problem.of(404, "no-such-log", "There is no such log", detail);
            case NoSuchPlanException e -> Problem.of(404, "no-such-plan", "There is no such plan", detail);
            case NoSuchShardException e -> Problem.of(404, "no-such-shard", "There is no such shard", detail);
            case NoSuchRecordException e ->
                Problem.of(404, "no-such-record", "There is no such record", detail)
                        .with("highWatermark", JsonNodeFactory.instance.numberNode(e.highWatermark()));
            case RecordExpiredException e ->
                Problem.of(410, "record-expired", "The record was deleted by retention", detail)
                        .with("startOffset", JsonNodeFactory.instance.numberNode(e.startOffset()));
            case LogExistsException e -> Problem.of(409, "log-exists", "The log exists with other settings", detail);
            case ProducerGapException e ->
                Problem.of(409, "producer-gap", "An earlier append of the producer is missing", detail)
                        .withHeader("Producer-Expected-Seq", Long.toString(e.expected()));
            case PlanConflictException e ->
                Problem.of(409, "plan-conflict", "The shard map, or another plan, does not allow it", detail);
            case LastReplicaException e ->
                Problem.of(409, "last-replica", "Records would be lost with the node", detail);
            case ProducerFencedException e -> Problem.of(403, "producer-fenced", "A newer producer took over", detail);
            case OffsetMismatchException e ->
                Problem.of(412, "offset-mismatch", "The shard's next offset is another", detail)
                        .with("nextOffset", JsonNodeFactory.instance.numberNode(e.nextOffset()));
            case RecordTooLargeException e -> Problem.of(413, "record-too-large", "A record is too large", detail);
            case WrongShardException e ->
                Problem.of(421, "wrong-shard", "A key belongs to another shard", detail)
                        .with("shard", JsonNodeFactory.instance.numberNode(e.shard()));
            case ShardSealedException e -> {
                var children = JsonNodeFactory.instance.arrayNode();
                e.children().forEach(children::add);
                yield Problem.of(421, "shard-sealed", "The shard takes no more appends", detail)
                        .with("children", children);
            }
            case OverloadedException e ->
                Problem.of(429, "overloaded", "The node has more than it can do", detail)
                        .asRetryable()
                        .withHeader(
                                "Retry-After",
                                Long.toString(Math.max(1, e.retryAfter().toSeconds())));
            case NoLeaderException e ->
                Problem.of(503, "no-leader", "No replica leads the shard", detail)
                        .asRetryable()
                        .withHeader("Retry-After", "1");
            case NoQuorumException e ->
                Problem.of(503, "no-quorum", "Too few replicas are reachable", detail)
                        .asRetryable()
                        .withHeader("Retry-After", "1");
            case CommitUnknownException e ->
                Problem.of(504, "commit-unknown", "The append may yet commit", detail)
                        .asRetryable();
            case DiskFullException e ->
                Problem.of(507, "disk-full", "The disk is full", detail).asRetryable();
        };
    }
}
