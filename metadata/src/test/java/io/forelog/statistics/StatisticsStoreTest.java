package io.forelog.statistics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forelog.metadata.KeyRange;
import io.forelog.record.KeyHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsStoreTest {

    private static final long MINUTE = 29_000_000;

    private final StatisticsStore store = new StatisticsStore(10);

    private static void read(AccessRecorder recorder, String key) {
        var bytes = key.getBytes(UTF_8);
        recorder.read(
                KeyHash.of(bytes),
                new AccessNames(bytes, Math.min(4, bytes.length), "reader", "text/plain"),
                100,
                1000,
                10);
    }

    @Test
    void aMinuteCountsWhatWasAccessedInIt() {
        var recorder = store.recorder("log:0", KeyRange.ALL);
        for (int i = 0; i < 1000; i++) {
            read(recorder, "key-" + i);
        }
        recorder.write(5, AccessNames.NONE, 7, 9, 0);
        store.roll(MINUTE);

        assertThat(store.minutes("log:0")).singleElement().satisfies(minute -> {
            assertThat(minute.minute()).isEqualTo(MINUTE);
            assertThat(minute.count(Counter.READS)).isEqualTo(1000);
            assertThat(minute.count(Counter.WRITES)).isEqualTo(1);
            assertThat(minute.count(Counter.BYTES_READ)).isEqualTo(100_000);
            assertThat(minute.count(Counter.QUEUE_NANOS)).isEqualTo(10_000);
            assertThat(minute.distinctKeys()).isCloseTo(1001.0, within(100.0));
            assertThat(minute.load()).isCloseTo(1001 / 60.0, within(1e-9));
            assertThat(minute.mostFrequent(Dimension.READER, 1).getFirst().name())
                    .isEqualTo("reader");
        });
    }

    @Test
    void theKeysOfAFewReadsAreCountedOneByOne() {
        var recorder = store.recorder("log:0", KeyRange.ALL);
        for (int i = 0; i < 10; i++) {
            read(recorder, i < 7 ? "often" : "seldom");
        }
        store.roll(MINUTE);

        assertThat(store.minutes("log:0").getFirst().mostFrequent(Dimension.KEY, 3))
                .containsExactly(new Frequent("often", 7), new Frequent("seldom", 3));
    }

    @Test
    void theHottestKeysAreFoundInASampleOfZipfianReads() {
        var recorder = store.recorder("log:0", KeyRange.ALL);
        var random = new SplittableRandom(1);
        for (int i = 0; i < 200_000; i++) {
            // Inverse of a distribution that falls as one over the rank.
            read(recorder, "key-" + (int) Math.pow(10_000, random.nextDouble()));
        }
        store.roll(MINUTE);

        var hottest = store.minutes("log:0").getFirst().mostFrequent(Dimension.KEY, 3);

        assertThat(hottest).extracting(Frequent::name).startsWith("key-1", "key-2");
        double share = Math.log(2) / Math.log(10_000);
        assertThat((double) hottest.getFirst().accesses()).isCloseTo(200_000 * share, within(200_000 * share * 0.2));
    }

    @Test
    void slicesFollowTheRange() {
        var half = KeyRange.part(1, 2);
        var recorder = store.recorder("log:0", half);
        for (int i = 0; i < Period.SLICES; i++) {
            recorder.read(KeyRange.part(Period.SLICES + i, 2 * Period.SLICES).last(), AccessNames.NONE, 1, 1, 0);
        }
        store.roll(MINUTE);

        for (int i = 0; i < Period.SLICES; i++) {
            assertThat(store.minutes("log:0").getFirst().slice(i))
                    .as("slice %s", i)
                    .isEqualTo(1);
        }
    }

    @Test
    void nothingIsLostBetweenThreadsAndMinutes() throws InterruptedException {
        var recorder = store.recorder("log:0", KeyRange.ALL);
        int threads = 4;
        int reads = 20_000;
        var running = new ArrayList<Thread>();
        for (int t = 0; t < threads; t++) {
            running.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < reads; i++) {
                    recorder.read(i, AccessNames.NONE, 1, 1, 0);
                }
            }));
        }
        for (int minute = 0; minute < 10; minute++) {
            store.roll(MINUTE + minute);
        }
        for (var thread : running) {
            thread.join();
        }
        store.roll(MINUTE + 10);

        long counted = store.minutes("log:0").stream()
                .mapToLong(minute -> minute.count(Counter.READS))
                .sum();
        assertThat(counted).isEqualTo((long) threads * reads);
    }

    @Test
    void fifteenDaysAreKeptCoarserAsTheyAgeAndTheOldestIsForgotten() {
        var recorder = store.recorder("log:0", KeyRange.ALL);
        int days = 15;
        for (int minute = 0; minute < days * 1440; minute++) {
            recorder.read(minute, AccessNames.NONE, 1, 1, 0);
            store.roll(MINUTE / 60 * 60 + minute);
        }

        assertThat(store.minutes("log:0")).hasSize(180).allMatch(p -> p.count(Counter.READS) == 1);
        assertThat(store.tenMinutes("log:0")).hasSize(288).allMatch(p -> p.count(Counter.READS) == 10);
        assertThat(store.hours("log:0"))
                .hasSize(14 * 24)
                .allMatch(p -> p.count(Counter.READS) == 60 && p.minutes() == 60);
    }

    @Test
    void whatTwoNodesCountedForTheSameMinuteIsAddedUp() {
        var other = new StatisticsStore(10);
        read(store.recorder("log:0", KeyRange.ALL), "a");
        read(other.recorder("log:0", KeyRange.ALL), "b");
        store.roll(MINUTE);
        other.roll(MINUTE);

        store.merge("log:0", other.minutes("log:0").getFirst());

        assertThat(store.minutes("log:0")).singleElement().satisfies(minute -> {
            assertThat(minute.count(Counter.READS)).isEqualTo(2);
            assertThat(minute.distinctKeys()).isCloseTo(2.0, within(0.1));
        });
        assertThat(store.hours("log:0").getFirst().count(Counter.READS)).isEqualTo(2);
    }

    @Test
    void aChildOfASplitHasThePartOfThePastThatFellIntoItsRange() {
        var recorder = store.recorder("log:0", KeyRange.ALL);
        for (int i = 0; i < 900; i++) {
            recorder.read(i % 3 == 0 ? 1 : -1, AccessNames.NONE, 10, 1, 0);
        }
        store.roll(MINUTE);

        store.inherit("log:0", KeyRange.ALL, "log:1", KeyRange.part(0, 2));
        store.inherit("log:0", KeyRange.ALL, "log:2", KeyRange.part(1, 2));

        assertThat(store.minutes("log:1").getFirst().count(Counter.READS)).isBetween(290L, 310L);
        assertThat(store.hours("log:2").getFirst().count(Counter.READS)).isBetween(590L, 610L);
    }

    @Test
    void historySurvivesARestart(@TempDir Path folder) throws IOException {
        var file = folder.resolve("statistics");
        read(store.recorder("log:0", KeyRange.ALL), "a");
        store.roll(MINUTE);
        store.save(file);

        var restarted = new StatisticsStore(10);
        restarted.load(file);
        read(restarted.recorder("log:0", KeyRange.ALL), "b");
        restarted.roll(MINUTE);

        assertThat(restarted.minutes("log:0").getFirst().count(Counter.READS)).isEqualTo(2);
        assertThat(restarted.names()).containsExactly("log:0");
    }

    @Test
    void aDamagedFileIsRefusedAndAMissingOneIsNoHistory(@TempDir Path folder) throws IOException {
        var file = folder.resolve("statistics");
        store.load(file);
        read(store.recorder("log:0", KeyRange.ALL), "a");
        store.roll(MINUTE);
        store.save(file);
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 4;
        Files.write(file, bytes);

        assertThatThrownBy(() -> new StatisticsStore(10).load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void ofMoreShardsThanThereIsRoomForTheQuietestGivesWay() {
        var small = new StatisticsStore(2);
        var busy = small.recorder("log:0", KeyRange.ALL);
        var quiet = small.recorder("log:1", KeyRange.ALL);
        for (int minute = 0; minute < 3; minute++) {
            read(busy, "key");
            if (minute == 0) {
                read(quiet, "key");
            }
            small.roll(MINUTE + minute);
        }

        small.recorder("log:2", KeyRange.ALL);

        assertThat(small.names()).containsExactly("log:0", "log:2");
        assertThat(small.keeps("log:0", busy)).isTrue();
        assertThat(small.keeps("log:1", quiet)).isFalse();
    }

    @Test
    void whereAllAreBusyAnotherIsRefused() {
        var small = new StatisticsStore(1);
        var busy = small.recorder("log:0", KeyRange.ALL);
        read(busy, "key");
        small.roll(MINUTE);

        assertThatThrownBy(() -> small.recorder("log:1", KeyRange.ALL)).hasMessageContaining("no room for log:1");
    }
}
