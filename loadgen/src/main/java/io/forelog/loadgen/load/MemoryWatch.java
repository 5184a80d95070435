package io.forelog.loadgen.load;

import com.fasterxml.jackson.databind.JsonNode;
import io.forelog.loadgen.client.ForelogClient;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the nodes of a cluster say of their memory, looked at now and then while something loads them. A look that is
 * not answered is left out: the load itself tells of a node that is away. At most {@value #POINTS_MAX} points a node;
 * when there are more, every second one is forgotten and the looks come half as often.
 *
 * <p>Safe for use by any thread.
 */
public final class MemoryWatch implements AutoCloseable {

    static final int POINTS_MAX = 720;

    private final Vertx vertx;
    private final ForelogClient client;
    private final long began = System.nanoTime();
    private final Map<String, List<Point>> points = new TreeMap<>();
    private long timer;
    private int ticks;
    private int ticksPerLook = 1;

    /**
     * A node's memory at a moment.
     *
     * @param second since the watch began
     * @param residentBytes of the process that are in the machine's memory, files that it has mapped included
     * @param heapBytes of Java's heap that are in use, garbage that was not collected yet included
     */
    public record Point(double second, long residentBytes, long heapBytes) {}

    private MemoryWatch(Vertx vertx, ForelogClient client) {
        this.vertx = vertx;
        this.client = client;
    }

    /** Returns a watch that looks now and then each {@code pause}, until it is closed. */
    public static MemoryWatch start(Vertx vertx, ForelogClient client, Duration pause) {
        var watch = new MemoryWatch(vertx, client);
        watch.look();
        watch.timer = vertx.setPeriodic(pause.toMillis(), tick -> watch.tick());
        return watch;
    }

    private synchronized void tick() {
        if (++ticks % ticksPerLook == 0) {
            look();
        }
    }

    private void look() {
        client.get("/v1/nodes").onSuccess(answer -> answer.path("nodes").forEach(this::add));
    }

    synchronized void add(JsonNode node) {
        var memory = node.path("memory");
        if (!memory.path("resident").isNumber()) {
            return;
        }
        var ofNode = points.computeIfAbsent(node.path("name").asText(), unseen -> new ArrayList<>());
        ofNode.add(new Point(
                (System.nanoTime() - began) / 1e9,
                memory.path("resident").asLong(),
                memory.path("heapUsed").asLong()));
        if (ofNode.size() > POINTS_MAX) {
            points.values().forEach(MemoryWatch::thinOut);
            ticksPerLook *= 2;
        }
    }

    private static void thinOut(List<Point> all) {
        for (int i = all.size() - 1; i > 0; i -= 2) {
            all.remove(i);
        }
    }

    /** Returns what was seen of each node by its name, in order of time. */
    public synchronized Map<String, List<Point>> points() {
        var copy = new TreeMap<String, List<Point>>();
        points.forEach((node, ofNode) -> copy.put(node, List.copyOf(ofNode)));
        return copy;
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
    }
}
