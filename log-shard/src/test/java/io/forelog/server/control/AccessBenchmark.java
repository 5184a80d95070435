package io.forelog.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatchBuilder;
import io.forelog.replication.AppendCommand;
import io.forelog.replication.ShardId;
import io.forelog.server.live.HotKeys;
import io.forelog.server.route.TestMetadata;
import io.forelog.server.shard.Part;
import io.forelog.statistics.StatisticsStore;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the statistics of a shard cost for an access: counting it, and its share of closing the minute, which begins
 * anew with names that are all looked at, and becomes part of a history that is kept by the hour.
 */
@Tag("bench")
class AccessBenchmark {

    private static final int KEYS = 100_000;
    private static final int WARM_UP_MINUTES = 5;
    private static final int MINUTES = 7;
    private static final int READERS = 16;

    private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final SplittableRandom random = new SplittableRandom(1);
    private final TestMetadata metadata = new TestMetadata();
    private final StatisticsStore store = new StatisticsStore(4);
    private final HotKeys hotKeys = new HotKeys();
    private Accesses accesses;
    private ShardId shard;

    @BeforeEach
    void createLog() {
        metadata.submit(new JoinNode("n1", "disk", "r", "127.0.0.1:1", "127.0.0.1:1"));
        metadata.submit(new CreateLog("counted", LogSettings.defaults(1), 0));
        shard = new ShardId(metadata.state().log("counted").incarnation(), 0);
        accesses = new Accesses(metadata, store, true);
    }

    @AfterEach
    void close() {
        metadata.close();
    }

    /** How the node is asked. */
    enum Kind {
        READ(1),
        APPEND(1),
        APPEND_IN_BULK(1_000);

        private final int records;

        Kind(int records) {
            this.records = records;
        }
    }

    static Stream<Arguments> loads() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(true, false)
                        .flatMap(hot -> Stream.of(1_000, 10_000).map(rate -> Arguments.of(kind, hot, rate))));
    }

    @ParameterizedTest(name = "{0}, half of them of one key: {1}, {2} records a second")
    @MethodSource("loads")
    void anAccessTakesLessThanAMicrosecondAllInAll(Kind kind, boolean hot, int rate) {
        var records = IntStream.range(0, KEYS)
                .mapToObj(i -> new LogRecord(
                        ("user-" + (hot && i % 2 == 0 ? 0 : i)).getBytes(StandardCharsets.UTF_8),
                        new byte[100],
                        List.of(),
                        1))
                .toList();
        var parts = IntStream.range(0, KEYS / kind.records)
                .mapToObj(i -> part(records.subList(i * kind.records, (i + 1) * kind.records)))
                .toList();
        int count = 60 * rate;
        var nanos = new double[MINUTES];
        double bytes = 0;
        for (int minute = -WARM_UP_MINUTES; minute < MINUTES; minute++) {
            var picked = random.ints(count / kind.records, 0, parts.size()).toArray();
            long allocated = thread.getCurrentThreadAllocatedBytes();
            long start = thread.getCurrentThreadCpuTime();
            if (kind == Kind.READ) {
                read(records, picked);
            } else {
                append(parts, picked);
            }
            store.roll(60L + minute);
            if (minute >= 0) {
                nanos[minute] = (double) (thread.getCurrentThreadCpuTime() - start) / count;
                bytes = (double) (thread.getCurrentThreadAllocatedBytes() - allocated) / count;
            }
        }
        Arrays.sort(nanos);
        System.out.printf(
                "%s, half of one key %s, %,d/s: %.0f ns (%.0f to %.0f) and %.0f bytes a record%n",
                kind, hot, rate, nanos[MINUTES / 2], nanos[0], nanos[MINUTES - 1], bytes);

        assertThat(nanos[MINUTES / 2]).isLessThan(1_000);
    }

    private static Part part(List<LogRecord> records) {
        return records.size() == 1
                ? Part.of(records, null, AppendCommand.ANY_OFFSET, true, false)
                : Part.of(RecordBatchBuilder.of(records), AppendCommand.ANY_OFFSET, true, false);
    }

    private void read(List<LogRecord> records, int[] picked) {
        for (int i = 0; i < picked.length; i++) {
            var record = records.get(picked[i]);
            accesses.read(shard.log(), shard.number(), record, "reader-" + i % READERS, 100_000);
            hotKeys.read(shard.log(), shard.number(), record.key(), i / 1000);
        }
    }

    private void append(List<Part> parts, int[] picked) {
        for (int pick : picked) {
            accesses.appended(shard, parts.get(pick), 1_000, 100_000);
        }
    }
}
