package io.forelog.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class ClusterSimulationTest {

    private static final int STEPS = 200;

    private static Level before = Level.WARN;

    /** Nodes that crash have much to say. */
    @BeforeAll
    static void quiet() {
        before = root().getLevel();
        root().setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        root().setLevel(before);
    }

    private static ch.qos.logback.classic.Logger root() {
        return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);
    }

    @Test
    void aSeedRunsExactlyTheSameTwice() {
        var first = ClusterSimulation.run(7, STEPS, Sabotage.NONE);
        var second = ClusterSimulation.run(7, STEPS, Sabotage.NONE);

        assertThat(second).isEqualTo(first);
        assertThat(second.traceHash())
                .isNotEqualTo(ClusterSimulation.run(8, STEPS, Sabotage.NONE).traceHash());
    }

    @Test
    void aFewSeedsKeepEveryPromise() {
        keepsEveryPromise(1, 9);
    }

    @Tag("long")
    @Test
    void manySeedsKeepEveryPromise() {
        keepsEveryPromise(Long.getLong("forelog.seed", 1_000), Integer.getInteger("forelog.seeds", 1_000));
    }

    /**
     * A replica waited for records of a deleted log, was opened after its disk was lost, or was given up too soon; a
     * leader opened a shard again that the one before had dropped with its log; a checkpoint waited for such records;
     * the two replicas that were left of three refused each other their votes; a follower that had lost an entry never
     * found back; one was to be copied whose first records another's retention had deleted from the archive; a changed
     * bit in the last write of a log was taken for a torn write, and what was committed was forgotten; the log of the
     * group that a shard had been moved from was applied again, and deleted what the next group had committed; a leader
     * that could not read an entry of its log went on, and a new member waited for it; a copy that was not needed was
     * deleted, though the last checkpoint named the shard; a leader offered a checkpoint whose file had changed; the
     * end of a plan that archives could not be told, for the replica of the metadata had stopped.
     */
    @ParameterizedTest
    @CsvSource({
        "88, 200",
        "93, 200",
        "5015, 600",
        "9000884, 200",
        "9001702, 200",
        "9010044, 200",
        "9010683, 200",
        "9041497, 200",
        "9043377, 200",
        "9103498, 200",
        "9109571, 200",
        "9209912, 200",
        "9302072, 200",
        "9303063, 200"
    })
    void whatASeedOnceFoundIsMended(long seed, int steps) {
        assertThat(ClusterSimulation.run(seed, steps, Sabotage.NONE).violation())
                .isNull();
    }

    private static void keepsEveryPromise(long first, int seeds) {
        long acknowledged = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            var result = ClusterSimulation.run(seed, STEPS, Sabotage.NONE);
            assertThat(result.violation())
                    .as("seed %d: %s", seed, String.join("\n", result.timeline()))
                    .isNull();
            acknowledged += result.acknowledged();
        }
        assertThat(acknowledged).isGreaterThan(10L * seeds);
    }

    /** Whatever is broken on purpose is noticed, and soon: the checker looks where it should. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"NONE", "FORGOTTEN_METADATA"})
    void aPromiseBrokenOnPurposeIsNoticed(Sabotage sabotage) {
        isNoticed(sabotage, 60);
    }

    /** It takes a vote that is given twice, or a majority of two that forgot. */
    @Tag("long")
    @Test
    void forgottenVotesAreNoticed() {
        isNoticed(Sabotage.FORGOTTEN_METADATA, 1_000);
    }

    private static void isNoticed(Sabotage sabotage, int seeds) {
        for (long seed = 1; seed <= seeds; seed++) {
            if (ClusterSimulation.run(seed, STEPS, sabotage).violation() != null) {
                System.out.printf("%s is noticed by seed %d%n", sabotage.option(), seed);
                return;
            }
        }
        throw new AssertionError(seeds + " seeds did not notice " + sabotage.what());
    }
}
