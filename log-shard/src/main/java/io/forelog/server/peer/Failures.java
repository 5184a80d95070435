package io.forelog.server.peer;

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
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

/** What a call failed with, as bytes and back: the same type with the same fields on the caller's side. */
final class Failures {

    private static final int LIST_MAX = 1 << 16;

    // The numbers are on the wire: one is never given to another failure.
    private static final int COMMIT_UNKNOWN = 1;
    private static final int DISK_FULL = 2;
    private static final int LOG_EXISTS = 3;
    private static final int NO_LEADER = 4;
    private static final int NO_QUORUM = 5;
    private static final int NO_SUCH_LOG = 6;
    private static final int NO_SUCH_RECORD = 7;
    private static final int NO_SUCH_SHARD = 8;
    private static final int OFFSET_MISMATCH = 9;
    private static final int OVERLOADED = 10;
    private static final int PRODUCER_FENCED = 11;
    private static final int PRODUCER_GAP = 12;
    private static final int RECORD_EXPIRED = 13;
    private static final int RECORD_TOO_LARGE = 14;
    private static final int SHARD_SEALED = 15;
    private static final int WRONG_SHARD = 16;
    private static final int CORRUPT = 17;
    private static final int BAD_REQUEST = 18;
    private static final int DEFECT = 19;
    private static final int NO_SUCH_PLAN = 20;
    private static final int PLAN_CONFLICT = 21;
    private static final int LAST_REPLICA = 22;

    private Failures() {}

    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? unwrapped(failure.getCause())
                : failure;
    }

    static void write(Throwable failure, WireWriter out) {
        var message = String.valueOf(failure.getMessage());
        var text = message.length() > 2000 ? message.substring(0, 2000) : message;
        switch (unwrapped(failure)) {
            case ForelogException refused -> write(refused, text, out);
            case RejectedExecutionException full ->
                write(new OverloadedException("more reads wait than the node takes", Duration.ofSeconds(1)), out);
            case CorruptBatchException corrupt -> out.tag(CORRUPT).text(text);
            case MalformedMessageException malformed -> out.tag(BAD_REQUEST).text(text);
            case IllegalArgumentException bad -> out.tag(BAD_REQUEST).text(text);
            default -> out.tag(DEFECT).text(unwrapped(failure).getClass().getSimpleName() + ": " + text);
        }
    }

    private static void write(ForelogException refused, String text, WireWriter out) {
        switch (refused) {
            case CommitUnknownException e -> out.tag(COMMIT_UNKNOWN).text(text);
            case DiskFullException e -> out.tag(DISK_FULL).text(text);
            case LastReplicaException e -> out.tag(LAST_REPLICA).text(text);
            case LogExistsException e -> out.tag(LOG_EXISTS).text(text);
            case NoLeaderException e -> out.tag(NO_LEADER).text(text).textOrNull(e.leader());
            case NoQuorumException e -> out.tag(NO_QUORUM).text(text);
            case NoSuchLogException e -> out.tag(NO_SUCH_LOG).text(e.log());
            case NoSuchPlanException e -> out.tag(NO_SUCH_PLAN).number(e.plan());
            case NoSuchRecordException e ->
                out.tag(NO_SUCH_RECORD).number(e.shard()).number(e.offset()).number(e.highWatermark());
            case NoSuchShardException e -> out.tag(NO_SUCH_SHARD).text(e.log()).number(e.shard());
            case OffsetMismatchException e ->
                out.tag(OFFSET_MISMATCH).number(e.shard()).number(e.expected()).number(e.nextOffset());
            case OverloadedException e ->
                out.tag(OVERLOADED).text(text).number(e.retryAfter().toMillis());
            case PlanConflictException e -> out.tag(PLAN_CONFLICT).text(text);
            case ProducerFencedException e ->
                out.tag(PRODUCER_FENCED).text(e.producer()).number(e.epoch()).number(e.current());
            case ProducerGapException e ->
                out.tag(PRODUCER_GAP).text(e.producer()).number(e.sequence()).number(e.expected());
            case RecordExpiredException e ->
                out.tag(RECORD_EXPIRED).number(e.shard()).number(e.offset()).number(e.startOffset());
            case RecordTooLargeException e -> out.tag(RECORD_TOO_LARGE).text(text);
            case ShardSealedException e ->
                out.tag(SHARD_SEALED).number(e.shard()).list(e.children(), out::number);
            case WrongShardException e ->
                out.tag(WRONG_SHARD).number(e.sentTo()).number(e.shard());
        }
    }

    static Throwable read(WireReader in) {
        int tag = in.tag();
        return switch (tag) {
            case COMMIT_UNKNOWN -> new CommitUnknownException(in.text());
            case DISK_FULL -> new DiskFullException(in.text());
            case LOG_EXISTS -> new LogExistsException(in.text());
            case NO_LEADER -> new NoLeaderException(in.text(), in.textOrNull());
            case NO_QUORUM -> new NoQuorumException(in.text());
            case NO_SUCH_LOG -> new NoSuchLogException(in.text());
            case NO_SUCH_RECORD -> new NoSuchRecordException(in.number(), in.longNumber(), in.longNumber());
            case NO_SUCH_SHARD -> new NoSuchShardException(in.text(), in.number());
            case OFFSET_MISMATCH -> new OffsetMismatchException(in.number(), in.longNumber(), in.longNumber());
            case OVERLOADED -> new OverloadedException(in.text(), Duration.ofMillis(in.longNumber()));
            case PRODUCER_FENCED -> new ProducerFencedException(in.text(), in.number(), in.number());
            case PRODUCER_GAP -> new ProducerGapException(in.text(), in.longNumber(), in.longNumber());
            case RECORD_EXPIRED -> new RecordExpiredException(in.number(), in.longNumber(), in.longNumber());
            case RECORD_TOO_LARGE -> new RecordTooLargeException(in.text());
            case SHARD_SEALED -> new ShardSealedException(in.number(), in.list(LIST_MAX, Integer.BYTES, in::number));
            case WRONG_SHARD -> new WrongShardException(in.number(), in.number());
            case NO_SUCH_PLAN -> new NoSuchPlanException(in.longNumber());
            case LAST_REPLICA -> new LastReplicaException(in.text());
            case PLAN_CONFLICT -> new PlanConflictException(in.text());
            case CORRUPT -> new CorruptBatchException(in.text());
            case BAD_REQUEST -> new IllegalArgumentException(in.text());
            case DEFECT -> PeerException.lost("the peer failed: " + in.text());
            default -> throw new MalformedMessageException("no failure has the number " + tag);
        };
    }
}
