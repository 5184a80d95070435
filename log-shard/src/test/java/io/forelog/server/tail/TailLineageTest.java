package io.forelog.server.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tails of a log that is split and merged under them. */
class TailLineageTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final Vertx vertx = Vertx.vertx();
    private final GrowingLog log = new GrowingLog(2);
    private final ClusterFeed feed = new ClusterFeed(log.metadata(), log);
    private final Tails tails = new Tails(
            vertx,
            log.metadata(),
            feed,
            (address, record) -> (new String(record.key(), StandardCharsets.UTF_8) + "="
                            + new String(record.value(), StandardCharsets.UTF_8))
                    .getBytes(StandardCharsets.UTF_8),
            Throwable::toString,
            new TailLimits(1000, 50, 4 << 10, 1 << 20, 1, Duration.ofSeconds(30), Duration.ofSeconds(10)));

    @AfterEach
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        log.close();
    }

    @Test
    void eachKeyComesInOrderOnceThroughSplitsAndMerges() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var growth = new Growth(log, new Random(seed));
        growth.run(300);
        var opened = new ArrayList<Reader>();
        for (int i = 0; i < 5; i++) {
            opened.add(new Reader(null, Position.begin(log.log())));
        }
        var ofOneKey = new ArrayList<Reader>();
        for (int key = 0; key < Growth.KEYS; key++) {
            ofOneKey.add(new Reader("k" + key, Position.begin(log.log())));
        }

        var growing = CompletableFuture.runAsync(() -> growth.run(2_000));
        // Resumed at whatever was read last, again and again, while it goes on.
        var resumed = new ArrayList<String>();
        var at = Position.begin(log.log());
        while (!growing.isDone()) {
            var reader = new Reader(null, at);
            await().atMost(SOON).until(() -> !reader.values.isEmpty() || growing.isDone());
            reader.close();
            resumed.addAll(reader.values);
            at = reader.position(at);
        }
        growing.join();
        var last = new Reader(null, at);
        await().atMost(SOON).until(() -> resumed.size() + last.values.size() >= growth.total());
        resumed.addAll(last.values);

        growth.assertAll(resumed);
        for (var reader : opened) {
            await().atMost(SOON).until(() -> reader.values.size() >= growth.total());
            growth.assertAll(reader.values);
        }
        for (int key = 0; key < Growth.KEYS; key++) {
            var reader = ofOneKey.get(key);
            int count = growth.of(key);
            await().atMost(SOON).until(() -> reader.values.size() >= count);
            var wanted = new ArrayList<String>();
            for (int value = 0; value < count; value++) {
                wanted.add("k" + key + "=" + value);
            }
            assertThat(reader.values).isEqualTo(wanted);
        }
    }

    @Test
    void aTailFromTheEndIsSentWhatComesInShardsThatAreOpenedLater() throws Exception {
        var growth = new Growth(log, new Random(1));
        growth.run(200);
        var frontier = tails.frontier(log.log(), null, null);
        var reader = new Reader(null, frontier.latest().toCompletableFuture().get());
        await().atMost(SOON).until(() -> reader.isOpen);

        log.change(new Random(2));
        log.append("after", "0");
        log.publish();

        await().atMost(SOON).until(() -> reader.values.equals(List.of("after=0")));
    }

    /** What retention took of a shard that has ended does not keep its children from being read. */
    @Test
    void aReaderFromTheBeginningPassesParentsOfWhichNothingIsLeft() {
        log.append("lost", "0");
        log.change(new Random(3));
        log.change(new Random(4));
        log.append("kept", "0");
        log.publish();
        log.log().shards().shards().stream()
                .filter(shard -> !shard.isOpen())
                .forEach(shard -> log.expire(shard.number()));

        var reader = new Reader(null, Position.begin(log.log()));

        await().atMost(SOON).until(() -> reader.values.contains("kept=0"));
    }

    /** Takes events as a connection would that is never full. */
    private final class Reader implements WriteStream<Buffer> {

        private final List<String> values = new CopyOnWriteArrayList<>();
        private final List<String> ids = new CopyOnWriteArrayList<>();
        private final Context context = vertx.getOrCreateContext();
        private volatile boolean isOpen;
        private volatile Tails.@Nullable Tail tail;

        Reader(@Nullable String key, Position start) {
            var bytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
            context.runOnContext(ignored -> {
                var frontier = tails.frontier(log.log(), null, bytes);
                tail = tails.open(context, frontier, this, () -> {}, start, bytes);
            });
        }

        void close() {
            var done = new CompletableFuture<Void>();
            context.runOnContext(ignored -> {
                if (tail != null) {
                    tail.close();
                }
                done.complete(null);
            });
            done.join();
        }

        /** Returns where the reader is, by the last id that it was sent. */
        Position position(Position start) {
            return ids.isEmpty() ? start : Position.parse(ids.getLast(), log.log());
        }

        @Override
        public Future<Void> write(Buffer text) {
            text.toString(StandardCharsets.UTF_8).lines().forEach(line -> {
                if (line.startsWith("data: ")) {
                    values.add(line.substring(6));
                } else if (line.startsWith("id: ")) {
                    ids.add(line.substring(4));
                } else if (line.startsWith(": open")) {
                    isOpen = true;
                }
            });
            return Future.succeededFuture();
        }

        @Override
        public WriteStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> handler) {
            return this;
        }

        @Override
        public Future<Void> end() {
            return Future.succeededFuture();
        }

        @Override
        public WriteStream<Buffer> setWriteQueueMaxSize(int maxSize) {
            return this;
        }

        @Override
        public boolean writeQueueFull() {
            return false;
        }

        @Override
        public WriteStream<Buffer> drainHandler(@Nullable Handler<Void> handler) {
            return this;
        }
    }
}
