package io.forelog.cache;

import static org.awaitility.Awaitility.await;

import io.forelog.cache.value.ValueSealer;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Readers that read, in a loop, one by one or in batches, records that a small local cache mostly lacks, and check each
 * byte. Tiers are asked first, so that whatever is wrong with them shows.
 */
public final class VerifiedReaders implements AutoCloseable {

    private static final int RECORDS = 2_000;
    private static final int FORGET_EVERY = 50;

    /** Leaves the machine to what is tested. */
    private static final long PAUSE_NANOS = 200_000;

    private final MapCache<GlobalAddress, LogRecord> local = new MapCache<>();
    private final ReadPath path;
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder reads = new LongAdder();
    private final LongAdder slow = new LongAdder();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean done;

    /**
     * @param seed of what is read when; each thread's follows from it
     */
    public VerifiedReaders(List<SharedTier> tiers, int readers, long seed, ValueSealer sealer) {
        System.out.println("seed " + seed);
        var owner = new TestOwner();
        owner.local = true;
        path = new ReadPath(
                ReadPathConfig.of("here").withOrder(ReadOrder.TIERS_FIRST),
                local,
                tiers,
                owner,
                log -> FillPolicy.CRITICAL,
                sealer);
        path.start();
        for (int i = 0; i < readers; i++) {
            var random = new Random(seed + i);
            threads.add(Thread.ofPlatform().name("reader-" + i).start(() -> read(random)));
        }
    }

    private void read(Random random) {
        try {
            while (!done) {
                if (random.nextInt(FORGET_EVERY) == 0) {
                    local.clear();
                }
                var addresses = random.ints(random.nextInt(4) == 0 ? 20 : 1, 0, RECORDS)
                        .mapToObj(offset -> new GlobalAddress(9, offset % 5, offset))
                        .toList();
                long start = System.nanoTime();
                check(addresses);
                reads.add(addresses.size());
                if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(20)) {
                    slow.increment();
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private void check(List<GlobalAddress> addresses) throws Exception {
        if (addresses.size() == 1) {
            var answer = path.read(addresses.getFirst()).toCompletableFuture().get(30, TimeUnit.SECONDS);
            Records.assertRight(addresses.getFirst(), answer.record());
            return;
        }
        var outcomes = path.readAll(addresses).toCompletableFuture().get(30, TimeUnit.SECONDS);
        for (int i = 0; i < addresses.size(); i++) {
            Records.assertRight(
                    addresses.get(i),
                    ((Outcome.Found<Answer>) outcomes.get(i)).value().record());
        }
    }

    public ReadPath path() {
        return path;
    }

    /** Returns how many records were read, each rightly. */
    public long reads() {
        return reads.sum();
    }

    /** Returns how many reads, of one or a batch, took more than 20 ms. */
    public long slow() {
        return slow.sum();
    }

    public TierStats stats(AnsweredBy by) {
        return path.stats().tiers().stream()
                .filter(tier -> tier.tier() == by)
                .findFirst()
                .orElseThrow();
    }

    /** Waits until the tier has answered {@code hits} more reads. */
    public void awaitHits(AnsweredBy by, long hits, Duration atMost) {
        long before = stats(by).hits();
        await().atMost(atMost).until(() -> stats(by).hits() > before + hits);
    }

    /** Waits until {@code count} more records were read. */
    public void awaitReads(long count) {
        long before = reads();
        await().atMost(Duration.ofSeconds(60)).until(() -> reads() > before + count);
    }

    /** Ends the readers and throws what any of them stumbled over. */
    @Override
    public void close() {
        done = true;
        await().atMost(Duration.ofSeconds(60)).until(() -> threads.stream().noneMatch(Thread::isAlive));
        path.close();
        if (failure.get() != null) {
            throw new AssertionError("a reader failed after " + reads() + " reads", failure.get());
        }
    }
}
