package io.forelog.manager;

import static io.forelog.manager.Clusters.policy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forelog.metadata.KeyRange;
import io.forelog.plan.Cause;
import io.forelog.plan.PlanKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limit of a shard is {@link Clusters#LIMIT} requests a second. */
class SpreadRuleTest {

    private static final ShardId SHARD = new ShardId("log", 0);

    @Test
    void theReadsOfAKeyThatNoSplitCanDivideAreSpreadOverItsReplicas() {
        var round = decide(star(2 * Clusters.LIMIT, 1), 3, List.of(), "a", "b", "c", "d", "e");

        var pin = round.proposals().getFirst();
        assertThat(round.proposals()).hasSize(1);
        assertThat(pin.kind()).isEqualTo(PlanKind.PIN);
        assertThat(pin.cause()).isEqualTo(Cause.LIMIT_PASSED);
        assertThat(pin.key()).isEqualTo("star");
        assertThat(pin.cost().bytes()).isZero();
        assertThat(pin.cost().targetLoad()).isCloseTo(2 * Clusters.LIMIT * 2 / 3, within(1.0));
        assertThat(pin.benefit().violationSecondsAvoided()).isGreaterThan(3_000);
        assertThat(view(pin, 1).isEverywhere(3, Clusters.LIMIT)).isFalse();
        assertThat(decision(round).reason()).contains("star alone carries", "read by the replicas, 3 nodes");
    }

    @Test
    void whatIsTooMuchForTheReplicasIsSpreadOverTheCachesOfAllNodes() {
        var round = decide(star(4 * Clusters.LIMIT, 1), 3, List.of(), "a", "b", "c", "d", "e");

        var pin = round.proposals().getFirst();
        assertThat(pin.cost().targetLoad()).isCloseTo(4 * Clusters.LIMIT * 4 / 5, within(1.0));
        assertThat(view(pin, 1).isEverywhere(3, Clusters.LIMIT)).isTrue();
        assertThat(decision(round).reason()).contains("the caches of all, 5 nodes");
    }

    @Test
    void aKeyThatGrowsBeyondItsReplicasIsSpreadFurtherAndItsFirstPlanEndsThen() {
        var few = view(decide(star(2 * Clusters.LIMIT, 1), 3, List.of(), "a", "b", "c", "d")
                .proposals()
                .getFirst(), 1);

        var wider = decide(star(4 * Clusters.LIMIT, 1), 3, List.of(few), "a", "b", "c", "d");
        var many = view(wider.proposals().getFirst(), 2);
        var after = decide(star(4 * Clusters.LIMIT, 1), 3, List.of(few, many), "a", "b", "c", "d");

        assertThat(wider.releases()).isEmpty();
        assertThat(after.proposals()).isEmpty();
        assertThat(after.releases()).containsExactly(1L);
    }

    @Test
    void appendsAreNotSpreadForOneNodeOrdersThem() {
        var round = decide(star(2 * Clusters.LIMIT, 0.05), 3, List.of(), "a", "b", "c");

        assertThat(round.proposals()).isEmpty();
        assertThat(decision(round).reason()).contains("star alone carries", "appends are ordered by one node");
    }

    @Test
    void aNodeThatIsAloneIsToldThatNobodyCanHelp() {
        var round = decide(star(2 * Clusters.LIMIT, 1), 1, List.of(), "a");

        assertThat(round.proposals()).isEmpty();
        assertThat(decision(round).reason()).contains("no other node");
    }

    @Test
    void aKeyThatHasCooledIsServedByItsLeaderAgainButNotAtOnce() {
        var pin = new PinView(7, SHARD, "star", Clusters.LIMIT, false);

        assertThat(decide(star(0.5 * Clusters.LIMIT, 1), 3, List.of(pin), "a", "b", "c").releases())
                .isEmpty();
        var cool = decide(star(0.3 * Clusters.LIMIT, 1), 3, List.of(pin), "a", "b", "c");

        assertThat(cool.releases()).containsExactly(7L);
        assertThat(decision(cool).action()).isEqualTo("unpin");
        assertThat(decision(cool).reason()).contains("star");
    }

    @Test
    void whatSomeoneAskedForStaysThoughItIsCool() {
        var pin = new PinView(7, SHARD, "star", 0, true);

        assertThat(decide(star(1, 1), 3, List.of(pin), "a", "b", "c").releases()).isEmpty();
    }

    @Test
    void whatIsSpreadAlreadyIsNotSpreadAgain() {
        var pin = new PinView(7, SHARD, "star", Clusters.LIMIT, false);

        var round = decide(star(2 * Clusters.LIMIT, 1), 3, List.of(pin), "a", "b", "c");

        assertThat(round.proposals()).isEmpty();
        assertThat(round.releases()).isEmpty();
        assertThat(decision(round).reason()).contains("by plan 7");
    }

    private static PinView view(Proposal proposal, long plan) {
        return new PinView(plan, SHARD, proposal.key(), proposal.cost().targetLoad(), false);
    }

    private static LoadCurve star(double load, double readShare) {
        return new LoadCurve(
                KeyRange.ALL, new float[] {10}, List.of(new LoadCurve.HotKey("star", 77, load)), readShare);
    }

    private static Round decide(LoadCurve curve, int replicas, List<PinView> pins, String... nodes) {
        double load = curve.total();
        var alone = Clusters.shard(0, 1, "a", load, load, curve);
        var shard = new ShardView(
                alone.id(),
                alone.range(),
                alone.node(),
                alone.bytes(),
                alone.recent(),
                alone.outlook(),
                alone.curve(),
                alone.settledMinutes(),
                alone.busy(),
                replicas);
        var cluster = Clusters.cluster(List.of(shard), nodes);
        var view = new ClusterView(
                cluster.nowMillis(),
                cluster.shards(),
                List.of(),
                false,
                cluster.nodes(),
                List.of(),
                0,
                Experience.NONE,
                pins);
        return ShardManager.decide(view, policy(Mode.HYBRID));
    }

    private static Decision decision(Round round) {
        return round.decisions().stream()
                .filter(each -> each.subject().equals(SHARD.toString()))
                .findFirst()
                .orElseThrow();
    }
}
