package io.forelog.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forelog.plan.Cause;
import io.forelog.plan.PlanKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ArchiveRuleTest {

    private static final long GIB = 1L << 30;
    private static final int SETTLED = 600;

    /** Free are 40 of 200 GiB, with 18 of them to come within the hour: below 15 % after 33 minutes. */
    private static final NodeView FILLING = disk("a", 40, 160, 18 * GIB / 3600.0);

    private static final NodeView FULL = disk("a", 20, 180, 0);

    private static NodeView disk(String node, long freeGib, long heldGib, double bytesPerSecond) {
        return new NodeView(node, 3000, freeGib * GIB, heldGib * GIB, bytesPerSecond, 0, false);
    }

    private static SealedView sealed(int number, long gib, double readsExpected, String... nodes) {
        return new SealedView(
                new ShardId("log", number),
                nodes.length == 0 ? List.of("a") : List.of(nodes),
                gib * GIB,
                readsExpected,
                true,
                SETTLED,
                false,
                false);
    }

    private static SealedView with(SealedView shard, boolean archivable, int settledMinutes, boolean leaving) {
        return new SealedView(
                shard.id(),
                shard.nodes(),
                shard.bytes(),
                shard.readsExpected(),
                archivable,
                settledMinutes,
                leaving,
                leaving);
    }

    private static ClusterView view(boolean archives, List<SealedView> sealed, NodeView... nodes) {
        return new ClusterView(1_000_000, List.of(), sealed, archives, List.of(nodes), List.of(), 0, Experience.NONE);
    }

    private static Round decide(Mode mode, List<SealedView> sealed, NodeView... nodes) {
        return ShardManager.decide(view(true, sealed, nodes), Clusters.policy(mode));
    }

    private static List<Integer> archived(Round round) {
        return round.proposals().stream()
                .map(proposal -> proposal.shards().getFirst().shard())
                .toList();
    }

    private static Decision decision(Round round, String subject) {
        return round.decisions().stream()
                .filter(decision -> decision.subject().equals(subject))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theColdestSealedShardIsArchivedBeforeADiskIsFull() {
        var sealed = List.of(sealed(0, 30, 400), sealed(1, 30, 2), sealed(2, 30, 20));

        var round = decide(Mode.HYBRID, sealed, FILLING);

        assertThat(round.proposals()).singleElement().satisfies(proposal -> {
            assertThat(proposal.kind()).isEqualTo(PlanKind.ARCHIVE);
            assertThat(proposal.cause()).isEqualTo(Cause.FORECAST);
            assertThat(proposal.shards()).containsExactly(new ShardId("log", 1));
            assertThat(proposal.cost().bytes()).isEqualTo(30 * GIB);
            assertThat(proposal.cost().pauseMillis()).isZero();
            // The disk is short for 27 minutes of the hour; all that is wanted is 18 GiB.
            assertThat(proposal.benefit().violationSecondsAvoided()).isCloseTo(1600, within(1.0));
            assertThat(proposal.benefit().headroom()).isCloseTo(0.26, within(0.001));
        });
        var decision = decision(round, "log:1");
        assertThat(decision.action()).isEqualTo("archive");
        assertThat(decision.reason()).contains("20 % of its disk free", "11 % in an hour", "15 % are wanted");
        assertThat(decision.inputs())
                .containsKeys("secondsBelow", "readsExpectedPerHour", "accessProbability", "scorePerByte");
    }

    @Test
    void ofShardsThatAreReadAlikeTheLargestGoesFirstAndNoMoreThanIsWanted() {
        assertThat(archived(decide(Mode.HYBRID, List.of(sealed(0, 5, 0), sealed(1, 25, 0)), FILLING)))
                .containsExactly(1);
        assertThat(archived(decide(Mode.HYBRID, List.of(sealed(0, 20, 0.1), sealed(1, 15, 0.09)), FULL)))
                .containsExactly(0);
        assertThat(archived(decide(Mode.HYBRID, List.of(sealed(0, 5, 0), sealed(1, 15, 0)), FILLING)))
                .containsExactly(1, 0);
    }

    @Test
    void aDiskThatKeepsItsRoomIsLeftAlone() {
        var round = decide(Mode.HYBRID, List.of(sealed(0, 30, 0)), disk("a", 40, 160, GIB / 3600.0));

        assertThat(round.proposals()).isEmpty();
        assertThat(round.decisions())
                .singleElement()
                .extracting(Decision::subject)
                .isEqualTo("cluster");
    }

    /** 100,000 reads in an hour would wait for 10,000 seconds, which the hour does not have. */
    @Test
    void aSealedShardThatIsReadTooMuchStays() {
        var round = decide(Mode.HYBRID, List.of(sealed(0, 100, 100_000)), FULL);

        assertThat(round.proposals()).isEmpty();
        var decision = decision(round, "a");
        assertThat(decision.action()).isEqualTo(Decision.NONE);
        assertThat(decision.reason()).contains("1 sealed shards are read too much");
        assertThat(decision.alternatives()).singleElement().asString().startsWith("archive log:0: costs 10");
        assertThat(archived(decide(Mode.HYBRID, List.of(sealed(0, 100, 10_000)), FULL)))
                .containsExactly(0);
    }

    /** Its readers would wait for 200 seconds; it is worth a hundredth of the hour. */
    @Test
    void roomIsWorthItsShareOfWhatIsWanted() {
        var wanting = disk("a", 0, 500, 0);

        assertThat(archived(decide(Mode.HYBRID, List.of(sealed(0, 1, 2_000)), wanting)))
                .isEmpty();
        assertThat(archived(decide(Mode.HYBRID, List.of(sealed(0, 10, 2_000)), wanting)))
                .containsExactly(0);
    }

    @Test
    void withoutAnArchiveStoreNothingIsArchivedAndTheDecisionSaysSo() {
        var round = ShardManager.decide(view(false, List.of(sealed(0, 30, 0)), FULL), Clusters.policy(Mode.HYBRID));

        assertThat(round.proposals()).isEmpty();
        assertThat(decision(round, "a").reason()).contains("there is no archive store");
    }

    @Test
    void aLogThatDoesNotAskForAnArchiveKeepsItsShards() {
        var round = decide(Mode.HYBRID, List.of(with(sealed(0, 30, 0), false, SETTLED, false)), FULL);

        assertThat(round.proposals()).isEmpty();
        assertThat(decision(round, "a").reason()).contains("the logs of 1 have no archive setting");
    }

    @Test
    void whatChangedLatelyIsNotArchivedYet() {
        var settling = decide(Mode.HYBRID, List.of(with(sealed(0, 30, 0), true, 59, false)), FULL);

        assertThat(settling.proposals()).isEmpty();
        assertThat(decision(settling, "a").reason()).contains("1 changed less than 60 minutes ago");
        assertThat(archived(decide(Mode.HYBRID, List.of(with(sealed(0, 30, 0), true, 60, false)), FULL)))
                .containsExactly(0);
    }

    /** 20 of 200 GiB are free, 40 are wanted: 30 are on their way, and then there are enough. */
    @Test
    void whatIsOnItsWayToTheArchiveCountsAsFree() {
        var leaving = with(sealed(0, 30, 0), true, 0, true);

        assertThat(decide(Mode.HYBRID, List.of(leaving, sealed(1, 30, 0)), FULL).proposals())
                .isEmpty();
    }

    @Test
    void aNodeArchivesNoMoreAtATimeThanThePolicyAllows() {
        var small = List.of(sealed(0, 2, 0), sealed(1, 2, 0), sealed(2, 2, 0));
        var leaving = List.of(with(sealed(0, 2, 0), true, 0, true), sealed(1, 2, 0), sealed(2, 2, 0));

        var round = decide(Mode.HYBRID, small, FULL);

        assertThat(archived(round)).containsExactly(0, 1);
        assertThat(decision(round, "a").reason()).contains("2 of its shards are on their way");
        assertThat(archived(decide(Mode.HYBRID, leaving, FULL))).containsExactly(1);
    }

    @Test
    void theMovementBudgetHoldsForArchivesToo() {
        var policy = Clusters.policy(Mode.HYBRID);
        var spent = new ClusterView(
                1_000_000,
                List.of(),
                List.of(sealed(0, 30, 0), sealed(1, 10, 0)),
                true,
                List.of(FULL),
                List.of(),
                policy.bytesPerHour() - 20 * GIB,
                Experience.NONE);

        var round = ShardManager.decide(spent, policy);

        assertThat(archived(round)).containsExactly(1);
        assertThat(decision(round, "log:0").reason()).startsWith("the movement budget has");
    }

    /** Of what three nodes hold alike, one archive frees a part of each disk. */
    @Test
    void aShardIsArchivedOnceForAllItsNodes() {
        var sealed = List.of(sealed(0, 30, 0, "a", "b", "c"), sealed(1, 30, 1, "a", "b", "c"));

        var round = decide(Mode.HYBRID, sealed, FULL, disk("b", 20, 180, 0), disk("c", 20, 180, 0));

        assertThat(archived(round)).containsExactly(0);
    }

    @Test
    void theReactivePolicyWaitsUntilTheDiskIsTooFull() {
        var sealed = List.of(sealed(0, 30, 0));

        assertThat(decide(Mode.REACTIVE, sealed, FILLING).proposals()).isEmpty();
        assertThat(decide(Mode.REACTIVE, sealed, FULL).proposals())
                .singleElement()
                .extracting(Proposal::cause)
                .isEqualTo(Cause.LIMIT_PASSED);
        assertThat(decide(Mode.PROACTIVE, sealed, FILLING).proposals()).hasSize(1);
        assertThat(decide(Mode.MANUAL, sealed, FULL).proposals()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theOrderOfTheViewDoesNotMatter(Mode mode) {
        var sealed = new ArrayList<SealedView>();
        for (int number = 0; number < 100; number++) {
            sealed.add(sealed(number, 1 + number % 3, number % 5, "a", number % 2 == 0 ? "b" : "c"));
        }
        var nodes = new NodeView[] {FULL, disk("b", 30, 180, GIB / 600.0), disk("c", 25, 180, 0)};
        var first = decide(mode, sealed, nodes);
        Collections.shuffle(sealed, new Random(7));

        assertThat(decide(mode, sealed, nodes)).isEqualTo(first);
        assertThat(first.proposals().isEmpty()).isEqualTo(mode == Mode.MANUAL);
    }
}
