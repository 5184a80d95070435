package io.forelog.server.http;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract's table of errors, by what goes wrong inside. */
class ProblemsTest {

    static Stream<Arguments> failures() {
        return Stream.of(
                row(new ProducerFencedException("p", 1, 2), 403, "producer-fenced", false, ""),
                row(new NoSuchLogException("a"), 404, "no-such-log", false, ""),
                row(new NoSuchShardException("a", 1), 404, "no-such-shard", false, ""),
                row(new NoSuchPlanException(7), 404, "no-such-plan", false, ""),
                row(new NoSuchRecordException(1, 5, 5), 404, "no-such-record", false, "highWatermark"),
                row(new LogExistsException("it exists"), 409, "log-exists", false, ""),
                row(new ProducerGapException("p", 3, 1), 409, "producer-gap", false, "Producer-Expected-Seq"),
                row(new PlanConflictException("another"), 409, "plan-conflict", false, ""),
                row(new LastReplicaException("the last"), 409, "last-replica", false, ""),
                row(new RecordExpiredException(1, 0, 9), 410, "record-expired", false, "startOffset"),
                row(new OffsetMismatchException(1, 2, 3), 412, "offset-mismatch", false, "nextOffset"),
                row(new RecordTooLargeException("too large"), 413, "record-too-large", false, ""),
                row(new WrongShardException(1, 2), 421, "wrong-shard", false, "shard"),
                row(new ShardSealedException(1, List.of(2, 3)), 421, "shard-sealed", false, "children"),
                row(new OverloadedException("full", Duration.ofSeconds(2)), 429, "overloaded", true, "Retry-After"),
                row(new NoLeaderException("nobody"), 503, "no-leader", true, "Retry-After"),
                row(new NoQuorumException("too few"), 503, "no-quorum", true, "Retry-After"),
                row(new CommitUnknownException("perhaps"), 504, "commit-unknown", true, ""),
                row(new DiskFullException("full"), 507, "disk-full", true, ""));
    }

    private static Arguments row(
            ForelogException failure, int status, String slug, boolean retryable, String headerOrMember) {
        return Arguments.of(failure, status, slug, retryable, headerOrMember);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void eachFailureHasItsStatusAndSlug(
            ForelogException failure, int status, String slug, boolean retryable, String headerOrMember) {
        var problem = Problems.of(new CompletionException(failure));

        assertThat(problem.status()).isEqualTo(status);
        var document = problem.toJson("/v1/logs/a");
        assertThat(document.get("type").textValue()).isEqualTo("/problems/" + slug);
        assertThat(document.get("status").intValue()).isEqualTo(status);
        assertThat(document.get("detail").textValue()).isEqualTo(failure.getMessage());
        assertThat(document.get("retryable").booleanValue()).isEqualTo(retryable);
        if (!headerOrMember.isEmpty()) {
            assertThat(problem.headers().containsKey(headerOrMember) || document.has(headerOrMember))
                    .as(headerOrMember)
                    .isTrue();
        }
    }

    @Test
    void noFailureIsWithoutARow() {
        var known = failures().map(row -> row.get()[0].getClass().getName()).toList();

        assertThat(Arrays.stream(ForelogException.class.getPermittedSubclasses())
                        .map(Class::getName))
                .hasSameElementsAs(known);
    }

    @Test
    void whatIsNotDoneInTimeMayBeRepeated() {
        var problem = Problems.of(new TimeoutException());

        assertThat(problem.slug()).isEqualTo("no-quorum");
        assertThat(problem.retryable()).isTrue();
    }
}
