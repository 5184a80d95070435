package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.storage.SegmentState;
import io.forelog.storage.Storage;
import io.forelog.storage.StorageConfig;
import io.forelog.storage.archive.ArchiveException;
import io.forelog.storage.archive.DirectoryArchive;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a crash a group's log is applied again: over records that went to the archive meanwhile, too. */
class ArchivedReplayTest {

    private static final ShardId SHARD = new ShardId(1, 0);
    private static final int BATCHES = 20;
    private static final int ARCHIVED = 12;

    @TempDir
    private Path directory;

    private DirectoryArchive archive;
    private Storage storage;
    private ShardReplica replica;

    @BeforeEach
    void archiveTheFirst() {
        archive = new DirectoryArchive(directory.resolve("archive"));
        storage = new Storage(
                directory.resolve("data"), StorageConfig.defaults().withFreeBytesMin(0), archive);
        replica = new ShardReplica(SHARD, "log", storage.open(SHARD.log(), SHARD.number()));
        write(0, ARCHIVED, 7);
        replica.raise(ARCHIVED);
        replica.archive(true, bytes -> {});
        write(ARCHIVED, BATCHES, 7);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private void write(int from, int end, long producer) {
        for (int i = from; i < end; i++) {
            replica.write(GroupsFixture.batch(i, producer, i).withBaseOffset(i, 1), i, 1);
        }
    }

    @Test
    void whatWasArchivedIsNotAskedOfAnArchiveThatIsGone() {
        assertThat(replica.log().segments().getFirst().state()).isEqualTo(SegmentState.ARCHIVED);
        archive.deleteAll("");
        assertThatThrownBy(() -> replica.log().read(0)).isInstanceOf(ArchiveException.class);

        write(0, BATCHES, 7);

        assertThat(replica.log().endOffset()).isEqualTo(BATCHES);
    }

    @Test
    void whatIsHereMustStillBeWhatTheGroupCommitted() {
        assertThatThrownBy(() -> write(ARCHIVED, BATCHES, 8)).hasMessageContaining("another batch");
    }
}
