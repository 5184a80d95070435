package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.raft.wal.CorruptLogException;
import io.forelog.raft.wal.FileWalStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointFilesTest {

    @TempDir
    private Path directory;

    private CheckpointFiles files;

    @BeforeEach
    void open() throws IOException {
        files = new CheckpointFiles(new FileWalStorage(directory));
    }

    @Test
    void theLastTwoAreKept() throws IOException {
        write(10, 20, 30);

        assertThat(files.read(20)).isEqualTo(bytes(20));
        assertThat(files.read(30)).isEqualTo(bytes(30));
        assertThatThrownBy(() -> files.read(10)).isInstanceOf(NoSuchFileException.class);
    }

    /** A node may stop again and again after it wrote a checkpoint, and before its log records that. */
    @Test
    void whatTheLogBeginsFromIsKeptHoweverManyAreWrittenAfterIt() throws IOException {
        write(10);
        for (long index = 20; index < 70; index += 10) {
            open();
            files.begunFrom(10, CheckpointFiles.manifest(10, bytes(10)));
            write(index);

            assertThat(files.read(10)).isEqualTo(bytes(10));
        }
        assertThatThrownBy(() -> files.read(40)).isInstanceOf(NoSuchFileException.class);
    }

    /** One of the leader's may be older than what was written here and never recorded. */
    @Test
    void whatWasWrittenLastIsKeptAlthoughOthersHaveHigherIndexes() throws IOException {
        write(20, 30, 15);

        assertThat(files.read(15)).isEqualTo(bytes(15));
    }

    @Test
    void oneThatHasChangedIsNotGivenToAnotherMember() throws IOException {
        write(10);
        assertThat(files.readForOther(10)).isEqualTo(bytes(10));
        var file = directory.resolve("000000000000000a.checkpoint");
        byte[] changed = Files.readAllBytes(file);
        changed[0] ^= 4;
        Files.write(file, changed);

        assertThatThrownBy(() -> files.readForOther(10)).isInstanceOf(CorruptLogException.class);

        open();
        files.begunFrom(10, CheckpointFiles.manifest(10, bytes(10)));
        assertThatThrownBy(() -> files.readForOther(10)).isInstanceOf(CorruptLogException.class);
    }

    private void write(long... indexes) throws IOException {
        for (long index : indexes) {
            files.write(index, bytes(index));
        }
    }

    private static byte[] bytes(long index) {
        return new byte[] {(byte) index, 1};
    }
}
