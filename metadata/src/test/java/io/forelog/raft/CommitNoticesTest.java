package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.microraft.RaftEndpoint;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class CommitNoticesTest {

    private static final RaftEndpoint LEADER = new Endpoint(MemberId.of("n1"));
    private static final RaftEndpoint FOLLOWER = new Endpoint(MemberId.of("n2"));
    private static final long NOTHING_ASKED = 0;
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Queue<Runnable> scheduled = new ArrayDeque<>();
    private final List<AppendEntriesRequest> late = new ArrayList<>();
    private long nanos;
    private final CommitNotices notices = new CommitNotices(
            PAUSE,
            () -> nanos,
            (delay, task) -> scheduled.add(task),
            Runnable::run,
            (target, request) -> late.add(request));

    @Test
    void firstNoticeGoesAtOnceAndTheNextWaits() {
        assertThat(isDue(request(1, 7))).isTrue();
        assertThat(isDue(request(1, 8))).isFalse();
        assertThat(isDue(request(1, 9))).isFalse();

        pass();

        assertThat(late).extracting(AppendEntriesRequest::getCommitIndex).containsExactly(9L);
    }

    @Test
    void noticeIsDroppedWhenEntriesBringTheNews() {
        isDue(request(1, 7));
        assertThat(isDue(request(1, 8))).isFalse();
        assertThat(isDue(request(1, 8, entry(9)))).isTrue();

        pass();

        assertThat(late).isEmpty();
    }

    @Test
    void noticeAfterAPauseGoesAtOnce() {
        isDue(request(1, 7));
        pass();

        assertThat(isDue(request(1, 8))).isTrue();
    }

    @Test
    void heartbeatAndWhatAsksForAnAnswerNeverWait() {
        isDue(request(1, 7));

        assertThat(isDue(request(1, 7))).isTrue();
        assertThat(isDue(asking(1, 8))).isTrue();
    }

    @Test
    void newTermIsToldAnew() {
        isDue(request(1, 7));
        pass();
        assertThat(isDue(request(2, 7))).isTrue();
        assertThat(isDue(request(2, 8))).isFalse();
    }

    @Test
    void membersThatHaveLeftAreForgottenAndThoseThatStayAreNot() {
        for (int incarnation = 0; incarnation < 100; incarnation++) {
            nanos += CommitNotices.FORGOTTEN.toNanos() * 2 / 3;
            notices.isDue(FOLLOWER, request(1, incarnation));
            notices.isDue(new Endpoint(new MemberId("n3", incarnation)), request(1, incarnation));
        }

        assertThat(notices.size()).isLessThanOrEqualTo(4);
        assertThat(isDue(request(1, 100))).isFalse();
    }

    private boolean isDue(AppendEntriesRequest request) {
        return notices.isDue(FOLLOWER, request);
    }

    private void pass() {
        nanos += PAUSE.toNanos();
        while (!scheduled.isEmpty()) {
            scheduled.remove().run();
        }
    }

    private static LogEntry entry(long index) {
        return EntryCodec.entry(index, 1, LogOperation.received(EntryKind.FORCED, ByteBuffer.allocate(1)));
    }

    private static AppendEntriesRequest request(int term, long committed, LogEntry... entries) {
        return request(term, committed, NOTHING_ASKED, List.of(entries));
    }

    private static AppendEntriesRequest asking(int term, long committed) {
        return request(term, committed, 3, List.of());
    }

    private static AppendEntriesRequest request(int term, long committed, long flowControl, List<LogEntry> entries) {
        return EntryCodec.MODELS
                .createAppendEntriesRequestBuilder()
                .setGroupId("g0")
                .setSender(LEADER)
                .setTerm(term)
                .setPreviousLogIndex(committed)
                .setPreviousLogTerm(term)
                .setCommitIndex(committed)
                .setQuerySequenceNumber(0)
                .setFlowControlSequenceNumber(flowControl)
                .setLogEntries(entries)
                .build();
    }
}
