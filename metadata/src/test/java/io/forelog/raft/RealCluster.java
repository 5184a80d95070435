package io.forelog.raft;

import io.forelog.raft.transport.SocketSecurity;
import io.forelog.raft.transport.TcpNetwork;
import io.forelog.raft.transport.TransportConfig;
import io.forelog.raft.wal.FileWalStorage;
import io.forelog.raft.wal.WalConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Three nodes in this process, with real threads, real logs on disk, and TCP over loopback. */
final class RealCluster implements AutoCloseable {

    private final Path directory;
    private final SocketSecurity security;
    private final GroupLimits limits;
    private final WalConfig wal;
    private final List<MemberId> initialMembers = List.of(MemberId.of("n1"), MemberId.of("n2"), MemberId.of("n3"));
    private final Map<String, InetSocketAddress> addresses = new ConcurrentHashMap<>();
    private final Function<MemberId, StateMachine> stateMachines;
    private final List<Node> nodes = new ArrayList<>();

    /** One node: its threads, its network and its replica, while it runs. */
    final class Node {

        private final MemberId id;
        private Optional<ReplicatedGroup> group = Optional.empty();
        private Optional<TcpNetwork> network = Optional.empty();
        private Optional<ThreadedRuntime> runtime = Optional.empty();
        private Optional<StateMachine> stateMachine = Optional.empty();

        Node(MemberId id) {
            this.id = id;
        }

        MemberId id() {
            return id;
        }

        ReplicatedGroup group() {
            return group.orElseThrow();
        }

        StateMachine stateMachine() {
            return stateMachine.orElseThrow();
        }

        boolean isUp() {
            return group.isPresent();
        }

        boolean isLeading() {
            return isUp() && group().status().leading();
        }

        void start() throws IOException {
            var bind = addresses.getOrDefault(id.node(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            var listening = TcpNetwork.start(
                    TransportConfig.of("test", id.node(), bind),
                    security,
                    peer -> Optional.ofNullable(addresses.get(peer)));
            addresses.put(id.node(), listening.address());
            var threads = new ThreadedRuntime(2, 2);
            var config = new GroupConfig("g", id, initialMembers, RaftTiming.DEFAULT, limits, wal);
            stateMachine = Optional.of(stateMachines.apply(id));
            var opened = ReplicatedGroup.open(
                    config,
                    new FileWalStorage(directory.resolve(id.node())),
                    listening,
                    threads,
                    stateMachine(),
                    new GroupListener() {});
            network = Optional.of(listening);
            runtime = Optional.of(threads);
            opened.start().join();
            group = Optional.of(opened);
        }

        /** Ends without a word, like a process that is killed. */
        void kill() {
            group().crash();
            network.orElseThrow().close();
            runtime.orElseThrow().close();
            group = Optional.empty();
        }

        void stop() {
            group().stop().join();
            network.orElseThrow().close();
            runtime.orElseThrow().close();
            group = Optional.empty();
        }
    }

    RealCluster(
            Path directory,
            SocketSecurity security,
            GroupLimits limits,
            WalConfig wal,
            Function<MemberId, StateMachine> stateMachines)
            throws IOException {
        this.directory = directory;
        this.security = security;
        this.limits = limits;
        this.wal = wal;
        this.stateMachines = stateMachines;
        for (var id : initialMembers) {
            var node = new Node(id);
            nodes.add(node);
            node.start();
        }
    }

    List<Node> nodes() {
        return nodes;
    }

    Optional<Node> leader() {
        return nodes.stream().filter(Node::isLeading).findFirst();
    }

    /** Waits for all of some futures. */
    static void joinAll(List<? extends CompletableFuture<?>> futures) {
        CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).join();
    }

    @Override
    public void close() {
        nodes.stream().filter(Node::isUp).forEach(Node::stop);
    }
}
