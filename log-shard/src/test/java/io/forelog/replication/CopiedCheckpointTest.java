package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.raft.GroupCommit;
import io.forelog.raft.MemberId;
import io.forelog.raft.ThreadedRuntime;
import io.forelog.raft.wal.FileWalStorage;
import io.forelog.record.CorruptBatchException;
import io.forelog.record.RecordBatch;
import io.forelog.storage.Storage;
import io.forelog.storage.StorageConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica that is behind copies what a checkpoint names: it must be as durable as what was applied. */
class CopiedCheckpointTest {

    private static final ShardId SHARD = new ShardId(1, 0);
    private static final ShardId DELETED = new ShardId(2, 0);
    private static final int RECORDS = 30;

    @TempDir
    private Path directory;

    private final AtomicInteger unanswered = new AtomicInteger();
    private final Set<ShardId> ofAnother = ConcurrentHashMap.newKeySet();
    private final ThreadedRuntime runtime = new ThreadedRuntime(1, 1);
    private Machine ahead;
    private Machine behind;
    private String damaged = "none";

    /** A state machine, its replicas, and its disk. */
    private final class Machine implements AutoCloseable {

        private final Storage storage;
        private final ShardReplicas replicas = new ShardReplicas();
        private final CheckpointFiles checkpoints;
        private final GroupMachine machine;
        private final GroupHost host;

        Machine(MemberId member, String... peers) throws IOException {
            var home = directory.resolve(member.node());
            storage = new Storage(home, StorageConfig.defaults().withFreeBytesMin(0));
            checkpoints = new CheckpointFiles(new FileWalStorage(home.resolve("checkpoints")));
            var calls = new Calls();
            host = new GroupHost(
                    part -> new FileWalStorage(home.resolve(part)),
                    storage,
                    null,
                    calls,
                    runtime,
                    Executors.newSingleThreadExecutor(),
                    Executors.newCachedThreadPool(),
                    Clock.systemUTC());
            var copy = new ShardCopy(
                    calls,
                    shard -> List.of(peers),
                    Long.MAX_VALUE,
                    runtime,
                    new CopyProgress().of(0),
                    log -> log == DELETED.log());
            var shards = new GroupShards(storage, replicas, ofAnother::contains);
            machine = new GroupMachine(member, 0, host, shards, checkpoints, copy, () -> {});
        }

        void apply(long index, GroupOperation operation) {
            machine.apply(index, 1, GroupCommit.join(List.of(operation.toBytes())));
        }

        ShardReplica replica() {
            return replicas.find(SHARD);
        }

        @Override
        public void close() {
            host.control().shutdown();
            host.background().shutdown();
            machine.close();
            storage.close();
        }
    }

    @BeforeEach
    void start() throws IOException {
        ahead = new Machine(MemberId.of("a"), "b");
        behind = new Machine(new MemberId("b", 1), "a", "c");
        ahead.apply(1, new GroupOperation.Open(SHARD, "log"));
        for (int i = 0; i < RECORDS; i++) {
            ahead.apply(
                    2 + i, new GroupOperation.Append(SHARD, AppendCommand.ANY_OFFSET, GroupsFixture.batch(i, 7, i)));
        }
    }

    @AfterEach
    void stop() {
        ahead.close();
        behind.close();
        runtime.close();
    }

    private ByteBuffer checkpoint() throws Exception {
        return ahead.machine.checkpoint(2 + RECORDS).get(1, TimeUnit.MINUTES);
    }

    /** The source of a move lets its records go when the plan is done, and the new group's log has none of them. */
    @Test
    void recordsThatAGroupAdoptsAreForcedBeforeItHoldsTheShard() {
        behind.apply(
                1,
                new GroupOperation.Change(new ShardChange.Adopt(
                        1, SHARD, "log", RECORDS, 1, List.of("a"), List.of(), List.of())));

        assertThat(behind.replica().highWatermark()).isEqualTo(RECORDS);
        assertThat(behind.replica().log().forcedOffset()).isEqualTo(RECORDS);
    }

    /** Nobody has them any more; a replica that waited for them would apply nothing else of its group, for ever. */
    @Test
    void aGroupGoesOnWithoutTheRecordsThatItAdoptsOnceTheirLogIsDeleted() {
        behind.apply(
                1,
                new GroupOperation.Change(new ShardChange.Adopt(
                        1, DELETED, "log", RECORDS, 1, List.of("a"), List.of(), List.of())));
        behind.apply(
                2,
                new GroupOperation.Append(DELETED, AppendCommand.ANY_OFFSET, GroupsFixture.batch(RECORDS, 7, RECORDS)));

        var replica = behind.replicas.find(DELETED);
        assertThat(replica.startOffset()).isEqualTo(RECORDS);
        assertThat(replica.highWatermark()).isGreaterThan(RECORDS);
    }

    /**
     * The group's log at the follower has nothing of them: a crash after the checkpoint was installed would lose them.
     */
    @Test
    void recordsCopiedIntoAShardThatIsHeldAreForcedBeforeTheCheckpointCounts() throws Exception {
        behind.apply(1, new GroupOperation.Open(SHARD, "log"));
        behind.apply(2, new GroupOperation.Append(SHARD, AppendCommand.ANY_OFFSET, GroupsFixture.batch(0, 7, 0)));

        behind.machine.fetch(MemberId.of("a"), 2 + RECORDS, checkpoint()).get(1, TimeUnit.MINUTES);

        assertThat(behind.replica().log().endOffset()).isEqualTo(RECORDS);
        assertThat(behind.replica().log().forcedOffset()).isEqualTo(RECORDS);
    }

    @Test
    void whatAnEarlierReplicaLeftAndTheGroupHasNotIsCopiedAnew() throws Exception {
        leaveOther(SHARD);

        behind.machine.fetch(MemberId.of("a"), 2 + RECORDS, checkpoint()).get(1, TimeUnit.MINUTES);
        behind.machine.install(2 + RECORDS, checkpoint());

        assertThat(behind.replica().log().digest(0, RECORDS))
                .isEqualTo(ahead.replica().log().digest(0, RECORDS));
    }

    @Test
    void whatAnEarlierReplicaLeftIsWrittenAnewWhereTheGroupsLogHasAllOfIt() throws Exception {
        leaveOther(SHARD);

        behind.apply(1, new GroupOperation.Open(SHARD, "log"));
        for (int i = 0; i < RECORDS; i++) {
            behind.apply(
                    2 + i, new GroupOperation.Append(SHARD, AppendCommand.ANY_OFFSET, GroupsFixture.batch(i, 7, i)));
        }

        assertThat(behind.replica().log().digest(0, RECORDS))
                .isEqualTo(ahead.replica().log().digest(0, RECORDS));
    }

    /**
     * A shard came to this node with its next group, and then a replica of the one before it: when the node starts
     * again, that one's log is applied from its beginning, perhaps before the next group has opened what it has.
     */
    @Test
    void whatAnotherGroupWentOnWithStaysWhereTheLogOfTheOneBeforeIsAppliedAgain() {
        ofAnother.add(SHARD);
        var log = behind.storage.open(SHARD.log(), SHARD.number());
        for (int i = 0; i < RECORDS; i++) {
            log.append(GroupsFixture.batch(i, 7, i), 1);
        }
        behind.storage.close(SHARD.log(), SHARD.number());

        behind.apply(1, new GroupOperation.Open(SHARD, "log"));
        behind.apply(2, new GroupOperation.Append(SHARD, AppendCommand.ANY_OFFSET, GroupsFixture.batch(0, 7, 0)));

        assertThat(behind.replica().log().endOffset()).isEqualTo(RECORDS);
    }

    @Test
    void aCopyThatIsNotNeededIsDeletedUnlessItMayBeAnotherGroups() {
        for (var shard : List.of(SHARD, DELETED)) {
            var log = behind.storage.open(shard.log(), shard.number());
            log.append(GroupsFixture.batch(0, 7, 0), 1);
            behind.storage.close(shard.log(), shard.number());
            behind.machine.prepare(shard, "log");
        }
        ofAnother.add(SHARD);

        behind.machine.unfeed(SHARD);
        behind.machine.unfeed(DELETED);

        assertThat(behind.storage.open(SHARD.log(), SHARD.number()).endOffset()).isEqualTo(1);
        assertThat(behind.storage.open(DELETED.log(), DELETED.number()).endOffset())
                .isZero();
    }

    /** A shard that was moved away is fed to its first group again, for a plan that is given up then. */
    @Test
    void whatTheLastCheckpointNamesStaysWhenACopyOfItIsNotNeeded() throws Exception {
        behind.apply(1, new GroupOperation.Open(SHARD, "log"));
        behind.apply(2, new GroupOperation.Append(SHARD, AppendCommand.ANY_OFFSET, GroupsFixture.batch(0, 7, 0)));
        behind.machine.checkpoint(2).get(1, TimeUnit.MINUTES);
        behind.apply(3, new GroupOperation.Change(new ShardChange.Release(1, SHARD)));
        behind.apply(4, new GroupOperation.Change(new ShardChange.Forget(1, SHARD)));
        behind.machine.prepare(SHARD, "log");

        behind.machine.unfeed(SHARD);

        assertThat(behind.storage.open(SHARD.log(), SHARD.number()).endOffset()).isEqualTo(1);
    }

    /** Leaves other records on the disk of the one that is behind than the group has. */
    private void leaveOther(ShardId shard) {
        var log = behind.storage.open(shard.log(), shard.number());
        for (int i = 0; i < 3; i++) {
            log.append(GroupsFixture.batch(100 + i, 7, i), 1);
        }
        behind.storage.close(shard.log(), shard.number());
    }

    /** A bit flipped on the disk of the node whose checkpoint it is; another has the records. */
    @Test
    void recordsThatTheCheckpointsOwnerCannotReadAreCopiedFromAnother() throws Exception {
        damaged = "a";

        behind.machine.fetch(MemberId.of("a"), 2 + RECORDS, checkpoint()).get(1, TimeUnit.MINUTES);
        behind.machine.install(2 + RECORDS, checkpoint());

        assertThat(behind.replica().highWatermark()).isEqualTo(RECORDS);
    }

    @Test
    void whatAnEarlierReplicaLeftIsComparedWithWhoeverCanReadTheRecords() throws Exception {
        leaveOther(SHARD);
        damaged = "a";

        behind.machine.fetch(MemberId.of("a"), 2 + RECORDS, checkpoint()).get(1, TimeUnit.MINUTES);
        behind.machine.install(2 + RECORDS, checkpoint());

        assertThat(behind.replica().log().digest(0, RECORDS))
                .isEqualTo(ahead.replica().log().digest(0, RECORDS));
    }

    /** Nobody has its records any more; a replica that waited for them would never be one of its group. */
    @Test
    void whatAnEarlierReplicaLeftOfADeletedLogIsComparedWithNobody() throws Exception {
        ahead.apply(2 + RECORDS, new GroupOperation.Open(DELETED, "log"));
        var batch = GroupsFixture.batch(0, 8, 0);
        ahead.apply(3 + RECORDS, new GroupOperation.Append(DELETED, AppendCommand.ANY_OFFSET, batch));
        var manifest = ahead.machine.checkpoint(3 + RECORDS).get(1, TimeUnit.MINUTES);
        leaveOther(DELETED);

        behind.machine.fetch(MemberId.of("a"), 3 + RECORDS, manifest).get(1, TimeUnit.MINUTES);
        behind.machine.install(3 + RECORDS, manifest);

        assertThat(behind.replica().highWatermark()).isEqualTo(RECORDS);
    }

    /** All nodes start at once, and one lacks records: it waits until another has opened its replica. */
    @Test
    void replicaThatLacksRecordsAtItsStartWaitsForANodeThatHasThem() throws Exception {
        var manifest = checkpoint();
        behind.checkpoints.write(2 + RECORDS, ahead.checkpoints.read(2 + RECORDS));
        unanswered.set(3);

        behind.machine.install(2 + RECORDS, manifest);

        assertThat(behind.replica().highWatermark()).isEqualTo(RECORDS);
        assertThat(behind.replica().log().forcedOffset()).isEqualTo(RECORDS);
        assertThat(unanswered).hasNegativeValue();
    }

    /** Reaches the machine that is ahead, after some calls that nobody answers. */
    private final class Calls implements PeerShards {

        private <T> CompletableFuture<T> answer(long incarnation, Function<ShardReplica, T> look) {
            return incarnation == DELETED.log() || unanswered.getAndDecrement() > 0
                    ? CompletableFuture.failedFuture(new IOException("no replica is open"))
                    : CompletableFuture.completedFuture(look.apply(ahead.replica()));
        }

        @Override
        public CompletableFuture<List<RecordBatch>> batches(
                String node, long incarnation, int shard, long from, long end, int bytesMax) {
            return node.equals(damaged)
                    ? CompletableFuture.failedFuture(new CorruptBatchException("a flipped bit"))
                    : answer(incarnation, replica -> replica.log().readBatches(from, end, bytesMax));
        }

        @Override
        public CompletableFuture<byte[]> digest(String node, long incarnation, int shard, long from, long end) {
            return node.equals(damaged)
                    ? CompletableFuture.failedFuture(new CorruptBatchException("a flipped bit"))
                    : answer(incarnation, replica -> replica.log().digest(from, end));
        }

        @Override
        public CompletableFuture<long[]> bounds(String node, long incarnation, int shard, long from) {
            return answer(incarnation, replica -> new long[] {replica.startOffset(), replica.highWatermark()});
        }

        @Override
        public CompletableFuture<byte[]> image(String node, int group, long incarnation, int shard, long plan) {
            throw new UnsupportedOperationException("no plan is under way");
        }

        @Override
        public CompletableFuture<Void> replace(String leader, int group, MemberId stopped) {
            throw new UnsupportedOperationException("no replica stops");
        }

        @Override
        public CompletableFuture<Void> prepared(String node, long plan) {
            throw new UnsupportedOperationException("no plan is under way");
        }

        @Override
        public CompletableFuture<byte[]> checkpoint(String node, int group, long index) {
            try {
                return CompletableFuture.completedFuture(ahead.checkpoints.read(index));
            } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
            }
        }
    }
}
