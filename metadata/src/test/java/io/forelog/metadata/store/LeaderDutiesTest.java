package io.forelog.metadata.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.DrainNode;
import io.forelog.metadata.MetadataCommand.GroupFormed;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.metadata.MetadataCommand.PlaceGroup;
import io.forelog.metadata.MetadataCommand.RemoveNode;
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

    /** It ends as soon as it is forgotten: had it a vote then, that would be lost without a successor. */
    @Test
    void aRemovedNodeLeavesTheMetadataOnceNoGroupHasToDoWithIt() {
        var removed = new RemoveNode("n3").apply(new CreateLog("log", LogSettings.defaults(3), 1).apply(joined()));
        var left = removed;
        for (var group : removed.groups()) {
            left = new PlaceGroup(group.id(), List.of("n1", "n2"), "n1").apply(left);
            left = new GroupFormed(group.id(), 1, MEMBERS.subList(0, 2)).apply(left);
        }

        assertThat(LeaderDuties.wanted(removed, status(0, 0)).members()).containsExactlyElementsOf(MEMBERS);
        assertThat(LeaderDuties.wanted(left, status(0, 0)).members()).containsExactlyElementsOf(MEMBERS.subList(0, 2));
    }

    private static ClusterState joined() {
        var state = ClusterState.EMPTY;
        for (var member : MEMBERS) {
            state = new JoinNode(member.node(), member.node(), "here", "h:1", "h:2").apply(state);
        }
        return state;
    }

    private static Optional<MemberId> successor(int silenceOfSecond, int silenceOfThird) {
        var state = new DrainNode("n1", true).apply(joined());
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
