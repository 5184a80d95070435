package io.forelog.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.KeyRange;
import io.forelog.server.control.ClusterStatistics.Resources;
import io.forelog.statistics.AccessNames;
import io.forelog.statistics.Counter;
import io.forelog.statistics.StatisticsStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What several nodes counted of a shard, put together by one of them, which is stopped in between. */
class ClusterStatisticsTest {

    private static final String SHARD = "7/0";
    private static final Resources MACHINE = new Resources(4, 0.5, 1_000);

    @TempDir
    private Path directory;

    private final StatisticsStore one = new StatisticsStore(4);
    private final StatisticsStore other = new StatisticsStore(4);

    @Test
    void theCountsOfAllNodesAddUpEachMinuteOnceAndStayThroughARestart() throws Exception {
        var all = new ClusterStatistics(directory.resolve("cluster"), 4);
        count(one, 3, 100);
        count(other, 5, 100);
        gather(all, 101);
        // Asked again, as after an answer that was late.
        gather(all, 101);

        assertThat(reads(all, 100)).isEqualTo(8);

        all.save();
        var again = new ClusterStatistics(directory.resolve("cluster"), 4);
        count(one, 2, 101);
        count(other, 4, 101);
        gather(again, 102);
        assertThat(reads(again, 100)).isEqualTo(8);
        assertThat(reads(again, 101)).isEqualTo(6);
        assertThat(again.resources()).containsEntry("other", MACHINE);
    }

    @Test
    void whatIsDamagedIsPutAside() throws Exception {
        Files.writeString(directory.resolve("cluster"), "not statistics");

        assertThat(new ClusterStatistics(directory.resolve("cluster"), 4)
                        .store()
                        .names())
                .isEmpty();

        assertThat(directory.resolve("cluster.damaged")).exists();
    }

    private void gather(ClusterStatistics all, long minute) {
        long after = all.after(List.of("one", "other"), minute);
        all.add("one", ClusterStatistics.told(MACHINE, one, after, minute - 1));
        all.add("other", ClusterStatistics.told(MACHINE, other, after, minute - 1));
    }

    private static void count(StatisticsStore store, int reads, long minute) {
        var recorder = store.recorder(SHARD, KeyRange.ALL);
        for (int i = 0; i < reads; i++) {
            var key = ("key-" + i).getBytes(StandardCharsets.UTF_8);
            recorder.read(i, new AccessNames(key, key.length, "", ""), 10, 1_000, 0);
        }
        store.roll(minute);
    }

    private static long reads(ClusterStatistics all, long minute) {
        return all.store().minutes(SHARD).stream()
                .filter(each -> each.minute() == minute)
                .mapToLong(each -> each.count(Counter.READS))
                .sum();
    }
}
