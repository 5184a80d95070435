package io.forelog.metadata.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand.DrainNode;
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

class LeaderDutiesTest {

    private static final List<MemberId> MEMBERS =
            List.of(new MemberId("n1", 0), new MemberId("n2", 0), new MemberId("n3", 0));

    /** Leadership goes to a node only after that one was wanted for a while without a break. */
    @Test
    void theSuccessorOfADrainedLeaderIsTheSameWhicheverFollowerAnsweredLast() {
        assertThat(successor(10, 20)).contains(MEMBERS.get(1));
        assertThat(successor(20, 10)).contains(MEMBERS.get(1));
    }

    @Test
    void aFollowerThatDoesNotAnswerIsNoSuccessor() {
        assertThat(successor(1_500, 20)).contains(MEMBERS.get(2));
        assertThat(successor(1_500, 1_500)).isEmpty();
    }

    private static Optional<MemberId> successor(int silenceOfSecond, int silenceOfThird) {
        var state = ClusterState.EMPTY;
        for (var member : MEMBERS) {
            state = new JoinNode(member.node(), member.node(), "here", "h:1", "h:2").apply(state);
        }
        state = new DrainNode("n1", true).apply(state);
        return LeaderDuties.wanted(state, status(silenceOfSecond, silenceOfThird))
                .preferred();
    }

    private static GroupStatus status(int silenceOfSecond, int silenceOfThird) {
        var followers = List.of(follower(MEMBERS.get(1), silenceOfSecond), follower(MEMBERS.get(2), silenceOfThird));
        return new GroupStatus(
                MEMBERS.getFirst(),
                Role.LEADER,
                1,
                Optional.of(MEMBERS.getFirst()),
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

    private static FollowerProgress follower(MemberId member, int silenceMillis) {
        return new FollowerProgress(member, 10, 0, Duration.ofMillis(silenceMillis), Duration.ZERO, false);
    }
}
