package io.forelog.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.raft.FollowerProgress;
import io.forelog.raft.GroupStatus;
import io.forelog.raft.MemberId;
import io.forelog.raft.Membership;
import io.forelog.raft.Role;
import io.forelog.replication.CopyProgress;
import io.forelog.replication.ShardId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GroupMetersTest {

    private static final MemberId SELF = MemberId.of("n1");
    private static final MemberId OTHER = MemberId.of("n2");

    @Test
    void aMomentWithoutALeaderIsNoChangeAndAnotherLeaderIs() {
        var registry = new SimpleMeterRegistry();
        var meters = new GroupMeters(registry, new CopyProgress());

        for (var leader :
                List.of(Optional.of(SELF), Optional.<MemberId>empty(), Optional.of(SELF), Optional.of(OTHER))) {
            meters.look(Map.of("g1", status(leader, List.of())));
        }

        assertThat(registry.get("forelog.group.leader.changes")
                        .tag("group", "g1")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(registry.get("forelog.group.leading").gauge().value()).isZero();
        assertThat(registry.get("forelog.group.commit").functionTimer().mean(TimeUnit.MICROSECONDS))
                .isEqualTo(2);
    }

    @Test
    void theLagOfEachFollowerIsShownWhereTheGroupIsLed() {
        var registry = new SimpleMeterRegistry();
        var meters = new GroupMeters(registry, new CopyProgress());
        var behind = new FollowerProgress(OTHER, 3, 7, Duration.ZERO, Duration.ZERO, false);

        meters.look(Map.of("g1", status(Optional.of(SELF), List.of(behind))));
        assertThat(registry.get("forelog.group.lag").tag("member", "n2").gauge().value())
                .isEqualTo(7);

        meters.look(Map.of("g1", status(Optional.of(OTHER), List.of())));
        assertThat(registry.find("forelog.group.lag").gauge()).isNull();
    }

    @Test
    void whatIsCopiedOfAShardAndWhatIsLeftIsShownWhileItIsCopied() {
        var registry = new SimpleMeterRegistry();
        var copies = new CopyProgress();
        var meters = new GroupMeters(registry, copies);

        copies.of(1).copied(new ShardId(5, 2), 3_000, 30, 10);
        meters.look(Map.of());
        assertThat(registry.get("forelog.copy.shard.copied")
                        .tags("group", "g1", "shard", "5/2")
                        .gauge()
                        .value())
                .isEqualTo(3_000);
        assertThat(registry.get("forelog.copy.shard.remaining").gauge().value()).isEqualTo(1_000);

        copies.of(1).copied(new ShardId(5, 2), 4_000, 40, 0);
        copies.of(1).ended(new ShardId(5, 2));
        meters.look(Map.of());
        assertThat(registry.find("forelog.copy.shard.copied").gauge()).isNull();
        assertThat(registry.find("forelog.copy.shard.remaining").gauge()).isNull();
        assertThat(registry.get("forelog.copy").functionCounter().count()).isEqualTo(4_000);
    }

    private static GroupStatus status(Optional<MemberId> leader, List<FollowerProgress> followers) {
        var members = List.of(SELF, OTHER);
        return new GroupStatus(
                SELF,
                Role.FOLLOWER,
                1,
                leader,
                leader.filter(SELF::equals).isPresent(),
                10,
                10,
                10,
                0,
                new Membership(0, members, members),
                followers,
                0,
                false,
                5,
                10_000);
    }
}
