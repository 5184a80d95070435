package io.forelog.error;

/**
 * A call on a log that was refused or whose outcome is unknown. Nothing was appended, unless the type is
 * {@link CommitUnknownException}.
 *
 * <p>Carries no stack trace: it is an answer, raised on hot paths, not a defect.
 */
public abstract sealed class ForelogException extends RuntimeException
        permits CommitUnknownException,
                DiskFullException,
                LastReplicaException,
                LogExistsException,
                NoLeaderException,
                NoQuorumException,
                NoSuchLogException,
                NoSuchPlanException,
                NoSuchRecordException,
                NoSuchShardException,
                OffsetMismatchException,
                OverloadedException,
                PlanConflictException,
                ProducerFencedException,
                ProducerGapException,
                RecordExpiredException,
                RecordTooLargeException,
                ShardSealedException,
                WrongShardException {

    private static final long serialVersionUID = 1;

    ForelogException(String message) {
        super(message, null, false, false);
    }

    ForelogException(String message, Throwable cause) {
        super(message, cause, false, false);
    }
}
