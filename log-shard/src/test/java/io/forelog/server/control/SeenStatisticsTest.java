package io.forelog.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.KeyRange;
import io.forelog.server.control.ClusterStatistics.Resources;
import io.forelog.statistics.AccessNames;
import io.forelog.statistics.Counter;
import io.forelog.statistics.Period;
import io.forelog.statistics.StatisticsStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one of two nodes tells of a shard that both served. */
class SeenStatisticsTest {

    private static final String SHARD = "7/0";
    private static final long MINUTE = 100;
    private static final Resources MACHINE = new Resources(4, 0.5, 1_000);

    @TempDir
    private Path directory;

    @Test
    void whatAllCountedIsToldOnceAndWhatWasCountedSinceComesOnTop() throws Exception {
        var clock = Clock.fixed(Instant.ofEpochSecond(60 * (MINUTE + 1)), ZoneOffset.UTC);
        try (var own = new ShardStatistics(directory.resolve("statistics"), clock)) {
            var other = new StatisticsStore(4);
            count(own.store(), 3, MINUTE);
            count(other, 5, MINUTE);
            own.cluster().add("other", ClusterStatistics.told(MACHINE, other, MINUTE - 1, MINUTE));
            var together = new SeenStatistics("own", own, () -> true);
            var alone = new SeenStatistics("own", own, () -> false);

            // What this node counted is not in yet.
            assertThat(reads(together.minutes(SHARD, 10))).isEqualTo(Map.of(MINUTE, 8L));
            own.cluster().add("own", ClusterStatistics.told(MACHINE, own.store(), MINUTE - 1, MINUTE));
            assertThat(reads(together.minutes(SHARD, 10))).isEqualTo(Map.of(MINUTE, 8L));
            count(own.store(), 2, MINUTE + 1);

            assertThat(reads(together.minutes(SHARD, 10))).isEqualTo(Map.of(MINUTE, 8L, MINUTE + 1, 2L));
            assertThat(reads(together.minutes(SHARD, 1))).isEqualTo(Map.of(MINUTE + 1, 2L));
            assertThat(reads(alone.minutes(SHARD, 10))).isEqualTo(Map.of(MINUTE, 3L, MINUTE + 1, 2L));
            assertThat(together.until(List.of("own", "other"))).isEqualTo(Map.of("own", MINUTE, "other", MINUTE));
            assertThat(alone.until(List.of("own", "other"))).isEmpty();
        }
    }

    private static void count(StatisticsStore store, int reads, long minute) {
        var recorder = store.recorder(SHARD, KeyRange.ALL);
        for (int i = 0; i < reads; i++) {
            var key = ("key-" + i).getBytes(StandardCharsets.UTF_8);
            recorder.read(i, new AccessNames(key, key.length, "", ""), 10, 1_000, 0);
        }
        store.roll(minute);
    }

    /** Leaves out minutes without reads, as the running one may be. */
    private static Map<Long, Long> reads(List<Period> minutes) {
        var reads = new TreeMap<Long, Long>();
        minutes.forEach(minute -> reads.put(minute.minute(), minute.count(Counter.READS)));
        reads.values().removeIf(count -> count == 0);
        return reads;
    }
}
