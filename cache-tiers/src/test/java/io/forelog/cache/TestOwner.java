package io.forelog.cache;

import io.forelog.error.NoSuchRecordException;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.record.LogRecord.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Shards that have, below a high watermark, a record at each offset whose bytes follow from its address, so that a
 * wrong one is noticed wherever it comes from. Answers at once, or when it is told to.
 */
public final class TestOwner implements Owner {

    public final ConcurrentHashMap<GlobalAddress, LongAdder> readsByAddress = new ConcurrentHashMap<>();
    public final AtomicInteger batchReads = new AtomicInteger();
    public final AtomicInteger readsElsewhere = new AtomicInteger();
    public volatile boolean local;
    public volatile long highWatermark = Long.MAX_VALUE;

    /** What every read fails with; null for none. */
    public volatile @Nullable RuntimeException failure;

    /** Where a read is tried again that the first replica does not answer, and is answered at once; null if it does. */
    public volatile @Nullable String retriedAt;

    /** What a read elsewhere answers; null for no second replica. */
    public volatile @Nullable Supplier<CompletionStage<LogRecord>> elsewhere;

    /** What another replica tells of many; null for no such replica. */
    public volatile @Nullable BiFunction<Collection<GlobalAddress>, BatchReader, CompletionStage<?>> allElsewhere;

    /** Who read many last. */
    public volatile @Nullable BatchReader reader;

    /** What was asked of the other replica, call by call. */
    public final List<Set<GlobalAddress>> askedElsewhere = new CopyOnWriteArrayList<>();

    /** Reads of records from this offset on are those that {@link #hold} holds. */
    public volatile long heldFrom;

    private final List<Runnable> held = new ArrayList<>();
    private volatile boolean holding;

    /** Returns the one record that is right under {@code address}. */
    public static LogRecord recordAt(GlobalAddress address) {
        var random = new Random(address.hashCode() * 31L + address.offset());
        var value = new byte[random.nextInt(2_000)];
        random.nextBytes(value);
        var key = random.nextInt(4) == 0 ? null : address.toString().getBytes(StandardCharsets.UTF_8);
        var headers = random.nextBoolean() ? List.<Header>of() : List.of(new Header("über", address.toString()));
        return new LogRecord(key, value, headers, random.nextLong());
    }

    /** Lets no read end until {@link #release}; one of many tells what is not held at once. */
    public void hold() {
        holding = true;
    }

    /** Ends all reads that were held, and holds no more. */
    public void release() {
        holding = false;
        endHeld();
    }

    /** Ends all reads that are held at this moment; goes on to hold others. */
    public void endHeld() {
        List<Runnable> ended;
        synchronized (held) {
            ended = List.copyOf(held);
            held.clear();
        }
        ended.forEach(Runnable::run);
    }

    public int heldReads() {
        synchronized (held) {
            return held.size();
        }
    }

    public long reads() {
        return readsByAddress.values().stream().mapToLong(LongAdder::sum).sum();
    }

    @Override
    public boolean isLocal(GlobalAddress address) {
        return local;
    }

    @Override
    public CompletionStage<LogRecord> read(GlobalAddress address, ReplicaTimes times) {
        var done = new CompletableFuture<LogRecord>();
        var answered = answeredFrom(times, 1);
        var found = lookUp(address);
        end(address, () -> {
            switch (found) {
                case Outcome.Found<LogRecord>(var record) -> {
                    answered.get().run();
                    done.complete(record);
                }
                case Outcome.Failed<LogRecord>(var cause) -> done.completeExceptionally(cause);
            }
        });
        return done;
    }

    @Override
    public CompletionStage<?> readAll(Collection<GlobalAddress> addresses, BatchReader reader) {
        batchReads.incrementAndGet();
        this.reader = reader;
        var now = new HashMap<GlobalAddress, Outcome<LogRecord>>();
        var later = new HashMap<GlobalAddress, Outcome<LogRecord>>();
        addresses.forEach(address -> (isHeld(address) ? later : now).put(address, lookUp(address)));
        var done = new CompletableFuture<Boolean>();
        var answered = answeredFrom(reader, addresses.size());
        reader.told(now);
        if (later.isEmpty()) {
            answered.get().run();
            done.complete(true);
        } else {
            end(later.keySet().iterator().next(), () -> {
                answered.get().run();
                reader.told(later);
                done.complete(true);
            });
        }
        return done;
    }

    /** Asks one replica; another is asked only when that one's answer would have come. */
    private Supplier<Runnable> answeredFrom(ReplicaTimes times, int records) {
        var answered = times.asked(local ? null : "", records);
        return () -> {
            var other = retriedAt;
            return failure != null ? () -> {} : other == null ? answered : times.asked(other, records);
        };
    }

    @Override
    public @Nullable CompletionStage<LogRecord> readElsewhere(GlobalAddress address, ReplicaTimes times) {
        var now = elsewhere;
        if (now == null) {
            return null;
        }
        readsElsewhere.incrementAndGet();
        return now.get();
    }

    @Override
    public @Nullable String placeElsewhere(GlobalAddress address) {
        return elsewhere == null && allElsewhere == null ? null : "elsewhere";
    }

    @Override
    public CompletionStage<?> readAllAt(String place, Collection<GlobalAddress> addresses, BatchReader reader) {
        askedElsewhere.add(Set.copyOf(addresses));
        return allElsewhere.apply(addresses, reader);
    }

    /** What another replica does that has all records. */
    public static CompletionStage<?> tellAll(Collection<GlobalAddress> addresses, BatchReader reader) {
        addresses.forEach(address -> reader.told(Map.of(address, new Outcome.Found<>(recordAt(address)))));
        return CompletableFuture.completedFuture(true);
    }

    private Outcome<LogRecord> lookUp(GlobalAddress address) {
        readsByAddress.computeIfAbsent(address, unseen -> new LongAdder()).increment();
        var broken = failure;
        if (broken != null) {
            return new Outcome.Failed<>(broken);
        }
        return address.offset() < highWatermark
                ? new Outcome.Found<>(recordAt(address))
                : new Outcome.Failed<>(new NoSuchRecordException(address.shard(), address.offset(), highWatermark));
    }

    private boolean isHeld(GlobalAddress address) {
        return holding && address.offset() >= heldFrom;
    }

    private void end(GlobalAddress address, Runnable answer) {
        if (isHeld(address)) {
            synchronized (held) {
                held.add(answer);
            }
        } else {
            answer.run();
        }
    }
}
