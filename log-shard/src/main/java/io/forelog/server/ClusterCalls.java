package io.forelog.server;

import io.forelog.cache.ReadPath;
import io.forelog.metadata.MetadataStore;
import io.forelog.replication.GroupReplication;
import io.forelog.replication.PeerShards;
import io.forelog.replication.ShardReplicas;
import io.forelog.server.ahead.ModelMoves;
import io.forelog.server.ahead.ShardModel;
import io.forelog.server.config.Config;
import io.forelog.server.config.Settings;
import io.forelog.server.peer.HeldShards;
import io.forelog.server.peer.Messages.Opaque;
import io.forelog.server.peer.ModelCalls;
import io.forelog.server.peer.PeerCalls;
import io.forelog.server.peer.PeerDocuments;
import io.forelog.server.peer.PeerServer;
import io.forelog.server.peer.Peers;
import io.forelog.server.peer.ShardCopies;
import io.forelog.server.route.ClusterOwner;
import io.forelog.server.route.LeaderAppends;
import io.forelog.server.route.LeaderReads;
import io.forelog.server.route.ProducerStates;
import io.forelog.server.route.RoutedReplication;
import io.forelog.server.route.ShardGroups;
import io.forelog.server.route.ShardReaders;
import io.forelog.server.route.ShardTotals;
import io.forelog.server.route.SpreadKeys;
import io.forelog.server.shard.LocalOwner;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.Executor;

/** The calls of a node to the others and of the others to it, tied to what serves them here. */
final class ClusterCalls {

    private static final Duration COPY_DEADLINE = Duration.ofMinutes(1);

    /** Of one shard's, from one node: what follows some fifty thousand keys. */
    private static final int MODEL_BYTES_MAX = 4 << 20;

    private static final Duration MODEL_DEADLINE = Duration.ofSeconds(10);

    private final Config config;
    private final String node;
    private final MetadataStore metadata;
    private final ShardReplicas replicas;
    private final Executor readers;
    private final ShardGroups shards;
    private final SpreadKeys spread;
    private final Peers peers;
    private final PeerServer server;

    ClusterCalls(
            Config config,
            Peers peers,
            PeerServer server,
            MetadataStore metadata,
            ShardReplicas replicas,
            Executor readers) {
        this.config = config;
        this.node = config.get(Settings.NODE_NAME);
        this.peers = peers;
        this.server = server;
        this.metadata = metadata;
        this.replicas = replicas;
        this.readers = readers;
        this.shards = new ShardGroups(metadata);
        this.spread = new SpreadKeys(metadata);
    }

    /** Returns the shards of other nodes, to copy from. */
    PeerShards copies() {
        return new ShardCopies(peers, readers, COPY_DEADLINE);
    }

    /** Returns appends to wherever a shard's leader is, and answers those of other nodes. */
    RoutedReplication appends(GroupReplication here) {
        new LeaderAppends(node, shards, here, here).register(server);
        new HeldShards(metadata, replicas::find, here::checkpointFile, here::image, readers).register(server);
        server.on(
                PeerCalls.PREPARED,
                plan -> here.prepared(plan.value()).thenApply(done -> new Opaque(new byte[0])));
        server.on(
                PeerCalls.REPLACE,
                stopped -> here.replace(stopped.group(), stopped.member()).thenApply(done -> new Opaque(new byte[0])));
        return new RoutedReplication(node, metadata, shards, here, here, peers, config.get(Settings.APPEND_TIMEOUT));
    }

    ShardReaders readers(GroupReplication here) {
        return new ShardReaders(
                node, shards, here, replicas::find, peers, readers, config.get(Settings.READ_TIMEOUT), spread);
    }

    ShardTotals totals(GroupReplication here) {
        return new ShardTotals(shards, here, replicas::find, peers);
    }

    /** Returns what is known of idempotent producers, and tells other nodes of it. */
    ProducerStates producers(GroupReplication here, ShardReaders everywhere) {
        var producers = new ProducerStates(shards, here, replicas::find, peers, everywhere);
        producers.register(server);
        return producers;
    }

    ClusterOwner owner(ShardReaders everywhere) {
        return new ClusterOwner(
                config.get(Settings.NODE_REGION),
                everywhere,
                peers,
                replicas::find,
                new LocalOwner(replicas::find, readers),
                this::region);
    }

    private String region(String name) {
        var known = metadata.state().nodes().get(name);
        return known == null ? "" : known.region();
    }

    /** Returns what each node alone knows, and lets other nodes ask this one. */
    PeerDocuments documents() {
        return new PeerDocuments(peers, server, this::others, readers);
    }

    private Collection<String> others() {
        return metadata.state().nodes().keySet().stream()
                .filter(name -> !name.equals(node))
                .toList();
    }

    /** Lets what is known of who reads a shard go along with it when it moves, from here and to here. */
    void handModelsOver(ShardModel model) {
        var calls = new ModelCalls(peers);
        ModelCalls.serve(server, (shard, bytesMax) -> model.of(shard.log(), shard.number(), bytesMax), readers);
        new ModelMoves(node, model, (asked, shard) -> calls.of(asked, shard, MODEL_BYTES_MAX, MODEL_DEADLINE), readers)
                .follow(metadata);
    }

    /** Answers the reads of other nodes. */
    void serve(GroupReplication here, ReadPath reads) {
        new LeaderReads(node, shards, here, replicas::find, reads::servedTo, readers, spread).register(server);
    }
}
