package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.GroupLed;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.metadata.MetadataCommand.ReplaceReplica;
import io.forelog.raft.MemberId;
import io.forelog.raft.wal.CorruptLogException;
import io.forelog.record.RecordBatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoppedReplicasTest {

    private static final int GROUP = 0;
    private static final String SELF = "c";

    private final List<MemberId> asked = new ArrayList<>();
    private final StoppedReplicas stopped =
            new StoppedReplicas(SELF, new Recorder(), this::nanoTime, this::diskWorks);
    private boolean diskWorks;
    private Duration now = Duration.ofHours(5);
    private ClusterState state = ClusterState.EMPTY;

    @BeforeEach
    void cluster() {
        for (var node : List.of("a", "b", SELF)) {
            state = new JoinNode(node, node, "r", "h:1", "r:1").apply(state);
        }
        state = new CreateLog("log", LogSettings.defaults(3), 0).apply(state);
        state = new GroupLed(GROUP, "a", 1).apply(state);
    }

    @Test
    void aReplicaThatStopsAgainAndAgainIsReplacedLaterEachTimeAndNeverGivenUp() {
        var waits = new ArrayList<Long>();
        for (int times = 0; times < 8; times++) {
            waits.add(replaced().toSeconds());
        }

        assertThat(waits.getFirst()).isEqualTo(2);
        assertThat(waits).isSorted().startsWith(2L, 8L, 32L, 128L).endsWith(600L, 600L);
        assertThat(stopped.replaced()).isEqualTo(8);
    }

    @Test
    void oneThatWasWellForLongIsReplacedAtOnce() {
        replaced();
        replaced();

        now = now.plusHours(2);

        assertThat(replaced()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void nobodyIsAskedWhereNoOtherNodeLeads() {
        state = new GroupLed(GROUP, SELF, 2).apply(state);
        stopped.unopened(GROUP, member(), new CorruptLogException("a flipped bit"));

        now = now.plusHours(1);
        stopped.tick(state, group -> null);

        assertThat(asked).isEmpty();
        assertThat(stopped.count()).isOne();
    }

    @Test
    void aLogThatIsWholeAndCannotBeOpenedIsTriedAgainAndNotGivenUp() {
        stopped.unopened(GROUP, member(), new IOException("too many open files"));
        assertThat(stopped.mayOpen(GROUP, member())).isFalse();

        now = now.plusHours(1);
        stopped.tick(state, group -> null);

        assertThat(asked).isEmpty();
        assertThat(stopped.mayOpen(GROUP, member())).isTrue();
        stopped.opened(GROUP, member());
        assertThat(stopped.count()).isZero();
        assertThat(stopped.replaced()).isZero();
    }

    @Test
    void aReplicaThatCannotBeOpenedForLongIsGivenUpWhereTheDiskWorksAndOnlyThere() {
        failToOpenFor(Duration.ofHours(1));
        assertThat(asked).isEmpty();

        diskWorks = true;
        failToOpenFor(Duration.ofMinutes(2));

        assertThat(asked).containsExactly(member());
        assertThat(stopped.mayOpen(GROUP, member())).isFalse();
    }

    @Test
    void aReplicaThatCannotBeOpenedForAMomentIsKept() {
        diskWorks = true;
        failToOpenFor(Duration.ofMinutes(4));

        assertThat(asked).isEmpty();
    }

    @Test
    void aReplicaWhoseDamageShowsOnlyAfterAnotherFailureIsGivenUpAsADamagedOneIs() {
        stopped.unopened(GROUP, member(), new IOException("a force failed"));
        now = now.plusSeconds(3);
        stopped.tick(state, group -> null);
        assertThat(asked).isEmpty();

        stopped.unopened(GROUP, member(), new CorruptLogException("a flipped bit"));
        stopped.tick(state, group -> null);

        assertThat(asked).containsExactly(member());
        assertThat(stopped.mayOpen(GROUP, member())).isFalse();
    }

    /** Tries as often as it may. */
    private void failToOpenFor(Duration duration) {
        for (var end = now.plus(duration); now.compareTo(end) < 0; now = now.plusSeconds(1)) {
            if (stopped.mayOpen(GROUP, member())) {
                stopped.unopened(GROUP, member(), new IOException("cannot be read"));
            }
            if (asked.isEmpty()) {
                stopped.tick(state, group -> null);
            }
        }
    }

    private MemberId member() {
        return state.groups().get(GROUP).replicaOn(SELF).orElseThrow();
    }

    private boolean diskWorks() {
        return diskWorks;
    }

    private long nanoTime() {
        return now.toNanos();
    }

    /** Lets the replica stop and be replaced; returns how long it took to ask for that. */
    private Duration replaced() {
        var since = now;
        stopped.unopened(GROUP, member(), new CorruptLogException("a flipped bit"));
        asked.clear();
        while (asked.isEmpty()) {
            now = now.plusSeconds(1);
            stopped.tick(state, group -> null);
        }
        state = new ReplaceReplica(GROUP, asked.getFirst()).apply(state);
        stopped.opened(GROUP, member());
        return now.minus(since);
    }

    /** Remembers who was to be replaced. */
    private final class Recorder implements PeerShards {

        @Override
        public CompletableFuture<Void> replace(String leader, int group, MemberId gone) {
            asked.add(gone);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletableFuture<List<RecordBatch>> batches(
                String node, long incarnation, int shard, long from, long end, int bytesMax) {
            throw new UnsupportedOperationException("nothing is copied");
        }

        @Override
        public CompletableFuture<byte[]> digest(String node, long incarnation, int shard, long from, long end) {
            throw new UnsupportedOperationException("nothing is copied");
        }

        @Override
        public CompletableFuture<long[]> bounds(String node, long incarnation, int shard, long from) {
            throw new UnsupportedOperationException("nothing is copied");
        }

        @Override
        public CompletableFuture<byte[]> image(String node, int group, long incarnation, int shard, long plan) {
            throw new UnsupportedOperationException("no plan is under way");
        }

        @Override
        public CompletableFuture<Void> prepared(String node, long plan) {
            throw new UnsupportedOperationException("no plan is under way");
        }

        @Override
        public CompletableFuture<byte[]> checkpoint(String node, int group, long index) {
            throw new UnsupportedOperationException("nothing is copied");
        }
    }
}
