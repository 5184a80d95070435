package io.forelog.cache.regional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forelog.cache.AnsweredBy;
import io.forelog.cache.CacheTierContract;
import io.forelog.cache.ChildJvm;
import io.forelog.cache.SharedTier;
import io.forelog.cache.TierConfig;
import io.forelog.cache.VerifiedReaders;
import io.forelog.cache.value.ValueSealer;
import io.forelog.ports.LocalPorts;
import io.forelog.record.GlobalAddress;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A real Hazelcast cluster in real trouble, under readers that check every byte. */
class RegionalFaultTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final Duration SOON = Duration.ofSeconds(60);

    private final int port = freePort();
    private final int otherPort = freePort();
    private final List<String> members = List.of("127.0.0.1:" + port, "127.0.0.1:" + otherPort);

    private static int freePort() {
        try {
            return LocalPorts.free();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private RegionalTier member() {
        return new RegionalTier(RegionalMember.config(port, members));
    }

    private ChildJvm otherMember() throws Exception {
        var other = ChildJvm.start(
                RegionalMember.class, Integer.toString(otherPort), members.getFirst(), members.getLast());
        other.await("ready");
        return other;
    }

    private static VerifiedReaders readers(RegionalTier tier) {
        var shared = new SharedTier(AnsweredBy.REGIONAL, tier, TierConfig.REGIONAL);
        return new VerifiedReaders(
                List.of(shared), 2, ThreadLocalRandom.current().nextLong(), ValueSealer.NONE);
    }

    @Test
    void memberKilledFailsNoReadAndLosesNothingAndComesBack() throws Exception {
        var tier = member();
        try (var readers = readers(tier)) {
            var other = otherMember();
            await().atMost(SOON).until(() -> tier.members() == 2);
            readers.awaitHits(AnsweredBy.REGIONAL, 1_000, SOON);

            other.kill();
            readers.awaitHits(AnsweredBy.REGIONAL, 1_000, SOON);
            await().atMost(SOON).until(() -> tier.members() == 1);

            try (var again = otherMember()) {
                await().atMost(SOON).until(() -> tier.members() == 2);
                readers.awaitHits(AnsweredBy.REGIONAL, 1_000, SOON);
                again.kill();
            }
        }
    }

    @Test
    void entriesOfMemberThatIsKilledAreStillThere() throws Exception {
        try (var tier = CacheTierContract.ready(member());
                var other = otherMember()) {
            await().atMost(SOON).until(() -> tier.members() == 2);
            put(tier, 0, 500, 100);

            other.kill();
            await().atMost(SOON).until(() -> tier.members() == 1);

            for (int i = 0; i < 500; i++) {
                assertThat(tier.get(address(i)).toCompletableFuture().get())
                        .as("entry %d", i)
                        .hasSize(100);
            }
        }
    }

    /** A pause longer than the heartbeat's patience splits the cluster; the end of it joins the parts again. */
    @Test
    @Tag("long")
    void memberSplitFromItsClusterFailsNoReadAndJoinsAgain() throws Exception {
        var tier = member();
        try (var readers = readers(tier);
                var other = otherMember()) {
            await().atMost(SOON).until(() -> tier.members() == 2);
            readers.awaitHits(AnsweredBy.REGIONAL, 1_000, SOON);

            other.pause();
            await().atMost(SOON).until(() -> tier.members() == 1);
            readers.awaitHits(AnsweredBy.REGIONAL, 1_000, SOON);
            other.resume();

            await().atMost(Duration.ofMinutes(2)).until(() -> tier.members() == 2);
            readers.awaitHits(AnsweredBy.REGIONAL, 1_000, SOON);
        }
    }

    @Test
    void membersOfDifferentRegionsDoNotMeet() throws Exception {
        var elsewhere =
                new RegionalConfig("test", "elsewhere", "127.0.0.1", otherPort, 1, null, members, 64L * MEBIBYTE, 1);
        try (var tier = CacheTierContract.ready(member());
                var stranger = CacheTierContract.ready(new RegionalTier(elsewhere))) {
            put(tier, 0, 1, 10);

            assertThat(tier.members()).isOne();
            assertThat(stranger.members()).isOne();
            assertThat(stranger.get(address(0)).toCompletableFuture().get()).isNull();
        }
    }

    /** Evicting one entry for each that comes would let large values take the place of as many small ones. */
    @Test
    void memoryStaysWithinItsBoundAlsoWhenLargeValuesFollowSmallOnes() throws Exception {
        var config = new RegionalConfig("test", "here", "127.0.0.1", port, 1, null, List.of(), 16L * MEBIBYTE, 1);
        try (var tier = CacheTierContract.ready(new RegionalTier(config))) {
            put(tier, 0, 60_000, 100);
            assertThat(bytes(tier)).isLessThan(17L * MEBIBYTE);

            put(tier, 100_000, 1_500, 50_000);

            assertThat(bytes(tier)).isLessThan(18L * MEBIBYTE);
            assertThat(tier.usage().toCompletableFuture().get().evictions()).isPositive();
        }
    }

    @Test
    void boundCanBeChangedWhileRunning() throws Exception {
        var config = new RegionalConfig("test", "here", "127.0.0.1", port, 1, null, List.of(), 32L * MEBIBYTE, 1);
        try (var tier = CacheTierContract.ready(new RegionalTier(config))) {
            put(tier, 0, 3_000, 10_000);
            assertThat(bytes(tier)).isGreaterThan(16L * MEBIBYTE);

            tier.resize(4L * MEBIBYTE).toCompletableFuture().get();
            put(tier, 10_000, 1_000, 10_000);

            assertThat(bytes(tier)).isLessThan(8L * MEBIBYTE);
            assertThat(tier.usage().toCompletableFuture().get().bytesMax()).isEqualTo(4L * MEBIBYTE);
        }
    }

    @Test
    void memberListensOnTheGivenInterfaceOnly() throws Exception {
        try (var tier = CacheTierContract.ready(member())) {
            assertThat(tier.members()).isOne();
            var elsewhere = NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                    .toList();
            for (var address : elsewhere) {
                assertThat(refuses(address)).as("a connection to %s", address).isTrue();
            }
        }
    }

    private boolean refuses(InetAddress address) throws Exception {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 1_000);
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    private static GlobalAddress address(long offset) {
        return new GlobalAddress(1, 1, offset);
    }

    private static void put(RegionalTier tier, long from, int count, int bytes) throws Exception {
        for (int i = 0; i < count; i += 100) {
            var batch = new HashMap<GlobalAddress, byte[]>();
            for (int j = i; j < Math.min(count, i + 100); j++) {
                batch.put(address(from + j), new byte[bytes]);
            }
            tier.putAll(batch).toCompletableFuture().get();
        }
    }

    private static long bytes(RegionalTier tier) throws Exception {
        return tier.usage().toCompletableFuture().get().bytes();
    }
}
