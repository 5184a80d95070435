package io.forelog.replication;

import io.forelog.metadata.store.RaftMetadataStore;
import io.forelog.metadata.store.StoreConfig;
import io.forelog.raft.MemberId;
import io.forelog.raft.ThreadedRuntime;
import io.forelog.raft.transport.SocketSecurity;
import io.forelog.raft.transport.TcpNetwork;
import io.forelog.raft.transport.TransportConfig;
import io.forelog.raft.wal.FileWalStorage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A metadata store that is a group of one, with threads and a network of its own. */
public final class LoneMetadata implements AutoCloseable {

    private final ThreadedRuntime runtime = new ThreadedRuntime(1, 1);
    private final TcpNetwork network;
    private final RaftMetadataStore store;

    /** Opens the store in {@code directory}. */
    public LoneMetadata(Path directory) throws IOException {
        var self = MemberId.of("metadata");
        network = TcpNetwork.start(
                TransportConfig.of("lone", "metadata", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                SocketSecurity.PLAIN,
                node -> Optional.empty());
        store = RaftMetadataStore.open(
                StoreConfig.of(self, List.of(self)),
                new FileWalStorage(directory),
                network,
                runtime,
                (node, command) -> CompletableFuture.failedFuture(new IOException("there is no " + node)));
        store.start().join();
    }

    public RaftMetadataStore store() {
        return store;
    }

    @Override
    public void close() {
        store.close();
        network.close();
        runtime.close();
    }
}
