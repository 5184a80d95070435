package io.forelog.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.DrainNode;
import io.forelog.metadata.MetadataCommand.JoinNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacementPlanTest {

    @Test
    void aClusterAtRestNeedsNothing() {
        assertThat(PlacementPlan.of(ClusterState.EMPTY)).isEmpty();
        assertThat(PlacementPlan.of(cluster(3, 3, 3))).isEmpty();
        assertThat(PlacementPlan.of(cluster(5, 3, 17))).isEmpty();
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
        assertThat(state.groups()).allSatisfy(group ->
                assertThat(group.members().stream().map(member -> nodes.get(member).region()))
                        .containsExactlyInAnyOrder("a", "b", "c"));
    }

    @Test
    void leadershipIsSpreadEvenlyAgainWhenTheNodeComesBack() {
        var drained = settled(new DrainNode("n2", true).apply(cluster(3, 3, 12)));

        var back = settled(new DrainNode("n2", false).apply(drained));

        assertThat(leads(back)).isEqualTo(Map.of("n1", 1, "n2", 1, "n3", 1));
    }

    @Test
    void nothingMovesWhenEveryNodeIsDraining() {
        var state = cluster(3, 3, 6);
        for (var node : List.of("n1", "n2", "n3")) {
            state = new DrainNode(node, true).apply(state);
        }

        assertThat(PlacementPlan.of(state)).isEmpty();
    }

    private static ClusterState settled(ClusterState state) {
        var commands = new ArrayList<MetadataCommand>(PlacementPlan.of(state));
        for (var command : commands) {
            state = command.apply(state);
        }
        assertThat(PlacementPlan.of(state)).as("a second plan").isEmpty();
        return state;
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
        return new CreateLog("log", settings, 1).apply(state);
    }
}
