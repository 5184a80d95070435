package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.microraft.RaftEndpoint;
import io.microraft.RaftNodeStatus;
import io.microraft.RaftRole;
import io.microraft.impl.report.RaftLogStatsImpl;
import io.microraft.impl.report.RaftNodeReportImpl;
import io.microraft.impl.state.RaftGroupMembersState;
import io.microraft.impl.state.RaftTermState;
import io.microraft.model.impl.log.DefaultSnapshotEntryOrBuilder;
import io.microraft.model.log.BaseLogEntry;
import io.microraft.report.RaftNodeReport;
import io.microraft.report.RaftNodeReport.RaftNodeReportReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FollowerWatchTest {

    private static final RaftEndpoint LEADER = new Endpoint(MemberId.of("n1"));
    private static final RaftEndpoint FOLLOWER = new Endpoint(MemberId.of("n2"));

    private long nanos;
    private final ScaledTime time = new ScaledTime(() -> nanos, 10);
    private final List<FollowerProgress> stalled = new ArrayList<>();
    private final FollowerWatch watch = new FollowerWatch(() -> nanos, time, RaftTiming.DEFAULT, stalled::add);

    /** Trap 5: such a follower is to be replaced. */
    @Test
    void followerThatAnswersAndTakesNothingIsReportedOnce() {
        for (var second = 0; second < 40; second++) {
            watch.look(report(5, 10, time.millis()));
            nanos += Duration.ofSeconds(1).toNanos();
        }

        assertThat(stalled).singleElement().satisfies(progress -> {
            assertThat(progress.member()).isEqualTo(MemberId.of("n2"));
            assertThat(progress.lag()).isEqualTo(5);
            assertThat(progress.standstill()).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(17));
        });
    }

    @Test
    void slowFollowerIsNotReported() {
        for (var second = 0; second < 40; second++) {
            watch.look(report(second / 10, 100, time.millis()));
            nanos += Duration.ofSeconds(1).toNanos();
        }

        assertThat(stalled).isEmpty();
    }

    @Test
    void idleFollowerIsNotReported() {
        for (var second = 0; second < 40; second++) {
            watch.look(report(10, 10, time.millis()));
            nanos += Duration.ofSeconds(1).toNanos();
        }

        assertThat(stalled).isEmpty();
    }

    @Test
    void silentFollowerIsDownAndNotStalled() {
        var heard = time.millis();
        for (var second = 0; second < 40; second++) {
            watch.look(report(5, 10, heard));
            nanos += Duration.ofSeconds(1).toNanos();
        }

        assertThat(stalled).isEmpty();
        assertThat(watch.look(report(5, 10, heard)).getFirst().silence()).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void followerThatIsBeingSentACheckpointIsNotReported() {
        for (var second = 0; second < 40; second++) {
            watch.offered(MemberId.of("n2"));
            assertThat(watch.look(report(0, 10, time.millis())).getFirst().installing())
                    .isTrue();
            nanos += Duration.ofSeconds(1).toNanos();
        }

        assertThat(stalled).isEmpty();
    }

    private static RaftNodeReport report(long match, long last, long heardMillis) {
        var members = new RaftGroupMembersState(0, List.of(LEADER, FOLLOWER), List.of(LEADER, FOLLOWER), LEADER);
        BaseLogEntry lastEntry = EntryCodec.entry(last, 1, LogOperation.newTerm());
        var log = new RaftLogStatsImpl(
                last, lastEntry, new DefaultSnapshotEntryOrBuilder().build(), 0, 0, Map.of(FOLLOWER, match));
        return new RaftNodeReportImpl(
                RaftNodeReportReason.PERIODIC,
                "g",
                LEADER,
                members,
                members,
                members,
                RaftRole.LEADER,
                RaftNodeStatus.ACTIVE,
                RaftTermState.INITIAL,
                log,
                Map.of(FOLLOWER, heardMillis),
                Optional.of(heardMillis),
                Optional.empty());
    }
}
