package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** n1 leads; of the others some are there, and have everything. */
class NextStepTest {

    private static final MemberId N1 = MemberId.of("n1");
    private static final MemberId N2 = MemberId.of("n2");
    private static final MemberId N3 = MemberId.of("n3");
    private static final MemberId AGAIN_N2 = N2.next();
    private static final MemberId N4 = new MemberId("n4", 1);

    /** n2 lost its disk, and n3 is to leave: were it removed first, n1 alone would acknowledge. */
    @Test
    void theLastTwoVotersDoNotBecomeOneWhileOneOfThemIsReplacedElsewhere() {
        var wanted = wanted(N1, AGAIN_N2, N4);

        assertThat(next(List.of(N1, N3), List.of(AGAIN_N2, N4), Set.of(N3), wanted))
                .isEmpty();
        assertThat(next(List.of(N1, N3), List.of(AGAIN_N2, N4), Set.of(N3, AGAIN_N2), wanted))
                .contains(new GroupStep.Promote(AGAIN_N2));
        assertThat(next(List.of(N1, N3, AGAIN_N2), List.of(N4), Set.of(N3, AGAIN_N2, N4), wanted))
                .contains(new GroupStep.Promote(N4));
        assertThat(next(List.of(N1, N3, AGAIN_N2, N4), List.of(), Set.of(N3, AGAIN_N2, N4), wanted))
                .contains(new GroupStep.Remove(N3));
    }

    @Test
    void ofTwoVotersThatAreWantedAsOneTheOtherIsRemoved() {
        assertThat(next(List.of(N1, N2), List.of(), Set.of(N2), new WantedMembers(List.of(N1), 1, Optional.empty())))
                .contains(new GroupStep.Remove(N2));
    }

    /** Both others lost their disks: nothing else brings a majority back. */
    @Test
    void theLastOfThreeVotersGoesOnAloneOnlyIfNoOtherCanVote() {
        var wanted = wanted(N1, AGAIN_N2, N3.next());

        assertThat(next(List.of(N1, N3), List.of(AGAIN_N2), Set.of(AGAIN_N2), wanted))
                .contains(new GroupStep.Promote(AGAIN_N2));
        assertThat(next(List.of(N1, N3), List.of(AGAIN_N2), Set.of(), wanted)).contains(new GroupStep.Remove(N3));
    }

    /** It would never be committed, and hold up the step that helps. */
    @Test
    void aMemberIsNotAddedWhileTooFewVotersAnswer() {
        var wanted = wanted(N1, AGAIN_N2, N4);

        assertThat(next(List.of(N1, N2), List.of(N4), Set.of(N4), wanted)).contains(new GroupStep.Promote(N4));
        assertThat(next(List.of(N1, N2, N4), List.of(), Set.of(N4), wanted)).contains(new GroupStep.Add(AGAIN_N2));
    }

    private static WantedMembers wanted(MemberId... members) {
        return new WantedMembers(List.of(members), members.length, Optional.empty());
    }

    private static Optional<GroupStep> next(
            List<MemberId> voters, List<MemberId> learners, Set<MemberId> there, WantedMembers wanted) {
        var members = new ArrayList<>(voters);
        members.addAll(learners);
        var followers = Stream.concat(voters.stream(), learners.stream())
                .filter(member -> !member.equals(N1))
                .map(member -> follower(member, there.contains(member)))
                .toList();
        var status = new GroupStatus(
                N1,
                Role.LEADER,
                1,
                Optional.of(N1),
                true,
                9,
                9,
                9,
                0,
                new Membership(5, members, voters),
                followers,
                0,
                false,
                0,
                0);
        return new NextStep(status, wanted, ReconcilerConfig.DEFAULT, List.of(N1, N2, N3)).find();
    }

    private static FollowerProgress follower(MemberId member, boolean isThere) {
        return new FollowerProgress(
                member,
                isThere ? 9 : 0,
                isThere ? 0 : 9,
                isThere ? Duration.ZERO : Duration.ofMinutes(1),
                Duration.ZERO,
                false);
    }
}
