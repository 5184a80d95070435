package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.loadgen.report.TortureReport;
import io.forelog.loadgen.torture.TortureResult;
import io.forelog.loadgen.torture.TortureRun;
import io.forelog.loadgen.torture.TortureSettings;
import io.forelog.loadgen.torture.fault.Faults;
import io.forelog.loadgen.torture.load.TortureLoad.Scale;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The torture as the command runs it, on the nodes of tests. */
class TortureTest {

    @TempDir
    private Path folder;

    @Test
    void everyPromiseHoldsThroughKillsPausesAndPartitions() throws Exception {
        var result = torture(
                List.of("kill", "pause", "partition"),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2));

        assertThat(result.faults()).isNotEmpty();
        assertThat(result.calls()).containsKeys("append", "append if match", "read", "read key", "read run", "cursor");
    }

    @Test
    @Tag("long")
    void everyPromiseHoldsThroughAllFaultsForTenMinutes() throws Exception {
        torture(Faults.names(), Duration.ofMinutes(10), Duration.ofSeconds(3), Duration.ofSeconds(10));
    }

    /** Of plans while nodes fail, apart from the faults of disks and caches. */
    @Test
    @Tag("long")
    void everyPromiseHoldsThroughPlansWhileNodesFail() throws Exception {
        torture(
                List.of("kill", "pause", "partition", "split", "merge", "move", "rollback"), Duration.ofMinutes(2),
                Duration.ofSeconds(2), Duration.ofSeconds(5));
    }

    private TortureResult torture(List<String> faults, Duration duration, Duration quiet, Duration lasts)
            throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        var settings = new TortureSettings(3, duration, faults, quiet, lasts, Scale.DEFAULT, seed);
        var result = new TortureRun(settings, TestCluster.command(), folder, System.out::println).run();
        System.out.println(TortureReport.text(result));
        assertThat(result.isFaultless()).as(TortureReport.text(result)).isTrue();
        return result;
    }
}
