package io.forelog.loadgen.bench;

import io.forelog.loadgen.load.LatencySummary;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * One peer in one case: its log, its clients, and a thread for each of them. Keeps its connections from turn to turn.
 */
final class Contestant implements AutoCloseable {

    private static final long LATENCY_NANOS_MAX = 3_600_000_000_000L;
    private static final int DIGITS = 3;

    private final Peer peer;
    private final BenchCase work;
    private final PeerLog log;
    private final List<Worker> workers = new ArrayList<>();
    private final ExecutorService threads;

    private Contestant(Peer peer, BenchCase work, PeerLog log) {
        this.peer = peer;
        this.work = work;
        this.log = log;
        this.threads = Executors.newFixedThreadPool(
                work.clients(), Thread.ofPlatform().daemon().name("client-", 0).factory());
    }

    /**
     * Makes its log and connects its clients.
     *
     * @param records to fill it with if they are to be read
     */
    static Contestant open(Peer peer, BenchCase work, int records) throws Exception {
        var contestant = new Contestant(peer, work, peer.create(work.slug(), work.durability()));
        try {
            if (work.operation() == BenchOperation.READ) {
                contestant.log.fill(records, new Payload(work.bytes()));
            }
            for (int client = 0; client < work.clients(); client++) {
                contestant.workers.add(Worker.open(contestant.log, work, records, client));
            }
            return contestant;
        } catch (Exception e) {
            contestant.close();
            throw e;
        }
    }

    String name() {
        return peer.name();
    }

    /**
     * Lets all clients work for so long, and waits for what they handed on.
     *
     * @throws ExecutionException if an operation failed: what is compared must have worked
     */
    Turn turn(Duration duration) throws Exception {
        var together = new CyclicBarrier(work.clients() + 1);
        var running = new ArrayList<Future<Clocked>>();
        for (var worker : workers) {
            running.add(threads.submit(() -> {
                together.await();
                return clocked(worker, System.nanoTime() + duration.toNanos());
            }));
        }
        long serverBefore = serverNanos();
        long clientBefore = clientNanos();
        long began = System.nanoTime();
        together.await();
        var latency = histogram();
        long operations = 0;
        for (var each : running) {
            var clocked = each.get();
            operations += clocked.operations();
            latency.add(clocked.latency());
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        double perOperation = 1e-3 / Math.max(1, operations);
        var turn = new Turn(
                operations,
                seconds,
                LatencySummary.of(latency),
                (serverNanos() - serverBefore) * perOperation,
                (clientNanos() - clientBefore) * perOperation);
        log.rest();
        return turn;
    }

    private record Clocked(long operations, Histogram latency) {}

    private Clocked clocked(Worker worker, long end) throws Exception {
        var latency = histogram();
        long operations = 0;
        long now = System.nanoTime();
        while (now - end < 0) {
            worker.step();
            operations++;
            long after = System.nanoTime();
            if (work.operation().hasLatency()) {
                latency.recordValue(Math.min(after - now, LATENCY_NANOS_MAX));
            }
            now = after;
        }
        worker.finish();
        return new Clocked(operations, latency);
    }

    private static Histogram histogram() {
        return new Histogram(LATENCY_NANOS_MAX, DIGITS);
    }

    private long serverNanos() {
        return peer.servers()
                .mapToLong(server ->
                        server.info().totalCpuDuration().orElse(Duration.ZERO).toNanos())
                .sum();
    }

    private static long clientNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        for (var worker : workers) {
            worker.close();
        }
        log.close();
    }
}
