package io.forelog.loadgen.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forelog.loadgen.load.LatencySummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class BenchReportTest {

    private static final BenchCase APPEND = new BenchCase(BenchOperation.APPEND, Durability.ALWAYS, 100, 16);

    @Test
    void ratiosAreTakenRoundByRoundSoThatWhatDisturbsBothCancelsOut() {
        var ours = turns(1_000, 500, 2_000);
        var theirs = turns(500, 250, 1_000);

        var ratio = Ratio.of(ours, theirs, Turn::perSecond);

        assertThat(ratio.median()).isCloseTo(2, within(1e-9));
        assertThat(ratio.least()).isCloseTo(2, within(1e-9));
        assertThat(ratio.most()).isCloseTo(2, within(1e-9));
    }

    @Test
    void whereForelogLosesIsSaidAndWhetherTheRoundsAgree() {
        var loses = BenchReport.losses(result(turns(100, 90, 110), turns(200, 200, 200)));
        var wavers = BenchReport.losses(result(turns(100, 90, 300), turns(200, 200, 200)));

        assertThat(loses).anyMatch(line -> line.contains("beside Kafka: 2.00 times as many records/s there"));
        assertThat(wavers).anyMatch(line -> line.contains("as many records/s there (the rounds disagree)"));
    }

    @Test
    void nothingIsLostWhereAllFiguresAreBetter() {
        assertThat(BenchReport.losses(result(turns(300, 300, 300), turns(200, 200, 200))))
                .containsExactly("nowhere in what was measured");
    }

    @Test
    void readsAreMeasuredOnceWhateverTheDurability() {
        var settings = new BenchSettings(
                List.of("redis"),
                List.of(BenchOperation.APPEND, BenchOperation.READ),
                List.of(Durability.values()),
                1,
                List.of(100),
                List.of(1, 16),
                10,
                Duration.ZERO,
                Duration.ofSeconds(1),
                1);

        assertThat(BenchCase.all(settings))
                .filteredOn(each -> each.operation() == BenchOperation.APPEND)
                .hasSize(4);
        assertThat(BenchCase.all(settings))
                .filteredOn(each -> each.operation() == BenchOperation.READ)
                .hasSize(2);
    }

    private static BenchResult result(List<Turn> ours, List<Turn> theirs) {
        var settings = new BenchSettings(
                List.of("kafka"),
                List.of(BenchOperation.APPEND),
                List.of(Durability.ALWAYS),
                1,
                List.of(100),
                List.of(16),
                10,
                Duration.ZERO,
                Duration.ofSeconds(1),
                3);
        var machine = new Machine("any", 2, 8, "Linux", "Java", "ext4", new Spread(1, 1, 1), 0);
        var peers = List.of(new BenchResult.PeerTurns("Forelog", ours), new BenchResult.PeerTurns("Kafka", theirs));
        return new BenchResult(
                Instant.EPOCH, settings, machine, List.of(), List.of(new BenchResult.CaseResult(APPEND, peers)));
    }

    /** Turns of a second with so many operations, whose other figures are the better the more there are. */
    private static List<Turn> turns(double... perSecond) {
        return DoubleStream.of(perSecond)
                .mapToObj(each -> {
                    double micros = 1e6 / each;
                    var latency =
                            new LatencySummary((long) each, micros, micros, micros, micros, micros, micros, micros);
                    return new Turn((long) each, 1, latency, micros, micros);
                })
                .toList();
    }
}
