package io.forelog.simulation.cluster;

import io.forelog.cache.AnsweredBy;
import io.forelog.cache.FillPolicy;
import io.forelog.cache.ReadOrder;
import io.forelog.cache.ReadPath;
import io.forelog.cache.ReadPathConfig;
import io.forelog.cache.SharedTier;
import io.forelog.cache.TierConfig;
import io.forelog.cache.local.AdaptiveLocalCache;
import io.forelog.cache.local.LocalCache;
import io.forelog.cache.local.LocalCacheConfig;
import io.forelog.cache.value.ValueSealer;
import io.forelog.metadata.MetadataCommand;
import io.forelog.metadata.MetadataCommand.JoinNode;
import io.forelog.metadata.MetadataCommand.MoveNode;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.PlacementRules;
import io.forelog.metadata.store.LeaderDuties;
import io.forelog.metadata.store.RaftMetadataStore;
import io.forelog.metadata.store.StoreConfig;
import io.forelog.plan.Plan;
import io.forelog.plan.Plan.Check;
import io.forelog.prefetch.ModelKey;
import io.forelog.prefetch.PrefetchConfig;
import io.forelog.prefetch.Prefetcher;
import io.forelog.prefetch.model.Source;
import io.forelog.raft.MemberId;
import io.forelog.raft.RaftTiming;
import io.forelog.raft.ReconcilerConfig;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.replication.AppendCommand;
import io.forelog.replication.GroupHost;
import io.forelog.replication.GroupReplication;
import io.forelog.replication.ShardReplicas;
import io.forelog.server.ahead.CacheTarget;
import io.forelog.server.control.PlanDriver;
import io.forelog.server.shard.Housekeeping;
import io.forelog.simulation.SimulatedExecutor;
import io.forelog.simulation.SimulatedProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One node of the cluster: its disk, and its process while it runs. */
final class SimulatedNode {

    private static final Duration DUTIES = Duration.ofMillis(100);
    private static final Duration WATCH = Duration.ofSeconds(2);
    private static final Duration SUBMIT_MAX = Duration.ofSeconds(5);
    private static final Duration HOUSEKEEPING = Duration.ofMillis(300);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration JOIN_PAUSE = Duration.ofMillis(100);
    private static final int PENDING_MAX = 1_000;
    private static final FillPolicy POLICY = new FillPolicy(true, true, true);
    private static final long LOCAL_BYTES = 16 << 10;
    private static final PrefetchConfig PREFETCH =
            new PrefetchConfig(EnumSet.allOf(Source.class), 1 << 20, 64, 8, Duration.ofSeconds(1), 1 << 8);

    private final String name;
    private final SimulatedCluster cluster;
    private final SimulatedDisk disk;
    private final SimulatedPeers peers;
    private @Nullable Running running;
    private int incarnation;
    /** Its disk is another than the metadata knows of, or may be. */
    private boolean joining;

    private record Running(
            SimulatedProcess process,
            RaftMetadataStore metadata,
            ShardReplicas replicas,
            GroupReplication replication,
            ReadPath reads,
            Prefetcher prefetcher) {}

    SimulatedNode(String name, SimulatedCluster cluster, SimulatedDisk disk) {
        this.name = name;
        this.cluster = cluster;
        this.disk = disk;
        this.peers = new SimulatedPeers(
                this,
                cluster.runtime(),
                cluster.network(),
                cluster::node,
                cluster.saboteur().leavesStopped());
    }

    String name() {
        return name;
    }

    SimulatedDisk disk() {
        return disk;
    }

    boolean isUp() {
        return running != null;
    }

    /** Returns whether the node runs and is not frozen. */
    boolean isAwake() {
        return running != null && !running.process.isFrozen();
    }

    SimulatedProcess process() {
        return now().process;
    }

    MetadataStore metadata() {
        return now().metadata;
    }

    ShardReplicas replicas() {
        return now().replicas;
    }

    GroupReplication replication() {
        return now().replication;
    }

    private Running now() {
        return Objects.requireNonNull(running, name + " does not run");
    }

    /**
     * Starts the node. If what it knew of the metadata is damaged, which it must notice and tell, it is given an empty
     * disk, as an operator would, and starts by itself once the others took it for a new one.
     *
     * @return whether it needs no other disk
     */
    boolean start() {
        if (joining) {
            return true;
        }
        if (!disk.isFull() && (becomesAnother() || cluster.saboteur().forgetsMetadata(name))) {
            disk.forgetMetadata();
        }
        try {
            open();
            return true;
        } catch (IOException e) {
            if (!disk.isVoteDamaged()) {
                throw new Violation(name + " cannot start: " + e);
            }
            replaceDisk();
            return false;
        }
    }

    /**
     * Takes the number that the others know it by: another votes in its place where that is a higher one, and it has
     * none of what that one votes by. Returns whether it is a higher one.
     */
    private boolean becomesAnother() {
        int before = incarnation;
        incarnation = incarnationByNow();
        return incarnation > before;
    }

    private int incarnationByNow() {
        return isReplaced() || !cluster.newest().nodes().containsKey(name)
                ? incarnation
                : cluster.newest().nodes().get(name).incarnation();
    }

    /** Returns whether the others know it by another disk. */
    private boolean isReplaced() {
        var known = cluster.newest().nodes().get(name);
        return known != null && !known.disk().equals(disk.name());
    }

    /** Asks others who it is, if it hears of no leader: it may have been left out. */
    private void lookWhoThisIs(SimulatedProcess process) {
        process.schedule(LOOK, () -> {
            boolean isAlone = now().metadata.group().status().leader().isEmpty();
            if (isAlone && isReplaced()) {
                // It is refused from now on, and the operator is told to empty its disk.
                kill();
                replaceDisk();
            } else if (isAlone && incarnationByNow() > incarnation && !disk.isFull() && !disk.failsForces()) {
                kill();
                start();
            } else {
                lookWhoThisIs(process);
            }
        });
    }

    /** Loses all; what comes back is another node of the same name. It must not run. */
    void replaceDisk() {
        disk.replace();
        enter();
    }

    /** Comes to the cluster with an empty disk, and runs once the others know it. */
    void enter() {
        joining = true;
        join();
    }

    private void join() {
        if (cluster.isRefused(name, disk.name())) {
            cluster.takeAway(name);
            return;
        }
        var known = cluster.newest().nodes().get(name);
        if (known == null || !known.disk().equals(disk.name())) {
            cluster.submit(newcomer());
            cluster.runtime().after(JOIN_PAUSE, this::join);
            return;
        }
        incarnation = known.incarnation();
        try {
            open();
            joining = false;
        } catch (IOException e) {
            if (!disk.isFull() && !disk.failsForces()) {
                throw new Violation(name + " cannot start on an empty disk: " + e);
            }
            cluster.runtime().after(JOIN_PAUSE, this::join);
        }
    }

    private MetadataCommand newcomer() {
        return new JoinNode(name, disk.name(), "r", name + ":1", name + ":2");
    }

    private MetadataCommand introduction() {
        return cluster.newest().nodes().containsKey(name)
                ? new MoveNode(name, disk.name(), "r", name + ":1", name + ":2")
                : newcomer();
    }

    /**
     * Waits until this node knows that it is known, as it is now: what it was before, with another disk perhaps, must
     * open no replicas.
     */
    private void introduce(SimulatedProcess process, RaftMetadataStore store, Runnable known) {
        store.submit(introduction()).whenComplete((state, failure) -> {
            if (failure == null) {
                known.run();
            } else {
                process.schedule(JOIN_PAUSE, () -> introduce(process, store, known));
            }
        });
    }

    /** Returns whether its replica of the metadata has stopped for good. */
    boolean hasStopped() {
        return now().metadata.stopped().isDone();
    }

    private void open() throws IOException {
        var process = cluster.runtime().process();
        var network = cluster.network().attach(name, process);
        var member = new MemberId(name, incarnation);
        var store = RaftMetadataStore.open(
                new StoreConfig(member, cluster.founders(), RaftTiming.DEFAULT, SUBMIT_MAX, PENDING_MAX),
                disk.directory(SimulatedDisk.METADATA),
                network,
                process,
                this::forward);
        var replicas = new ShardReplicas();
        var host = new GroupHost(
                disk,
                disk,
                network,
                peers,
                process,
                new SimulatedExecutor(process.applyExecutor("groups")),
                new SimulatedExecutor(process.backgroundExecutor()),
                cluster.clock());
        var replication = new GroupReplication(name, host, replicas, store, cluster.replicationConfig());
        var local = cluster.saboteur()
                .local(new AdaptiveLocalCache<>(
                        LocalCacheConfig.ofBytes(LOCAL_BYTES), LogRecord::weight, unused -> {}));
        var reads = reads(process, local);
        var prefetcher = new Prefetcher(
                PREFETCH,
                new CacheTarget(local, reads),
                process::nanoTime,
                () -> TimeUnit.NANOSECONDS.toMillis(process.nanoTime()),
                process.applyExecutor("prefetch"),
                ModelKey::logAndShard);
        running = new Running(process, store, replicas, replication, reads, prefetcher);
        store.watch((before, after) -> cluster.retention().learned(after));
        store.start();
        introduce(process, store, replication::start);
        reads.start();
        var duties = new LeaderDuties(store, ReconcilerConfig.DEFAULT, PlacementRules.DEFAULT, process::nanoTime);
        // What plans do to records the simulation checks itself, all of it and all the time.
        var valid = List.of(new Check(Plan.LAST_CHECK, true, "left to the simulation"));
        var driver = new PlanDriver(
                store,
                () -> store.group().status().leading(),
                WATCH,
                plan -> CompletableFuture.completedFuture(valid),
                cluster.clock());
        var housekeeping = new Housekeeping(store, replicas, cluster.clock(), true);
        process.schedule(HOUSEKEEPING, () -> tidy(process, housekeeping));
        tick(process, store, duties, driver);
        lookWhoThisIs(process);
    }

    private void tidy(SimulatedProcess process, Housekeeping housekeeping) {
        process.backgroundExecutor().execute(() -> {
            housekeeping.run();
            process.schedule(HOUSEKEEPING, () -> tidy(process, housekeeping));
        });
    }

    private ReadPath reads(SimulatedProcess process, LocalCache<GlobalAddress, LogRecord> local) {
        return new ReadPath(
                ReadPathConfig.of("r")
                        .withOrder(process.random().nextBoolean() ? ReadOrder.OWNER_FIRST : ReadOrder.TIERS_FIRST),
                local,
                List.of(
                        new SharedTier(
                                AnsweredBy.REGIONAL,
                                new SimulatedTier(cluster.regional(), process),
                                TierConfig.REGIONAL),
                        new SharedTier(
                                AnsweredBy.GLOBAL, new SimulatedTier(cluster.global(), process), TierConfig.GLOBAL)),
                new SimulatedOwner(this, cluster),
                log -> POLICY,
                ValueSealer.NONE,
                new SimulatedPathTime(process, cluster.clock()));
    }

    /** Appends, and copies what is committed into the caches. */
    void append(AppendCommand command) {
        var path = reads();
        command.done().whenComplete((appended, failure) -> {
            if (appended != null && !appended.duplicate()) {
                fill(path, command, appended.baseOffset());
            }
        });
        replication().append(command);
    }

    /** Copies the records of an append into the caches, as those at an offset. */
    static void fill(ReadPath path, AppendCommand command, long baseOffset) {
        var records = new LinkedHashMap<GlobalAddress, LogRecord>();
        for (int i = 0; i < command.batch().count(); i++) {
            records.put(
                    new GlobalAddress(command.shard().log(), command.shard().number(), baseOffset + i),
                    command.batch().record(i));
        }
        path.committed(records, POLICY);
    }

    /** Lets an answer of another node come here, if this process is there still. */
    void back(Runnable answer) {
        if (running != null) {
            running.process.schedule(Duration.ofNanos(cluster.network().latencyNanos()), answer);
        }
    }

    ReadPath reads() {
        return now().reads;
    }

    /** Returns whether a cache that nodes share is down. */
    boolean lacksTier() {
        return cluster.regional().isDown() || cluster.global().isDown();
    }

    Prefetcher prefetcher() {
        return now().prefetcher;
    }

    private void tick(SimulatedProcess process, RaftMetadataStore store, LeaderDuties duties, PlanDriver driver) {
        process.schedule(DUTIES, () -> {
            duties.tick();
            driver.tick();
            tick(process, store, duties, driver);
        });
    }

    private CompletableFuture<byte[]> forward(String node, byte[] command) {
        var answer = new CompletableFuture<byte[]>();
        var runtime = cluster.runtime();
        var network = cluster.network();
        runtime.at(runtime.nanoTime() + network.latencyNanos(), () -> {
            var target = cluster.node(node);
            if (target == null || !target.isAwake() || !network.reaches(name, node)) {
                answer.completeExceptionally(new IOException(node + " does not answer"));
                return;
            }
            target.now()
                    .metadata
                    .execute(command)
                    .whenComplete((bytes, failure) -> runtime.at(runtime.nanoTime() + network.latencyNanos(), () -> {
                        // An answer that is lost is none; the sender waits only so long.
                        if (failure == null && network.reaches(name, node)) {
                            answer.complete(bytes);
                        } else if (failure != null) {
                            answer.completeExceptionally(failure);
                        }
                    }));
        });
        return answer;
    }

    /** Ends the machine: what was not forced is lost, or some of it. */
    void crash() {
        end();
        disk.crash(cluster.runtime().random());
    }

    /** Ends the process: what was written is there. */
    void kill() {
        end();
        disk.kill();
    }

    private void end() {
        now().process.kill();
        running = null;
    }

    static List<MemberId> members(List<String> names) {
        return names.stream().map(MemberId::of).toList();
    }
}
