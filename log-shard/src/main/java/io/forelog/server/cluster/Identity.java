package io.forelog.server.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.raft.MemberId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who a node is, kept in its data directory, so that it finds its cluster again without being told.
 *
 * @param version of this layout
 * @param node its name
 * @param disk identity of the data directory; another one under the same name is another member of every group
 * @param cluster identity of the cluster, or null before it belongs to one
 * @param incarnation how many disks the node has lost before this
 * @param founders the members with which the metadata group began
 * @param raftPort where its groups were reached last; taken again if a free one is asked for
 * @param peers where the other nodes were last, by name
 */
public record Identity(
        int version,
        String node,
        String disk,
        @Nullable String cluster,
        int incarnation,
        List<MemberId> founders,
        int raftPort,
        Map<String, Address> peers) {

    private static final int VERSION = 1;
    private static final String FILE = "node.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where a node is: HOST:PORT of its API, and of its groups. */
    public record Address(String http, String raft) {}

    public Identity {
        founders = List.copyOf(founders);
        peers = Map.copyOf(peers);
    }

    /** Returns the identity of a directory that has none yet. */
    static Identity fresh(String node) {
        return new Identity(VERSION, node, UUID.randomUUID().toString(), null, 0, List.of(), 0, Map.of());
    }

    /**
     * Reads the identity in {@code data}, or makes one.
     *
     * @throws IOException if it cannot be read, or is another node's
     */
    static Identity open(Path data, String node) throws IOException {
        var file = data.resolve(FILE);
        if (!Files.exists(file)) {
            var fresh = fresh(node);
            fresh.save(data);
            return fresh;
        }
        var known = JSON.readValue(file.toFile(), Identity.class);
        if (known.version() != VERSION) {
            throw new IOException(file + " is of layout " + known.version() + "; this release knows " + VERSION);
        }
        if (!known.node().equals(node)) {
            throw new IOException("the data directory " + data + " is of node '" + known.node() + "', not of '" + node
                    + "': a node keeps its name; give another directory to a new one");
        }
        return known;
    }

    /** Replaces the file, whole or not at all. */
    void save(Path data) throws IOException {
        var fresh = data.resolve(FILE + ".new");
        try (var channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, data.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (var channel = FileChannel.open(data, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    MemberId member() {
        return new MemberId(node, incarnation);
    }

    Identity in(String ofCluster, int asIncarnation, List<MemberId> withFounders, Map<String, Address> withPeers) {
        return new Identity(version, node, disk, ofCluster, asIncarnation, withFounders, raftPort, withPeers);
    }

    Identity as(int newIncarnation) {
        return new Identity(version, node, disk, cluster, newIncarnation, founders, raftPort, peers);
    }

    Identity at(int port) {
        return new Identity(version, node, disk, cluster, incarnation, founders, port, peers);
    }

    Identity among(Map<String, Address> others) {
        return new Identity(version, node, disk, cluster, incarnation, founders, raftPort, others);
    }
}
