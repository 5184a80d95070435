package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.raft.MemberId;
import io.forelog.raft.ThreadedRuntime;
import io.forelog.record.RecordBatch;
import io.forelog.storage.Storage;
import io.forelog.storage.StorageConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plan that was given up still has on its way ends no shard, on no replica and after no restart. */
class KeptShardTest {

    private static final long LOG = 5;
    private static final ShardId SHARD = new ShardId(LOG, 0);
    private static final ShardChange KEEP = new ShardChange.Keep(7, LOG, List.of(0));

    @TempDir
    private Path directory;

    private ThreadedRuntime runtime;
    private Storage storage;
    private GroupShards shards;
    private ShardSteps steps;

    @BeforeEach
    void open() throws Exception {
        runtime = new ThreadedRuntime(1, 1);
        storage = new Storage(directory, StorageConfig.defaults().withFreeBytesMin(0));
        shards = new GroupShards(storage, new ShardReplicas(), shard -> false);
        var progress = new CopyProgress().of(0);
        var copy = new ShardCopy(new Nobody(), id -> List.of(), Long.MAX_VALUE, runtime, progress, log -> false);
        steps = new ShardSteps("a", shards, copy, () -> false);
        shards.hold(new ShardImage(SHARD, "log", 0, 0, 3, Standing.OPEN, List.of(), List.of()));
    }

    @AfterEach
    void close() throws Exception {
        shards.close();
        storage.close();
        runtime.close();
    }

    @Test
    void neitherAReleaseNorASplitThatComesLateEndsAShardThatWasKept() {
        assertThat(take(KEEP)).isEqualTo(new GroupAnswer.Done());

        assertThat(take(release(7))).isEqualTo(new GroupAnswer.NotOpen());
        assertThat(take(succeed(6))).isEqualTo(new GroupAnswer.NotOpen());
        assertThat(shards.find(SHARD).standing()).isEqualTo(Standing.OPEN);
        assertThat(take(KEEP)).isEqualTo(new GroupAnswer.Done());
        // What a replica begins from after a restart knows it, too.
        assertThat(shards.find(SHARD).image().plan()).isEqualTo(7);
        assertThat(take(release(8))).isEqualTo(new GroupAnswer.Done());
    }

    @Test
    void aShardThatHasEndedIsNotKept() {
        assertThat(take(release(7))).isEqualTo(new GroupAnswer.Done());

        assertThat(take(KEEP)).isEqualTo(new GroupAnswer.NotOpen());

        assertThat(shards.find(SHARD).standing()).isInstanceOf(Standing.Released.class);
    }

    @Test
    void ofParentsAllAreKeptOrNone() {
        var other = new ShardId(LOG, 1);
        shards.hold(new ShardImage(other, "log", 0, 0, 3, Standing.OPEN, List.of(), List.of()));
        take(new ShardChange.Release(6, other));

        assertThat(take(new ShardChange.Keep(7, LOG, List.of(0, 1)))).isEqualTo(new GroupAnswer.NotOpen());

        assertThat(take(release(7))).isEqualTo(new GroupAnswer.Done());
    }

    private static ShardChange release(long plan) {
        return new ShardChange.Release(plan, SHARD);
    }

    private static ShardChange succeed(long plan) {
        return new ShardChange.Succeed(plan, LOG, "log", List.of(0), List.of(1, 2), List.of(1, 2), List.of());
    }

    /** As the group's log has it. */
    private GroupAnswer take(ShardChange step) {
        return steps.apply(ShardChange.read(ByteBuffer.wrap(step.toBytes())), 1);
    }

    private static final class Nobody implements PeerShards {

        @Override
        public CompletableFuture<List<RecordBatch>> batches(
                String node, long incarnation, int shard, long from, long end, int bytesMax) {
            return nobody();
        }

        @Override
        public CompletableFuture<byte[]> digest(String node, long incarnation, int shard, long from, long end) {
            return nobody();
        }

        @Override
        public CompletableFuture<long[]> bounds(String node, long incarnation, int shard, long from) {
            return nobody();
        }

        @Override
        public CompletableFuture<byte[]> image(String node, int group, long incarnation, int shard, long plan) {
            return nobody();
        }

        @Override
        public CompletableFuture<Void> prepared(String node, long plan) {
            return nobody();
        }

        @Override
        public CompletableFuture<byte[]> checkpoint(String node, int group, long index) {
            return nobody();
        }

        @Override
        public CompletableFuture<Void> replace(String leader, int group, MemberId stopped) {
            return nobody();
        }

        private static <T> CompletableFuture<T> nobody() {
            return CompletableFuture.failedFuture(new IllegalStateException("there is no other node"));
        }
    }
}
