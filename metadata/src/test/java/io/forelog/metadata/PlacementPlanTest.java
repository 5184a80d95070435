package io.forelog.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.error.LastReplicaException;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.DeleteLog;
import io.forelog.metadata.MetadataCommand.DrainNode;
import io.forelog.metadata.MetadataCommand.ForgetNode;
import io.forelog.metadata.MetadataCommand.GroupFormed;
import io.forelog.metadata.MetadataCommand.GroupLed;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.metadata.MetadataCommand.MoveNode;
import io.forelog.metadata.MetadataCommand.PlaceGroup;
import io.forelog.metadata.MetadataCommand.RemoveNode;
import io.forelog.raft.MemberId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementPlanTest {

    private static final MemberId N1 = MemberId.of("n1");
    private static final MemberId N2 = MemberId.of("n2");
    private static final MemberId N3 = MemberId.of("n3");

    @Test
    void shardsBeginSoManyTogetherAndTheNextOnesInTheNextGroup() {
        var state = ClusterState.EMPTY;
        for (var node : List.of("n1", "n2", "n3")) {
            state = new JoinNode(node, node, "here", "h:1", "r:1").apply(state);
        }

        var settings = LogSettings.defaults(3).withShards(10);
        var groups = new CreateLog("log", settings, 1, 4)
                .apply(state).log("log").shards().shards().stream().map(shard -> shard.group()).toList();

        assertThat(groups.subList(0, 4)).containsOnly(groups.getFirst());
        assertThat(groups.subList(4, 8)).containsOnly((groups.getFirst() + 1) % 3);
        assertThat(groups.subList(8, 10)).containsOnly((groups.getFirst() + 2) % 3);
    }

    @Test
    void aClusterAtRestNeedsNothing() {
        assertThat(plan(ClusterState.EMPTY)).isEmpty();
        assertThat(plan(cluster(3, 3, 3))).isEmpty();
        assertThat(plan(cluster(4, 3, 8))).isEmpty();
        assertThat(plan(cluster(5, 3, 10))).isEmpty();
    }

    @Test
    void leadershipLeavesADrainingNodeAndItsReplicasStayWhereNoOtherNodeIsLeft() {
        var state = settled(new DrainNode("n2", true).apply(cluster(3, 3, 6)));

        assertThat(state.groups()).allSatisfy(group -> {
            assertThat(group.preferred()).isNotEqualTo("n2");
            assertThat(group.members()).containsExactlyInAnyOrder("n1", "n2", "n3");
        });
        assertThat(leads(state).values()).allSatisfy(count -> assertThat(count).isBetween(1, 2));
    }

    @Test
    void replicasLeaveADrainingNodeForNodesWithoutOne() {
        var state = settled(new DrainNode("n2", true).apply(cluster(5, 3, 10)));

        assertThat(state.groups()).allSatisfy(group -> {
            assertThat(group.members()).hasSize(3).doesNotContain("n2").doesNotHaveDuplicates();
            assertThat(group.members()).contains(group.preferred());
        });
    }

    @Test
    void aReplacementStandsInARegionThatHasNoReplicaIfThereIsOne() {
        ClusterState state = ClusterState.EMPTY;
        for (var node : List.of("a1/a", "a2/a", "b1/b", "c1/c", "c2/c")) {
            state = new JoinNode(node.substring(0, 2), node, node.substring(3), node + ":1", node + ":2").apply(state);
        }
        state = new CreateLog("log", LogSettings.defaults(3), 1).apply(state);

        state = settled(new DrainNode("c1", true).apply(state));

        var nodes = state.nodes();
        assertThat(state.groups()).allSatisfy(group -> assertThat(
                        group.members().stream().map(member -> nodes.get(member).region()))
                .containsExactlyInAnyOrder("a", "b", "c"));
    }

    @Test
    void leadershipIsSpreadEvenlyAgainWhenTheNodeComesBack() {
        var drained = settled(new DrainNode("n2", true).apply(cluster(3, 3, 12)));

        var back = settled(new DrainNode("n2", false).apply(drained));

        assertThat(leads(back)).isEqualTo(Map.of("n1", 1, "n2", 1, "n3", 1));
    }

    @Test
    void replicasAreEvenAgainWhenADrainedNodeComesBack() {
        var drained = settled(new DrainNode("n2", true).apply(cluster(5, 3, 10)));

        var back = settled(new DrainNode("n2", false).apply(drained));

        assertThat(holds(back).values()).allSatisfy(count -> assertThat(count).isBetween(2, 4));
        back.groups().forEach(group -> assertThat(group.replicas()).doesNotHaveDuplicates());
    }

    @Test
    void aReplicaThatComesBackToItsNodeIsAnotherMember() {
        var before = cluster(5, 3, 10);
        var back = settled(new DrainNode("n2", false).apply(settled(new DrainNode("n2", true).apply(before))));

        var known = before.groups().stream()
                .flatMap(group -> group.replicas().stream().map(member -> group.id() + "/" + member))
                .filter(member -> member.contains("n2"))
                .toList();
        assertThat(back.groups().stream()
                        .flatMap(group -> group.replicas().stream().map(member -> group.id() + "/" + member)))
                .doesNotContainAnyElementsOf(known);
    }

    /** The group has not let go of it yet: with an empty log it would vote for who lacks what it acknowledged. */
    @Test
    void aReplicaWhoseDiskIsLostIsNeverOpenedAgainThoughItsNodeIsToHoldTheGroupNoMore() {
        var before = cluster(4, 3, 8).with(Group.founded(0, List.of(N1, N2, N3), "n1"));

        var lostThenPlaced = new PlaceGroup(0, List.of("n1", "n2", "n4"), "n1")
                .apply(new JoinNode("n3", "another", "here", "h:3", "r:3").apply(before))
                .groups()
                .getFirst();
        var placedThenLost = new JoinNode("n3", "another", "here", "h:3", "r:3")
                .apply(new PlaceGroup(0, List.of("n1", "n2", "n4"), "n1").apply(before))
                .groups()
                .getFirst();

        for (var group : List.of(lostThenPlaced, placedThenLost)) {
            assertThat(group.present()).contains(N3);
            assertThat(group.replicaOn("n3")).isEmpty();
            assertThat(group.on(List.of("n1", "n2", "n3"), "n1").replicas()).doesNotContain(N3);
            assertThat(group.replicaOn("n1")).contains(N1);
        }
    }

    @Test
    void aNodeThatIsAddedGetsItsShare() {
        var state = settled(new JoinNode("n4", "d4", "here", "h:4", "r:4").apply(cluster(3, 3, 12)));

        assertThat(holds(state).values()).allSatisfy(count -> assertThat(count).isBetween(2, 3));
        assertThat(state.groups())
                .allSatisfy(group -> assertThat(group.members()).hasSize(3));
    }

    @Test
    void aGroupWhoseShardsAreGoneGetsItsReplicaBackToo() {
        var empty = new DeleteLog("log").apply(cluster(3, 3, 6));
        var removed = settled(new RemoveNode("n3").apply(empty));
        assertThat(removed.groups())
                .allSatisfy(group -> assertThat(group.members()).hasSize(2));

        var state = settled(
                new JoinNode("n4", "d4", "here", "h:4", "r:4").apply(new ForgetNode("n3").apply(removed)));

        assertThat(state.groups())
                .allSatisfy(group -> assertThat(group.members()).containsExactlyInAnyOrder("n1", "n2", "n4"));
    }

    @Test
    void aGroupDoesWithAReplicaLessUntilAnotherNodeComesInPlaceOfARemovedOne() {
        var removed = settled(new RemoveNode("n3").apply(cluster(3, 3, 6)));
        assertThat(removed.groups())
                .allSatisfy(group -> assertThat(group.members()).containsExactlyInAnyOrder("n1", "n2"));

        var state = new ForgetNode("n3").apply(removed);
        assertThat(state.nodes()).containsOnlyKeys("n1", "n2");
        state = settled(new JoinNode("n4", "d4", "here", "h:4", "r:4").apply(state));

        assertThat(state.groups())
                .allSatisfy(group -> assertThat(group.members()).containsExactlyInAnyOrder("n1", "n2", "n4"));
        assertThat(leads(state)).isEqualTo(Map.of("n1", 1, "n2", 1, "n4", 1));
    }

    /** With a replica less, it would have one voter: what it acknowledges would be on one disk. */
    @Test
    void aGroupWaitsForANodeThatIsSilentForAMomentInPlaceOfARemovedOne() {
        var three = cluster(3, 3, 6);
        var state = new RemoveNode("n3").apply(new JoinNode("n4", "d4", "here", "h:4", "r:4").apply(three));

        var silent = settled(state, new Liveness(Set.of("n4"), Set.of()));
        var dead = settled(state, new Liveness(Set.of("n4"), Set.of("n4")));

        assertThat(silent.groups())
                .allSatisfy(group -> assertThat(group.members()).containsExactlyInAnyOrder("n1", "n2", "n3"));
        assertThat(settled(silent).groups())
                .allSatisfy(group -> assertThat(group.members()).containsExactlyInAnyOrder("n1", "n2", "n4"));
        assertThat(dead.groups())
                .allSatisfy(group -> assertThat(group.members()).containsExactlyInAnyOrder("n1", "n2"));
    }

    @Test
    void aRemovedNodeIsNotForgottenWhileAGroupHasIt() {
        var state = new RemoveNode("n3").apply(cluster(3, 3, 6));

        assertThat(new ForgetNode("n3").apply(state)).isSameAs(state);
    }

    @Test
    void theNameOfARemovedNodeIsNeverGivenAgain() {
        var state = new ForgetNode("n3").apply(settled(new RemoveNode("n3").apply(cluster(3, 3, 6))));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JoinNode("n3", "other", "here", "h:3", "r:3").apply(state))
                .withMessageContaining("removed for ever");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MoveNode("n3", "d3", "here", "h:3", "r:3").apply(state));
        assertThat(new RemoveNode("n3").apply(state)).as("a repeat").isSameAs(state);
    }

    @Test
    void theLastNodeThatCouldHoldAReplicaIsNotRemoved() {
        var state = new DrainNode("n1", true).apply(cluster(2, 1, 2));

        assertThatThrownBy(() -> new RemoveNode("n2").apply(state)).isInstanceOf(LastReplicaException.class);
    }

    @Test
    void theReplicasOfADeadNodeAreReplacedAndThoseOfASilentOneStay() {
        var state = cluster(4, 3, 8);

        var silent = PlacementPlan.of(state, new Liveness(Set.of("n2"), Set.of()), PlacementRules.DEFAULT);
        assertThat(silent).isEmpty();
        // Its group has elected another leader by then.
        var settled = settled(new GroupLed(1, "n1", 2).apply(state), new Liveness(Set.of("n2"), Set.of("n2")));

        assertThat(settled.groups())
                .allSatisfy(group -> assertThat(group.members()).containsExactlyInAnyOrder("n1", "n3", "n4"));
    }

    @Test
    void aGroupThatCannotCommitKeepsItsReplicas() {
        var state = cluster(5, 3, 10);
        var dead = Set.of("n1", "n2", "n3");

        var commands = PlacementPlan.of(state, new Liveness(dead, dead), PlacementRules.DEFAULT);

        assertThat(commands).allSatisfy(command -> {
            var group = state.groups().get(command.group());
            var alive = group.members().stream()
                    .filter(node -> !dead.contains(node))
                    .count();
            assertThat(command.members().equals(group.members()) || alive > 1).isTrue();
        });
    }

    @Test
    void nothingMovesWhenEveryNodeIsDraining() {
        var state = cluster(3, 3, 6);
        for (var node : List.of("n1", "n2", "n3")) {
            state = new DrainNode(node, true).apply(state);
        }

        assertThat(plan(state)).isEmpty();
    }

    /** Carries plans out, the groups following at once, until there is nothing to do. */
    private static ClusterState settled(ClusterState state) {
        return settled(state, Liveness.ALL);
    }

    private static ClusterState settled(ClusterState state, Liveness liveness) {
        for (int round = 0; round < 100; round++) {
            var commands = PlacementPlan.of(state, liveness, PlacementRules.DEFAULT);
            if (commands.isEmpty()) {
                return state;
            }
            for (var command : commands) {
                state = command.apply(state);
            }
            assertThat(state.groups().stream().filter(group -> !group.present().containsAll(group.replicas())))
                    .as("groups that copy at once")
                    .hasSizeLessThanOrEqualTo(PlacementRules.DEFAULT.movingMax());
            state = formed(state);
        }
        throw new AssertionError("it never rests: " + state.groups());
    }

    private static ClusterState formed(ClusterState state) {
        for (var group : state.groups()) {
            state = new GroupFormed(group.id(), group.presentIndex() + 1, group.replicas()).apply(state);
        }
        return state;
    }

    private static List<PlaceGroup> plan(ClusterState state) {
        return PlacementPlan.of(state, Liveness.ALL, PlacementRules.DEFAULT);
    }

    private static Map<String, Integer> holds(ClusterState state) {
        var holds = new HashMap<String, Integer>();
        state.nodes().keySet().forEach(node -> holds.put(node, 0));
        state.groups().forEach(group -> group.members().forEach(node -> holds.merge(node, 1, Integer::sum)));
        return holds;
    }

    private static Map<String, Integer> leads(ClusterState state) {
        var leads = new HashMap<String, Integer>();
        state.groups().forEach(group -> leads.merge(group.preferred(), 1, Integer::sum));
        return leads;
    }

    private static ClusterState cluster(int nodes, int replicas, int shards) {
        ClusterState state = ClusterState.EMPTY;
        for (int i = 1; i <= nodes; i++) {
            state = new JoinNode("n" + i, "d" + i, "here", "h:" + i, "r:" + i).apply(state);
        }
        var defaults = LogSettings.defaults(replicas);
        var settings = new LogSettings(
                shards,
                replicas,
                defaults.ack(),
                defaults.fsync(),
                null,
                Bounds.NONE,
                Bounds.NONE,
                false,
                100,
                defaults.compression());
        state = new CreateLog("log", settings, 1).apply(state);
        for (var group : state.groups()) {
            state = new GroupLed(group.id(), group.preferred(), 1).apply(state);
        }
        return state;
    }
}
