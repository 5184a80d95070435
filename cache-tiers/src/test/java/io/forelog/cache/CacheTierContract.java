package io.forelog.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forelog.record.GlobalAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What every shared tier promises. A subclass gives a tier that is ready; one serves all tests of the class. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class CacheTierContract {

    private final long log = ThreadLocalRandom.current().nextLong();
    private long nextOffset;

    /** Returns the tier under test, ready. */
    protected abstract CacheTier tier();

    /** Waits until {@code tier} can be asked, and returns it. */
    public static <T extends CacheTier> T ready(T tier) {
        tier.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> tier.state() == TierState.READY);
        return tier;
    }

    private GlobalAddress address() {
        return new GlobalAddress(log, 7, nextOffset++);
    }

    private static <T> T value(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void whatWasPutComesBackByteForByte() throws Exception {
        for (int size : new int[] {0, 1, 255, 65_536, 1 << 20}) {
            var address = address();
            var bytes = new byte[size];
            new Random(size).nextBytes(bytes);

            value(tier().put(address, bytes));

            assertThat(value(tier().get(address))).isEqualTo(bytes);
        }
    }

    @Test
    void whatWasNotPutIsNull() throws Exception {
        assertThat(value(tier().get(address()))).isNull();
    }

    @Test
    void addressesThatDifferInOnePartAreDifferentEntries() throws Exception {
        var addresses = List.of(
                new GlobalAddress(log, 1, 1_000_001), new GlobalAddress(log, 1, 1_000_002),
                new GlobalAddress(log, 2, 1_000_001), new GlobalAddress(log + 1, 1, 1_000_001));
        for (int i = 0; i < addresses.size(); i++) {
            value(tier().put(addresses.get(i), new byte[] {(byte) i}));
        }

        for (int i = 0; i < addresses.size(); i++) {
            assertThat(value(tier().get(addresses.get(i)))).containsExactly(i);
        }
    }

    @Test
    void getAllReturnsJustThoseThatAreThere() throws Exception {
        var there = new HashMap<GlobalAddress, byte[]>();
        for (int i = 0; i < 100; i++) {
            there.put(address(), new byte[] {(byte) i});
        }
        var missing = List.of(address(), address());
        value(tier().putAll(there));

        var asked = new java.util.ArrayList<>(there.keySet());
        asked.addAll(missing);
        var found = value(tier().getAll(asked));

        assertThat(found.keySet()).isEqualTo(there.keySet());
        found.forEach((address, bytes) -> assertThat(bytes).isEqualTo(there.get(address)));
    }

    @Test
    void removedEntryIsGone() throws Exception {
        var address = address();
        value(tier().put(address, new byte[] {1}));

        value(tier().remove(address));

        assertThat(value(tier().get(address))).isNull();
        assertThat(value(tier().getAll(List.of(address)))).isEmpty();
    }

    @Test
    void putTwiceIsTheSameEntry() throws Exception {
        var address = address();

        value(tier().put(address, new byte[] {4}));
        value(tier().putAll(Map.of(address, new byte[] {4})));

        assertThat(value(tier().get(address))).containsExactly(4);
    }

    @Test
    void usageCountsWhatItHolds() throws Exception {
        value(tier().put(address(), new byte[10_000]));

        var usage = value(tier().usage());

        assertThat(usage.entries()).isPositive();
        assertThat(usage.bytes()).isGreaterThan(10_000);
    }
}
