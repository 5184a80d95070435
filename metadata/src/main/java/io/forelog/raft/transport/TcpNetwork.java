package io.forelog.raft.transport;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link Network} over TCP, with TLS or without. */
public final class TcpNetwork implements Network {

    private static final Logger LOGGER = LoggerFactory.getLogger(TcpNetwork.class);

    private static final long ACCEPT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int PROBES = 5;
    private static final long PROBE_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** How often is looked for silent connections while one may be silent. */
    private static final int LOOKS_PER_SILENCE = 10;

    /** Connections that have not said yet who they are; more are closed at once. */
    private static final int GREETING_MAX = 256;

    private final TransportConfig config;
    private final SocketSecurity security;
    private final Function<String, Optional<InetSocketAddress>> addresses;
    private final Map<String, Peer> peers = new ConcurrentHashMap<>();
    private final Map<String, Receiver> receivers = new ConcurrentHashMap<>();
    private final ServerSocket listener;
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("raft-watch").daemon().factory());
    private final Semaphore greeting = new Semaphore(GREETING_MAX);
    private volatile boolean closed;

    private TcpNetwork(
            TransportConfig config,
            SocketSecurity security,
            Function<String, Optional<InetSocketAddress>> addresses,
            ServerSocket listener) {
        this.config = config;
        this.security = security;
        this.addresses = addresses;
        this.listener = listener;
    }

    /**
     * Begins to listen.
     *
     * @param addresses where a node listens, as far as is known; asked at each attempt to dial
     */
    public static TcpNetwork start(
            TransportConfig config, SocketSecurity security, Function<String, Optional<InetSocketAddress>> addresses)
            throws IOException {
        var listener = new ServerSocket();
        try {
            listener.setReuseAddress(true);
            listener.bind(config.bind());
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        var network = new TcpNetwork(config, security, addresses, listener);
        Thread.ofPlatform().daemon().name("raft-accept").start(network::accept);
        long lookNanos = config.silenceMax().toNanos() / LOOKS_PER_SILENCE;
        network.watch.scheduleWithFixedDelay(network::look, lookNanos, lookNanos, TimeUnit.NANOSECONDS);
        return network;
    }

    /** Returns the address listened on. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** Returns messages not sent for want of a connection or of room in a queue, since the start. */
    public long dropped() {
        return peers.values().stream().mapToLong(Peer::dropped).sum();
    }

    @Override
    public String localNode() {
        return config.node();
    }

    @Override
    public void register(String channel, Receiver receiver) {
        if (receivers.putIfAbsent(channel, receiver) != null) {
            throw new IllegalStateException("channel " + channel + " is taken");
        }
    }

    @Override
    public void unregister(String channel) {
        receivers.remove(channel);
    }

    @Override
    public void reach(String node) {
        peer(node);
    }

    @Override
    public void send(String node, String channel, OutboundMessage message) {
        peer(node).send(channel, message);
    }

    @Override
    public boolean isConnected(String node) {
        return peer(node).isConnected();
    }

    /** Ends the link to a node that left for good; it is made again if something is sent there. */
    public void forget(String node) {
        var peer = peers.remove(node);
        if (peer != null) {
            peer.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            LOGGER.warn("closing the listener failed", e);
        }
        watch.shutdownNow();
        peers.values().forEach(Peer::close);
    }

    private Peer peer(String node) {
        var known = peers.get(node);
        return known != null ? known : peers.computeIfAbsent(node, this::startPeer);
    }

    private Peer startPeer(String node) {
        var peer = new Peer(node, config, security, new Peer.Owner() {

            @Override
            public Optional<InetSocketAddress> address(String peerNode) {
                return addresses.apply(peerNode);
            }

            @Override
            public void received(String peerNode, FrameReader frame) throws IOException {
                TcpNetwork.this.received(peerNode, frame);
            }

            @Override
            public void broke(String peerNode) {
                Thread.ofVirtual().name("raft-probe").start(() -> probe(peerNode));
            }
        });
        if (closed) {
            peer.close();
        } else {
            peer.start();
        }
        return peer;
    }

    private void look() {
        long now = System.nanoTime();
        peers.values().forEach(peer -> peer.look(now));
    }

    /** A process that ends may close its connections before what it listens on. */
    private void probe(String node) {
        for (int left = PROBES; left > 0 && !closed && !isConnected(node); left--) {
            var address = addresses.apply(node);
            if (address.isPresent() && EndProbe.hasEnded(address.get())) {
                LOGGER.info("node {} has ended: nobody listens at {}", node, address.get());
                receivers.values().forEach(receiver -> receiver.ended(node));
                return;
            }
            LockSupport.parkNanos(PROBE_PAUSE_NANOS);
        }
    }

    private void received(String node, FrameReader frame) throws IOException {
        var receiver = receivers.get(frame.getName());
        // A group that this node no longer has, or not yet: its message is lost like any other.
        if (receiver != null) {
            receiver.receive(node, frame.rest());
        }
    }

    private void accept() {
        while (!closed) {
            try {
                var socket = listener.accept();
                if (greeting.tryAcquire()) {
                    // A peer that says nothing must not keep others waiting.
                    Thread.ofVirtual().name("raft-greet").start(() -> greet(socket));
                } else {
                    socket.close();
                }
            } catch (IOException e) {
                if (!closed) {
                    LOGGER.warn("accepting a connection failed: {}", e.toString());
                    // Out of file descriptors, say: do not spin until there are some.
                    LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
                }
            }
        }
    }

    private void greet(Socket socket) {
        // One that says a byte now and then is not silent; nor does it become a peer.
        var giveUp = CompletableFuture.delayedExecutor(config.greetMax().toNanos(), TimeUnit.NANOSECONDS);
        var isGreeted = new AtomicBoolean();
        giveUp.execute(() -> {
            if (!isGreeted.get()) {
                closeQuietly(socket);
            }
        });
        try {
            var connection = Connection.accepted(socket, config, security);
            isGreeted.set(true);
            peer(connection.peer()).attach(connection);
        } catch (EOFException e) {
            LOGGER.debug("a connection from {} said nothing", socket.getRemoteSocketAddress());
            closeQuietly(socket);
        } catch (IOException e) {
            LOGGER.warn("connection from {} is refused: {}", socket.getRemoteSocketAddress(), e.toString());
            closeQuietly(socket);
        } finally {
            greeting.release();
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOGGER.debug("closing a refused connection failed: {}", e.toString());
        }
    }
}
