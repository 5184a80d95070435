package io.forelog.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.error.LogExistsException;
import io.forelog.error.NoSuchLogException;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.DeleteLog;
import io.forelog.metadata.MetadataCommand.UpdateLog;
import io.forelog.record.Compression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMetadataStoreTest {

    private static final LogSettings SETTINGS = new LogSettings(
            3,
            1,
            Ack.ALL,
            Fsync.INTERVAL,
            "/",
            new Bounds(Duration.ofDays(7), 1_000L),
            new Bounds(null, 5L),
            true,
            100,
            Compression.ZSTD);

    @TempDir
    private Path directory;

    @Test
    void everythingIsThereAfterARestart() throws Exception {
        ClusterState before;
        try (var store = new FileMetadataStore(directory)) {
            store.submit(new CreateLog("a", SETTINGS, List.of("n1"), 42)).join();
            before = store.submit(new CreateLog("b", LogSettings.defaults(1), List.of("n1"), 43)).join();
        }

        try (var store = new FileMetadataStore(directory)) {
            assertThat(store.state()).isEqualTo(before);
            assertThat(store.state().log("a").settings()).isEqualTo(SETTINGS);
        }
    }

    @Test
    void aRefusedCommandChangesNothingAndTellsNoWatcher() throws Exception {
        try (var store = new FileMetadataStore(directory)) {
            store.submit(new CreateLog("a", SETTINGS, List.of("n1"), 42)).join();
            var before = store.state();
            var seen = new ArrayList<ClusterState>();
            store.watch((old, now) -> seen.add(now));

            assertThatThrownBy(() -> store.submit(new CreateLog("a", LogSettings.defaults(1), List.of("n1"), 1)).join())
                    .hasCauseInstanceOf(LogExistsException.class);
            assertThatThrownBy(() -> store.submit(new DeleteLog("z")).join()).hasCauseInstanceOf(NoSuchLogException.class);
            store.submit(new CreateLog("a", SETTINGS, List.of("n1"), 99)).join();

            assertThat(store.state()).isSameAs(before);
            assertThat(seen).isEmpty();
        }
    }

    @Test
    void aLogCreatedAgainHasAnotherIncarnation() throws Exception {
        try (var store = new FileMetadataStore(directory)) {
            long first = store.submit(new CreateLog("a", SETTINGS, List.of("n1"), 1)).join().log("a").incarnation();
            store.submit(new DeleteLog("a")).join();
            long second = store.submit(new CreateLog("a", SETTINGS, List.of("n1"), 1)).join().log("a").incarnation();

            assertThat(second).isGreaterThan(first);
        }
    }

    @Test
    void watchersSeeEachChangeInOrder() throws Exception {
        try (var store = new FileMetadataStore(directory)) {
            var versions = new ArrayList<Long>();
            store.watch((old, now) -> versions.add(now.version()));

            store.submit(new CreateLog("a", SETTINGS, List.of("n1"), 1)).join();
            store.submit(new UpdateLog("a", LogSettings.defaults(1))).join();

            assertThat(versions).containsExactly(1L, 2L);
        }
    }

    @Test
    void everyFlippedBitOfTheFileIsNoticed() throws Exception {
        try (var store = new FileMetadataStore(directory)) {
            store.submit(new CreateLog("a", SETTINGS, List.of("n1"), 42)).join();
        }
        var file = directory.resolve("metadata.state");
        byte[] good = Files.readAllBytes(file);

        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, bad);
            assertThatThrownBy(() -> new FileMetadataStore(directory)).as("bit %d", bit).isInstanceOf(IOException.class);
        }
        for (int length = 0; length < good.length; length++) {
            Files.write(file, Arrays.copyOf(good, length));
            assertThatThrownBy(() -> new FileMetadataStore(directory)).as("cut to %d", length).isInstanceOf(IOException.class);
        }
    }
}
