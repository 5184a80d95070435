package io.forelog.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.LogSettings;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.record.LogRecord;
import io.forelog.server.route.TestMetadata;
import io.forelog.statistics.Counter;
import io.forelog.statistics.StatisticsStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessesTest {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsReadIsCountedUnlessStatisticsAreOff(boolean counts) {
        try (var metadata = new TestMetadata()) {
            metadata.submit(new JoinNode("n1", "disk", "r", "127.0.0.1:1", "127.0.0.1:1"));
            metadata.submit(new CreateLog("counted", LogSettings.defaults(1), 0));
            long log = metadata.state().log("counted").incarnation();
            var store = new StatisticsStore(4);
            var accesses = new Accesses(metadata, store, counts);
            var key = "key".getBytes(StandardCharsets.UTF_8);

            accesses.read(log, 0, new LogRecord(key, new byte[10], List.of(), 1), "reader", 1_000);
            accesses.readRun(log, 0, key, 10, "reader", 1_000);

            var running = store.running(Accesses.name(log, 0), 1);
            long reads = running == null ? 0 : running.count(Counter.READS);
            assertThat(reads).isEqualTo(counts ? 2 : 0);
        }
    }
}
