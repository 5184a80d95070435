package io.forelog.metadata.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Liveness;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.raft.FollowerProgress;
import io.forelog.raft.GroupStatus;
import io.forelog.raft.MemberId;
import io.forelog.raft.Membership;
import io.forelog.raft.Role;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Node n3 does not answer, and n1 and n2 lead the metadata in turn. */
class NodesHeardTest {

    private static final Duration SILENT = Duration.ofSeconds(3);
    private static final Duration DEAD = Duration.ofMinutes(10);
    private static final List<MemberId> MEMBERS =
            List.of(new MemberId("n1", 0), new MemberId("n2", 0), new MemberId("n3", 0));

    private ClusterState state = ClusterState.EMPTY;
    /** Of each leader its own: clocks begin anywhere. */
    private long now;

    private NodesHeard heard = new NodesHeard(SILENT, DEAD);
    private int term;
    private MemberId leader = MEMBERS.getFirst();
    private boolean answers;

    NodesHeardTest() {
        for (var member : MEMBERS) {
            state = new JoinNode(member.node(), member.node(), "here", "h:1", "h:2").apply(state);
        }
        lead(0, 1_000_000);
    }

    @Test
    void aNodeThatIsGoneIsDeadInTimeHoweverOftenTheLeaderChanges() {
        for (int changes = 1; changes <= 4; changes++) {
            assertThat(pass(Duration.ofSeconds(121)).dead()).isEmpty();
            lead(changes % 2, changes * 77L);
        }

        assertThat(pass(Duration.ofSeconds(121)).dead()).containsExactly("n3");
    }

    @Test
    void aNewLeaderThatHearsTheNodeDoesNotCallItDead() {
        assertThat(pass(Duration.ofMinutes(9)).silent()).containsExactly("n3");
        lead(1, 5);
        answers = true;

        var liveness = look();

        assertThat(liveness.silent()).isEmpty();
        assertThat(state.nodes().get("n3").silence()).isZero();
    }

    @Test
    void aNewLeaderListensForAWhileBeforeItCallsANodeDead() {
        assertThat(pass(DEAD.plusSeconds(30)).dead()).containsExactly("n3");
        lead(1, 5);

        assertThat(pass(SILENT).dead()).isEmpty();
        assertThat(pass(Duration.ofSeconds(1)).dead()).containsExactly("n3");
    }

    @Test
    void nothingIsToldOfNodesThatAnswer() {
        answers = true;
        var before = state;

        for (int i = 0; i < 3_000; i++) {
            now += Duration.ofSeconds(1).toNanos();
            look();
        }

        assertThat(state).isSameAs(before);
    }

    private void lead(int member, long clock) {
        heard = new NodesHeard(SILENT, DEAD);
        leader = MEMBERS.get(member);
        now = clock;
        term++;
        look();
    }

    /** Returns who answers after that time. */
    private Liveness pass(Duration time) {
        long end = now + time.toNanos();
        var liveness = Liveness.ALL;
        while (now < end) {
            long step = Math.min(end - now, Duration.ofSeconds(1).toNanos());
            now += step;
            liveness = look();
        }
        return liveness;
    }

    private Liveness look() {
        var liveness = heard.look(state, status(), now);
        for (var news : heard.news(state, now)) {
            state = news.apply(state);
        }
        return liveness;
    }

    private GroupStatus status() {
        var followers = MEMBERS.stream()
                .filter(member -> !member.equals(leader))
                .map(member -> follower(member, answers || !member.node().equals("n3")))
                .toList();
        return new GroupStatus(
                leader,
                Role.LEADER,
                term,
                Optional.of(leader),
                true,
                10,
                10,
                10,
                0,
                new Membership(1, MEMBERS, MEMBERS),
                followers,
                0,
                false,
                0,
                0);
    }

    /** A leader that never heard of a follower knows nothing that it has. */
    private static FollowerProgress follower(MemberId member, boolean answers) {
        return new FollowerProgress(member, answers ? 10 : 0, 0, Duration.ZERO, Duration.ZERO, false);
    }
}
