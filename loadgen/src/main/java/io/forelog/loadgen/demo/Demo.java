package io.forelog.loadgen.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.forelog.loadgen.client.ClientOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.load.LoadListener;
import io.forelog.loadgen.replay.ReplayResult;
import io.forelog.loadgen.replay.ReplayRun;
import io.forelog.loadgen.replay.ReplaySettings;
import io.forelog.loadgen.trace.Trace;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Replays a trace against a fresh node with prefetch off, and against another fresh node with prefetch on, so that
 * neither finds anything in a cache that the other left. The second node stays until {@link #close}.
 *
 * <p>The local cache holds {@link #CAPACITY} of the keys, for a cache that holds everything has nothing to predict.
 */
public final class Demo implements AutoCloseable {

    /** Entries of the local cache, as a share of the distinct keys. */
    public static final double CAPACITY = 0.05;

    private static final String LOG = "pages";
    private static final String WARM_UP_LOG = "warm-up";
    private static final Trace WARM_UP = BrowsingWorkload.trace(7, 500, 10_000);
    private static final long POLL_NANOS = 50_000_000;
    private static final int VALUE_BYTES = 256;
    /** What a cached record takes beside its key and value, by the node's own reckoning. */
    private static final int ENTRY_OVERHEAD_BYTES = 112;

    private static final int CLIENTS = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Vertx vertx;
    private final List<String> nodeCommand;
    private final double rate;
    private final LoadListener listener;
    private final TemporaryFolder folder;
    private @Nullable NodeProcess node;
    private boolean closed;

    /**
     * @param nodeCommand what starts a node, without its options
     * @param rate reads a second
     * @throws IOException if there is no room for a temporary folder
     */
    public Demo(Vertx vertx, List<String> nodeCommand, double rate, LoadListener listener) throws IOException {
        this.vertx = vertx;
        this.nodeCommand = List.copyOf(nodeCommand);
        this.rate = rate;
        this.listener = listener;
        this.folder = new TemporaryFolder("forelog-demo-");
    }

    /**
     * Runs both. Blocks.
     *
     * @throws IOException if a node does not start
     */
    public DemoResult run(Trace trace, int readsMax) throws IOException {
        var reads = first(trace, Math.min(readsMax, trace.size()));
        var off = replay(reads, false);
        var on = replay(reads, true);
        return DemoResult.of(CAPACITY, rate, off, on);
    }

    private static Trace first(Trace trace, int reads) {
        return new Trace(
                trace.name(),
                Arrays.copyOf(trace.times(), reads),
                Arrays.copyOf(trace.clients(), reads),
                Arrays.copyOf(trace.keys(), reads));
    }

    /** Returns where the node with prefetch on serves, and shows its dashboard. */
    public synchronized URI url() {
        if (node == null) {
            throw new IllegalStateException("no node runs");
        }
        return node.url();
    }

    /** Returns the folder that holds everything while the demonstration lasts. */
    Path folder() {
        return folder.path();
    }

    /** Returns the present node's process. */
    synchronized long pid() {
        if (node == null) {
            throw new IllegalStateException("no node runs");
        }
        return node.pid();
    }

    private ReplayResult replay(Trace trace, boolean prefetch) throws IOException {
        listener.phase("starting");
        var url = restart(trace, prefetch);
        var client = new ForelogClient(vertx, List.of(url), ClientOptions.DEFAULT.withConnectionsMax(CLIENTS + 2));
        warmUp(client, prefetch);
        var settings = new ReplaySettings(LOG, 0, rate, CLIENTS, true, trace.size(), VALUE_BYTES, prefetch);
        var result =
                new ReplayRun(vertx, client, trace, settings, named(prefetch ? "prefetch on" : "prefetch off")).run();
        client.close();
        return result;
    }

    /**
     * Waits until the shared caches have joined, and reads other records than those measured, as fast as answers
     * come: what a node takes longer for in its first seconds is its compiler's work, not its caches'.
     */
    private void warmUp(ForelogClient client, boolean prefetch) {
        listener.phase("warming up");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!areReady(client.caches().await().path("tiers")) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        var settings = new ReplaySettings(WARM_UP_LOG, 0, 0, CLIENTS, true, WARM_UP.size(), VALUE_BYTES, prefetch);
        new ReplayRun(vertx, client, WARM_UP, settings, new LoadListener() {}).run();
    }

    private static boolean areReady(JsonNode tiers) {
        for (var tier : tiers) {
            if (tier.path("state").asText().equals("STARTING")) {
                return false;
            }
        }
        return true;
    }

    /** Bars that say which of the two is running. */
    private LoadListener named(String name) {
        return new LoadListener() {
            @Override
            public void phase(String phase) {
                listener.phase(name + ", " + phase);
            }

            @Override
            public void progress(long done, long total, String figures) {
                listener.progress(done, total, figures);
            }
        };
    }

    private synchronized URI restart(Trace trace, boolean prefetch) throws IOException {
        if (node != null) {
            node.close();
        }
        if (closed) {
            throw new IOException("the demonstration was ended");
        }
        node = NodeProcess.start(
                nodeCommand,
                folder.folder(prefetch ? "on" : "off"),
                "127.0.0.1:0",
                settings(trace, prefetch),
                PATIENCE);
        return node.url();
    }

    private static Map<String, String> settings(Trace trace, boolean prefetch) {
        long entries = Math.max(1, Math.round(trace.distinctKeys() * CAPACITY));
        var settings = new LinkedHashMap<String, String>();
        settings.put("cache.local.bytesMax", Long.toString(entries * (ENTRY_OVERHEAD_BYTES + VALUE_BYTES + 5)));
        // A node that holds the records itself would ask no other tier; here they stand in for a node that does not.
        settings.put("cache.order", "tiers-first");
        settings.put("prefetch.enabled", Boolean.toString(prefetch));
        return settings;
    }

    /** Ends the node and removes the temporary folder. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (node != null) {
            node.close();
        }
        folder.close();
    }
}
