package io.forelog.prefetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.prefetch.model.Follower;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrefetcherTest {

    /** Keys that are no neighbours, as if they were of different shards. */
    private static final long[] PATH =
            new Random(7).longs(64, 0, 1L << 40).map(key -> key << 4).toArray();

    private final InstantTarget target = new InstantTarget(20);
    private long now;
    private final Prefetcher prefetcher = prefetcher(target);

    private Prefetcher prefetcher(InstantTarget target) {
        return new Prefetcher(PrefetchConfig.DEFAULT, target, () -> now, () -> now, Runnable::run, key -> key & 16);
    }

    private void read(Prefetcher prefetcher, InstantTarget target, long reader, long key) {
        now++;
        prefetcher.onRead(reader, key, target.read(key));
    }

    private void walk(Prefetcher prefetcher, InstantTarget target, int times) {
        for (int i = 0; i < times * PATH.length; i++) {
            read(prefetcher, target, 1, PATH[i % PATH.length]);
        }
    }

    @Test
    void aPathThatIsWalkedAgainIsFetchedAhead() {
        walk(prefetcher, target, 40);

        var total = prefetcher.statistics().total();
        assertThat(total.counts().used()).isGreaterThan(20L * PATH.length);
        assertThat(total.counts().accuracy()).isGreaterThan(0.8);
        assertThat(total.coverage()).isGreaterThan(0.5);
    }

    @Test
    void aCacheThatHasAllThatIsGuessedIsSeldomAskedUntilItLacksSome() {
        int keys = 1_000;
        var roomy = new InstantTarget(2 * keys);
        var other = prefetcher(roomy);
        for (int i = 0; i < 50 * keys; i++) {
            read(other, roomy, 1, i * 7L % keys << 4);
        }
        roomy.asked = 0;
        for (int i = 0; i < keys; i++) {
            read(other, roomy, 1, i * 7L % keys << 4);
        }
        assertThat(roomy.asked).isBetween(1, keys / 2);
        for (int i = 1; i <= 2 * keys; i++) {
            roomy.read(-i);
        }
        roomy.fetched.clear();

        for (int i = 0; i < keys; i++) {
            read(other, roomy, 1, i * 7L % keys << 4);
        }

        assertThat(roomy.fetched).hasSizeGreaterThan(keys / 2);
    }

    @Test
    void nothingIsFetchedWhileItIsSwitchedOff() {
        prefetcher.fetching(false);
        walk(prefetcher, target, 20);

        assertThat(target.fetched).isEmpty();
        assertThat(prefetcher.statistics().total().reason()).isEqualTo("switched off");
    }

    /** An owner so slow that every key is asked for again before it came: without prefetching that would be so too. */
    @Test
    void readsThatWaitForAnothersReadAreNotTakenForHarm() {
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++) {
            long key = random.nextLong(1L << 40) << 4;
            prefetcher.onRead(1, key, ReadOutcome.MISS);
            prefetcher.onRead(2, key, ReadOutcome.JOINED);
        }

        assertThat(prefetcher.statistics().total().reason()).isEmpty();
    }

    @Test
    void nothingIsTakenForHarmWhileItIsSwitchedOff() {
        prefetcher.fetching(false);
        for (int i = 0; i < 20_000; i++) {
            prefetcher.onRead(1, i % 10 << 4, ReadOutcome.MISS);
        }
        prefetcher.fetching(true);

        assertThat(prefetcher.statistics().total().reason()).isEmpty();
    }

    @Test
    void whatWasLearntSurvivesARestart(@TempDir Path directory) throws IOException {
        walk(prefetcher, target, 40);
        var file = directory.resolve("model");
        prefetcher.save(file);

        var second = new InstantTarget(20);
        var restarted = prefetcher(second);
        assertThat(restarted.load(file)).isTrue();
        walk(restarted, second, 1);

        assertThat(second.fetched).hasSizeGreaterThan(PATH.length / 2);
    }

    @Test
    void withoutAFileNothingIsKnown(@TempDir Path directory) throws IOException {
        assertThat(prefetcher.load(directory.resolve("none"))).isFalse();
        assertThat(prefetcher.statistics().trackedKeys()).isZero();
    }

    /** Each byte of it counts: any that is altered, and any that is missing at the end. */
    @Test
    void anAlteredSnapshotIsRefusedAndNothingLearntFromIt() throws IOException {
        walk(prefetcher, target, 3);
        byte[] whole = snapshot(prefetcher);
        var random = new Random(11);

        for (int i = 0; i < 200; i++) {
            byte[] broken = whole.clone();
            if (i % 2 == 0) {
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            } else {
                broken = Arrays.copyOf(broken, random.nextInt(broken.length));
            }
            var restarted = prefetcher(new InstantTarget(20));
            var in = new ByteArrayInputStream(broken);

            assertThatThrownBy(() -> restarted.restore(in))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("snapshot of the access model");
            assertThat(restarted.statistics().trackedKeys()).isZero();
        }
    }

    @Test
    void aSnapshotOfALargerModelIsRefused() throws IOException {
        for (long key = 0; key < 50_000; key++) {
            read(prefetcher, target, 1, key * 64);
        }
        byte[] large = snapshot(prefetcher);
        var small = new Prefetcher(
                PrefetchConfig.DEFAULT.withModelBytesMax(1 << 18),
                target,
                () -> now,
                () -> now,
                Runnable::run,
                key -> 0);

        assertThatThrownBy(() -> small.restore(new ByteArrayInputStream(large))).isInstanceOf(IOException.class);
        assertThat(small.statistics().trackedKeys()).isZero();
    }

    @Test
    void aShardsKeysAreKnownWhereItMovesTo() throws IOException {
        walk(prefetcher, target, 10);
        var out = new ByteArrayOutputStream();
        prefetcher.exportShard(PATH[0] & 16, 1 << 20, out);

        var second = new InstantTarget(20);
        var elsewhere = prefetcher(second);
        for (int i = 0; i < 40 * PATH.length; i++) {
            read(elsewhere, second, 1, PATH[i % PATH.length] + (1L << 50));
        }
        elsewhere.importShard(new ByteArrayInputStream(out.toByteArray()));
        read(elsewhere, second, 9, PATH[0]);

        assertThat(second.fetched).contains(PATH[1]);
    }

    @Test
    void ofAShardOnlyTheKeysReadOftenGoAlongWhereOnlySoManyBytesMay() throws IOException {
        for (long key = 0; key < 5_000; key++) {
            read(prefetcher, target, 1, key * 64 + 1);
        }
        walk(prefetcher, target, 100);
        var out = new ByteArrayOutputStream();

        prefetcher.exportShard(PATH[0] & 16, 16_384, out);

        assertThat(out.size()).isBetween(100, 16_384);
        var elsewhere = prefetcher(new InstantTarget(20));
        elsewhere.importShard(new ByteArrayInputStream(out.toByteArray()));
        assertThat(elsewhere.statistics().trackedKeys()).isBetween(PATH.length / 2L, 1_000L);
    }

    @Test
    void anAlteredShardIsRefusedAndWhatIsKnownStays() throws IOException {
        walk(prefetcher, target, 10);
        var out = new ByteArrayOutputStream();
        prefetcher.exportShard(PATH[0] & 16, 1 << 20, out);
        byte[] broken = out.toByteArray();
        broken[broken.length / 2] ^= 1;
        long before = prefetcher.statistics().trackedKeys();

        assertThatThrownBy(() -> prefetcher.importShard(new ByteArrayInputStream(broken)))
                .isInstanceOf(IOException.class);
        assertThat(prefetcher.statistics().trackedKeys()).isEqualTo(before);
    }

    @Test
    void whatOneReaderReadsIsToldToNobody() {
        walk(prefetcher, target, 20);

        assertThat(prefetcher.coAccess(PATH[0])).isEmpty();
    }

    @Test
    void whatManyReadersReadAfterAKeyIsTold() {
        for (long reader = 0; reader < 20; reader++) {
            read(prefetcher, target, reader, PATH[0]);
            read(prefetcher, target, reader, PATH[1]);
        }
        read(prefetcher, target, 99, PATH[0]);
        read(prefetcher, target, 99, PATH[2]);

        assertThat(prefetcher.coAccess(PATH[0])).extracting(Follower::key).containsExactly(PATH[1]);
        assertThat(prefetcher.coAccess(PATH[0]).getFirst().probability()).isGreaterThan(0.8);
    }

    @Test
    void aMillionReadersAndKeysStayWithinTheBound() {
        long bytesMax = 2 << 20;
        var bounded = new Prefetcher(
                PrefetchConfig.DEFAULT.withModelBytesMax(bytesMax),
                target,
                () -> now,
                () -> now,
                Runnable::run,
                key -> key >>> 60);
        bounded.fetching(false);
        for (long i = 0; i < 1_000_000; i++) {
            now++;
            bounded.onRead(i, i * 0x9e3779b97f4a7c15L | 1, ReadOutcome.MISS);
        }

        var statistics = bounded.statistics();
        assertThat(statistics.trackedKeys()).isGreaterThan(10_000);
        assertThat(statistics.readers()).isLessThan(10_000);
        assertThat(statistics.modelBytes()).isLessThan(bytesMax);
    }

    @Test
    void noMoreFetchesAreUnderWayThanAllowed() {
        target.hold = true;
        var narrow =
                new Prefetcher(
                PrefetchConfig.DEFAULT.withInFlightMax(1), target, () -> now, () -> now, Runnable::run, key -> 0);
        for (int i = 0; i < 40 * PATH.length; i++) {
            read(narrow, target, 1, PATH[i % PATH.length]);
        }

        assertThat(target.waiting).hasSize(1);
        assertThat(narrow.statistics().inFlight()).isEqualTo(1);
    }

    private static byte[] snapshot(Prefetcher prefetcher) throws IOException {
        var out = new ByteArrayOutputStream();
        prefetcher.snapshot(out);
        return out.toByteArray();
    }
}
