package io.forelog.loadgen.torture;

import io.forelog.loadgen.torture.cluster.LocalCluster;
import io.forelog.loadgen.torture.cluster.NodeCommand;
import io.forelog.loadgen.torture.cluster.RedisProcess;
import io.forelog.loadgen.torture.cluster.SmallDisk;
import io.forelog.loadgen.torture.fault.Fault;
import io.forelog.loadgen.torture.fault.Faults;
import io.forelog.loadgen.torture.fault.Scene;
import io.forelog.loadgen.torture.load.TortureLoad;
import io.forelog.loadgen.torture.load.Violations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One torture from beginning to end, on nodes of its own. Use it once. */
public final class TortureRun {

    private static final Duration FIRST_APPENDS = Duration.ofSeconds(2);
    private static final Duration LAST_APPENDS = Duration.ofSeconds(3);
    /** Each shard that ever was keeps a mebibyte or two, and plans make several a minute. */
    private static final int SMALL_DISK_MEBIBYTES = 1_536;

    private static final int SMALL_DISK_MEBIBYTES_A_MINUTE = 32;
    private static final String FULL_DISK = "full-disk";
    private static final String CLOCK = "clock";
    private static final String REDIS = "redis-";
    private static final String HAZELCAST = "hazelcast-";

    /** Small segments, so that some are closed soon; plans that end soon, and can be rolled back before. */
    private static final Map<String, String> SETTINGS = Map.of(
            // What a node writes about itself while the others end would make a difference between their disks.
            "control.records",
            "false",
            "storage.segmentBytes",
            "1MiB",
            "storage.freeBytesMin",
            "64MiB",
            "plans.watch",
            "PT20S",
            "replication.walFileBytes",
            "16MiB");

    /** Each node has every record on its own disk: caches are asked only where they come first and hold little. */
    private static final Map<String, String> SHARED_CACHES = Map.of(
            "cache.order",
            "tiers-first",
            "cache.writeThrough",
            TortureLoad.LOG,
            "cache.local.bytesMax",
            "1MiB",
            "cache.regional.bytesMax",
            "8MiB");

    private final TortureSettings settings;
    private final NodeCommand command;
    private final Path folder;
    private final Consumer<String> told;
    private final Violations violations;
    private final List<Fault> faults = new ArrayList<>();
    private final Map<String, String> skipped = new TreeMap<>();

    /**
     * @param folder for what the nodes keep and say; must be there and be empty
     * @param told what happens, a line each; on any thread
     */
    public TortureRun(TortureSettings settings, NodeCommand command, Path folder, Consumer<String> told) {
        this.settings = settings;
        this.command = command;
        this.folder = folder;
        this.told = told;
        this.violations = new Violations(told);
    }

    /**
     * Runs to the end. Blocks.
     *
     * @throws IOException if the cluster cannot be started, or cannot be ended in order
     * @throws io.forelog.loadgen.client.ForelogClientException if the logs cannot be created, or read at the end
     */
    public TortureResult run() throws IOException, InterruptedException {
        try (var redis = new Closing<>(
                        asks(REDIS) ? RedisProcess.startIfInstalled(folder) : Optional.<RedisProcess>empty());
                var disk = new Closing<>(
                        asks(FULL_DISK)
                                ? SmallDisk.mount(folder.resolve(lastNode()), lastNode(), smallDiskMebibytes())
                                : Optional.<SmallDisk>empty());
                var cluster = new LocalCluster(folder, command, nodeSettings(redis.content()), settings.nodes())) {
            choose(new Scene(cluster, TortureLoad.LOG, redis.content(), disk.content(), new Random()));
            if (faults.stream().anyMatch(fault -> fault.name().equals(CLOCK))) {
                cluster.letClocksStep();
            }
            if (asks(HAZELCAST)) {
                cluster.shareRegionalCache();
            }
            cluster.startAll();
            return torture(
                    cluster, random -> new Scene(cluster, TortureLoad.LOG, redis.content(), disk.content(), random));
        }
    }

    /** What may be there, and is closed if it is. */
    private record Closing<T extends AutoCloseable>(Optional<T> content) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try {
                if (content.isPresent()) {
                    content.get().close();
                }
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }

    private boolean asks(String prefix) {
        return settings.faults().stream().anyMatch(name -> name.startsWith(prefix));
    }

    private int smallDiskMebibytes() {
        return Math.toIntExact(
                SMALL_DISK_MEBIBYTES + SMALL_DISK_MEBIBYTES_A_MINUTE * settings.duration().toMinutes());
    }

    private String lastNode() {
        return "n" + settings.nodes();
    }

    private Map<String, String> nodeSettings(Optional<RedisProcess> redis) {
        var all = new HashMap<>(SETTINGS);
        if (asks(REDIS) || asks(HAZELCAST)) {
            all.putAll(SHARED_CACHES);
        }
        redis.ifPresent(server -> all.put("cache.global.address", server.address()));
        return all;
    }

    private void choose(Scene scene) {
        for (var name : settings.faults()) {
            var fault = Faults.named(name);
            fault.impossible(scene)
                    .ifPresentOrElse(
                            why -> {
                                skipped.put(name, why);
                                told.accept("skipped " + name + ": " + why);
                            },
                            () -> faults.add(fault));
        }
    }

    private TortureResult torture(LocalCluster cluster, Function<Random, Scene> scenes)
            throws IOException, InterruptedException {
        var availability = new Availability(System::nanoTime);
        long began = System.nanoTime();
        var storm = new Storm(settings, scenes, violations, told);
        try (var load = new TortureLoad(cluster.urls(), settings.scale(), violations, settings.seed())) {
            load.start(availability);
            Thread.sleep(FIRST_APPENDS);
            storm.start(faults);
            storm.join();
            // One that did not come back is a violation already; the rest is to be judged all the same.
            cluster.startMissing();
            Thread.sleep(LAST_APPENDS);
            availability.end();
            double seconds = (System.nanoTime() - began) / 1e9;
            told.accept("all is mended; reading everything back");
            load.conclude();
            var replicas = compare(cluster);
            var outage = availability.longestOutage();
            return new TortureResult(
                    settings.seed(),
                    seconds,
                    load.records(),
                    load.answers().done(),
                    load.answers().failed(),
                    storm.counts(),
                    skipped,
                    availability.shares(),
                    outage.map(longest -> longest.length().toNanos() / 1e9).orElse(0.0),
                    outage.map(longest -> cause(longest, storm.spans(), began)).orElse("none"),
                    replicas,
                    violations.count(),
                    violations.first().stream()
                            .map(each -> each.promise() + ": " + each.detail())
                            .toList(),
                    violations.first().stream()
                            .findFirst()
                            .map(each -> Timeline.of(each, load.ledger(each.log()), storm.spans(), began))
                            .orElse(List.of()));
        }
    }

    private static String cause(Availability.Outage outage, List<FaultSpan> spans, long beganNanos) {
        var then = spans.stream()
                .filter(span -> span.touches(outage.fromNanos(), outage.endNanos()))
                .map(span -> span.fault() + " (" + span.what() + ")")
                .collect(Collectors.joining(", "));
        return String.format(
                "shard %d at %.1f s, during %s",
                outage.shard(), (outage.fromNanos() - beganNanos) / 1e9, then.isEmpty() ? "no fault" : then);
    }

    private String compare(LocalCluster cluster) throws InterruptedException {
        try {
            var digests = cluster.endAndDigest();
            var first = digests.firstEntry().getValue();
            boolean isWhole =
                    digests.values().stream().flatMap(List::stream).noneMatch(line -> line.endsWith("damaged"));
            boolean isSame = digests.values().stream().distinct().count() == 1;
            if (isSame && isWhole) {
                return first.size() + " shards, the same on " + digests.size() + " nodes";
            }
            violations.add("replicas are the same", TortureLoad.LOG, differences(digests), List.of());
        } catch (IOException e) {
            violations.add("the cluster comes back", TortureLoad.LOG, "at the end: " + e.getMessage(), List.of());
        }
        return "not the same";
    }

    private static String differences(Map<String, List<String>> digests) {
        var everywhere = digests.values().stream()
                .reduce((one, other) -> one.stream().filter(other::contains).toList());
        return digests.entrySet().stream()
                .map(node -> node.getKey() + " has "
                        + node.getValue().stream()
                                .filter(line -> !everywhere.orElse(List.of()).contains(line))
                                .toList())
                .collect(Collectors.joining("; "));
    }
}
